"""The list of records: opened once, and opened anew where a record became another."""

from typing import Any

import pytest

from intake_app.errors import RecordMissing, VaultDamaged, VaultLocked
from intake_app.vault import Record, UnlockedVault

PARTS: dict[str, Any] = {"body": {"nodes": {}}, "health": {}}


def draft(vault: UnlockedVault, name: str) -> Record:
    """Store a draft of somebody."""
    return vault.create_record(
        form_id="screening", form_version="1", summary={"name": name}, **PARTS
    )


def names(vault: UnlockedVault) -> set[str]:
    """Return the names in the list."""
    return {listed.summary["name"] for listed in vault.records()}


def test_the_list_follows_what_becomes_of_each_record(vault: UnlockedVault) -> None:
    """One that was saved, moved on, or erased since the list was opened last."""
    first, second = draft(vault, "Test Een"), draft(vault, "Test Twee")
    assert names(vault) == {"Test Een", "Test Twee"}
    vault.save_record(first.id, revision=1, summary={"name": "Test Anders"}, **PARTS)
    assert names(vault) == {"Test Anders", "Test Twee"}
    vault.set_record_state(first.id, "stopped")
    assert {listed.state for listed in vault.records()} == {"draft", "stopped"}
    vault.erase_record(second.id, reason="asked")
    assert names(vault) == {"Test Anders"}


def test_the_list_is_as_it_was_where_a_save_was_undone(vault: UnlockedVault) -> None:
    """What was not kept is not shown."""
    record = draft(vault, "Test Een")
    assert names(vault) == {"Test Een"}

    def save_and_fail() -> None:
        with vault.unit():
            vault.save_record(record.id, revision=1, summary={"name": "Test Anders"}, **PARTS)
            assert names(vault) == {"Test Anders"}
            vault.open_record("nobody")

    with pytest.raises(RecordMissing):
        save_and_fail()
    assert names(vault) == {"Test Een"}


def test_nothing_of_the_list_is_kept_when_the_vault_is_locked(vault: UnlockedVault) -> None:
    """Names lie in it."""
    draft(vault, "Test Een")
    assert names(vault) == {"Test Een"}
    vault.lock()
    assert not vault._records._listed
    with pytest.raises(VaultLocked):
        vault.records()


def test_a_row_that_was_changed_outside_is_found_though_it_was_listed_before(
    vault: UnlockedVault,
) -> None:
    """The list is read from the file each time."""
    record = draft(vault, "Test Een")
    assert names(vault) == {"Test Een"}
    vault._work.store.update("record", (record.id,), {"updated": 3600})
    with pytest.raises(VaultDamaged):
        vault.records()


def test_the_ledger_holds_a_row_until_another_is_counted_in_its_place(
    vault: UnlockedVault,
) -> None:
    """And holds it again, with the same sum, where that was undone."""
    record = draft(vault, "Test Een")
    ledger = vault._work.ledger
    row = vault._work.store.existing("record", (record.id,))
    before = ledger.accumulator
    assert ledger.holds("record", row)
    ledger.begin()
    ledger.add("record", {**row, "revision": 7})
    assert not ledger.holds("record", row)
    ledger.remove("record", row)
    assert not ledger.holds("record", {**row, "revision": 7})
    ledger.undo()
    assert ledger.holds("record", row)
    assert ledger.accumulator == before

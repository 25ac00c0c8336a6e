"""The outbox and the receipts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import RecordMissing
from intake_app.vault import UnlockedVault


def test_a_package_waits_in_the_outbox(vault: UnlockedVault, clock: FixedClock) -> None:
    """The oldest first, each with its recipient, its state and an empty journal."""
    first = vault.queue("r", recipient="organisation", package=b"one", state="ready")
    clock.move(hours=1)
    second = vault.queue("r", recipient="municipality", package=b"two", state="waiting_placement")
    rows = vault.outbox()
    assert [row.id for row in rows] == [first, second]
    assert [row.recipient for row in rows] == ["organisation", "municipality"]
    assert [row.state for row in rows] == ["ready", "waiting_placement"]
    assert [row.journal for row in rows] == [{}, {}]
    assert rows[0].created == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert [vault.package(row.id) for row in rows] == [b"one", b"two"]


def test_only_what_is_given_changes(vault: UnlockedVault) -> None:
    """State, recipient and journal are saved each by itself."""
    item = vault.queue("r", recipient="municipality", package=b"p", state="waiting_placement")
    vault.save_outbox(item, recipient="GM0193", state="ready")
    vault.save_outbox(item, journal={"zaak": "https://voorbeeld"})
    vault.save_outbox(item, state="sending")
    (row,) = vault.outbox()
    assert (row.recipient, row.state) == ("GM0193", "sending")
    assert row.journal == {"zaak": "https://voorbeeld"}
    assert vault.package(item) == b"p"


def test_a_receipt_takes_the_place_of_its_package(vault: UnlockedVault) -> None:
    """The package is gone, the receipt stays."""
    item = vault.queue("r", recipient="organisation", package=b"p", state="sending")
    vault.add_receipt(item, {"zaak": "https://voorbeeld", "V": "1234567890"})
    assert vault.outbox() == ()
    (receipt,) = vault.receipts()
    assert receipt.content == {"zaak": "https://voorbeeld", "V": "1234567890"}
    with pytest.raises(RecordMissing):
        vault.package(item)


def test_the_log_says_what_happened_and_no_value(vault: UnlockedVault, clock: FixedClock) -> None:
    """Who, what, when and which field."""
    content: dict[str, Any] = {"summary": {"n": "Geheim"}, "body": {"a": "Geheim"}, "health": {}}
    record = vault.create_record(form_id="s", form_version="1", **content)
    clock.move(minutes=3)
    vault.save_record(record.id, revision=1, **content, fields=["/data/work/ever"])
    item = vault.queue(record.id, recipient="organisation", package=b"Geheim", state="ready")
    vault.save_outbox(item, state="sending")
    vault.add_receipt(item, {"a": "Geheim"})
    vault.erase_record(record.id, reason="Geheim")
    entries = vault.audit_entries()
    assert [entry.what for entry in entries] == [
        "vault created",
        "unlocked",
        "record created",
        "record saved",
        "package queued",
        "package sending",
        "package delivered",
        "record erased",
    ]
    saved = entries[3]
    assert (saved.who, saved.record) == (vault.user.id, record.id)
    assert saved.fields == ("/data/work/ever",)
    assert saved.at == datetime(2026, 11, 23, 9, 3, tzinfo=UTC)
    assert "Geheim" not in repr(entries)
    assert vault.verify().audit_entries == len(entries) + 1


def test_the_head_of_the_log_moves_with_every_write(vault: UnlockedVault) -> None:
    """A delivery carries it, so an old log can be told from the true one."""
    before = vault.audit_head()
    vault.queue("r", recipient="organisation", package=b"", state="ready")
    assert vault.audit_head() != before


def test_the_key_of_an_entry_is_forgotten(vault: UnlockedVault) -> None:
    """Who takes the state today cannot open or forge what was logged before."""
    before = vault._work.state.audit_key
    vault.queue("r", recipient="organisation", package=b"", state="ready")
    assert before._buffer == b""

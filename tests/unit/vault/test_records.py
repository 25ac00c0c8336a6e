"""Records: stored, opened, finalised, erased."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    NotPermitted,
    RecordChanged,
    RecordMissing,
    StorageFull,
    VaultLocked,
)
from intake_app.vault import Record, UnlockedVault, certificate_holds

Unlock = Callable[..., UnlockedVault]
CONTENT: dict[str, Any] = {
    "summary": {"name": "Test Bewoner"},
    "body": {"nodes": {"/data/work/ever": {"value": "ja"}}},
    "health": {"nodes": {"/data/household/adaptation": {"value": "lift"}}},
}


def draft(vault: UnlockedVault, **content: dict[str, Any]) -> Record:
    """Store a draft."""
    return vault.create_record(form_id="screening", form_version="1", **(CONTENT | content))


def test_a_draft_comes_back_as_it_was_stored(vault: UnlockedVault) -> None:
    """Summary, body and health; times only to the hour."""
    record = draft(vault)
    assert vault.open_record(record.id) == record
    assert (record.summary, record.body, record.health) == tuple(CONTENT.values())
    assert (record.state, record.revision, record.holder) == ("draft", 1, vault.user.id)
    assert record.updated == record.since == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_half_a_surrogate_pair_is_kept(vault: UnlockedVault) -> None:
    """What somebody pasted, however broken, is not lost."""
    record = draft(vault, body={"a": "\ud83d half", "b": "خياط", "c": "\x00"})
    assert vault.open_record(record.id).body == {"a": "\ud83d half", "b": "خياط", "c": "\x00"}


def test_a_save_needs_the_revision_that_was_read(vault: UnlockedVault) -> None:
    """Nobody overwrites what they have not seen."""
    record = draft(vault)
    assert vault.save_record(record.id, revision=1, **(CONTENT | {"body": {"a": 1}})) == 2
    with pytest.raises(RecordChanged):
        vault.save_record(record.id, revision=1, **(CONTENT | {"body": {"a": 2}}))
    assert vault.open_record(record.id).body == {"a": 1}
    assert vault.open_record(record.id).revision == 2


def test_the_list_shows_summaries(vault: UnlockedVault, clock: FixedClock) -> None:
    """Each record once, with what it was last saved with."""
    one, other = draft(vault), draft(vault, summary={"name": "Voorbeeld Ander"})
    clock.move(hours=2, minutes=10)
    vault.save_record(one.id, revision=1, **(CONTENT | {"summary": {"name": "Test Nieuw"}}))
    listed = {found.id: found for found in vault.records()}
    assert listed[one.id].summary == {"name": "Test Nieuw"}
    assert listed[one.id].updated == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert listed[other.id].summary == {"name": "Voorbeeld Ander"}
    assert len(listed) == 2


def test_it_is_all_there_after_locking(
    vault: UnlockedVault, unlock_again: Callable[[], UnlockedVault]
) -> None:
    """What was saved is found again."""
    record = draft(vault)
    vault.save_record(record.id, revision=1, **(CONTENT | {"health": {"later": "x"}}))
    again = unlock_again()
    assert again.open_record(record.id).health == {"later": "x"}
    assert again.verify().ok


def test_a_record_that_is_not_there_is_missing(vault: UnlockedVault) -> None:
    """Never an empty one in its place."""
    for call in (
        lambda: vault.open_record("nowhere"),
        lambda: vault.save_record("nowhere", revision=1, **CONTENT),
        lambda: vault.set_record_state("nowhere", "stopped"),
        lambda: vault.erase_record("nowhere", reason="test"),
        lambda: vault.package("nowhere"),
        lambda: vault.save_outbox("nowhere", state="ready"),
        lambda: vault.add_receipt("nowhere", {}),
    ):
        with pytest.raises(RecordMissing):
            call()


@pytest.mark.parametrize(
    ("steps", "allowed"),
    [
        (["stopped"], True),
        (["stopped", "draft"], True),
        (["placed"], False),
        (["finalised"], False),
        (["unheard of"], False),
        (["finalise", "placed"], True),
        (["finalise", "placed", "finalised"], True),
        (["finalise", "draft"], False),
        (["finalise", "stopped"], False),
        (["finalise", "finalise"], False),
        (["stopped", "finalise"], False),
    ],
)
def test_states_follow_one_another(vault: UnlockedVault, steps: list[str], allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    """A finalised record is never a draft again: its health answers are sealed away."""
    record = draft(vault)

    def walk() -> None:
        for step in steps:
            if step == "finalise":
                vault.finalise_record(
                    record.id, revision=vault.open_record(record.id).revision, **CONTENT
                )
            else:
                vault.set_record_state(record.id, step)  # type: ignore[arg-type] # some are wrong

    if allowed:
        walk()
        assert vault.open_record(record.id).state == steps[-1]
    else:
        with pytest.raises(RecordChanged):
            walk()


def test_the_holder_of_a_draft_reads_its_health_answers(unlock_as: Unlock) -> None:
    """The screener who asks must see what was answered."""
    vault = unlock_as("screener")
    record = draft(vault)
    vault.save_record(record.id, revision=1, **(CONTENT | {"health": {"a": "1"}}))
    assert vault.open_record(record.id).health == {"a": "1"}


def test_a_draft_moves_to_another_version_of_its_form(
    vault: UnlockedVault, unlock_again: Callable[[], UnlockedVault]
) -> None:
    """All of it is sealed to that version, as one, and the log says what was done."""
    record = draft(vault)
    assert vault.upgrade_record(record.id, revision=1, form_version="next", **CONTENT) == 2
    assert vault.audit_entries()[-1].what == "record upgraded"
    again = unlock_again()
    opened = again.open_record(record.id)
    assert (opened.form_version, opened.state, opened.body) == ("next", "draft", record.body)
    assert opened.health == record.health
    assert again.verify().ok


def test_who_cannot_seal_the_health_answers_moves_no_draft(unlock_as: Unlock) -> None:
    """Nor is anything of it changed."""
    record = draft(unlock_as("screener"))
    other = unlock_as("screener")
    with pytest.raises(NotPermitted):
        other.upgrade_record(record.id, revision=1, form_version="next", **CONTENT)
    assert other.open_record(record.id).form_version == record.form_version


def test_finalising_seals_health_away_from_the_screener(unlock_as: Unlock) -> None:
    """What the screener could open before opens nothing now; the placement officer reads on."""
    screener = unlock_as("screener")
    record = draft(screener)
    before = screener._work.row("record", record.id)
    assert before is not None
    screener.finalise_record(record.id, revision=1, **(CONTENT | {"health": {"lift": "ja"}}))
    assert screener.open_record(record.id).health is None
    after = screener._work.row("record", record.id)
    assert after is not None
    assert after["holder_key"] is None
    assert after["health_key"] != before["health_key"]
    with pytest.raises(NotPermitted):
        screener.save_record(record.id, revision=2, **CONTENT)
    assert screener.save_record(record.id, revision=2, **(CONTENT | {"health": None})) == 3
    placement = unlock_as("placement")
    assert placement.open_record(record.id).health == {"lift": "ja"}
    assert placement.verify().ok


def test_another_screener_does_not_read_the_health_answers_of_a_draft(unlock_as: Unlock) -> None:
    """The rest of the interview they do."""
    record = draft(unlock_as("screener"))
    other = unlock_as("screener")
    opened = other.open_record(record.id)
    assert opened.body == CONTENT["body"]
    assert opened.health is None
    assert other.verify().sealed_away == 1
    assert other.verify().ok


def test_an_administrator_reads_no_interview(unlock_as: Unlock) -> None:
    """Not the list, not a record, not a package; settings and the log they do."""
    draft(unlock_as("screener"))
    administrator = unlock_as("administrator")
    with pytest.raises(NotPermitted):
        administrator.records()
    with pytest.raises(NotPermitted):
        draft(administrator)
    administrator.save_settings({"organisation": "Voorbeeld Nieuw"})
    assert administrator.settings() == {"organisation": "Voorbeeld Nieuw"}
    assert "record created" in [entry.what for entry in administrator.audit_entries()]
    assert administrator.verify().ok


def test_an_administrator_moves_no_record(unlock_as: Unlock) -> None:
    """Nor says that somebody was placed."""
    record = draft(unlock_as("screener"))
    with pytest.raises(NotPermitted):
        unlock_as("administrator").set_record_state(record.id, "stopped")


def test_settings_and_the_log_are_the_administrators(unlock_as: Unlock) -> None:
    """A screener reads the settings, and neither changes them nor reads the log."""
    screener = unlock_as("screener", "placement")
    assert screener.settings() == {"organisation": "Voorbeeld Opvang"}
    with pytest.raises(NotPermitted):
        screener.save_settings({})
    with pytest.raises(NotPermitted):
        screener.audit_entries()
    assert len(screener.audit_head()) == 64


def test_erasing_leaves_a_signed_certificate(vault: UnlockedVault) -> None:
    """The record and its packages are gone; the proof stays and holds."""
    record, other = draft(vault), draft(vault)
    vault.queue(record.id, recipient="organisation", package=b"one", state="ready")
    kept = vault.queue(other.id, recipient="organisation", package=b"two", state="ready")
    certificate = vault.erase_record(record.id, reason="delivered")
    assert [found.id for found in vault.records()] == [other.id]
    assert [row.id for row in vault.outbox()] == [kept]
    assert certificate["record"] == record.id
    assert (certificate["packages"], certificate["reason"]) == (1, "delivered")
    assert [proof.content for proof in vault.certificates()] == [certificate]
    assert vault.receipts() == ()
    assert certificate_holds(certificate, vault.verifying_key())
    for changed in (
        certificate | {"record": other.id},
        certificate | {"signature": "AAAA"},
        certificate | {"signature": "no base64"},
        {},
    ):
        assert not certificate_holds(changed, vault.verifying_key())
    assert not certificate_holds(certificate, bytes(32))


def test_a_unit_is_kept_whole_or_not_at_all(
    vault: UnlockedVault, unlock_again: Callable[[], UnlockedVault]
) -> None:
    """When its end fails nothing of it was done, and the vault goes on."""
    record = draft(vault)

    def finalise(package: bytes) -> None:
        with vault.unit():
            vault.finalise_record(record.id, revision=1, **CONTENT)
            vault.queue(record.id, recipient="organisation", package=package, state="ready")
            if not package:
                raise StorageFull

    with pytest.raises(StorageFull):
        finalise(b"")
    assert vault.open_record(record.id) == record
    assert vault.outbox() == ()
    finalise(b"whole")
    again = unlock_again()
    assert again.open_record(record.id).state == "finalised"
    assert again.verify().ok


def test_a_failure_that_was_caught_still_undoes_the_unit(vault: UnlockedVault) -> None:
    """Half of what belongs together is never kept by accident."""

    def careless() -> None:
        with vault.unit():
            draft(vault)
            with suppress(RecordMissing):
                vault.set_record_state("nowhere", "stopped")

    with pytest.raises(RecordMissing):
        careless()
    assert vault.records() == ()


def test_an_interruption_just_after_the_commit_does_not_lose_track(
    vault: UnlockedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at the worst moment: what is on the disk counts."""
    commit = vault._work.store.commit

    def interrupted() -> None:
        commit()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(vault._work.store, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            draft(vault)
    assert len(vault.records()) == 1
    draft(vault)
    assert len(vault.records()) == 2
    assert vault.verify().ok


def test_locking_within_a_unit_undoes_it(
    vault: UnlockedVault, unlock_again: Callable[[], UnlockedVault]
) -> None:
    """The screen goes dark in the middle: nothing half done is kept."""

    def interrupted() -> None:
        with vault.unit():
            draft(vault)
            vault.lock()

    with pytest.raises(VaultLocked):
        interrupted()
    assert unlock_again().records() == ()


def test_identifiers_are_steady_and_tell_nothing(
    vault: UnlockedVault, unlock_again: Callable[[], UnlockedVault]
) -> None:
    """The same for the same record and recipient, in capitals, digits and hyphens, at most 40."""
    identifier = vault.identifier("r", "organisation")
    assert identifier != vault.identifier("r", "GM0193")
    assert identifier != vault.identifier("s", "organisation")
    assert len(identifier) <= 40
    assert set(identifier) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert unlock_again().identifier("r", "organisation") == identifier

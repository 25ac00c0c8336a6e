"""What is over its term, and what erases it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import RecordMissing
from intake_app.settings import Retention
from intake_app.vault import Swept, UnlockedVault, certificate_holds

CONTENT: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}
TERMS = Retention(draft_days=14, finalised_days=28, stopped_days=7, receipt_days=365)
NOW = FixedClock().now()


def made(vault: UnlockedVault, state: str = "draft") -> str:
    """Store a record in a state; return its id."""
    record = vault.create_record(form_id="s", form_version="1", **CONTENT)
    if state == "stopped":
        vault.set_record_state(record.id, "stopped")
    if state in {"finalised", "placed"}:
        vault.finalise_record(record.id, revision=1, **CONTENT)
    if state == "placed":
        vault.set_record_state(record.id, "placed")
    return record.id


def sweep(vault: UnlockedVault, **after: float) -> Swept:
    """Sweep on a date that lies so long after now."""
    return vault.keeping.sweep(TERMS, NOW + timedelta(**after))


@pytest.mark.parametrize(
    ("state", "days", "decides"),
    [
        ("draft", 14, "date"),
        ("stopped", 7, "date"),
        ("finalised", 28, "person"),
        ("placed", 28, "person"),
    ],
)
def test_each_state_has_its_term(
    vault: UnlockedVault, clock: FixedClock, state: str, days: int, decides: str
) -> None:
    """Not due on its last day, due after it; it says since when, and what may erase it."""
    record_id = made(vault, state)
    clock.move(days=days)
    assert vault.keeping.due(TERMS) == ()
    clock.move(seconds=1)
    (due,) = vault.keeping.due(TERMS)
    assert (due.what, due.id, due.decides) == (state, record_id, decides)
    assert due.since == NOW + timedelta(days=days)


def test_receipts_and_certificates_have_a_term_too(vault: UnlockedVault, clock: FixedClock) -> None:
    """A year, from when each was made."""
    item = vault.queue("r", recipient="organisation", package=b"p", state="ready")
    vault.add_receipt(item, {"record_id": "r"})
    vault.erase_record(made(vault), reason="asked")
    clock.move(days=366)
    assert sorted(due.what for due in vault.keeping.due(TERMS)) == ["delivery", "erasure"]


def test_a_new_answer_begins_a_drafts_term_anew(vault: UnlockedVault, clock: FixedClock) -> None:
    """It is kept as long as somebody works on it."""
    record_id = made(vault)
    clock.move(days=13)
    vault.save_record(record_id, revision=1, **CONTENT)
    clock.move(days=13)
    assert vault.keeping.due(TERMS) == ()


def test_the_devices_clock_erases_nothing(vault: UnlockedVault, clock: FixedClock) -> None:
    """Set forward by a hundred years: people are told, and everything is there."""
    made(vault)
    clock.move(days=36_500)
    assert len(vault.keeping.due(TERMS)) == 1
    assert vault.keeping.settle() == 0
    assert len(vault.records()) == 1


def test_a_confirmed_date_erases_after_a_day_of_notice(vault: UnlockedVault) -> None:
    """Seen over its term, and a day later still so: erased, with a certificate of the date."""
    record_id = made(vault)
    assert sweep(vault, days=14, hours=1) == Swept(noticed=1)
    assert sweep(vault, days=15) == Swept(noticed=1)
    assert sweep(vault, days=15, hours=1) == Swept(records=1)
    assert vault.records() == ()
    (certificate,) = vault.certificates()
    assert certificate.content["record"] == record_id
    assert certificate.content["reason"] == "term"
    assert certificate.content["confirmed"] == "2026-12-08T10:00:00+00:00"
    assert certificate_holds(certificate.content, vault.verifying_key())


def test_one_wrong_date_erases_nothing(vault: UnlockedVault) -> None:
    """A server that is a year ahead, once: what it saw is only noticed."""
    made(vault)
    assert sweep(vault, days=365) == Swept(noticed=1)
    assert len(vault.records()) == 1


def test_what_was_worked_on_since_the_notice_stays(vault: UnlockedVault) -> None:
    """As on a device that woke with the clock of last month: the day of notice begins anew."""
    record_id = made(vault)
    assert sweep(vault, days=20) == Swept(noticed=1)
    vault.save_record(record_id, revision=1, **CONTENT)
    assert sweep(vault, days=40) == Swept(noticed=1)
    assert sweep(vault, days=41) == Swept(records=1)


def test_a_notice_is_of_the_state_that_was_seen(vault: UnlockedVault) -> None:
    """A draft that is stopped after its notice is noticed anew as what it is then."""
    record_id = made(vault)
    assert sweep(vault, days=20) == Swept(noticed=1)
    vault.set_record_state(record_id, "stopped")
    assert sweep(vault, days=30) == Swept(noticed=1)
    assert sweep(vault, days=31) == Swept(records=1)


def test_a_draft_that_is_within_its_term_again_is_noticed_no_more(
    vault: UnlockedVault, clock: FixedClock
) -> None:
    """The notice is forgotten as soon as it is not true any more."""
    record_id = made(vault)
    clock.move(days=20)
    assert sweep(vault, days=20) == Swept(noticed=1)
    vault.save_record(record_id, revision=1, **CONTENT)
    assert sweep(vault, days=21) == Swept()
    assert vault._work.rows("receipt") == []


@pytest.mark.parametrize("state", ["finalised", "placed"])
def test_what_waits_is_left_to_a_person(vault: UnlockedVault, state: str) -> None:
    """However long it waits, and whoever says what date it is."""
    record_id = made(vault, state)
    vault.queue(record_id, recipient="municipality", package=b"p", state="waiting_placement")
    for days in (29, 31, 400):
        assert sweep(vault, days=days) == Swept()
    assert [record.id for record in vault.records()] == [record_id]
    assert len(vault.outbox()) == 1
    vault.erase_record(record_id, reason="asked")
    assert (vault.records(), vault.outbox()) == ((), ())


def test_receipts_over_their_term_go(vault: UnlockedVault) -> None:
    """With the certificates, and the log says so."""
    item = vault.queue("r", recipient="organisation", package=b"p", state="ready")
    vault.add_receipt(item, {"record_id": "r"})
    vault.erase_record(made(vault), reason="asked")
    assert sweep(vault, days=366) == Swept(noticed=2)
    assert sweep(vault, days=367) == Swept(receipts=2)
    assert (vault.receipts(), vault.certificates()) == ((), ())
    assert [entry.what for entry in vault.audit_entries()][-2:] == ["receipt erased"] * 2


def test_a_date_before_what_was_written_last_does_nothing(
    vault: UnlockedVault, clock: FixedClock
) -> None:
    """One of the two clocks is wrong. A minute of difference is none."""
    made(vault)
    clock.move(days=16)
    made(vault)
    assert sweep(vault, days=14, hours=23) == Swept(believed=False)
    assert sweep(vault, days=15, hours=23) == Swept(noticed=1)


def test_times_follow_a_confirmed_date(vault: UnlockedVault, clock: FixedClock) -> None:
    """A device whose clock is behind writes no time before the one that a server told."""
    sweep(vault, days=3)
    clock.move(hours=-5)
    record = vault.open_record(made(vault))
    assert record.updated == record.since == NOW + timedelta(days=3)
    assert vault.audit_entries()[-1].at == datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_what_is_delivered_to_all_is_erased_at_once(vault: UnlockedVault) -> None:
    """With the last receipt that was owed; a record that is still owed to somebody stays."""
    first, second = made(vault, "finalised"), made(vault, "finalised")
    items = [
        vault.queue(record, recipient=recipient, package=b"p", state="ready")
        for record, recipient in ((first, "organisation"), (first, "GM0193"), (second, "GM0193"))
    ]
    vault.add_receipt(items[0], {"record_id": first})
    assert vault.keeping.settle() == 0
    vault.add_receipt(items[1], {"record_id": first})
    assert vault.keeping.settle() == 1
    assert [record.id for record in vault.records()] == [second]


def test_a_sweep_that_breaks_off_erases_all_or_nothing(
    vault: UnlockedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: no record is gone without its certificate."""
    for _ in range(2):
        made(vault)
    sweep(vault, days=20)
    with monkeypatch.context() as patched:
        patched.setattr("intake_app.vault.work.Work._seal_state", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(vault, days=22)
    assert len(vault.records()) == 2
    assert vault.certificates() == ()
    assert sweep(vault, days=22) == Swept(records=2)


def test_a_receipt_that_is_gone_cannot_be_forgotten_twice(vault: UnlockedVault) -> None:
    """It says so."""
    with pytest.raises(RecordMissing):
        vault._outgoing.forget("nowhere")


def test_a_sweep_needs_no_key_to_an_interview(vault: UnlockedVault) -> None:
    """It works in a vault that was locked to deliver."""
    made(vault)
    vault.lock_to_deliver()
    sweep(vault, days=20)
    assert sweep(vault, days=21) == Swept(records=1)

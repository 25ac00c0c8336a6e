"""Handing one record over to another device: what goes along, and what is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    HandoverRefused,
    NotPermitted,
    RecordChanged,
    RecordMissing,
    VaultLocked,
)
from intake_app.settings import Retention
from intake_app.vault import UnlockedVault, certificate_holds
from intake_app.vault.letters import write_letter
from tests.unit.vault.crew import ADMIN, FIRST, PLACEMENT, SCREENER, Crew
from tests.unit.vault.handed import CONTENT, PACKAGES, Devices, begin, state_of, waiting

STATES = ("draft", "stopped", "finalised", "placed")


@pytest.fixture
def devices(crew: Crew, vault: UnlockedVault) -> Iterator[Devices]:
    """Return two devices, each in the hands of somebody with every role."""
    with crew.unlocked(FIRST) as here:
        yield Devices(here, vault)


@pytest.mark.parametrize("state", STATES)
def test_a_record_goes_whole_and_is_erased_with_a_certificate(devices: Devices, state: str) -> None:
    """Summary, body, health, state, term and packages are there as they were; here is nothing."""
    record = begin(devices.here, state)
    before, queued = devices.here.open_record(record), waiting(devices.here)
    offer = devices.offer(record)
    assert state_of(devices.here, record) == "handed"
    taken = devices.take(offer)
    there = devices.there.open_record(taken.record_id)
    assert (there.id, there.state, there.since) == (record, state, before.since)
    assert (there.form_id, there.form_version) == ("s", "1")
    assert {name: getattr(there, name) for name in CONTENT} == CONTENT
    (row,) = devices.there._work.store.rows("record")
    assert (row["holder_key"] is not None) == (state in {"draft", "stopped"})
    assert waiting(devices.there) == [each for each in queued if each[1] != b"profile"]
    settled = devices.settle(taken.answer)
    assert (settled.record_id, settled.outcome) == (record, "taken")
    assert settled.certificate is not None
    assert settled.certificate["reason"] == "handed over"
    assert certificate_holds(settled.certificate, devices.here.verifying_key())
    assert state_of(devices.here, record) == ""
    assert devices.here.verify().ok
    assert devices.there.verify().ok


@pytest.mark.parametrize("state", STATES)
def test_a_declined_record_is_as_it_was(devices: Devices, state: str) -> None:
    """State, term and packages; it goes on here, and the offer can never be taken any more."""
    record = begin(devices.here, state)
    before, queued = devices.here.open_record(record), waiting(devices.here)
    offer = devices.offer(record)
    answer = devices.there.handover.decline(offer)
    assert devices.settle(answer).certificate is None
    assert devices.here.open_record(record) == before
    assert waiting(devices.here) == queued
    with pytest.raises(HandoverRefused, match="declined here"):
        devices.take(offer)
    if state == "draft":
        assert devices.here.save_record(record, revision=1, **CONTENT) == 2
    assert devices.take(devices.offer(record)).record_id == record


def test_what_was_offered_is_neither_changed_nor_delivered(devices: Devices) -> None:
    """Nor placed, held, or erased while it can be taken; its packages are out of sight."""
    here, record = devices.here, begin(devices.here, "finalised")
    (mine, other) = (row.id for row in here.outbox() if row.record_id == record)
    left = {row.id for row in here.outbox()} - {mine, other}
    devices.offer(record)
    assert {row.id for row in here.outbox()} == left
    for call in (here.package, lambda item: here.save_outbox(item, state="ready")):
        with pytest.raises(RecordMissing):
            call(mine)
    with pytest.raises(RecordMissing):
        here.add_receipt(other, {})
    for finalise in (here.save_record, here.finalise_record):
        with pytest.raises(RecordChanged):
            finalise(record, revision=2, **CONTENT)
    for state in ("placed", "draft", "finalised", "stopped", "handed"):
        with pytest.raises(RecordChanged):
            here.set_record_state(record, state)
    with pytest.raises(RecordChanged):
        here.people.hold(record, here.user.id)
    with pytest.raises(HandoverRefused, match="read its answer"):
        here.erase_record(record, reason="asked")
    assert here.keeping.settle() == 0
    assert here.verify().ok


def test_a_date_never_erases_what_was_offered(crew: Crew, vault: UnlockedVault) -> None:
    """A person may, once nobody can take it any more."""
    with crew.opened() as opened:
        (first,) = (user.id for user in opened.users() if user.name == FIRST)
        here = opened.unlock(first, "vijftien of meer tekens")
        record = begin(here)
        Devices(here, vault).offer(record)
        assert isinstance(here._work.clock, FixedClock)
        for days in (27, 1):
            here._work.clock.move(days=days)
            here.keeping.sweep(Retention(), here._work.clock.now())
            with pytest.raises(HandoverRefused, match="read its answer"):
                here.erase_record(record, reason="asked")
        here._work.clock.move(days=2)
        here.keeping.sweep(Retention(), here._work.clock.now())
        assert [due.decides for due in here.keeping.due(Retention()) if due.id == record] == [
            "person"
        ]
        here.erase_record(record, reason="asked")
        assert state_of(here, record) == ""


def test_an_offer_is_taken_once(devices: Devices) -> None:
    """Also after the record was erased there, and it cannot be declined after that."""
    record = begin(devices.here)
    offer = devices.offer(record)
    taken = devices.take(offer)
    for call in (devices.take, devices.there.handover.decline):
        with pytest.raises(HandoverRefused, match="taken already"):
            call(offer)
    devices.there.erase_record(record, reason="asked")
    with pytest.raises(HandoverRefused, match="taken already"):
        devices.take(offer)
    assert devices.there.handover.answer(offer) == taken.answer
    devices.settle(taken.answer)
    with pytest.raises(HandoverRefused, match="still open"):
        devices.settle(taken.answer)


def test_the_same_offer_can_be_written_again(devices: Devices) -> None:
    """Taken from either file once; to another address it is refused."""
    record = begin(devices.here)
    first, second = devices.offer(record), devices.offer(record)
    devices.take(second)
    with pytest.raises(HandoverRefused, match="taken already"):
        devices.take(first)
    other = replace(devices.there.handover.address(), user_id="0" * 32)
    letter = write_letter(devices.there.handover._own.signing, "address", other.facts())
    with pytest.raises(HandoverRefused, match="another address"):
        devices.here.handover.offer(record, letter, other.fingerprint)


def test_an_offer_is_over_after_28_days(devices: Devices, clock: FixedClock) -> None:
    """Also where the clock is set back then; it can be declined, and so comes back."""
    record = begin(devices.here)
    offer = devices.offer(record)
    clock.move(days=28)
    devices.there.save_settings(devices.there.settings())
    clock.move(days=-20)
    with pytest.raises(HandoverRefused, match="is over"):
        devices.take(offer)
    devices.settle(devices.there.handover.decline(offer))
    assert state_of(devices.here, record) == "draft"


def test_only_whom_it_was_offered_to_takes_it(devices: Devices) -> None:
    """Not who offered it, and not with digits that were not read out."""
    offer = devices.offer(begin(devices.here))
    digits = devices.here.handover.address().fingerprint
    for call in (devices.here.handover.decline, lambda o: devices.here.handover.take(o, digits)):
        with pytest.raises(HandoverRefused, match="somebody else"):
            call(offer)
    with pytest.raises(HandoverRefused, match="digits"):
        devices.there.handover.take(offer, "12345")
    with pytest.raises(HandoverRefused, match="digits"):
        devices.here.handover.offer(begin(devices.here), devices.address(devices.there)[0], "1 2 3")
    with pytest.raises(HandoverRefused, match="this very device"):
        devices.here.handover.offer(begin(devices.here), *devices.address(devices.here))
    with pytest.raises(HandoverRefused, match="not answered"):
        devices.there.handover.answer(offer)


@pytest.mark.parametrize(
    ("who", "state", "may"),
    [
        (SCREENER, "draft", True),
        (SCREENER, "finalised", False),
        (PLACEMENT, "draft", True),
        (PLACEMENT, "finalised", True),
        (ADMIN, "draft", False),
    ],
)
def test_who_may_offer(
    crew: Crew, vault: UnlockedVault, who: str, state: str, *, may: bool
) -> None:
    """Whoever opens its health answers: its holder, or a placement officer."""
    with crew.unlocked(SCREENER) as screener:
        record = begin(screener, state)
    with crew.unlocked(who) as here:
        devices = Devices(here, vault)
        if may:
            assert devices.take(devices.offer(record)).record_id == record
            return
        with pytest.raises(NotPermitted):
            devices.offer(record)


def test_a_finished_interview_goes_to_a_placement_officer_alone(
    devices: Devices, unlock_as: Callable[..., UnlockedVault]
) -> None:
    """A draft goes to a screener too, who then reads its health answers as its holder."""
    finalised, draft = begin(devices.here, "finalised"), begin(devices.here)
    devices.there.close()
    to = Devices(devices.here, unlock_as("screener"))
    with pytest.raises(HandoverRefused, match="placement officer"):
        to.offer(finalised)
    to.take(to.offer(draft))
    record = to.there.open_record(draft)
    assert (record.health, record.holder) == (CONTENT["health"], to.there.user.id)


@pytest.mark.parametrize("how", ["sending", "refused", "a step", "a receipt"])
def test_a_delivery_that_has_begun_ends_here(devices: Devices, how: str) -> None:
    """Whatever part of it was sent, or may have been."""
    here, record = devices.here, begin(devices.here, "finalised")
    item = next(row.id for row in here.outbox() if row.record_id == record)
    if how == "a receipt":
        here.add_receipt(item, {"record_id": record, "recipient": "organisation"})
    elif how == "a step":
        here.save_outbox(item, journal={"delivery": {}})
    else:
        here.save_outbox(item, state=how)
    with pytest.raises(HandoverRefused, match="has begun"):
        devices.offer(record)
    assert state_of(here, record) == "finalised"


def test_it_comes_back_by_another_hand_over(devices: Devices) -> None:
    """Only once the first was settled: a device never has a record twice."""
    record = begin(devices.here, "finalised")
    answer = devices.take(devices.offer(record)).answer
    back = Devices(devices.there, devices.here)
    offer = back.offer(record)
    with pytest.raises(HandoverRefused, match="still has that record"):
        back.take(offer)
    devices.settle(answer)
    back.settle(back.take(offer).answer)
    assert (state_of(devices.here, record), state_of(devices.there, record)) == ("finalised", "")
    assert {each[:2] for each in PACKAGES} <= {each[:2] for each in waiting(devices.here)}


def test_a_colleague_there_declines_what_is_not_theirs(
    devices: Devices, unlock_as: Callable[..., UnlockedVault]
) -> None:
    """Who cannot take an offer sends it back all the same."""
    devices.there.close()
    to = Devices(devices.here, unlock_as("screener"))
    record, user = begin(devices.here), to.there.user
    offer = to.offer(record)
    to.there.close()
    again = Devices(devices.here, unlock_as("placement"))
    with pytest.raises(HandoverRefused, match="somebody else"):
        again.take(offer)
    assert again.there.user.id != user.id
    again.settle(again.there.handover.decline(offer))
    assert state_of(devices.here, record) == "draft"


def test_an_offer_outlives_a_rotation_on_both_sides(devices: Devices) -> None:
    """It is sealed to a person, and what is remembered is re-wrapped like all receipts."""
    record = begin(devices.here, "finalised")
    offer = devices.offer(record)
    for vault in (devices.here, devices.there):
        vault.people.rotate()
        vault.people.rewrap()
    devices.settle(devices.take(offer).answer)
    assert state_of(devices.there, record) == "finalised"


def test_a_locked_vault_hands_nothing_over(devices: Devices) -> None:
    """Nor one that only delivers."""
    record = begin(devices.here)
    letter, other = devices.address(devices.there), begin(devices.there)
    answer = devices.there.handover.decline(devices.offer(begin(devices.here)))
    offer = devices.there.handover.offer(other, *devices.address(devices.here))
    devices.here.lock_to_deliver()
    for call in (
        devices.here.handover.address_letter,
        lambda: devices.here.handover.offer(record, *letter),
        lambda: devices.here.handover.take(offer, devices.there.handover.address().fingerprint),
        lambda: devices.here.handover.decline(offer),
        lambda: devices.here.handover.answer(offer),
        lambda: devices.here.handover.settle(answer),
    ):
        with pytest.raises(VaultLocked):
            call()
    assert state_of(devices.there, other) == "handed"


def test_a_lost_offer_is_written_again_whatever_the_colleague_is_called_now(
    devices: Devices,
) -> None:
    """It goes to the same person on the same device, under the name that was read then."""
    record = begin(devices.here)
    devices.offer(record)
    devices.there.people.rename(devices.there.user.id, "Test Andere Naam")
    assert devices.take(devices.offer(record)).record_id == record


def test_a_draft_that_is_offered_is_named_when_its_holder_is_removed(devices: Devices) -> None:
    """Declined, it would come back to nobody: a placement officer has to hand it on."""
    people = devices.here.people
    screener = people.add("Test Vertrekt", ("screener",), "vijftien of meer tekens")
    record = begin(devices.here)
    people.hold(record, screener.id)
    offer = devices.offer(record)
    assert people.drafts(screener.id) == (record,)
    assert people.remove(screener.id).drafts == (record,)
    devices.settle(devices.there.handover.decline(offer))
    people.hold(record, devices.here.user.id)
    assert devices.here.save_record(record, revision=1, **CONTENT) == 2

"""Where somebody goes to live: who may say so, what waits for it, and who asks for a call first."""

from dataclasses import replace

import pytest

from intake_app.caseload import Caseload
from intake_app.errors import InterviewError, NotPermitted
from tests.integration.held import begin, finished


def test_a_placement_without_a_case_system_waits_and_says_so(caseload: Caseload) -> None:
    """The municipal package is addressed, and waits for an endpoint."""
    draft = finished(caseload)
    caseload.place(draft.record_id, "GM0193")
    (person,) = caseload.people()
    assert (person.state, person.placement) == ("placed", "GM0193")
    assert {row.recipient: row.state for row in caseload.outbox()} == {
        "GM0193": "no_endpoint",
        "organisation": "ready",
    }


def test_a_placement_with_a_case_system_is_ready(caseload: Caseload) -> None:
    """It may be changed as long as it was not delivered."""
    draft = finished(caseload)
    caseload.place(draft.record_id, "GM0153")
    caseload.save_settings(
        caseload.settings.with_endpoint("GM0193", {"zaken": "https://z.example"})
    )
    caseload.place(draft.record_id, "GM0193")
    assert {row.recipient: row.state for row in caseload.outbox()} == {
        "GM0193": "ready",
        "organisation": "ready",
    }


def test_another_placement_forgets_why_the_first_one_waited(caseload: Caseload) -> None:
    """One case system's trouble is not the next one's."""
    draft = finished(caseload)
    caseload.place(draft.record_id, "GM0153")
    row = next(row for row in caseload.outbox() if row.recipient == "GM0153")
    caseload.vault.save_outbox(row.id, state="retry", journal={"attempts": 3, "reason": {}})
    caseload.place(draft.record_id, "GM0193")
    row = next(row for row in caseload.outbox() if row.recipient == "GM0193")
    assert (row.state, row.journal) == ("no_endpoint", {})


@pytest.mark.parametrize(
    ("state", "journal"), [("sending", {}), ("retry", {"delivery": {"parts": {}}})]
)
def test_a_profile_that_is_on_its_way_keeps_its_municipality(
    caseload: Caseload, state: str, journal: dict[str, object]
) -> None:
    """Nobody is left with half a profile, and nobody gets another's."""
    draft = finished(caseload)
    caseload.place(draft.record_id, "GM0153")
    row = next(row for row in caseload.outbox() if row.recipient == "GM0153")
    caseload.vault.save_outbox(row.id, state=state, journal=journal)
    with pytest.raises(InterviewError, match="already given"):
        caseload.place(draft.record_id, "GM0193")
    assert caseload.people()[0].placement == "GM0153"
    assert {each.recipient for each in caseload.outbox()} == {"organisation", "GM0153"}


def test_a_profile_that_was_delivered_keeps_its_municipality(caseload: Caseload) -> None:
    """Another one would get nothing: that is said, and the list does not claim otherwise."""
    draft = finished(caseload)
    caseload.place(draft.record_id, "GM0153")
    row = next(row for row in caseload.outbox() if row.recipient == "GM0153")
    receipt = {"record_id": draft.record_id, "recipient": "GM0153"}
    caseload.vault.add_receipt(row.id, receipt)
    with pytest.raises(InterviewError, match="already given"):
        caseload.place(draft.record_id, "GM0193")
    assert caseload.people()[0].placement == "GM0153"
    caseload.place(draft.record_id, "GM0153")


@pytest.mark.parametrize("code", ["", "GM9999", "Zwolle"])
def test_only_a_municipality_is_a_placement(caseload: Caseload, code: str) -> None:
    """A name or an unknown code places nobody."""
    draft = finished(caseload)
    with pytest.raises(InterviewError):
        caseload.place(draft.record_id, code)


def test_a_draft_cannot_be_placed(caseload: Caseload) -> None:
    """First the interview is finished."""
    draft = begin(caseload)
    with pytest.raises(InterviewError):
        caseload.place(draft.record_id, "GM0193")


def test_placing_needs_the_role(caseload: Caseload, monkeypatch: pytest.MonkeyPatch) -> None:
    """A screener places nobody."""
    draft = finished(caseload)
    user = caseload.vault.user
    monkeypatch.setattr(caseload.vault._work, "user", type(user)(user.id, user.name, ("screener",)))
    with pytest.raises(NotPermitted):
        caseload.place(draft.record_id, "GM0193")


@pytest.mark.parametrize(
    ("name", "asks"), [("shepherd_from_eritrea", True), ("surgeon_from_syria", False)]
)
def test_who_is_not_safe_somewhere_asks_for_a_call(
    caseload: Caseload,
    name: str,
    asks: bool,  # noqa: FBT001 - a table's column
) -> None:
    """The question promises it; the placement officer is told, before and after the placement."""
    draft = finished(caseload, name)
    assert caseload.asks_for_a_call(draft.record_id) is asks
    caseload.place(draft.record_id, "GM0193")
    assert caseload.asks_for_a_call(draft.record_id) is asks


def test_only_the_placement_officer_is_told_who_asks_for_a_call(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a screener, even one who could open the answer; and nobody without its key."""
    draft = finished(caseload, "shepherd_from_eritrea")
    vault = caseload.vault
    with monkeypatch.context() as without:
        without.setattr(vault._work, "user", replace(vault.user, roles=("screener",)))
        assert not caseload.asks_for_a_call(draft.record_id)
    sealed = replace(vault.open_record(draft.record_id), health=None)
    monkeypatch.setattr(vault, "open_record", lambda _: sealed)
    assert not caseload.asks_for_a_call(draft.record_id)


def test_who_did_not_want_the_interview_asks_for_no_call(caseload: Caseload) -> None:
    """Of an interview that was stopped nothing of the kind is kept."""
    draft = begin(caseload)
    draft.answer("/data/criteria/unsafe_place", "yes")
    draft.answer("/data/explanation/ready", "no")
    draft.stop()
    assert not caseload.asks_for_a_call(draft.record_id)

"""A draft on its way over versions: several at once, back again, and where one goes on."""

import json
from typing import Any

import pytest

from intake_app import earlier
from intake_app.caseload import Caseload
from intake_app.interview.form import Form
from tests.integration.versions import (
    FOR_WHOM,
    NAME,
    TITLE,
    YEARS,
    begun,
    compiled,
    finished,
    loaded,
    node,
    without,
)


@pytest.fixture(name="third")
def make_third() -> Form:
    """Return a version that is two after: what was renamed then has a third name."""
    source = compiled()
    without(source, FOR_WHOM)
    was = "total_years years_worked"
    node(source, YEARS).update(name="work_years", intake={"item": "Q7.3", "was": was})
    return loaded(source, "third")


def in_the_app(
    caseload: Caseload, form: Form, monkeypatch: pytest.MonkeyPatch, *known: Form
) -> Caseload:
    """Return the caseload of an app with a version, that knows some before it."""
    forms = {each.hash: each for each in known}
    monkeypatch.setattr(earlier, "load", forms.get)
    return Caseload(caseload.vault, form, caseload.library, caseload.clock)


@pytest.mark.parametrize("over", [True, False])
def test_a_draft_that_is_two_versions_old_ends_where_one_ends_that_went_over_both(
    caseload: Caseload,
    newer: Form,
    third: Form,
    monkeypatch: pytest.MonkeyPatch,
    over: bool,  # noqa: FBT001 - a table's column
) -> None:
    """An author keeps all earlier names; what has no place in between may return after."""
    record = begun(caseload).record_id
    if over:
        in_the_app(caseload, newer, monkeypatch, caseload.form).open(record)
    known = (caseload.form, newer)
    draft = in_the_app(caseload, third, monkeypatch, *known).open(record)
    interview = draft.interview
    assert interview.node("/data/work/work_years").value == "17"
    assert interview.node(NAME).value == "Voorbeeld Chirurg"
    apart = {orphan.path: orphan.value for orphan in interview.orphans}
    assert apart.pop(FOR_WHOM) == "family"
    # Rows may have moved in between: such an answer does not return by itself.
    assert apart == ({TITLE: "Zeldzaam Beroep"} if over else {})


def test_one_goes_on_in_the_section_of_a_question_that_is_gone(
    caseload: Caseload, after: Caseload
) -> None:
    """And not at the beginning of it all."""
    draft = begun(caseload)
    draft.answer(FOR_WHOM, "family")
    moved = after.open(draft.record_id)
    assert moved.at == "/data/household/living_with"
    assert moved.at in [step.path for step in moved.interview.steps()]
    assert after.open(draft.record_id).at == moved.at


def test_what_is_finished_or_stopped_stays_of_its_version(
    caseload: Caseload, after: Caseload, third: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be looked at in a newer app, and nothing of it is written."""
    ended = [finished(caseload, after).record_id, begun(caseload).record_id]
    stopped = caseload.open(ended[1])
    stopped.answer("/data/explanation/ready", "no")
    stopped.stop()
    later = in_the_app(caseload, third, monkeypatch, caseload.form, after.form)
    before = {record: content(later, record) for record in ended}
    head = later.vault.audit_head()
    for record in ended:
        assert later.open(record).upgraded is None
    assert later.outlooks() == ()
    assert later.vault.audit_head() == head
    assert {record: content(later, record) for record in ended} == before


def content(cases: Caseload, record_id: str) -> tuple[Any, ...]:
    """Return all that a record holds."""
    record = cases.vault.open_record(record_id)
    return record.revision, record.form_version, json.dumps([record.body, record.health])

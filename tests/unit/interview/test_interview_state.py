"""The state of an interview comes back whole, and only to the form that it is of."""

import json

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import FormError, InterviewError
from intake_app.interview import Form, Interview
from tests.unit.interview.questionnaires import PLACES, WORK, Begin, Compile


def test_a_calculation_that_a_person_overruled_stays(begin: Begin) -> None:
    """Until what it is calculated from changes; a read-only one cannot be overruled."""
    interview = begin(
        """
        | survey |
        |        | type    | name  | label  | calculation | read_only |
        |        | integer | n     | Aantal | | |
        |        | integer | twice | Dubbel | ${n} * 2 | |
        |        | integer | fixed | Vast   | ${n} * 2 | yes |
        """
    )
    interview.answer("/data/n", "2")
    interview.answer("/data/twice", "5")
    state = interview.export()
    again = Interview(interview.form, clock=FixedClock(), state=state)
    assert again.node("/data/twice").value == "5"
    assert again.export() == state
    again.answer("/data/n", "3")
    assert again.node("/data/twice").value == "6"
    assert (again.node("/data/twice").at, again.node("/data/twice").by) == ("", "")
    with pytest.raises(InterviewError, match="read-only"):
        again.answer("/data/fixed", "1")


def test_a_state_comes_back_whole(begin: Begin, clock: FixedClock) -> None:
    """Answers, what stands beside them, who and when, rows, language; also what sleeps."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    interview.add_repeat("/data/work/jobs")
    clock.move(minutes=5)
    beside = {"calendar": "persian", "words": "1373"}
    interview.answer("/data/work/jobs[2]/since", "1994", beside=beside)
    interview.set_aside("/data/work/jobs[1]/title", "declined")
    interview.answer("/data/person/age", "12")
    interview.set_language("ar")
    state = json.loads(json.dumps(interview.export()))
    again = Interview(interview.form, clock=clock, state=state)
    assert again.export() == state
    assert list(again.nodes()) == list(interview.nodes())
    assert again.language == "ar"
    node = again.node("/data/work/jobs[2]/since")
    assert (node.beside, node.at, node.by) == (
        beside, "2026-11-23T12:05:00+00:00", "Test Screener",
    )  # fmt: skip


def test_a_state_of_another_form_is_refused(begin: Begin) -> None:
    """And so is one that is damaged."""
    interview = begin(WORK)
    state = interview.export()
    with pytest.raises(FormError, match="another version"):
        Interview(interview.form, clock=FixedClock(), state={**state, "hash": "0"})
    with pytest.raises(InterviewError, match="cannot be read"):
        Interview(interview.form, clock=FixedClock(), state={**state, "nodes": {"/x": {}}})


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"[1]", b"\xff", b'{"schema": 1}', b'{"schema": 99, "hash": ""}']
)
def test_a_damaged_form_is_refused(damaged: bytes) -> None:
    """With our own error."""
    with pytest.raises(FormError):
        Form.load(damaged)


def test_a_form_changed_after_it_was_compiled_is_refused(form_of: Compile) -> None:
    """Its hash does not fit any more."""
    assert form_of(PLACES).hash
    made = compile_xform(
        b'<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data id="t">'
        b"<q/></data></instance></model></h:head><h:body/></h:html>"
    )
    with pytest.raises(FormError, match="changed after"):
        Form.load({**made, "title": "Other"})


def test_a_truth_that_was_found_once_is_one_after_a_restart(
    begin: Begin, clock: FixedClock
) -> None:
    """Not the word `false`, which is something."""
    interview = begin(
        """
        | survey |
        |        | type      | name | label | calculation |
        |        | text      | a    | A     | |
        |        | calculate | c    |       | once(${a} != '') |
        |        | calculate | d    |       | if(${c}, 'ja', 'nee') |
        """
    )
    interview.answer("/data/a", "x")
    again = Interview(interview.form, clock=clock, state=interview.export())
    for one in (interview, again):
        assert (one.node("/data/c").value, one.node("/data/d").value) == ("false", "nee")

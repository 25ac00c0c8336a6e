"""No value of an answer stands in the `repr` of anything: those end in tracebacks and logs."""

from collections.abc import Callable, Iterator

import pytest

from intake_app.interview import Interview, upgrade
from tests.unit.interview.questionnaires import Compile, tables

SECRET = "Zeldzaam"
Begin = Callable[[str], Interview]


def things(interview: Interview) -> Iterator[object]:
    """Go through what an interview hands out, and holds."""
    model = interview._model
    yield interview.node("/data/q")
    yield interview
    yield model.root.children["q"]
    yield model.root
    yield from model.journal.actions()
    yield interview.answer("/data/q", f"{SECRET} nu", beside={"own_words": SECRET})


@pytest.mark.parametrize("act", ["answer", "aside"])
def test_nothing_of_an_answer_shows_in_a_repr(begin: Begin, act: str) -> None:
    """Of a question, a node, an action that can be taken back, or what it changed."""
    interview = begin(tables("text | q"))
    interview.answer("/data/q", SECRET, beside={"own_words": SECRET})
    if act == "aside":
        interview.set_aside("/data/q", "declined")
    for thing in things(interview):
        assert SECRET not in repr(thing)
        assert "declined" not in repr(thing)


def test_nothing_of_what_is_kept_apart_shows_in_a_repr(begin: Begin, form_of: Compile) -> None:
    """It names the question and the version; so does what became of it."""
    interview = begin(tables("text | q"))
    interview.answer("/data/q", SECRET, beside={"own_words": SECRET})
    form = form_of(tables("text | other", version="2"))
    made = upgrade.plan(interview.export(), form, interview.form)
    after = begin(tables("text | other", version="2"))
    (orphan,) = Interview(after.form, clock=after._clock, state=made.state).orphans
    assert SECRET not in repr(orphan) + repr(made)
    assert "/data/q" in repr(orphan)

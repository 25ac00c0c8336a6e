"""A question that came with another version begins as it would in a new interview."""

from collections.abc import Callable
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview, upgrade
from tests.unit.interview.questionnaires import SETTINGS, Compile

OLD = """
| survey |              |      |       |                |         |          |
|        | type         | name | label | calculation    | default | trigger  |
|        | text         | q    | q     |                |         |          |
|        | begin_repeat | g    | g     |                |         |          |
|        | text         | r    | r     |                |         |          |
|        | end_repeat   |      |       |                |         |          |
"""
NEW = """
| survey |              |      |       |                |                     |      |
|        | type         | name | label | calculation    | default             | trigger |
|        | text         | q    | q     |                | concat('a', 'b')    |      |
|        | calculate    | c    |       | concat(${q}, '!') |                  |      |
|        | calculate    | o    |       | once(random()) |                     |      |
|        | text         | d    | d     |                | concat('d', ${q})   |      |
|        | text         | s    | s     |                | plain               |      |
|        | text         | t    | t     | concat(${q}, '?') |                  | ${q} |
|        | text         | u    | u     | concat('u', ${d}) |                  | ${d} |
|        | begin_repeat | g    | g     |                |                     |      |
|        | text         | r    | r     |                | concat('r', 'r')    |      |
|        | text         | n    | n     |                | concat('n', position(..)) | |
|        | end_repeat   |      |       |                |                     |      |
|        | begin_repeat | h    | h     |                |                     |      |
|        | text         | x    | x     |                | concat('x', 'x')    |      |
|        | end_repeat   |      |       |                |                     |      |
"""
Move = Callable[..., tuple[Interview, Form]]


@pytest.fixture(name="moved")
def move(form_of: Compile, clock: FixedClock) -> Move:
    """Move a draft with an answer and two rows to the newer version."""

    def moved(*, knows: bool = True) -> tuple[Interview, Form]:
        before, form = (
            form_of(OLD + SETTINGS.format("1", "f")),
            form_of(NEW + SETTINGS.format("2", "f")),
        )
        interview = Interview(before, clock=clock)
        interview.answer("/data/q", "told")
        interview.clear("/data/q")
        interview.add_repeat("/data/g")
        made = upgrade.plan(interview.export(), form, before if knows else None)
        return Interview(form, clock=clock, state=made.state, fresh=made.fresh), form

    return moved


def values(interview: Interview) -> dict[str, str]:
    """Return what there is, by the end of the path."""
    return {node.path.removeprefix("/data/"): node.value for node in interview.nodes()}


def test_a_new_question_is_calculated_and_has_its_default(moved: Move) -> None:
    """Also in rows that were there; what was there before and is blank stays blank."""
    interview, _ = moved()
    seen = values(interview)
    assert float(seen.pop("o")) > 0
    assert seen == {
        "q": "",
        "c": "!",
        "d": "d",
        "s": "plain",
        "t": "",
        "u": "",
        "g[1]/r": "",
        "g[1]/n": "n1",
        "g[2]/r": "",
        "g[2]/n": "n2",
        "h[1]/x": "xx",
    }
    assert not [node.path for node in interview.nodes() if node.at]


def test_what_a_new_default_gives_is_kept_and_given_once(moved: Move, clock: FixedClock) -> None:
    """A person may clear it; going on with the draft does not bring it back."""
    interview, form = moved()
    interview.clear("/data/d")
    again = Interview(form, clock=clock, state=interview.export())
    assert values(again) == values(interview)
    assert (values(again)["d"], values(again)["g[2]/n"]) == ("", "n2")


def test_a_trigger_of_a_new_question_waits_for_a_change(moved: Move) -> None:
    """What was told before it came is no change."""
    interview, _ = moved()
    interview.answer("/data/q", "nu")
    interview.answer("/data/d", "nu")
    assert (values(interview)["t"], values(interview)["u"]) == ("nu?", "unu")


def test_nothing_that_a_new_question_gets_can_be_taken_back(moved: Move) -> None:
    """Nobody did it."""
    interview, _ = moved()
    assert interview.undoable == 0


def test_without_the_earlier_form_nothing_tells_what_is_new(moved: Move) -> None:
    """A default would come back that a person had cleared."""
    interview, _ = moved(knows=False)
    seen = values(interview)
    assert (seen["d"], seen["g[1]/n"], seen["c"]) == ("", "", "!")


def test_an_answer_that_returns_is_not_written_over_by_a_default(
    form_of: Compile, clock: FixedClock
) -> None:
    """There and back again: its question is new to the version in between."""
    old, new = form_of(OLD + SETTINGS.format("1", "f")), form_of(NEW + SETTINGS.format("2", "f"))
    interview = Interview(new, clock=clock)
    interview.answer("/data/d", "told")
    away = upgrade.plan(interview.export(), old, new)
    back = upgrade.plan(away.state, new, old)
    assert "/data/d" in back.fresh
    after = Interview(new, clock=clock, state=back.state, fresh=back.fresh)
    assert after.node("/data/d").value == "told"
    held: dict[str, Any] = after.export()["nodes"]["/data/d"]
    assert held["at"] == "2026-11-23T12:00:00+00:00"

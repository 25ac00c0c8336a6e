"""What becomes of the rows of a repeat when the form has another version."""

from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview, upgrade
from tests.unit.interview.questionnaires import GROUP, REPEAT, SETTINGS, Compile, Held, tables


def test_of_a_repeat_that_is_none_any_more_the_first_row_stays(
    two_rows: tuple[Form, dict[str, Any]], form_of: Compile, clock: FixedClock
) -> None:
    """The other rows are kept apart."""
    before, state = two_rows
    form = form_of(tables(*GROUP, version="2"))
    made = upgrade.plan(state, form, before)
    assert Interview(form, clock=clock, state=made.state).node("/data/g/q").value == "7"
    assert [(orphan["path"], orphan["value"]) for orphan in made.state["orphans"]] == [
        ("/data/g[2]/q", "8")
    ]
    assert [move.why for move in made.moves] == [upgrade.ELSEWHERE, upgrade.NO_ROOM]


def test_a_group_that_repeats_now_has_its_answers_in_the_first_row(
    held: Held, form_of: Compile, clock: FixedClock
) -> None:
    """And that row is there."""
    before, state = held(*GROUP, tell={"/data/g/q": "7"})
    form = form_of(tables(*REPEAT, version="2"))
    after = Interview(form, clock=clock, state=upgrade.plan(state, form, before).state)
    assert (after.count("/data/g"), after.node("/data/g[1]/q").value) == (1, "7")


def test_a_repeat_that_was_renamed_keeps_its_rows(
    two_rows: tuple[Form, dict[str, Any]], form_of: Compile, clock: FixedClock
) -> None:
    """In a new group around it too."""
    before, state = two_rows
    rows = ("begin_group | out", "begin_repeat | h | | | g", "integer | q", "end_repeat | ")
    form = form_of(tables(*rows, "end_group | ", version="2"))
    after = Interview(form, clock=clock, state=upgrade.plan(state, form, before).state)
    assert [node.value for node in after.nodes()] == ["7", "8"]


def test_answers_do_not_slip_into_the_rows_of_another_repeat(
    two_rows: tuple[Form, dict[str, Any]], form_of: Compile
) -> None:
    """Somebody's second job is not their second school."""
    before, state = two_rows
    form = form_of(tables("begin_repeat | schools", "integer | q", "end_repeat | ", version="2"))
    made = upgrade.plan(state, form, before)
    assert [orphan["value"] for orphan in made.state["orphans"]] == ["7", "8"]


def test_a_repeat_without_rows_stays_without(form_of: Compile, clock: FixedClock) -> None:
    """A row that a person removed does not come back."""
    before = form_of(tables(*REPEAT))
    interview = Interview(before, clock=clock)
    interview.remove_repeat("/data/g[1]")
    form = form_of(tables(*REPEAT, "text | other", version="2"))
    made = upgrade.plan(interview.export(), form, before)
    assert Interview(form, clock=clock, state=made.state).count("/data/g") == 0


@pytest.fixture(name="hidden_row")
def hold_hidden_row(form_of: Compile, clock: FixedClock) -> tuple[Form, dict[str, Any]]:
    """Return a form with a counted repeat, and a state with a row in sight and one out of it."""
    form = form_of(counted())
    interview = Interview(form, clock=clock)
    interview.answer("/data/n", "2")
    interview.answer("/data/g[1]/q", "7")
    interview.answer("/data/g[2]/q", "8")
    interview.answer("/data/n", "1")
    return form, interview.export()


def counted(count: str = "${n}", version: str = "1") -> str:
    """Return a questionnaire with a counted repeat."""
    return (
        f"""
    | survey |              |      |       |              |
    |        | type         | name | label | repeat_count |
    |        | integer      | n    | n     |              |
    |        | begin_repeat | g    | g     | {count}      |
    |        | integer      | q    | q     |              |
    |        | end_repeat   |      |       |              |
    """.replace("\n    ", "\n")
        + SETTINGS.format(version, "f")
    )


def test_rows_out_of_sight_stay_so(
    hidden_row: tuple[Form, dict[str, Any]], form_of: Compile, clock: FixedClock
) -> None:
    """They return when the count grows, as before."""
    before, state = hidden_row
    form = form_of(counted(version="2"))
    after = Interview(form, clock=clock, state=upgrade.plan(state, form, before).state)
    assert after.count("/data/g") == 1
    after.answer("/data/n", "2")
    assert after.node("/data/g[2]/q").value == "8"


def test_rows_out_of_sight_are_kept_apart_where_nobody_counts_any_more(
    hidden_row: tuple[Form, dict[str, Any]], form_of: Compile
) -> None:
    """Nothing would bring them back."""
    before, state = hidden_row
    made = upgrade.plan(state, form_of(counted("", version="2")), before)
    assert made.state["repeats"] == {"/data/g": 1}
    assert [orphan["value"] for orphan in made.state["orphans"]] == ["8"]

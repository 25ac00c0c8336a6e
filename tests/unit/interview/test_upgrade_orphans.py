"""What has no place in another version is kept apart, and returns when its question does."""

from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview, carrying, upgrade
from tests.unit.interview.questionnaires import NUMBER, SETTINGS, Compile, Held, tables


@pytest.mark.parametrize(
    ("sensitivity", "knows", "sealed"),
    [("health", True, "health"), ("", True, ""), ("health", False, "unknown")],
)
def test_an_orphan_says_what_it_was(
    held: Held,
    form_of: Compile,
    sensitivity: str,
    knows: bool,  # noqa: FBT001 - a table's column
    sealed: str,
) -> None:
    """Its question in the form's own language, how sensitive it is, when and by whom."""
    before, state = held(f"integer | q | Hoe oud? | | | | {sensitivity}", tell={"/data/q": "7"})
    form = form_of(tables("text | other", version="2"))
    (orphan,) = upgrade.plan(state, form, before if knows else None).state["orphans"]
    assert orphan == {
        "path": "/data/q",
        "label": "Hoe oud?" if knows else "q",
        "value": "7",
        "at": "2026-11-23T12:00:00+00:00",
        "by": "Test Screener",
        "sensitivity": sealed,
        "version": "1",
    }


def test_an_orphan_returns_when_its_question_does(held: Held, form_of: Compile) -> None:
    """Also over a version in between, and never over an answer given since."""
    before, state = held("integer | q", "text | other", tell={"/data/q": "7"})
    without = form_of(tables("text | other", version="2"))
    apart = upgrade.plan(state, without, before).state
    longer = form_of(tables("text | other", "text | more", version="3"))
    still = upgrade.plan(apart, longer, without)
    assert (still.moves, still.state["orphans"]) == ((), apart["orphans"])
    back = upgrade.plan(still.state, before, longer)
    assert [(move.kind, move.after, move.why) for move in back.moves] == [
        ("kept", "/data/q", upgrade.BACK)
    ]
    assert back.state == state
    since = {**still.state, "nodes": {"/data/q": {"value": "9", "at": "x", "by": ""}}}
    assert upgrade.plan(since, before, None).state["orphans"] == apart["orphans"]


def test_an_orphan_of_another_type_does_not_return(held: Held, form_of: Compile) -> None:
    """It stays kept apart."""
    before, state = held("text | q", tell={"/data/q": "zeven"})
    without = form_of(tables("text | other", version="2"))
    apart = upgrade.plan(state, without, before).state
    made = upgrade.plan(apart, form_of(tables(NUMBER, version="3")), without)
    assert (made.moves, made.state["orphans"]) == ((), apart["orphans"])


@pytest.mark.parametrize(("now", "returns"), [("health", True), ("", False), ("proxy", False)])
def test_an_orphan_does_not_return_to_a_question_that_guards_it_less(
    held: Held,
    form_of: Compile,
    now: str,
    returns: bool,  # noqa: FBT001 - a table's column
) -> None:
    """A name that was used again for something else would deliver what was told as health."""
    before, state = held("integer | q | q | | | | health", tell={"/data/q": "7"})
    without = form_of(tables("text | other", version="2"))
    apart = upgrade.plan(state, without, before).state
    again = form_of(tables(f"integer | q | q | | | | {now}", version="3"))
    made = upgrade.plan(apart, again, without)
    assert ("/data/q" in made.state["nodes"]) is returns
    assert bool(made.state.get("orphans")) is not returns


def test_an_orphan_does_not_return_into_rows_that_may_have_moved(
    two_rows: tuple[Form, dict[str, Any]], form_of: Compile
) -> None:
    """The second row may be another's by now; where the whole repeat was gone it is not."""
    before, state = two_rows
    emptied = form_of(tables("begin_repeat | g", "text | other", "end_repeat | ", version="2"))
    apart = upgrade.plan(state, emptied, before).state
    assert len(upgrade.plan(apart, before, emptied).state["orphans"]) == 2
    without = form_of(tables("text | other", version="2"))
    apart = upgrade.plan(state, without, before).state
    assert upgrade.plan(apart, before, without).state == state


CALCULATED = """
| survey |           |      |       |             |         |
|        | type      | name | label | calculation | default |
|        | integer   | q    | q     |             |         |
|        | calculate | c    |       | ${q} + 1    |         |
|        | integer   | o    | o     | ${q} + 2    |         |
|        | integer   | d    | d     |             | 5       |
"""


@pytest.mark.parametrize("overrule", [True, False])
def test_a_calculation_is_no_orphan_unless_a_person_overruled_it(
    form_of: Compile,
    clock: FixedClock,
    overrule: bool,  # noqa: FBT001 - a table's column
) -> None:
    """What nobody told is calculated again, or is not needed any more."""
    before = form_of(CALCULATED + SETTINGS.format("1", "f"))
    interview = Interview(before, clock=clock)
    interview.answer("/data/q", "7")
    if overrule:
        interview.answer("/data/o", "70")
    made = upgrade.plan(interview.export(), form_of(tables(NUMBER, version="2")), before)
    apart = [(orphan["path"], orphan["value"]) for orphan in made.state.get("orphans", [])]
    assert apart == ([("/data/o", "70")] if overrule else [])
    same = form_of((CALCULATED + SETTINGS.format("2", "f")).replace("+ 1", "+ 10"))
    after = Interview(same, clock=clock, state=upgrade.plan(interview.export(), same, before).state)
    assert after.node("/data/c").value == "17"
    assert after.node("/data/o").value == ("70" if overrule else "9")


def test_what_a_person_told_is_kept_apart_where_the_form_calculates_it_now(
    held: Held, form_of: Compile
) -> None:
    """A calculation would write over it."""
    before, state = held(NUMBER, "integer | c", tell={"/data/q": "7", "/data/c": "9"})
    form = form_of(CALCULATED + SETTINGS.format("2", "f"))
    made = upgrade.plan(state, form, before)
    assert [(orphan["path"], orphan["value"]) for orphan in made.state["orphans"]] == [
        ("/data/c", "9")
    ]
    assert [move.why for move in made.moves if move.why] == [carrying.NOT_ASKED]

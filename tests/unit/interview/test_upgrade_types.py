"""What becomes of an answer when its question has another type in another version."""

from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Interview, carrying, upgrade
from tests.unit.interview.questionnaires import (
    CODE,
    DATE,
    DECIMAL,
    FEW,
    FEW_MANY,
    MANY,
    NUMBER,
    ONE,
    PARTIAL,
    TEXT,
    Compile,
    Held,
    tables,
)

FILTERED = "select_one colours | q | q | name != 'red'"


@pytest.mark.parametrize(
    ("old", "told", "new", "kind", "now"),
    [
        (NUMBER, "7", NUMBER, "kept", "7"),
        (NUMBER, "abc", NUMBER, "kept", "abc"),
        (NUMBER, "7", DECIMAL, "converted", "7"),
        (DECIMAL, "7.50", NUMBER, "orphaned", None),
        (DECIMAL, "7.0", NUMBER, "converted", "7"),
        (NUMBER, "7", TEXT, "converted", "7"),
        (DATE, "2026-11-23", TEXT, "converted", "2026-11-23"),
        (TEXT, " 007 ", NUMBER, "converted", "7"),
        (TEXT, "zeven", NUMBER, "orphaned", None),
        (TEXT, "7", DECIMAL, "converted", "7"),
        (TEXT, "1994-05-12", DATE, "converted", "1994-05-12"),
        (TEXT, "12 mei 1994", DATE, "orphaned", None),
        (TEXT, "1994", PARTIAL, "converted", "1994"),
        (NUMBER, "1994", PARTIAL, "orphaned", None),
        (DATE, "1994-05-12", PARTIAL, "converted", "1994-05-12"),
        (PARTIAL, "1994-05-12", DATE, "converted", "1994-05-12"),
        (PARTIAL, "1994-05", DATE, "orphaned", None),
        (PARTIAL, "1994-05-12~", DATE, "orphaned", None),
        (DATE, "1994-05-12", NUMBER, "orphaned", None),
        (ONE, "red", MANY, "converted", "red"),
        (MANY, "red", ONE, "converted", "red"),
        (MANY, "red blue", ONE, "orphaned", None),
        (ONE, "red", FEW, "kept", "red"),
        (ONE, "green", FEW, "orphaned", None),
        (MANY, "green", FEW_MANY, "orphaned", None),
        (ONE, "red", FILTERED, "kept", "red"),
        (ONE, "red", TEXT, "converted", "Rood"),
        (MANY, "red blue", TEXT, "converted", "Rood, Blauw"),
        (TEXT, "red", ONE, "converted", "red"),
        (TEXT, "Blauw", ONE, "converted", "blue"),
        (TEXT, "Blauw", MANY, "converted", "blue"),
        (TEXT, "blauwachtig", ONE, "orphaned", None),
        (ONE, "red", NUMBER, "orphaned", None),
        (NUMBER, "7", ONE, "orphaned", None),
        (CODE, "de", CODE, "kept", "de"),
        (CODE, "de", CODE.replace("languages", "countries"), "orphaned", None),
        (CODE, "de", TEXT, "converted", "allemand"),
        (TEXT, "allemand", CODE, "converted", ""),
        (ONE, "red", CODE, "converted", ""),
        (NUMBER, "7", CODE, "orphaned", None),
        (NUMBER, "7", "image | q", "orphaned", None),
    ],
)
def test_an_answer_goes_along_where_it_fits(
    held: Held,
    form_of: Compile,
    old: str,
    told: str,
    new: str,
    kind: str,
    now: str | None,
) -> None:
    """By the types of both questions; what does not fit is kept apart, whole."""
    before, state = held(old, tell={"/data/q": told})
    form = form_of(tables(new, "text | other", version="2"))
    made = upgrade.plan(state, form, before)
    (move,) = made.moves
    assert (move.kind, move.before) == (kind, "/data/q")
    node = made.state["nodes"].get("/data/q")
    assert (node["value"] if node else None) == now
    orphans = made.state.get("orphans", [])
    assert [orphan["value"] for orphan in orphans] == ([] if node else [state_value(state)])
    assert bool(move.why) is (kind != "kept")


def state_value(state: dict[str, Any]) -> str:
    """Return what the one question held."""
    return str(state["nodes"]["/data/q"]["value"])


@pytest.mark.parametrize(
    ("old", "told", "new", "kind", "now"),
    [
        (TEXT, "red", ONE, "kept", "red"),
        (ONE, "red", TEXT, "kept", "red"),
        (ONE, "green", FEW, "orphaned", None),
        (MANY, "red blue", MANY, "kept", "red blue"),
        (MANY, "red green", FEW_MANY, "orphaned", None),
        (NUMBER, "7", DATE, "orphaned", None),
        (NUMBER, "7", TEXT, "kept", "7"),
        (CODE, "de", CODE, "kept", "de"),
        (CODE, "de", TEXT, "converted", "allemand"),
        (TEXT, "allemand", CODE, "converted", ""),
    ],
)
def test_without_the_earlier_form_an_answer_tells_by_itself_what_it_is(
    held: Held,
    form_of: Compile,
    old: str,
    told: str,
    new: str,
    kind: str,
    now: str | None,
) -> None:
    """What could be meant is kept; an orphan is of unknown sensitivity then."""
    _, state = held(old, tell={"/data/q": told})
    made = upgrade.plan(state, form_of(tables(new, "text | other", version="2")), None)
    assert [move.kind for move in made.moves] == [kind]
    node = made.state["nodes"].get("/data/q")
    assert (node["value"] if node else None) == now
    assert {orphan["sensitivity"] for orphan in made.state.get("orphans", [])} <= {"unknown"}


def test_what_stands_with_an_answer_goes_along(
    held: Held, form_of: Compile, clock: FixedClock
) -> None:
    """When, by whom, and beside it the words that another type does not hold."""
    before, state = held(CODE, tell={"/data/q": "de"})
    made = upgrade.plan(state, form_of(tables(TEXT, version="2")), before)
    node = Interview(form_of(tables(TEXT, version="2")), clock=clock, state=made.state).node(
        "/data/q"
    )
    assert (node.value, node.by, node.at) == (
        "allemand",
        "Test Screener",
        "2026-11-23T12:00:00+00:00",
    )
    assert node.beside == {
        "system": "S",
        "label": "Duits",
        "own_words": "allemand",
        "was": "de",
    }


def test_of_several_choices_those_that_are_gone_are_kept_apart(
    held: Held, form_of: Compile
) -> None:
    """The others stay chosen; the orphan tells what was chosen, in words."""
    before, state = held(MANY, tell={"/data/q": "red green"})
    made = upgrade.plan(state, form_of(tables(FEW_MANY, version="2")), before)
    assert made.state["nodes"]["/data/q"]["value"] == "red"
    (orphan,) = made.state["orphans"]
    assert (orphan["value"], orphan["beside"]["label"]) == ("green", "Groen")
    assert [move.kind for move in made.moves] == ["converted", "orphaned"]


def test_declining_goes_along_unless_the_question_has_to_be_answered_now(
    form_of: Compile, clock: FixedClock
) -> None:
    """Saying no is an answer of every type."""
    before = form_of(tables(NUMBER))
    interview = Interview(before, clock=clock)
    interview.set_aside("/data/q", "declined")
    made = upgrade.plan(interview.export(), form_of(tables(DATE, version="2")), before)
    assert made.state["nodes"]["/data/q"]["aside"] == "declined"
    must = tables(NUMBER, version="2").replace("bind::intake:codelist", "bind::intake:decline")
    must = must.replace("| q |  |  |  |  |  |", "| q |  |  |  |  | no |")
    form = form_of(must)
    assert form.questions["/data/q"].intake["decline"] == "no"
    made = upgrade.plan(interview.export(), form, before)
    assert made.moves[0].why == carrying.NOT_DECLINED
    assert made.state["orphans"][0]["aside"] == "declined"

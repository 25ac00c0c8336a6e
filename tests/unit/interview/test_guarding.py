"""What was told as health or safety stays sealed so, whatever a later version says of it."""

from typing import Any

import pytest

from intake_app.interview import Form, carrying, upgrade
from intake_app.interview.guarding import stricter
from tests.unit.interview.questionnaires import NUMBER, SETTINGS, Compile, Held, tables

ELSEWHERE = "text | other"


def asked(sensitivity: str, *, name: str = "q", was: str = "") -> str:
    """Return the row of a question of a sensitivity."""
    return f"integer | {name} | q | | {was} | | {sensitivity}"


def told(made: upgrade.Upgrade) -> list[str]:
    """Return the questions that have an answer."""
    return [path for path in made.state["nodes"] if "/meta/" not in path]


@pytest.mark.parametrize(
    ("then", "now", "stays"),
    [
        ("health", "health", True),
        ("health", "safety", True),
        ("safety", "health", False),
        ("health", "", False),
        ("safety", "third-party", False),
        ("", "health", True),
        ("third-party", "", True),
    ],
)
def test_an_answer_goes_to_no_question_that_is_told_to_more_people(
    held: Held,
    form_of: Compile,
    then: str,
    now: str,
    stays: bool,  # noqa: FBT001 - a table's column
) -> None:
    """It is kept apart then, sealed as it was, and the reason says so."""
    before, state = held(asked(then), tell={"/data/q": "7"})
    made = upgrade.plan(state, form_of(tables(asked(now), version="2")), before)
    assert ("/data/q" in made.state["nodes"]) is stays
    if not stays:
        (orphan,) = made.state["orphans"]
        assert (orphan["value"], orphan["sensitivity"]) == ("7", then)
        assert [move.why for move in made.moves] == [carrying.LESS_GUARDED]


def test_an_earlier_name_of_another_question_does_not_lay_health_open(
    held: Held, form_of: Compile
) -> None:
    """An author may write the wrong name in `was`."""
    before, state = held(asked("health"), tell={"/data/q": "7"})
    form = form_of(tables(asked("", name="years", was="q"), version="2"))
    made = upgrade.plan(state, form, before)
    assert told(made) == []
    assert [orphan["sensitivity"] for orphan in made.state["orphans"]] == ["health"]


def test_saying_no_to_a_question_about_health_is_guarded_as_an_answer_is(
    held: Held, form_of: Compile
) -> None:
    """That somebody would not say tells something."""
    before, state = held(asked("health"), tell={})
    state["nodes"]["/data/q"] = {"value": "", "aside": "declined", "at": "x", "by": ""}
    made = upgrade.plan(state, form_of(tables(asked(""), version="2")), before)
    assert told(made) == []
    assert made.state["orphans"][0]["aside"] == "declined"


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_lay_sealed_apart_stays_so_where_no_form_tells_why(
    held: Held, form_of: Compile, version: str
) -> None:
    """Without the form before; and where an author changed the form but not its version."""
    _, state = held(asked("health"), ELSEWHERE, tell={"/data/q": "7", "/data/other": "x"})
    form = form_of(tables(asked(""), ELSEWHERE, version=version))
    made = upgrade.plan(state, form, None, apart={"/data/q"})
    assert told(made) == ["/data/other"]
    assert [orphan["sensitivity"] for orphan in made.state["orphans"]] == ["unknown"]
    sealed = form_of(tables(asked("health"), ELSEWHERE, version="3"))
    assert "/data/q" in upgrade.plan(state, sealed, None, apart={"/data/q"}).state["nodes"]


def test_what_was_calculated_from_health_is_no_answer_to_a_question(
    held: Held, form_of: Compile
) -> None:
    """Nobody told it: it goes with its calculation."""
    calculated = """
| survey |           |      |       |             |
|        | type      | name | label | calculation |
|        | integer   | q    | q     |             |
|        | calculate | c    |       | ${q} * 2    |
|        | integer   | d    | d     | ${q} * 3    |
"""
    before: Form = form_of(calculated + SETTINGS.format("1", "f"))
    state = {"form": "f", "version": "1", "hash": before.hash, "language": "nl", "repeats": {}}
    nodes: dict[str, Any] = {"/data/c": {"value": "14"}, "/data/d": {"value": "21"}}
    form = form_of(tables(NUMBER, "integer | c", "integer | d", version="2"))
    for known in (before, None):
        made = upgrade.plan({**state, "nodes": nodes}, form, known, apart={"/data/c", "/data/d"})
        assert (told(made), made.state.get("orphans")) == ([], None)


def test_an_answer_that_does_not_fit_is_sealed_as_its_question_is_now(
    held: Held, form_of: Compile
) -> None:
    """The author may have found out only now how sensitive it is."""
    before, state = held("text | q", tell={"/data/q": "zeven"})
    made = upgrade.plan(state, form_of(tables(asked("health"), version="2")), before)
    assert [orphan["sensitivity"] for orphan in made.state["orphans"]] == ["health"]


def test_what_is_kept_apart_is_sealed_better_when_its_question_is(
    held: Held, form_of: Compile
) -> None:
    """Also where it cannot return to it; and never worse."""
    before, state = held("text | q", tell={"/data/q": "zeven"})
    without = form_of(tables(ELSEWHERE, version="2"))
    apart = upgrade.plan(state, without, before).state
    assert [orphan["sensitivity"] for orphan in apart["orphans"]] == [""]
    back = form_of(tables(asked("safety"), version="3"))
    sealed = upgrade.plan(apart, back, without).state
    assert [orphan["sensitivity"] for orphan in sealed["orphans"]] == ["safety"]
    again = upgrade.plan(sealed, before, back).state
    assert [orphan["sensitivity"] for orphan in again["orphans"]] == ["safety"]


@pytest.mark.parametrize(
    ("now", "returns"), [("", False), ("third-party", False), ("health", False), ("safety", True)]
)
@pytest.mark.parametrize("version", ["1", "3"])
def test_an_orphan_that_nothing_is_known_of_returns_to_the_best_guarded_alone(
    held: Held,
    form_of: Compile,
    version: str,
    now: str,
    returns: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Also in a version that is called as its own was: an author may have used it again."""
    _, state = held(asked(""), tell={"/data/q": "7"})
    apart = upgrade.plan(state, form_of(tables(ELSEWHERE, version="2")), None).state
    assert [orphan["sensitivity"] for orphan in apart["orphans"]] == ["unknown"]
    made = upgrade.plan(apart, form_of(tables(asked(now), version=version)), None)
    assert ("/data/q" in made.state["nodes"]) is returns


def test_an_orphan_returns_to_a_question_that_guards_it_better(
    held: Held, form_of: Compile
) -> None:
    """Nobody learns more of it than could before."""
    before, state = held(asked("third-party"), tell={"/data/q": "7"})
    without = form_of(tables(ELSEWHERE, version="2"))
    apart = upgrade.plan(state, without, before).state
    made = upgrade.plan(apart, form_of(tables(asked("health"), version="3")), without)
    assert made.state["nodes"]["/data/q"]["value"] == "7"


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("", "health", "health"),
        ("safety", "health", "safety"),
        ("third-party", "proxy", "third-party"),
        ("unknown", "health", "unknown"),
        ("health", "unknown", "unknown"),
        ("unknown", "safety", "unknown"),
    ],
)
def test_the_stricter_of_two(one: str, other: str, found: str) -> None:
    """Safety before health, health before all others; the first where both do as well."""
    assert stricter(one, other) == found

"""What becomes of answers when the form has another version."""

from collections.abc import Callable
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import FormError, InterviewError
from intake_app.interview import Form, Interview, carrying, upgrade

Compile = Callable[[str], Form]
SETTINGS = """
| settings |         |            |                                             |
|          | version | form_id    | namespaces                                  |
|          | {0}     | {1}        | intake="https://example.org/xforms/intake"  |
"""
CHOICES = """
| choices |           |         |          |
|         | list_name | name    | label    |
|         | colours   | red     | Rood     |
|         | colours   | blue    | Blauw    |
|         | colours   | green   | Groen    |
|         | few       | red     | Rood     |
|         | few       | blue    | Blauw    |
"""
COLUMNS = ("type", "name", "label", "choice_filter")
INTAKE = ("was", "type", "sensitivity", "codelist")
HEAD = (
    "| survey |\n" + "|  |" + "|".join([*COLUMNS, *(f"bind::intake:{n}" for n in INTAKE)]) + "|\n"
)


def tables(*rows: str, version: str = "1", form_id: str = "f") -> str:
    """Return a questionnaire of rows `type | name | label | filter | was | type | ...`."""
    survey = HEAD + "".join(f"|        | {row} |\n" for row in map(_padded, rows))
    return survey + CHOICES + SETTINGS.format(version, form_id)


def _padded(row: str) -> str:
    cells = [cell.strip() for cell in row.split("|")]
    named = cells[2] if len(cells) > 2 and cells[2] else cells[1]
    label = "" if cells[0].startswith("end") else named
    return " | ".join([*cells[:2], label, *cells[3:], *[""] * (8 - max(len(cells), 3))])


@pytest.fixture(name="held")
def hold(form_of: Compile, clock: FixedClock) -> Callable[..., tuple[Form, dict[str, Any]]]:
    """Hold an interview over rows and return its form and state."""

    def held(*rows: str, tell: dict[str, str]) -> tuple[Form, dict[str, Any]]:
        form = form_of(tables(*rows))
        interview = Interview(form, clock=clock, actor="Test Screener")
        for path, value in tell.items():
            beside = {"system": "S", "label": "Duits", "own_words": "allemand"}
            is_code = interview.node(path).question.kind == "code"
            interview.answer(path, value, beside=beside if is_code else None)
        return form, interview.export()

    return held


NUMBER, TEXT, ONE = "integer | q", "text | q", "select_one colours | q"
MANY, DECIMAL, DATE = "select_multiple colours | q", "decimal | q", "date | q"
PARTIAL, CODE = "text | q | q | | | partial-date", "text | q | q | | | code | | languages"
FEW, FEW_MANY = "select_one few | q", "select_multiple few | q"
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
    held: Callable[..., tuple[Form, dict[str, Any]]],
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
    held: Callable[..., tuple[Form, dict[str, Any]]],
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
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile, clock: FixedClock
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
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
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


GROUP = ("begin_group | g", "integer | q", "end_group | ")
REPEAT = ("begin_repeat | g", "integer | q", "end_repeat | ")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (GROUP, ("begin_group | h", "integer | q", "end_group | "), "/data/h/q"),
        (GROUP, ("integer | q",), "/data/q"),
        (GROUP, ("begin_group | g", "integer | years | | | q", "end_group | "), "/data/g/years"),
        (GROUP, ("integer | years | | | /data/g/q",), "/data/years"),
        (GROUP, ("begin_group | h | | | g", "integer | q", "end_group | "), "/data/h/q"),
        (
            GROUP,
            (
                "begin_group | h | | | g",
                "integer | q",
                "end_group | ",
                "begin_group | i",
                "integer | q",
                "end_group | ",
            ),
            "/data/h/q",
        ),
        # Two of that name: nothing tells which of them it is.
        (
            GROUP,
            (
                "begin_group | h",
                "integer | q",
                "end_group | ",
                "begin_group | i",
                "integer | q",
                "end_group | ",
            ),
            "",
        ),
        # The question that kept its path is the same one, whatever another was called before.
        (("integer | q",), ("integer | q", "integer | years | | | q"), "/data/q"),
        (("integer | q",), ("integer | years",), ""),
    ],
)
@pytest.mark.parametrize("knows", [True, False])
def test_a_question_is_found_again_by_name(
    held: Callable[..., tuple[Form, dict[str, Any]]],
    form_of: Compile,
    old: tuple[str, ...],
    new: tuple[str, ...],
    where: str,
    knows: bool,  # noqa: FBT001 - a table's column
) -> None:
    """By its path, by what the author says it was called, by its own name."""
    path = "/data/g/q" if old is GROUP else "/data/q"
    before, state = held(*old, tell={path: "7"})
    made = upgrade.plan(state, form_of(tables(*new, version="2")), before if knows else None)
    (move,) = made.moves
    assert move.after == where
    assert move.kind == ("kept" if where == path else "renamed" if where else "orphaned")
    if where:
        assert made.state["nodes"][where]["value"] == "7"


def test_an_older_version_finds_a_renamed_question_by_what_it_was(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
    """An app that was put back a version reads it from the newer one."""
    newer, state = held("integer | years | | | q", tell={"/data/years": "7"})
    made = upgrade.plan(state, form_of(tables(NUMBER, version="0")), newer)
    assert [(move.kind, move.after) for move in made.moves] == [("renamed", "/data/q")]


@pytest.fixture(name="two_rows")
def hold_two_rows(form_of: Compile, clock: FixedClock) -> tuple[Form, dict[str, Any]]:
    """Return a form with a repeat, and a state with two rows of it."""
    form = form_of(tables(*REPEAT))
    interview = Interview(form, clock=clock)
    interview.answer("/data/g[1]/q", "7")
    interview.add_repeat("/data/g")
    interview.answer("/data/g[2]/q", "8")
    return form, interview.export()


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
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile, clock: FixedClock
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


COUNTED = "| begin_repeat | g | | {} |"


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


@pytest.mark.parametrize(
    ("sensitivity", "knows", "sealed"),
    [("health", True, "health"), ("", True, ""), ("health", False, "unknown")],
)
def test_an_orphan_says_what_it_was(
    held: Callable[..., tuple[Form, dict[str, Any]]],
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


def test_an_orphan_returns_when_its_question_does(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
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


def test_an_orphan_of_another_type_does_not_return(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
    """It stays kept apart."""
    before, state = held("text | q", tell={"/data/q": "zeven"})
    without = form_of(tables("text | other", version="2"))
    apart = upgrade.plan(state, without, before).state
    made = upgrade.plan(apart, form_of(tables(NUMBER, version="3")), without)
    assert (made.moves, made.state["orphans"]) == ((), apart["orphans"])


@pytest.mark.parametrize(("now", "returns"), [("health", True), ("", False), ("proxy", False)])
def test_an_orphan_does_not_return_to_a_question_that_guards_it_less(
    held: Callable[..., tuple[Form, dict[str, Any]]],
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
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
    """A calculation would write over it."""
    before, state = held(NUMBER, "integer | c", tell={"/data/q": "7", "/data/c": "9"})
    form = form_of(CALCULATED + SETTINGS.format("2", "f"))
    made = upgrade.plan(state, form, before)
    assert [(orphan["path"], orphan["value"]) for orphan in made.state["orphans"]] == [
        ("/data/c", "9")
    ]
    assert [move.why for move in made.moves if move.why] == [carrying.NOT_ASKED]


def test_another_questionnaire_is_refused(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
    """An answer belongs to the form that asked it."""
    before, state = held(NUMBER, tell={"/data/q": "7"})
    with pytest.raises(FormError, match="another questionnaire"):
        upgrade.plan(state, form_of(tables(NUMBER, form_id="g")), before)


@pytest.mark.parametrize(
    "damage",
    [{"nodes": None}, {"repeats": None}, {"nodes": {"/data/q": {}}}, {"nodes": {"/data/q": "7"}}],
)
def test_a_damaged_state_is_told_so(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile, damage: dict[str, Any]
) -> None:
    """One kind of error, and nothing is made of it."""
    before, state = held(NUMBER, tell={"/data/q": "7"})
    with pytest.raises(InterviewError, match="cannot be read"):
        upgrade.plan({**state, **damage}, form_of(tables(NUMBER, version="2")), before)


def test_the_same_form_changes_nothing(
    two_rows: tuple[Form, dict[str, Any]],
) -> None:
    """An upgrade may be done twice."""
    before, state = two_rows
    assert upgrade.plan(state, before, None).state == state
    assert upgrade.plan(state, before, before).state == state


def test_a_move_shows_no_answer(
    held: Callable[..., tuple[Form, dict[str, Any]]], form_of: Compile
) -> None:
    """What is printed about an upgrade names questions only."""
    before, state = held(NUMBER, tell={"/data/q": "314159"})
    made = upgrade.plan(state, form_of(tables("text | other", version="2")), before)
    assert "314159" not in repr(made)

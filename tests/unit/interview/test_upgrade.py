"""What becomes of answers when the form has another version."""

from typing import Any

import pytest

from intake_app.errors import FormError, InterviewError
from intake_app.interview import Form, upgrade
from tests.unit.interview.questionnaires import GROUP, NUMBER, Compile, Held, tables


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
    held: Held,
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
    held: Held, form_of: Compile
) -> None:
    """An app that was put back a version reads it from the newer one."""
    newer, state = held("integer | years | | | q", tell={"/data/years": "7"})
    made = upgrade.plan(state, form_of(tables(NUMBER, version="0")), newer)
    assert [(move.kind, move.after) for move in made.moves] == [("renamed", "/data/q")]


def test_another_questionnaire_is_refused(held: Held, form_of: Compile) -> None:
    """An answer belongs to the form that asked it."""
    before, state = held(NUMBER, tell={"/data/q": "7"})
    with pytest.raises(FormError, match="another questionnaire"):
        upgrade.plan(state, form_of(tables(NUMBER, form_id="g")), before)


@pytest.mark.parametrize(
    "damage",
    [{"nodes": None}, {"repeats": None}, {"nodes": {"/data/q": {}}}, {"nodes": {"/data/q": "7"}}],
)
def test_a_damaged_state_is_told_so(held: Held, form_of: Compile, damage: dict[str, Any]) -> None:
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


def test_a_move_shows_no_answer(held: Held, form_of: Compile) -> None:
    """What is printed about an upgrade names questions only."""
    before, state = held(NUMBER, tell={"/data/q": "314159"})
    made = upgrade.plan(state, form_of(tables("text | other", version="2")), before)
    assert "314159" not in repr(made)

"""Choices that would mean something else in another version are kept apart, in their own words."""

import pytest

from intake_app.interview import Form, carrying, upgrade
from tests.unit.interview.questionnaires import MANY, ONE, TEXT, Compile, Held, tables

RANK = "rank colours | q"
#: The list as it is, one renumbered, one reworded.
LISTS = {
    "as it was": ("1 Rood", "2 Blauw"),
    "with one before it": ("1 Groen", "2 Rood", "3 Blauw"),
    "turned round": ("1 Blauw", "2 Rood"),
    "reworded": ("1 Rood of roze", "2 Blauw"),
    "with one word twice": ("1 Iets roods", "2 Blauw", "3 Rood"),
}


def numbered(form_of: Compile, which: str, kind: str, version: str) -> Form:
    """Return a question over a list whose choices have numbers for names."""
    rows = (choice.split(" ", 1) for choice in LISTS[which])
    listed = "".join(f"|         | c | {name} | {words} |\n" for name, words in rows)
    return form_of(
        tables(f"{kind} c | q", version=version).replace("| settings |", listed + "| settings |", 1)
    )


@pytest.mark.parametrize(
    ("which", "kept", "apart"),
    [
        ("as it was", "1 2", ""),
        ("with one before it", "", "1 2"),
        ("turned round", "", "1 2"),
        ("reworded", "1 2", ""),
        ("with one word twice", "2", "1"),
    ],
)
def test_a_list_that_was_numbered_anew_does_not_change_what_was_told(
    form_of: Compile, which: str, kept: str, apart: str
) -> None:
    """Red stays red: where its number is another colour's now, it is kept apart as red."""
    before = numbered(form_of, "as it was", "select_multiple", "1")
    state = {
        "form": "f",
        "version": "1",
        "hash": before.hash,
        "language": "nl",
        "repeats": {},
        "nodes": {"/data/q": {"value": "1 2", "at": "x", "by": ""}},
    }
    made = upgrade.plan(state, numbered(form_of, which, "select_multiple", "2"), before)
    node = made.state["nodes"].get("/data/q", {"value": ""})
    assert node["value"] == kept
    assert " ".join(orphan["value"] for orphan in made.state.get("orphans", [])) == apart
    for orphan in made.state.get("orphans", []):
        assert orphan["beside"]["label"].startswith("Rood")
        assert carrying.MEANS_ANOTHER in {move.why for move in made.moves}


@pytest.mark.parametrize(
    ("old", "told", "new", "kind"),
    [
        (MANY, "red blue green", RANK, "orphaned"),
        (ONE, "red", RANK, "orphaned"),
        (TEXT, "red", RANK, "orphaned"),
        (RANK, "blue red green", RANK, "kept"),
        (RANK, "blue red green", MANY, "converted"),
        (RANK, "blue red green", ONE, "orphaned"),
        ("image | q", "1.jpg", "audio | q", "orphaned"),
        ("image | q", "1.jpg", "image | q", "kept"),
        ("acknowledge | q", "OK", "acknowledge | q", "kept"),
        (TEXT, "OK", "acknowledge | q", "orphaned"),
    ],
)
def test_an_answer_is_not_read_as_more_than_was_told(
    held: Held,
    form_of: Compile,
    old: str,
    told: str,
    new: str,
    kind: str,
) -> None:
    """What was ticked is in no order of liking, a picture is no voice, a word is no consent."""
    before, state = held(old, tell={"/data/q": told})
    made = upgrade.plan(state, form_of(tables(new, version="2")), before)
    assert [move.kind for move in made.moves] == [kind]
    stays = made.state["nodes"].get("/data/q")
    assert (stays["value"] if stays else None) == (None if kind == "orphaned" else told)


def test_without_the_earlier_form_a_choice_is_what_its_name_says(
    held: Held, form_of: Compile
) -> None:
    """Nothing tells what it was called."""
    _, state = held(ONE, tell={"/data/q": "red"})
    made = upgrade.plan(state, form_of(tables(ONE, version="2")), None)
    assert made.state["nodes"]["/data/q"]["value"] == "red"

"""`form diff` asks for an earlier name where a question seems to be renamed without one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.authoring.diff import diff
from intake_app.authoring.loading import load_any

Written = Callable[[str, str], Path]

FORM = """\
    | survey |
    |  | type    | name    | label           |
    |  | text    | name    | What is it?     |
    |  | integer | adults  | How many adults |
    |  | date    | arrived | Since when?     |
    | settings |
    |  | form_id | version |
    |  | t       | 1       |
"""
ASKED = " Renamed? Write the earlier name adults in bind::intake:was."


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("| integer | grown | How many adults? |", ASKED),
        ("| integer | grown | Who is of age? |", ASKED),
        ("| text | grown | How many adults |", ""),
    ],
    ids=["one label", "one place", "another type"],
)
def test_a_question_that_seems_renamed_is_told_with_what_to_write(
    written: Written, row: str, asked: str
) -> None:
    """Of one type, and with nearly one label or in one place; its answers are set apart if not."""
    newer = FORM.replace("| integer | adults  | How many adults |", row).replace("| 1 ", "| 2 ")
    found = diff(load_any(written("a.md", FORM)), load_any(written("b.md", newer)))
    told = {(one.code, one.about): one.change for one in found}
    assert told["added", "/data/grown"] == f"A question was added.{asked}"
    assert told["removed", "/data/adults"] == f"This question was removed.{asked}"


def test_a_question_that_comes_elsewhere_with_other_words_is_a_new_one(written: Written) -> None:
    """Nobody is asked for a name that has nothing to do with it."""
    newer = FORM.replace("    |  | integer | adults  | How many adults |\n", "").replace(
        "    | settings |", "    |  | integer | pets | Any animals? |\n    | settings |"
    )
    found = diff(load_any(written("a.md", FORM)), load_any(written("b.md", newer)))
    told = {one.change for one in found if one.code in {"added", "removed"}}
    assert told == {"A question was added.", "This question was removed."}

"""What `form diff` says of answers that would be told to more people, or mean something else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.authoring import drafts
from intake_app.authoring.diff import diff
from intake_app.authoring.loading import load_any

Written = Callable[[str, str], Path]
FORM = """
| survey |
|  | type            | name | label | bind::intake:sensitivity |
|  | select_one kind | q    | q     | SENSITIVITY              |
| choices |
|  | list_name | name | label |
|  | kind      | 1    | ONE   |
|  | kind      | 2    | TWO   |
| settings |
|  | form_id | version | namespaces |
|  | t       | VERSION | intake="https://example.org/intake" |
"""


def told(written: Written, *versions: dict[str, str]) -> dict[str, str]:
    """Return what is said of drafts, by what changed."""
    forms = []
    for number, words in enumerate(versions, 1):
        text = FORM.replace("VERSION", str(number))
        for place, word in {"SENSITIVITY": "", "ONE": "Rood", "TWO": "Blauw", **words}.items():
            text = text.replace(place, word)
        forms.append(load_any(written(f"{number}.md", text)))
    return {one.code: one.drafts for one in diff(*forms)}


@pytest.mark.parametrize(
    ("then", "now", "apart"),
    [
        ("health", "", True),
        ("safety", "health", True),
        ("health", "proxy", True),
        ("", "health", False),
        ("health", "safety", False),
        ("proxy", "", False),
    ],
)
def test_an_author_hears_that_answers_are_not_told_to_more_people(
    written: Written,
    then: str,
    now: str,
    apart: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Those of drafts are set apart; where they are guarded as well or better they go along."""
    said = told(written, {"SENSITIVITY": then}, {"SENSITIVITY": now})
    assert (said["sensitivity"] == drafts.APART) is apart


def test_an_author_hears_that_a_list_was_numbered_anew(written: Written) -> None:
    """Words that moved to another choice set answers apart."""
    said = told(written, {}, {"ONE": "Blauw", "TWO": "Rood"})
    assert said["choice-label"] == drafts.RELABELLED

"""What only pyxform refuses: its words, with the row that they mean and a remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

Written = Callable[[str, str], Path]
Refused = Callable[[Path], str]

HEADINGS = (
    "type | name | label | calculation | trigger | parameters | choice_filter | appearance | "
    "big-image | save_to"
)
CHOICES = "| choices |\n| | list_name | name | label |\n| | l | x | X |\n"


def _rows(*rows: str) -> str:
    lines = "\n".join(f"| | {row} |" for row in ("text | first | Eerst? |", *rows))
    return f"| survey |\n| | {HEADINGS} |\n{lines}\n{CHOICES}"


@pytest.mark.parametrize(
    ("table", "place", "remedy"),
    [
        (_rows("text | meta | A"), "survey, row 3 (meta), column name: ", "give it another name."),
        (
            _rows("begin_repeat | data | A", "text | b | B", "end_repeat"),
            "survey, row 3 (data), column name: ",
            "give it another name.",
        ),
        (
            _rows("calculate | a | | 1", "calculate | b | | 1 | ${a}"),
            "survey, row 4 (b): ",
            "name a question that a person answers.",
        ),
        (
            _rows("select_one l or_other | a | A | | | | x = 1"),
            "survey, row 3: ",
            "take or_other away, and make a choice and a text question for it.",
        ),
        (
            _rows("text | a | A | | | | | | x.png"),
            "survey, row 3 (a): To use big-image",
            "fill in its image too.",
        ),
        (
            _rows("range | a | A | | | start=a"),
            "survey, row 3, column parameters: ",
            "write parameters as name=value, with a blank between two.",
        ),
        (
            _rows("select_one l | a | A | | | randomize=maybe"),
            "survey, row 3 (a), column parameters: ",
            "write randomize=true, and seed=${name} if the order should stay.",
        ),
        (
            _rows("select_one l | a | A | | | seed=3"),
            "survey, row 3 (a), column parameters: ",
            "write randomize=true, and seed=${name} if the order should stay.",
        ),
        (
            _rows("image | a | A | | | max-pixels=x"),
            "survey, row 3 (a), column parameters: ",
            "write parameters as name=value, with a whole number.",
        ),
        (
            _rows("audio | a | A | | | quality=x"),
            "survey, row 3 (a), column parameters: ",
            "write parameters as name=value, with a value that XLSForm knows.",
        ),
        (
            _rows("background-geopoint | a | A"),
            "survey, row 3: ",
            "take the row away: an intake does not record where somebody is.",
        ),
        (
            _rows("audit | log | A"),
            "survey, row 3: ",
            "take the row away: who did what stands in the log of the vault.",
        ),
        (
            _rows("text | a | A | | | | | | | prop"),
            "survey, row 3, column save_to: ",
            "take away the entities sheet, and the column save_to: an intake makes none.",
        ),
        (
            _rows("select_one_from_file towns | a | A"),
            "survey, row 3: ",
            "give the whole name of the file, as in towns.csv.",
        ),
        (
            _rows("select_one_external l | a | A"),
            "There should be an external_choices sheet",
            "add that sheet with these headings, or correct its name.",
        ),
        (
            _rows("select_one_from_file x.csv | a | A | | | | | search('x')"),
            "survey, row 3 (a): ",
            "give the question a list of its own in the choices sheet.",
        ),
        (
            "| surveys |\n| | type | name | label |\n| | text | a | A |\n| x |\n| | y |\n",
            "You must have a sheet named 'survey'.",
            "call the sheet with the questions survey.",
        ),
        (
            "| survey |\n| | soort | naam |\n| | text | a |\n",
            "survey: Invalid headers provided for sheet: 'survey'.",
            "add these headings to the first row of the sheet.",
        ),
        (
            _rows("text | a | A").replace("| trigger |", "| calculate |"),
            "survey: Invalid headers provided for sheet: 'survey'.",
            "give each column one heading, in the first row.",
        ),
        (
            _rows("select_one l | a | A").replace("list_name | name", "list_name | naam"),
            "choices: Invalid headers provided for sheet: 'choices'.",
            "add these headings to the first row of the sheet.",
        ),
    ],
)
def test_what_pyxform_alone_refuses_has_a_row_where_it_means_one_and_a_remedy(
    written: Written, refused: Refused, table: str, place: str, remedy: str
) -> None:
    """Never a text to be read for its row, nor a lesson without a way out."""
    found = refused(written("form.md", table))
    assert found.startswith(place)
    assert found.endswith(f" Remedy: {remedy}")
    assert "[row" not in found
    assert "http" not in found


def test_a_circle_is_refused_with_its_names(written: Written, refused: Refused) -> None:
    """The engine refuses what pyxform takes: a form that would wait for itself."""
    table = _rows("calculate | a | | ${b}", "calculate | b | | ${a}")
    assert refused(written("form.md", table)) == (
        "survey, row 3 (a), column calculation: It depends on itself, round a circle: a → b → a. "
        "Remedy: let one of these not refer to the next."
    )

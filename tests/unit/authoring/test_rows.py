"""Each part of a form is found in its sheet, as the author's own editor counts and names it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from textwrap import dedent

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest

from intake_app.authoring.rows import Places

SURVEY = [
    ["Type", "name", "Label::Nederlands (nl)", "relevance", "bind::intake:purpose"],
    ["text", "a", "A?", "", "H"],
    [],
    ["begin_group", "g", "Groep", "", ""],
    ["begin repeat", "rows", "Rijen", "", ""],
    [],
    [],
    ["integer", "n", "N?", "${a} = 'x'", "B"],
    ["end repeat"],
    ["select_one yn or_other", "b", "B?", "", "H"],
    ["end_group"],
    ["text", "z", "Z?", "", "H"],
]
CHOICES = [
    ["list name", "name", "label::Nederlands (nl)"],
    [],
    ["yn", "yes", "Ja"],
    ["yn", "no", "Nee"],
    [],
    ["abc", "a", "A"],
]


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    survey, choices = book.active, book.create_sheet("choices")
    survey.title = "survey"
    for row in SURVEY:
        survey.append(row)
    for row in CHOICES:
        choices.append(row)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _csv() -> bytes:
    lines = ["survey"]
    for rows in (SURVEY, ["choices"], CHOICES):
        lines += [row if isinstance(row, str) else "," + ",".join(row) for row in rows]
    return "\n".join(lines).encode()


def _md() -> bytes:
    lines = ["| survey |"]
    for rows in (SURVEY, ["| choices |"], CHOICES):
        lines += [
            row if isinstance(row, str) else f"| | {' | '.join(row)} |" for row in rows if row
        ]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("name", "made", "nodes", "choices"),
    [
        ("form.xlsx", _xlsx, (2, 4, 5, 8, 10, 12), (3, 4, 6)),
        ("form.csv", _csv, (3, 5, 6, 9, 11, 13), (17, 18, 20)),
        ("form.md", _md, (2, 3, 4, 5, 7, 9), (2, 3, 4)),
    ],
)
def test_rows_are_counted_as_the_authors_editor_does(
    name: str, made: Callable[[], bytes], nodes: tuple[int, ...], choices: tuple[int, ...]
) -> None:
    """Blank rows count in a workbook and in a CSV; a table in Markdown has none."""
    places = Places.read(Path(name), made())
    paths = ("a", "g", "g/rows", "g/rows/n", "g/b", "z")
    assert tuple(places.row(f"/data/{path}") for path in paths) == nodes
    assert tuple(
        places.choice(*choice)["row"] for choice in (("yn", "yes"), ("yn", "no"), ("abc", "a"))
    ) == choices  # fmt: skip
    assert places.choice("abc")["row"] == choices[2]


def test_what_pyxform_makes_beside_a_row_stands_in_that_row() -> None:
    """The text of `or_other`, the calculation of a repeat_count; any root has the same rows."""
    places = Places.read(Path("form.xlsx"), _xlsx())
    assert places.row("/data/g/b_other") == places.row("/data/g/b") == 10
    assert places.row("/data/g/rows_count") == 5
    assert places.row("/other/g/rows/n") == 8
    assert places.row("/data/nobody") == 0


def test_columns_are_named_as_the_author_wrote_them() -> None:
    """In any of the spellings that XLSForm takes; what is not there is named as XLSForm does."""
    places = Places.read(Path("form.xlsx"), _xlsx())
    assert places.column("relevant") == "relevance"
    assert places.column("label", "Nederlands (nl)") == "Label::Nederlands (nl)"
    assert places.column("label", "Arabic (ar)") == "label::Arabic (ar)"
    assert places.column("label", "Nederlands (nl)", "choices") == "label::Nederlands (nl)"
    assert places.column("intake:purpose") == "bind::intake:purpose"
    assert places.column("intake:max") == "bind::intake:max"
    assert places.column("calculate") == "calculation"
    assert places.column("constraint message") == "constraint_message"


def test_a_finding_gets_sheet_row_column_and_name() -> None:
    """Of a node, of a choice, of a list, of a setting; of what has no row, its path."""
    places = Places.read(Path("form.xlsx"), _xlsx())
    assert places.node("/data/g/rows/n", "relevant") == {
        "sheet": "survey", "row": 8, "name": "n", "column": "relevance",
    }  # fmt: skip
    assert places.choice("yn", "no", "label", "Nederlands (nl)") == {
        "sheet": "choices", "row": 4, "name": "yn/no", "column": "label::Nederlands (nl)",
    }  # fmt: skip
    assert places.setting("version") == {"sheet": "settings", "row": 0, "column": "version"}
    bare = Places({})
    assert bare.node("/data/a", "relevant") == {
        "sheet": "", "row": 0, "name": "/data/a", "column": "relevant",
    }  # fmt: skip
    assert bare.setting("version") == {"sheet": "", "row": 0, "column": "version"}


def test_settings_are_found_too() -> None:
    """The row of the values, below the headings."""
    words = """\
    survey
    ,type,name,label
    ,text,a,A
    settings
    ,form_id,version

    ,t,1
    """
    places = Places.read(Path("form.csv"), dedent(words).encode())
    assert places.setting("version")["row"] == 7

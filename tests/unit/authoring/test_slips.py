"""Slips of authors in the sheets: all of them at once, each with its cell and its remedy."""

from collections.abc import Callable
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest

from intake_app.authoring import slips
from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places
from intake_app.errors import FormCompileError

Written = Callable[[str, str], Path]
Refused = Callable[[Path], str]


def _rows(*rows: str) -> str:
    lines = "\n".join(f"| | {row} |" for row in rows)
    return f"| survey |\n| | type | name | label | calculation |\n{lines}\n"


CHOICES = "| choices |\n| | list_name | name | label |\n"
LIST = f"{CHOICES}| | yes_no | x | X |\n"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            _rows("text | a | A |", "integer | a | A |"),
            ("survey, row 3 (a), column name: The name a stands in row 2 already. "
            "Remedy: give each a name of its own."),
        ),
        (
            _rows("text | a b | A |"),
            ("survey, row 2 (a b), column name: “a b” cannot be a name: it has blanks or other "
            "signs, or begins with a digit. Remedy: write a_b."),
        ),
        (_rows("text | 1a | A |"), "Remedy: write q_1a."),
        (_rows("text | über! | A |"), "Remedy: write über."),
        (
            _rows("txet | a | A |"),
            "survey, row 2 (a), column type: There is no type “txet”. Remedy: write text.",
        ),
        (_rows("Text | a | A |"), "Remedy: write text."),
        (_rows("select_on l | a | A |"), "Remedy: write select_one."),
        (_rows("calculate_here | a | |"), "Remedy: write calculate."),
        (_rows("getal | a | A |"), "Remedy: write text, integer, decimal, date, select_one LIST;"),
        (
            _rows("select_one | a | A |"),
            ("select_one does not say from which list is chosen. Remedy: write the name of a list "
            "behind it: select_one yes_no."),
        ),
        (
            _rows("text | name | A |", "note | b | ${nmae} |"),
            ("survey, row 3 (b), column label: There is no question or group with the name nmae. "
            "Remedy: write ${name}."),
        ),
        (_rows("note | b | ${zz} |"), "Remedy: write a name from the column name."),
        (
            _rows("text | name | A |", "note | b | ${name is |"),
            ("survey, row 3 (b), column label: “${name is” is not closed. "
            "Remedy: write ${name}, with both braces."),
        ),
        (
            _rows("text | name | A |", "note | b | ${ name } |"),
            "“${ name }” has blanks inside its braces. Remedy: write ${name}.",
        ),
        (
            _rows("begin_group | g | G |", "text | n | N |", "end_group", "text | n | N |",
                  "note | b | ${n} |"),
            ("survey, row 6 (b), column label: 2 rows have the name n: it is not clear which is "
            "meant. Remedy: give each of them a name of its own."),
        ),
        (
            _rows("begin_group | a | A |"),
            ("survey, row 2 (a), column type: This group is begun and never ended. "
            "Remedy: add a row with the type end_group below what belongs to it."),
        ),
        (
            _rows("end_group | | |"),
            ("survey, row 2, column type: Here a group ends, and none is begun. "
            "Remedy: take the row away, or add a row with begin_group above what belongs to it."),
        ),
        (
            _rows("begin_group | g | G |", "text | a | A |", "end_repeat | | |"),
            ("survey, row 4, column type: Here a repeat ends, while the group g of row 2 is open. "
            "Remedy: write end_group, or add a row with it above this one."),
        ),
        (
            _rows(" | a | A |"),
            "survey, row 2 (a), column type: This row has no type. Remedy: write text, integer,",
        ),
        (
            _rows("text | | A |"),
            "survey, row 2, column name: This row has no name. Remedy: give it a name: a word",
        ),
        (
            _rows("calculate | a | |"),
            ("survey, row 2 (a), column calculation: It does not say what is calculated. "
            "Remedy: fill in its calculation."),
        ),
        (
            _rows("text | a | |"),
            ("survey, row 2 (a), column label: There is nothing to read at this question. "
            "Remedy: give it a label."),
        ),
        (
            _rows("select_one yesno | a | A |") + LIST,
            ("survey, row 2 (a), column type: There is no list yesno in the sheet choices. "
            "Remedy: write yes_no."),
        ),
        (
            _rows("select_one l | a | A |"),
            ("survey, row 2 (a), column type: There is no list l: there is no sheet choices with "
            "rows in it. Remedy: add the list, one row for each choice."),
        ),
        (
            _rows("select_one l | a | A |")
            + "| choices |\n| | list | name | label |\n| | l | x | X |\n",
            "There is no list l: the sheet choices has no column list_name.",
        ),
        (
            _rows("select_one yes_no | a | A |") + f"{LIST}| | yes_no | x | Y |\n",
            ("choices, row 3 (yes_no/x), column name: The list yes_no has the name x in row 2 "
            "already. Remedy: give each a name of its own."),
        ),
        (
            _rows("select_one yes_no | a | A |") + f"{LIST}| | yes_no | | Y |\n",
            "choices, row 3 (yes_no), column name: This choice has no name. Remedy: give it a",
        ),
        (
            _rows("select_multiple yes_no | a | A |") + f"{LIST}| | yes_no | x y | Y |\n",
            ("choices, row 3 (yes_no/x y), column name: “x y” cannot be a name where several can "
            "be chosen: it has a blank. Remedy: write x_y."),
        ),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_cell_and_its_remedy(
    written: Written, refused: Refused, table: str, said: str
) -> None:
    """Once, in words that need no programmer."""
    found = refused(written("form.md", table))
    assert said in found
    assert len(found.splitlines()) == (2 if "Here a repeat" in said else 1)


TEN = [
    ["type", "name", "label::Nederlands (nl)", "relevant", "required", "relevent"],
    ["text", "mijn naam", "Naam?"],
    ["txt", "beroep", "Beroep?"],
    ["select_one janee", "werk", "Werk?"],
    ["begin_group", "gezin", "Gezin"],
    ["integer", "kinderen", None, None, "yes"],
    ["integer", "kinderen", "Kinderen?"],
    ["text", "school", "School van ${kindren}?", "${werk = 'ja'"],
    ["end_repeat"],
    [None, "los", "Los"],
    ["text", "reden", "Waarom?", "${werk} = 'ja"],
    ["text", "leeftijd", "Hoe oud?", "ALS(${werk} = 'ja', 1, 2) = 1"],
]


def _ten(path: Path) -> Path:
    book = openpyxl.Workbook()
    survey, choices = book.active, book.create_sheet("choices")
    survey.title = "survey"
    for row in TEN:
        survey.append(row)
    for row in (["list_name", "name", "label"], ["ja_nee", "ja", "Ja"], ["ja_nee", "ja", "Nee"]):
        choices.append(row)
    book.save(path)
    return path


def test_all_slips_are_told_at_once_and_by_compiling_too(tmp_path: Path) -> None:
    """An author corrects them in one go, where pyxform stops at each."""
    source = _ten(tmp_path / "form.xlsx")
    found = check(source)
    assert [(one.sheet, one.row, one.code) for one in found if one.severity == "error"] == [
        ("survey", 2, "bad-name"),
        ("survey", 3, "unknown-type"),
        ("survey", 4, "no-list"),
        ("survey", 5, "not-ended"),
        ("survey", 6, "no-label"),
        ("survey", 7, "name-twice"),
        ("survey", 8, "unknown-name"),
        ("survey", 8, "unknown-name"),
        ("survey", 9, "not-begun"),
        ("survey", 10, "no-type"),
        ("survey", 11, "expression"),
        ("survey", 12, "expression"),
        ("choices", 3, "name-twice"),
    ]
    warned = [(one.column, one.code) for one in found if one.severity == "warning"]
    assert warned == [("relevent", "unknown-heading"), ("label", "no-language")]
    with pytest.raises(FormCompileError) as caught:
        compile_form(source)
    errors = {one for one in found if one.severity == "error"}
    assert set(caught.value.findings) == errors


def test_rows_of_slips_are_the_lines_of_a_one_file_csv(written: Written, refused: Refused) -> None:
    """Blank lines count, as everywhere."""
    source = written("form.csv", "survey,,,\n\n,type,name,label\n\n,text,a,A\n,text,a,A\n")
    assert refused(source).startswith("survey, row 6 (a), column name: The name a stands in row 5")


def _told(written: Written, table: str) -> list[Finding]:
    return [one for one in check(written("form.md", table)) if one.code != "no-purpose"]


def test_what_pyxform_takes_is_no_slip(written: Written) -> None:
    """Notes without a name, remarks beside the form, files, choices that stand twice on purpose."""
    table = _rows(
        "note | | Hallo |",
        "select_one yes_no | a | A |",
        "text | b | ${a} |",
        "calculate | c | | ${a}",
        "begin group | g | |",
        "text | d | D |",
        "end group | | |",
    )
    settings = (
        "| settings |\n| | form_id | version | allow_choice_duplicates |\n| | t | 1 | yes |\n"
    )
    found = _told(written, f"{table}{LIST}| | yes_no | x | Y |\n{settings}")
    assert [one for one in found if one.severity == "error"] == []


FORMS = Path(__file__).parents[2] / "differential" / "forms"


@pytest.mark.parametrize("source", sorted(FORMS.glob("*.md")), ids=lambda one: one.stem)
def test_there_is_no_slip_in_a_form_that_compiles(source: Path) -> None:
    """What the search for slips knows is no more than what pyxform refuses."""
    places = Places.read(source, source.read_bytes())
    assert list(slips.findings(places)) == []


def test_a_form_without_questions_is_told(written: Written, xform: Callable[..., Path]) -> None:
    """Of a sheet with headings alone, of a workbook of something else, of XML."""
    said = "This form has no questions."
    sources = (
        written("form.md", "| survey |\n| | type | name | label |\n| | | | |\n"),
        xform("<meta><instanceID/></meta>", "", ""),
    )
    for source in sources:
        assert [(one.code, one.problem) for one in check(source)] == [("empty", said)]

"""The bounds of what is read: each is told, and none costs more than a small computer has."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import chain, pairwise, repeat
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest

from intake_app.authoring.check import check
from intake_app.authoring.document import MAX_NODES
from intake_app.authoring.workbook import MAX_UNPACKED
from tests.unit.authoring.conftest import XFORM

Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Refused = Callable[[Path], str]

HEAD = "survey,,,\n,type,name,label\n"
FROM_FILE = "| survey |\n| | type | name | label |\n| | select_one_from_file {} | q | Q |\n"


def _rows(row: str, number: int) -> str:
    return HEAD + "".join(f",{row.format(one)}\n" for one in range(number))


def test_a_sheet_of_more_rows_or_columns_than_any_is_refused(
    written: Written, refused: Refused
) -> None:
    """Before minutes are spent on it."""
    said = "survey: This sheet has more than 10,000 rows or 2,000 columns. Remedy: make several"
    assert said in refused(written("form.csv", _rows("text,q{0},Q", 10_001)))
    wide = f"{HEAD.strip()},{','.join(f'c{one}' for one in range(2_001))}\n,text,a,A\n"
    assert said in refused(written("form.csv", wide))


def test_a_form_of_more_nodes_than_any_is_refused(xform: XForm, refused: Refused) -> None:
    """XML says more in fewer bytes than sheets do."""
    nodes = "".join(f"<a{one}/>" for one in range(MAX_NODES))
    assert "This form has more than 50,000 questions" in refused(xform(nodes, "", ""))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("l.csv", ",".join(f"c{one}" for one in range(50_000)) + "\n" + "x\n" * 50),
        (
            "l.geojson",
            json.dumps({"features": [{"properties": {f"p{one}": ""}} for one in range(1_500)]}),
        ),
    ],
)
def test_a_list_of_blank_cells_is_refused(
    written: Written, refused: Refused, name: str, content: str
) -> None:
    """A short file may say a large table."""
    written(name, content)
    assert "It has more than 2,000,000 cells, blank ones with them." in refused(
        written("form.md", FROM_FILE.format(name))
    )


def test_groups_without_end_in_a_sheet_are_told_as_such(written: Written, refused: Refused) -> None:
    """Not as a workbook that cannot be read."""
    rows = chain(
        (f"begin_group,g{one},G" for one in range(2_000)),
        ["text,a,A"],
        repeat("end_group,,", 2_000),
    )
    source = written("form.csv", HEAD + "".join(f",{row}\n" for row in rows))
    assert "This form is nested too deeply." in refused(source)


def test_of_thousands_of_slips_some_hundreds_are_told(written: Written) -> None:
    """In the time that an author waits."""
    found = check(written("form.csv", _rows("txt,q{0},${{zz{0}}}", 3_000)))
    assert 200 <= len(found) <= 210


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_a_formula_that_went_wrong_is_told_in_its_cell(
    tmp_path: Path, refused: Refused, error: str
) -> None:
    """It would be read to a person."""
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", error]):
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    assert refused(tmp_path / "form.xlsx") == (
        f"survey, row 2, column label: The formula in this cell gives an error: {error}. "
        "Remedy: correct the formula, or write the words themselves."
    )


def test_what_fills_a_sheet_without_words_is_no_part_of_it(tmp_path: Path) -> None:
    """Rows with a style alone, a cell in the last corner, merged cells, a hidden sheet."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "A"], ["date", "d", "D"]):
        survey.append(row)
    for number in range(5, 3_000):
        survey.row_dimensions[number].height = 20
    survey["XFD1048576"] = "x"
    survey.merge_cells("C4:D4")
    book.create_sheet("geheim").sheet_state = "hidden"
    book.save(tmp_path / "form.xlsx")
    assert [one for one in check(tmp_path / "form.xlsx") if one.severity == "error"] == []


#: Tries each file in one process that may take a gigabyte, and says what came of it.
TRYING = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from pathlib import Path
from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form
from intake_app.errors import FormCompileError
for name in sys.argv[1:]:
    try:
        compile_form(Path(name))
        told = "accepted"
    except FormCompileError as refusal:
        told = refusal.findings[0].code
    assert (told == "accepted") == all(one.severity == "warning" for one in check(Path(name)))
    print(Path(name).name, told)
"""


def _xml(nodes: str = "<a/>", bind: str = "", before: str = "") -> str:
    main = f'<instance><data id="t">{nodes}</data></instance>'
    model = f"{main}<bind nodeset='/data/a' {bind}/>"
    return XFORM.format(model=model, body="").replace("<h:html", f"{before}<h:html", 1)


NESTED = "(" * 10_000 + "1" + ")" * 10_000
MORE = (f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in pairwise("abcdefghij"))
LAUGHS = f"<!DOCTYPE l [<!ENTITY a 'ha'>{''.join(MORE)}]>"
#: Each is small on the disk, or as large as a file may be.
BAD = {
    "laughs.xml": (_xml("<a>&j;</a>", before=LAUGHS), "doctype"),
    "outside.xml": (_xml(before="<!DOCTYPE l SYSTEM 'http://127.0.0.1:9/x.dtd'>"), "doctype"),
    "comment.xml": (_xml(f"<a/><!--{'x' * 4_000_000}-->"), "accepted"),
    "huge.xml": (_xml(bind=f"calculate='{'1+' * 2_000_000}1'"), "expression"),
    "deep.xml": (_xml("<g>" * 1_000_000), "too-deep"),
    "nested.xml": (_xml(bind=f"calculate='{NESTED}'"), "expression"),
    "regex.xml": (
        _xml(bind="constraint=\"regex(., '((a{1,1000}){1,1000}){1,1000}')\""), "expression",
    ),
    "nested.md": (f"| survey |\n| | type | name | label |\n| | note | a | {NESTED} |\n", "cell"),
    "rows.csv": (_rows("text,q{0},Q", 100_000), "too-large"),
    "one.csv": ("x," * 1_000_000, "no-sheet"),
    "quote.csv": (HEAD + ',text,a,"' + "x" * 1_000_000, "cell"),
    "slips.csv": (_rows("txt,q{0},${{zz{0}}}", 3_000), "unknown-type"),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_bad_input_takes_no_more_than_a_gigabyte(tmp_path: Path) -> None:
    """Nor minutes; and nothing comes of it but our own refusals, when it is checked too."""
    for name, (words, _) in BAD.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (MAX_UNPACKED + 1))
    tried = subprocess.run(
        [sys.executable, "-c", TRYING, *(str(tmp_path / name) for name in BAD), str(bomb)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert tried.stderr == ""
    assert dict(line.split() for line in tried.stdout.splitlines()) == {
        **{name: code for name, (_, code) in BAD.items()},
        "bomb.xlsx": "too-large",
    }

"""Bad input: refused with a finding, in bounded time and memory, and nothing is lost."""

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest

from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form, compile_to
from intake_app.authoring.document import MAX_BYTES
from intake_app.authoring.files import MAX_ROWS
from intake_app.authoring.loading import load_any
from intake_app.authoring.replay import replay
from intake_app.authoring.workbook import MAX_UNPACKED
from intake_app.errors import FormCompileError
from intake_app.interview.grammar import MAX_DEPTH
from tests.unit.authoring.surveys import NESTED, Interviewed, Refused, Written, XForm


def _workbook(rows: Iterable[Iterable[object]]) -> bytes:
    workbook, made = openpyxl.Workbook(), io.BytesIO()
    survey = workbook.active
    assert survey is not None
    survey.title = "survey"
    for row in rows:
        survey.append(list(row))
    workbook.save(made)
    return made.getvalue()


HEADINGS = ("type", "name", "label", "calculation")
GOOD = _workbook([HEADINGS, ("text", "a", "A")])


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            bomb.writestr(part, b" " * (MAX_UNPACKED // 2 + 1))
    return made.getvalue()


def _crowd() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as crowd:
        for number in range(3_000):
            crowd.writestr(f"xl/{number}.xml", b"")
    return made.getvalue()


#: How a workbook of the older kind begins, and what it holds where a password locks a newer one.
OLDER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LOCKED = OLDER + "EncryptedPackage".encode("utf-16-le") + bytes(600)
#: The begin of a workbook of the older kind that a password locks, and the record that says so.
LOCKED_XLS = (
    bytes.fromhex("0908100000060500") + bytes(12) + bytes.fromhex("2f00060000000100020000")
) + bytes(600)


def _replaced(part: str, words: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(made, "w") as other:
        for name in good.namelist():
            other.writestr(name, words if name == part else good.read(name))
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("form.xlsx", GOOD[: len(GOOD) // 2], "is no questionnaire that can be read"),
        (
            "form.xlsx",
            GOOD[:100] + bytes(2_000) + GOOD[2_100:],
            "is no questionnaire that can be read",
        ),
        ("form.xlsx", b"", "is no questionnaire that can be read"),
        ("form.xls", b"\0" * 5_000, "is no questionnaire that can be read"),
        ("form.xls", OLDER, "is no questionnaire that can be read"),
        ("form.xls", LOCKED, "is locked with a password. It was not opened."),
        ("form.xls", LOCKED_XLS, "is locked with a password. It was not opened."),
        ("form.xlsx", _bomb(), "holds more than 64 MB when it is unpacked. It was not opened."),
        ("form.xlsm", _crowd(), "holds more than 64 MB when it is unpacked. It was not opened."),
        ("form.xlsx", LOCKED, "is locked with a password. It was not opened."),
        ("form.xlsx", OLDER, "is a workbook of the older kind, or another document."),
        (
            "form.xlsx",
            _replaced(SHEET, b'<!DOCTYPE l [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'),
            "is no questionnaire that can be read",
        ),
        (
            "form.csv",
            "survey,,\n,type,name\n,text,caf\xe9\n".encode("latin-1"),
            "is not text in UTF-8. Remedy: save it as CSV in UTF-8, or as .xlsx.",
        ),
        ("form.md", b"\xff\xfe|", "is not text in UTF-8."),
    ],
)
def test_a_workbook_that_cannot_be_read_is_no_riddle(
    tmp_path: Path, refused: Refused, name: str, content: bytes, said: str
) -> None:
    """Cut off, damaged, blown up, locked or of another kind: in one sentence, with a remedy."""
    source = tmp_path / name
    source.write_bytes(content)
    found = refused(source)
    assert said in found
    assert "Remedy: " in found
    # Neither does a check look into what is not safe to open.
    assert [str(one) for one in check(source)] == [found]


@pytest.mark.parametrize("name", ["form.xml", "form.xlsx", "form.csv"])
def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, refused: Refused, name: str) -> None:
    """Its size is looked at first."""
    source = tmp_path / name
    with source.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert f"{name} is larger than 32 MB. It was not read." in refused(source)


def test_a_formula_of_ten_thousand_parentheses_is_found_before_pyxform_sees_it(
    tmp_path: Path, written: Written, refused: Refused
) -> None:
    """With its cell, in each kind of XLSForm; rows count as the author sees them."""
    said = "survey, row {}, column calculation: Its parentheses are nested more than {} deep."
    row = ("calculate", "b", "", NESTED)
    (tmp_path / "form.xlsx").write_bytes(_workbook([HEADINGS, ("text", "a", "A"), row]))
    assert said.format(3, MAX_DEPTH) in refused(tmp_path / "form.xlsx")
    lines = f"\n,{','.join(HEADINGS)}\n\n,text,a,A,\n,{','.join(row)}\n"
    assert said.format(5, MAX_DEPTH) in refused(written("form.csv", f"survey,,,,{lines}"))
    table = f"| survey |\n| | {' | '.join(HEADINGS)} |\n| | {' | '.join(row)} |\n"
    assert said.format(2, MAX_DEPTH) in refused(written("form.md", table))


def test_a_cell_that_is_longer_than_a_spreadsheet_takes_is_refused(
    written: Written, refused: Refused
) -> None:
    """It comes from no author."""
    table = f"| survey |\n| | type | name | label |\n| | text | a | {'x' * 40_000} |\n"
    assert "survey, row 2, column label: This cell has more than 32767" in refused(
        written("form.md", table)
    )


FROM_FILE = """
    | survey |
    |        | type | name | label |
    |        | select_one_from_file {} | q | Q |
"""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("l.csv", b"name,label\na,b\0c\n", "It holds bytes that are no text."),
        ("l.csv", "name,label\na,café\n".encode("latin-1"), "It is not text in UTF-8."),
        ("l.csv", b'name,label\na,"' + b"x" * 200_000, "Row 2: field larger than field limit"),
        ("l.csv", b"name,label\na," + b"x" * 40_000 + b"\n", "Row 2 has a cell without end."),
        ("l.geojson", b'{"features": [', "It is no GeoJSON with a list of features."),
        ("l.geojson", b'["features"]', "It is no GeoJSON"),
        ("l.geojson", b'{"features": ["x"]}', "It is no GeoJSON"),
        ("l.geojson", b"[" * 100_000, "It is no GeoJSON"),
        ("l.geojson", b"\xff\xfe", "It is no GeoJSON"),
        (
            "l.geojson",
            b'{"features": [{"geometry": {"type": "Point", "coordinates": ["a", "b"]}}]}',
            "It is no GeoJSON",
        ),
        (
            "l.geojson",
            b'{"features": [{"geometry": {"type": "MultiPoint", "coordinates": [[1, 2]]}}]}',
            "It is no GeoJSON",
        ),
        ("l.xml", b"<root>", "This is not well-formed XML"),
        ("l.xml", b"<a>" * 5_000, "nested too deeply"),
    ],
)
def test_a_list_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, written: Written, refused: Refused, name: str, content: bytes, said: str
) -> None:
    """And with what to do about it."""
    (tmp_path / name).write_bytes(content)
    found = refused(written("form.md", FROM_FILE.format(name)))
    assert f"The file {name} cannot be read. " in found
    assert said in found
    assert "Remedy: " in found


def test_ragged_and_blank_rows_of_a_list_are_taken_as_they_are(
    interviewed: Interviewed, written: Written
) -> None:
    """A cell that is missing is blank."""
    written("l.csv", "name,label,more\na\n,,\n\nb,B\n")
    interview = interviewed(written("form.md", FROM_FILE.format("l.csv")))
    assert [one.name for one in interview.choices("/data/q")] == ["a", "b"]


def test_a_list_of_a_hundred_thousand_choices_is_a_list_and_one_more_is_none(
    interviewed: Interviewed, tmp_path: Path, written: Written, refused: Refused
) -> None:
    """A longer one is searched, not chosen from."""
    rows = "".join(f"n{number},N{number}\n" for number in range(MAX_ROWS))
    (tmp_path / "l.csv").write_text(f"name,label\n{rows}", encoding="utf-8")
    source = written("form.md", FROM_FILE.format("l.csv"))
    made = compile_form(source)
    assert len(made["instances"]["l"]["rows"]) == MAX_ROWS
    with (tmp_path / "l.csv").open("a", encoding="utf-8") as stream:
        stream.write("more,More\n")
    assert "The file l.csv has more than 100000 rows. Remedy: make a code list" in refused(source)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("jr://file-csv/../secret.csv", "list-outside"),
        ("jr://file-csv/lists/../../secret.csv", "list-outside"),
        ("jr://file-csv//etc/passwd", "list-outside"),
        ("jr://file/..\\secret.csv", "list-outside"),
        ("file:///etc/passwd", "list-outside"),
        ("https://example.org/l.csv", "list-outside"),
        ("jr://file-csv/link.csv", "list-outside"),
        ("jr://file-csv/round.csv", "list-missing"),
        ("jr://file-csv/lists", "list-missing"),
        ("jr://file-csv/none.csv", "list-missing"),
        (f"jr://file-csv/{'x' * 5_000}.csv", "list-missing"),
    ],
)
def test_a_form_reads_nothing_outside_its_folder(
    tmp_path: Path, xform: XForm, address: str, code: str
) -> None:
    """No way up, no path from the root, no link out, no other address."""
    source = xform("<a/>", f'<instance id="l" src="{address}"/>', "")
    home = tmp_path / "home"
    (home / "lists").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("name,label\na,A\n", encoding="utf-8")
    (home / "link.csv").symlink_to(tmp_path / "secret.csv")
    (home / "round.csv").symlink_to("round.csv")
    source = source.rename(home / "form.xml")
    with pytest.raises(FormCompileError) as caught:
        compile_form(source)
    assert [one.code for one in caught.value.findings] == [code]


def test_a_list_may_lie_in_a_folder_inside_the_forms(written: Written, xform: XForm) -> None:
    """There it is still the form's own."""
    written("lists/l.csv", "name,label\na,A\n")
    made = compile_form(xform("<a/>", '<instance id="l" src="jr://file-csv/lists/l.csv"/>', ""))
    assert made["instances"]["l"]["rows"] == [["a", "A"]]


def _rows(*rows: str) -> str:
    lines = "\n".join(f"| | {row} |" for row in rows)
    return f"| survey |\n| | type | name | label | calculation |\n{lines}\n"


def test_what_does_not_compile_leaves_what_was_compiled_before(
    tmp_path: Path, written: Written
) -> None:
    """The target stays as it is, and nothing lies beside it."""
    target = tmp_path / "out" / "form.json"
    target.parent.mkdir()
    compile_to(written("form.md", _rows("text | a | A |")), target)
    before = target.read_bytes()
    with pytest.raises(FormCompileError):
        compile_to(written("form.md", _rows("txet | a | A |")), target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["form.json"]


def _steps(source: Path, *actions: object) -> list[dict[str, object]]:
    script = [json.dumps(action) for action in actions]
    return list(replay(load_any(source), script, today=date(2026, 11, 23)))


COUNTED = """
    | survey |
    |        | type | name | label | repeat_count |
    |        | integer | n | N | |
    |        | begin_repeat | r | R | {} |
    |        | text | a | A | |
    |        | end_repeat | | | |
    """


def test_a_repeat_count_of_a_billion_is_refused_and_changes_nothing(written: Written) -> None:
    """Where an answer asks for it, the interview goes on as it was."""
    source = written("form.md", COUNTED.format("${n}"))
    steps = _steps(
        source, {"set": "/data/n", "value": "1000000000"}, {"set": "/data/n", "value": "2"}
    )
    assert "more than 1000 instances" in str(steps[1]["error"])
    assert list(steps[2]["nodes"]) == ["/data/n", "/data/r[1]/a", "/data/r[2]/a"]  # type: ignore[call-overload]  # nodes by path


@pytest.mark.parametrize("count", ["1000000000", "1001", "10 * 101"])
def test_a_fixed_repeat_count_beyond_the_bound_does_not_compile(
    written: Written, refused: Refused, count: str
) -> None:
    """In the cell that says it; the bound itself does."""
    found = refused(written("form.md", COUNTED.format(count)))
    assert found.startswith("survey, row 3 (r), column repeat_count: This repeat would have ")
    assert found.endswith(
        "Remedy: write a smaller number, or let an answer say how many there are."
    )
    compile_form(written("form.md", COUNTED.format("1000")))


def test_a_pattern_that_would_run_for_ever_does_not(written: Written) -> None:
    """An answer is judged in time that its length bounds."""
    table = """
        | survey |
        |        | type | name | label | constraint |
        |        | text | a | A | regex(., '(a+)+b') |
        """
    (_, step) = _steps(written("form.md", table), {"set": "/data/a", "value": "a" * 200})
    assert "error" not in step

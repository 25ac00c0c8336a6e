"""The types of questions: each is supported, or inert with a warning, or refused."""

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it ships no types
import pytest

from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form, read
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Refused = Callable[[Path], str]


@pytest.mark.parametrize(
    ("type_", "kind", "stored", "good", "bad"),
    [
        ("text", "text", "string", "x", None),
        ("integer", "integer", "int", "7", "7.5"),
        ("decimal", "decimal", "decimal", "7.5", "x"),
        ("range", "range", "int", "7", "x"),
        ("date", "date", "date", "2026-11-23", "23-11-2026"),
        ("time", "time", "time", "09:30:00", "half tien"),
        ("datetime", "dateTime", "dateTime", "2026-11-23T09:30:00", "2026-11-23"),
        ("barcode", "barcode", "barcode", "871", None),
        ("image", "image", "binary", "a.jpg", None),
        ("audio", "audio", "binary", "a.m4a", None),
        ("video", "video", "binary", "a.mp4", None),
        ("file", "file", "binary", "a.pdf", None),
        ("geopoint", "geopoint", "geopoint", "52.1 4.3 0 0", "thuis"),
        ("geotrace", "geotrace", "geotrace", "52 4 0 0; 53 5 0 0", "thuis"),
        ("geoshape", "geoshape", "geoshape", "52 4 0 0; 53 5 0 0; 53 4 0 0; 52 4 0 0", "thuis"),
        ("acknowledge", "acknowledge", "acknowledge", "OK", "ja"),
        ("trigger", "acknowledge", "acknowledge", "OK", "ja"),
        ("note", "note", "string", None, None),
        ("hidden", "calculate", "string", None, None),
    ],
)
def test_a_type_takes_the_answers_that_are_of_it(
    interviewed: Interviewed, type_: str, kind: str, stored: str, good: str | None, bad: str | None
) -> None:
    """What is not of it is kept, and not valid; what is only shown takes none."""
    interview = interviewed(f"| survey |\n| | type | name | label |\n| | {type_} | q | Q |\n")
    question = interview.node("/data/q").question
    assert (question.kind, question.type) == (kind, stored)
    for answer, valid in ((good, True), (bad, False)):
        if answer is not None:
            interview.answer("/data/q", answer)
            node = interview.node("/data/q")
            assert (node.value, node.valid) == (answer, valid)


def test_what_the_device_or_the_day_tells_is_filled_in_at_first(interviewed: Interviewed) -> None:
    """The day, the moment of the start, and nothing about the device or its user."""
    names = ("start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit")
    rows = "\n".join(f"| | {name} | {name} |" for name in names)
    interview = interviewed(f"| survey |\n| | type | name | label |\n{rows}\n| | text | a | A |\n")
    values = {node.path.rpartition("/")[2]: node.value for node in interview.nodes() if node.value}
    assert values == {"start": "2026-11-23T12:00:00.000Z", "today": "2026-11-23"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("deviceid | q | ", "preload"),
        ("username | q | ", "preload"),
        ("audit | audit | ", "audit"),
        ("start-geopoint | q | ", "capture"),
        ("background-audio | q | ", "capture"),
        ("text | q | Q | ${last-saved#a}", "last-saved"),
    ],
)
def test_what_an_intake_does_not_do_is_told_with_its_remedy(
    written: Written, row: str, code: str
) -> None:
    """A warning: the form works, that one question stays blank."""
    table = f"| survey |\n| | type | name | label | default |\n| | text | a | A | |\n| | {row} |\n"
    (warning,) = read(written("form.md", table)).warnings
    assert (warning.code, warning.severity) == (code, "warning")
    assert "It stays blank" in warning.problem or "it stays blank" in warning.problem
    assert warning.remedy.startswith("take ")
    somewhere = code not in {"last-saved", "audit"}
    assert (warning.sheet, warning.row) == (("survey", 3) if somewhere else ("", 0))
    assert warning in check(written("form.md", table))


@pytest.mark.parametrize("setting", ["public_key", "submission_url"])
def test_where_to_send_and_how_to_encrypt_are_no_matter_of_the_form(
    written: Written, setting: str
) -> None:
    """A warning says who decides that."""
    table = f"""
        | survey |
        |        | type | name | label |
        |        | text | a | A |
        | settings |
        |          | {setting} |
        |          | https://example.org/x |
        """
    (warning,) = read(written("form.md", table)).warnings
    assert warning.code == "submission"
    assert "the app seals every answer itself" in warning.problem


OSM = """
    | survey |
    |        | type | name | label |
    |        | osm  | q    | Q |
"""


def test_what_cannot_be_is_refused(written: Written, xform: XForm, refused: Refused) -> None:
    """Another app for maps; entities on a server, also where XForm XML declares them."""
    assert "survey, row 2 (q): A question of type osm opens another app" in refused(
        written("form.md", OSM)
    )
    nodes = '<a/><meta><entity dataset="people" id="" create="1"><label/></entity></meta>'
    assert "makes or changes entities" in refused(xform(nodes, "", ""))
    assert "makes or changes entities" in refused(
        xform(f"<r><a/>{nodes[4:]}</r>", "", '<repeat nodeset="/data/r"/>')
    )


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ('start="0" end="10" step="2"', ""),
        ('start="10" end="0" step="-2.5"', ""),
        ('start="-2.0.1" end="2.0" step="0.5"', "needs numbers as its start, end and step"),
        ('start="0" end="NaN" step="1"', "needs numbers"),
        ('start="0" step="1"', "needs numbers"),
        ('start="0" end="10" step="0"', "The step of a range is more than nothing"),
        ('start="0" end="10" step="11"', "fits between start and end"),
    ],
)
def test_a_range_says_where_it_begins_where_it_ends_and_in_what_steps(
    xform: XForm, refused: Refused, parameters: str, said: str
) -> None:
    """Steps may be broken and may go down."""
    source = xform(
        "<a/>", '<bind nodeset="/data/a" type="decimal"/>',
        f'<range ref="/data/a" {parameters}><label>A</label></range>',
    )  # fmt: skip
    if said:
        assert said in refused(source)
    else:
        assert compile_form(source)["root"]["children"][0]["kind"] == "range"


def test_how_good_a_picture_must_be_reaches_whoever_takes_it(written: Written) -> None:
    """Capture belongs to the screens; what the author asked for is theirs to keep to."""
    made = compile_form(
        written(
            "form.md",
            """
            | survey |
            |        | type  | name | label | parameters | appearance |
            |        | image | a    | A     | max-pixels=640 | annotate |
            |        | audio | b    | B     | quality=low | |
            """,
        )
    )
    first, second = made["root"]["children"][:2]
    assert (first["parameters"], first["appearance"]) == ({"max-pixels": "640"}, "annotate")
    assert second["parameters"] == {"quality": "low"}


@pytest.mark.parametrize(
    ("declared", "type_", "warned"),
    [
        ("xsd:string", "string", False),
        ("xsd:integer", "int", False),
        ("xs:dateTime", "dateTime", False),
        (" select1 ", "string", False),
        ("odk:rank", "string", False),
        ("intent", "string", False),
        ("", "string", False),
        ("phone", "string", True),
    ],
)
def test_a_type_of_xforms_has_one_name_here(
    xform: XForm, declared: str, type_: str, *, warned: bool
) -> None:
    """Whatever its prefix; one that is not known is text, with a warning."""
    reading = read(xform("<a/>", f'<bind nodeset="/data/a" type="{declared}"/>', ""))
    assert reading.made["root"]["children"][0]["type"] == type_
    assert [one.code for one in reading.warnings] == (["type"] if warned else [])


def test_cells_that_a_spreadsheet_keeps_as_dates_and_numbers_are_read_as_such(
    tmp_path: Path, interviewed: Interviewed
) -> None:
    """A date, a moment, a time, a whole and a broken number, and a truth."""
    workbook = openpyxl.Workbook()
    survey = workbook.active
    assert survey is not None
    survey.title = "survey"
    cells = [
        ("date", date(2026, 1, 2), "2026-01-02"),
        ("datetime", datetime(2026, 1, 2, 9, 30), "2026-01-02T09:30:00"),  # noqa: DTZ001 (a cell has no zone)
        ("time", time(9, 30), "09:30:00"),
        ("integer", 3.0, "3"),
        ("decimal", 2.5, "2.5"),
        ("text", True, "TRUE"),
    ]
    survey.append(["type", "name", "label", "default"])
    for number, (type_, default, _) in enumerate(cells):
        survey.append([type_, f"q{number}", "Q", default])
    workbook.save(tmp_path / "form.xlsx")
    interview = interviewed(tmp_path / "form.xlsx")
    assert [node.value for node in interview.nodes()] == [value for *_, value in cells]
    assert all(node.valid for node in interview.nodes())


def test_what_only_concerns_the_look_does_no_harm(interviewed: Interviewed) -> None:
    """Themes, pages, months without days, matrices."""
    interview = interviewed("""
        | survey |
        |        | type | name | label | appearance | read_only |
        |        | begin_group | g | G | field-list | |
        |        | date | a | A | month-year | |
        |        | date | b | B | year | |
        |        | text | c | C | multiline w4 | yes |
        |        | end_group | | | | |
        | settings |
        |          | style | instance_name |
        |          | pages theme-grid | concat(${c}, '-', ${a}) |
        """)
    assert interview.node("/data/g/a").question.appearance == "month-year"
    assert [node.readonly for node in interview.nodes()] == [False, False, True]


def test_parameters_are_a_controls_own(xform: XForm) -> None:
    """What merely binds or shows it is none."""
    source = xform("<a/>", "", '<input ref="/data/a" appearance="x" rows="5"><label/></input>')
    made = compile_form(source)["root"]["children"][0]
    assert (made["parameters"], made["appearance"]) == ({"rows": "5"}, "x")

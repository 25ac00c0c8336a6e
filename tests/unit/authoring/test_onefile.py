"""An XLSForm in one CSV, as spreadsheet programs write it and as it goes wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form
from intake_app.authoring.loading import load_any
from intake_app.errors import FormCompileError

Refused = Callable[[Path], str]
Written = Callable[[str, str], Path]

FORM = 'survey,,,\n,type,name,label\n,text,a,"Café, of\nthee?"\n\n,text,b,B\n'


def _wide(words: str) -> bytes:
    return words.encode("utf-16")


@pytest.mark.parametrize(
    "content",
    [
        FORM.encode(),
        FORM.encode("utf-8-sig"),
        _wide(FORM),
        FORM.replace("\n", "\r\n").encode(),
        FORM.replace(", of", "; of").replace(",", ";").replace("; of", ", of").encode(),
        FORM.replace(",B", ',"B" ').encode(),
        FORM.replace("survey,,,", "survey").encode(),
        FORM.replace("survey,,,", "survey").replace(",", ";").replace("; of", ", of").encode(),
        FORM.replace("survey,,,", "survey").replace(",", "\t").replace("\t of", ", of").encode(),
        FORM.replace(",", "\t").replace("\t of", ", of").encode(),
    ],
    ids=[
        "utf-8",
        "a mark",
        "utf-16",
        "crlf",
        "semicolons",
        "untidy",
        "a bare first line",
        "a bare first line, semicolons",
        "a bare first line, tabs",
        "tabs",
    ],
)
def test_a_csv_is_read_as_any_program_writes_it(tmp_path: Path, content: bytes) -> None:
    """In Dutch by semicolons; with the mark that Excel writes; a line keeps its number."""
    source = tmp_path / "form.csv"
    source.write_bytes(content)
    words = compile_form(source)["texts"]["default"]
    assert words["a:label"].replace("\r\n", "\n") == "Café, of\nthee?"
    assert words["b:label"] == "B"
    source.write_bytes(
        content.replace(b",b,", b",a,").replace(b";b;", b";a;").replace(b"\tb\t", b"\ta\t")
    )
    if not content.startswith(b"\xff\xfe"):
        (twice,) = (one for one in check(source) if one.code == "name-twice")
        assert twice.row == 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FORM.encode("latin-1"), "form.csv is not text in UTF-8. Remedy: save it as CSV in UTF-8"),
        (FORM.encode("utf-16")[:-1], "form.csv is not text in UTF-8."),
        (FORM.replace("B", "\0").encode(), "form.csv holds bytes that are no text."),
        (
            FORM.replace('thee?"', "thee?").encode(),
            "the CSV, row 3: A quotation mark that begins here is not closed. Remedy: close it,",
        ),
        (
            FORM.replace("B", "B" * 200_000).encode(),
            "the CSV, row 6: A cell here is longer than any.",
        ),
        (
            b"type,name,label\ntext,a,A\n",
            (
                "form.csv has no sheet survey: the first column of a CSV names the sheets. "
                "Remedy: save the whole workbook as .xlsx, which keeps its sheets."
            ),
        ),
        (b"", "form.csv has no sheet survey"),
    ],
)
def test_a_csv_that_would_be_read_wrongly_is_refused(
    tmp_path: Path, refused: Refused, content: bytes, said: str
) -> None:
    """Above all where half of it would be lost without a word."""
    source = tmp_path / "form.csv"
    source.write_bytes(content)
    assert said in refused(source)
    assert [str(one) for one in check(source)] == [refused(source)]


def test_a_workbook_of_opendocument_is_to_be_saved_as_xlsx(
    tmp_path: Path, refused: Refused
) -> None:
    """LibreOffice saves so by itself; it is not told as XML that is damaged."""
    source = tmp_path / "form.ods"
    source.write_bytes(b"PK")
    said = "form.ods is a workbook of OpenDocument, which is not read here. Remedy: save it as "
    assert refused(source).startswith(said + ".xlsx.")
    with pytest.raises(FormCompileError, match="OpenDocument"):
        load_any(source)


def test_what_cannot_be_read_is_told_without_the_words_of_a_program(
    tmp_path: Path, refused: Refused
) -> None:
    """The name of an error in Python tells an author nothing."""
    source = tmp_path / "form.xlsx"
    source.write_bytes(b"x")
    assert refused(source).startswith("form.xlsx is no questionnaire that can be read. Remedy:")

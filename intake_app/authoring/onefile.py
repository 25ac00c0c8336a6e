"""An XLSForm in one text file, CSV or Markdown, as programs write it: to UTF-8 and commas."""

import csv
import io
import re
from pathlib import Path
from typing import Final

from intake_app.authoring.finding import Finding
from intake_app.errors import FormCompileError

#: The ending of a workbook as LibreOffice writes it by itself.
ODS: Final = ".ods"
#: What may divide the cells of a line; the first where there is nothing to tell by.
_DELIMITERS: Final = (",", ";", "\t")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_REMEDY: Final = "save it as CSV in UTF-8, or as .xlsx."


def plain(source: Path, content: bytes) -> bytes:
    """Return a CSV or Markdown file in UTF-8 without a mark, a CSV divided by commas.

    Any other content comes back as it is. FormCompileError where it cannot be read as text,
    where a CSV is no set of sheets, or for a workbook of OpenDocument, which nothing here reads;
    the number of a line stays what it was.
    """
    suffix = source.suffix.lower()
    if suffix == ODS:
        raise FormCompileError((_opendocument(source),))
    if suffix not in {".csv", ".md"}:
        return content
    words = _decoded(source, content)
    return (_commas(source, words) if suffix == ".csv" else words).encode()


def _decoded(source: Path, content: bytes) -> str:
    try:
        words = content.decode("utf-16" if content.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("encoding", f"{source.name} is not text in UTF-8.") from error
    if "\0" in words:
        raise _refused("encoding", f"{source.name} holds bytes that are no text.")
    return words


def _commas(source: Path, words: str) -> str:
    delimiter = _delimiter(words)
    made, begin, sheets = io.StringIO(newline=""), 1, set[str]()
    writer = csv.writer(made, lineterminator="\n")
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            begin = reader.line_num + 1
            sheets.update(cell.strip().lower() for cell in row[:1])
            if delimiter != ",":
                writer.writerow(row)
    except csv.Error as error:
        _check(error, begin)
        sheets.add("survey")
    if "survey" not in sheets:
        raise FormCompileError((_no_sheet(source),))
    return words if delimiter == "," else made.getvalue()


def _delimiter(words: str) -> str:
    """Return what divides the headings: a spreadsheet program in Dutch has semicolons for it."""
    first = re.search(r"^.*\S.*$", words, re.MULTILINE)
    # The first line may hold no more than the name of its sheet.
    headings = (found for found in re.finditer(r"^.*$", words, re.MULTILINE) if _heads(found[0]))
    line = next(headings, first)
    return max(_DELIMITERS, key=line[0].count) if line else ","


def _heads(line: str) -> bool:
    return {"type", "name"} <= {*re.findall(r"\w+", line.lower())}


def _check(error: csv.Error, row: int) -> None:
    """Refuse what would be lost without a word; what is only untidy is read as it is."""
    if "end of data" in str(error):
        raise _refused("quotation", "A quotation mark that begins here is not closed.", row)
    if "field limit" in str(error):
        raise _refused("cell", "A cell here is longer than any.", row)


def _refused(code: str, problem: str, row: int = 0) -> FormCompileError:
    remedy = "close it, or take it away." if code == "quotation" else _REMEDY
    sheet = "the CSV" if row else ""
    return FormCompileError(
        (Finding(code=code, problem=problem, remedy=remedy, sheet=sheet, row=row),)
    )


def _no_sheet(source: Path) -> Finding:
    return Finding(
        code="no-sheet",
        problem=f"{source.name} has no sheet survey: the first column of a CSV names the sheets.",
        remedy="save the whole workbook as .xlsx, which keeps its sheets.",
    )


def _opendocument(source: Path) -> Finding:
    return Finding(
        code="opendocument",
        problem=f"{source.name} is a workbook of OpenDocument, which is not read here.",
        remedy="save it as .xlsx.",
    )

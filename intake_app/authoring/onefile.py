"""An XLSForm in one text file, CSV or Markdown, as programs write it: to UTF-8 and commas."""

import csv
import io
from pathlib import Path
from typing import Final

from intake_app.authoring.finding import Finding
from intake_app.errors import FormCompileError

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_REMEDY: Final = "save it as CSV in UTF-8, or as .xlsx."


def plain(source: Path, content: bytes) -> bytes:
    """Return a CSV or Markdown file in UTF-8 without a mark, a CSV divided by commas.

    Any other content comes back as it is. FormCompileError where it cannot be read as text, or
    where a CSV is no set of sheets; the number of a line stays what it was.
    """
    suffix = source.suffix.lower()
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
    first = words.partition("\n")[0]
    # A spreadsheet program in Dutch divides by semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
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

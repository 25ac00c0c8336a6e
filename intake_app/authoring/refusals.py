"""What pyxform refuses, as findings: its words, with the sheet, row and column that they name."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
from pyxform.question_type_dictionary import (  # type: ignore[import-untyped]  # the same
    QUESTION_TYPE_DICT,
)

from intake_app.authoring import sheets
from intake_app.authoring.finding import Finding

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_CELL = re.compile(r"On the '(\w+)' sheet, the '([^']*)' value (?:'([^']*)' )?is \w+\.\s*")
_SHEET = re.compile(r"On the '(\w+)' sheet, |^There should be a (\w+) sheet")
_MORE = re.compile(r"\s*(?:Learn more:|See|For more information)\s*:?\s*https?://\S+\.?")
_TYPE = re.compile(r"Unknown question type '(.*)'\.")
_NO_NAME = re.compile(r"Could not find the name '(?:last-saved#)?(.*)'\.")

#: What to do, by a part of what pyxform says; the first that fits.
_REMEDIES = (
    ("Reference variables must contain", "give the name of a question or group that is there."),
    ("Reference variables must start", "write ${name}, with both braces."),
    ("Reference variable", "give every question that is referred to a name of its own."),
    ("must be unique", "give each a name of its own."),
    ("must unique", "give each a name of its own."),
    ("is reserved", "give it another name."),
    ("must not be the same as", "give it another name."),
    ("Names must begin", "begin with a letter; use no blanks, only letters, digits, _, - and ."),
    ("with no name", "fill in its name."),
    ("must have a name", "fill in its name."),
    ("with no type", "fill in its type, or clear the row."),
    ("Unmatched", "let every begin have an end of the same kind, in the reverse order."),
    ("List name not in", "add the list to the choices sheet, or correct its name."),
    ("There should be a", "add that sheet, or correct its name."),
    ("should have a label", "fill in its label."),
    ("Missing calculation", "fill in the column calculation."),
    ("similar names were found", "correct the name of the sheet."),
    ("column headers were not found", "add these headings to the first row of the sheet."),
    ("headers provided for sheet", "give each column one heading, in the first row."),
    ("Duplicate column header", "give each column a heading of its own."),
    ("names with spaces", "use no blanks in the name of a choice."),
    ("entit", "take away the entities sheet, and the column save_to: an intake makes none."),
    ("'parameters' value", "write parameters as name=value, with a blank between two."),
)
_REMEDY = "correct it; https://xlsform.org says what can stand there."


def refused(refusal: PyXFormError, source: Path, content: bytes) -> tuple[Finding, ...]:
    """Return the findings that a refusal of pyxform holds, with their rows as the author sees."""
    findings: list[str] = []
    for line in str(refusal).splitlines():
        if not findings or _ROW.match(line):
            findings.append(line.strip())
        elif not line.startswith("{"):
            # What begins with a brace is a row as Python writes it.
            findings[-1] = f"{findings[-1]} {line.strip()}".strip()
    try:
        held = sheets.read(source, content)
    except PyXFormError:
        held = {}
    return tuple(dict.fromkeys(_finding(words, source, held) for words in findings if words))


def author_row(row: int, sheet: str, source: Path, held: Mapping[str, sheets.Sheet]) -> int:
    """Return the number that an author's editor gives to a row which pyxform counts."""
    # In a one-file CSV rows are counted from the top of the file.
    if source.suffix.lower() != ".csv" or row < 2 or sheet not in held:  # noqa: PLR2004 (row 1 has the headings)
        return row
    rows = held[sheet].rows
    return rows[row - 2].number if row - 2 < len(rows) else 0


def _finding(words: str, source: Path, held: Mapping[str, sheets.Sheet]) -> Finding:
    row = _ROW.search(words)
    number = int(row.group(1)) if row else 0
    bare = _ROW.sub("", words)
    cell, named = _CELL.search(bare), _SHEET.search(bare)
    sheet = cell.group(1) if cell else next(filter(None, named.groups()), "") if named else ""
    column, name = (cell.group(2), cell.group(3) or "") if cell else ("", "")
    sheet = sheet or ("survey" if number else "")
    number = author_row(number, sheet, source, held)
    unknown = _TYPE.search(bare)
    if unknown:
        sheet, column = "survey", "type"
        number, name = _row_of_type(unknown.group(1), held)
    return Finding(
        code="xlsform",
        sheet=sheet,
        row=number,
        column=column,
        name=name,
        problem=_MORE.sub("", _CELL.sub("", bare)).strip(),
        remedy=_remedy(bare, held),
    )


def _row_of_type(type_: str, held: Mapping[str, sheets.Sheet]) -> tuple[int, str]:
    first = type_.partition(" ")[0]
    for row in held["survey"].rows if "survey" in held else ():
        if row.cells.get("type", "").partition(" ")[0] == first:
            return row.number, row.cells.get("name", "")
    return 0, ""


def _remedy(words: str, held: Mapping[str, sheets.Sheet]) -> str:
    unknown, missing = _TYPE.search(words), _NO_NAME.search(words)
    if unknown:
        types = [
            *QUESTION_TYPE_DICT,
            "begin_group",
            "begin_repeat",
            "select_one",
            "select_multiple",
        ]
        near = difflib.get_close_matches(unknown.group(1).lower(), types, 1)
        return (
            f"use {near[0]}." if near else "see https://xlsform.org for the types that there are."
        )
    if missing and "survey" in held:
        names = [row.cells.get("name", "") for row in held["survey"].rows]
        near = difflib.get_close_matches(missing.group(1), names, 1)
        if near:
            return f"use ${{{near[0]}}}."
    return next((remedy for part, remedy in _REMEDIES if part in words), _REMEDY)

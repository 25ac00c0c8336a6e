"""What pyxform refuses, as findings: its words, with the sheet, row and column that they name."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types

from intake_app.authoring import sheets, slips
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places

#: Of so many slips nobody reads the rest.
_MOST = 200
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_CELL = re.compile(r"On the '(\w+)' sheet, the '([^']*)' value (?:'([^']*)' )?is \w+\.\s*")
_SHEET = re.compile(
    r"On the '(\w+)' sheet, |^There should be a (\w+) sheet|headers provided for sheet: '(\w+)'"
)
_MORE = re.compile(
    r"\s*(?:(?:Learn more:|See|For more information)\s*:?\s*https?://\S+\.?"
    r"|Please ensure that the choices sheet has .*)"
)
_TYPE = re.compile(r"Unknown question type '(.*)'\.")

#: What to do, by a part of what pyxform says; the first that fits.
_REMEDIES = (
    ("Reference variables must contain", "give the name of a question or group that is there."),
    ("Reference variables must start", "write ${name}, with both braces."),
    ("Reference variable lists", "put a comma between the names."),
    ("Reference variable", "give every question that is referred to a name of its own."),
    ("no survey element named", "give the name of a question that is there."),
    ("multiple survey elements named", "give each question a name of its own."),
    ("has no label or hint", "give it a label."),
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
    ("There should be a", "add that sheet with these headings, or correct its name."),
    ("must have a sheet named", "call the sheet with the questions survey."),
    ("should have a label", "fill in its label."),
    ("Missing calculation", "fill in the column calculation."),
    ("similar names were found", "correct the name of the sheet."),
    ("column headers were not found", "add these headings to the first row of the sheet."),
    ("must not be empty and must not", "give each column a heading in one word."),
    ("headers provided for sheet", "give each column one heading, in the first row."),
    ("Duplicate column header", "give each column a heading of its own."),
    ("names with spaces", "use no blanks in the name of a choice."),
    ("big-image", "fill in its image too."),
    ("or_other", "take or_other away, and make a choice and a text question for it."),
    ("or other", "add the list to the choices sheet."),
    ("so it can't be used as a calculation trigger", "name a question that a person answers."),
    ("background-geopoint", "take the row away: an intake does not record where somebody is."),
    ("Audits must", "take the row away: who did what stands in the log of the vault."),
    ("search()", "give the question a list of its own in the choices sheet."),
    ("should end with one of", "give the whole name of the file, as in towns.csv."),
    ("external instance", "give the files, or the list and the file, different names."),
    ("select_one_external", "use select_one_from_file with a choice_filter."),
    ("randomize", "write randomize=true, and seed=${name} if the order should stay."),
    ("entit", "take away the entities sheet, and the column save_to: an intake makes none."),
    ("'parameters' value", "write parameters as name=value, with a blank between two."),
    ("must have an integer value", "write parameters as name=value, with a whole number."),
    ("Invalid value for", "write parameters as name=value, with a value that XLSForm knows."),
    ("does not appear to be a valid XLSForm", "give it a sheet survey with type, name and label."),
)
_REMEDY = "correct it; https://xlsform.org says what can stand there."
#: What names a row that pyxform does not number: by its name, its type, its choice.
_BY_NAME = re.compile(
    r"survey element named '?(?P<element>[\w.:-]*\w)|^Question '(?P<question>[^']+)'"
    r"|for question \$\{(?P<trigger>[^}]+)\}"
)
_BY_PARAMETER = re.compile(
    r"randomize|seed|max-pixels|quality|track-changes|identify-user|location"
)
_BY_CHOICE = re.compile(r"See \[(?P<name>.*)\] in \[(?P<list>.*)\]")


def refused(refusal: PyXFormError, source: Path, content: bytes) -> tuple[Finding, ...]:
    """Return what is wrong with sheets that pyxform refuses, with rows as the author sees them.

    pyxform stops at the first slip; the sheets are looked through for all of them.
    """
    findings: list[str] = []
    for line in str(refusal).splitlines():
        if not findings or _ROW.match(line):
            findings.append(line.strip())
        elif not line.startswith("{"):
            # What begins with a brace is a row as Python writes it.
            findings[-1] = f"{findings[-1]} {line.strip()}".strip()
    try:
        places = Places.read(source, content)
    except PyXFormError:
        places = Places({})
    seen = tuple(islice(slips.findings(places), _MOST))
    told = (_finding(words, source, places) for words in findings if words)
    found = (*seen, *(one for one in told if not any(_same(one, slip) for slip in seen)))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.sheet != "survey", one.row)))


def _same(finding: Finding, slip: Finding) -> bool:
    """Tell whether a slip says what a refusal says, in better words."""
    if finding.sheet == "choices" and not finding.row and "similar names" not in finding.problem:
        return slip.code == "no-list"
    here = finding.row and (finding.sheet, finding.row) == (slip.sheet, slip.row)
    return bool(here) and finding.column in {"", slip.column}


def author_row(row: int, sheet: str, source: Path, held: Mapping[str, sheets.Sheet]) -> int:
    """Return the number that an author's editor gives to a row which pyxform counts."""
    # In a one-file CSV rows are counted from the top of the file.
    if source.suffix.lower() != ".csv" or row < 2 or sheet not in held:  # noqa: PLR2004 (row 1 has the headings)
        return row
    rows = held[sheet].rows
    return rows[row - 2].number if row - 2 < len(rows) else 0


def _finding(words: str, source: Path, places: Places) -> Finding:
    row = _ROW.search(words)
    number = int(row.group(1)) if row else 0
    bare = _ROW.sub("", words)
    cell, named = _CELL.search(bare), _SHEET.search(bare)
    sheet = cell.group(1) if cell else next(filter(None, named.groups()), "") if named else ""
    column, name = (cell.group(2), cell.group(3) or "") if cell else ("", "")
    sheet = sheet or ("survey" if number else "")
    number = author_row(number, sheet, source, places.sheets)
    finding = Finding(
        code="xlsform",
        sheet=sheet,
        row=number,
        column=column,
        name=name,
        problem=f"{_MORE.sub('', _CELL.sub('', bare)).strip().rstrip('.')}.",
        remedy=next((remedy for part, remedy in _REMEDIES if part in bare), _REMEDY),
    )
    return finding if number else _sought(finding, bare, places)


def _sought(finding: Finding, words: str, places: Places) -> Finding:
    """Return a refusal that has no row with the row of what it names, where it names something."""
    named, typed, chosen = (one.search(words) for one in (_BY_NAME, _TYPE, _BY_CHOICE))
    given = set(_BY_PARAMETER.findall(words))
    if chosen:
        return replace(finding, **places.choice(chosen["list"], chosen["name"], "name"))
    name = next(filter(None, named.groups())) if named else ""
    for row in places.sheets["survey"].rows if "survey" in places.sheets else ():
        column = ""
        if typed and row.cells.get("type") == typed.group(1):
            column = "type"
        elif any(f"{one}=" in row.cells.get("parameters", "") for one in given):
            column = "parameters"
        elif not name or row.cells.get("name") != name:
            continue
        held = row.cells.get("name", "")
        return replace(finding, sheet="survey", row=row.number, name=held, column=column)
    return finding

"""`form check`: what an author should know about a questionnaire before anybody is asked it.

All that keeps it from being compiled, and beyond that what compiles but cannot be meant. Each
looks at one noun: `asked` (questions that are never asked, constraints that never hold),
`offered` (choices), `comparing` (answers and what they are compared with), `circles`,
`promises` (who may read an answer), `wording`, `translating`, `headings`, `habits`.
"""

from itertools import chain
from pathlib import Path
from typing import Final

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types

from intake_app.authoring import (
    XLSFORM,
    asked,
    circles,
    comparing,
    habits,
    headings,
    offered,
    promises,
    translating,
    wording,
    workbook,
)
from intake_app.authoring.compile import contents, read, told
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places
from intake_app.authoring.subject import Subject
from intake_app.errors import FormCompileError

_SHEETS: Final = ("", "settings", "survey", "choices")

#: What says the same as `never-asked`, but with the place of the mistake itself.
_REASONS: Final = frozenset({"unknown-choice", "label-for-name", "not-of-type", "quoted-name"})


def check(source: Path, *, locales: Path | None = None) -> tuple[Finding, ...]:
    """Return all findings about a questionnaire, by sheet and row.

    `locales` is the folder of the catalogues of its words. What is so broken that there is no
    form to look at gives the findings of compiling alone. No error is raised for a questionnaire.
    """
    try:
        reading = read(source, locales=locales)
    except FormCompileError as refusal:
        return _refused(source, tuple(refusal.findings))
    subject = Subject(reading.form, reading.made, reading.places())
    found = [*reading.warnings]
    found.extend(
        told(fault, subject.places)
        for fault in reading.faults
        # Compiling tells of the first circle, and we of all.
        if fault.code != "circle"
    )
    found.extend(headings.findings(subject.places))
    # `asked` comes first: the others leave out what is never asked.
    looks = (asked, offered, comparing, circles, promises, wording, translating, habits)
    found.extend(chain.from_iterable(look.findings(subject) for look in looks))
    return tuple(sorted(_plain(found), key=_order))


def _refused(source: Path, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what compiling says, unless a heading explains it better."""
    unread = any(one.code in workbook.UNREAD for one in found)
    if source.suffix.lower() not in XLSFORM or unread:
        return found
    try:
        places = Places.read(source, contents(source))
    except (FormCompileError, PyXFormError):
        return found
    reasons = tuple(headings.findings(places))
    undeclared = any(one.code == "no-namespace" for one in reasons)
    if undeclared:
        # A prefix that is not declared makes XML of the sheets that cannot be read.
        return reasons
    codes = {one.code for one in reasons}
    unexplained = (one for one in found if one.row or one.code not in codes)
    told = sorted((*unexplained, *reasons), key=_order)
    # The cause first: without it the texts of that column are missing everywhere.
    return tuple(sorted(told, key=lambda one: one.code != headings.ONE_COLON))


def _plain(found: list[Finding]) -> list[Finding]:
    """Leave out what comes twice, and a consequence where its reason stands in the same cell."""
    reasons = {_cell(one) for one in found if one.code in _REASONS and one.severity == "error"}
    return [
        one
        for one in dict.fromkeys(found)
        if one.code not in {"never-asked", "never-valid", "nothing-offered"}
        or _cell(one) not in reasons
    ]


def _cell(finding: Finding) -> tuple[str, int, str, str]:
    return finding.sheet, finding.row, finding.name, finding.column


def _order(finding: Finding) -> tuple[int, str, int, str, str]:
    known = finding.sheet in _SHEETS
    sheet = _SHEETS.index(finding.sheet) if known else len(_SHEETS)
    return sheet, finding.sheet, finding.row, finding.column, finding.code

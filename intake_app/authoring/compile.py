"""A questionnaire as policy staff write it, to the JSON that the tablet runs.

XLSForm (`.xlsx`, `.csv`, `.md`) by way of pyxform, or XForm XML. What is wrong comes as
findings: where (sheet, row, column), what, and what to do about it.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intake_app import earlier
from intake_app.authoring import XLSFORM, advice, onefile, reminders, rows, translations, workbook
from intake_app.authoring.document import MAX_BYTES, too_large
from intake_app.authoring.finding import Finding, unreadable
from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import FormCompileError, InterviewError
from intake_app.interview import Interview, compiled
from intake_app.interview.form import Form, fingerprint
from intake_app.interview.prepared import prepare
from intake_app.interview.program import Fault


@dataclass(frozen=True, slots=True)
class Reading:
    """A questionnaire as it was read: compiled, with the expressions in it that do not compile."""

    source: Path
    content: bytes
    made: dict[str, Any]
    form: Form
    faults: tuple[Fault, ...]
    warnings: tuple[Finding, ...] = ()

    def places(self) -> rows.Places:
        """Return where its parts stand, which takes reading it once more."""
        if self.source.suffix.lower() in XLSFORM:
            return rows.Places.read(self.source, self.content)
        return rows.Places({})


def read(source: Path, *, locales: Path | None = None) -> Reading:
    """Read a questionnaire; raises FormCompileError where there is nothing to look at further."""
    content = contents(source)
    warnings = list[Finding]()
    if source.suffix.lower() in XLSFORM:
        made = _table(source, content, warnings)
    else:
        made = compile_xform(content, source.parent, warnings=warnings)
    if locales is not None:
        translations.merge(made, locales)
        made["hash"] = fingerprint(made)
    form = Form.read(made)
    faults = (*form.program.faults, *translations.faults(form))
    return Reading(source, content, made, form, faults, tuple(warnings))


def contents(source: Path) -> bytes:
    """Read a questionnaire's file, text in UTF-8, unless it is larger than any is.

    Raises FormCompileError.
    """
    try:
        if source.stat().st_size > MAX_BYTES:
            raise FormCompileError((too_large(source.name),))
        return onefile.plain(source, source.read_bytes())
    except OSError as error:
        raise FormCompileError((unreadable(source, error),)) from error


def _table(source: Path, content: bytes, warnings: list[Finding]) -> dict[str, Any]:
    made = workbook.convert(source, content)
    found = list[Finding]()
    try:
        form = compile_xform(made.xml, source.parent, itemsets=made.itemsets, warnings=found)
    except FormCompileError as refusal:
        places = rows.Places.read(source, content)
        raise FormCompileError(tuple(_placed(one, places) for one in refusal.findings)) from refusal
    if found:
        places = rows.Places.read(source, content)
        warnings.extend(_placed(one, places) for one in found)
    return form


def _placed(finding: Finding, places: rows.Places) -> Finding:
    """Return a finding that names a node, or a choice, with the row that it stands in."""
    of, _, choice = finding.name.partition("/")
    if finding.sheet == "choices":
        return replace(finding, **places.choice(of, choice, finding.column))
    if not places.row(finding.name):
        return finding
    column = places.column(finding.column) if finding.column else ""
    return replace(finding, **{**places.node(finding.name), "column": column})


def compile_form(
    source: Path, *, locales: Path | None = None, warnings: list[Finding] | None = None
) -> dict[str, Any]:
    """Compile a questionnaire, with the catalogues of its words merged in.

    Raises FormCompileError with all findings; what is no error comes in `warnings`. `locales` is
    the folder of the catalogues.
    """
    reading = read(source, locales=locales)
    if warnings is not None:
        warnings.extend(reading.warnings)
    if reading.faults:
        places = reading.places()
        findings = tuple(dict.fromkeys(told(fault, places) for fault in reading.faults))
        raise FormCompileError(findings)
    _open(reading.form)
    settings = [action["value"] for action in reading.made["actions"]]
    return compiled.completed(reading.made, prepare(reading.form.program, settings))


def _open(form: Form) -> None:
    """Begin an interview, so that a form which cannot be opened is refused here and not later."""
    try:
        Interview(form, clock=FixedClock())
    except InterviewError as error:
        finding = Finding(
            code="opens-not",
            problem=f"An interview cannot begin: {error}",
            remedy="let the form itself ask for less.",
        )
        raise FormCompileError((finding,)) from error


def compile_to(
    source: Path,
    target: Path,
    *,
    locales: Path | None = None,
    warnings: list[Finding] | None = None,
) -> dict[str, Any]:
    """Compile a questionnaire and write it, complete or not at all; return what was written.

    The version that stood there is kept for the drafts that it has, see `intake_app.earlier`.
    """
    made = compile_form(source, locales=locales, warnings=warnings)
    if warnings is not None:
        warnings.extend(reminders.findings(made, target))
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(compiled.written(made))
        earlier.keep(target, made["version"])
        beside.replace(target)
    except OSError as error:
        finding = Finding(
            code="not-written",
            problem=f"{target} cannot be written: {error.strerror}.",
            remedy="choose another place with --output.",
        )
        raise FormCompileError((finding,)) from error
    return made


def told(fault: Fault, places: rows.Places) -> Finding:
    """Return the finding about an expression that does not compile."""
    cell = places.written(fault.path, fault.aspect)
    return Finding(
        code=fault.code,
        **places.node(fault.path, fault.aspect),
        problem=advice.problem(fault.error, fault.path) if places.rows else str(fault.error),
        remedy=advice.remedy(fault.error, fault.path, fault.aspect, cell)
        if places.rows
        else fault.error.remedy,
    )

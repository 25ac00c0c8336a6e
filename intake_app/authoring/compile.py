"""A questionnaire as policy staff write it, to the JSON that the tablet runs.

XLSForm (`.xlsx`, `.csv`, `.md`) by way of pyxform, or XForm XML. What is wrong comes as
findings: where (sheet, row, column), what, and what to do about it.
"""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # the same

from intake_app.authoring import XLSFORM, rows, translations
from intake_app.authoring.finding import Finding, unreadable
from intake_app.authoring.refusals import refused
from intake_app.authoring.xform import compile_xform
from intake_app.errors import FormCompileError
from intake_app.interview import functions
from intake_app.interview.form import Form, fingerprint
from intake_app.interview.program import Fault


@dataclass(frozen=True, slots=True)
class Reading:
    """A questionnaire as it was read: compiled, with the expressions in it that do not compile."""

    source: Path
    content: bytes
    made: dict[str, Any]
    form: Form
    faults: tuple[Fault, ...]

    def places(self) -> rows.Places:
        """Return where its parts stand, which takes reading it once more."""
        if self.source.suffix.lower() in XLSFORM:
            return rows.Places.read(self.source, self.content)
        return rows.Places({})


def read(source: Path, *, locales: Path | None = None) -> Reading:
    """Read a questionnaire; raises FormCompileError where there is nothing to look at further."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise FormCompileError((unreadable(source, error),)) from error
    table = source.suffix.lower() in XLSFORM
    made = compile_xform(_xform(source, content) if table else content, source.parent)
    if locales is not None:
        translations.merge(made, locales)
        made["hash"] = fingerprint(made)
    form = Form.read(made)
    faults = (*form.program.faults, *translations.faults(form))
    return Reading(source, content, made, form, faults)


def compile_form(source: Path, *, locales: Path | None = None) -> dict[str, Any]:
    """Compile a questionnaire, with the catalogues of its words merged in.

    Raises FormCompileError with all findings. `locales` is the folder of the catalogues.
    """
    reading = read(source, locales=locales)
    if reading.faults:
        places = reading.places()
        findings = tuple(dict.fromkeys(told(fault, places) for fault in reading.faults))
        raise FormCompileError(findings)
    return reading.made


def compile_to(source: Path, target: Path, *, locales: Path | None = None) -> dict[str, Any]:
    """Compile a questionnaire and write it, complete or not at all; return what was written."""
    made = compile_form(source, locales=locales)
    words = json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_text(words, encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        finding = Finding(
            code="not-written",
            problem=f"{target} cannot be written: {error.strerror}.",
            remedy="choose another place with --output.",
        )
        raise FormCompileError((finding,)) from error
    return made


def _xform(source: Path, content: bytes) -> bytes:
    try:
        made = convert(content, file_type=source.suffix.lower(), form_name="data")
    except PyXFormError as refusal:
        # What pyxform says where the libraries under it cannot read a workbook at all.
        if str(refusal).startswith("Argument 'definition'"):
            raise _unreadable(source, refusal) from refusal
        raise FormCompileError(refused(str(refusal))) from refusal
    except Exception as error:
        # pyxform lets errors of the libraries under it through: a damaged workbook has many.
        raise _unreadable(source, error) from error
    xform: str = made.xform
    return xform.encode()


def _unreadable(source: Path, error: Exception) -> FormCompileError:
    finding = Finding(
        code="workbook",
        problem=f"{source.name} is no questionnaire that can be read ({type(error).__name__}).",
        remedy="open it in a spreadsheet program and save it again.",
    )
    return FormCompileError((finding,))


def told(fault: Fault, places: rows.Places) -> Finding:
    """Return the finding about an expression that does not compile."""
    return Finding(
        code="expression",
        **places.node(fault.path, fault.aspect),
        problem=str(fault.error),
        remedy=vars(fault.error).get("remedy") or _remedy(fault),
    )


def _remedy(fault: Fault) -> str:
    sentence, named = fault.error.sentence, fault.error.values
    if sentence.startswith("There is no function"):
        known = [*functions.FUNCTIONS, *functions.SPECIAL]
        near = difflib.get_close_matches(str(named.get("name")), known, 1)
        return f"use {near[0]}()." if near else "see the ODK documentation for what there is."
    if sentence.startswith("There is no node"):
        return "give the name of a question or group that is in the survey sheet."
    if sentence.startswith("It depends on itself"):
        return "let one of these not refer to the next."
    return "correct the expression."

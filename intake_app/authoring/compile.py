"""A questionnaire as policy staff write it, to the JSON that the tablet runs.

XLSForm (`.xlsx`, `.csv`, `.md`) by way of pyxform, or XForm XML. What is wrong comes as
findings: where (sheet, row, column), what, and what to do about it.
"""

import difflib
import json
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

#: The column of the survey sheet that an expression of a node stands in.
_COLUMNS = {
    "calculate": "calculation",
    "choices": "choice_filter",
    "count": "repeat_count",
    "readonly": "read_only",
}


def compile_form(source: Path, *, locales: Path | None = None) -> dict[str, Any]:
    """Compile a questionnaire, with the catalogues of its words merged in.

    Raises FormCompileError with all findings. `locales` is the folder of the catalogues.
    """
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
    faults = [*form.program.faults, *translations.faults(form)]
    if faults:
        places = rows.Places.read(source, content) if table else rows.Places({})
        raise FormCompileError(tuple(dict.fromkeys(_finding(fault, places) for fault in faults)))
    return made


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


def _finding(fault: Fault, places: rows.Places) -> Finding:
    row = places.rows.get(fault.path, 0)
    return Finding(
        code="expression",
        sheet="survey" if row else "",
        row=row,
        name=fault.path.rpartition("/")[2] if row else fault.path,
        column=_COLUMNS.get(fault.aspect, fault.aspect),
        problem=str(fault.error),
        remedy=getattr(fault.error, "remedy", "") or _remedy(fault),
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

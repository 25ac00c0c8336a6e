"""An XLSForm to XForm XML, by way of pyxform: checked before it opens what might do harm."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType

from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
from pyxform.xls2json_backends import (  # type: ignore[import-untyped]  # the same
    get_xlsform,
    xls_to_dict,
)
from pyxform.xls2xform import convert as pyxform_convert  # type: ignore[import-untyped]  # the same

from intake_app.authoring import sheets
from intake_app.authoring.document import TOO_DEEP
from intake_app.authoring.finding import Finding
from intake_app.authoring.refusals import author_row, refused
from intake_app.errors import FormCompileError
from intake_app.interview.grammar import MAX_DEPTH

#: The codes of findings about what is no XLSForm at all, or none that is safe to look into.
UNREAD = frozenset({"cell", "older-kind", "password", "too-deep", "too-large", "workbook"})
#: What a workbook may hold when it is unpacked. A questionnaire has some hundred kilobytes.
MAX_UNPACKED = 64 * 1024 * 1024
_MAX_PARTS = 2_000
#: No spreadsheet program takes a longer cell.
_MAX_CELL = 32_767
#: Longer sheets than these are no questionnaires.
_MAX_ROWS = MappingProxyType({"survey": 10_000, "choices": 100_000, "external_choices": 100_000})
_MAX_COLUMNS = 2_000
#: What a formula of a spreadsheet gives that goes wrong.
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_ZIPPED = {".xlsx", ".xlsm"}
_TEXT = {".csv", ".md"}
#: How a workbook begins that has a password, or that is of the older kind; and what holds a newer
#: one inside it that a password locks.
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: pyxform looks for the names of these on the sheet of choices, and fails.
_MANY_OF_ROWS = re.compile(r"select[ _](multiple|all that apply)\b.*\$\{")
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")


@dataclass(frozen=True, slots=True)
class Made:
    """What pyxform makes of an XLSForm: XForm XML, and the CSV of its external choices."""

    xml: bytes
    itemsets: str | None


def convert(source: Path, content: bytes) -> Made:
    """Convert an XLSForm; FormCompileError where it is none, or where pyxform refuses it."""
    suffix = source.suffix.lower()
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise FormCompileError((_locked(source),))
    if suffix in _ZIPPED:
        _check_zip(source, content)
    try:
        workbook = get_xlsform(content, file_type=suffix)
        _check_rows(workbook)
        _check_cells(workbook, source, content)
        # What was read once is not read again: a workbook can be long to read.
        held = {one.name: getattr(workbook, one.name) for one in fields(workbook)}
        made = pyxform_convert(held, form_name="data")
    except FormCompileError:
        raise
    except RecursionError as error:
        raise FormCompileError((TOO_DEEP,)) from error
    except PyXFormError as refusal:
        # What pyxform says where the libraries under it cannot read a workbook at all.
        if str(refusal).startswith("Argument 'definition'"):
            if suffix == ".xls" and _is_locked(content):
                raise FormCompileError((_locked(source),)) from refusal
            raise _unreadable(source) from refusal
        raise FormCompileError(refused(refusal, source, content)) from refusal
    except Exception as error:
        # pyxform lets errors of the libraries under it through: a damaged workbook has many.
        raise _unreadable(source) from error
    xform: str = made.xform
    return Made(xform.encode(), made.itemsets)


def _check_zip(source: Path, content: bytes) -> None:
    """Refuse a workbook that would not fit in memory, before anything is unpacked."""
    if content.startswith(_OLE):
        raise FormCompileError((_older(source),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _unreadable(source) from error
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        finding = Finding(
            code="too-large",
            problem=f"{source.name} holds more than {MAX_UNPACKED // 1024 // 1024} MB when it is "
            "unpacked. It was not opened.",
            remedy="keep only the sheets of the questionnaire, and make code lists of long lists.",
        )
        raise FormCompileError((finding,))


def _older(source: Path) -> Finding:
    return Finding(
        code="older-kind",
        problem=f"{source.name} is a workbook of the older kind, or another document.",
        remedy="open it in a spreadsheet program and save it as .xlsx.",
    )


def _is_locked(content: bytes) -> bool:
    """Tell whether a workbook of the older kind, which cannot be read, says that it is locked."""
    try:
        xls_to_dict(content)
    except PyXFormError as refusal:
        return "encrypted" in str(refusal)
    except Exception:  # noqa: BLE001 (any error of a damaged workbook: it is not the password)
        return False
    return False


def _locked(source: Path) -> Finding:
    return Finding(
        code="password",
        problem=f"{source.name} is locked with a password. It was not opened.",
        remedy="save it without a password.",
    )


def _check_rows(workbook: object) -> None:
    """Refuse sheets that pyxform would be busy with for minutes."""
    for sheet, most in _MAX_ROWS.items():
        rows = len(getattr(workbook, sheet) or ())
        columns = max(map(len, getattr(workbook, f"{sheet}_header") or ()), default=0)
        if rows > most or columns > _MAX_COLUMNS:
            finding = Finding(
                code="too-large",
                sheet=sheet,
                problem=f"This sheet has more than {most:,} rows or {_MAX_COLUMNS:,} columns.",
                remedy="make several questionnaires of it, and code lists of its long lists.",
            )
            raise FormCompileError((finding,))


def _check_cells(workbook: object, source: Path, content: bytes) -> None:
    findings = tuple(_cells(workbook))
    if findings:
        held = sheets.read(source, content)
        raise FormCompileError(
            tuple(
                replace(one, row=author_row(one.row, one.sheet, source, held)) for one in findings
            )
        )


def _cells(workbook: object) -> Iterator[Finding]:
    """Go through cells that pyxform would be busy with without end."""
    for sheet in _SHEETS:
        held: Iterable[Mapping[str, object]] = getattr(workbook, sheet) or ()
        for number, row in enumerate(held, 2):
            for column, words in row.items():
                if not isinstance(words, str):
                    continue
                if len(words) > _MAX_CELL:
                    problem = f"This cell has more than {_MAX_CELL} characters."
                elif words in _ERRORS:
                    yield Finding(
                        code="cell", sheet=sheet, row=number, column=column,
                        problem=f"The formula in this cell gives an error: {words}.",
                        remedy="correct the formula, or write the words themselves.",
                    )  # fmt: skip
                    continue
                elif column == "type" and _MANY_OF_ROWS.match(words):
                    yield Finding(
                        code="cell", sheet=sheet, row=number, column=column,
                        problem="Several choices cannot come from rows of a repeat: pyxform does "
                        "not know how.",
                        remedy="ask for one, with select_one, in a repeat of its own.",
                    )  # fmt: skip
                    continue
                elif words.count("(") > MAX_DEPTH and _depth(words) > MAX_DEPTH:
                    problem = f"Its parentheses are nested more than {MAX_DEPTH} deep."
                else:
                    continue
                yield Finding(
                    code="cell", sheet=sheet, row=number, column=column, problem=problem,
                    remedy="spread it over several calculations.",
                )  # fmt: skip


def _depth(words: str) -> int:
    deepest = depth = 0
    for sign in words:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _unreadable(source: Path) -> FormCompileError:
    again = "open it in a spreadsheet program and save it again, without a password."
    finding = Finding(
        code="workbook",
        problem=f"{source.name} is no questionnaire that can be read.",
        remedy="save the whole workbook as .xlsx." if source.suffix.lower() in _TEXT else again,
    )
    return FormCompileError((finding,))

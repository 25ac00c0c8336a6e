"""The lists that lie in files beside a form: CSV, GeoJSON and XML.

A file is only read from the form's own folder, or from folders inside it.
"""

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from intake_app.authoring import document
from intake_app.authoring.finding import Finding
from intake_app.authoring.tables import MAX_CELLS, cells, compact, table
from intake_app.errors import FormCompileError

#: A list longer than this is no list to choose from.
MAX_ROWS = 100_000
#: Nor is a cell longer than this anything to read.
_MAX_CELL = 32_767

_SCHEME = re.compile(r"jr://[a-z-]+/")
_UTF8 = "save it as CSV in UTF-8."

Table = dict[str, Any]


def read(source: str, folder: Path | None, findings: list[Finding]) -> Table:
    """Return what a file beside the form holds; what cannot be read is a finding, and empty.

    `source` is a `jr://` address, as an instance has it, or a path inside the folder.
    """
    name = _SCHEME.sub("", source, count=1)
    try:
        content = _content(name, folder)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".csv" or source.startswith("jr://file-csv/"):
            made = from_csv(_decoded(content), name, findings)
        elif suffix in {".geojson", ".json"}:
            made = _geojson(content)
        else:
            made = compact(document.parse(content)[0])
    except FormCompileError as error:
        problem = error.findings[0]
        findings.append(_unread(name, problem.problem, problem.remedy))
        return table([])
    except _Refused as refusal:
        findings.append(refusal.finding(name))
        return table([])
    if len(made.get("rows", ())) > MAX_ROWS:
        findings.append(
            Finding(
                code="list-too-long",
                name=name,
                problem=f"The file {name} has more than {MAX_ROWS} rows.",
                remedy="make a code list of it, which is searched.",
            )
        )
        return table([])
    return made


class _Refused(Exception):
    """A file that is not read: why, and what to do."""

    def __init__(self, problem: str, remedy: str, code: str = "list-unreadable") -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.code = problem, remedy, code

    def finding(self, name: str) -> Finding:
        return _unread(name, self.problem, self.remedy, self.code)


def _unread(name: str, problem: str, remedy: str, code: str = "list-unreadable") -> Finding:
    if code == "list-unreadable":
        problem = f"The file {name} cannot be read. {problem}"
    return Finding(code=code, name=name, problem=problem, remedy=remedy)


def _content(name: str, folder: Path | None) -> bytes:
    missing = _Refused(
        f"The file {name} is not there.", "put it beside the questionnaire.", "list-missing"
    )
    if folder is None:
        raise missing
    path, home = folder / name, folder.resolve()
    try:
        # A path from the root, a way up and a link out all end somewhere else.
        if "\\" in name or ":" in name or not path.resolve().is_relative_to(home):
            raise _Refused(
                f"The file {name} does not lie in the questionnaire's own folder. It was not read.",
                "put it beside the questionnaire, and name it without a folder.",
                "list-outside",
            )
        if not path.is_file():
            raise missing
        if path.stat().st_size > document.MAX_BYTES:
            large = document.too_large("It")
            raise _Refused(large.problem, large.remedy)
        return path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        # A name that no file can have, a link that goes round, no right to read.
        raise missing from error


def _decoded(content: bytes) -> str:
    try:
        # A spreadsheet program writes the marks of UTF-16 and UTF-8 before its text.
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        words = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused("It is not text in UTF-8.", _UTF8) from error
    if "\0" in words:
        raise _Refused("It holds bytes that are no text.", _UTF8)
    return words


def from_csv(words: str, name: str, findings: list[Finding]) -> Table:
    """Return the table that a CSV holds: columns by `,`, or by `;` as in Dutch spreadsheets.

    A row that is longer than the headings loses what is beyond them, which is a warning.
    """
    heading = words.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(StringIO(words, newline=""), delimiter=delimiter)
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        rows: list[list[str]] = []
        for row in reader:
            if not any(row):
                continue
            held = [cell.strip() for cell in row]
            if any(held[len(columns) :]):
                findings.append(_longer(name, reader.line_num))
            if max(map(len, held)) > _MAX_CELL:
                raise _Refused(f"Row {reader.line_num} has a cell without end.", _UTF8)
            rows.append(held[: len(columns)] + [""] * (len(columns) - len(held)))
            if len(rows) * len(columns) > MAX_CELLS:
                raise _too_wide()
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        raise _Refused(f"Row {reader.line_num}: {error}.", _UTF8) from error
    return {"way": ["root", "item"], "columns": columns, "rows": rows}


def _too_wide() -> _Refused:
    return _Refused(
        f"It has more than {MAX_CELLS:,} cells, blank ones with them.",
        "leave away the columns that the form does not use.",
    )


def _longer(name: str, row: int) -> Finding:
    return Finding(
        code="list-row",
        severity="warning",
        sheet=name,
        row=row,
        problem="This row has more cells than there are headings. What is beyond them is lost.",
        remedy="put a cell that has a comma in it between quotation marks.",
    )


def _geojson(content: bytes) -> Table:
    try:
        source = json.loads(content)
        items = [_feature(feature) for feature in source["features"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _Refused(
            "It is no GeoJSON with a list of features.",
            "give a FeatureCollection of points, lines and areas.",
        ) from error
    if cells(items) > MAX_CELLS:
        raise _too_wide()
    return table(items)


def _feature(feature: dict[str, Any]) -> dict[str, str]:
    item = {name: _plain(held) for name, held in (feature.get("properties") or {}).items()}
    if "id" in feature:
        item["id"] = _plain(feature["id"])
    item["geometry"] = "; ".join(_points(feature.get("geometry") or {}))
    return item


def _plain(held: object) -> str:
    if held is None:
        return ""
    return held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)


def _points(geometry: dict[str, Any]) -> Iterator[str]:
    points = geometry.get("coordinates", [])
    match geometry.get("type"):
        case "Point":
            points = [points]
        case "Polygon":
            points = points[0]
        case "LineString" | None:
            pass
        case _:
            raise ValueError
    for longitude, latitude, *_ in points:
        # Only numbers can be added to: anything else is no place.
        yield f"{latitude + 0} {longitude + 0} 0 0"

"""Secondary instances: the lists of a form, inside it or in files beside it (CSV, GeoJSON, XML)."""

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the same

from intake_app.authoring.body import local
from intake_app.authoring.finding import Finding

#: A list longer than this is no list to choose from.
MAX_ROWS = 100_000
_EMPTY: dict[str, Any] = {"way": ["root", "item"], "columns": [], "rows": []}


def read(model: Element, folder: Path | None, findings: list[Finding]) -> dict[str, dict[str, Any]]:
    """Return the secondary instances of a model by id; what cannot be read is a finding."""
    found: dict[str, dict[str, Any]] = {}
    main = True
    for instance in model:
        if local(instance) != "instance":
            continue
        if main:
            main = False
            continue
        identifier = instance.get("id", "")
        source = instance.get("src", "")
        if source.endswith("/last-saved"):
            found[identifier] = dict(_EMPTY)
        elif source:
            found[identifier] = _file(source, folder, findings)
        elif len(instance):
            found[identifier] = compact(instance[0])
        else:
            found[identifier] = dict(_EMPTY)
    return found


def _file(source: str, folder: Path | None, findings: list[Finding]) -> dict[str, Any]:
    name = source.rpartition("/")[2]
    path = None if folder is None else folder / name
    if path is None or not path.is_file():
        findings.append(
            Finding(
                code="list-missing",
                sheet="choices",
                problem=f"the file {name} is not there.",
                remedy="put it beside the questionnaire.",
            )
        )
        return dict(_EMPTY)
    try:
        if path.suffix == ".csv":
            made = _csv(path)
        elif path.suffix == ".geojson":
            made = _geojson(path)
        else:
            made = compact(fromstring(path.read_bytes(), forbid_dtd=True))
    except (OSError, ValueError, KeyError, TypeError, ParseError, DefusedXmlException) as error:
        findings.append(
            Finding(
                code="list-unreadable",
                sheet="choices",
                problem=f"the file {name} cannot be read: {error}.",
                remedy="save it again as CSV (UTF-8), GeoJSON or XML.",
            )
        )
        return dict(_EMPTY)
    if len(made.get("rows", ())) > MAX_ROWS:
        findings.append(
            Finding(
                code="list-too-long",
                sheet="choices",
                problem=f"the file {name} has more than {MAX_ROWS} rows.",
                remedy="make a code list of it, which is searched.",
            )
        )
    return made


def _csv(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        columns = [name.strip() for name in next(reader, [])]
        rows = [
            [cell.strip() for cell in row[: len(columns)]] + [""] * (len(columns) - len(row))
            for row in reader
            if any(row)
        ]
    return {"way": ["root", "item"], "columns": columns, "rows": rows}


def _geojson(path: Path) -> dict[str, Any]:
    items = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        item = {name: str(held) for name, held in feature.get("properties", {}).items()}
        if "id" in feature:
            item["id"] = str(feature["id"])
        item["geometry"] = _geometry(feature.get("geometry") or {})
        items.append(item)
    return _table(["root", "item"], items)


def _geometry(geometry: dict[str, Any]) -> str:
    points = geometry.get("coordinates", [])
    match geometry.get("type"):
        case "Point":
            points = [points]
        case "Polygon":
            points = points[0]
    return "; ".join(f"{latitude} {longitude} 0 0" for longitude, latitude, *_ in points)


def compact(root: Element) -> dict[str, Any]:
    """Return an instance as a table where all its items hold only texts, else as elements."""
    names = {local(item) for item in root}
    flat = len(names) == 1 and not any(len(cell) or cell.attrib for item in root for cell in item)
    once = all(len({local(cell) for cell in item}) == len(item) for item in root)
    if not flat or not once or any(item.attrib for item in root):
        return _element(root)
    items = [{local(cell): (cell.text or "").strip() for cell in item} for item in root]
    return _table([local(root), names.pop()], items)


def _table(way: list[str], items: list[dict[str, str]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for item in items for name in item))
    rows = [[item.get(name) for name in columns] for item in items]
    return {"way": way, "columns": columns, "rows": rows}


def _element(element: Element) -> dict[str, Any]:
    made: dict[str, Any] = {"name": local(element)}
    if element.attrib:
        made["attributes"] = {
            name.rpartition("}")[2]: held for name, held in element.attrib.items()
        }
    if len(element):
        made["children"] = [_element(child) for child in element]
    elif element.text and element.text.strip():
        made["text"] = element.text.strip()
    return made

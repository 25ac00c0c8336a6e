"""Lists as the compiled form holds them: in rows where all items are alike, else as elements."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from intake_app.authoring.document import local

#: A list of more cells than these is held as elements, or not at all: it has many blank ones.
MAX_CELLS = 2_000_000
_WAY = ("root", "item")


def table(items: list[dict[str, str]], way: tuple[str, ...] = _WAY) -> dict[str, Any]:
    """Return items as rows; a cell that an item does not have is none."""
    columns = list(dict.fromkeys(name for item in items for name in item))
    rows = [[item.get(name) for name in columns] for item in items]
    return {"way": list(way), "columns": columns, "rows": rows}


def cells(items: Sequence[Mapping[str, str]]) -> int:
    """Return how many cells items have as a table, blank ones with them."""
    return len(items) * len({name for item in items for name in item})


def compact(root: Element) -> dict[str, Any]:
    """Return an instance as a table where all its items hold only texts, else as elements."""
    names = {local(item) for item in root}
    flat = len(names) == 1 and not any(len(cell) or cell.attrib for item in root for cell in item)
    once = all(len({local(cell) for cell in item}) == len(item) for item in root)
    if not flat or not once or root.attrib or any(item.attrib for item in root):
        return _element(root)
    items = [{local(cell): (cell.text or "").strip() for cell in item} for item in root]
    if cells(items) > MAX_CELLS:
        return _element(root)
    return table(items, (local(root), names.pop()))


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

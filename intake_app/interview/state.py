"""The state of an interview as JSON-safe data: what was told, kept over a restart.

    {"form", "version", "hash", "language",
     "repeats": {"/data/work/jobs": 2},
     "nodes": {"/data/work/jobs[1]/title": {"value", "aside"?, "beside"?, "at"?, "by"?}}}

Values of nodes that are not relevant are kept too, and so are rows that a shrunken count put
out of sight: these have indexes beyond their repeat's number in `repeats`, under `hidden`.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from intake_app.errors import FormError, InterviewError
from intake_app.interview.form import Form
from intake_app.interview.instance import Item, plant
from intake_app.interview.model import MAX_ROWS, Model
from intake_app.interview.values import moment_text
from intake_app.interview.world import Surroundings
from intake_app.words import mark

_PART = re.compile(r"([^\[\]/]+)(?:\[([1-9]\d{0,5})\])?")


def find(root: Item, path: str) -> Item | None:
    """Return the item at a path, with `[n]` at each repeat; None where there is none."""
    first, *parts = path.removeprefix("/").split("/")
    if not path.startswith("/") or first != root.spot.name:
        return None
    item = root
    for part in parts:
        found = _PART.fullmatch(part)
        if found is None:
            return None
        name, index = found.groups()
        if index is None:
            child = item.children.get(name)
        else:
            rows = item.rows.get(name, [])
            child = rows[int(index) - 1] if int(index) <= len(rows) else None
        if child is None:
            return None
        item = child
    return item


def preload(model: Model, world: Surroundings) -> None:
    """Fill in what a form has filled in when it is opened for the first time."""
    for item in model.root.subtree():
        question = item.spot.question
        match question.preload if question else "":
            case "today":
                item.raw = world.today().isoformat()
            case "start":
                item.raw = moment_text(world.now())
            case "uid":
                bits = "".join(f"{int(world.random() * 16):x}" for _ in range(32))
                item.raw = f"uuid:{uuid.UUID(hex=bits, version=4)}"


def export(model: Model, form: Form, language: str) -> dict[str, Any]:
    """Return the state of an interview."""
    repeats: dict[str, int] = {}
    hidden: dict[str, int] = {}
    nodes: dict[str, dict[str, Any]] = {}
    for path, item in _all(model.root, f"/{model.root.spot.name}"):
        if item.spot.question is not None:
            held = _held(item)
            if held:
                nodes[path] = held
            continue
        for name, rows in item.rows.items():
            repeats[f"{path}/{name}"] = len(rows)
            if item.dormant.get(name):
                hidden[f"{path}/{name}"] = len(item.dormant[name])
    state: dict[str, Any] = {
        "form": form.id,
        "version": form.version,
        "hash": form.hash,
        "language": language,
        "repeats": repeats,
        "nodes": nodes,
    }
    return {**state, "hidden": hidden} if hidden else state


def _all(item: Item, path: str) -> Iterator[tuple[str, Item]]:
    yield path, item
    for name, child in item.children.items():
        yield from _all(child, f"{path}/{name}")
    for name, rows in item.rows.items():
        kept = [*rows, *reversed(item.dormant.get(name, []))]
        for number, row in enumerate(kept, 1):
            yield from _all(row, f"{path}/{name}[{number}]")


def _held(item: Item) -> dict[str, Any]:
    question = item.spot.question
    default = question.default if question else ""
    held: dict[str, Any] = {}
    if item.raw != default or item.told:
        held["value"] = item.raw
    if item.aside:
        held["aside"] = item.aside
    if item.beside:
        held["beside"] = dict(item.beside)
    if item.at:
        held["at"] = item.at
        held["by"] = item.by
    return {"value": "", **held} if held else held


def restore(model: Model, form: Form, state: Mapping[str, Any]) -> frozenset[int]:
    """Put a state into a fresh model; return the items whose calculation a person overruled."""
    if state.get("form") != form.id or state.get("hash") != form.hash:
        raise FormError(
            mark(
                "This interview was held with another version of the questionnaire. "
                "Nothing was changed."
            )
        )
    try:
        _rows(model.root, f"/{model.root.spot.name}", state)
        told = _values(model, state)
        _hide(model.root, f"/{model.root.spot.name}", state.get("hidden", {}))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InterviewError(mark("The state of this interview cannot be read.")) from error
    return told


def _rows(item: Item, path: str, state: Mapping[str, Any]) -> None:
    for name, child in item.children.items():
        _rows(child, f"{path}/{name}", state)
    for name, rows in item.rows.items():
        here = f"{path}/{name}"
        number = state["repeats"].get(here, len(rows)) + state.get("hidden", {}).get(here, 0)
        if number > 2 * MAX_ROWS:
            raise ValueError(here)
        spot = item.spot.children[name]
        rows[:] = [plant(spot, item) for _ in range(number)]
        for at, row in enumerate(rows, 1):
            _rows(row, f"{here}[{at}]", state)


def _values(model: Model, state: Mapping[str, Any]) -> frozenset[int]:
    overruled = set()
    for path, held in state["nodes"].items():
        item = find(model.root, path)
        if item is None or item.spot.question is None:
            raise KeyError(path)
        item.raw = str(held["value"])
        item.aside = str(held.get("aside", ""))
        item.beside = dict(held.get("beside", {}))
        item.at = str(held.get("at", ""))
        item.by = str(held.get("by", ""))
        item.told = bool(item.at)
        if item.told:
            overruled.add(id(item))
    return frozenset(overruled)


def _hide(item: Item, path: str, hidden: Mapping[str, int]) -> None:
    for name, child in item.children.items():
        _hide(child, f"{path}/{name}", hidden)
    for name, rows in item.rows.items():
        here = f"{path}/{name}"
        for at, row in enumerate(rows, 1):
            _hide(row, f"{here}[{at}]", hidden)
        number = hidden.get(here, 0)
        if number:
            out = rows[-number:]
            del rows[-number:]
            for row in out:
                row.attached = False
            item.dormant[name] = out[::-1]

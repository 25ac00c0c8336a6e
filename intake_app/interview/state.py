"""The state of an interview as JSON-safe data: what was told, kept over a restart.

    {"form", "version", "hash", "language",
     "repeats": {"/data/work/jobs": 2},
     "nodes": {"/data/work/jobs[1]/title": {"value", "aside"?, "beside"?, "at"?, "by"?}},
     "hidden"?: {"/data/kids": 1},
     "orphans"?: [{"path", "label", "value", "aside"?, "beside"?, "at"?, "by"?,
                   "sensitivity", "version"}]}

Values of nodes that are not relevant are kept too, and so are rows that a shrunken count put
out of sight: these have indexes beyond their repeat's number in `repeats`, under `hidden`.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from intake_app.errors import FormError, InterviewError
from intake_app.interview.form import Form
from intake_app.interview.instance import Item, plant, planted
from intake_app.interview.model import MAX_ROWS, MAX_TOTAL, Model
from intake_app.interview.places import find
from intake_app.interview.values import moment_text
from intake_app.interview.world import Surroundings
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Orphan:
    """What was told in answer to a question that the form does not have any more.

    `version` is that of the form that asked it, `label` what it said there. No expression reads
    it and nobody receives it; it stays with the interview, and is shown.
    """

    path: str
    label: str
    value: str = field(repr=False)
    sensitivity: str
    version: str
    aside: str = field(default="", repr=False)
    beside: Mapping[str, str] = field(default_factory=dict, repr=False)
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a state holds beside the answers; `overruled` are those told instead of calculated."""

    language: str
    orphans: tuple[Orphan, ...]
    overruled: frozenset[Item]


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


def close(model: Model, world: Surroundings) -> None:
    """Fill in what a form has filled in when an interview has come to its end."""
    for item in model.root.subtree():
        if item.spot.question is not None and item.spot.question.preload == "end":
            model.put(item, moment_text(world.now()))


def export(
    model: Model, form: Form, language: str, orphans: Sequence[Orphan] = ()
) -> dict[str, Any]:
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
    if hidden:
        state["hidden"] = hidden
    if orphans:
        state["orphans"] = [_without_blanks(orphan) for orphan in orphans]
    return state


def _without_blanks(orphan: Orphan) -> dict[str, Any]:
    held = {**asdict(orphan), "beside": dict(orphan.beside)}
    always = {"path", "label", "value", "sensitivity", "version"}
    return {name: one for name, one in held.items() if one or name in always}


def _all(item: Item, path: str) -> Iterator[tuple[str, Item]]:
    yield path, item
    for name, child in item.children.items():
        if child.spot.question is None:
            yield from _all(child, f"{path}/{name}")
        else:
            yield f"{path}/{name}", child
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


def restore(model: Model, form: Form, state: Mapping[str, Any]) -> Restored:
    """Put a state into a fresh model.

    Raises FormError where it is another form's, InterviewError where it is damaged.
    """
    try:
        theirs = state["form"], state["hash"]
        if theirs == (form.id, form.hash):
            return _restored(model, form, state)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InterviewError(mark("The state of this interview cannot be read.")) from error
    raise FormError(
        mark(
            "This interview was held with another version of the questionnaire. "
            "Nothing was changed."
        )
    )


def _restored(model: Model, form: Form, state: Mapping[str, Any]) -> Restored:
    root, path = model.root, f"/{model.root.spot.name}"
    language = form.language(_text(state.get("language", form.default_language)))
    if language is None:
        raise ValueError(state["language"])
    numbers = {
        kept: {here: _number(state.get(kept, {})[here]) for here in state.get(kept, {})}
        for kept in ("repeats", "hidden")
    }
    _rows(root, path, numbers)
    model.total = planted(root)
    overruled = _values(model, state["nodes"])
    _hide(root, path, numbers["hidden"])
    orphans = tuple(_orphan(held) for held in state.get("orphans", ()))
    return Restored(language.code, orphans, overruled)


def _rows(item: Item, path: str, numbers: Mapping[str, Mapping[str, int]], total: int = 0) -> int:
    """Plant the rows inside an item; return how many there are in all."""
    for name, child in item.children.items():
        total = _rows(child, f"{path}/{name}", numbers, total)
    for name, rows in item.rows.items():
        here = f"{path}/{name}"
        number = numbers["repeats"].get(here, len(rows)) + numbers["hidden"].get(here, 0)
        total += number
        if number > 2 * MAX_ROWS or total > 2 * MAX_TOTAL:
            raise ValueError(here)
        spot = item.spot.children[name]
        rows[:] = [plant(spot, item) for _ in range(number)]
        for at, row in enumerate(rows, 1):
            row.number = at
            total = _rows(row, f"{here}[{at}]", numbers, total)
    return total


def _values(model: Model, nodes: Mapping[str, Mapping[str, Any]]) -> frozenset[Item]:
    overruled = set()
    for path, held in nodes.items():
        item = find(model.root, path)
        if item is None or item.spot.question is None:
            raise KeyError(path)
        item.raw = _text(held["value"])
        # A calculation that happens once reads what it gave; of the others it is found out anew.
        item.logical = item.raw in {"true", "false"} and "calculate" in model.program.of(item.spot)
        item.aside = _text(held.get("aside", ""))
        item.beside = _texts(held.get("beside", {}))
        item.at, item.by = _text(held.get("at", "")), _text(held.get("by", ""))
        item.told = bool(item.at)
        if item.told:
            item.logical = False
            overruled.add(item)
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
                row.attached, row.number = False, 0
            item.dormant[name] = out[::-1]


def _orphan(held: Mapping[str, Any]) -> Orphan:
    words = {name: _text(one) for name, one in held.items() if name != "beside"}
    return Orphan(**words, beside=_texts(held.get("beside", {})))


def _text(held: object) -> str:
    if not isinstance(held, str):
        raise TypeError
    return held


def _texts(held: Mapping[object, object]) -> dict[str, str]:
    return {_text(name): _text(one) for name, one in held.items()}


def _number(held: object) -> int:
    if not isinstance(held, int) or isinstance(held, bool) or held < 0:
        raise TypeError
    return held

"""Paths as a person or a screen gives them, to the items of an interview."""

import re
from collections.abc import Iterator

from intake_app.errors import InterviewError
from intake_app.interview.instance import Item, plant
from intake_app.interview.model import Model
from intake_app.interview.spot import Spot
from intake_app.words import mark

_ROW = re.compile(r"([^\[\]]+)\[([1-9]\d{0,5})\]", re.ASCII)


def find(root: Item, path: str) -> Item | None:
    """Return the item at a path, with `[n]` at each repeat; None where there is none."""
    first, *parts = path.removeprefix("/").split("/")
    if not path.startswith("/") or first != root.spot.name:
        return None
    item = root
    for part in parts:
        if "[" not in part:
            child = item.children.get(part)
        else:
            found = _ROW.fullmatch(part)
            rows = item.rows.get(found[1], []) if found else []
            at = int(found[2]) if found else 1
            child = rows[at - 1] if at <= len(rows) else None
        if child is None:
            return None
        item = child
    return item


def walk(item: Item, path: str) -> Iterator[tuple[str, Item]]:
    """Go through an item and all inside it in form order, with their paths, `meta` left out."""
    waiting = [(path, item)]
    while waiting:
        here, item = waiting.pop()
        yield here, item
        inside: list[tuple[str, Item]] = []
        for name, spot in item.spot.children.items():
            if not spot.repeats:
                if not spot.in_meta:
                    inside.append((f"{here}/{name}", item.children[name]))
                continue
            rows = enumerate(item.rows[name], 1)
            inside += [(f"{here}/{name}[{number}]", row) for number, row in rows]
        waiting += reversed(inside)


class Places:
    """Finds what a path names, or raises InterviewError."""

    def __init__(self, model: Model) -> None:
        """Take the model to find it in."""
        self.model = model

    def item(self, path: str) -> Item:
        """Return the item at a path."""
        item = self._at(path)
        if item is None:
            raise InterviewError(mark("There is no node {path}."), path=path)
        return item

    def shown(self, path: str) -> Item:
        """Return what a text stands at: of a repeat as a whole, a row that is still to come."""
        item = self._at(path)
        if item is not None:
            return item
        spot = self.model.program.by_path.get(_without_numbers(path))
        if spot is None or not spot.repeats or path.endswith("]"):
            return self.item(path)
        around, spot = self.repeat(path)
        return plant(spot, around)

    def _at(self, path: str) -> Item | None:
        spot = self.model.program.by_path.get(path)
        # Most nodes are outside repeats, and known by their paths.
        if spot is not None and spot.single:
            item: Item | None = self.model.singles[spot.number]
        else:
            item = find(self.model.root, path)
        return None if item is None or in_meta(item) else item

    def repeat(self, path: str) -> tuple[Item, Spot]:
        """Return what a repeat as a whole lies in, and its place in the form."""
        outside, _, name = path.rpartition("/")
        around = find(self.model.root, outside)
        if around is None or name not in around.rows:
            raise InterviewError(mark("There is no repeat {path}."), path=path)
        return around, around.spot.children[name]

    def open_repeat(self, path: str) -> tuple[Item, Spot]:
        """Return the same of a repeat that a person may add to and take from."""
        around, spot = self.repeat(path)
        if not self.model.open_repeat(around, spot):
            raise InterviewError(
                mark("Instances of {path} cannot be added or removed now."), path=path
            )
        return around, spot

    def open_row(self, path: str) -> Item:
        """Return a row that a person may remove."""
        row = self.item(path)
        if not row.spot.repeats:
            raise InterviewError(mark("{path} is no instance of a repeat."), path=path)
        if not self.model.open_row(row):
            raise InterviewError(
                mark("Instances of {path} cannot be added or removed now."),
                path=path.rpartition("[")[0],
            )
        return row

    def leaves(self) -> Iterator[tuple[str, Item]]:
        """Go through all questions in form order, every instance."""
        for path, item in walk(self.model.root, f"/{self.model.root.spot.name}"):
            if item.spot.question is not None:
                yield path, item


def in_meta(item: Item) -> bool:
    """Tell whether an item is what the form notes about itself."""
    return item.spot.in_meta


def _without_numbers(path: str) -> str:
    return "/".join(part.partition("[")[0] for part in path.split("/"))

"""What a question offers to choose from, looked up by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake_app.interview.context import Context
from intake_app.interview.definition import Choice, Itemset
from intake_app.interview.instance import Item, Row
from intake_app.interview.program import Cell
from intake_app.interview.values import Node


@dataclass(frozen=True, slots=True)
class Offer:
    """The choices of a question, in order, and by name (of two with one name, the first)."""

    choices: tuple[Choice, ...]
    by_name: Mapping[str, Choice]

    @classmethod
    def of(cls, choices: Iterable[Choice]) -> "Offer":
        """Offer these."""
        held = tuple(choices)
        return cls(held, {choice.name: choice for choice in reversed(held)})

    def part(self, raw: str, *, one: bool) -> str:
        """Return what of an answer is offered: names one space apart, or one name as a whole."""
        if one:
            return raw if raw in self.by_name else ""
        return " ".join(name for name in raw.split() if name in self.by_name)


NOTHING = Offer((), {})


class Offers:
    """Makes offers. A list that reads nothing of the interview is made once for all."""

    def __init__(self) -> None:
        """Begin with nothing made."""
        self._always: dict[int, Offer] = {}
        # An item of a list is the same choice wherever it is offered.
        self._choices: dict[tuple[Node, str, str, bool], Choice] = {}

    def of(self, cell: Cell, item: Item, context: Context) -> Offer:
        """Return what a question offers now."""
        if cell.varies:
            return self._made(cell, item, context)
        if cell.number not in self._always:
            self._always[cell.number] = self._made(cell, item, context)
        return self._always[cell.number]

    def _made(self, cell: Cell, item: Item, context: Context) -> Offer:
        question = item.spot.question
        if cell.fetch is None or question is None or question.itemset is None:
            return NOTHING
        itemset = question.itemset
        return Offer.of(
            choice
            for node in cell.fetch(context)
            if (choice := self._choice(node, itemset)) is not None and choice.name
        )

    def _choice(self, node: Node, itemset: Itemset) -> Choice | None:
        if isinstance(node, Item):
            # A row of the interview: what it says may change.
            return _choice(node, itemset)
        key = (node, itemset.value, itemset.label, itemset.itext)
        known = self._choices.get(key)
        if known is None:
            known = self._choices[key] = _choice(node, itemset)
        return known


def _choice(node: Node, itemset: Itemset) -> Choice:
    label = _reach(node, itemset.label)
    if isinstance(node, Row):
        cells = zip(node.columns, node.cells, strict=True)
        extra = {name: cell for name, cell in cells if cell is not None}
    else:
        extra = {one.name: one.text for one in node.all() if hasattr(one, "name")}
    if not itemset.itext:
        extra["label"] = label
    return Choice(_reach(node, itemset.value), label if itemset.itext else None, extra)


def _reach(node: Node, way: str) -> str:
    if isinstance(node, Row) and way in node.columns:
        return node.cell(way) or ""
    found: Node | None = node
    for name in way.split("/"):
        if found is None:
            return ""
        if name == "..":
            found = found.up
        elif name != ".":
            found = next(iter(found.named(name)), None)
    return "" if found is None else found.text

"""The tree of answers, and the secondary instances that choices come from."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake_app.interview.definition import Element, Group, Table
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Scalar, number

if TYPE_CHECKING:
    from intake_app.interview.offer import Offer


@dataclass(slots=True, eq=False, repr=False)
class Item:
    """A node of the interview.

    `raw` is what was told or calculated and is kept while the node is not relevant; `text` and
    `value` are what the rest of the form sees of it.
    """

    spot: Spot
    up: "Item | None"
    children: "dict[str, Item]" = field(default_factory=dict)
    rows: "dict[str, list[Item]]" = field(default_factory=dict)
    # Rows of a counted repeat beyond its count: out of sight, kept for when it grows again.
    dormant: "dict[str, list[Item]]" = field(default_factory=dict)
    attached: bool = True
    raw: str = ""
    text: str = ""
    value: Scalar = ""
    own_relevant: bool = True
    relevant: bool = True
    readonly: bool = False
    required: bool = False
    valid: bool = True
    # What it offers, once somebody asked; and what the outputs in its texts say.
    offer: "Offer | None" = None
    shown: tuple[str, ...] = ()
    aside: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    by: str = ""
    # Calculated as true or false: later expressions read it as that, not as its text.
    logical: bool = False
    # Told by a person: a calculation that was overruled is not done again on restoring.
    told: bool = False
    # The number of a row among its repeat's, from 1; 0 for one that is not there.
    number: int = 0

    @property
    def position(self) -> int:
        """The number of this row among its repeat's, from 1; of one to come, the next."""
        if self.number or self.up is None:
            return self.number or 1
        return len(self.up.rows.get(self.spot.name, ())) + 1

    @property
    def path(self) -> str:
        """The path, with `[n]` at each repeat."""
        if self.spot.single:
            return self.spot.path
        own = f"{self.spot.name}[{self.position}]" if self.spot.repeats else self.spot.name
        return f"{self.up.path}/{own}" if self.up else f"/{own}"

    def kept(self) -> str | bool:
        """Return what it keeps, relevant or not; read as true or false where it was that."""
        return self.raw == "true" if self.logical else self.raw

    def blank(self) -> bool:
        """Tell whether nothing was told or calculated here."""
        return not (self.raw or self.aside or self.beside)

    def present(self) -> bool:
        """Tell whether it is in the tree: no row around it was removed or put out of sight."""
        item = None if self.spot.single else self
        while item is not None:
            if not item.attached:
                return False
            item = item.up
        return True

    def locked(self) -> bool:
        """Tell whether it is read-only, by itself or by a group around it."""
        item: Item | None = self
        while item is not None:
            if item.readonly:
                return True
            item = item.up
        return False

    def named(self, name: str) -> list[Node]:
        """Return the nodes of this name inside it."""
        child = self.children.get(name)
        return [child] if child is not None else list(self.rows.get(name, ()))

    def all(self) -> list[Node]:
        """Return all nodes inside it, in form order."""
        return list(self.inside())

    def inside(self) -> "Iterator[Item]":
        """Go through the items right inside it, in form order."""
        for name in self.spot.children:
            child = self.children.get(name)
            if child is not None:
                yield child
            else:
                yield from self.rows.get(name, ())

    def subtree(self) -> "Iterator[Item]":
        """Go through this item and all below it, in form order."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            if item.spot.children:
                waiting += reversed(list(item.inside()))

    def above(self, spot: Spot) -> "Item":
        """Return the item around it (or itself) that stands at a spot."""
        item = self
        while item.spot is not spot:
            if item.up is None:
                raise LookupError(spot.path)
            item = item.up
        return item

    def below(self, spot: Spot) -> "list[Item]":
        """Return the items at a spot under this one, in order."""
        steps = spot.chain()[self.spot.depth + 1 :]
        found: list[Item] = [self]
        for step in steps:
            if step.repeats:
                found = [row for item in found for row in item.rows[step.name]]
            else:
                found = [item.children[step.name] for item in found]
        return found

    def attribute(self, _name: str) -> str:
        """Return blank: nodes of the interview have no attributes that expressions read."""
        return ""


def plant(
    spot: Spot, up: Item | None, start: Mapping[str, str] | None = None, way: str = ""
) -> Item:
    """Make the item of a spot with its defaults and the rows that are there at first.

    `start` is how a row begins that the form itself has (see `Group.start`), and `way` the path
    inside that row; a row that a person adds begins as the form's template has it.
    """
    item = Item(spot, up)
    if spot.question is not None:
        item.raw = (start or {}).get(way, spot.question.default)
        return item
    for child in spot.children.values():
        inner = f"{way}/{child.name}" if way else child.name
        if not child.repeats:
            item.children[child.name] = plant(child, item, start, inner)
        elif isinstance(child.definition, Group) and child.definition.count:
            item.rows[child.name] = []
        elif start is not None:
            number = int(start.get(f"{inner}[]", "0"))
            item.rows[child.name] = [
                plant(child, item, start, f"{inner}[{at}]") for at in range(1, number + 1)
            ]
        elif isinstance(child.definition, Group):
            item.rows[child.name] = [plant(child, item, row) for row in child.definition.start]
        for at, row in enumerate(item.rows.get(child.name, ()), 1):
            row.number = at
    return item


def written(spot: Spot, rows: int) -> Mapping[str, str] | None:
    """Return how the next row of a counted repeat begins, where the form itself writes it.

    None where it does not: the row begins as the template has it.
    """
    group = spot.definition
    if isinstance(group, Group) and group.count and rows < len(group.start):
        return group.start[rows]
    return None


def planted(item: Item) -> int:
    """Return how many rows an item is and holds, also those out of sight."""
    if not item.spot.children:
        return int(item.spot.repeats)
    held = [*item.children.values()]
    for rows in (*item.rows.values(), *item.dormant.values()):
        held += rows
    return int(item.spot.repeats) + sum(planted(one) for one in held)


# Secondary instances


@dataclass(slots=True, eq=False)
class Leaf:
    """A node of a secondary instance that holds a text."""

    name: str
    text: str
    up: "Row | Branch | None"
    relevant: bool = True

    @property
    def value(self) -> str:
        """The text."""
        return self.text

    def named(self, _name: str) -> list[Node]:
        """Return nothing: there is nothing inside it."""
        return []

    def all(self) -> list[Node]:
        """Return nothing: there is nothing inside it."""
        return []

    def attribute(self, _name: str) -> str:
        """Return blank: it has none."""
        return ""


@dataclass(slots=True, eq=False)
class Row:
    """An item of a table."""

    name: str
    columns: Mapping[str, int]
    cells: Sequence[str | None]
    up: "Branch"
    relevant: bool = True
    value: str = ""
    text: str = ""

    def cell(self, column: str) -> str | None:
        """Return what a column holds; None where there is nothing."""
        at = self.columns.get(column)
        return None if at is None else self.cells[at]

    def named(self, name: str) -> list[Node]:
        """Return the column of this name, where it holds something."""
        held = self.cell(name)
        return [] if held is None else [Leaf(name, held, self)]

    def all(self) -> list[Node]:
        """Return all columns that hold something."""
        return [node for name in self.columns for node in self.named(name)]

    def attribute(self, _name: str) -> str:
        """Return blank: it has none."""
        return ""


class Rows(list[Node]):
    """The items of a list, with an index of a column made when it is first asked for."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        """Take the items; they are not changed after the first question."""
        super().__init__(nodes)
        self._indexes: dict[str, dict[str, list[Node]]] = {}
        self._counts: dict[str, dict[float, list[Node]]] = {}

    def where(self, column: str, text: str) -> list[Node]:
        """Return the items of which a column holds a text, in order; blank where there is none."""
        if column not in self._indexes:
            index = self._indexes[column] = dict[str, list[Node]]()
            for node in self:
                if isinstance(node, Row):
                    index.setdefault(node.cell(column) or "", []).append(node)
                    continue
                for text_held in {cell.text for cell in node.named(column)} or {""}:
                    index.setdefault(text_held, []).append(node)
        return self._indexes[column].get(text, [])

    def counted(self, column: str, amount: float) -> list[Node]:
        """Return the items of which a column holds a number, in order."""
        if column not in self._counts:
            found: dict[float, dict[int, Node]] = {}
            places = {id(node): at for at, node in enumerate(self)}
            self.where(column, "")
            for text, nodes in self._indexes[column].items():
                held = number(text)
                if not math.isnan(held):
                    found.setdefault(held, {}).update((places[id(node)], node) for node in nodes)
            self._counts[column] = {
                held: [node for _, node in sorted(nodes.items())] for held, nodes in found.items()
            }
        return self._counts[column].get(amount, [])


@dataclass(slots=True, eq=False)
class Branch:
    """An element of a secondary instance with nodes inside it."""

    name: str
    up: "Branch | None"
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    by_name: dict[str, Rows] = field(default_factory=dict)
    relevant: bool = True

    @property
    def value(self) -> str:
        """The text."""
        return self.text

    def add(self, name: str, node: Node) -> None:
        """Put a node inside it, after the others."""
        self.nodes.append(node)
        self.by_name.setdefault(name, Rows()).append(node)

    def named(self, name: str) -> list[Node]:
        """Return the nodes of this name inside it."""
        return self.by_name.get(name, [])

    def all(self) -> list[Node]:
        """Return all nodes inside it."""
        return self.nodes

    def attribute(self, name: str) -> str:
        """Return an attribute, blank where there is none."""
        return self.attributes.get(name, "")


def secondary(source: Table | Element) -> Branch:
    """Return the document of a secondary instance: the node above its root element."""
    document = Branch("", None)
    if isinstance(source, Element):
        _element(source, document)
        return document
    around = document
    for name in source.way[:-1]:
        inner = Branch(name, around)
        around.add(name, inner)
        around = inner
    columns = {column: at for at, column in enumerate(source.columns)}
    name = source.way[-1]
    for cells in source.rows:
        around.add(name, Row(name, columns, cells, around))
    return document


def _element(source: Element, around: Branch) -> None:
    branch = Branch(source.name, around, source.text, source.attributes)
    around.add(source.name, branch)
    for child in source.children:
        _element(child, branch)

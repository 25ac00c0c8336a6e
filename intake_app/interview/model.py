"""The answers of one interview, kept true: an answer recomputes what it touches, in order.

What changes is told to the cells that read it; they wait in a heap by rank, each once for each
item, and are computed until nothing waits. Because a change is always told on, the result does
not depend on the order; the ranks only see to it that nothing is computed twice.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from intake_app.interview import answers, values
from intake_app.interview.context import Context, World
from intake_app.interview.definition import Choice
from intake_app.interview.expression import Expression
from intake_app.interview.instance import Item, plant
from intake_app.interview.program import Cell, Program, Reader, Setting
from intake_app.interview.spot import Spot

#: No counted repeat has more rows than this, whatever its count says.
MAX_ROWS = 1_000
#: A cell that reads other rows of its own repeat is computed for one item at most so often.
MAX_ROUNDS = 2_000


@dataclass(slots=True)
class Touched:
    """What a change did: the items that differ, and whether rows or relevance changed."""

    items: dict[int, Item] = field(default_factory=dict)
    structure: bool = False
    too_many: str = ""


class Model:
    """The tree of answers with everything computed from it."""

    def __init__(self, program: Program) -> None:
        """Plant the tree as the form says; nothing is computed before `settle`."""
        self.program = program
        self.root = plant(program.spots[0], None)
        self.singles: dict[int, Item] = {}
        self.touched = Touched()
        self.world: World | None = None
        self._heap: list[tuple[int, int, Cell, Item]] = []
        self._waiting: set[tuple[int, int]] = set()
        self._rounds: dict[tuple[int, int], int] = {}
        self._order = count()
        self._settings: list[tuple[Setting, Item]] = []
        self._static: dict[int, tuple[Choice, ...]] = {}
        self._events = False
        self._overruled: frozenset[int] = frozenset()

    # From outside

    def start(self, world: World, overruled: frozenset[int] = frozenset()) -> None:
        """Compute everything; calculations of the items in `overruled` stay as they are."""
        self.world = world
        self.singles = {item.spot.number: item for item in self._singles(self.root)}
        self._overruled = overruled
        self._enter(self.root)
        self._run()
        self._overruled = frozenset()

    def begin(self) -> None:
        """Do what the form does when it is opened for the first time."""
        self._events = True
        for setting in self.program.first_load:
            for item in list(self.root.below(setting.target)):
                self._settings.append((setting, item))
        self._run()

    def listen(self) -> None:
        """From here on, changes set off what the form hangs on them."""
        self._events = True

    def settle(self) -> Touched:
        """Compute what waits, and return what was touched since the last time."""
        self._run()
        touched, self.touched = self.touched, Touched()
        self._rounds.clear()
        return touched

    def put(self, item: Item, raw: str, *, logical: bool = False) -> None:
        """Give an item a value; `logical` where it was calculated as true or false."""
        if (item.raw, item.logical) == (raw, logical):
            return
        item.raw, item.logical = raw, logical
        self.touch(item)
        self._show(item)
        if self._events and item.relevant:
            self._set_off(item)

    def add_row(self, around: Item, spot: Spot) -> Item:
        """Add a row after the others, with what the form does for a new one."""
        row = plant(spot, around)
        self._attach(around, spot, row)
        self._new_row_events(row)
        return row

    def remove_row(self, row: Item) -> None:
        """Remove a row; those after it move up."""
        around = row.up
        if around is None:
            return
        around.rows[row.spot.name].remove(row)
        row.attached = False
        self._rows_changed(around, row.spot)

    def refresh(self, *, clock: bool = False, language: bool = False) -> None:
        """Compute again what depends on the date, or on the language."""
        for cell in self.program.all_cells():
            if (clock and cell.clock) or (language and cell.language):
                for item in self.root.below(cell.home):
                    self._push(cell, item)
        for around in self.root.subtree() if language else ():
            around.choices = None
        if language:
            self._static.clear()

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """Return the choices that a question offers now, in order."""
        cell = self.program.of(item.spot).get("choices")
        if cell is None or cell.fetch is None:
            return ()
        if cell.depends:
            if item.choices is None:
                item.choices = self._offered(cell, item)
            return item.choices
        if cell.number not in self._static:
            self._static[cell.number] = self._offered(cell, item)
        return self._static[cell.number]

    def open_repeat(self, around: Item, spot: Spot) -> bool:
        """Tell whether a person may add rows here: relevant, and not counted or fixed."""
        cells = self.program.of(spot)
        fixed = "count" in cells or getattr(spot.definition, "fixed", False)
        if fixed or not around.relevant:
            return False
        relevant = cells.get("relevant")
        if relevant is None or relevant.evaluate is None:
            return True
        return values.truth(relevant.evaluate(self.context(Item(spot, around))))

    def touch(self, item: Item) -> None:
        """Note that an item differs."""
        self.touched.items[id(item)] = item

    def context(self, item: Item) -> Context:
        """Return the context of an item's own expressions."""
        if self.world is None:
            raise RuntimeError
        return Context(self.world, item, item)

    # Entering and leaving the tree

    def _singles(self, item: Item) -> Iterator[Item]:
        yield item
        for child in item.children.values():
            yield from self._singles(child)

    def _enter(self, top: Item) -> None:
        for item in top.subtree():
            item.relevant = item.own_relevant and (item.up is None or item.up.relevant)
            if item.spot.question is not None:
                self._show(item)
        for item in top.subtree():
            self.touch(item)
            for aspect, cell in self.program.of(item.spot).items():
                if aspect != "count":
                    self._push(cell, item)
            for child in item.spot.children.values():
                counted = self.program.of(child).get("count")
                if counted is not None:
                    self._push(counted, item)

    def _attach(self, around: Item, spot: Spot, row: Item) -> None:
        row.attached = True
        around.rows[spot.name].append(row)
        self._enter(row)
        self._rows_changed(around, spot)

    def _rows_changed(self, around: Item, spot: Spot) -> None:
        self.touched.structure = True
        self._tell(self.program.row_readers.get(spot.number, ()), around)

    def _new_row_events(self, row: Item) -> None:
        for item in row.subtree():
            if item.spot.repeats:
                for setting in self.program.new_row.get(item.spot.number, ()):
                    for target in item.below(setting.target):
                        self._settings.append((setting, target))

    def _set_off(self, item: Item) -> None:
        for setting in self.program.on_change.get(item.spot.number, ()):
            around = item
            while around.spot not in setting.target.chain():
                around = around.up or self.root
            self._settings.extend((setting, target) for target in around.below(setting.target))

    # Recomputation

    def _push(self, cell: Cell, item: Item) -> None:
        key = (cell.number, id(item))
        if key not in self._waiting:
            self._waiting.add(key)
            heapq.heappush(self._heap, (cell.rank, next(self._order), cell, item))

    def _run(self) -> None:
        while self._heap or self._settings:
            if not self._heap:
                setting, target = self._settings.pop(0)
                self._set(target, setting.value)
                continue
            _, _, cell, item = heapq.heappop(self._heap)
            key = (cell.number, id(item))
            self._waiting.discard(key)
            rounds = self._rounds[key] = self._rounds.get(key, 0) + 1
            kept = cell.aspect == "calculate" and id(item) in self._overruled
            if rounds <= MAX_ROUNDS and not kept:
                self._compute(cell, item)

    def _set(self, target: Item, value: Expression) -> None:
        key = (-1, id(target))
        rounds = self._rounds[key] = self._rounds.get(key, 0) + 1
        question = target.spot.question
        if question is None or rounds > MAX_ROUNDS:
            return
        got = value.evaluate(self.context(target))
        self.put(target, answers.calculated(got, question.type))

    def _compute(self, cell: Cell, item: Item) -> None:
        if cell.aspect == "choices":
            item.choices = None
            self.touch(item)
            self._show(item)
            return
        if cell.aspect == "text" or cell.evaluate is None:
            self.touch(item)
            return
        if cell.aspect == "count":
            phantom = Item(cell.spot, item)
            self._fit(item, cell.spot, values.number(cell.evaluate(self.context(phantom))))
            return
        got = cell.evaluate(self.context(item))
        match cell.aspect:
            case "relevant":
                item.own_relevant = values.truth(got)
                self._inherit(item)
            case "calculate":
                question = item.spot.question
                item.told = False
                raw = answers.calculated(got, question.type if question else "string")
                self.put(item, raw, logical=isinstance(got, bool))
            case "constraint":
                self._judge(item, holds=values.truth(got))
            case "readonly":
                self._mark(item, "readonly", values.truth(got))
            case "required":
                self._mark(item, "required", values.truth(got))

    def _mark(self, item: Item, aspect: str, holds: bool) -> None:  # noqa: FBT001 (a value, not a switch)
        if getattr(item, aspect) != holds:
            setattr(item, aspect, holds)
            for inside in item.subtree():
                self.touch(inside)

    def _fit(self, around: Item, spot: Spot, wanted: float) -> None:
        # Rows beyond the count go out of sight with their answers, and come back with them.
        rows = around.rows[spot.name]
        hidden = around.dormant.setdefault(spot.name, [])
        if wanted > MAX_ROWS:
            self.touched.too_many = spot.path
            wanted = len(rows)
        number = int(wanted) if wanted >= 1 else 0
        while len(rows) > number:
            row = rows.pop()
            row.attached = False
            hidden.append(row)
            self._rows_changed(around, spot)
        while len(rows) < number:
            if hidden:
                self._attach(around, spot, hidden.pop())
            else:
                self.add_row(around, spot)

    def _inherit(self, item: Item) -> None:
        relevant = item.own_relevant and (item.up is None or item.up.relevant)
        if relevant == item.relevant:
            return
        item.relevant = relevant
        self.touched.structure = True
        self.touch(item)
        if item.spot.question is not None:
            self._show(item)
        if item.spot.repeats and item.up is not None:
            self._tell(self.program.row_readers.get(item.spot.number, ()), item.up)
        self._tell(self.program.readers.get(item.spot.number, ()), item)
        for inside in item.inside():
            self._inherit(inside)

    def _show(self, item: Item) -> None:
        """Let the rest of the form see what an item holds now."""
        question = item.spot.question
        if question is None:
            return
        text = self._offered_part(item) if item.relevant else ""
        value = answers.typed(text, "boolean" if item.logical else question.type)
        if (text, value) != (item.text, item.value):
            item.text, item.value = text, value
            self.touch(item)
            self._tell(self.program.readers.get(item.spot.number, ()), item)
        constraint = self.program.of(item.spot).get("constraint")
        if constraint is None or not text:
            self._judge(item, holds=True)
        else:
            self._push(constraint, item)

    def _judge(self, item: Item, *, holds: bool) -> None:
        question = item.spot.question
        kind = question.type if question else "string"
        valid = not item.text or (holds and answers.valid(item.text, kind))
        if valid != item.valid:
            item.valid = valid
            self.touch(item)

    def _offered_part(self, item: Item) -> str:
        """Return what was chosen, without what a filter does not offer any more."""
        cell = self.program.of(item.spot).get("choices")
        if cell is None or not cell.depends or not item.raw:
            return item.raw
        offered = {choice.name for choice in self.choices(item)}
        return " ".join(name for name in item.raw.split() if name in offered)

    def _offered(self, cell: Cell, item: Item) -> tuple[Choice, ...]:
        question = item.spot.question
        if cell.fetch is None or question is None or question.itemset is None:
            return ()
        itemset = question.itemset
        found = []
        for node in cell.fetch(self.context(item)):
            name = _reach(node, itemset.value)
            if name:
                label = _reach(node, itemset.label)
                extra = {one.name: one.text for one in node.all() if hasattr(one, "name")}
                if not itemset.itext:
                    extra["label"] = label
                found.append(Choice(name, label if itemset.itext else None, extra))
        return tuple(found)

    def _tell(self, readers: Iterable[Reader], item: Item) -> None:
        for reader in readers:
            for top in _tops(item, reader.anchor):
                for target in top.below(reader.cell.home):
                    self._push(reader.cell, target)


def _tops(item: Item, anchor: Spot) -> list[Item]:
    """Return the items at an anchor that an item lies in, or (rows of it) that lie in the item."""
    if anchor.depth <= item.spot.depth:
        return [item.above(anchor)]
    return list(item.below(anchor))


def _reach(node: values.Node, way: str) -> str:
    found: values.Node | None = node
    for name in way.split("/"):
        if found is None:
            return ""
        if name == "..":
            found = found.up
        elif name != ".":
            found = next(iter(found.named(name)), None)
    return "" if found is None else found.text

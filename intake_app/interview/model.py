"""The answers of one interview, kept true: an answer recomputes what it touches, in order.

What changes is told to the cells that read it; they wait by rank, each once for each item, and
are computed until nothing waits. Because a change is always told on, the result does not depend
on the order; the ranks only see to it that nothing is computed twice. Before an item is changed,
the journal keeps how it was.
"""

from collections.abc import Collection

from intake_app.errors import InterviewError
from intake_app.interview import answers, journal, values
from intake_app.interview.agenda import Agenda
from intake_app.interview.context import Context, World
from intake_app.interview.instance import Item, plant, planted, written
from intake_app.interview.journal import Journal
from intake_app.interview.offer import NOTHING, Offer, Offers
from intake_app.interview.program import Cell, Program, Setting
from intake_app.interview.spot import Spot
from intake_app.words import mark

#: No repeat has more rows than this, whatever its count says.
MAX_ROWS = 1_000
#: Nor has an interview, of all its repeats together.
MAX_TOTAL = 10_000


class Model:
    """The tree of answers with everything computed from it."""

    def __init__(self, program: Program) -> None:
        """Plant the tree as the form says; nothing is computed before `start`."""
        self.program = program
        self.root = plant(program.spots[0], None)
        self.singles: dict[int, Item] = {}
        self.journal = Journal()
        self.world: World | None = None
        # How many rows were ever made and not removed: also those out of sight.
        self.total = planted(self.root)
        self._agenda = Agenda()
        self._offers = Offers()
        self._events = False
        self._refuses = True
        self._overruled: frozenset[Item] = frozenset()
        self._first: list[tuple[Setting, list[Item]]] = []

    # From outside

    def start(self, world: World, overruled: frozenset[Item] | None = None) -> None:
        """Compute everything.

        With `overruled` the answers were there before: nothing is refused, and the calculations
        of these items stay as they are.
        """
        self.world = world
        single = [item for item in self.root.subtree() if item.spot.single]
        self.singles.update((item.spot.number, item) for item in single)
        # Only rows that the form itself has are loaded first; more rows of a count are new ones.
        self._first = [
            (setting, list(self.root.below(setting.target))) for setting in self.program.first_load
        ]
        self._overruled = overruled or frozenset()
        self._enter(self.root)
        self.settle(refuse=overruled is None)
        self._overruled = frozenset()

    def begin(self) -> None:
        """Do what the form does when it is opened for the first time."""
        self.listen()
        for setting, targets in self._first:
            self._agenda.set_off(setting, targets)
        self.settle()

    def begin_fresh(self, paths: Collection[str]) -> None:
        """Give questions that came with another version of the form their dynamic defaults.

        In each row that there is, where they hold nothing. Nobody changed an answer by that, so
        it sets nothing off.
        """
        if not paths:
            return
        once = [each for each in self.program.first_load if each.target.path in paths]
        loaded = {each.target for each in once}
        rows = [each for row in self.program.new_row.values() for each in row]
        again = [s for s in rows if s.target.path in paths and s.target not in loaded]
        for setting in (*once, *again):
            targets = self.root.below(setting.target)
            self._agenda.set_off(setting, [item for item in targets if item.blank()])
        self.settle(refuse=False)

    def listen(self) -> None:
        """From here on, changes set off what the form hangs on them."""
        self._events = True

    def settle(self, *, refuse: bool = True) -> None:
        """Compute what waits.

        Raises InterviewError where there would be too many rows, or no end to it. Where nobody
        acted there is nobody to `refuse`: then rows stay as they are, and so does what never
        comes to rest.
        """
        self._refuses = refuse
        while (waiting := self._agenda.next()) is not None:
            what, item = waiting
            if self._agenda.restless(what, item):
                self._refuse_restless(item)
            elif isinstance(what, Setting):
                self._set(item, what)
            elif item.present() and not (what.aspect == "calculate" and item in self._overruled):
                self._compute(what, item)
        self._agenda.rest()

    def drop(self) -> None:
        """Let go of all that waits to be computed."""
        self._agenda.clear()

    def put(self, item: Item, raw: str, *, logical: bool = False) -> None:
        """Give an item a value; `logical` where it was calculated as true or false."""
        if (item.raw, item.logical) == (raw, logical):
            return
        self.journal.keep(item)
        item.raw, item.logical = raw, logical
        self._show(item)
        if self._events and item.relevant:
            self._set_off(item)

    def add_row(self, around: Item, spot: Spot) -> None:
        """Add a row after the others, with what the form does for a new one."""
        self.journal.keep_rows(around, spot.name)
        self._plant_row(around, spot)
        self._rows_changed(around, spot)

    def remove_row(self, row: Item) -> None:
        """Remove a row; those after it move up."""
        around, name, at = row.up, row.spot.name, row.number - 1
        if around is None:
            return
        self.journal.keep_rows(around, name)
        self._detach(row)
        del around.rows[name][at]
        journal.number(around, name, at)
        self.total -= planted(row)
        self._rows_changed(around, row.spot)
        for moved in around.rows[name][at:]:
            self._agenda.tell(self.program.place_readers.get(row.spot.number, ()), moved)

    def refresh(self, *, clock: bool, language: bool) -> None:
        """Compute again what depends on the date, or on the language.

        What a person told instead of a calculation outlives a switch of the language.
        """
        for cell in self.program.outside:
            by_clock = clock and cell.clock
            if by_clock or (language and cell.language):
                for item in self.root.below(cell.home):
                    if by_clock or cell.aspect != "calculate" or not item.told:
                        self._agenda.push(cell, item)

    def offer(self, item: Item) -> Offer:
        """Return what a question offers now."""
        if item.offer is None:
            cell = self.program.of(item.spot).get("choices")
            item.offer = (
                NOTHING if cell is None else self._offers.of(cell, item, self.context(item))
            )
        return item.offer

    def open_row(self, row: Item) -> bool:
        """Tell whether a person may remove a row: it is relevant, and not counted or fixed."""
        return row.relevant and not self._fixed(row.spot)

    def open_repeat(self, around: Item, spot: Spot) -> bool:
        """Tell whether a person may add rows here: relevant, and not counted or fixed."""
        if self._fixed(spot) or not around.relevant:
            return False
        relevant = self.program.of(spot).get("relevant")
        if relevant is None or relevant.evaluate is None:
            return True
        return values.truth(relevant.evaluate(self.context(Item(spot, around))))

    def context(self, item: Item) -> Context:
        """Return the context of an item's own expressions."""
        if self.world is None:
            raise RuntimeError
        return Context(self.world, item, item)

    def _fixed(self, spot: Spot) -> bool:
        return "count" in self.program.of(spot) or getattr(spot.definition, "fixed", False)

    # Entering and leaving the tree

    def _enter(self, top: Item) -> None:
        entered = list(top.subtree())
        for item in entered:
            self.journal.keep(item)
            item.relevant = item.own_relevant and (item.up is None or item.up.relevant)
            self._show(item)
        for item in entered:
            for aspect, cell in self.program.of(item.spot).items():
                # What was told instead of a calculation stays, also of rows that come back.
                if aspect != "count" and not (aspect == "calculate" and item.told):
                    self._agenda.push(cell, item)
            for child in item.spot.children.values():
                counted = self.program.of(child).get("count")
                if counted is not None:
                    self._agenda.push(counted, item)

    def _plant_row(self, around: Item, spot: Spot) -> None:
        begun = written(spot, len(around.rows[spot.name]))
        row = plant(spot, around, begun)
        # Until it is put there it is not there: so an undo leaves it.
        row.attached = False
        self.total += planted(row)
        if self.total > MAX_TOTAL and self._refuses:
            raise InterviewError(
                mark("There can be no more than {maximum} instances in all."), maximum=MAX_TOTAL
            )
        self._attach(around, row)
        # A row that the form itself writes is loaded with it, and no new one; nor is one that it
        # fills in (as in JavaRosa).
        if begun is not None and not self._events:
            for setting in self.program.first_load:
                if spot in setting.target.chain():
                    self._first.append((setting, list(row.below(setting.target))))
            return
        filled = any(not way.endswith("[]") for way in begun or ())
        for item in () if filled else row.subtree():
            for setting in self.program.new_row.get(item.spot.number, ()):
                self._agenda.set_off(setting, item.below(setting.target))

    def _attach(self, around: Item, row: Item) -> None:
        self.journal.keep(row)
        rows = around.rows[row.spot.name]
        rows.append(row)
        row.attached, row.number = True, len(rows)
        self._enter(row)

    def _detach(self, row: Item) -> None:
        self.journal.keep(row)
        row.attached, row.number = False, 0

    def _rows_changed(self, around: Item, spot: Spot) -> None:
        self._agenda.tell(self.program.row_readers.get(spot.number, ()), around)

    def _fit(self, around: Item, spot: Spot, wanted: float) -> None:
        # Rows beyond the count go out of sight with their answers, and come back with them.
        rows = around.rows[spot.name]
        hidden = around.dormant.setdefault(spot.name, [])
        if wanted > MAX_ROWS:
            self._refuse_rows(spot)
            return
        number = int(wanted) if wanted >= 1 else 0
        missing = number - len(rows) - len(hidden)
        if missing > MAX_TOTAL - self.total and not self._refuses:
            return
        if number == len(rows):
            return
        self.journal.keep_rows(around, spot.name)
        while len(rows) > number:
            hidden.append(rows.pop())
            self._detach(hidden[-1])
        while len(rows) < number:
            if hidden:
                self._attach(around, hidden.pop())
            else:
                self._plant_row(around, spot)
        self._rows_changed(around, spot)

    def _refuse_rows(self, spot: Spot) -> None:
        if self._refuses:
            raise InterviewError(
                mark("{path} would have more than {maximum} instances."),
                path=spot.path,
                maximum=MAX_ROWS,
            )

    def _refuse_restless(self, item: Item) -> None:
        if self._refuses:
            raise InterviewError(
                mark("{path} never comes to rest: what it sets off changes it again."),
                path=item.path,
            )

    # Recomputation

    def _set_off(self, item: Item) -> None:
        for setting in self.program.on_change.get(item.spot.number, ()):
            around = item
            while around.spot not in setting.target.chain():
                around = around.up or self.root
            self._agenda.set_off(setting, around.below(setting.target))

    def _set(self, target: Item, setting: Setting) -> None:
        question = target.spot.question
        # A calculated node is what its calculation says, whatever else would set it.
        if question is not None and "calculate" not in self.program.of(target.spot):
            got = setting.value.evaluate(self.context(target))
            self.put(target, answers.calculated(got, question.type))

    def _compute(self, cell: Cell, item: Item) -> None:
        if cell.evaluate is None:
            again = self._offer_again if cell.aspect == "choices" else self._fill_in
            again(cell, item)
        elif cell.aspect == "count":
            to_come = self.context(Item(cell.spot, item))
            self._fit(item, cell.spot, values.number(cell.evaluate(to_come)))
        else:
            self._take(cell.aspect, item, cell.evaluate(self.context(item)))

    def _take(self, aspect: str, item: Item, got: values.Value) -> None:
        match aspect:
            case "calculate":
                self._calculated(item, got)
            case "constraint":
                self._judge(item, holds=values.truth(got))
            case "relevant":
                self.journal.keep(item)
                item.own_relevant = values.truth(got)
                self._inherit(item)
            case "required" if item.required != values.truth(got):
                self.journal.keep(item)
                item.required = not item.required
            case "readonly" if item.readonly != values.truth(got):
                for inside in item.subtree():
                    self.journal.keep(inside)
                item.readonly = not item.readonly

    def _calculated(self, item: Item, got: values.Value) -> None:
        if item.told:
            self.journal.keep(item)
            item.told, item.aside, item.beside, item.at, item.by = False, "", {}, "", ""
        question = item.spot.question
        raw = answers.calculated(got, question.type if question else "string")
        self.put(item, raw, logical=isinstance(got, bool))

    def _offer_again(self, cell: Cell, item: Item) -> None:
        # What nobody asked for is not made; it is when somebody does, and is kept with that.
        self.journal.keep(item)
        if item.offer is not None:
            offer = self._offers.of(cell, item, self.context(item))
            if offer.choices != item.offer.choices:
                item.offer = offer
        self._show(item)

    def _fill_in(self, cell: Cell, item: Item) -> None:
        here = self.context(item)
        shown = tuple(answers.calculated(output(here), "string") for output in cell.outputs)
        if shown != item.shown:
            self.journal.keep(item)
            item.shown = shown

    def _inherit(self, item: Item) -> None:
        relevant = item.own_relevant and (item.up is None or item.up.relevant)
        if relevant == item.relevant:
            return
        self.journal.keep(item)
        item.relevant = relevant
        self._show(item)
        if item.spot.repeats and item.up is not None:
            self._agenda.tell(self.program.row_readers.get(item.spot.number, ()), item.up)
        self._agenda.tell(self.program.readers.get(item.spot.number, ()), item)
        for inside in item.inside():
            self._inherit(inside)

    def _show(self, item: Item) -> None:
        """Let the rest of the form see what an item holds now."""
        question = item.spot.question
        # A blank that was one stays as it is, and is valid.
        if question is None or not (item.raw or item.text):
            return
        text = self._offered(item) if item.relevant else ""
        value = answers.typed(text, "boolean" if item.logical else question.type)
        if (text, value) != (item.text, item.value):
            self.journal.keep(item)
            item.text, item.value = text, value
            self._agenda.tell(self.program.readers.get(item.spot.number, ()), item)
        constraint = self.program.of(item.spot).get("constraint")
        if constraint is None or not text:
            self._judge(item, holds=True)
        else:
            self._agenda.push(constraint, item)

    def _judge(self, item: Item, *, holds: bool) -> None:
        question = item.spot.question
        kind = question.type if question else "string"
        valid = not item.text or (holds and answers.valid(item.text, kind))
        if valid != item.valid:
            self.journal.keep(item)
            item.valid = valid

    def _offered(self, item: Item) -> str:
        """Return what was chosen, without what a filter does not offer any more."""
        question = item.spot.question
        if question is None or question.itemset is None or not item.raw:
            return item.raw
        cell = self.program.of(item.spot).get("choices")
        if cell is None or not cell.varies:
            return item.raw
        return self.offer(item).part(item.raw, one=question.kind == "select_one")

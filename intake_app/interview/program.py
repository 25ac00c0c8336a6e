"""All expressions of a form, compiled once, and who depends on whom.

A *cell* is one expression of one node of the form: its relevance, its calculation, the filter of
its choices. Cells have a rank: one that reads what another decides comes after it. What depends
on a node is known from the form alone, so that an answer recomputes only what it touches.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from intake_app.errors import ExpressionError
from intake_app.interview import grammar
from intake_app.interview.context import Dependency, Evaluate, Fetch
from intake_app.interview.definition import NO_BIND, Action, Bind, Group, Question
from intake_app.interview.expression import Expression, Nodes, compile_expression, compile_nodes
from intake_app.interview.grammar import Tree
from intake_app.interview.spot import Spot
from intake_app.words import mark

#: Aspects whose results other expressions can see, for a node and (the first two) all inside it.
_INHERITED = ("relevant", "count")
_VISIBLE = (*_INHERITED, "calculate", "choices")
_NONE: Mapping[str, "Cell"] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Cell:
    """One expression of one spot; `choices` fetches nodes, all others give a value.

    `text` stands for all that is filled in in a node's texts, in any language.
    """

    number: int
    spot: Spot
    aspect: str
    depends: frozenset[Dependency]
    clock: bool = False
    language: bool = False
    evaluate: Evaluate | None = None
    fetch: Fetch | None = None
    outputs: tuple[Evaluate, ...] = ()
    rank: int = 0

    @property
    def varies(self) -> bool:
        """Whether what it gives may change during an interview."""
        return bool(self.depends) or self.clock or self.language

    @property
    def home(self) -> Spot:
        """The spot whose items it is computed for: of a count, what is around the repeat."""
        return self.spot.parent if self.aspect == "count" and self.spot.parent else self.spot


class Reader(NamedTuple):
    """A cell that reads a spot, and the spot around both that it shares with what it reads.

    `many`: there may be more than one item of the cell there.
    """

    anchor: Spot
    cell: Cell
    many: bool


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A compiled `setvalue`."""

    target: Spot
    value: Expression


@dataclass(frozen=True, slots=True)
class Fault:
    """An expression that does not compile: where it stands, and why.

    `code` tells apart what is wrong with it by itself from a circle that it lies on.
    """

    path: str
    aspect: str
    error: ExpressionError
    code: Literal["expression", "circle"] = "expression"


@dataclass(slots=True, eq=False)
class Program:
    """The compiled form; not changed after `build`."""

    spots: list[Spot]
    by_path: dict[str, Spot] = field(init=False)
    cells: dict[int, dict[str, Cell]] = field(default_factory=dict)
    readers: dict[int, list[Reader]] = field(default_factory=dict)
    row_readers: dict[int, list[Reader]] = field(default_factory=dict)
    #: What reads only which number its own row has.
    place_readers: dict[int, list[Reader]] = field(default_factory=dict)
    #: What depends on the date or the language.
    outside: list[Cell] = field(default_factory=list)
    first_load: list[Setting] = field(default_factory=list)
    new_row: dict[int, list[Setting]] = field(default_factory=dict)
    on_change: dict[int, list[Setting]] = field(default_factory=dict)
    #: What is filled in in texts, by the number of the spot and the words of the expression.
    outputs: dict[tuple[int, str], Expression] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Know each spot by its path."""
        self.by_path = {spot.path: spot for spot in self.spots}

    def of(self, spot: Spot) -> Mapping[str, Cell]:
        """Return the cells of a spot, by aspect."""
        return self.cells.get(spot.number, _NONE)

    def all_cells(self) -> Iterator[Cell]:
        """Go through all cells."""
        for cells in self.cells.values():
            yield from cells.values()

    def add(self, cell: Cell) -> None:
        """Take a cell in."""
        self.cells.setdefault(cell.spot.number, {})[cell.aspect] = cell

    def hang(self, action: Action, setting: Setting) -> None:
        """Hang a setting on what sets it off."""
        if action.event == "first-load":
            self.first_load.append(setting)
            return
        source = self.by_path.get(action.source, self.spots[0])
        hung = self.new_row if action.event == "new-repeat" else self.on_change
        hung.setdefault(source.number, []).append(setting)

    def listen(self) -> None:
        """Let each cell be told of what it reads, once all are there."""
        for cell in self.all_cells():
            if cell.clock or cell.language:
                self.outside.append(cell)
            home = cell.home
            for target, anchor, rows, _, own in cell.depends:
                below = () if home.single else home.chain()[anchor.depth + 1 :]
                many = any(spot.repeats for spot in below)
                reader, number = Reader(anchor, cell, many), target.number
                if own:
                    self.place_readers.setdefault(number, []).append(reader)
                    continue
                if not rows:
                    self.readers.setdefault(number, []).append(reader)
                self.row_readers.setdefault(number, []).append(reader)


def stated(definition: Group | Question) -> Iterator[tuple[str, str]]:
    """Go through the expressions of a node, each with its aspect."""
    if definition.bind is not NO_BIND:
        for aspect, words in zip(Bind._fields, definition.bind, strict=True):
            if words:
                yield aspect, words
    if isinstance(definition, Group):
        if definition.count:
            yield "count", definition.count
    elif definition.itemset is not None:
        yield "choices", definition.itemset.nodeset


def build(
    spots: list[Spot],
    actions: Sequence[Action],
    instances: Collection[str],
    outputs: Callable[[Group | Question], Iterable[str]],
    known: Callable[[str], bool],
) -> Program:
    """Compile a form's expressions; what does not compile is in `faults`.

    `outputs` gives the expressions that are filled in in a node's texts, in any language;
    `known` tells whether there is a text of an id.
    """
    program = Program(spots)
    compiler = _Builder(program, instances, known)
    for spot in spots:
        compiler.spot(spot, outputs(spot.definition))
    for action in actions:
        compiler.action(action)
    if not program.faults:
        _rank(program)
    program.listen()
    return program


class _Builder:
    def __init__(
        self, program: Program, instances: Collection[str], known: Callable[[str], bool]
    ) -> None:
        self.program = program
        self.instances = instances
        self.known = known
        self.count = 0
        # The same words often stand at many nodes; they are parsed once.
        self.trees: dict[str, Tree] = {}

    def spot(self, spot: Spot, outputs: Iterable[str]) -> None:
        for aspect, words in stated(spot.definition):
            if aspect == "choices":
                self.choices(spot)
            else:
                self.value(spot, aspect, words)
        self.text(spot, outputs)

    def value(self, spot: Spot, aspect: str, words: str) -> None:
        made = self.compiled(words, spot, spot.path, aspect)
        if made is not None:
            self.add(spot, aspect, made).evaluate = made.evaluate

    def text(self, spot: Spot, outputs: Iterable[str]) -> None:
        made = []
        for words in dict.fromkeys(outputs):
            output = self.compiled(words, spot, spot.path, "label")
            if output is not None:
                self.program.outputs[spot.number, words] = output
                made.append(output)
        if made:
            read = Nodes(
                fetch=lambda _: [],
                depends=frozenset(each for one in made for each in one.depends),
                clock=any(one.clock for one in made),
                language=any(one.language for one in made),
            )
            self.add(spot, "text", read).outputs = tuple(one.evaluate for one in made)

    def choices(self, spot: Spot) -> None:
        itemset = spot.question.itemset if spot.question else None
        if itemset is None:
            return
        try:
            made = compile_nodes(self.tree(itemset.nodeset), spot, self.instances)
            parts = [made]
            if any(read.target.repeats for read in made.depends):
                # Rows of the interview, whose names and labels are answers that may change.
                parts += [
                    compile_nodes(f"{itemset.nodeset}/{way}", spot, self.instances)
                    for way in (itemset.value, itemset.label)
                ]
        except ExpressionError as error:
            self.program.faults.append(Fault(spot.path, "choices", error))
            return
        depends = frozenset(each for part in parts for each in part.depends)
        self.add(spot, "choices", made._replace(depends=depends)).fetch = made.fetch

    def action(self, action: Action) -> None:
        program = self.program
        target = program.by_path.get(action.target)
        if target is None:
            error = ExpressionError(mark("There is no node {path} to set."), path=action.target)
            program.faults.append(Fault(action.target, "default", error))
            return
        made = self.compiled(action.value or "''", target, target.path, "default")
        if made is None:
            return
        program.hang(action, Setting(target, made))

    def compiled(self, words: str, owner: Spot, path: str, aspect: str) -> Expression | None:
        try:
            made = compile_expression(self.tree(words), owner, self.instances)
            for name in sorted(made.texts):
                self.check(name)
        except ExpressionError as error:
            self.program.faults.append(Fault(path, aspect, error))
            return None
        return made

    def check(self, name: str) -> None:
        if not self.known(name):
            raise ExpressionError(
                mark("There is no text {name}."),
                remedy=mark("give the id of a text that the form has."),
                name=name,
            )

    def tree(self, words: str) -> Tree:
        if words not in self.trees:
            self.trees[words] = grammar.parse(words)
        return self.trees[words]

    def add(self, spot: Spot, aspect: str, made: Expression | Nodes) -> Cell:
        cell = Cell(self.count, spot, aspect, made.depends, made.clock, made.language)
        self.count += 1
        self.program.add(cell)
        return cell


# Ranks


def _rank(program: Program) -> None:
    done: set[int] = set()
    for start in program.all_cells():
        if start.number in done:
            continue
        # Depth first, without recursion: chains of calculations may be thousands long.
        trail: list[Cell] = [start]
        on_trail = {start.number}
        waiting = [before(program, start)]
        while trail:
            cell, following = trail[-1], next(waiting[-1], None)
            if following is None:
                trail.pop()
                waiting.pop()
                on_trail.discard(cell.number)
                done.add(cell.number)
                if trail:
                    trail[-1].rank = max(trail[-1].rank, cell.rank + 1)
            elif following.number in on_trail:
                circle = trail[trail.index(following) :]
                program.faults.append(_cycle(circle))
                return
            elif following.number in done:
                cell.rank = max(cell.rank, following.rank + 1)
            else:
                trail.append(following)
                on_trail.add(following.number)
                waiting.append(before(program, following))


def before(program: Program, cell: Cell) -> Iterator[Cell]:
    """Go through the cells that decide what a cell reads."""
    # Which rows there are comes before what is computed for each.
    around: Spot | None = cell.home
    while around is not None:
        counted = program.of(around).get("count")
        if counted is not None:
            yield counted
        around = around.parent
    for dependency in cell.depends:
        if dependency.other or (cell.aspect == "constraint" and dependency.target is cell.spot):
            continue
        spot: Spot | None = dependency.target
        aspects: tuple[str, ...] = ("count",) if dependency.rows else _VISIBLE
        while spot is not None:
            cells = program.of(spot)
            yield from (cells[aspect] for aspect in aspects if aspect in cells)
            aspects = ("count",) if dependency.rows else _INHERITED
            spot = spot.parent


def _cycle(circle: Sequence[Cell]) -> Fault:
    names = [cell.spot.name for cell in circle]
    error = ExpressionError(
        mark("It depends on itself, round a circle: {circle}."),
        remedy=mark("let one of these not refer to the next."),
        circle=" → ".join([*names, names[0]]),
    )
    return Fault(circle[0].spot.path, circle[0].aspect, error, "circle")

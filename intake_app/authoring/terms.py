"""What an expression compares: the node that a path means, constants, and what has one value.

A *term* is a part of an expression that has the same value wherever it is written at the same
place, such as `${age}` or `string-length(.)`: two conditions on one term can contradict.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import partial

from intake_app.authoring.outcomes import outcomes
from intake_app.authoring.possible import TESTS, Possible
from intake_app.errors import FormError
from intake_app.interview import functions, grammar
from intake_app.interview.definition import Question, Table
from intake_app.interview.form import Form
from intake_app.interview.grammar import (
    Binary,
    Call,
    Filtered,
    Literal,
    Negative,
    Number,
    Path,
    Step,
    Tree,
)
from intake_app.interview.spot import Spot
from intake_app.interview.values import Scalar, number

#: Types whose values are numbers or dates, which compare as numbers.
NUMBERS = frozenset({"int", "decimal", "date", "dateTime"})

_ARITHMETIC = frozenset(functions.ARITHMETIC)
_COUNTS = frozenset({"string-length", "count", "count-non-empty", "count-selected", "position"})
_NUMERIC = _COUNTS | {"number", "int", "round", "floor", "ceiling", "abs", "sqrt", "sum", "pow"}
_NUMERIC |= {"max", "min", "decimal-date-time", "today"}
_TEXTS = frozenset({"concat", "join", "normalize-space", "selected-at", "string", "substr"})
_TEXTS |= {"substring-after", "substring-before", "translate"}
_ALIKE = _NUMERIC | _TEXTS | {"selected", "contains", "starts-with", "ends-with", "format-date"}


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression that has one value: by what it is known, and what it may be."""

    key: Hashable
    possible: Possible
    spot: Spot | None = None


def parsed(words: str) -> Tree | None:
    """Parse an expression; None where it is blank or does not parse, which compiling says."""
    try:
        return grammar.parse(words) if words else None
    except FormError:
        return None


def inside(tree: Tree) -> tuple[Tree, ...]:
    """Return the parts of an expression, without what stands in predicates."""
    match tree:
        case Binary(_, left, right):
            return (left, right)
        case Negative(operand) | Filtered(operand, _):
            return (operand,)
        case Call(_, arguments):
            return arguments
        case Path(start, _) if start is not None and not isinstance(start, str):
            return (start,)
    return ()


def predicates(tree: Tree) -> tuple[Tree, ...]:
    """Return the predicates that stand right at a path or after an expression."""
    match tree:
        case Filtered(_, found):
            return found
        case Path(_, steps):
            return tuple(one for step in steps for one in step.predicates)
    return ()


def walk(tree: Tree, at: Spot | None) -> Iterator[tuple[Tree, Spot | None]]:
    """Go through all parts of an expression, each with the spot that `.` means there.

    Inside a predicate `.` means what is filtered, which is known to be no spot of the form.
    """
    yield tree, at
    for part in inside(tree):
        yield from walk(part, at)
    for part in predicates(tree):
        yield from walk(part, None)


def node(path: Tree, owner: Spot, at: Spot | None) -> Spot | None:
    """Return the spot of the one node that a path means, None where it may mean others."""
    if not isinstance(path, Path):
        return None
    spot, steps = _start(path, owner, at)
    own = owner.chain() if path.start == "/" else []
    for left, step in zip(range(len(steps) - 1, -1, -1), steps, strict=True):
        if spot is None or step.predicates:
            return None
        spot = _reached(spot, step)
        # The own row, unless the repeat itself is meant, which means all its rows.
        all_rows = spot is not None and spot.repeats and not (spot in own and left)
        if all_rows and step.axis == "child":
            return None
    return spot


def _start(path: Path, owner: Spot, at: Spot | None) -> tuple[Spot | None, tuple[Step, ...]]:
    match path.start:
        case None:
            return at, path.steps
        case Call("current", ()):
            return owner, path.steps
        case "/":
            root = owner.chain()[0]
            known = path.steps and path.steps[0] == Step("child", root.name)
            return (root if known else None), path.steps[1:]
    return None, path.steps


def _reached(spot: Spot, step: Step) -> Spot | None:
    if step.axis == "child":
        return spot.children.get(step.name)
    if step.name != "*":
        return None
    return {"parent": spot.parent, "self": spot}.get(step.axis)


def constant(tree: Tree) -> Scalar | None:
    """Return the value of an expression that is the same whatever is answered; None otherwise."""
    made: Scalar | None = None
    match tree:
        case Number(held) | Literal(held) | Call("date" | "string", (Literal(held),)):
            made = held
        case Call("number", (Literal(held),)):
            made = number(held)
        case Negative(operand):
            inner = constant(operand)
            made = -inner if isinstance(inner, float) else None
        case Call("true" | "false", ()):
            made = tree.name == "true"
        case Binary(sign, left, right):
            made = _result(sign, constant(left), constant(right))
    return made


def _result(sign: str, left: Scalar | None, right: Scalar | None) -> Scalar | None:
    if left is None or right is None:
        return None
    if sign in TESTS:
        return TESTS[sign](left, right)
    return functions.ARITHMETIC[sign](number(left), number(right)) if sign in _ARITHMETIC else None


class Terms:
    """The terms of one form's expressions."""

    def __init__(self, form: Form) -> None:
        """Take the form."""
        self.form = form
        program = form.program
        settings = [*program.first_load]
        for group in (program.new_row, program.on_change):
            settings.extend(one for held in group.values() for one in held)
        self.set = {setting.target.number for setting in settings}
        self._nodes: dict[int, Possible] = {}

    def of(self, tree: Tree, owner: Spot, at: Spot | None) -> Term | None:
        """Return an expression as a term, None where it is none."""
        spot = node(tree, owner, at)
        if spot is not None:
            # A partial date is compared as far as it is known: it can be before and after another.
            if spot.question is None or spot.question.type == "partial-date":
                return None
            return Term(spot.number, self.node(spot), spot)
        if isinstance(tree, Path | Filtered):
            return None
        key, made = self._key(tree, owner, at), None
        match tree:
            case Call("count-selected", (argument,)):
                made = self._count(node(argument, owner, at))
            case Call(name, _) if name in _COUNTS:
                made = Possible("number", numeric=True, low=0.0, whole=True)
            case Call("abs" | "sqrt", _):
                made = Possible("number", low=0.0)
            case Call(name, _) if name in _NUMERIC:
                made = Possible("number")
            case Call(name, _) if name in _TEXTS:
                made = Possible("text")
            case Binary(sign, _, _) if sign in _ARITHMETIC:
                made = Possible("number")
        return None if key is None or made is None else Term(key, made)

    def node(self, spot: Spot) -> Possible:
        """Return what a node may be before anything is known of it."""
        if spot.number not in self._nodes:
            self._nodes[spot.number] = self._node(spot)
        return self._nodes[spot.number]

    def names(self, question: Question) -> frozenset[str] | None:
        """Return the names that a select's list has, None where that cannot be known."""
        table = self.table(question)
        if table is None or question.itemset is None or question.itemset.value not in table.columns:
            return None
        at = table.columns.index(question.itemset.value)
        return frozenset(row[at] or "" for row in table.rows) - {""}

    def table(self, question: Question) -> Table | None:
        """Return the list of a select, None where it has none with rows."""
        found = self.list_of(question)
        table = self.form.instances.get(found) if found else None
        return table if isinstance(table, Table) and table.rows else None

    def list_of(self, question: Question) -> str:
        """Return the name of the list of a select, blank where it has none."""
        tree = parsed(question.itemset.nodeset) if question.itemset else None
        while isinstance(tree, Call | Filtered | Path) and tree != Call("instance", ()):
            match tree:
                case Call("instance", (Literal(name),)):
                    return name
                case Call("randomize", arguments) if arguments:
                    tree = arguments[0]
                case Filtered(operand, _):
                    tree = operand
                case Path(start, _) if not isinstance(start, str):
                    tree = start
                case _:
                    return ""
        return ""

    def _node(self, spot: Spot) -> Possible:
        question, made = spot.question, Possible("any")
        if question is None:
            return made
        if self._filled(spot, question):
            found = self.outcomes(spot)
            return made if found is None else Possible("text", values=found)
        names = self.names(question) if question.itemset else None
        match question.kind, question.type:
            case "select_one", _ if names is not None:
                made = Possible("text", values=names | {"", question.default})
            case "select_multiple" | "rank", _:
                known = None if names is None else names | {*question.default.split()}
                made = Possible("many", names=known)
            case _, "acknowledge":
                made = Possible("text", values=frozenset({"", "OK", question.default}))
            case _, "string" | "code" | "barcode":
                made = Possible("text")
            case _, kind if kind in NUMBERS:
                made = Possible("number", whole=kind == "int")
        return made

    def outcomes(self, spot: Spot) -> frozenset[Scalar] | None:
        """Return what a calculation can give, where nothing else gives it its value."""
        question = spot.question
        if question is None or question.kind != "calculate" or question.preload:
            return None
        tree = parsed(question.bind.calculate)
        if tree is None or spot.number in self.set or question.type not in {"string", *NUMBERS}:
            return None
        found = outcomes(tree, question.type)
        # What is not relevant reads as blank.
        always = not any(one.definition.bind.relevant for one in spot.chain())
        return found if found is None or always else found | {""}

    def _filled(self, spot: Spot, question: Question) -> bool:
        """Tell whether something else than a person may fill in a node."""
        return bool(question.bind.calculate or question.preload) or spot.number in self.set

    def _count(self, spot: Spot | None) -> Possible:
        question = spot.question if spot else None
        names = self.names(question) if question and question.kind == "select_multiple" else None
        most = float("inf") if names is None else float(len(names))
        return Possible("number", numeric=True, low=0.0, high=most, whole=True)

    def _key(self, tree: Tree, owner: Spot, at: Spot | None) -> Hashable:
        """Return by what an expression's value is known; None where it may change by itself."""
        key = partial(self._key, owner=owner, at=at)
        made: tuple[Hashable, ...] = (None,)
        match tree:
            case Number() | Literal():
                made = (tree,)
            case Path() if (spot := node(tree, owner, at)) is not None:
                made = (spot.number,)
            case Path() if at is not None and self._alike(tree, at):
                # What finds several nodes finds the same ones only from the same place.
                made = (owner.number, at.number, tree)
            case Binary(sign, left, right):
                made = (sign, key(left), key(right))
            case Negative(operand):
                made = ("-", key(operand))
            case Call(name, arguments) if name in _ALIKE:
                made = (name, *map(key, arguments))
        return None if None in made else made

    def _alike(self, tree: Tree, at: Spot) -> bool:
        calls = (part for part, _ in walk(tree, at) if isinstance(part, Call))
        return all(call.name in {*_ALIKE, "current", "instance"} for call in calls)

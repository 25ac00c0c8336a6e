"""Expressions to closures: each is resolved once, at load, with the nodes that it depends on.

A path is resolved against the form before there are answers. As in JavaRosa, an absolute path
into a repeat that the expression stands in means the own row; the last step, where it is the
repeat itself, means all of its rows.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from intake_app.errors import ExpressionError
from intake_app.interview import dates, functions, grammar, values
from intake_app.interview.grammar import (
    Binary,
    Call,
    Filtered,
    Literal,
    Negative,
    Number,
    Path,
    Tree,
)
from intake_app.interview.instance import Branch, Item
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Value
from intake_app.words import mark


class World(Protocol):
    """What an expression may ask of the interview that it runs in."""

    @property
    def singles(self) -> Mapping[int, Item]:
        """The items of spots outside repeats, by the spots' numbers."""
        ...

    @property
    def version(self) -> str:
        """The form's version."""
        ...

    def today(self) -> date:
        """Return the date where the device is."""
        ...

    def now(self) -> datetime:
        """Return the moment, in the zone where the device is."""
        ...

    def random(self) -> float:
        """Return a random number from 0 up to 1."""
        ...

    def instance(self, name: str) -> Branch:
        """Return the document of a secondary instance."""
        ...

    def itext(self, key: str, item: Item) -> str:
        """Return a text in the interview's language."""
        ...

    def choice_label(self, item: Item, name: str) -> str:
        """Return the label of a choice of a question; blank where it is not offered."""
        ...

    def names(self) -> dates.Names:
        """Return the names of months and days in the interview's language."""
        ...


@dataclass(slots=True)
class Context:
    """Where an expression is evaluated: the node it is about, and the item it belongs to."""

    world: World
    here: Node
    origin: Item
    position: int = 1
    size: int = 1


Evaluate = Callable[[Context], Value]
Fetch = Callable[[Context], list[Node]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """What an expression reads: the items at `target` that share the `anchor` with its own.

    `rows`: only which rows there are. `other`: rows picked by a predicate in a repeat that the
    expression itself stands in, as a running total does; that is no cycle in the form.
    """

    target: Spot
    anchor: Spot
    rows: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    evaluate: Evaluate
    depends: frozenset[Dependency]
    clock: bool
    language: bool


@dataclass(frozen=True, slots=True)
class _Scope:
    """The context as far as the form tells: a spot, or (None) a node that is not the form's."""

    spot: Spot | None
    anchor: Spot
    other: bool = False


@dataclass(slots=True)
class _Route:
    """A path while it is resolved: one way up and down as long as it can be only one node."""

    spots: list[Spot] | None
    anchor: Spot
    other: bool
    from_origin: bool
    ups: int = 0
    downs: list[str] = field(default_factory=list)
    fetch: Fetch | None = None


def compile_expression(words: str, owner: Spot, instances: Collection[str]) -> Expression:
    """Compile an expression that stands at a spot; ExpressionError says what is wrong."""
    compiler = _Compiler(owner, instances)
    evaluate = compiler.value(grammar.parse(words), _Scope(owner, owner))
    return Expression(evaluate, frozenset(compiler.depends), compiler.clock, compiler.language)


def compile_nodes(
    words: str, owner: Spot, instances: Collection[str]
) -> tuple[Fetch, frozenset[Dependency]]:
    """Compile an expression that finds nodes, such as the items of a choice list."""
    compiler = _Compiler(owner, instances)
    fetch, _ = compiler.nodes(grammar.parse(words), _Scope(owner, owner))
    return fetch, frozenset(compiler.depends)


class _Compiler:
    def __init__(self, owner: Spot, instances: Collection[str]) -> None:
        self.owner = owner
        self.root = owner.chain()[0]
        self.instances = instances
        self.depends: set[Dependency] = set()
        self.clock = False
        self.language = False

    # Values

    def value(self, tree: Tree, scope: _Scope) -> Evaluate:
        match tree:
            case Number(held) | Literal(held):
                return lambda _: held
            case Negative(operand):
                inner = self.value(operand, scope)
                return lambda c: -values.number(inner(c))
            case Binary("|", _, _) | Filtered():
                return self.nodes(tree, scope)[0]
            case Binary(operator, left, right):
                return _operation(operator, self.value(left, scope), self.value(right, scope))
            case Call():
                return self.call(tree, scope)
            case Path():
                return self.path_value(tree, scope)

    def path_value(self, tree: Path, scope: _Scope) -> Evaluate:
        if tree.steps and tree.steps[-1].axis == "attribute":
            fetch, _ = self.nodes(Path(tree.start, tree.steps[:-1]), scope)
            name = tree.steps[-1].name
            return lambda c: next((node.attribute(name) for node in fetch(c)), "")
        route = self.route(tree, scope)
        self.reads(route)
        if route.fetch is None:
            return _one_value(self.one(route))
        fetch = route.fetch
        return lambda c: [node for node in fetch(c) if node.relevant]

    def call(self, tree: Call, scope: _Scope) -> Evaluate:
        special = getattr(self, "call_" + tree.name.replace("-", "_").replace(":", "_"), None)
        if special is not None:
            least, most = functions.SPECIAL[tree.name]
            functions.check_arity(tree.name, len(tree.arguments), least, most)
            made: Evaluate = special(tree.arguments, scope)
            return made
        function = functions.find(tree.name, len(tree.arguments))
        self.clock |= function.clock
        self.language |= function.language
        arguments = [
            self.nodes(argument, scope)[0]
            if function.nodes and isinstance(argument, Path | Filtered)
            else self.value(argument, scope)
            for argument in tree.arguments
        ]
        if function.prepare is not None:
            function.prepare(*(a.value if isinstance(a, Literal) else None for a in tree.arguments))
        return _applied(function, arguments)

    # Nodes

    def nodes(self, tree: Tree, scope: _Scope) -> tuple[Fetch, _Scope]:
        """Return what fetches the relevant nodes, and where they stand."""
        match tree:
            case Path():
                route = self.route(tree, scope)
                self.reads(route)
                fetch = self.many(route)
                spot = route.spots[0] if route.spots else None
                found = _Scope(spot, route.anchor, route.other)
                return (lambda c: [node for node in fetch(c) if node.relevant]), found
            case Filtered(operand, predicates):
                fetch, found = self.nodes(operand, scope)
                return self.filtered(fetch, predicates, found), found
            case Binary("|", left, right):
                first, found = self.nodes(left, scope)
                second, _ = self.nodes(right, scope)
                return (lambda c: _union(first(c), second(c))), found
            case Call("randomize", arguments):
                functions.check_arity("randomize", len(arguments), 1, 2)
                fetch, found = self.nodes(arguments[0], scope)
                seed = self.value(arguments[1], scope) if len(arguments) > 1 else None
                return _shuffled(fetch, seed), found
            case Call("current" | "instance"):
                return self.nodes(Path(tree, ()), scope)
        raise ExpressionError(mark("A path is needed here, and this is a value."))

    def route(self, tree: Path, scope: _Scope) -> _Route:
        steps = tree.steps
        match tree.start:
            case None:
                spots = [scope.spot] if scope.spot else None
                route = _Route(spots, scope.anchor, scope.other, from_origin=False)
                if spots is None:
                    route.fetch = lambda c: [c.here]
            case "/":
                route, steps = self.absolute(steps)
            case Call("current", ()):
                route = _Route([self.owner], self.owner, other=False, from_origin=True)
            case Call("instance", (Literal(name),)):
                route = self.secondary(name, scope)
            case Call("instance", _):
                raise ExpressionError(mark("instance() takes the name of one list, in quotes."))
            case Call() | Path() | Filtered() | Binary() as start:
                fetch, found = self.nodes(start, scope)
                spots = [found.spot] if found.spot else None
                route = _Route(spots, found.anchor, found.other, from_origin=False, fetch=fetch)
            case _:
                raise ExpressionError(mark("A path cannot start with a value."))
        for step in steps:
            self.step(route, step)
        return route

    def absolute(self, steps: tuple[grammar.Step, ...]) -> tuple[_Route, tuple[grammar.Step, ...]]:
        first = steps[0]
        if first.axis == "descendant-or-self":
            return self.from_root(), steps
        if first.name not in {self.root.name, "*"}:
            raise ExpressionError(
                mark("There is no node /{name}; the form's root is /{root}."),
                name=first.name,
                root=self.root.name,
            )
        chain, shared = self.owner.chain(), 1
        for at, step in enumerate(steps[1:], 1):
            plain = step.axis == "child" and not step.predicates
            if not plain or at >= len(chain) or chain[at].name != step.name:
                break
            if chain[at].repeats and at == len(steps) - 1:
                break
            shared += 1
        spot = chain[shared - 1]
        route = _Route([spot], spot, other=False, from_origin=True)
        route.ups = self.owner.depth - spot.depth
        return route, steps[shared:]

    def from_root(self) -> _Route:
        route = _Route([self.root], self.root, other=False, from_origin=True)
        route.ups = self.owner.depth
        return route

    def secondary(self, name: str, scope: _Scope) -> _Route:
        if name not in self.instances:
            raise ExpressionError(mark("There is no list or instance named {name}."), name=name)

        def fetch(c: Context) -> list[Node]:
            return [c.world.instance(name)]

        return _Route(None, scope.anchor, scope.other, from_origin=False, fetch=fetch)

    def step(self, route: _Route, step: grammar.Step) -> None:
        if step.axis == "attribute":
            raise ExpressionError(mark("An attribute can only stand at the end of a path."))
        simple = route.fetch is None and not step.predicates and route.spots is not None
        if simple and self.simple_step(route, step):
            return
        before = self.many(route)
        origins = route.spots
        if step.axis == "child" and step.name != "*":
            name = step.name

            def after(c: Context) -> list[Node]:
                return [inner for node in before(c) for inner in node.named(name)]
        else:
            walk = _AXES[step.axis]
            wanted = step.name

            def after(c: Context) -> list[Node]:
                return _distinct(
                    [
                        reached
                        for node in before(c)
                        for reached in walk(node)
                        if wanted == "*" or _name(reached) == wanted
                    ]
                )

        if origins is not None:
            route.spots = self.static_step(origins, step)
            self.fan_out(route, step)
        if step.predicates:
            spot = route.spots[0] if route.spots else None
            after = self.filtered(after, step.predicates, _Scope(spot, route.anchor, route.other))
        route.fetch = after

    def simple_step(self, route: _Route, step: grammar.Step) -> bool:
        spot = route.spots[0] if route.spots else self.root
        if step.axis == "self" and step.name == "*":
            return True
        if step.axis == "parent" and step.name == "*":
            if spot.parent is None:
                raise ExpressionError(mark("A path goes above the root of the form."))
            if route.downs:
                route.downs.pop()
            else:
                route.ups += 1
            route.spots = [spot.parent]
            if route.anchor.depth > spot.parent.depth:
                route.anchor = spot.parent
            return True
        if step.axis == "child" and step.name != "*":
            child = self.child(spot, step.name)
            if not child.repeats:
                route.downs.append(step.name)
                route.spots = [child]
                return True
        return False

    def child(self, spot: Spot, name: str) -> Spot:
        child = spot.children.get(name)
        if child is None:
            raise ExpressionError(
                mark("There is no node {name} in {path}."), name=name, path=spot.path
            )
        return child

    def static_step(self, spots: list[Spot], step: grammar.Step) -> list[Spot]:
        if step.axis == "child" and step.name != "*":
            found = [spot.children[step.name] for spot in spots if step.name in spot.children]
            return found or [self.child(spots[0], step.name)]
        reached = [one for spot in spots for one in _STATIC_AXES[step.axis](spot)]
        found = [one for one in dict.fromkeys(reached) if step.name in {"*", one.name}]
        if not found:
            raise ExpressionError(
                mark("There is no node {name} in {path}."), name=step.name, path=spots[0].path
            )
        return found

    def fan_out(self, route: _Route, step: grammar.Step) -> None:
        own = set(self.owner.chain())
        for spot in route.spots or ():
            while route.anchor not in spot.chain():
                if route.anchor.parent is None:
                    break
                route.anchor = route.anchor.parent
            if spot.repeats:
                self.depends.add(Dependency(spot, route.anchor, rows=True))
                if step.predicates and spot in own:
                    route.other = True

    def one(self, route: _Route) -> Callable[[Context], Item]:
        spot = (route.spots or [self.root])[0]
        if not spot.repeated():
            number = spot.number
            return lambda c: c.world.singles[number]
        ups, downs, from_origin = route.ups, tuple(route.downs), route.from_origin

        def find(c: Context) -> Item:
            item = c.origin if from_origin or not isinstance(c.here, Item) else c.here
            for _ in range(ups):
                item = item.up or item
            for name in downs:
                item = item.children[name]
            return item

        return find

    def many(self, route: _Route) -> Fetch:
        if route.fetch is not None:
            return route.fetch
        one = self.one(replace(route, downs=list(route.downs)))
        return lambda c: [one(c)]

    def reads(self, route: _Route) -> None:
        for spot in route.spots or ():
            self.depends.add(Dependency(spot, route.anchor, other=route.other))

    def filtered(self, fetch: Fetch, predicates: tuple[Tree, ...], scope: _Scope) -> Fetch:
        for predicate in predicates:
            fetch = _filter(fetch, self.value(predicate, scope))
        return fetch

    # Functions that need more than the values of their arguments

    def call_if(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        test, then, otherwise = (self.value(argument, scope) for argument in arguments)
        return lambda c: then(c) if values.truth(test(c)) else otherwise(c)

    def call_coalesce(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        options = [self.value(argument, scope) for argument in arguments]

        def coalesce(c: Context) -> Value:
            return next((got for option in options if values.text(got := option(c))), "")

        return coalesce

    def call_once(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        inner = self.value(arguments[0], scope)
        # Reading what it gave before is what makes it happen once; it is no cycle.
        self.depends = {d for d in self.depends if d.target is not self.owner or d.rows}
        return lambda c: c.origin.raw or inner(c)

    def call_current(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        return self.path_value(Path(Call("current", arguments), ()), scope)

    def call_instance(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        return self.nodes(Call("instance", arguments), scope)[0]

    def call_randomize(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        return self.nodes(Call("randomize", arguments), scope)[0]

    def call_last(self, _arguments: tuple[Tree, ...], _scope: _Scope) -> Evaluate:
        return lambda c: float(c.size)

    def call_position(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        if not arguments:
            return lambda c: float(c.position)
        if not isinstance(arguments[0], Path):
            raise ExpressionError(mark("position() takes a path, such as `..`."))
        route = self.route(arguments[0], scope)
        for spot in route.spots or ():
            row = next((one for one in reversed(spot.chain()) if one.repeats), spot)
            self.depends.add(Dependency(row, route.anchor, rows=True))
        fetch = self.many(route)
        return lambda c: _position(fetch(c))

    def call_indexed_repeat(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        if len(arguments) % 2 == 0:
            raise ExpressionError(
                mark("indexed-repeat() takes a node, then pairs of a repeat and a number.")
            )
        target = self.static(arguments[0], scope)
        wanted = {
            self.static(repeat, scope): self.value(index, scope)
            for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True)
        }
        chain, own = target.chain(), self.owner.chain()
        shared = 0
        while (
            shared < min(len(chain), len(own))
            and chain[shared] is own[shared]
            and chain[shared] not in wanted
        ):
            shared += 1
        anchor, downs = chain[shared - 1], chain[shared:]
        for repeat in wanted:
            if repeat not in chain or not repeat.repeats:
                raise ExpressionError(
                    mark("{path} is no repeat around {name}."), path=repeat.path, name=target.name
                )
            self.depends.add(Dependency(repeat, anchor, rows=True))
        other = any(repeat in own for repeat in wanted)
        self.depends.add(Dependency(target, anchor, other=other))

        def pick(c: Context) -> Value:
            found: list[Item] = [c.origin.above(anchor)]
            for spot in downs:
                if not spot.repeats:
                    found = [item.children[spot.name] for item in found]
                    continue
                found = [row for item in found for row in item.rows[spot.name]]
                if spot in wanted:
                    index = values.number(wanted[spot](c))
                    found = [row for row in found if row.position == index]
            return found[0].value if found else ""

        return pick

    def static(self, tree: Tree, scope: _Scope) -> Spot:
        if isinstance(tree, Path):
            kept, self.depends = self.depends, set()
            route = self.route(tree, scope)
            self.depends = kept
            if route.spots:
                return route.spots[0]
        raise ExpressionError(mark("A path to a node of the form is needed here."))

    def call_jr_choice_name(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        chosen = self.value(arguments[0], scope)
        if not isinstance(arguments[1], Literal):
            raise ExpressionError(
                mark("jr:choice-name() takes the question's path in quotes, as its second part.")
            )
        path = grammar.parse(arguments[1].value)
        if not isinstance(path, Path):
            raise ExpressionError(mark("A path to a node of the form is needed here."))
        route = self.route(path, scope)
        self.reads(route)
        fetch = self.many(route)
        self.language = True

        def label(c: Context) -> Value:
            name = values.text(chosen(c))
            question = next((node for node in fetch(c) if isinstance(node, Item)), None)
            return c.world.choice_label(question, name) if question and name else ""

        return label

    def call_jr_itext(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        key = self.value(arguments[0], scope)
        self.language = True
        return lambda c: c.world.itext(values.text(key(c)), c.origin)

    def call_pulldata(self, arguments: tuple[Tree, ...], scope: _Scope) -> Evaluate:
        name, wanted, column = (
            argument.value if isinstance(argument, Literal) else "" for argument in arguments[:3]
        )
        key = self.value(arguments[3], scope)
        self.secondary(name, scope)

        def pull(c: Context) -> Value:
            sought = values.text(key(c))
            for root in c.world.instance(name).all():
                for row in root.all():
                    if any(node.text == sought for node in row.named(column)):
                        return next((node.text for node in row.named(wanted)), "")
            return ""

        return pull


# What closures are made of


def _operation(operator: str, left: Evaluate, right: Evaluate) -> Evaluate:
    match operator:
        case "or":
            return lambda c: values.truth(left(c)) or values.truth(right(c))
        case "and":
            return lambda c: values.truth(left(c)) and values.truth(right(c))
        case "=":
            return lambda c: values.equal(left(c), right(c))
        case "!=":
            return lambda c: values.unequal(left(c), right(c))
        case "<":
            return lambda c: values.ordered(left(c), right(c), _less)
        case "<=":
            return lambda c: values.ordered(left(c), right(c), _at_most)
        case ">":
            return lambda c: values.ordered(right(c), left(c), _less)
        case ">=":
            return lambda c: values.ordered(right(c), left(c), _at_most)
    arithmetic = functions.ARITHMETIC[operator]
    return lambda c: arithmetic(values.number(left(c)), values.number(right(c)))


def _less(low: float, high: float) -> bool:
    return low < high


def _at_most(low: float, high: float) -> bool:
    return low <= high


def _one_value(one: Callable[[Context], Item]) -> Evaluate:
    return lambda c: one(c).value


def _applied(function: functions.Function, arguments: list[Evaluate]) -> Evaluate:
    call = function.call
    if function.world:
        return lambda c: call(c.world, *[argument(c) for argument in arguments])
    match arguments:
        case [only]:
            return lambda c: call(only(c))
        case [first, second]:
            return lambda c: call(first(c), second(c))
    return lambda c: call(*[argument(c) for argument in arguments])


def _filter(fetch: Fetch, test: Evaluate) -> Fetch:
    def keep(c: Context) -> list[Node]:
        candidates = fetch(c)
        kept = []
        for position, node in enumerate(candidates, 1):
            got = test(Context(c.world, node, c.origin, position, len(candidates)))
            counted = isinstance(got, float | int) and not isinstance(got, bool)
            if got == position if counted else values.truth(got):
                kept.append(node)
        return kept

    return keep


def _shuffled(fetch: Fetch, seed: Evaluate | None) -> Fetch:
    def shuffle(c: Context) -> list[Node]:
        start = c.world.random() * 2**31 if seed is None else values.number(seed(c))
        return functions.shuffled(fetch(c), start)

    return shuffle


def _union(first: list[Node], second: list[Node]) -> list[Node]:
    return _distinct([*first, *second])


def _distinct(nodes: list[Node]) -> list[Node]:
    return list({id(node): node for node in nodes}.values())


def _position(nodes: list[Node]) -> float:
    node = nodes[0] if nodes else None
    while isinstance(node, Item):
        if node.spot.repeats:
            return float(node.position)
        node = node.up
    return 1.0


def _name(node: Node) -> str:
    return node.spot.name if isinstance(node, Item) else str(getattr(node, "name", ""))


def _within(node: Node) -> list[Node]:
    return [reached for inner in node.all() for reached in [inner, *_within(inner)]]


def _around(node: Node) -> list[Node]:
    return [node.up, *_around(node.up)] if node.up is not None else []


def _siblings(node: Node, *, after: bool) -> list[Node]:
    around = node.up.all() if node.up is not None else [node]
    at = next((at for at, one in enumerate(around) if one is node), 0)
    return around[at + 1 :] if after else around[:at]


_AXES: Mapping[str, Callable[[Node], list[Node]]] = {
    "child": lambda node: node.all(),
    "parent": lambda node: [node.up] if node.up is not None else [],
    "self": lambda node: [node],
    "descendant": _within,
    "descendant-or-self": lambda node: [node, *_within(node)],
    "ancestor": _around,
    "ancestor-or-self": lambda node: [node, *_around(node)],
    "following-sibling": lambda node: _siblings(node, after=True),
    "preceding-sibling": lambda node: _siblings(node, after=False),
}
_STATIC_AXES: Mapping[str, Callable[[Spot], list[Spot]]] = {
    "child": lambda spot: list(spot.children.values()),
    "parent": lambda spot: [spot.parent] if spot.parent else [],
    "self": lambda spot: [spot],
    "descendant": lambda spot: list(spot.subtree())[1:],
    "descendant-or-self": lambda spot: list(spot.subtree()),
    "ancestor": lambda spot: spot.chain()[:-1],
    "ancestor-or-self": lambda spot: spot.chain(),
    "following-sibling": lambda spot: list(spot.parent.children.values()) if spot.parent else [],
    "preceding-sibling": lambda spot: list(spot.parent.children.values()) if spot.parent else [],
}

"""Expressions to closures: each is compiled once, at load, with what it depends on."""

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from intake_app.errors import ExpressionError
from intake_app.interview import functions, grammar, values
from intake_app.interview.context import Context, Dependency, Evaluate, Fetch, One
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
from intake_app.interview.instance import Item
from intake_app.interview.paths import Paths, Scope, distinct
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Value
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    evaluate: Evaluate
    depends: frozenset[Dependency]
    clock: bool
    language: bool


@dataclass(frozen=True, slots=True)
class Nodes:
    """A compiled expression that finds nodes."""

    fetch: Fetch
    depends: frozenset[Dependency]
    clock: bool
    language: bool


def compile_expression(words: str | Tree, owner: Spot, instances: Collection[str]) -> Expression:
    """Compile an expression that stands at a spot; ExpressionError says what is wrong.

    One that stands at many spots may be given as the tree that it was parsed into.
    """
    compiler = _Compiler(owner, instances)
    tree = grammar.parse(words) if isinstance(words, str) else words
    evaluate = compiler.value(tree, Scope(owner, owner))
    return Expression(
        evaluate, frozenset(compiler.paths.depends), compiler.clock, compiler.language
    )


def compile_nodes(words: str | Tree, owner: Spot, instances: Collection[str]) -> Nodes:
    """Compile an expression that finds nodes, such as the items of a choice list."""
    compiler = _Compiler(owner, instances)
    tree = grammar.parse(words) if isinstance(words, str) else words
    fetch, _ = compiler.nodes(tree, Scope(owner, owner))
    return Nodes(fetch, frozenset(compiler.paths.depends), compiler.clock, compiler.language)


_Apply = Callable[[Value, Context], Value]


class _Compiler:
    def __init__(self, owner: Spot, instances: Collection[str]) -> None:
        self.paths = Paths(owner, instances, self.value, self.nodes)
        self.clock = False
        self.language = False

    # Values

    def value(self, tree: Tree, scope: Scope) -> Evaluate:
        match tree:
            case Number(held) | Literal(held):
                return lambda _: held
            case Negative(operand):
                inner = self.value(operand, scope)
                return lambda c: -values.number(inner(c))
            case Binary("|", _, _) | Filtered():
                return self.nodes(tree, scope)[0]
            case Binary():
                return self.chain(tree, scope)
            case Call():
                return self.call(tree, scope)
            case Path():
                return self.path_value(tree, scope)

    def chain(self, tree: Tree, scope: Scope) -> Evaluate:
        """Compile what stands between operators one after the other, however many there are."""
        rest: list[_Apply] = []
        while isinstance(tree, Binary) and tree.operator != "|":
            rest.append(_operation(tree.operator, self.value(tree.right, scope)))
            tree = tree.left
        rest.reverse()
        return _chained(self.value(tree, scope), rest)

    def path_value(self, tree: Path, scope: Scope) -> Evaluate:
        if tree.steps and tree.steps[-1].axis == "attribute":
            fetch, _ = self.nodes(Path(tree.start, tree.steps[:-1]), scope)
            name = tree.steps[-1].name
            return lambda c: next((node.attribute(name) for node in fetch(c)), "")
        route = self.paths.route(tree, scope)
        self.paths.reads(route)
        if route.fetch is None:
            return _one_value(self.paths.one(route))
        fetch = route.fetch
        return lambda c: [node for node in fetch(c) if node.relevant]

    def call(self, tree: Call, scope: Scope) -> Evaluate:
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
            if function.only_nodes or (function.nodes and isinstance(argument, Path | Filtered))
            else self.value(argument, scope)
            for argument in tree.arguments
        ]
        if function.prepare is not None:
            function.prepare(*(a.value if isinstance(a, Literal) else None for a in tree.arguments))
        return _applied(function, arguments)

    # Nodes

    def nodes(self, tree: Tree, scope: Scope) -> tuple[Fetch, Scope]:
        """Return what fetches the relevant nodes, and where they stand."""
        match tree:
            case Path():
                route = self.paths.route(tree, scope)
                self.paths.reads(route)
                fetch = self.paths.many(route)
                spot = route.spots[0] if route.spots else None
                found = Scope(spot, route.anchor, route.other)
                return (lambda c: [node for node in fetch(c) if node.relevant]), found
            case Filtered(operand, predicates):
                fetch, found = self.nodes(operand, scope)
                return self.paths.filtered(fetch, predicates, found), found
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

    # Functions that need more than the values of their arguments

    def call_if(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        test, then, otherwise = (self.value(argument, scope) for argument in arguments)
        return lambda c: then(c) if values.truth(test(c)) else otherwise(c)

    def call_coalesce(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        options = [self.value(argument, scope) for argument in arguments]

        def coalesce(c: Context) -> Value:
            return next((got for option in options if values.text(got := option(c))), "")

        return coalesce

    def call_once(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        inner = self.value(arguments[0], scope)
        # Reading what it gave before is what makes it happen once; it is no cycle.
        self.paths.depends = {
            d for d in self.paths.depends if d.target is not self.paths.owner or d.rows
        }
        return lambda c: c.origin.kept() if c.origin.raw else inner(c)

    def call_current(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        return self.path_value(Path(Call("current", arguments), ()), scope)

    def call_instance(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        return self.nodes(Call("instance", arguments), scope)[0]

    def call_randomize(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        return self.nodes(Call("randomize", arguments), scope)[0]

    def call_last(self, _arguments: tuple[Tree, ...], _scope: Scope) -> Evaluate:
        return lambda c: float(c.size)

    def call_position(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        if not arguments:
            return lambda c: float(c.position)
        if not isinstance(arguments[0], Path):
            raise ExpressionError(mark("position() takes a path, such as `..`."))
        route = self.paths.route(arguments[0], scope)
        for spot in route.spots or ():
            row = next((one for one in reversed(spot.chain()) if one.repeats), spot)
            self.paths.depends.add(Dependency(row, route.anchor, rows=True))
        fetch = self.paths.many(route)
        return lambda c: _position(fetch(c))

    def call_indexed_repeat(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        if len(arguments) % 2 == 0:
            raise ExpressionError(
                mark("indexed-repeat() takes a node, then pairs of a repeat and a number.")
            )
        target = self.static(arguments[0], scope)
        wanted = {
            self.static(repeat, scope): self.value(index, scope)
            for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True)
        }
        chain, own = target.chain(), self.paths.owner.chain()
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
            self.paths.depends.add(Dependency(repeat, anchor, rows=True))
        other = any(repeat in own for repeat in wanted)
        self.paths.depends.add(Dependency(target, anchor, other=other))

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

    def static(self, tree: Tree, scope: Scope) -> Spot:
        if isinstance(tree, Path):
            kept, self.paths.depends = self.paths.depends, set()
            route = self.paths.route(tree, scope)
            self.paths.depends = kept
            if route.spots:
                return route.spots[0]
        raise ExpressionError(mark("A path to a node of the form is needed here."))

    def call_jr_choice_name(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        chosen = self.value(arguments[0], scope)
        if not isinstance(arguments[1], Literal):
            raise ExpressionError(
                mark("jr:choice-name() takes the question's path in quotes, as its second part.")
            )
        path = grammar.parse(arguments[1].value)
        if not isinstance(path, Path):
            raise ExpressionError(mark("A path to a node of the form is needed here."))
        route = self.paths.route(path, scope)
        self.paths.reads(route)
        fetch = self.paths.many(route)
        self.language = True

        def label(c: Context) -> Value:
            name = values.text(chosen(c))
            question = next((node for node in fetch(c) if isinstance(node, Item)), None)
            return c.world.choice_label(question, name) if question and name else ""

        return label

    def call_jr_itext(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        key = self.value(arguments[0], scope)
        self.language = True
        return lambda c: c.world.itext(values.text(key(c)), c.origin)

    def call_pulldata(self, arguments: tuple[Tree, ...], scope: Scope) -> Evaluate:
        name, wanted, column = (
            argument.value if isinstance(argument, Literal) else "" for argument in arguments[:3]
        )
        key = self.value(arguments[3], scope)
        self.paths.secondary(name, scope)

        def pull(c: Context) -> Value:
            sought = values.text(key(c))
            for root in c.world.instance(name).all():
                for row in root.all():
                    if any(node.text == sought for node in row.named(column)):
                        return next((node.text for node in row.named(wanted)), "")
            return ""

        return pull


# What closures are made of


def _operation(sign: str, right: Evaluate) -> _Apply:
    """Return what applies an operator to a value and what stands at its right."""
    if sign == "or":
        return lambda left, c: values.truth(left) or values.truth(right(c))
    if sign == "and":
        return lambda left, c: values.truth(left) and values.truth(right(c))
    compare = _COMPARISONS.get(sign)
    if compare is not None:
        return lambda left, c: compare(left, right(c))
    arithmetic = functions.ARITHMETIC[sign]
    return lambda left, c: arithmetic(values.number(left), values.number(right(c)))


def _chained(first: Evaluate, rest: list[_Apply]) -> Evaluate:
    if len(rest) == 1:
        apply = rest[0]
        return lambda c: apply(first(c), c)

    def chained(c: Context) -> Value:
        value = first(c)
        for apply in rest:
            value = apply(value, c)
        return value

    return chained


def _one_value(one: One) -> Evaluate:
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


def _shuffled(fetch: Fetch, seed: Evaluate | None) -> Fetch:
    def shuffle(c: Context) -> list[Node]:
        start = c.world.random() * 2**31 if seed is None else seed(c)
        return functions.shuffled(fetch(c), start)

    return shuffle


def _union(first: list[Node], second: list[Node]) -> list[Node]:
    return distinct([*first, *second])


def _position(nodes: list[Node]) -> float:
    node = nodes[0] if nodes else None
    while isinstance(node, Item):
        if node.spot.repeats:
            return float(node.position)
        node = node.up
    return 1.0


_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = MappingProxyType(
    {
        "=": values.equal,
        "!=": values.unequal,
        "<": lambda left, right: values.ordered(left, right, operator.lt),
        "<=": lambda left, right: values.ordered(left, right, operator.le),
        ">": lambda left, right: values.ordered(right, left, operator.lt),
        ">=": lambda left, right: values.ordered(right, left, operator.le),
    }
)

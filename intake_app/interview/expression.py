"""Expressions to closures: each is compiled once, at load, with what it depends on."""

import operator
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from intake_app.errors import ExpressionError
from intake_app.interview import axes, calls, functions, grammar, values
from intake_app.interview.context import Context, Dependency, Evaluate, Fetch, One
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
from intake_app.interview.paths import Paths, Scope
from intake_app.interview.spot import Spot
from intake_app.interview.values import Value
from intake_app.words import mark


class Expression(NamedTuple):
    """A compiled expression; `texts` are the ids of the texts that it asks for by name."""

    evaluate: Evaluate
    depends: frozenset[Dependency]
    clock: bool
    language: bool
    texts: frozenset[str] = frozenset()


class Nodes(NamedTuple):
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
    reads, texts = compiler.done(), frozenset(compiler.texts)
    return Expression(evaluate, reads, compiler.clock, compiler.language, texts)


def compile_nodes(words: str | Tree, owner: Spot, instances: Collection[str]) -> Nodes:
    """Compile an expression that finds nodes, such as the items of a choice list."""
    compiler = _Compiler(owner, instances)
    tree = grammar.parse(words) if isinstance(words, str) else words
    fetch, _ = compiler.nodes(tree, Scope(owner, owner))
    return Nodes(fetch, compiler.done(), compiler.clock, compiler.language)


_Apply = Callable[[Value, Context], Value]


class _Compiler:
    def __init__(self, owner: Spot, instances: Collection[str]) -> None:
        self.paths = Paths(owner, instances, self.value, self.nodes)
        self.clock = False
        self.language = False
        self.texts: set[str] = set()

    def done(self) -> frozenset[Dependency]:
        """Return what the expression reads, and let go of its paths.

        They know each other: by the thousand, such circles take long to be collected.
        """
        reads = frozenset(self.paths.depends)
        del self.paths
        return reads

    # Values

    def value(self, tree: Tree, scope: Scope) -> Evaluate:
        match tree:
            case Path():
                return self.path_value(tree, scope)
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

    def chain(self, tree: Tree, scope: Scope) -> Evaluate:
        """Compile what stands between operators one after the other, however many there are."""
        rest: list[_Apply] = []
        while isinstance(tree, Binary) and tree.operator != "|":
            rest.append(
                _operation(tree.operator, self.value(tree.right, scope), _constant(tree.right))
            )
            tree = tree.left
        rest.reverse()
        return _chained(self.value(tree, scope), rest)

    def path_value(self, tree: Path, scope: Scope) -> Evaluate:
        single = self.paths.single(tree)
        if single is not None:
            return lambda c: c.world.singles[single].value
        route = self.paths.route(tree, scope)
        self.paths.reads(route)
        if route.fetch is None:
            return _one_value(self.paths.one(route))
        fetch = route.fetch
        return lambda c: [node for node in fetch(c) if node.relevant]

    def call(self, tree: Call, scope: Scope) -> Evaluate:
        special = calls.compiled(self, tree, scope)
        if special is not None:
            return special
        function = functions.find(tree.name, len(tree.arguments))
        self.clock |= function.clock
        self.language |= function.language
        # Beside others a path stands for one value, as in max(/data/row/a, /data/row/b).
        varying = sum(_constant(argument) is None for argument in tree.arguments)
        every = function.gathers and varying == 1
        arguments = [
            self.nodes(argument, scope, every=every)[0]
            if function.only_nodes or (function.nodes and isinstance(argument, Path | Filtered))
            else self.value(argument, scope)
            for argument in (tree.arguments or (_OWN if function.own else ()))
        ]
        if function.check is not None:
            function.check([_constant(argument) for argument in tree.arguments])
        return _applied(function, arguments)

    # Nodes

    def nodes(self, tree: Tree, scope: Scope, *, every: bool = False) -> tuple[Fetch, Scope]:
        """Return what fetches the relevant nodes, and where they stand; `every` as in `route`."""
        match tree:
            case Path():
                route = self.paths.route(tree, scope, every=every)
                self.paths.reads(route)
                fetch = self.paths.many(route)
                return _relevant(fetch), route.scope()
            case Filtered(operand, predicates):
                fetch, found = self.nodes(operand, scope, every=every)
                narrow = self.paths.narrowing(predicates, found)
                return (lambda c: narrow(fetch(c), c)), found
            case Binary("|", _, _):
                return self.union(tree, scope, every=every)
            case Call("randomize", arguments):
                usage = functions.SPECIAL["randomize"]
                functions.check_arguments("randomize", usage, len(arguments))
                fetch, found = self.nodes(arguments[0], scope)
                seed = self.value(arguments[1], scope) if len(arguments) > 1 else None
                return calls.shuffled(fetch, seed), found
            case Call("current" | "instance"):
                return self.nodes(Path(tree, ()), scope)
        raise ExpressionError(
            mark("A path is needed here, and this is a value."),
            remedy=mark("write ${{question}}, ${{repeat}} or a path such as ../question."),
        )

    def union(self, tree: Tree, scope: Scope, *, every: bool) -> tuple[Fetch, Scope]:
        """Compile what finds the nodes of several paths, however many there are."""
        parts: list[Tree] = []
        while isinstance(tree, Binary) and tree.operator == "|":
            parts.append(tree.right)
            tree = tree.left
        found = [self.nodes(part, scope, every=every) for part in (tree, *reversed(parts))]
        fetches = [fetch for fetch, _ in found]
        return (lambda c: axes.union([node for fetch in fetches for node in fetch(c)])), found[0][1]


# What closures are made of


def _operation(sign: str, right: Evaluate, held: str | float | None) -> _Apply:
    """Return what applies an operator to a value and what stands at its right.

    `held` is what that holds, where it is a constant.
    """
    if sign == "or":
        return lambda left, c: values.truth(left) or values.truth(right(c))
    if sign == "and":
        return lambda left, c: values.truth(left) and values.truth(right(c))
    compare = _COMPARISONS.get(sign)
    if compare is not None and held is not None:
        return lambda left, _: compare(left, held)
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


def _relevant(fetch: Fetch) -> Fetch:
    return lambda c: [node for node in fetch(c) if node.relevant]


def _constant(tree: Tree) -> str | float | None:
    match tree:
        case Number(held) | Literal(held):
            return held
        case Negative(Number(held)):
            return -held
    return None


#: What stands for an argument that was left away.
_OWN = (Path(None, (Step("self", "*"),)),)

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

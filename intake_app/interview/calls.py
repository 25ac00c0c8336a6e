"""Functions that need more than the values of their arguments: compiled one by one."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from intake_app.errors import ExpressionError
from intake_app.interview import functions, grammar, regex, sequences, values
from intake_app.interview.axes import name_of
from intake_app.interview.checks import nearest
from intake_app.interview.context import Context, Dependency, Evaluate, Fetch
from intake_app.interview.definition import Table
from intake_app.interview.grammar import Call, Literal, Path, Tree
from intake_app.interview.instance import Item, Rows
from intake_app.interview.paths import Paths, Scope
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Value
from intake_app.words import mark

Arguments = tuple[Tree, ...]
_SELF = Path(None, (grammar.Step("self", "*"),))


class Compiler(Protocol):
    """What compiles the parts of an expression."""

    paths: Paths
    language: bool
    texts: set[str]

    def value(self, tree: Tree, scope: Scope, /) -> Evaluate:
        """Compile what gives a value."""
        ...

    def nodes(self, tree: Tree, scope: Scope, /) -> tuple[Fetch, Scope]:
        """Compile what finds nodes."""
        ...


def _if(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    test, then, otherwise = (compiler.value(argument, scope) for argument in arguments)
    return lambda c: then(c) if values.truth(test(c)) else otherwise(c)


def _coalesce(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    options = [compiler.value(argument, scope) for argument in arguments]

    def coalesce(c: Context) -> Value:
        return next((got for option in options if _something(got := option(c))), "")

    return coalesce


def _something(value: Value) -> bool:
    # A sum over a blank is NaN, and no more something than the blank.
    return not (isinstance(value, float) and math.isnan(value)) and bool(values.text(value))


def _once(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    inner = compiler.value(arguments[0], scope)
    # Reading what it gave before is what makes it happen once; it is no cycle.
    compiler.paths.depends = {
        d for d in compiler.paths.depends if d.target is not compiler.paths.owner or d.rows
    }
    return lambda c: c.origin.kept() if c.origin.raw else inner(c)


def _found(name: str) -> "Compile":
    """Return what compiles a function that gives nodes, where a value is asked."""

    def compiled(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
        return compiler.nodes(Call(name, arguments), scope)[0]

    return compiled


def _current(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    return compiler.value(Path(Call("current", arguments), ()), scope)


def _last(_compiler: Compiler, _arguments: Arguments, _scope: Scope) -> Evaluate:
    return lambda c: float(c.size)


def _position(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    owner = compiler.paths.owner
    if not arguments and not (owner.repeats and scope == Scope(owner, owner)):
        return lambda c: float(c.position)
    # What a row's own expression asks for is the row's number.
    arguments = arguments or (_SELF,)
    if not isinstance(arguments[0], Path):
        raise ExpressionError(
            mark("position() takes a path, such as `..`."),
            remedy=mark("write position(..) for the number of the row."),
        )
    route = compiler.paths.route(arguments[0], scope)
    around = owner.chain()
    for spot in route.spots or ():
        row = next((one for one in reversed(spot.chain()) if one.repeats), spot)
        own = route.fetch is None and row in around
        compiler.paths.depends.add(Dependency(row, route.anchor, rows=True, own=own))
    fetch = compiler.paths.many(route)
    return lambda c: _row_number(fetch(c))


def _row_number(nodes: list[Node]) -> float:
    node = nodes[0] if nodes else None
    while isinstance(node, Item):
        if node.spot.repeats:
            return float(node.position)
        node = node.up
    return 1.0


def _indexed_repeat(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    paths = compiler.paths
    if len(arguments) % 2 == 0:
        raise ExpressionError(
            mark("indexed-repeat() takes a node, then pairs of a repeat and a number."),
            remedy=mark("write it as indexed-repeat(${{question}}, ${{repeat}}, number)."),
        )
    target = _static(compiler, arguments[0], scope)
    wanted = {
        _static(compiler, repeat, scope): compiler.value(index, scope)
        for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True)
    }
    chain, own = target.chain(), paths.owner.chain()
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
                mark("{path} is no repeat around {name}."),
                remedy=mark("give the repeat that {name} stands in."),
                path=repeat.path,
                name=target.name,
            )
    # Also of a repeat without a number: its first row that has one may be another.
    paths.depends |= {Dependency(spot, anchor, rows=True) for spot in downs if spot.repeats}
    other = any(repeat in own for repeat in wanted)
    paths.depends.add(Dependency(target, anchor, other=other))

    def pick(c: Context) -> Value:
        found: list[Item] = [c.origin.above(anchor)]
        for spot in downs:
            if not spot.repeats:
                found = [item.children[spot.name] for item in found]
                continue
            index = values.number(wanted[spot](c)) if spot in wanted else None
            found = [row for item in found for row in _numbered(item.rows[spot.name], index)]
        return found[0].value if found else ""

    return pick


def _numbered(rows: list[Item], number: float | None) -> list[Item]:
    """Return the row with a number, if there is one; all rows where no number is asked for."""
    if number is None:
        return rows
    whole = 1 <= number <= len(rows) and number == int(number)
    return [rows[int(number) - 1]] if whole else []


def _static(compiler: Compiler, tree: Tree, scope: Scope) -> Spot:
    kept, compiler.paths.depends = compiler.paths.depends, set()
    route = compiler.paths.route(_path(tree), scope)
    compiler.paths.depends = kept
    if not route.spots:
        raise _no_path()
    return route.spots[0]


def _path(tree: Tree) -> Path:
    if isinstance(tree, Path):
        return tree
    raise _no_path()


def _no_path() -> ExpressionError:
    return ExpressionError(
        mark("A path to a node of the form is needed here."),
        remedy=mark("write ${{question}}, with the name of a question or a repeat."),
    )


def _choice_name(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    chosen = compiler.value(arguments[0], scope)
    if not isinstance(arguments[1], Literal):
        raise ExpressionError(
            mark("jr:choice-name() takes the question's path in quotes, as its second part."),
            remedy=mark("write it as jr:choice-name(${{question}}, '${{question}}')."),
        )
    path = _path(grammar.parse(arguments[1].value))
    spot = _static(compiler, path, scope)
    if spot.question is None or spot.question.itemset is None:
        raise ExpressionError(
            mark("jr:choice-name() asks for a choice of {name}, which offers none."),
            remedy=mark("name a question that offers choices, in quotes."),
            name=spot.name,
        )
    route = compiler.paths.route(path, scope)
    compiler.paths.reads(route)
    fetch = compiler.paths.many(route)
    compiler.language = True

    def label(c: Context) -> Value:
        name = values.text(chosen(c))
        question = next((node for node in fetch(c) if isinstance(node, Item)), None)
        return c.world.choice_label(question, name) if question and name else ""

    return label


def _itext(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    key = compiler.value(arguments[0], scope)
    compiler.language = True
    if isinstance(arguments[0], Literal):
        compiler.texts.add(arguments[0].value)
    return lambda c: c.world.itext(values.text(key(c)), c.origin)


def _pulldata(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    if not all(isinstance(one, Literal) for one in arguments[:3]):
        raise ExpressionError(
            mark("pulldata() takes the list and two of its columns, in quotes."),
            remedy=mark("write it as pulldata('list', 'column', 'key column', key)."),
        )
    name, wanted, column = (one.value for one in arguments[:3] if isinstance(one, Literal))
    compiler.paths.listed(name)
    way: tuple[str, ...] = ("*", "*")
    table = compiler.paths.source(name)
    if isinstance(table, Table):
        way = table.way
        for one in (wanted, column):
            if table.columns and one not in table.columns:
                raise _no_column(one, table, name)
    key = compiler.value(arguments[3], scope)

    def pull(c: Context) -> Value:
        rows: list[Node] = [c.world.instance(name)]
        for step in way:
            inside = [one.all() if step == "*" else one.named(step) for one in rows]
            rows = inside[0] if len(inside) == 1 else [one for some in inside for one in some]
        indexed = rows if isinstance(rows, Rows) else Rows(rows)
        found = indexed.where(column, values.text(key(c)))
        return next((node.text for row in found for node in row.named(wanted)), "")

    return pull


def _no_column(name: str, table: Table, instance: str) -> ExpressionError:
    near = nearest(name, table.columns)
    return ExpressionError(
        mark("The list {instance} has no column {name}."),
        remedy=mark("use the column {near}.") if near else mark("use one of {known}."),
        instance=instance,
        name=name,
        near=near,
        known=", ".join(table.columns),
    )


def _regex(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    words, pattern = (compiler.value(argument, scope) for argument in arguments)
    if isinstance(arguments[1], Literal):
        made = regex.compiled(arguments[1].value)
        return lambda c: made.matches(values.text(words(c)))

    def matches(c: Context) -> Value:
        try:
            return regex.compiled(values.text(pattern(c))).matches(values.text(words(c)))
        except ExpressionError:
            return False

    return matches


def _name(compiler: Compiler, arguments: Arguments, scope: Scope) -> Evaluate:
    kept = set(compiler.paths.depends)
    fetch, found = compiler.nodes((arguments or (_SELF,))[0], scope)
    if found.spot is not None:
        # What stands there has this name whatever it holds.
        compiler.paths.depends = kept | {d for d in compiler.paths.depends if d.rows}
    return lambda c: next((name_of(node) for node in fetch(c)), "")


def shuffled(fetch: Fetch, seed: Evaluate | None) -> Fetch:
    """Return what finds nodes in an order of chance, or of a seed."""

    def shuffle(c: Context) -> list[Node]:
        start = c.world.random() * 2**31 if seed is None else seed(c)
        return sequences.shuffled(fetch(c), start)

    return shuffle


Compile = Callable[[Compiler, Arguments, Scope], Evaluate]

_CALLS: Mapping[str, Compile] = MappingProxyType(
    {
        "if": _if,
        "coalesce": _coalesce,
        "once": _once,
        "current": _current,
        "instance": _found("instance"),
        "randomize": _found("randomize"),
        "last": _last,
        "position": _position,
        "indexed-repeat": _indexed_repeat,
        "jr:choice-name": _choice_name,
        "jr:itext": _itext,
        "pulldata": _pulldata,
        "regex": _regex,
        "name": _name,
        "local-name": _name,
    }
)


def compiled(compiler: Compiler, tree: Call, scope: Scope) -> Evaluate | None:
    """Compile a call of such a function; None for any other."""
    call = _CALLS.get(tree.name)
    if call is None:
        return None
    functions.check_arguments(tree.name, functions.SPECIAL[tree.name], len(tree.arguments))
    return call(compiler, tree.arguments, scope)

"""Trees: what stands between brackets in a path; by an index, where there is one."""

import math
from collections.abc import Callable, Sequence

from intake_app.interview import grammar, values
from intake_app.interview.axes import Narrow
from intake_app.interview.context import Context, Evaluate
from intake_app.interview.grammar import Binary, Call, Filtered, Number, Path, Tree
from intake_app.interview.instance import Rows
from intake_app.interview.values import Node, Partial, Scalar

#: Functions whose result is another for each candidate, or each time.
_VARYING = frozenset({"random", "uuid", "once", "position", "last", "jr:choice-name"})
#: Functions that are the same for each candidate though they take no argument.
_STEADY = frozenset({"true", "false", "pi", "today", "now", "version", "current"})


def narrowing(predicate: Tree, compiled: Callable[[Tree], Evaluate], *, indexed: bool) -> Narrow:
    """Compile a predicate; `indexed` where its candidates may be rows with an index."""
    if isinstance(predicate, Number):
        return _at(predicate.value)
    test = compiled(predicate)
    keep = _filter(_there(test) if _finds(predicate) else test)
    for part in _conjuncts(predicate) if indexed else ():
        sought = _equation(part)
        if sought is not None:
            column, other = sought
            rest = None if part is predicate else keep
            return _lookup(column, compiled(other), keep, rest)
    return keep


def after_each_other(narrows: Sequence[Narrow]) -> Narrow:
    """Return what applies predicates one after the other."""

    def narrow(nodes: list[Node], c: Context) -> list[Node]:
        for one in narrows:
            nodes = one(nodes, c)
        return nodes

    return narrow


def _at(place: float) -> Narrow:
    def pick(candidates: list[Node], _: Context) -> list[Node]:
        if not 1 <= place <= len(candidates) or place != math.trunc(place):
            return []
        return [candidates[int(place) - 1]]

    return pick


def _filter(test: Evaluate) -> Narrow:
    def keep(candidates: list[Node], c: Context) -> list[Node]:
        kept = []
        for position, node in enumerate(candidates, 1):
            got = test(Context(c.world, node, c.origin, position, len(candidates)))
            counted = isinstance(got, float | int) and not isinstance(got, bool)
            if got == position if counted else values.truth(got):
                kept.append(node)
        return kept

    return keep


def _finds(predicate: Tree) -> bool:
    # What a path finds is there or not, also where it holds a number (XPath 1.0, section 2.4).
    return isinstance(predicate, Path | Filtered) or (
        isinstance(predicate, Binary) and predicate.operator == "|"
    )


def _there(test: Evaluate) -> Evaluate:
    return lambda c: values.truth(test(c))


def _lookup(column: str, other: Evaluate, keep: Narrow, rest: Narrow | None) -> Narrow:
    def find(candidates: list[Node], c: Context) -> list[Node]:
        sought = _sought(other(c)) if isinstance(candidates, Rows) else None
        if sought is None or not isinstance(candidates, Rows):
            return keep(candidates, c)
        if isinstance(sought, str):
            found = candidates.where(column, sought)
        else:
            found = candidates.counted(column, sought)
        return found if rest is None else rest(found, c)

    return find


def _sought(value: values.Value) -> str | float | None:
    """Return a text or a number that can be looked up; None for what must be compared."""
    if isinstance(value, list):
        if len(value) > 1:
            return None
        value = value[0].value if value else ""
    found: Scalar = value
    if isinstance(found, bool | Partial):
        return None
    return found if isinstance(found, str) else values.number(found)


def _conjuncts(predicate: Tree) -> list[Tree]:
    """Return the parts that must all hold; only the whole, where places are counted in it."""
    parts, waiting = [], [predicate]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Binary) and part.operator == "and":
            waiting += [part.right, part.left]
        else:
            parts.append(part)
    if len(parts) > 1 and any(_counts(part) for part in parts):
        return []
    return parts


def _equation(predicate: Tree) -> tuple[str, Tree] | None:
    """Return the column and the other side of `column = something`, where that can be looked up."""
    if not isinstance(predicate, Binary) or predicate.operator != "=":
        return None
    for side, other in (
        (predicate.left, predicate.right),
        (predicate.right, predicate.left),
    ):
        match side:
            case Path(None, (grammar.Step("child", name, ()),)) if name != "*" and _fixed(other):
                return name, other
    return None


def _fixed(predicate: Tree) -> bool:
    """Tell whether something is the same for every candidate."""
    for part in grammar.parts(predicate):
        match part:
            case Path(None, _):
                return False
            case Call(name, arguments) if name in _VARYING or not (arguments or name in _STEADY):
                return False
    return True


def _counts(predicate: Tree) -> bool:
    return any(
        isinstance(part, Call) and part.name in {"position", "last"} and not part.arguments
        for part in grammar.parts(predicate)
    )

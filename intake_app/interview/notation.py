"""Trees of expressions as JSON holds them, so that they are parsed once, on an author's desk.

    12.5                                   a number
    "text"                                 a text between quotes
    [".", step ...]                        a path from the context
    ["/", step ...]                        a path from the root
    ["./", start, step ...]                a path from what an expression gives
    ["()", name, argument ...]             a call
    ["=", first, "+", right, "*", right]   operators after each other, applied from the left
    ["-", operand]                         a minus before something
    ["[]", operand, predicate ...]         what an expression gives, filtered

A step is the name of a child, or `[axis, name, predicate ...]`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

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

Noted = str | float | list["Noted"]


def noted(tree: Tree) -> Noted:
    """Return a tree as JSON holds it."""
    match tree:
        case Number(held) | Literal(held):
            return held
        case Path():
            return _noted_path(tree)
        case Call(name, arguments):
            return ["()", name, *map(noted, arguments)]
        case Negative(operand):
            return ["-", noted(operand)]
        case Filtered(operand, predicates):
            return ["[]", noted(operand), *map(noted, predicates)]
    # Thousands may follow each other: they stand in one list, not each inside the next.
    chain: list[Noted] = []
    while isinstance(tree, Binary):
        chain += [noted(tree.right), tree.operator]
        tree = tree.left
    return ["=", noted(tree), *reversed(chain)]


def _noted_path(path: Path) -> Noted:
    steps: list[Noted] = [
        step.name
        if step.axis == "child" and not step.predicates
        else [step.axis, step.name, *map(noted, step.predicates)]
        for step in path.steps
    ]
    if path.start is None or isinstance(path.start, str):
        return [path.start or ".", *steps]
    return ["./", noted(path.start), *steps]


def tree_of(held: Noted) -> Tree:
    """Return the tree that was noted; LookupError, TypeError or ValueError where that is none."""
    if isinstance(held, str):
        return Literal(held)
    if not isinstance(held, list):
        return Number(float(held))
    return _TREES[_text(held[0])](held[1:])


def _trees(held: list[Noted]) -> tuple[Tree, ...]:
    return tuple(map(tree_of, held))


def _steps(held: list[Noted]) -> tuple[Step, ...]:
    return tuple([Step("child", one) if isinstance(one, str) else _step(one) for one in held])


def _step(held: Noted) -> Step:
    axis, name, *predicates = _list(held)
    return Step(_text(axis), _text(name), _trees(predicates))


def _chain(held: list[Noted]) -> Tree:
    tree = tree_of(held[0])
    for operator, right in zip(held[1::2], held[2::2], strict=True):
        tree = Binary(_text(operator), tree, tree_of(right))
    return tree


def _text(held: Noted) -> str:
    if isinstance(held, str):
        return held
    raise TypeError(held)


def _list(held: Noted) -> list[Noted]:
    if isinstance(held, list):
        return held
    raise TypeError(held)


_TREES: Mapping[str, Callable[[list[Noted]], Tree]] = MappingProxyType(
    {
        ".": lambda held: Path(None, _steps(held)),
        "/": lambda held: Path("/", _steps(held)),
        "./": lambda held: Path(tree_of(held[0]), _steps(held[1:])),
        "()": lambda held: Call(_text(held[0]), _trees(held[1:])),
        "=": _chain,
        "-": lambda held: Negative(tree_of(held[0])),
        "[]": lambda held: Filtered(tree_of(held[0]), _trees(held[1:])),
    }
)

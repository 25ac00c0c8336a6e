"""The filter of a list of choices, as conditions on one of its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from intake_app.authoring.terms import inside
from intake_app.interview.definition import Table
from intake_app.interview.grammar import (
    Binary,
    Call,
    Filtered,
    Literal,
    Negative,
    Path,
    Step,
    Tree,
)

_TRUTHS = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})


def filters(tree: Tree | None) -> Iterator[Tree]:
    """Yield what is asked of each row of a list; what counts rows is left out."""
    match tree:
        case Filtered(operand, predicates):
            yield from filters(operand)
            yield from filter(_tests, predicates)
        case Path(start, steps):
            if start is not None and not isinstance(start, str):
                yield from filters(start)
            yield from (one for step in steps for one in step.predicates if _tests(one))
        case Call("randomize", arguments) if arguments:
            yield from filters(arguments[0])


def columns(found: list[Tree]) -> list[str]:
    """Return the columns that filters read, in the order in which they do."""
    names = (column(part) for tree in found for part in _parts(tree))
    return list(dict.fromkeys(name for name in names if name))


def used(found: list[Tree], table: Table) -> dict[str, int]:
    """Return where the columns are that filters read."""
    names = columns(found)
    return {name: at for at, name in enumerate(table.columns) if name in names}


def column(tree: Tree) -> str:
    """Return the column that a path in a filter means; blank where it means something else."""
    match tree:
        case Path(None, (Step("child", name, ()),)):
            return name
    return ""


def filled(tree: Tree, held: Mapping[str, str]) -> Tree:
    """Return a filter with the values of a row in the place of its columns."""
    match tree:
        case Path():
            name = column(tree)
            return Literal(held[name]) if name in held else tree
        case Binary(sign, left, right):
            return Binary(sign, filled(left, held), filled(right, held))
        case Negative(operand):
            return Negative(filled(operand, held))
        case Call(_, arguments):
            return replace(tree, arguments=tuple(filled(one, held) for one in arguments))
    return tree


def _tests(tree: Tree) -> bool:
    match tree:
        case Binary(sign, _, _):
            return sign in _TRUTHS
        case Call(name, _):
            return name in {"not", "true", "false", "selected", "boolean"}
    return False


def _parts(tree: Tree) -> Iterator[Tree]:
    # What stands in predicates is about the rows of another list.
    yield tree
    for part in inside(tree):
        yield from _parts(part)

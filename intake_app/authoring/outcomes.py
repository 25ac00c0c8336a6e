"""What a calculation can give, where that is a few values, and when it gives which."""

from typing import Final

from intake_app.interview import answers
from intake_app.interview.grammar import Binary, Call, Literal, Number, Tree
from intake_app.interview.values import Scalar

_LOGICAL: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})
_TRUTHS: Final = frozenset({"not", "true", "false", "boolean", "selected", "contains", "regex"})


def outcomes(tree: Tree, kind: str) -> frozenset[Scalar] | None:
    """Return the values that a calculation of a type can give; None where they are not few."""
    match tree:
        case Literal(held) | Number(held):
            return frozenset({answers.typed(answers.calculated(held, kind), kind)})
        case Call("if", (_, then, otherwise)):
            return _either(outcomes(then, kind), outcomes(otherwise, kind))
    # Read as what it is, true or false, and not as its text.
    return frozenset({True, False}) if _is_truth(tree) else None


def _either(
    first: frozenset[Scalar] | None, second: frozenset[Scalar] | None
) -> frozenset[Scalar] | None:
    if first is None or second is None:
        return None
    found = [*first, *second]
    # In a set, true and 1 would be one and the same; compared, they are not.
    mixed = {isinstance(one, bool) for one in found if isinstance(one, bool | float)}
    return None if len(mixed) > 1 else frozenset(found)


def gives(tree: Tree, kind: str, wanted: frozenset[Scalar]) -> Tree:
    """Return the condition under which a calculation gives one of some of its outcomes."""
    match tree:
        case Call("if", (test, then, otherwise)):
            return Call("if", (test, gives(then, kind, wanted), gives(otherwise, kind, wanted)))
        case Literal(held) | Number(held):
            given = answers.typed(answers.calculated(held, kind), kind)
            return Call("true" if given in wanted else "false", ())
    if {True, False} <= wanted:
        return Call("true", ())
    return tree if True in wanted else Call("not", (tree,))


def _is_truth(tree: Tree) -> bool:
    match tree:
        case Binary(sign, _, _):
            return sign in _LOGICAL
        case Call(name, _):
            return name in _TRUTHS
    return False

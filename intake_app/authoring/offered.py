"""Whether every choice can be chosen, and every list is used."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from typing import Final

from intake_app.authoring.finding import Finding
from intake_app.authoring.reach import Condition
from intake_app.authoring.subject import Subject
from intake_app.authoring.terms import inside, parsed, walk
from intake_app.interview.definition import Question, Table
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
from intake_app.interview.spot import Spot

#: More kinds of rows than these are not gone through: they are taken to be offered.
_PATIENCE: Final = 3_000

#: More choices than these that are never offered say nothing new.
_MOST: Final = 20

_TRUTHS = frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or"})


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield lists and choices that nobody can choose from."""
    offered: dict[str, set[int]] = {}
    tables: dict[str, Table] = {}
    for spot, question in subject.questions:
        name = subject.reach.terms.list_of(question)
        table = subject.reach.terms.table(question)
        if table is None:
            continue
        tables[name] = table
        found = _offered(subject, spot, question, table)
        offered.setdefault(name, set()).update(found)
        if not found and spot.number not in subject.reach.never:
            yield subject.at(
                spot,
                "choices",
                "nothing-offered",
                f"Whatever is answered, no choice of {name} is offered here.",
                "let the filter and the columns of the choices fit each other.",
            )
        yield from _columns(subject, spot, question, table)
    for name, table in tables.items():
        if offered[name]:
            yield from _never_offered(subject, name, table, offered[name])
    yield from _unused(subject, frozenset(tables))


def _never_offered(
    subject: Subject, name: str, table: Table, offered: set[int]
) -> Iterator[Finding]:
    missing = (row for at, row in enumerate(table.rows) if at not in offered)
    at = table.columns.index("name") if "name" in table.columns else 0
    for row in islice(missing, _MOST):
        place = subject.places.choice(name, row[at] or "")
        yield Finding(
            code="never-offered",
            problem="This choice is never offered: no answer lets a choice_filter show it.",
            remedy="correct its columns or the filter, or take the choice away.",
            severity="warning",
            **place,
        )


def _offered(subject: Subject, spot: Spot, question: Question, table: Table) -> set[int]:
    """Return the rows that some answer may let a question offer."""
    filters = list(_filters(parsed(question.itemset.nodeset if question.itemset else "")))
    if not filters:
        return set(range(len(table.rows)))
    if spot.number in subject.reach.never:
        return set()
    around = subject.reach.around(spot)
    used = _used(filters, table)
    seen: dict[tuple[str, ...], bool] = {}
    found = set()
    for at, row in enumerate(table.rows):
        held = {name: row[column] or "" for name, column in used.items()}
        key = tuple(held.values())
        if key not in seen and len(seen) < _PATIENCE:
            conditions = [Condition(_filled(tree, held), spot, None) for tree in filters]
            seen[key] = subject.reach.may_hold([*conditions, *around])
        if seen.get(key, True):
            found.add(at)
    return found


def _filters(tree: Tree | None) -> Iterator[Tree]:
    """Yield what is asked of each row of a list; what counts rows is left out."""
    match tree:
        case Filtered(operand, predicates):
            yield from _filters(operand)
            yield from filter(_tests, predicates)
        case Path(start, steps):
            if start is not None and not isinstance(start, str):
                yield from _filters(start)
            yield from (one for step in steps for one in step.predicates if _tests(one))
        case Call("randomize", arguments) if arguments:
            yield from _filters(arguments[0])


def _tests(tree: Tree) -> bool:
    match tree:
        case Binary(sign, _, _):
            return sign in _TRUTHS
        case Call(name, _):
            return name in {"not", "true", "false", "selected", "boolean"}
    return False


def _used(filters: list[Tree], table: Table) -> dict[str, int]:
    names = {_column(part) for tree in filters for part in _parts(tree)}
    return {name: at for at, name in enumerate(table.columns) if name in names}


def _parts(tree: Tree) -> Iterator[Tree]:
    # What stands in predicates is about the rows of another list.
    yield tree
    for part in inside(tree):
        yield from _parts(part)


def _column(tree: Tree) -> str:
    match tree:
        case Path(None, (Step("child", name, ()),)):
            return name
    return ""


def _filled(tree: Tree, held: Mapping[str, str]) -> Tree:
    """Return a filter with the values of a row in the place of its columns."""
    match tree:
        case Path():
            name = _column(tree)
            return Literal(held[name]) if name in held else tree
        case Binary(sign, left, right):
            return Binary(sign, _filled(left, held), _filled(right, held))
        case Negative(operand):
            return Negative(_filled(operand, held))
        case Call(_, arguments):
            return replace(tree, arguments=tuple(_filled(one, held) for one in arguments))
    return tree


def _columns(subject: Subject, spot: Spot, question: Question, table: Table) -> Iterator[Finding]:
    filters = _filters(parsed(question.itemset.nodeset if question.itemset else ""))
    names = [_column(part) for tree in filters for part in _parts(tree)]
    for name in dict.fromkeys(names):
        if not name or name in {"*", *table.columns}:
            continue
        near = get_close_matches(name, table.columns, 1)
        yield subject.at(
            spot,
            "choices",
            "unknown-column",
            f"The choices have no column {name}, which this filter reads.",
            f"write {near[0]}." if near else "add the column to the choices.",
        )


def _unused(subject: Subject, used: frozenset[str]) -> Iterator[Finding]:
    named = {
        part.value
        for written in subject.expressions
        for part, _ in walk(written.tree, None)
        if isinstance(part, Literal)
    }
    lists = [*subject.places.lists, *subject.form.instances] if subject.places.sheets else []
    rows = subject.places.sheets["survey"].rows if subject.places.sheets else ()
    named.update(word for row in rows for word in row.cells.get("type", "").split()[1:])
    for name in dict.fromkeys(lists or subject.form.instances):
        if name and name not in used and name not in named and "/" not in name:
            yield Finding(
                code="unused-list",
                problem=f"No question uses the list {name}.",
                remedy="take the list away, or use it.",
                severity="warning",
                **subject.places.choice(name),
            )

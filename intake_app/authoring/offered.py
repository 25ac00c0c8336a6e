"""Whether every choice can be chosen, and every list is used."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from intake_app.authoring.filters import columns, filled, used
from intake_app.authoring.filters import filters as of_rows
from intake_app.authoring.finding import Finding
from intake_app.authoring.reach import Condition
from intake_app.authoring.subject import Subject
from intake_app.authoring.terms import parsed, walk
from intake_app.interview.definition import Question, Table
from intake_app.interview.grammar import Literal
from intake_app.interview.spot import Spot

#: More kinds of rows than these are not gone through: they are taken to be offered.
_PATIENCE: Final = 3_000

#: More choices than these that are never offered say nothing new.
_MOST: Final = 20


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
    missing = [row for at, row in enumerate(table.rows) if at not in offered]
    at = table.columns.index("name") if "name" in table.columns else 0
    for row in missing[:_MOST]:
        place = subject.places.choice(name, row[at] or "")
        yield Finding(
            code="never-offered",
            problem="This choice is never offered: no answer lets a choice_filter show it.",
            remedy="correct its columns or the filter, or take the choice away.",
            severity="warning",
            **place,
        )
    if len(missing) > _MOST:
        yield Finding(
            code="never-offered",
            problem=f"Of {name} {len(missing) - _MOST} more choices are never offered.",
            remedy="correct the columns or the filter.",
            severity="warning",
            **subject.places.choice(name),
        )


def _offered(subject: Subject, spot: Spot, question: Question, table: Table) -> set[int]:
    """Return the rows that some answer may let a question offer."""
    filters = list(of_rows(parsed(question.itemset.nodeset if question.itemset else "")))
    if not filters:
        return set(range(len(table.rows)))
    if spot.number in subject.reach.never:
        return set()
    around = subject.reach.around(spot)
    read = used(filters, table)
    seen: dict[tuple[str, ...], bool] = {}
    found = set()
    for at, row in enumerate(table.rows):
        held = {name: row[column] or "" for name, column in read.items()}
        key = tuple(held.values())
        if key not in seen and len(seen) < _PATIENCE:
            conditions = [Condition(filled(tree, held), spot, None) for tree in filters]
            seen[key] = subject.reach.may_hold([*conditions, *around])
        if seen.get(key, True):
            found.add(at)
    return found


def _columns(subject: Subject, spot: Spot, question: Question, table: Table) -> Iterator[Finding]:
    filters = of_rows(parsed(question.itemset.nodeset if question.itemset else ""))
    for name in columns(list(filters)):
        if name in {"*", *table.columns}:
            continue
        near = get_close_matches(name, table.columns, 1)
        yield subject.at(
            spot,
            "choices",
            "unknown-column",
            f"The choices have no column {name}, which this filter reads.",
            f"write {near[0]}." if near else "add the column to the choices.",
        )


def _unused(subject: Subject, asked: frozenset[str]) -> Iterator[Finding]:
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
        if name and name not in {*asked, *named} and "/" not in name:
            yield Finding(
                code="unused-list",
                problem=f"No question uses the list {name}.",
                remedy="take the list away, or use it.",
                severity="warning",
                **subject.places.choice(name),
            )

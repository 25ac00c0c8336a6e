"""Whether answers are compared with what they can be: names of choices, numbers, dates."""

import math
from collections.abc import Iterator
from difflib import get_close_matches

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject, Written
from intake_app.authoring.terms import NUMBERS, constant, node, walk
from intake_app.interview import values
from intake_app.interview.definition import Question
from intake_app.interview.grammar import Binary, Call, Literal, Path, Tree
from intake_app.interview.spot import Spot
from intake_app.interview.values import Scalar

_EQUAL = frozenset({"=", "!="})
_ORDER = frozenset({"<", "<=", ">", ">="})
_DAYS = frozenset({"date", "dateTime"})
_TYPES = {
    "int": "a whole number",
    "decimal": "a number",
    "date": "a date",
    "dateTime": "a date with a time",
}


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield comparisons that say something else than their author thinks."""
    for written in subject.expressions:
        for part, at in walk(written.tree, written.spot):
            match part:
                case Binary(sign, left, right) if sign in _EQUAL | _ORDER:
                    yield from _compared(subject, written, sign, (left, right), at)
                    yield from _compared(subject, written, sign, (right, left), at)
                    yield from _quoted(subject, written, (left, right))
                case Call("selected" | "is-selected", (chosen, Literal(name))):
                    yield from _named(subject, written, node(chosen, written.spot, at), name)
    for spot, question in subject.questions:
        if question.default:
            held = Written(spot, "default", Literal(question.default))
            names = question.default.split() if question.kind != "select_one" else None
            for name in names or [question.default]:
                yield from _named(subject, held, spot, name)


def _compared(
    subject: Subject, written: Written, sign: str, sides: tuple[Tree, Tree], at: Spot | None
) -> Iterator[Finding]:
    side, other = sides
    spot, held = node(side, written.spot, at), constant(other)
    question = spot.question if spot else None
    if question is None or held is None or held == "" or isinstance(held, bool):
        return
    if question.itemset is not None and isinstance(held, str):
        yield from _choice(subject, written, sign, spot, held)
    elif question.type in _DAYS and isinstance(held, float):
        yield subject.at(
            written.spot,
            written.aspect,
            "date-as-number",
            f"{question.name} is a date and is compared with the number {values.text(held)}.",
            "write a date in quotes, the year first: '2020-02-01'.",
            "warning",
        )
    elif question.type in NUMBERS:
        yield from _number(subject, written, question, sign, held)
    elif sign in _ORDER and _free(question) and isinstance(side, Path):
        yield subject.at(
            written.spot,
            written.aspect,
            "text-as-number",
            f"{question.name} is a text and is compared as a number; words are no number.",
            f"make {question.name} an integer or a decimal.",
            "warning",
        )


def _quoted(subject: Subject, written: Written, sides: tuple[Tree, Tree]) -> Iterator[Finding]:
    for side in sides:
        if isinstance(side, Literal) and side.value.strip() in subject.form.program.by_path:
            name = side.value.strip().rpartition("/")[2]
            yield subject.at(
                written.spot,
                written.aspect,
                "quoted-name",
                f"${{{name}}} stands in quotes: that is a text, and not the answer.",
                "take the quotes away.",
            )


def _free(question: Question) -> bool:
    return question.kind == "text" and question.type == "string" and not question.bind.calculate


def _choice(
    subject: Subject, written: Written, sign: str, spot: Spot | None, held: str
) -> Iterator[Finding]:
    question = spot.question if spot else None
    if question is None:
        return
    names = held.split() if question.kind != "select_one" else [held]
    unknown = [one for name in names for one in _named(subject, written, spot, name)]
    yield from unknown
    if not unknown and sign in _EQUAL and question.kind == "select_multiple":
        asked = " and ".join(f"selected(${{{question.name}}}, '{name}')" for name in names)
        yield subject.at(
            written.spot,
            written.aspect,
            "equals-on-multiple",
            f"Of {question.name} several can be chosen: {sign} '{held}' only looks at it alone.",
            f"use {asked if sign == '=' else f'not({asked})'}.",
            "warning",
        )


def _named(subject: Subject, written: Written, spot: Spot | None, name: str) -> Iterator[Finding]:
    question = spot.question if spot else None
    if question is None or question.itemset is None or not name.strip():
        return
    names = subject.reach.terms.names(question)
    if names is None or name.strip() in names:
        return
    known = subject.reach.terms.list_of(question)
    labelled = _by_label(subject, question).get(name.strip().casefold())
    if labelled is not None:
        yield subject.at(
            written.spot,
            written.aspect,
            "label-for-name",
            f"“{name}” is the label of a choice of {question.name}; expressions use its name.",
            f"write '{labelled}'.",
        )
        return
    near = get_close_matches(name.strip(), sorted(names), 1)
    few = ", ".join(sorted(names)[:8]) + (" …" if len(names) > 8 else "")  # noqa: PLR2004 (a line)
    yield subject.at(
        written.spot,
        written.aspect,
        "unknown-choice",
        f"{question.name} has no choice “{name}” in its list {known}.",
        f"write '{near[0]}'." if near else f"use one of its names: {few}.",
    )


def _by_label(subject: Subject, question: Question) -> dict[str, str]:
    table, itemset = subject.reach.terms.table(question), question.itemset
    if table is None or itemset is None or not {itemset.value, itemset.label} <= {*table.columns}:
        return {}
    name, label = table.columns.index(itemset.value), table.columns.index(itemset.label)
    made: dict[str, str] = {}
    for row in table.rows:
        held = row[label] or ""
        words = (
            [subject.said(held, code) for code in subject.form.texts] if itemset.itext else [held]
        )
        for said in words:
            made.setdefault(said.casefold(), row[name] or "")
    return made


def _number(
    subject: Subject, written: Written, question: Question, sign: str, held: Scalar
) -> Iterator[Finding]:
    number = values.number(held)
    part = question.type == "int" and sign in _EQUAL and not number.is_integer()
    if not (math.isnan(number) or part):
        return
    always = "always" if sign == "!=" else "never"
    yield subject.at(
        written.spot,
        written.aspect,
        "not-of-type",
        f"{question.name} is {_TYPES[question.type]} and “{values.text(held)}” is none: "
        f"{sign} {always} holds.",
        f"compare it with {_TYPES[question.type]}.",
    )

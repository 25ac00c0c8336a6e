"""Whether what a person reads is there, and can be read at one glance on a tablet.

Two languages stand side by side. On a tablet of 10 inches, held upright, each has half of 800
pixels: some 35 letters a line for a question (20 pixels), 45 for a choice or a hint (16).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject
from intake_app.authoring.translating import Owner, owners
from intake_app.interview.definition import Question

#: The most letters that fit, by role, and what a text of that role is called: four lines of a
#: question, two of a choice, four or five of all else.
LONGEST: Final[Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        "label": (140, "label"),
        "choice": (90, "choice"),
        "hint": (180, "hint"),
        "guidance": (240, "guidance"),
        "constraint": (180, "message"),
        "required": (180, "message"),
    }
)

#: An answer that is filled in takes about as much room as a name.
_FILLED: Final = "x" * 12
_PLACE = re.compile(r"\$\{[^}]*\}")
#: Ethiopic letters are a quarter wider than Latin ones, Chinese ones twice as wide.
_ETHIOPIC = range(0x1200, 0x13A0)


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield what has no words, and what has too many."""
    yield from _without_label(subject)
    yield from _choices_without_label(subject)
    yield from _without_message(subject)
    known = owners(subject)
    for code, texts in subject.form.texts.items():
        for key in texts:
            place = known.get(key)
            if place is not None and place.role in LONGEST:
                yield from _too_long(subject, key, code, place)


def _too_long(subject: Subject, key: str, code: str, place: Owner) -> Iterator[Finding]:
    longest, name = LONGEST[place.role]
    length = width(subject.said(key, code))
    if length > longest:
        yield Finding(
            code="too-long",
            problem=f"This {name} is as wide as {length} letters. On a tablet, beside its "
            f"translation, {longest} can be read at a glance.",
            remedy="say it in fewer words.",
            severity="warning",
            **place.fields(subject, code),
        )


def width(words: str) -> int:
    """Return how many Latin letters a text is as wide as."""
    filled = _PLACE.sub(_FILLED, words)
    return round(sum(map(_wide, filled)))


def _wide(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if ord(letter) in _ETHIOPIC:
        return 1.25
    return 2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.0


def _without_label(subject: Subject) -> Iterator[Finding]:
    heading = subject.heading(subject.form.default_language)
    for spot in subject.spots:
        definition = spot.definition
        asked = isinstance(definition, Question)
        if "label" in definition.texts or (asked and definition.kind == "calculate"):
            continue
        yield Finding(
            code="no-label",
            problem="There is nothing to read at this question."
            if asked
            else "This group has no label: in the outline it has no name.",
            remedy="give it a label.",
            severity="error" if asked else "warning",
            **subject.places.node(spot.path, "label", heading),
        )


def _choices_without_label(subject: Subject) -> Iterator[Finding]:
    heading = subject.heading(subject.form.default_language)
    known = {key for texts in subject.form.texts.values() for key in texts}
    lists = {subject.reach.terms.list_of(question): question for _, question in subject.questions}
    for name, question in lists.items():
        table, itemset = subject.reach.terms.table(question), question.itemset
        if table is None or itemset is None:
            continue
        if not {itemset.value, itemset.label} <= {*table.columns}:
            continue
        value, label = table.columns.index(itemset.value), table.columns.index(itemset.label)
        for row in table.rows:
            if not row[label] or (itemset.itext and row[label] not in known):
                yield Finding(
                    code="no-label",
                    problem="This choice has no label: its name is shown.",
                    remedy="give it a label.",
                    severity="warning",
                    **subject.places.choice(name, row[value] or "", "label", heading),
                )


def _without_message(subject: Subject) -> Iterator[Finding]:
    for spot, question in subject.questions:
        if question.bind.constraint and "constraint" not in question.texts:
            yield subject.at(
                spot,
                "constraint message",
                "no-message",
                "An answer that this constraint refuses is refused without a word of why.",
                "say in a constraint_message what a good answer is.",
                "warning",
            )

"""What a questionnaire promises about its answers: who may read them, how they are kept.

The columns `bind::intake:…` of `docs/questionnaire.md`. The export filter reads them and nothing
else, so that a slip in one of them lets an answer go astray.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from intake_app.authoring.finding import Finding, Severity
from intake_app.authoring.subject import Subject
from intake_app.interview.definition import Group, Question
from intake_app.interview.spot import Spot
from intake_app.reference.library import Library

#: Who may read an answer: placement, municipality, work, diplomas, nobody.
PURPOSES: Final = frozenset("HBWDI")

_VALUES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "sensitivity": frozenset({"health", "safety", "third-party", "national-number", "proxy"}),
        "provenance": frozenset({"asked", "prefilled", "observed"}),
        "type": frozenset({"partial-date", "code"}),
        "decline": frozenset({"no"}),
        "housing": frozenset({"yes", "setting"}),
    }
)
_FREE: Final = frozenset(
    {"codelist", "evidence", "ggm", "item", "max", "minutes", "purpose", "system", "was"}
)
_KNOWN: Final = tuple(sorted({*_VALUES, *_FREE}))
_SEALED: Final = frozenset({"health", "safety"})


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield what is not declared, and what is declared in words that nobody knows."""
    told = [spot for spot in subject.spots if spot.definition.intake]
    if not told:
        if any(subject.questions):
            yield Finding(
                code="no-purpose",
                problem="No question says who may read its answer: nobody gets to read any.",
                remedy="add the column bind::intake:purpose.",
                severity="warning",
                **subject.places.setting("namespaces"),
            )
        return
    for spot in subject.spots:
        yield from _values(subject, spot)
    for spot, question in subject.questions:
        yield from _undeclared(subject, spot, question)
    if not any(spot.definition.intake.get("sensitivity") for spot in told):
        yield Finding(
            code="no-sensitivity",
            problem="No question says that its answer is sensitive: none is sealed apart.",
            remedy="mark questions about health, safety and other people in "
            "bind::intake:sensitivity.",
            severity="warning",
            **subject.places.setting("namespaces"),
        )


def _undeclared(subject: Subject, spot: Spot, question: Question) -> Iterator[Finding]:
    if not question.purposes:
        yield _about(
            subject,
            spot,
            "purpose",
            "no-purpose",
            "This question does not say who may read its answer.",
            "give the letters of its purposes; I for nobody.",
        )
    if not question.provenance:
        yield _about(
            subject,
            spot,
            "provenance",
            "no-provenance",
            "This question does not say where its answer comes from.",
            "write asked, prefilled or observed.",
            "warning",
        )
    if question.sensitivity in _SEALED and question.kind == "text":
        yield _about(
            subject,
            spot,
            "sensitivity",
            "open-text",
            f"In a text field about {question.sensitivity} anything can be written down.",
            "let a person choose from a list.",
            "warning",
        )


def _values(subject: Subject, spot: Spot) -> Iterator[Finding]:
    for name, held in spot.definition.intake.items():
        if name not in _KNOWN:
            near = get_close_matches(name, _KNOWN, 1)
            remedy = f"write bind::intake:{near[0]}." if near else f"known are {_list(_KNOWN)}."
            problem = f"There is no column bind::intake:{name}."
            yield _about(subject, spot, name, "unknown-column", problem, remedy)
        elif name in _VALUES and held not in _VALUES[name]:
            known = sorted(_VALUES[name])
            near = get_close_matches(held, known, 1)
            remedy = f"write {near[0]}." if near else f"write {_list(known, 'or')}."
            yield _about(
                subject, spot, name, "unknown-value", f"{name} cannot be “{held}”.", remedy
            )
    yield from _purpose(subject, spot)
    yield from _codelist(subject, spot)
    yield from _numbers(subject, spot)
    yield from _names(subject, spot)


def _purpose(subject: Subject, spot: Spot) -> Iterator[Finding]:
    held = spot.definition.intake.get("purpose", "")
    unknown = [letter for letter in dict.fromkeys(held) if letter not in PURPOSES]
    if unknown:
        named = ["(a blank)" if letter.isspace() else f"“{letter}”" for letter in unknown]
        yield _about(
            subject,
            spot,
            "purpose",
            "unknown-purpose",
            f"There is no purpose {', '.join(named)}.",
            "write capital letters of H, B, W, D, I, without blanks or commas.",
        )
    elif "I" in held and held != "I":
        yield _about(
            subject,
            spot,
            "purpose",
            "unknown-purpose",
            f"{held} says both that somebody and (I) that nobody may read the answer.",
            "write I alone, or leave it out.",
        )


def _codelist(subject: Subject, spot: Spot) -> Iterator[Finding]:
    intake = spot.definition.intake
    held, is_code = intake.get("codelist", ""), intake.get("type") == "code"
    lists = Library.load().ids() if held else ()
    if held and held not in lists:
        near = get_close_matches(held, lists, 1)
        remedy = f"write {near[0]}." if near else f"there are {_list(lists)}."
        problem = f"There is no code list {held}."
        yield _about(subject, spot, "codelist", "unknown-codelist", problem, remedy)
    elif is_code and not held:
        problem = "A code is searched for in a list, and none is named."
        yield _about(
            subject, spot, "codelist", "no-codelist", problem, "name one in bind::intake:codelist."
        )
    elif held and not is_code:
        problem = f"The list {held} is named, but the answer is no code."
        yield _about(
            subject, spot, "type", "no-codelist", problem, "write code in bind::intake:type."
        )


def _numbers(subject: Subject, spot: Spot) -> Iterator[Finding]:
    intake, definition = spot.definition.intake, spot.definition
    most, minutes = intake.get("max", "1"), intake.get("minutes", "1")
    if not most.isdecimal() or int(most) < 1:
        problem = f"max is the number of rows that there may be, and “{most}” is none."
        yield _about(subject, spot, "max", "not-a-number", problem, "write a whole number from 1.")
    elif "max" in intake and not (isinstance(definition, Group) and definition.repeats):
        problem = "max bounds the rows of a repeat, and this is none."
        yield _about(
            subject, spot, "max", "max-without-repeat", problem, "take it away.", "warning"
        )
    if not minutes.isdecimal():
        problem = f"minutes is a number, and “{minutes}” is none."
        yield _about(subject, spot, "minutes", "not-a-number", problem, "write a whole number.")


def _names(subject: Subject, spot: Spot) -> Iterator[Finding]:
    intake = spot.definition.intake
    evidence = intake.get("evidence")
    beside = spot.parent.children if spot.parent else {}
    if evidence and evidence not in beside:
        near = get_close_matches(evidence, list(beside), 1)
        problem = f"There is no question {evidence} beside this one."
        remedy = f"write {near[0]}." if near else "name a question of the same group."
        yield _about(subject, spot, "evidence", "unknown-evidence", problem, remedy)
    known = {one.name for one in subject.spots} | {one.path for one in subject.spots}
    known |= {"/".join(one.path.split("/")[2:]) for one in subject.spots}
    for name in intake.get("was", "").split():
        if name in known:
            problem = f"{name} is said to be an earlier name of this, but there is one now."
            remedy = "name only what is not there any more."
            yield _about(subject, spot, "was", "was-is-there", problem, remedy, "warning")


def _about(
    subject: Subject,
    spot: Spot,
    name: str,
    code: str,
    problem: str,
    remedy: str,
    severity: Severity = "error",
) -> Finding:
    return subject.at(spot, f"intake:{name}", code, problem, remedy, severity)


def _list(names: tuple[str, ...] | list[str], last: str = "and") -> str:
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end

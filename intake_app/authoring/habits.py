"""What runs, but hardly means what its author had in mind."""

from collections.abc import Iterator

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject
from intake_app.authoring.terms import node, walk
from intake_app.interview.definition import Group
from intake_app.interview.grammar import Call


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield habits that an experienced author would correct."""
    yield from _unnamed(subject)
    yield from _asked_later(subject)
    yield from _without_max(subject)
    yield from _outside(subject)
    if not subject.form.program.faults:
        yield from _unused(subject)


def _unnamed(subject: Subject) -> Iterator[Finding]:
    named = {name for row in subject.places.settings for name in row.cells}
    wanted = {
        "form_id": ("This questionnaire has no name of its own.", "one word, as in screening."),
        "version": (
            "A device cannot tell drafts of this questionnaire from those of another version.",
            "the day and a number, as in 2026112301, and raise it with every change.",
        ),
    }
    for setting, (problem, remedy) in wanted.items():
        if subject.places.sheets and setting not in named:
            yield Finding(
                code=f"no-{setting.replace('_', '-')}",
                problem=problem,
                remedy=f"write in the column {setting} {remedy}",
                severity="warning",
                **subject.places.setting(setting),
            )


def _asked_later(subject: Subject) -> Iterator[Finding]:
    for spot in subject.spots:
        cell = subject.form.program.of(spot).get("relevant")
        targets = {one.target for one in cell.depends if not one.rows} if cell else set()
        later = [
            one.name
            for one in sorted(targets, key=lambda one: one.number)
            if one.number > spot.number and one.question is not None and one.question.asked
        ]
        if later:
            yield subject.at(
                spot,
                "relevant",
                "asked-later",
                f"Whether this is asked depends on {', '.join(later)}, which comes after it.",
                "ask that first.",
                "warning",
            )


def _without_max(subject: Subject) -> Iterator[Finding]:
    for spot in subject.spots:
        definition = spot.definition
        if not isinstance(definition, Group) or not definition.repeats or definition.fixed:
            continue
        if not definition.count and "max" not in definition.intake:
            yield subject.at(
                spot,
                "intake:max",
                "no-max",
                "This repeat has no bound: an interview can become as long as a day.",
                "say in bind::intake:max how many there may be, or count them in repeat_count.",
                "warning",
            )


def _outside(subject: Subject) -> Iterator[Finding]:
    for written in subject.expressions:
        for part, at in walk(written.tree, written.spot):
            if not isinstance(part, Call) or part.name != "position" or not part.arguments:
                continue
            found = node(part.arguments[0], written.spot, at)
            if found is not None and not found.repeated():
                yield subject.at(
                    written.spot,
                    written.aspect,
                    "position-outside",
                    "position() tells which row of a repeat this is, and here is no repeat.",
                    "use it inside a repeat.",
                )


def _unused(subject: Subject) -> Iterator[Finding]:
    program = subject.form.program
    read = {one.target.number for cell in program.all_cells() for one in cell.depends}
    groups = [program.first_load, *program.new_row.values(), *program.on_change.values()]
    settings = [one for group in groups for one in group]
    read.update(one.target.number for setting in settings for one in setting.value.depends)
    for spot in subject.spots:
        question = spot.question
        if question is None or question.kind != "calculate" or not question.bind.calculate:
            continue
        if spot.number not in read and not question.intake:
            yield subject.at(
                spot,
                "calculate",
                "unused-calculation",
                "Nothing in the form uses this calculation, and nobody gets to read it.",
                "take it away, or say in bind::intake:purpose who reads it.",
                "warning",
            )

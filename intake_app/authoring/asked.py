"""Whether every question can be asked, and every answer that has a condition can be valid."""

from collections.abc import Iterator

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject
from intake_app.authoring.terms import node, walk
from intake_app.interview.spot import Spot


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield what can never be asked, and what can never be answered well."""
    reach = subject.reach
    for spot in subject.spots:
        if spot.parent is not None and spot.parent.number in reach.never:
            # What is inside is told with its group.
            reach.never.add(spot.number)
        elif reach.own(spot) and not reach.may_hold(reach.around(spot)):
            reach.never.add(spot.number)
            yield _never_asked(subject, spot)
        elif reach.own(spot) and not reach.may_hold(reach.around(spot), valid=True):
            yield _asked_when_invalid(subject, spot)
        yield from _never_valid(subject, spot)


def _asked_when_invalid(subject: Subject, spot: Spot) -> Finding:
    return subject.at(
        spot,
        "relevant" if spot.definition.bind.relevant else "count",
        "asked-when-invalid",
        "This is asked only where another answer does not meet its constraint.",
        "let the condition and that constraint fit each other.",
        "warning",
    )


def _never_asked(subject: Subject, spot: Spot) -> Finding:
    reach, own = subject.reach, subject.reach.own(spot)
    what = "This group" if spot.question is None else "This question"
    aspect = "relevant" if spot.definition.bind.relevant else "count"
    remedy = "correct the expression, or take the row away."
    hindering = _hindering(subject, spot)
    if not reach.may_hold(own, follow=False):
        why = "its condition can never hold"
    elif not reach.may_hold(reach.around(spot), follow=False):
        around = next(
            one
            for one in reversed(spot.chain())
            if not reach.may_hold([*own, *reach.own(one)], follow=False) or one.parent is None
        )
        why = f"its condition and that of {around.name} around it can never hold together"
    elif hindering is not None:
        why = f"it waits for {hindering.name}, which can never be answered"
        remedy = f"see {hindering.name} first."
    else:
        why = "its condition and those of the questions that it names can never hold together"
    return subject.at(spot, aspect, "never-asked", f"{what} is never asked: {why}.", remedy)


def _hindering(subject: Subject, spot: Spot) -> Spot | None:
    for condition in subject.reach.own(spot):
        for part, at in walk(condition.tree, condition.at):
            found = node(part, condition.owner, at)
            if found is not None and found.number in subject.reach.never:
                return found
    return None


def _never_valid(subject: Subject, spot: Spot) -> Iterator[Finding]:
    constraint = subject.reach.constraint(spot)
    # Of what is never asked, which is told already, the constraint is looked at by itself.
    asked = spot.number not in subject.reach.never
    around = subject.reach.around(spot) if asked else []
    if not constraint or subject.reach.may_hold([*constraint, *around], filled=spot, follow=asked):
        return
    problem = "No answer can ever meet this constraint."
    if spot.definition.bind.required:
        problem += " As an answer is required, the interview cannot be completed."
    yield subject.at(
        spot, "constraint", "never-valid", problem, "let the constraint hold for good answers."
    )

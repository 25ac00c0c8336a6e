"""What changed in the values that a form sets by itself: computed defaults, and triggers."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from intake_app.authoring.altered import shown
from intake_app.authoring.difference import Difference
from intake_app.interview.form import Form


class _When(NamedTuple):
    """When a value is set: at first (a default), or when the question of a name changes."""

    target: str
    trigger: str


def of(form: Form, paths: Mapping[str, str]) -> dict[_When, str]:
    """Return the values that a form sets, as its author writes them, with newer names in them."""
    made: dict[_When, list[str]] = {}
    for action in form.actions:
        target = paths.get(action.target, action.target)
        trigger = paths.get(action.source, action.source) if action.event == "changed" else ""
        # A default in a repeat is set at first and in each new row.
        held = made.setdefault(_When(target, trigger), [])
        words = shown(action.value, paths)
        if words not in held:
            held.append(words)
    return {when: ", ".join(held) for when, held in made.items()}


def differences(
    path: str, before: Mapping[_When, str], after: Mapping[_When, str]
) -> Iterator[Difference]:
    """Yield what changed in what one node is set to."""
    for when in dict.fromkeys([*after, *before]):
        old, new = before.get(when, "blank"), after.get(when, "blank")
        if when.target != path or old == new:
            continue
        what, code, effect = "calculated default", "default", "drafts keep what they have"
        if when.trigger:
            name = when.trigger.rpartition("/")[2]
            what, code = f"calculation when ${{{name}}} changes", "trigger"
            effect = "it is calculated when that changes next"
        yield Difference(
            code=code, about=path, change=f"The {what} was {old} and is {new}.", drafts=effect
        )

"""Questions that were renamed, as it seems, where nobody wrote down the earlier name."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from intake_app.authoring import altered
from intake_app.interview.form import Form
from intake_app.interview.spot import Spot

_ALIKE: Final = 0.8


def likely(
    a: Form, b: Form, removed: Sequence[Spot], added: Sequence[Spot], became: Mapping[int, Spot]
) -> dict[int, Spot]:
    """Return for each newer question that seems to be an older one which that is, by its number.

    They have one type, and nearly one label or one place between the same neighbours. `became`
    has what older nodes became, by their numbers.
    """
    found: dict[int, Spot] = {}
    waiting = list(removed)
    for after in added:
        alike = [before for before in waiting if _one_type(before, after)]
        labels = {label: before for before in reversed(alike) if (label := _label(a, before))}
        near = get_close_matches(_label(b, after), labels, 1, _ALIKE)
        here = (before for before in alike if _one_place(before, after, became))
        before = labels[near[0]] if near else next(here, None)
        if before is not None:
            found[after.number] = before
            waiting.remove(before)
    return found


def _one_type(before: Spot, after: Spot) -> bool:
    old, new = before.question, after.question
    return bool(old and new and old.asked and (old.kind, old.type) == (new.kind, new.type))


def _label(form: Form, spot: Spot) -> str:
    key = spot.definition.texts.get("label", "")
    return altered.words(form, key, form.default_language).casefold()


def _one_place(before: Spot, after: Spot, became: Mapping[int, Spot]) -> bool:
    if before.parent is None or became.get(before.parent.number) is not after.parent:
        return False
    return [became.get(one.number) if one else None for one in _beside(before)] == _beside(after)


def _beside(spot: Spot) -> list[Spot | None]:
    """Return what comes right before and right behind a node in its group."""
    around = spot.parent.children.values() if spot.parent else ()
    held = [None, *(one for one in around if not one.in_meta), None]
    at = held.index(spot)
    return [held[at - 1], held[at + 1]]

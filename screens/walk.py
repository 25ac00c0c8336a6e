"""The order in which a person walks: a repeat is a place that one goes into and comes back to.

    step before → repeat → step after
                    │ ↑
                    ↓ │
       the steps of one instance, to its last

From a repeat one goes on into what is still open inside it, and past it when nothing is.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake_app.interview.session import Interview

_INSTANCE = re.compile(r"\[\d+\]")


def following(interview: "Interview", path: str) -> str | None:
    """Return the step after one; None after the last."""
    steps = interview.steps()
    order = [step.path for step in steps]
    at = order.index(path)
    if steps[at].kind == "repeat":
        inside = f"{path}["
        open_inside = (each.path for each in interview.problems() if each.path.startswith(inside))
        beyond = (each for each in order[at + 1 :] if not each.startswith(inside))
        return next(open_inside, None) or next(beyond, None)
    after = order[at + 1] if at + 1 < len(order) else None
    return _home(path, after, order) or after


def preceding(interview: "Interview", path: str) -> str | None:
    """Return the step before one; None before the first."""
    order = [step.path for step in interview.steps()]
    at = order.index(path)
    before = order[at - 1] if at else None
    if before is None:
        return None
    # From outside an instance one comes to the repeat that it belongs to.
    return _home(before, path, order) or before


def _home(inside: str, other: str | None, order: list[str]) -> str | None:
    """Return the innermost repeat with a step of its own that is left between two steps."""
    for found in reversed(list(_INSTANCE.finditer(inside))):
        instance, repeat = inside[: found.end()], inside[: found.start()]
        if repeat in order and not (other or "").startswith(instance + "/"):
            return repeat
    return None

"""Which part of an interview is sealed where: with the record, or with health and safety, apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from intake_app.interview.definition import Question
from intake_app.interview.form import Form

if TYPE_CHECKING:
    from intake_app.vault import Record

SEALED_APART: Final = frozenset({"health", "safety"})
#: What an orphan may be and stay with the record; what is not known of it is taken for health.
_OPEN = frozenset({"", "third-party", "national-number", "proxy"})
_INDEX = re.compile(r"\[\d+\]")
#: What a state has by path: answers, and how many rows there are, in sight and out of it.
_BY_PATH = ("nodes", "repeats", "hidden")


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of an interview's state."""

    open: dict[str, Any] = field(repr=False)
    sealed: dict[str, Any] = field(repr=False)


def split(state: Mapping[str, Any], form: Form, *, at: str = "") -> Parts:
    """Part an interview's state: what is sealed with the record, and health and safety apart.

    So is `at`, the question where it was left: that it was asked tells the answer before it.
    """
    rest = {name: held for name, held in state.items() if name not in {*_BY_PATH, "orphans"}}
    rest |= {"repeats": {}, "nodes": {}}
    sealed: dict[str, Any] = {"at": at} if at else {}
    for kind in _BY_PATH:
        for path, held in state.get(kind, {}).items():
            part = sealed if _is_apart(form, path) else rest
            part.setdefault(kind, {})[path] = held
    for orphan in state.get("orphans", ()):
        part = rest if orphan["sensitivity"] in _OPEN else sealed
        part.setdefault("orphans", []).append(orphan)
    return Parts(rest, sealed)


def join(record: "Record") -> dict[str, Any]:
    """Return the state of a record's interview, as far as its user may open it."""
    state, health = dict(record.body["interview"]), record.health or {}
    for kind in _BY_PATH:
        if kind in state or kind in health:
            state[kind] = {**state.get(kind, {}), **health.get(kind, {})}
    orphans = [*state.pop("orphans", []), *health.get("orphans", [])]
    return {**state, "orphans": orphans} if orphans else state


def left_at(record: "Record") -> str:
    """Return the question where an interview was left; blank where this user may not know."""
    # Drafts of earlier versions of the app have it in the open part.
    return str((record.health or {}).get("at") or record.body.get("at", ""))


def apart(record: "Record") -> frozenset[str]:
    """Return the paths of what lies sealed apart in a record, as far as its user may open it."""
    health = record.health or {}
    orphans = (orphan["path"] for orphan in health.get("orphans", ()))
    return frozenset({*health.get("nodes", {}), *orphans})


def section(path: str) -> str:
    """Return the section of a question; of one in no section, the whole form."""
    steps = _INDEX.sub("", path).split("/")
    return "/".join(steps[: min(3, len(steps) - 1)])


def logged(form: Form, path: str) -> str:
    """Return what the log calls a question: a section with health or safety in it as a whole.

    That a follow-up question was asked tells the answer before it.
    """
    plain = _INDEX.sub("", path)
    top = "/".join(plain.split("/")[:3])
    inside = (each for each in form.questions.values() if f"{each.path}/".startswith(f"{top}/"))
    if any(each.sensitivity in SEALED_APART for each in inside):
        return section(path) if plain in form.questions else top
    return path


def _is_apart(form: Form, path: str) -> bool:
    """Tell what is health or safety; a calculation may tell of it too, so it goes along.

    Of a repeat in which nothing else is asked, the number of rows does.
    """
    spot = form.program.by_path.get(_INDEX.sub("", path) if "[" in path else path)
    if spot is None:
        return True
    definition = spot.definition
    if isinstance(definition, Question):
        return not definition.asked or definition.sensitivity in SEALED_APART
    return SEALED_APART.issuperset(
        each.sensitivity for each in definition.questions() if each.asked
    )

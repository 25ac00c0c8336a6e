"""Which part of an interview is sealed where: with the record, or with health and safety, apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from intake_app.interview.form import Form

if TYPE_CHECKING:
    from intake_app.vault import Record

SEALED_APART: Final = frozenset({"health", "safety"})
#: What an orphan may be and stay with the record; what is not known of it is taken for health.
_OPEN = frozenset({"", "third-party", "national-number", "proxy"})
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of an interview's state."""

    open: dict[str, Any] = field(repr=False)
    sealed: dict[str, Any] = field(repr=False)


def split(state: Mapping[str, Any], form: Form) -> Parts:
    """Part an interview's state: what is sealed with the record, and health and safety apart."""
    rest: dict[str, Any] = {**state, "nodes": {}}
    sealed: dict[str, Any] = {}
    for path, held in state["nodes"].items():
        part = sealed.setdefault("nodes", {}) if _is_apart(form, path) else rest["nodes"]
        part[path] = held
    for orphan in rest.pop("orphans", ()):
        part = rest if orphan["sensitivity"] in _OPEN else sealed
        part.setdefault("orphans", []).append(orphan)
    return Parts(rest, sealed)


def join(record: "Record") -> dict[str, Any]:
    """Return the state of a record's interview, as far as its user may open it."""
    state, health = dict(record.body["interview"]), record.health or {}
    state["nodes"] = {**state["nodes"], **health.get("nodes", {})}
    orphans = [*state.pop("orphans", []), *health.get("orphans", [])]
    return {**state, "orphans": orphans} if orphans else state


def logged(form: Form, path: str) -> str:
    """Return what the log calls a question: a section with health or safety in it as a whole.

    That a follow-up question was asked tells the answer before it.
    """
    section = "/".join(path.split("/")[:3])
    inside = (each for each in form.questions.values() if each.path.startswith(f"{section}/"))
    return section if any(each.sensitivity in SEALED_APART for each in inside) else path


def _is_apart(form: Form, path: str) -> bool:
    """Tell what is health or safety; a calculation may tell of it too, so it goes along."""
    question = form.questions.get(_INDEX.sub("", path))
    return question is None or not question.asked or question.sensitivity in SEALED_APART

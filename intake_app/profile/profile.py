"""From a finished interview to what one recipient may know of it.

Which answers a profile holds is decided by `intake_app.profile.purposes` alone.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError, ProfileError
from intake_app.interview.session import Interview, Node
from intake_app.profile.answer import DATES, answer_text, code_label
from intake_app.profile.format import Code, Context, Field, Profile, Section
from intake_app.profile.purposes import may_see
from intake_app.reference import Library
from intake_app.words import mark

__all__ = ["Code", "Context", "Field", "Profile", "Section", "build"]

#: Recipients read Dutch.
LANGUAGE = "nl"

_V_NUMBER = "/data/person/v_number"
_INTERVIEW_LANGUAGE = "/data/start/interview_language"


# Kinds that hold no answer: words on the screen, or a file that is not part of a profile.
_SILENT = frozenset({"note", "image", "audio", "video", "file"})
#: What an answer rests on where nothing else is known.
SELF_DECLARED = "self-declared"
# By provenance, and by the answer to the question that asks for the evidence.
_EVIDENCE = {
    "prefilled": "record",
    "observed": "observed",
    "seen": "document-seen",
    "follows": "document-follows",
}
_INDEX = re.compile(r"\[(\d+)]$")


def build(interview: Interview, *, recipient: str, context: Context, library: Library) -> Profile:
    """Make the profile that one recipient may have of an interview.

    Raises ProfileError for an unknown recipient or an interview without a V-number, and
    CodeListError where a list that an answer was chosen from cannot be read.
    """
    v_number = interview.node(_V_NUMBER).value
    if not v_number:
        raise ProfileError(mark("A profile needs a V-number. Fill it in and finish again."))
    told = [
        node
        for node in interview.nodes()
        if node.relevant and (node.value or node.aside) and node.question.kind not in _SILENT
    ]
    seen = [
        node
        for node in told
        if may_see(
            recipient,
            node.question,
            show_housing_adaptation=context.show_housing_adaptation,
        )
    ]
    writer = _Writer(_without(interview, seen, context), context, library)
    fields = [writer.field(node) for node in seen]
    sections = tuple(
        Section(name, writer.title(f"/data/{name}"), tuple(each))
        for name, each in groupby(fields, key=lambda one: one.section)
    )
    form = interview.form
    return Profile(recipient, v_number, form.id, str(form.version), form.hash, context, sections)


def _without(interview: Interview, seen: list[Node], context: Context) -> Interview:
    """Return the interview as if only what is seen had been answered.

    A question's words may repeat an earlier answer (`${…}`): with this one they can repeat
    none that the recipient may not see.
    """
    state = interview.export()
    visible = {node.path for node in seen}
    nodes = {path: told for path, told in state["nodes"].items() if path in visible}
    return Interview(
        interview.form, clock=FixedClock(context.created), state={**state, "nodes": nodes}
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns nodes into fields, with the words of an interview that holds nothing else."""

    interview: Interview
    context: Context
    library: Library

    def field(self, node: Node) -> Field:
        """Return the field of a node."""
        question, beside = node.question, node.beside
        section = node.path.split("/")[2]
        is_words = question.kind == "text"
        is_date = question.kind in DATES
        return Field(
            item=question.item,
            path=node.path,
            section=section,
            group=self._group(node.path),
            label=self.interview.text(node.path, "label", LANGUAGE),
            kind=question.kind,
            value=node.value,
            display=answer_text(self.interview, node, LANGUAGE, self.library),
            status=node.aside or "answered",
            codes=self._codes(node),
            own_words=node.value
            if is_words
            else beside.get("words" if is_date else "own_words", ""),
            own_words_language=beside.get("own_words_language", ""),
            calendar=beside.get("calendar", ""),
            asked_at=node.at,
            asked_by=self.context.screener_role,
            language=self._value(_INTERVIEW_LANGUAGE),
            interpreter=self.context.interpreter,
            provenance=question.provenance,
            evidence=self._evidence(node),
            confirmed=self._confirmed(section),
            sensitivity=question.sensitivity,
        )

    def title(self, path: str) -> str:
        """Return the Dutch title of a group; of an instance of a repeat with its number."""
        title = self.interview.text(path, "label", LANGUAGE)
        instance = _INDEX.search(path)
        return f"{title} {instance[1]}" if instance else title

    def _group(self, path: str) -> str:
        """Return the headings between a node's section and the node."""
        parts = path.split("/")
        above = ("/".join(parts[:end]) for end in range(4, len(parts)))
        return " · ".join(title for title in map(self.title, above) if title)

    def _codes(self, node: Node) -> tuple[Code, ...]:
        question, beside = node.question, node.beside
        if not node.value:
            return ()
        if question.kind == "code":
            name = question.codelist
            known = self.library[name] if name in self.library else None  # noqa: SIM401 - no mapping
            return (
                Code(
                    node.value,
                    beside.get("system") or (known.system if known else name),
                    beside.get("version") or (known.version if known else ""),
                    beside.get("label")
                    or code_label(name, node.value, LANGUAGE, self.library, beside),
                ),
            )
        if question.kind.startswith("select_") or question.kind == "rank":
            form = self.interview.form
            system = question.intake.get("system", form.id)
            return tuple(
                Code(
                    name,
                    system,
                    str(form.version),
                    self.interview.choice_text(node.path, name, LANGUAGE),
                )
                for name in node.value.split()
            )
        return ()

    def _evidence(self, node: Node) -> str:
        """Return what an answer rests on: a question may name the one that tells its evidence."""
        named = node.question.intake.get("evidence")
        if named:
            told = self._value(f"{node.path.rpartition('/')[0]}/{named}")
            return _EVIDENCE.get(told, SELF_DECLARED)
        return _EVIDENCE.get(node.question.provenance, SELF_DECLARED)

    def _confirmed(self, section: str) -> bool:
        if self.context.confirmed == "disagree":
            return bool(self.context.disputed) and section not in self.context.disputed
        return self.context.confirmed in {"yes", "corrected"}

    def _value(self, path: str) -> str:
        try:
            return self.interview.node(path).value
        except InterviewError:
            return ""

"""From a finished interview to what one recipient may know of it.

Which answers a profile holds is decided by `intake_app.profile.purposes` alone.
"""

from dataclasses import dataclass
from itertools import groupby

from intake_app.errors import ProfileError
from intake_app.interview.definition import Question
from intake_app.interview.session import Interview, Node
from intake_app.profile.answer import DATES, answer_text, code_label, status_of
from intake_app.profile.format import Code, Context, Field, Profile, Section
from intake_app.profile.purposes import may_see
from intake_app.profile.titles import Titles
from intake_app.profile.wording import Wording
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


def build(interview: Interview, *, recipient: str, context: Context, library: Library) -> Profile:
    """Make the profile that one recipient may have of an interview.

    Raises ProfileError for an unknown recipient or an interview without a V-number, and
    CodeListError where a list that an answer was chosen from cannot be read.
    """
    form = interview.form
    v_number = interview.node(_V_NUMBER).value if _V_NUMBER in form.questions else ""
    if not v_number:
        raise ProfileError(mark("A profile needs a V-number. Fill it in and finish again."))

    def visible(question: Question) -> bool:
        return may_see(recipient, question, show_housing_adaptation=context.show_housing_adaptation)

    titles = Titles(form, LANGUAGE)
    wording = Wording(interview, LANGUAGE, visible)
    writer = _Writer(interview, titles, wording, context, library)
    fields = [
        writer.field(node)
        for node in interview.nodes()
        if node.relevant
        and status_of(node)
        and node.question.kind not in _SILENT
        and visible(node.question)
    ]
    sections = tuple(
        Section(name, titles.section(name), tuple(each))
        for name, each in groupby(fields, key=lambda one: one.section)
    )
    return Profile(recipient, v_number, form.id, form.version, form.hash, context, sections)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns nodes that a recipient may see into fields."""

    interview: Interview
    titles: Titles
    wording: Wording
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
            group=self.titles.group(node.path),
            label=self.wording.label(node),
            kind=question.kind,
            value=node.value,
            display=answer_text(node, LANGUAGE, self.library, self.wording.choice),
            status=status_of(node),
            codes=self._codes(node),
            own_words=node.value
            if is_words
            else beside.get("words" if is_date else "own_words", ""),
            own_words_language=beside.get("own_words_language", ""),
            calendar=beside.get("calendar", ""),
            asked_at=node.at,
            asked_by=self.context.screener_role,
            language=self._spoken(),
            interpreter=self.context.interpreter,
            provenance=_provenance(node),
            evidence=self._evidence(node),
            confirmed=self._confirmed(section),
            sensitivity=question.sensitivity,
        )

    def _spoken(self) -> str:
        question = self.interview.form.questions.get(_INTERVIEW_LANGUAGE)
        if question is None or not self.wording.visible(question):
            return ""
        return self.interview.node(_INTERVIEW_LANGUAGE).value

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
            # A system that the questionnaire names has its version in its name: ISCED 2011.
            system, version = question.intake.get("system", ""), ""
            if not system:
                system, version = form.id, form.version
            return tuple(
                Code(self._coded(node, name), system, version, self.wording.choice(node, name))
                for name in node.value.split()
            )
        return ()

    def _coded(self, node: Node, name: str) -> str:
        """Return a choice's code in the municipal model where the questionnaire gives it."""
        choice = self.wording.chosen(node, name)
        return (choice.extra.get("ggm", "") if choice is not None else "") or name

    def _evidence(self, node: Node) -> str:
        """Return what an answer rests on: a question may name the one that tells its evidence."""
        named = node.question.intake.get("evidence")
        if named:
            seen = self.interview.node(f"{node.path.rpartition('/')[0]}/{named}")
            if self.wording.visible(seen.question):
                return _EVIDENCE.get(seen.value, SELF_DECLARED)
            return SELF_DECLARED
        return _EVIDENCE.get(_provenance(node), SELF_DECLARED)

    def _confirmed(self, section: str) -> bool:
        if self.context.confirmed == "disagree":
            return bool(self.context.disputed) and section not in self.context.disputed
        return self.context.confirmed in {"yes", "corrected"}


def _provenance(node: Node) -> str:
    """Return where an answer comes from; what may be prefilled and was typed was asked."""
    declared = node.question.provenance
    if declared == "prefilled" and not node.beside.get("prefilled"):
        return "asked"
    return declared

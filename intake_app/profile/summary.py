"""The summary: what was written down, as it is read to the resident, who confirms it.

It holds everything that the conversation itself told, whoever may see it later; the screen and
the resident's copy show it in two languages side by side by asking for it twice.
"""

from dataclasses import dataclass, field
from itertools import groupby

from intake_app.interview.session import Interview, Node
from intake_app.profile.answer import answer_text, status_of
from intake_app.profile.titles import Titles
from intake_app.reference import Library

# What is about the conversation rather than about the resident.
_NOT_READ = frozenset({"start", "explanation", "summary"})


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One question and its answer in one language.

    `status` is answered, uncoded (the answer is the resident's own words), declined or unknown
    (the answer is blank then); `group` the heading under the section; `own_words` what the
    person said where a code or a date stands for it; `observed` whether the screener noted it
    rather than asked.
    """

    path: str
    group: str
    question: str
    answer: str = field(repr=False)
    status: str
    own_words: str = field(repr=False)
    observed: bool


@dataclass(frozen=True, slots=True)
class SummarySection:
    """A part of the conversation, with its title in one language."""

    name: str
    title: str
    lines: tuple[SummaryLine, ...]


def summary(interview: Interview, language: str, library: Library) -> tuple[SummarySection, ...]:
    """Return the summary in a language, in the order of the questionnaire.

    Raises CodeListError where a list that an answer was chosen from cannot be read.
    """
    titles = Titles(interview.form, language)

    def choice(node: Node, name: str) -> str:
        return interview.choice_text(node.path, name, language)

    told = (
        node
        for node in interview.nodes()
        if node.relevant and status_of(node) and node.question.asked
    )
    return tuple(
        SummarySection(
            name,
            titles.section(name),
            tuple(
                SummaryLine(
                    path=node.path,
                    group=titles.group(node.path),
                    question=interview.text(node.path, "label", language),
                    answer=answer_text(node, language, library, choice)
                    or node.beside.get("own_words", ""),
                    status=status_of(node),
                    own_words=node.beside.get("own_words") or node.beside.get("words", ""),
                    observed=node.question.provenance == "observed",
                )
                for node in nodes
            ),
        )
        for name, nodes in groupby(told, key=lambda each: each.path.split("/")[2])
        if name not in _NOT_READ
    )

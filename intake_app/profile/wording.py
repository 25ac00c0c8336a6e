"""The questionnaire's words for one recipient, who may not read hidden answers in them.

A question's text may repeat an earlier answer (`${…}`). It is filled in only where everything
that it reads, through calculations too, is for this recipient; else it says “…”.
"""

from collections.abc import Callable
from dataclasses import dataclass

from intake_app.interview.context import Dependency
from intake_app.interview.definition import Choice, Output, Question, TextParts
from intake_app.interview.expression import compile_expression
from intake_app.interview.session import Interview, Node
from intake_app.interview.spot import Spot

_UNFILLED = "…"


@dataclass(frozen=True, slots=True)
class Wording:
    """Labels and choices in one language, with what `visible` tells of each question."""

    interview: Interview
    language: str
    visible: Callable[[Question], bool]

    def label(self, node: Node) -> str:
        """Return a question's label, filled in as far as the recipient may know."""
        parts = self._parts(node.question.texts.get("label", ""))
        spot = self.interview.form.program.by_path[node.question.path]
        if all(isinstance(part, str) or self._open(part, spot) for part in parts):
            return self.interview.text(node.path, "label", self.language)
        return _bare(parts)

    def choice(self, node: Node, name: str) -> str:
        """Return the words of a choice; what they would fill in from answers stays out.

        A choice that is made of answers (a repeat's rows) is known by its name alone.
        """
        choice = self.chosen(node, name)
        if choice is not None and choice.text is not None:
            return _bare(self._parts(choice.text))
        itemset = node.question.itemset
        if itemset is not None and itemset.nodeset.startswith("instance("):
            return self.interview.choice_text(node.path, name, self.language)
        return name

    def chosen(self, node: Node, name: str) -> Choice | None:
        """Return a choice that a question offers, by its name."""
        offered = self.interview.choices(node.path)
        return next((choice for choice in offered if choice.name == name), None)

    def _parts(self, key: str) -> TextParts:
        return self.interview.form.text(key, self.language)

    def _open(self, part: Output, spot: Spot) -> bool:
        form = self.interview.form
        read = compile_expression(part.expression, spot, form.instances).depends
        return all(self._may_read(each, spot, frozenset()) for each in read)

    def _may_read(self, read: Dependency, reader: Spot, before: frozenset[int]) -> bool:
        target = read.target
        question = target.question
        if question is None:
            # The number of its own row is what a question's place tells anyway.
            return read.rows and target in reader.chain()
        if self.visible(question):
            return True
        # A calculation that declares nothing of its own is as open as what it reads.
        calculate = self.interview.form.program.of(target).get("calculate")
        declares = question.purposes or question.sensitivity
        if calculate is None or declares or target.number in before:
            return False
        return all(
            self._may_read(each, target, before | {target.number}) for each in calculate.depends
        )


def _bare(parts: TextParts) -> str:
    return "".join(part if isinstance(part, str) else _UNFILLED for part in parts)

"""What is looked at when a questionnaire is checked: the form, and where its parts stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from intake_app.authoring.finding import Finding, Severity
from intake_app.authoring.reach import Reach
from intake_app.authoring.rows import Places
from intake_app.authoring.terms import parsed
from intake_app.interview.definition import Group, Output, Question
from intake_app.interview.form import Form
from intake_app.interview.grammar import Tree
from intake_app.interview.spot import Spot

_ASPECTS = ("relevant", "readonly", "required", "constraint", "calculate")


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stands in a form: of which node, in which aspect."""

    spot: Spot
    aspect: str
    tree: Tree


@dataclass(frozen=True)
class Subject:
    """A questionnaire that is checked; `made` is its compiled JSON."""

    form: Form
    made: Mapping[str, Any] = field(repr=False)
    places: Places = field(repr=False)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """All nodes in form order, without the root and what a form notes about itself."""
        return tuple(
            spot
            for spot in self.form.program.spots[1:]
            if all(one.name != "meta" or one.depth != 1 for one in spot.chain())
        )

    @cached_property
    def reach(self) -> Reach:
        """What can be in this form."""
        return Reach(self.form)

    @cached_property
    def expressions(self) -> tuple[Written, ...]:
        """All expressions that can be read, in form order."""
        return tuple(self._expressions())

    @property
    def questions(self) -> Iterator[tuple[Spot, Question]]:
        """Go through the nodes that take an answer from a person."""
        for spot in self.spots:
            question = spot.question
            if question is not None and question.asked:
                yield spot, question

    def default_text(self, key: str) -> str:
        """Return a text in the form's own language, with `${name}` where an answer comes."""
        return self.said(key, self.form.default_language)

    def said(self, key: str, language: str) -> str:
        """Return a text in a language, blank where that lacks it."""
        parts = self.form.texts.get(language, {}).get(key, ())
        return "".join(
            f"${{{part.expression.rpartition('/')[2].strip()}}}"
            if isinstance(part, Output)
            else part
            for part in parts
        )

    def heading(self, code: str) -> str:
        """Return a language as the sheet's headings have it; blank for the only one."""
        found = self.form.language(code)
        return "" if found is None or found.name == "default" else found.name

    def at(
        self,
        spot: Spot,
        aspect: str,
        code: str,
        problem: str,
        remedy: str,
        severity: Severity = "error",
    ) -> Finding:
        """Return a finding about an aspect of a node."""
        place = self.places.node(spot.path, aspect)
        return Finding(code=code, problem=problem, remedy=remedy, severity=severity, **place)

    def _expressions(self) -> Iterator[Written]:
        own = self.form.texts.get(self.form.default_language, {})
        for spot in self.spots:
            definition = spot.definition
            words = [(aspect, getattr(definition.bind, aspect)) for aspect in _ASPECTS]
            if isinstance(definition, Group):
                words.append(("count", definition.count))
            elif definition.itemset is not None:
                words.append(("choices", definition.itemset.nodeset))
            words.extend(
                (role, part.expression)
                for role, key in definition.texts.items()
                for part in own.get(key, ())
                if isinstance(part, Output)
            )
            for aspect, held in words:
                tree = parsed(held)
                if tree is not None:
                    yield Written(spot, aspect, tree)
        for action in self.made.get("actions", ()):
            target, tree = self.form.program.by_path.get(action["target"]), parsed(action["value"])
            if target is not None and tree is not None:
                yield Written(target, "calculate" if action["source"] else "default", tree)

"""`Interview`: one conversation over a form. Sans I/O: clock and chance are passed in.

Paths carry `[n]` at each repeat, counted from 1: `/data/work/jobs[2]/title`. Every change is
complete when its method returns; a change that is refused raises InterviewError and leaves all
as it was.
"""

import random as chance
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from intake_app.clock import Clock
from intake_app.errors import InterviewError
from intake_app.interview import answers, navigation
from intake_app.interview import state as states
from intake_app.interview.definition import Choice, Question
from intake_app.interview.form import Form
from intake_app.interview.instance import Item, plant
from intake_app.interview.model import MAX_ROWS, Model
from intake_app.interview.navigation import Problem, SectionState, Step
from intake_app.interview.spot import Spot
from intake_app.interview.world import Surroundings
from intake_app.words import mark

#: What a question may be set aside for, instead of an answer.
ASIDE = ("declined", "unknown")


@dataclass(frozen=True, slots=True)
class Change:
    """What an action changed: paths whose node differs, and whether rows or relevance did."""

    changed: tuple[str, ...]
    structure: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A question as it stands now."""

    path: str
    question: Question
    relevant: bool
    required: bool
    readonly: bool
    value: str
    valid: bool
    aside: str
    beside: Mapping[str, str]
    at: str
    by: str


class Interview:
    """One conversation: its answers, and everything that follows from them."""

    def __init__(
        self,
        form: Form,
        *,
        clock: Clock,
        random: chance.Random | None = None,
        state: Mapping[str, Any] | None = None,
        actor: str = "",
    ) -> None:
        """Begin an interview, or go on with an exported state; FormError if it is another form's.

        `actor` is who asks: it stands with every answer. Without `random`, chance comes from
        the system.
        """
        self.form = form
        self.actor = actor
        self._clock = clock
        self._model = Model(form.program)
        language = (state or {}).get("language", form.default_language)
        self._world = Surroundings(
            form, self._model, clock, random or chance.SystemRandom(), language
        )
        self._today = clock.today()
        if state is None:
            states.preload(self._model, self._world)
            self._model.start(self._world)
            self._model.begin()
        else:
            overruled = states.restore(self._model, form, state)
            self._model.start(self._world, overruled)
            self._model.listen()
        self._model.settle()

    # Changing

    @property
    def language(self) -> str:
        """The code of the language that texts come in."""
        return self._world.language

    def set_language(self, code_or_name: str) -> Change:
        """Switch the language; InterviewError where the form does not have it."""
        language = self.form.language(code_or_name)
        if language is None:
            raise InterviewError(
                mark("This questionnaire has no language {language}."), language=code_or_name
            )
        self._world.language = language.code
        self._model.refresh(language=True)
        changed = self._changed()
        return Change(changed.changed, structure=True)

    def answer(self, path: str, value: str, *, beside: Mapping[str, str] | None = None) -> Change:
        """Answer a question in XForms text; blank clears it.

        A value that is not of the question's type is kept and the node is not valid. Refused:
        what is not relevant, read-only or only calculated, and choices that are not offered.
        """
        item, question = self._answerable(path)
        kind = "choices" if question.kind in {"select_multiple", "rank"} else question.type
        raw = answers.normal(value, kind)
        self._offered(item, question, raw)
        return self._write(item, raw, aside="", beside=beside or {})

    def clear(self, path: str) -> Change:
        """Take an answer away, and with it whatever stands beside it."""
        return self.answer(path, "")

    def set_aside(self, path: str, reason: str) -> Change:
        """Note that a question is `declined` or `unknown`: it counts as answered, and is blank."""
        item, question = self._answerable(path)
        if reason not in ASIDE:
            raise InterviewError(mark("There is no reason {reason}."), reason=reason)
        if question.intake.get("decline") == "no":
            raise InterviewError(mark("This question must be answered: {path}"), path=path)
        return self._write(item, "", aside=reason, beside={})

    def add_repeat(self, path: str) -> Change:
        """Add an instance at the end of a repeat that a person may add to."""
        around, spot = self._repeat(path)
        definition = spot.definition
        maximum = getattr(definition, "maximum", None)
        if len(around.rows[spot.name]) >= min(maximum or MAX_ROWS, MAX_ROWS):
            raise InterviewError(
                mark("There can be no more than {maximum} of {path}."),
                maximum=maximum or MAX_ROWS,
                path=path,
            )
        self._catch_up()
        self._model.add_row(around, spot)
        return self._changed()

    def remove_repeat(self, path: str) -> Change:
        """Remove an instance, `/data/jobs[1]`; those after it move up."""
        item = self._item(path)
        if not item.spot.repeats or item.up is None:
            raise InterviewError(mark("{path} is no instance of a repeat."), path=path)
        self._repeat(path.rpartition("[")[0])
        self._catch_up()
        self._model.remove_row(item)
        return self._changed()

    def catch_up(self) -> Change:
        """Bring what depends on the date up to today; every change does this by itself."""
        self._catch_up()
        return self._changed()

    # Looking

    def node(self, path: str) -> Node:
        """Return a question as it stands; InterviewError where there is none at the path."""
        item = self._item(path)
        if item.spot.question is None:
            raise InterviewError(mark("{path} is no question."), path=path)
        return _node(item, item.spot.question)

    def nodes(self) -> Iterator[Node]:
        """Go through all questions in form order, every instance, `meta` left out."""
        for item in self._leaves():
            if item.spot.question is not None:
                yield _node(item, item.spot.question)

    def text(self, path: str, role: str = "label", language: str | None = None) -> str:
        """Return a text of a question or group with its outputs filled in; blank without one.

        Roles: `label`, `hint`, `guidance`, `constraint`, `required`.
        """
        item = self._item(path, rows=True)
        key = item.spot.definition.texts.get(role)
        return "" if key is None else self._world.itext(key, item, self._code(language))

    def confirmed(self, path: str, role: str = "label", language: str | None = None) -> bool:
        """Tell whether a qualified translator confirmed a text in a language."""
        key = self._item(path, rows=True).spot.definition.texts.get(role, "")
        return self.form.confirmed(key, self._code(language) or self.language)

    def choices(self, path: str) -> tuple[Choice, ...]:
        """Return the choices that a question offers now, in order."""
        return self._model.choices(self._item(path))

    def choice_text(self, path: str, name: str, language: str | None = None) -> str:
        """Return the label of a choice; its name where it has none."""
        item = self._item(path)
        for choice in self._model.choices(item):
            if choice.name == name:
                return self._world.choice_text(item, choice, self._code(language))
        return name

    def count(self, path: str) -> int:
        """Return how many instances a repeat has."""
        around, spot = self._around(path)
        return len(around.rows[spot.name])

    def steps(self) -> tuple[Step, ...]:
        """Return what a person walks through: all that is relevant, in order."""
        return tuple(navigation.steps(self._model))

    def next(self, path: str | None) -> str | None:
        """Return the path of the step after one (the first after None), None at the end."""
        return self._beside(path, 1)

    def previous(self, path: str | None) -> str | None:
        """Return the path of the step before one (the last before None), None at the start."""
        return self._beside(path, -1)

    def sections(self) -> tuple[SectionState, ...]:
        """Return how each section stands."""
        return tuple(navigation.sections(self._model))

    def problems(self) -> tuple[Problem, ...]:
        """Return what keeps the interview from being complete."""
        return tuple(navigation.problems(self._model))

    def progress(self) -> tuple[int, int]:
        """Return how many of the relevant questions are answered, and how many there are."""
        asked = [item for step, item in navigation.walk(self._model) if step.kind == "question"]
        return sum(map(navigation.answered, asked)), len(asked)

    def export(self) -> dict[str, Any]:
        """Return the whole state, safe for JSON; `state=` takes it back."""
        return states.export(self._model, self.form, self.language)

    # Inside

    def _write(self, item: Item, raw: str, *, aside: str, beside: Mapping[str, str]) -> Change:
        self._catch_up()
        before = (item.aside, item.beside, item.at, item.by, item.told)
        old, logical = item.raw, item.logical
        item.aside, item.beside = aside, dict(beside)
        item.at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        item.by, item.told = self.actor, True
        calculated = "calculate" in self.form.program.of(item.spot)
        if not (raw or aside or beside or calculated):
            item.at, item.by, item.told = "", "", False
        self._model.touch(item)
        self._model.put(item, raw)
        change, too_many = self._settle()
        if too_many:
            (item.aside, item.beside, item.at, item.by, item.told) = before
            self._model.put(item, old, logical=logical)
            self._settle()
            raise InterviewError(
                mark("{path} would have more than {maximum} instances."),
                path=too_many,
                maximum=MAX_ROWS,
            )
        return change

    def _offered(self, item: Item, question: Question, raw: str) -> None:
        if question.itemset is None:
            return
        offered = {choice.name for choice in self._model.choices(item)}
        one = question.kind == "select_one"
        for name in [raw] if one and raw else raw.split():
            if name not in offered:
                raise InterviewError(mark("{path} does not offer this choice."), path=item.path)

    def _answerable(self, path: str) -> tuple[Item, Question]:
        item = self._item(path)
        question = item.spot.question
        if question is None or not question.asked:
            raise InterviewError(mark("{path} takes no answer."), path=path)
        if not item.relevant:
            raise InterviewError(mark("{path} is not relevant now."), path=path)
        if item.locked():
            raise InterviewError(mark("{path} is read-only."), path=path)
        return item, question

    def _item(self, path: str, *, rows: bool = False) -> Item:
        """Find an item; with `rows`, a repeat as a whole stands for a row to come."""
        if rows and not path.endswith("]"):
            spot = self._model.program.by_path.get(_without_indexes(path))
            if spot is not None and spot.repeats:
                around, spot = self._around(path)
                return plant(spot, around)
        item = states.find(self._model.root, path)
        if item is None or _in_meta(item):
            raise InterviewError(mark("There is no node {path}."), path=path)
        return item

    def _around(self, path: str) -> tuple[Item, Spot]:
        outside, _, name = path.rpartition("/")
        around = states.find(self._model.root, outside)
        if around is None or name not in around.rows:
            raise InterviewError(mark("There is no repeat {path}."), path=path)
        return around, around.spot.children[name]

    def _repeat(self, path: str) -> tuple[Item, Spot]:
        around, spot = self._around(path)
        if not self._model.open_repeat(around, spot):
            raise InterviewError(
                mark("Instances of {path} cannot be added or removed now."), path=path
            )
        return around, spot

    def _beside(self, path: str | None, way: int) -> str | None:
        paths = [step.path for step in self.steps()]
        if path is None:
            at = 0 if way > 0 else len(paths) - 1
        elif path in paths:
            at = paths.index(path) + way
        else:
            raise InterviewError(mark("{path} is not on the way now."), path=path)
        return paths[at] if 0 <= at < len(paths) else None

    def _catch_up(self) -> None:
        if self._clock.today() != self._today:
            self._today = self._clock.today()
            self._model.refresh(clock=True)

    def _leaves(self) -> Iterator[Item]:
        return (item for item in self._model.root.subtree() if not _in_meta(item))

    def _code(self, language: str | None) -> str | None:
        if language is None:
            return None
        found = self.form.language(language)
        return found.code if found else language

    def _changed(self) -> Change:
        return self._settle()[0]

    def _settle(self) -> tuple[Change, str]:
        touched = self._model.settle()
        changed = [
            item.path
            for item in touched.items.values()
            if item.spot.question is not None and _attached(item) and not _in_meta(item)
        ]
        return Change(tuple(sorted(changed)), touched.structure), touched.too_many


def _node(item: Item, question: Question) -> Node:
    return Node(
        path=item.path,
        question=question,
        relevant=item.relevant,
        required=item.required and item.relevant,
        readonly=item.locked(),
        value=item.text,
        valid=item.valid,
        aside=item.aside if item.relevant else "",
        beside=item.beside,
        at=item.at,
        by=item.by,
    )


def _any_around(item: Item, holds: Callable[[Item], bool]) -> bool:
    one: Item | None = item
    while one is not None:
        if holds(one):
            return True
        one = one.up
    return False


def _attached(item: Item) -> bool:
    return not _any_around(item, lambda one: not one.attached)


def _in_meta(item: Item) -> bool:
    return _any_around(item, lambda one: one.spot.name == "meta" and one.spot.depth == 1)


def _without_indexes(path: str) -> str:
    return "/".join(part.partition("[")[0] for part in path.split("/"))

"""`Interview`: one conversation over a form. Sans I/O: clock and chance are passed in.

Paths carry `[n]` at each repeat, counted from 1: `/data/work/jobs[2]/title`. Every change is
complete when its method returns; a change that is refused raises InterviewError and leaves all
as it was.
"""

import random as chance
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC
from typing import Any

from intake_app.clock import Clock
from intake_app.errors import InterviewError
from intake_app.interview import answers, navigation
from intake_app.interview import state as states
from intake_app.interview.change import Change, difference
from intake_app.interview.definition import Choice, Element, Question, Table
from intake_app.interview.form import Form
from intake_app.interview.instance import Item
from intake_app.interview.journal import Entry
from intake_app.interview.model import MAX_ROWS, Model
from intake_app.interview.navigation import Problem, SectionState, Step
from intake_app.interview.node import Node, node_of
from intake_app.interview.places import Places
from intake_app.interview.state import Orphan
from intake_app.interview.world import Surroundings
from intake_app.words import mark

__all__ = ["ASIDE", "Change", "Interview", "Node"]

#: What a question may be set aside for, instead of an answer.
ASIDE = ("declined", "unknown")


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
        instances: Mapping[str, Table | Element] | None = None,
        fresh: Collection[str] = (),
    ) -> None:
        """Begin an interview, or go on with an exported state.

        `actor` is who asks: it stands with every answer. Without `random`, chance comes from
        the system. `instances` come in place of the form's own lists of these names. `fresh`
        are the paths of questions that the state's form did not have yet.

        Raises FormError where the state is another form's, and InterviewError where it is
        damaged, or where the form itself asks for too many rows.
        """
        self.form = form
        self.actor = actor
        self._clock = clock
        self._model = Model(form.program)
        self._places = Places(self._model)
        self._world = Surroundings(
            form, self._model, clock, random or chance.SystemRandom(), instances or {}
        )
        self._today = clock.today()
        # What the date brought and no change told of yet.
        self._untold = Entry()
        self._orphans: tuple[Orphan, ...] = ()
        if state is None:
            states.preload(self._model, self._world)
            self._model.start(self._world)
            self._model.begin()
            return
        restored = states.restore(self._model, form, state)
        self._world.language, self._orphans = restored.language, restored.orphans
        self._model.start(self._world, restored.overruled)
        self._model.begin_fresh(fresh)
        self._model.listen()

    # Changing

    @property
    def language(self) -> str:
        """The code of the language that texts come in."""
        return self._world.language

    def set_language(self, code_or_name: str) -> Change:
        """Switch the language; InterviewError where the form does not have it.

        The change has all questions whose words are others now.
        """
        language = self.form.language(code_or_name)
        if language is None:
            raise InterviewError(
                mark("This questionnaire has no language {language}."), language=code_or_name
            )
        before, self._world.language = self._world.language, language.code
        brought = self._of_itself(Entry(language=True))
        told = difference(self._model, brought)
        others = self._world.reworded(self._places.leaves(), before)
        return Change(tuple(sorted({*told.changed, *others})), told.removed, told.structure)

    def answer(self, path: str, value: str, *, beside: Mapping[str, str] | None = None) -> Change:
        """Answer a question in XForms text; blank clears it.

        A value that is not of the question's type is kept and the node is not valid. Refused:
        what is not relevant, read-only or only calculated, and choices that are not offered.
        """

        def act() -> None:
            item, question = self._answerable(path)
            kind = "choices" if question.kind in {"select_multiple", "rank"} else question.type
            raw = answers.normal(value, kind)
            self._must_offer(item, question, raw)
            self._write(item, raw, beside=beside or {})

        return self._act(path, act)

    def clear(self, path: str) -> Change:
        """Take an answer away, and with it whatever stands beside it."""
        return self.answer(path, "")

    def set_aside(self, path: str, reason: str) -> Change:
        """Note that a question is `declined` or `unknown`: it counts as answered, and is blank."""

        def act() -> None:
            item, question = self._answerable(path)
            if reason not in ASIDE:
                raise InterviewError(mark("There is no reason {reason}."), reason=reason)
            if question.intake.get("decline") == "no":
                raise InterviewError(mark("This question must be answered: {path}"), path=path)
            self._write(item, "", aside=reason, beside={})

        return self._act(path, act)

    def add_repeat(self, path: str) -> Change:
        """Add an instance at the end of a repeat that a person may add to."""

        def act() -> None:
            around, spot = self._places.open_repeat(path)
            maximum = min(getattr(spot.definition, "maximum", None) or MAX_ROWS, MAX_ROWS)
            if len(around.rows[spot.name]) >= maximum:
                raise InterviewError(
                    mark("There can be no more than {maximum} of {path}."),
                    maximum=maximum,
                    path=path,
                )
            self._model.add_row(around, spot)

        return self._act(path, act)

    def remove_repeat(self, path: str) -> Change:
        """Remove an instance, `/data/jobs[1]`; those after it move up."""
        return self._act(path, lambda: self._model.remove_row(self._places.open_row(path)))

    def close(self) -> Change:
        """Note that the interview has come to its end: the form's `end` becomes this moment."""
        return self._act("/", lambda: states.close(self._model, self._world))

    def catch_up(self) -> Change:
        """Bring what depends on the date up to today; every change does this by itself."""
        self._catch_up()
        return self._tell(Entry())

    # Taking back

    @property
    def undoable(self) -> int:
        """How many actions can be taken back: the last ones, and none over a restart."""
        return sum(1 for _ in self._model.journal.actions())

    @property
    def last(self) -> str:
        """The path of the action that `undo` would take back; blank where there is none."""
        return next((entry.path for entry in self._model.journal.actions()), "")

    def undo(self) -> Change:
        """Take the last action back, with all that followed from it.

        Everything is as it was, also what came from chance. A switch of the language and a new
        date since then stay. InterviewError where there is nothing to take back.
        """
        if not self.undoable:
            raise InterviewError(mark("There is nothing to take back."))
        self._catch_up()
        *since, action = taken = self._model.journal.take()
        before = Entry()
        for entry in taken:
            before.see(entry)
        for entry in taken:
            entry.revert()
        self._model.total = action.total
        if since:
            brought = self._of_itself(
                Entry(
                    clock=any(entry.clock for entry in since),
                    language=any(entry.language for entry in since),
                )
            )
            before.then(brought)
        return self._tell(before)

    # Looking

    def node(self, path: str) -> Node:
        """Return a question as it stands; InterviewError where there is none at the path."""
        item = self._places.item(path)
        if item.spot.question is None:
            raise InterviewError(mark("{path} is no question."), path=path)
        return node_of(item, item.spot.question, path, self._world)

    def nodes(self) -> Iterator[Node]:
        """Go through all questions in form order, every instance, `meta` left out."""
        for path, item in self._places.leaves():
            if item.spot.question is not None:
                yield node_of(item, item.spot.question, path, self._world)

    def text(self, path: str, role: str = "label", language: str | None = None) -> str:
        """Return a text of a question or group with its outputs filled in; blank without one.

        Roles: `label`, `hint`, `guidance`, `constraint`, `required`.
        """
        item = self._places.shown(path)
        key = item.spot.definition.texts.get(role)
        return "" if key is None else self._world.itext(key, item, self._code(language))

    def confirmed(self, path: str, role: str = "label", language: str | None = None) -> bool:
        """Tell whether a qualified translator confirmed a text in a language."""
        key = self._places.shown(path).spot.definition.texts.get(role, "")
        return self.form.confirmed(key, self._code(language) or self.language)

    def choices(self, path: str) -> tuple[Choice, ...]:
        """Return the choices that a question offers now, in order."""
        return self._model.offer(self._places.item(path)).choices

    def choice_text(self, path: str, name: str, language: str | None = None) -> str:
        """Return the label of a choice; its name where it has none."""
        item = self._places.item(path)
        choice = self._model.offer(item).by_name.get(name)
        if choice is None:
            return name
        return self._world.choice_text(item, choice, self._code(language))

    def count(self, path: str) -> int:
        """Return how many instances a repeat has."""
        around, spot = self._places.repeat(path)
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
        return tuple(navigation.problems(self._model, self._world))

    def progress(self, *, apart: Collection[str] = ()) -> tuple[int, int]:
        """Return how many of the relevant questions are answered, and how many there are.

        Those of a sensitivity in `apart` are left out.
        """
        return navigation.progress(self._model, apart)

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """What was told in answer to questions that this version of the form does not have."""
        return self._orphans

    def export(self) -> dict[str, Any]:
        """Return the whole state, safe for JSON; `state=` takes it back."""
        return states.export(self._model, self.form, self.language, self._orphans)

    # Inside

    def _act(self, path: str, act: Callable[[], None]) -> Change:
        """Do one action with all that follows from it, or, where it is refused, nothing at all."""
        self._catch_up()
        model = self._model
        entry = Entry(path, model.total)
        model.journal.begin(entry)
        try:
            act()
            model.settle()
        except BaseException:
            model.drop()
            model.journal.forget()
            entry.revert()
            model.total = entry.total
            raise
        model.journal.done()
        return self._tell(entry)

    def _tell(self, entry: Entry) -> Change:
        self._untold.then(entry)
        untold, self._untold = self._untold, Entry()
        return difference(self._model, untold)

    def _catch_up(self) -> None:
        if self._clock.today() != self._today:
            self._today = self._clock.today()
            self._untold.then(self._of_itself(Entry(clock=True)))

    def _of_itself(self, entry: Entry) -> Entry:
        """Compute what the date or the language brought; nobody did it, so nobody is refused."""
        self._model.journal.begin(entry)
        self._model.refresh(clock=entry.clock, language=entry.language)
        self._model.settle(refuse=False)
        self._model.journal.done()
        return entry

    def _write(self, item: Item, raw: str, *, beside: Mapping[str, str], aside: str = "") -> None:
        self._model.journal.keep(item)
        item.aside, item.beside = aside, dict(beside)
        item.at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        item.by, item.told = self.actor, True
        calculated = "calculate" in self.form.program.of(item.spot)
        if not (raw or aside or beside or calculated):
            item.at, item.by, item.told = "", "", False
        self._model.put(item, raw)

    def _must_offer(self, item: Item, question: Question, raw: str) -> None:
        if question.itemset is None or not raw:
            return
        offered = self._model.offer(item).by_name
        for name in [raw] if question.kind == "select_one" else raw.split():
            if name not in offered:
                raise InterviewError(mark("{path} does not offer this choice."), path=item.path)

    def _answerable(self, path: str) -> tuple[Item, Question]:
        item = self._places.item(path)
        question = item.spot.question
        if question is None or not question.asked:
            raise InterviewError(mark("{path} takes no answer."), path=path)
        if not item.relevant:
            raise InterviewError(mark("{path} is not relevant now."), path=path)
        if item.locked():
            raise InterviewError(mark("{path} is read-only."), path=path)
        return item, question

    def _beside(self, path: str | None, way: int) -> str | None:
        try:
            return navigation.beside(self._model, path, way)
        except LookupError as error:
            raise InterviewError(mark("{path} is not on the way now."), path=path) from error

    def _code(self, language: str | None) -> str | None:
        if language is None:
            return None
        found = self.form.language(language)
        return found.code if found else language

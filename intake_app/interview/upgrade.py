"""A draft moves to another version of its form: what was told goes along or is kept apart.

    kept        the same question, and the answer fits it
    converted   the question takes another kind of answer now, and this one reads as that
    renamed     the question has another name or stands elsewhere
    orphaned    it has no place in this version: it is kept beside the interview, never
                read by an expression and never delivered, and returns when its question does

The same rules hold towards an older version. What is only calculated is calculated again.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake_app.errors import FormError, InterviewError
from intake_app.interview import carrying
from intake_app.interview.carrying import Carried, Kind, Passage
from intake_app.interview.definition import Group, Question
from intake_app.interview.form import Form
from intake_app.interview.guarding import UNKNOWN, level, stricter
from intake_app.interview.model import MAX_ROWS
from intake_app.interview.spot import Spot
from intake_app.interview.successors import Successors, bare, outline, outline_of
from intake_app.words import mark

GONE = mark("The question is not there any more.")
ELSEWHERE = mark("The question has another name or another place.")
NO_ROOM = mark("There is no place for this instance any more.")
TAKEN = mark("Another answer has its place.")
BACK = mark("Its question is back.")

#: What is kept of an answer.
_HELD = ("value", "aside", "beside", "at", "by")
_ROW = re.compile(r"\[([1-9]\d{0,5})\]")


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one answer; `after` is blank where it is kept apart, `why` where all is well.

    Paths and reasons, never what was told.
    """

    kind: Kind
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The state for the other version, and what became of each answer.

    `fresh` are the paths of the questions that the form before did not have: these begin as in a
    new interview. Without that form nothing tells which they are.
    """

    state: dict[str, Any] = field(repr=False)
    moves: tuple[Move, ...]
    fresh: frozenset[str] = frozenset()

    def count(self, *kinds: Kind) -> int:
        """Return of how many answers one of these became."""
        return sum(move.kind in kinds for move in self.moves)


def plan(
    state: Mapping[str, Any], form: Form, before: Form | None, *, apart: Collection[str] = ()
) -> Upgrade:
    """Carry the state of an interview to another version of its form.

    `before` is the form of the state; without it (or with one that is not the state's) the
    answers must tell by themselves what they are, and orphans are of unknown sensitivity.
    `apart` are the paths whose answers lay sealed apart: whatever any form says of these, they
    go to no question that is not sealed so. Raises FormError where it is another form altogether,
    InterviewError for a damaged state.
    """
    if state.get("form") != form.id:
        raise FormError(mark("This interview was held with another questionnaire."))
    if before is not None and before.hash != state.get("hash"):
        before = None
    if before is None and state.get("version") == form.version:
        # Words or translations differ; the author would have raised the version for more.
        before = form
    try:
        return _Plan(state, form, before, frozenset(apart)).made()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InterviewError(mark("The state of this interview cannot be read.")) from error


class _Plan:
    """One state on its way."""

    def __init__(
        self, state: Mapping[str, Any], form: Form, before: Form | None, apart: frozenset[str]
    ) -> None:
        self._state, self._form, self._before, self._apart = state, form, before, apart
        self._counts: Mapping[str, int] = state["repeats"]
        self._out_of_sight: Mapping[str, int] = state.get("hidden", {})
        older = outline(before) if before else outline_of(state["nodes"], self._counts)
        self._successors = Successors.between(older, form)
        self._nodes: dict[str, dict[str, Any]] = {}
        self._repeats: dict[str, int] = {}
        self._hidden: dict[str, int] = {}
        self._orphans: list[dict[str, Any]] = []
        self._moves: list[Move] = []

    def made(self) -> Upgrade:
        """Return where everything went."""
        for path in self._counts:
            self._rows(path)
        for path, held in self._state["nodes"].items():
            self._node(path, held)
        for orphan in self._state.get("orphans", ()):
            self._again(orphan)
        for path in self._nodes:
            self._make_room(path)
        language = self._form.language(str(self._state.get("language")))
        state: dict[str, Any] = {
            "form": self._form.id,
            "version": self._form.version,
            "hash": self._form.hash,
            "language": language.code if language else self._form.default_language,
            "repeats": self._repeats,
            "nodes": self._nodes,
        }
        state |= {"hidden": self._hidden} if self._hidden else {}
        state |= {"orphans": self._orphans} if self._orphans else {}
        known = {spot.path for spot in self._successors.spots.values()}
        fresh = self._form.questions.keys() - known if self._before else ()
        return Upgrade(state, tuple(self._moves), frozenset(fresh))

    # Rows

    def _rows(self, path: str) -> None:
        """Give the repeat that an older one became as many rows."""
        spot = self._successors.of(bare(path))
        if spot is None or not isinstance(spot.definition, Group) or not spot.repeats:
            return
        around = spot.parent and self._place(path.rpartition("/")[0], spot.parent)[0]
        if not around:
            return
        here, limit = f"{around}/{spot.name}", _limit(spot)
        self._repeats[here] = self._counts[path] if limit is None else limit
        if spot.definition.count and self._out_of_sight.get(path):
            self._hidden[here] = self._out_of_sight[path]

    def _make_room(self, path: str) -> None:
        """Let the rows be there that an answer stands in."""
        for found in _ROW.finditer(path):
            repeat, number = path[: found.start()], int(found[1])
            short = number - self._repeats.get(repeat, 0) - self._hidden.get(repeat, 0)
            if short > 0:
                self._repeats[repeat] = self._repeats.get(repeat, 0) + short

    def _place(self, path: str, spot: Spot) -> tuple[str, str]:
        """Return the path at a spot for what stood at an older path; or blank, and why not."""
        rows = dict(self._indexes(path))
        home = {self._successors.of(bare(repeat)): repeat for repeat in rows}
        made, added = "", False
        for around in spot.chain():
            made += f"/{around.name}"
            if not around.repeats:
                continue
            repeat = home.pop(around, None)
            number = 1 if repeat is None else rows.pop(repeat)
            added = added or repeat is None
            limit = _limit(around)
            counted = isinstance(around.definition, Group) and around.definition.count
            hidden = repeat is not None and number > self._counts.get(repeat, 0) and not counted
            if hidden or (limit is not None and number > limit):
                return "", NO_ROOM
            made += f"[{number}]"
        # Of a repeat that is none any more, the first row is the one that there is.
        if added and rows:
            return "", GONE
        if any(number > min(1, self._counts.get(repeat, 0)) for repeat, number in rows.items()):
            return "", NO_ROOM
        return made, ""

    def _indexes(self, path: str) -> Iterator[tuple[str, int]]:
        for found in _ROW.finditer(path):
            yield path[: found.start()], int(found[1])

    # Answers

    def _node(self, path: str, held: Mapping[str, Any]) -> None:
        """Carry one answer over; what was only calculated is calculated again or not needed."""
        source = self._before.questions.get(bare(path)) if self._before else None
        told = bool(held.get("at") or held.get("aside") or held.get("beside"))
        spot = self._successors.of(bare(path))
        target = spot.question if spot else None
        if spot is None or target is None:
            self._leave(path, held, source, None, GONE, told=told)
            return
        if source is not None and source.bind.calculate and not (told or target.bind.calculate):
            return
        after, why = self._place(path, spot)
        if not after or after in self._nodes:
            self._leave(path, held, source, target, why or TAKEN, told=told)
            return
        sensitivity = self._sensitivity(path, source)
        passage = Passage(target, self._form, source, self._before, sensitivity)
        carried = passage.carry(held)
        if carried.held is None:
            self._leave(path, held, source, target, carried.why, told=told)
            return
        self._nodes[after] = carried.held
        if told:
            moved = carried.kind == "kept" and after != path
            kind: Kind = "renamed" if moved else carried.kind
            self._moves.append(Move(kind, path, after, ELSEWHERE if moved else carried.why))
        if carried.rest:
            rest = {**held, "value": carried.rest}
            self._leave(path, rest, source, target, carried.why, told=told)

    def _sensitivity(self, path: str, source: Question | None) -> str:
        """Return what an answer was told under, at least; a calculation may tell of anything."""
        if source is None:
            # Health and safety lie together: nothing but the path tells which of them it is.
            return "health" if path in self._apart else ""
        declared = source.sensitivity if source.asked else UNKNOWN
        return UNKNOWN if path in self._apart and not level(declared) else declared

    def _leave(
        self,
        path: str,
        held: Mapping[str, Any],
        source: Question | None,
        target: Question | None,
        why: str,
        *,
        told: bool,
    ) -> None:
        """Keep an answer apart; what nobody told and nobody saw asked is only left out."""
        seen = source is not None and source.asked and not source.bind.calculate
        something = held["value"] or held.get("aside") or held.get("beside")
        if not something or not (told or seen):
            return
        label, beside = path.rpartition("/")[2], dict(held.get("beside", {}))
        sensitivity = UNKNOWN
        if source is not None and self._before is not None:
            # The author may have found out only now how sensitive it is.
            now = "" if target is None else target.sensitivity
            sensitivity = stricter(self._sensitivity(path, source), now)
            key = source.texts.get("label")
            own = self._before.default_language
            label = (carrying.said(self._before.text(key, own)) if key else "") or label
            if source.itemset is not None and held["value"]:
                beside.setdefault("label", carrying.label(self._before, source, held["value"]))
        kept = {key: held[key] for key in _HELD if key in held}
        orphan = {"path": path, "label": label, **kept, "sensitivity": sensitivity}
        orphan |= {"beside": beside} if beside else {}
        self._orphans.append({**orphan, "version": self._state["version"]})
        self._moves.append(Move("orphaned", path, "", why))

    # What was kept apart before

    def _again(self, orphan: Mapping[str, Any]) -> None:
        """Let an orphan return to its question, if that is there and takes it as it is."""
        path = orphan["path"]
        spot = self._form.program.by_path.get(bare(path))
        carried = self._returned(path, orphan)
        if carried is None or carried.held is None or carried.kind != "kept":
            now = spot.question.sensitivity if spot and spot.question else ""
            sensitivity = stricter(orphan["sensitivity"], now)
            self._orphans.append({**orphan, "sensitivity": sensitivity})
            return
        self._nodes[path] = carried.held
        self._moves.append(Move("kept", path, path, BACK))

    def _returned(self, path: str, orphan: Mapping[str, Any]) -> Carried | None:
        spot = self._form.program.by_path.get(bare(path))
        if spot is None or spot.question is None or not spot.question.asked:
            return None
        if not self._guards(spot.question, orphan):
            return None
        now = self._nodes.get(path, {})
        if now.get("value") or now.get("aside") or now.get("beside"):
            return None
        repeats = [around.path for around in spot.chain() if around.repeats]
        rows = [(bare(repeat), number) for repeat, number in self._indexes(path)]
        # Of rows that were there all the time, one may have been removed and others moved up.
        stayed = any(repeat in self._successors.older for repeat in repeats)
        full = any(number > MAX_ROWS for _, number in rows)
        if [repeat for repeat, _ in rows] != repeats or stayed or full:
            return None
        held = {key: orphan[key] for key in _HELD if key in orphan}
        if spot.question.itemset is not None and "beside" in held:
            # What the choice was called was only for whoever looked at it.
            others = {key: each for key, each in held.pop("beside").items() if key != "label"}
            held |= {"beside": others} if others else {}
        return Passage(spot.question, self._form).carry(held)

    def _guards(self, question: Question, orphan: Mapping[str, Any]) -> bool:
        """Tell whether a question is told to no more people than the orphan was.

        A name may have been used again for something else.
        """
        then, now = orphan["sensitivity"], question.sensitivity
        return now == then or level(now) >= max(level(then), 1)


def _limit(spot: Spot) -> int | None:
    """Return how many rows the form itself has of a repeat that nobody adds to; None without."""
    definition = spot.definition
    nested = spot.parent is not None and spot.parent.repeated()
    if not isinstance(definition, Group) or not definition.fixed or nested:
        return None
    return len(definition.start)

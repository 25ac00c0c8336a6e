r"""Automata that patterns become: states in sets, each character read once.

A state is tried once at each place of the text, so that the time is bounded by the length of the
text times the number of states, whatever the pattern. What a pattern says about a place (`^`,
`\b`, a lookahead) is found for all places first, and then is a door between two states.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from intake_app.interview.letters import Test

#: So many states a pattern may have, what it repeats counted as often.
MAX_STATES = 3_000
#: States times characters that are tried; a text that is longer than this allows does not match.
MAX_WORK = 5_000_000
#: So many states, in the sets that steps lead to, are remembered.
_MEMORY = 100_000


@dataclass(frozen=True, slots=True)
class One:
    """One character."""

    test: Test


@dataclass(frozen=True, slots=True)
class Row:
    """Parts after each other."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    options: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part again and again; `most` is None where there is no bound."""

    part: "Tree"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Door:
    """What must hold at a place, by its number in the pattern."""

    number: int


Tree = One | Row | Choice | Repeat | Door
#: For each place in a text, from 0 up to and with its end, whether something holds there.
Places = Callable[[str], Sequence[bool]]


class TooLarge(Exception):
    """The pattern has more states than are allowed."""


@dataclass(slots=True)
class Automaton:
    """A compiled tree: from a character's state the next one is the one after it."""

    tests: dict[int, Test] = field(default_factory=dict)
    ways: dict[int, tuple[int, ...]] = field(default_factory=dict)
    doors: dict[int, int] = field(default_factory=dict)
    size: int = 0
    _steps: dict[tuple[frozenset[int], str, tuple[bool, ...]], frozenset[int]] = field(
        default_factory=dict
    )
    _held: int = 0

    @classmethod
    def of(cls, tree: Tree) -> "Automaton":
        """Compile a tree; TooLarge where it has too many states."""
        automaton = cls()
        automaton._emit(tree)
        return automaton

    def full(self, text: str, doors: Sequence[Sequence[bool]]) -> bool:
        """Tell whether the whole text is what the pattern says."""
        flags = list(zip(*doors, strict=True)) if doors else [()] * (len(text) + 1)
        states = self._closed({0}, flags[0])
        for at, letter in enumerate(text, 1):
            states = self._step(states, letter, flags[at])
            if not states:
                return False
        return self.size in states

    def endings(self, text: str, doors: Sequence[Sequence[bool]]) -> list[bool]:
        """Tell for each place of the text whether what the pattern says may end there."""
        flags = list(zip(*doors, strict=True)) if doors else [()] * (len(text) + 1)
        states = self._closed({0}, flags[0])
        found = [self.size in states]
        for at, letter in enumerate(text, 1):
            # It may begin at every place.
            states = self._step(states, letter, flags[at]) | self._closed({0}, flags[at])
            found.append(self.size in states)
        return found

    def _step(self, states: frozenset[int], letter: str, flags: tuple[bool, ...]) -> frozenset[int]:
        key = (states, letter, flags)
        reached = self._steps.get(key)
        if reached is None:
            tests = self.tests
            over = {at + 1 for at in states if at in tests and tests[at](letter)}
            reached = self._closed(over, flags)
            self._held += len(reached) + 1
            if self._held > _MEMORY:
                self._steps.clear()
                self._held = len(reached) + 1
            self._steps[key] = reached
        return reached

    def _closed(self, states: set[int], flags: tuple[bool, ...]) -> frozenset[int]:
        waiting, reached = list(states), set(states)
        while waiting:
            at = waiting.pop()
            ways = self.ways.get(at, ())
            door = self.doors.get(at)
            if door is not None and flags[door]:
                ways = (at + 1,)
            for way in ways:
                if way not in reached:
                    reached.add(way)
                    waiting.append(way)
        return frozenset(reached)

    def _take(self) -> int:
        if self.size >= MAX_STATES:
            raise TooLarge
        self.size += 1
        return self.size - 1

    def _emit(self, tree: Tree) -> None:
        match tree:
            case One(test):
                self.tests[self._take()] = test
            case Door(number):
                self.doors[self._take()] = number
            case Row(parts):
                for part in parts:
                    self._emit(part)
            case Choice(options):
                self._choose(options)
            case Repeat():
                self._repeat(tree)

    def _choose(self, options: Sequence[Tree]) -> None:
        fork, begins, ends = self._take(), [], []
        for option in options:
            begins.append(self.size)
            self._emit(option)
            ends.append(self._take())
        self.ways[fork] = tuple(begins)
        for end in ends:
            self.ways[end] = (self.size,)

    def _repeat(self, tree: Repeat) -> None:
        for _ in range(tree.least):
            before = self.size
            self._emit(tree.part)
            if self.size == before:
                return
        if tree.most is None:
            fork = self._take()
            self._emit(tree.part)
            self.ways[self._take()] = (fork,)
            self.ways[fork] = (fork + 1, self.size)
            return
        forks = []
        for _ in range(tree.most - tree.least):
            forks.append(self._take())
            self._emit(tree.part)
            if self.size == forks[-1] + 1:
                break
        for fork in forks:
            self.ways[fork] = (fork + 1, self.size)


def backwards(tree: Tree) -> Tree:
    """Return what recognises the same texts read from their end."""
    match tree:
        case Row(parts):
            return Row(tuple(backwards(part) for part in reversed(parts)))
        case Choice(options):
            return Choice(tuple(backwards(option) for option in options))
        case Repeat(part, least, most):
            return Repeat(backwards(part), least, most)
        case One() | Door():
            return tree

"""What a proof is, what it finds, and how it is spread over the cores."""

import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

#: So many failures are told in full; the rest is counted.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often it was tried, what was counted on the way, and each time that it did not hold."""

    tried: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    failed: int = 0

    @property
    def holds(self) -> bool:
        """Whether it was tried and never failed."""
        return self.tried > 0 and self.failed == 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """Return both together."""
        figures = dict(self.figures)
        for name, number in other.figures.items():
            figures[name] = figures.get(name, 0) + number
        return Outcome(
            self.tried + other.tried,
            figures,
            (self.failures + other.failures)[:TOLD],
            self.failed + other.failed,
        )


class Tally:
    """Counts while a part of a proof runs, and says now and then how far it is."""

    def __init__(self, task: "Task", of: int = 0) -> None:
        """Begin at nothing, of so many; a task of some size knows that itself."""
        self._task = task
        self._of = of or task.size
        self._said = time.monotonic()
        self._tried = 0
        self._figures: dict[str, int] = {}
        self._failures: list[str] = []

    def tried(self, what: str = "", times: int = 1) -> None:
        """Count a try, and what came of it."""
        self._tried += times
        if what:
            self.count(what, times)
        now = time.monotonic()
        if self._task.talks and now - self._said > 15:
            self._said = now
            say(f"  {self._task.name}: {self._tried:,} of {self._of:,} (a core's part)")

    @property
    def enough(self) -> bool:
        """Whether it was tried as often as the task asks."""
        return self._tried >= self._task.size

    def count(self, what: str, times: int = 1) -> None:
        """Count something that is no try."""
        self._figures[what] = self._figures.get(what, 0) + times

    def failed(self, how: str) -> None:
        """Note that it did not hold."""
        self._failures.append(how)
        if self._task.talks and len(self._failures) <= TOLD:
            say(f"  {self._task.name} FAILED: {how}")

    def outcome(self) -> Outcome:
        """Return what was counted."""
        told = tuple(self._failures[:TOLD])
        return Outcome(self._tried, self._figures, told, len(self._failures))


@dataclass(frozen=True, slots=True)
class Task:
    """A proof, or one core's part of it: how much of it, where, and from which chance.

    A part takes each of a numbered set of cases whose number gives `part` modulo `parts`.
    """

    name: str
    size: int
    folder: Path
    seed: int = 1
    part: int = 0
    parts: int = 1
    talks: bool = False

    @property
    def chance(self) -> Random:
        """A repeatable chance, another for each part."""
        return Random(self.seed * 1009 + self.part)

    def spread(self, run: Callable[["Task"], Outcome]) -> Outcome:
        """Run each part in a process of its own and return all outcomes as one."""
        tasks = [self._part(number) for number in range(self.parts)]
        for task in tasks:
            task.folder.mkdir(parents=True, exist_ok=True)
        if self.parts == 1:
            return run(tasks[0])
        with multiprocessing.get_context("fork").Pool(self.parts) as pool:
            return sum(pool.imap_unordered(run, tasks), Outcome())

    def _part(self, number: int) -> "Task":
        size = self.size // self.parts + (number < self.size % self.parts)
        return replace(self, size=size, folder=self.folder / f"part-{number}", part=number)


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of the table: what is tried, what must come of it, and at which size.

    A size of 0 means that the number of cases follows from what is tried (every bit); a small
    size is then how many of them are taken. `takes` says how long the full size does;
    `needs_compiler` where the shim takes part.
    """

    name: str
    tries: str
    target: str
    full: int
    small: int
    run: Callable[[Task], Outcome]
    takes: str
    needs_compiler: bool = False


def say(text: str) -> None:
    """Tell a person how far it is."""
    print(text, file=sys.stderr, flush=True)

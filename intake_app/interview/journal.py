"""What each action changed, item by item, so that it can be told exactly and taken back.

Before an item is changed for the first time in an action, what it holds is kept; so are the rows
of a repeat. To take an action back is to put that back: nothing is computed again, so what came
from chance comes back too. What an action costs grows with what it touches, not with the form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from intake_app.interview.instance import Item
from intake_app.interview.offer import Offer
from intake_app.interview.values import Scalar

#: So many actions can be undone,
HISTORY = 100
#: or fewer, where together they touched more items than this; the last one always can.
MAX_HELD = 100_000


class Held(NamedTuple):
    """What an item holds; see `Item`."""

    raw: str
    text: str
    value: Scalar
    logical: bool
    own_relevant: bool
    relevant: bool
    readonly: bool
    required: bool
    valid: bool
    offer: Offer | None
    shown: tuple[str, ...]
    aside: str
    beside: Mapping[str, str]
    at: str
    by: str
    told: bool
    attached: bool


class Rows(NamedTuple):
    """The rows of a repeat, in sight and out of it."""

    seen: tuple[Item, ...]
    dormant: tuple[Item, ...]


_held = attrgetter(*Held._fields)


@dataclass(slots=True)
class Entry:
    """One action: what it is about, and how all that it touched was before.

    With a blank path it is no action, but what the date or a switch of the language brought.
    `total` is the number of rows that there were, of all repeats together.
    """

    path: str = ""
    total: int = 0
    items: dict[Item, Held] = field(default_factory=dict, repr=False)
    rows: dict[tuple[Item, str], Rows] = field(default_factory=dict)
    clock: bool = False
    language: bool = False

    def keep(self, item: Item) -> None:
        """Keep what an item holds, before it is changed for the first time."""
        if item not in self.items:
            self.items[item] = Held._make(_held(item))

    def keep_rows(self, around: Item, name: str) -> None:
        """Keep which rows a repeat has, before they are changed for the first time."""
        if (around, name) not in self.rows:
            self.rows[around, name] = _rows(around, name)

    def then(self, later: "Entry") -> None:
        """Take in what happened after it: how things were before both."""
        for item, held in later.items.items():
            self.items.setdefault(item, held)
        for repeat, rows in later.rows.items():
            self.rows.setdefault(repeat, rows)
        self.clock |= later.clock
        self.language |= later.language

    def see(self, other: "Entry") -> None:
        """Keep how all is now that another entry is about."""
        for item in other.items:
            self.keep(item)
        for around, name in other.rows:
            self.keep_rows(around, name)

    def revert(self) -> None:
        """Put back what was kept."""
        for item, held in self.items.items():
            for name, before in zip(Held._fields, held, strict=True):
                setattr(item, name, before)
        for (around, name), rows in self.rows.items():
            around.rows[name][:] = rows.seen
            around.dormant[name] = list(rows.dormant)
            number(around, name)
            for row in rows.dormant:
                row.number = 0


class Journal:
    """The last actions, the latest at the end, and the one that is going on."""

    def __init__(self) -> None:
        """Begin with none; what happens before the first `begin` is not kept."""
        self._past: list[Entry] = []
        self._count = 0
        # How many items all of them hold together.
        self._held = 0
        self._now: Entry | None = None

    def begin(self, entry: Entry) -> None:
        """From here on, keep what changes."""
        self._now = entry

    def keep(self, item: Item) -> None:
        """Keep what an item holds, before it is changed."""
        if self._now is not None:
            self._now.keep(item)

    def keep_rows(self, around: Item, name: str) -> None:
        """Keep which rows a repeat has, before they are changed."""
        if self._now is not None:
            self._now.keep_rows(around, name)

    def done(self) -> None:
        """Put what was going on with the past."""
        if self._now is not None:
            self._remember(self._now)
        self._now = None

    def forget(self) -> None:
        """Let go of what was going on."""
        self._now = None

    def actions(self) -> Iterable[Entry]:
        """Return what can be taken back, the latest first."""
        return (entry for entry in reversed(self._past) if entry.path)

    def take(self) -> tuple[Entry, ...]:
        """Take the last action out, after all that came of itself since, the latest first."""
        taken = []
        while self._past:
            taken.append(self._past.pop())
            self._held -= len(taken[-1].items)
            if taken[-1].path:
                self._count -= 1
                break
        return tuple(taken)

    def _remember(self, entry: Entry) -> None:
        if self._past and not (entry.path or self._past[-1].path):
            self._held -= len(self._past[-1].items)
            self._past[-1].then(entry)
            self._held += len(self._past[-1].items)
        elif entry.path or self._past:
            self._past.append(entry)
            self._count += bool(entry.path)
            self._held += len(entry.items)
        while self._count > HISTORY or (self._count > 1 and self._held > MAX_HELD):
            self._let_go()
        if self._past and not self._past[0].path:
            self._let_go()

    def _let_go(self) -> None:
        entry = self._past.pop(0)
        self._count -= bool(entry.path)
        self._held -= len(entry.items)


def _rows(around: Item, name: str) -> Rows:
    return Rows(tuple(around.rows[name]), tuple(around.dormant.get(name, ())))


def number(around: Item, name: str, start: int = 0) -> None:
    """Give the rows of a repeat their numbers, from one that moved."""
    rows = around.rows[name]
    for at in range(start, len(rows)):
        rows[at].number = at + 1

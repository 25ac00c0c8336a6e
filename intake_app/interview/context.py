"""Where an expression is evaluated, and what it may ask of the interview around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from intake_app.interview import dates
from intake_app.interview.instance import Branch, Item
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Value


class World(Protocol):
    """What an expression may ask of the interview that it runs in."""

    @property
    def singles(self) -> Mapping[int, Item]:
        """The items of spots outside repeats, by the spots' numbers."""
        ...

    @property
    def version(self) -> str:
        """The form's version."""
        ...

    def today(self) -> date:
        """Return the date where the device is."""
        ...

    def now(self) -> datetime:
        """Return the moment, in the zone where the device is."""
        ...

    def random(self) -> float:
        """Return a random number from 0 up to 1."""
        ...

    def instance(self, name: str) -> Branch:
        """Return the document of a secondary instance."""
        ...

    def itext(self, key: str, item: Item) -> str:
        """Return a text in the interview's language."""
        ...

    def choice_label(self, item: Item, name: str) -> str:
        """Return the label of a choice of a question; blank where it is not offered."""
        ...

    def names(self) -> dates.Names:
        """Return the names of months and days in the interview's language."""
        ...


@dataclass(slots=True)
class Context:
    """Where an expression is evaluated: the node it is about, and the item it belongs to."""

    world: World
    here: Node
    origin: Item
    position: int = 1
    size: int = 1


Evaluate = Callable[[Context], Value]
One = Callable[[Context], Item]
Fetch = Callable[[Context], list[Node]]


class Dependency(NamedTuple):
    """What an expression reads: the items at `target` that share the `anchor` with its own.

    `rows`: only which rows there are; `own`: of those only which number the own row has.
    `other`: rows picked by a predicate in a repeat that the expression itself stands in, as a
    running total does; that is no cycle in the form.
    """

    target: Spot
    anchor: Spot
    rows: bool = False
    other: bool = False
    own: bool = False

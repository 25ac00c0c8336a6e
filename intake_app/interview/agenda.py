"""What waits to be computed: cells by rank, each once for each item, and then what was set off."""

import heapq
from collections import deque
from collections.abc import Iterable
from itertools import count

from intake_app.interview.instance import Item
from intake_app.interview.program import Cell, Reader, Setting
from intake_app.interview.spot import Spot

#: Nothing is computed more often than this in one action: what does not come to rest by then
#: never will.
MAX_ROUNDS = 2_000


class Agenda:
    """The cells that wait, the lowest rank first, and the settings that wait for those."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._heap: list[tuple[int, int, Cell, Item]] = []
        self._waiting: set[tuple[Cell, Item]] = set()
        # Of cells that all were told already: the items that were computed since.
        self._since: dict[Cell, dict[Spot, dict[Item, list[Item]]]] = {}
        self._computed = 0
        self._rounds: dict[tuple[Cell | Setting, Item], int] = {}
        self._order = count()
        self._settings: deque[tuple[Setting, Item]] = deque()

    def clear(self) -> None:
        """Let go of all that waits, and begin to count anew."""
        self._heap.clear()
        self._waiting.clear()
        self._settings.clear()
        self.rest()

    def push(self, cell: Cell, item: Item) -> None:
        """Let a cell be computed for an item, unless it waits already."""
        key = (cell, item)
        if key not in self._waiting:
            self._waiting.add(key)
            heapq.heappush(self._heap, (cell.rank, next(self._order), cell, item))

    def tell(self, readers: Iterable[Reader], item: Item) -> None:
        """Let all that reads an item be computed."""
        for anchor, cell, many in readers:
            for top in _tops(item, anchor):
                if not many:
                    targets = top.below(cell.home)
                else:
                    # Each row of a running total tells all rows; only a few do not wait already.
                    tops = self._since.setdefault(cell, {}).setdefault(anchor, {})
                    targets = tops[top] if top in tops else top.below(cell.home)
                    tops[top] = []
                for target in targets:
                    self.push(cell, target)

    def set_off(self, setting: Setting, targets: Iterable[Item]) -> None:
        """Let nodes be set, once no cell waits any more."""
        self._settings.extend((setting, target) for target in targets)

    def next(self) -> tuple[Cell | Setting, Item] | None:
        """Take what comes first; None when nothing waits."""
        if self._heap:
            _, _, cell, item = heapq.heappop(self._heap)
            self._waiting.discard((cell, item))
            if cell in self._since:
                for anchor, tops in self._since[cell].items():
                    since = tops.get(item.above(anchor))
                    if since is not None:
                        since.append(item)
            return cell, item
        return self._settings.popleft() if self._settings else None

    def restless(self, what: Cell | Setting, item: Item) -> bool:
        """Count that something is computed; tell whether it was computed too often."""
        self._computed += 1
        # As long as no more was computed in all, nothing was computed too often.
        if self._computed <= MAX_ROUNDS:
            return False
        rounds = self._rounds[what, item] = self._rounds.get((what, item), 0) + 1
        return rounds > MAX_ROUNDS

    def rest(self) -> None:
        """Begin to count anew: nothing waits."""
        self._computed = 0
        self._rounds.clear()
        self._since.clear()


def _tops(item: Item, anchor: Spot) -> Iterable[Item]:
    """Return the items at an anchor that an item lies in, or (rows of it) that lie in the item."""
    if anchor.depth <= item.spot.depth:
        return (item.above(anchor),)
    return item.below(anchor)

"""What differs between how things were before an action and how they are now."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake_app.interview.instance import Item
from intake_app.interview.journal import Entry, Held
from intake_app.interview.model import Model


@dataclass(frozen=True, slots=True)
class Change:
    """What an action changed.

    `changed`: the paths, as they are now, of the questions that differ from what stood at that
    path before, or that are new: in value, relevance, requiredness, being read-only, validity,
    what stands aside or beside, choices, and what is filled in in their texts. `removed`: the
    paths that are gone. `structure`: whether rows or relevance did change.
    """

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    structure: bool


def difference(model: Model, before: Entry) -> Change:
    """Compare everything with how an entry of the journal says that it was."""
    found = _Comparison(model, before)
    found.compare()
    return Change(tuple(sorted(found.changed)), tuple(sorted(found.removed)), found.structure)


class _Comparison:
    def __init__(self, model: Model, before: Entry) -> None:
        self.model = model
        self.before = before
        self.changed: set[str] = set()
        self.removed: set[str] = set()
        self.structure = False
        # Rows that stand where another stood, or none: all inside them is compared by path.
        self.moved: set[Item] = set()

    def compare(self) -> None:
        for (around, name), rows in self.before.rows.items():
            now = around.rows[name]
            if list(rows.seen) != now:
                self.structure = True
                pairs = zip(rows.seen, now, strict=False)
                self.moved.update(row for was, row in pairs if was is not row)
                self.moved.update(rows.seen[len(now) :])
                self.moved.update(now[len(rows.seen) :])
        for around, name in self.before.rows:
            if not self.is_moved(around) and around.present():
                self.rows(around, around, name, f"{around.path}/{name}")
        for item, held in self.before.items.items():
            spot = item.spot
            if not spot.single and (self.is_moved(item) or not item.present()):
                continue
            self.structure |= item.relevant != held.relevant
            if spot.question is not None and not spot.in_meta and self.differs(item, item):
                self.changed.add(item.path)

    def is_moved(self, item: Item) -> bool:
        """Tell whether an item lies in a row that does not stand where it stood."""
        around: Item | None = item
        while around is not None:
            if around in self.moved:
                return True
            around = around.up
        return False

    def rows(self, was: Item, now: Item, name: str, path: str) -> None:
        """Compare the rows of a repeat, each with the one that had its number."""
        kept = self.before.rows.get((was, name))
        old = kept.seen if kept is not None else tuple(was.rows[name])
        new = now.rows[name]
        for at in range(max(len(old), len(new))):
            here = f"{path}[{at + 1}]"
            if at >= len(old):
                self.changed.update(_questions(new[at], here))
            elif at >= len(new):
                self.removed.update(self.gone(old[at], here))
            elif old[at] is not new[at]:
                self.inside(old[at], new[at], here)

    def inside(self, was: Item, now: Item, path: str) -> None:
        """Compare what stood at a path with what stands there now, and all inside them."""
        if now.spot.question is not None:
            if self.differs(was, now):
                self.changed.add(path)
            return
        for name, child in now.children.items():
            self.inside(was.children[name], child, f"{path}/{name}")
        for name in now.rows:
            self.rows(was, now, name, f"{path}/{name}")

    def gone(self, item: Item, path: str) -> Iterator[str]:
        """Go through the paths of the questions that an item held."""
        if item.spot.question is not None:
            yield path
        for name, child in item.children.items():
            yield from self.gone(child, f"{path}/{name}")
        for name, rows in item.rows.items():
            kept = self.before.rows.get((item, name))
            for at, row in enumerate(rows if kept is None else kept.seen, 1):
                yield from self.gone(row, f"{path}/{name}[{at}]")

    def differs(self, was: Item, now: Item) -> bool:
        """Tell whether a question is not what another (or itself) was before."""
        held = self.before.items.get(was, was)
        if not _alike(held, now) or self.was_locked(was) != now.locked():
            return True
        # What nobody looked at is not made to compare it.
        if held.offer is None:
            return False
        return held.offer.choices != self.model.offer(now).choices

    def was_locked(self, item: Item) -> bool:
        """Tell whether an item was read-only, by itself or by a group around it."""
        around: Item | None = item
        while around is not None:
            if self.before.items.get(around, around).readonly:
                return True
            around = around.up
        return False


def _alike(held: Item | Held, now: Item) -> bool:
    return (
        held.text == now.text
        and held.relevant == now.relevant
        and held.valid == now.valid
        and held.shown == now.shown
        and held.beside == now.beside
        and (not held.relevant or (held.required, held.aside) == (now.required, now.aside))
    )


def _questions(item: Item, path: str) -> Iterator[str]:
    if item.spot.question is not None:
        yield path
    for name, child in item.children.items():
        yield from _questions(child, f"{path}/{name}")
    for name, rows in item.rows.items():
        for at, row in enumerate(rows, 1):
            yield from _questions(row, f"{path}/{name}[{at}]")

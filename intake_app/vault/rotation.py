"""After a role key was renewed: what lies under an older generation is brought to the newest.

A new generation is made in one transaction (`Grants.renew`). From then on everything new lies
under it, and everything old stays readable to who could read it. Re-wrapping comes after, a batch
a transaction: it may be broken off anywhere and is taken up by whoever holds both generations. A
generation that nothing lies under any more goes, with its grants. Bodies and health answers are
not sealed anew: they hang on keys that are wrapped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from intake_app.vault.grants import Grants, in_use
from intake_app.vault.keys import Purpose
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.records import Records
from intake_app.vault.store import Row
from intake_app.vault.work import Work

#: Rows in one transaction: some tenths of a second on a slow tablet.
BATCH = 200
#: The keys that rows lie under; the others are renewed whole, at once.
ROTATING: tuple[Purpose, ...] = ("records", "health", "delivery")


@dataclass(frozen=True, slots=True)
class Pending:
    """What still lies under an older generation, in rows.

    `here` can be re-wrapped by this user now; `elsewhere` waits until one of `waits_for` unlocks
    on this device: ids of users, and `RECOVERY` for the organisation's recovery key.
    """

    here: int
    elsewhere: int
    waits_for: frozenset[str]

    @property
    def done(self) -> bool:
        """Whether nothing is left to do, for anybody."""
        return not self.here and not self.elsewhere


class Rotation:
    """Re-wraps what an unlocked user's keys open."""

    def __init__(self, work: Work, records: Records, outgoing: Outgoing, grants: Grants) -> None:
        """Take the unit of work and what knows its rows."""
        self._work = work
        self._records = records
        self._outgoing = outgoing
        self._grants = grants

    def pending(self) -> Pending:
        """Count what is left to re-wrap, and say who can."""
        with self._work.reading():
            here, elsewhere, not_mine = 0, 0, set[tuple[Purpose, int]]()
            for _, lies_under in self._outdated():
                others = {held for held in lies_under if not self._work.keyring.opens(*held)}
                here += len(others) < len(lies_under)
                elsewhere += bool(others)
                not_mine |= others
            grants = self._work.rows("role_grant")
            waits_for = {
                row["holder"] for row in grants if (row["role"], row["generation"]) in not_mine
            }
        return Pending(here, elsewhere, frozenset(waits_for))

    def rewrap(
        self, progress: Callable[[int, int], None], cancelled: Callable[[], bool]
    ) -> Pending:
        """Re-wrap what can be here; return what is left.

        Between two transactions the vault may be written to, and locked: raises VaultLocked then.
        """
        work = self._work
        with work.reading():
            todo = [
                again
                for again, lies_under in self._outdated()
                if any(work.keyring.opens(*held) for held in lies_under)
            ]
        for start in range(0, len(todo), BATCH):
            if cancelled():
                return self.pending()
            batch = todo[start : start + BATCH]
            done = start + len(batch)
            with work.unit():
                work.require_all_keys()
                for again in batch:
                    again()
                work.note("keys re-wrapped", fields=[str(len(batch))])
                if done == len(todo):
                    work.clear_traces()
            progress(done, len(todo))
        self.retire()
        return self.pending()

    def retire(self) -> None:
        """Take away every older generation that nothing lies under any more."""
        work = self._work
        with work.reading():
            gone = self._unused()
            if not gone:
                return
            with work.unit():
                for purpose, generation in gone:
                    self._grants.end(purpose, generation)
                work.note("keys ended", fields=sorted({purpose for purpose, _ in gone}))

    def _outdated(self) -> Iterator[tuple[Callable[[], object], list[tuple[Purpose, int]]]]:
        """Yield what re-wraps a row, and the older generations that the row lies under.

        Records come last: who is new sees none without what was sent of it already.
        """
        newest = {purpose: self._grants.newest(purpose) for purpose in ROTATING}
        if all(len(generations) == 1 for generations in self._generations().values()):
            return

        def older(row: Row, **columns: Purpose) -> list[tuple[Purpose, int]]:
            found = [(purpose, int(row[column])) for column, purpose in columns.items()]
            return [held for held in found if held[1] < newest[held[0]]]

        for row in self._work.rows("outbox"):
            if under := older(row, generation="delivery"):
                yield partial(self._outgoing.rewrap, row["id"]), under
        for row in self._work.rows("receipt"):
            if under := older(row, generation="delivery"):
                yield partial(self._outgoing.rewrap_receipt, row["id"]), under
        for row in self._work.rows("record"):
            if under := older(row, generation="records", health_generation="health"):
                yield partial(self._records.rewrap, row["id"]), under

    def _generations(self) -> dict[Purpose, set[int]]:
        rows = self._work.rows("role_key")
        return {
            purpose: {int(row["generation"]) for row in rows if row["role"] == purpose}
            for purpose in ROTATING
        }

    def _unused(self) -> list[tuple[Purpose, int]]:
        older = [
            (purpose, generation)
            for purpose, generations in self._generations().items()
            for generation in sorted(generations)[:-1]
        ]
        used = in_use(self._work) if older else {}
        return [each for each in older if each not in used]

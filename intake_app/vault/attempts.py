"""Guessing is slowed: every miss doubles the wait, and a restart does not forget it.

The count is sealed under the device's secret and written before the passphrase is tried, so
that pulling the plug saves a guesser nothing. It is not in the sealed state, which nobody can
write before unlocking: who can write the file can put an old count back.

The wait is counted on the clock that runs since the device was started and that nobody can set.
Beside it stands which start that was: after another one the wait begins anew, from when somebody
tries. Where the system does not tell one start from another, a clock that reads less than it
did says so; one that reads more has run for at least the difference.
"""

import math
from dataclasses import dataclass

from intake_app.clock import Clock
from intake_app.errors import TooManyAttempts, VaultDamaged
from intake_app.vault.codec import decode, encode
from intake_app.vault.crypto import DataEnvelope, Key, Place, derive_key
from intake_app.vault.store import Row, Store

#: Misses that cost nothing: a slip of the finger.
FREE_MISSES = 2
#: Seconds; the longest that anybody has to wait.
LONGEST_WAIT = 900


def wait_after(misses: int) -> int:
    """Return the seconds to wait after so many misses in a row: 0, 0, 2, 4, 8 … 900."""
    if misses <= FREE_MISSES:
        return 0
    return int(min(LONGEST_WAIT, 2 ** min(misses - FREE_MISSES, 16)))


@dataclass(frozen=True, slots=True)
class _Missed:
    """How many misses in a row, and when the last one was: in which start, seconds into it."""

    misses: int
    start: str
    at: float


class Attempts:
    """The count of misses of one vault, whoever they were tried for."""

    def __init__(self, store: Store, vault_id: str, device: Key, clock: Clock) -> None:
        """Read nothing yet."""
        self._store = store
        self._clock = clock
        self._key = derive_key(device, "intake/v1/attempts")
        self._place = Place(vault_id, "attempt", "1", "misses")

    def first_row(self) -> Row:
        """Return the row of a new vault."""
        return self._row(0)

    def begin(self) -> None:
        """Count an attempt before it is made; raises TooManyAttempts when it is too early."""
        missed = self._read()
        left = self._left(missed)
        if left is None:  # missed in another start: the wait begins here, once
            self._write(missed.misses)
        self._refuse(missed, left)
        self._write(missed.misses + 1)

    def require_no_wait(self) -> None:
        """Raise TooManyAttempts when it is too early; count and write nothing."""
        missed = self._read()
        self._refuse(missed, self._left(missed))

    @property
    def can_be_read(self) -> bool:
        """Whether the device's secret opens the count."""
        try:
            self._read()
        except VaultDamaged:
            return False
        return True

    def forget(self) -> None:
        """Forget all misses, in a transaction of its own."""
        self._write(0)

    def succeeded(self) -> Row:
        """Return the changes that forget all misses, for the caller's own transaction."""
        row = self._row(0)
        del row["id"]
        return row

    def _left(self, missed: "_Missed") -> float | None:
        """Return the seconds that are left to wait; None where they cannot be counted."""
        wait = wait_after(missed.misses)
        ran = self._clock.elapsed() - missed.at
        if wait and (missed.start != self._clock.start() or ran < 0):
            return None
        return wait - ran if wait else 0

    def _refuse(self, missed: "_Missed", left: float | None) -> None:
        left = wait_after(missed.misses) if left is None else left
        if left > 0:
            raise TooManyAttempts(math.ceil(left))

    def _row(self, misses: int) -> Row:
        at = {"start": self._clock.start(), "at": self._clock.elapsed()}
        content = encode({"misses": misses, **at})
        return {"id": 1, "misses": DataEnvelope.seal(self._key, content, self._place)}

    def _read(self) -> "_Missed":
        row = self._store.existing("attempt", (1,))
        content = decode(DataEnvelope.open(self._key, row["misses"], self._place))
        # A vault that an earlier version of the app wrote says no start.
        return _Missed(content["misses"], content.get("start", ""), content["at"])

    def _write(self, misses: int) -> None:
        self._store.begin()
        try:
            self._store.update("attempt", (1,), {"misses": self._row(misses)["misses"]})
            self._store.commit()
        except BaseException:
            self._store.rollback()
            raise

"""Guessing is slowed: every miss doubles the wait, and a restart does not forget it.

The count is sealed under the device's secret and written before the passphrase is tried, so
that pulling the plug saves a guesser nothing. It is not in the sealed state, which nobody can
write before unlocking: who can write the file can put an old count back.
"""

import math

from intake_app.clock import Clock
from intake_app.errors import TooManyAttempts
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


class Attempts:
    """The count of misses of one vault, whoever they were tried for."""

    def __init__(self, store: Store, vault_id: str, device: Key, clock: Clock) -> None:
        """Read nothing yet."""
        self._store = store
        self._clock = clock
        self._key = derive_key(device, "intake/v1/attempts")
        self._place = Place(vault_id, "attempt", "1", "misses")
        self._missed: float | None = None

    def first_row(self) -> Row:
        """Return the row of a new vault."""
        return self._row(0)

    def begin(self) -> None:
        """Count an attempt before it is made; raises TooManyAttempts when it is too early."""
        misses, at = self._read()
        now = self._now()
        if at > now:  # the clock was set back: the wait starts again, once
            self._write(misses, now)
            at = now
        wait = wait_after(misses)
        left: float = wait - (now - at)
        if self._missed is not None:  # setting the clock forward does not help either
            left = max(left, wait - (self._clock.elapsed() - self._missed))
        if left > 0:
            raise TooManyAttempts(math.ceil(left))
        self._write(misses + 1, now)
        self._missed = self._clock.elapsed()

    def succeeded(self) -> Row:
        """Return the changes that forget all misses, for the caller's own transaction."""
        self._missed = None
        row = self._row(0)
        del row["id"]
        return row

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    def _row(self, misses: int, at: int = 0) -> Row:
        content = encode({"misses": misses, "at": at})
        return {"id": 1, "misses": DataEnvelope.seal(self._key, content, self._place)}

    def _read(self) -> tuple[int, int]:
        row = self._store.existing("attempt", (1,))
        content = decode(DataEnvelope.open(self._key, row["misses"], self._place))
        return content["misses"], content["at"]

    def _write(self, misses: int, at: int) -> None:
        self._store.begin()
        try:
            self._store.update("attempt", (1,), {"misses": self._row(misses, at)["misses"]})
            self._store.commit()
        except BaseException:
            self._store.rollback()
            raise

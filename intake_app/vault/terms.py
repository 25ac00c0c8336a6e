"""How long a device keeps what, and what is over its term.

    draft                  from the last answer; erased on a date that a server confirmed
    stopped                from when the resident said no; the same
    finalised, placed      from when that state began; only a person erases what still waits
    handed                 from when it was offered to another device; its answer erases it, or a
                           person once the offer is over
    delivery, erasure      receipts and certificates, from when they were made; on such a date

The days are the controllers' own: `Retention` in the settings holds them and their bounds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

#: A thing that has a term: a record in one of its states, a receipt or a certificate.
Kept = Literal["draft", "stopped", "finalised", "placed", "handed", "delivery", "erasure"]
#: What may erase something that is over its term: a date that a server confirmed, or a person.
Decides = Literal["date", "person"]

#: How long something must have been seen over its term, unchanged, before a date erases it. One
#: wrong date, or a device that woke with the clock of last month, then erases nothing.
NOTICE: Final = timedelta(days=1)
#: How long another device may take a record that it was offered.
OFFER: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is over its term since a moment; `id` is its record's, or its own."""

    what: Kept
    id: str
    revision: int
    since: datetime
    decides: Decides


def decides(what: Kept) -> Decides:
    """Return what may erase it once it is over its term."""
    return "person" if what in {"finalised", "placed", "handed"} else "date"

"""Time is passed in, never read in passing."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

#: Android keeps it from apps; there is none elsewhere.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What the program knows of time."""

    def now(self) -> datetime:
        """Return the moment, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return the calendar date where the device is."""
        ...

    def elapsed(self) -> float:
        """Return seconds since some start; runs on while the device is suspended."""
        ...

    def start(self) -> str:
        """Return which start of the device that is, in a word; empty where it does not tell."""
        ...


class SystemClock:
    """The device's own clock."""

    def now(self) -> datetime:
        """Return the device's moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the device's calendar date, in its own zone."""
        return datetime.now().astimezone().date()

    def elapsed(self) -> float:
        """Return seconds that also count while suspended, where the system offers such a clock."""
        boottime = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boottime is None else time.clock_gettime(boottime)

    def start(self) -> str:
        """Return the identifier that Linux gives a start; other systems tell none."""
        try:
            return _BOOT_ID.read_text("ascii").strip()
        except (OSError, ValueError):
            return ""


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests, replays and demonstrations."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    ran: float = field(default=0.0)
    started: str = "first"

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.moment

    def today(self) -> date:
        """Return the date of that moment."""
        return self.moment.date()

    def elapsed(self) -> float:
        """Return the seconds that it was moved forward."""
        return self.ran

    def start(self) -> str:
        """Return the start that was set."""
        return self.started

    def restart(self) -> None:
        """Be switched off and on again: the clock that nobody can set begins at nought."""
        self.ran, self.started = 0.0, f"after {self.started}"

    def move(self, **by: float) -> None:
        """Move by a `timedelta` given in its keywords: `move(minutes=5)`; back is allowed."""
        step = timedelta(**by)
        self.moment += step
        self.ran += max(0.0, step.total_seconds())

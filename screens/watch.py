"""When a session has been left alone too long: without use, out of sight, or through a suspend."""

from intake_app.clock import Clock

#: Seconds that the app may be out of sight, or its browser away, before it locks.
AWAY = 60.0


class IdleWatch:
    """Counts from the last sign of life; `Clock.elapsed` runs on while the device is suspended."""

    def __init__(self, clock: Clock, *, limit: float) -> None:
        """Take the clock, and the seconds without use after which it is over."""
        self._clock = clock
        self.limit = limit
        self._last_sign = clock.elapsed()
        self._away_since: float | None = None

    def sign(self) -> None:
        """Note a sign of life."""
        self._last_sign = self._clock.elapsed()

    def away(self) -> None:
        """Note that nobody can see the app: hidden, or its browser gone."""
        if self._away_since is None:
            self._away_since = self._clock.elapsed()

    def back(self) -> None:
        """Note that it is in sight again; whether it was away too long is judged first."""
        if not self.is_over:
            self._away_since = None

    def begin(self) -> None:
        """Begin anew, as after unlocking."""
        self._away_since = None
        self.sign()

    @property
    def is_over(self) -> bool:
        """Whether it is time to lock."""
        away = self._away_since
        return self.is_idle or (away is not None and self._clock.elapsed() - away > AWAY)

    @property
    def is_idle(self) -> bool:
        """Whether nothing happened for too long, in sight or out of it."""
        return self._clock.elapsed() - self._last_sign > self.limit

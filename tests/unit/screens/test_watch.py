"""When a session was left alone for too long."""

import pytest

from intake_app.clock import FixedClock
from screens.watch import AWAY, IdleWatch


@pytest.mark.parametrize(("minutes", "is_over"), [(0, False), (9.9, False), (10.1, True)])
def test_it_is_over_after_the_time_without_a_sign_of_life(minutes: float, *, is_over: bool) -> None:
    """The limit is the settings', in seconds; a suspended device goes on counting."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    clock.move(minutes=minutes)
    assert watch.is_over is is_over


def test_a_sign_of_life_begins_the_count_anew() -> None:
    """Whoever types is there."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    clock.move(minutes=9)
    watch.sign()
    clock.move(minutes=9)
    assert not watch.is_over


def test_out_of_sight_it_is_over_sooner() -> None:
    """A minute behind another window, or without a browser, is enough."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    watch.away()
    clock.move(seconds=AWAY + 1)
    assert watch.is_over


def test_coming_back_in_time_is_as_if_nothing_was() -> None:
    """A glance at another window does not lock."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    watch.away()
    clock.move(seconds=AWAY / 2)
    watch.back()
    clock.move(seconds=AWAY)
    assert not watch.is_over


def test_coming_back_too_late_does_not_undo_it() -> None:
    """Who comes back after a suspend finds it over, until it begins anew."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    watch.away()
    clock.move(seconds=AWAY * 5)
    watch.back()
    assert watch.is_over
    watch.begin()
    assert not watch.is_over


def test_a_second_sign_of_absence_does_not_begin_the_count_anew() -> None:
    """Hidden first and disconnected later counts from when it was hidden."""
    clock = FixedClock()
    watch = IdleWatch(clock, limit=600)
    watch.away()
    clock.move(seconds=AWAY / 2)
    watch.away()
    clock.move(seconds=AWAY / 2 + 1)
    assert watch.is_over

"""Time that is passed in, and where things lie."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from intake_app import paths
from intake_app.clock import FixedClock, SystemClock


def test_a_fixed_clock_stands_still_until_moved() -> None:
    """Moving changes the moment, the date and the time that ran."""
    clock = FixedClock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    clock.move(hours=1)
    assert (clock.now(), clock.today(), clock.elapsed()) == (
        datetime(2026, 11, 24, 0, 30, tzinfo=UTC),
        date(2026, 11, 24),
        3600.0,
    )


def test_a_clock_set_back_does_not_turn_back_what_ran() -> None:
    """Elapsed time never shrinks."""
    clock = FixedClock()
    clock.move(minutes=1)
    clock.move(days=-1)
    assert clock.elapsed() == 60.0


def test_a_device_that_was_switched_off_starts_counting_anew() -> None:
    """Another start, and its clock begins at nought."""
    clock = FixedClock()
    clock.move(minutes=1)
    first = clock.start()
    clock.restart()
    assert clock.start() != first
    assert clock.elapsed() == 0.0


def test_the_system_tells_one_start_from_another_where_it_can() -> None:
    """The same word twice; on Linux there is one."""
    assert SystemClock().start() == SystemClock().start()
    assert bool(SystemClock().start()) == (sys.platform == "linux")


def test_the_systems_clock_knows_its_zone() -> None:
    """The moment is aware, in UTC, and time runs."""
    clock = SystemClock()
    before = clock.elapsed()
    assert clock.now().tzinfo is UTC
    assert clock.elapsed() >= before


def test_assets_of_a_checkout_lie_beside_the_packages() -> None:
    """The fonts are found."""
    assert paths.assets("fonts", "OFL.txt").is_file()


def test_assets_of_a_frozen_folder_lie_in_the_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A frozen program says where its data are."""
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.assets("fonts") == tmp_path / "assets" / "fonts"
    assert paths.locales() == tmp_path / "locales"


def test_a_tablet_names_the_folder_that_may_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The vault goes where the tablet keeps an app's data."""
    monkeypatch.setenv("FLET_APP_STORAGE_DATA", str(tmp_path))
    assert paths.vault_folder() == tmp_path / "vault"

"""Guessing: what a miss tells, what it costs, and how long the next one waits."""

from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import TooManyAttempts, VaultDamaged, WrongPassphrase
from intake_app.vault import FileSecret, Vault, crypto
from intake_app.vault.attempts import wait_after
from intake_app.vault.codec import encode
from intake_app.vault.crypto import DataEnvelope
from tests.unit.vault.conftest import PASSPHRASE

WRONG = "een andere lange zin"


def guess(opened: Vault, clock: FixedClock, times: int) -> None:
    """Miss a number of times, each as soon as it is allowed."""
    for misses in range(times):
        clock.move(seconds=wait_after(misses))
        with pytest.raises(WrongPassphrase):
            opened.unlock("nobody", WRONG)


def waits(opened: Vault) -> int:
    """Try the right passphrase too early; return the seconds that are told."""
    with pytest.raises(TooManyAttempts) as caught:
        opened.unlock(opened.users()[0].id, PASSPHRASE)
    return caught.value.seconds


def reopened(opened: Vault, folder: Path, clock: FixedClock) -> Vault:
    """Close the app and start it again."""
    opened.close()
    return Vault.open(folder, device=FileSecret(folder), clock=clock)


def test_a_wrong_passphrase_and_an_unknown_user_look_and_cost_the_same(
    opened: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error, one sentence; the costly function runs once for each, with equal parameters."""
    calls: list[tuple[int, int]] = []

    def derive(secret: bytes, salt: bytes) -> bytes:
        calls.append((len(secret), len(salt)))
        return bytes(32)

    monkeypatch.setattr(crypto, "derive_argon2id", derive)
    said = set()
    for user in (opened.users()[0].id, "nobody"):
        before = len(calls)
        with pytest.raises(WrongPassphrase) as caught:
            opened.unlock(user, WRONG)
        said.add(str(caught.value))
        assert len(calls) == before + 1
    assert len(said) == 1
    assert calls[0] == calls[1] == (len(WRONG), 16)


def test_an_attempt_that_is_too_early_costs_nothing(
    opened: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the function nor the count: who waits is not tried."""
    guess(opened, clock, 3)
    monkeypatch.setattr(crypto, "derive_argon2id", lambda *_: 1 / 0)
    assert [waits(opened) for _ in range(3)] == [2, 2, 2]


@pytest.mark.parametrize(
    ("misses", "seconds"), [(0, 0), (1, 0), (2, 0), (3, 2), (4, 4), (6, 16), (12, 900), (999, 900)]
)
def test_the_wait_grows_with_each_miss(misses: int, seconds: int) -> None:
    """Two slips are free; then it doubles, up to a quarter of an hour."""
    assert wait_after(misses) == seconds


def test_starting_the_app_again_does_not_forget(
    opened: Vault, folder: Path, clock: FixedClock
) -> None:
    """The right passphrase has to wait too, what is left of the wait, and then begins anew."""
    guess(opened, clock, 3)
    clock.move(seconds=0.5)
    again = reopened(opened, folder, clock)
    assert waits(again) == 2
    clock.move(seconds=1)
    assert waits(again) == 1
    clock.move(seconds=0.5)
    again.unlock(again.users()[0].id, PASSPHRASE).lock()
    again.unlock(again.users()[0].id, PASSPHRASE)
    again.close()


@pytest.mark.parametrize("days", [-3_650, -1, 1, 36_500])
def test_setting_the_clock_changes_nothing(
    opened: Vault, folder: Path, clock: FixedClock, days: int
) -> None:
    """Forward or back, in a running app or between two starts of it."""
    guess(opened, clock, 5)
    ran = clock.ran
    clock.move(days=days)
    clock.ran = ran
    assert waits(opened) == 8
    again = reopened(opened, folder, clock)
    assert waits(again) == 8
    again.close()


def test_switching_the_device_off_begins_the_wait_anew(
    opened: Vault, folder: Path, clock: FixedClock
) -> None:
    """From when somebody tries; trying again does not put it off."""
    guess(opened, clock, 5)
    clock.move(seconds=7)
    clock.restart()
    clock.move(minutes=10)
    again = reopened(opened, folder, clock)
    assert waits(again) == 8
    clock.move(seconds=5)
    assert waits(again) == 3
    clock.move(seconds=3)
    again.unlock(again.users()[0].id, PASSPHRASE)
    again.close()


def test_switching_it_off_without_misses_costs_nobody_a_wait(
    opened: Vault, folder: Path, clock: FixedClock
) -> None:
    """Two slips, a restart, and the right passphrase."""
    guess(opened, clock, 2)
    clock.restart()
    again = reopened(opened, folder, clock)
    again.unlock(again.users()[0].id, PASSPHRASE)
    again.close()


def test_where_no_start_is_told_a_clock_that_reads_less_says_so(
    opened: Vault, folder: Path, clock: FixedClock
) -> None:
    """As on Windows; one that reads more has run for at least the difference."""
    clock.started = ""
    guess(opened, clock, 5)
    clock.ran = 1.0
    again = reopened(opened, folder, clock)
    assert waits(again) == 8
    clock.ran = 9.0
    again.unlock(again.users()[0].id, PASSPHRASE)
    again.close()


def test_a_count_of_an_earlier_version_is_understood(opened: Vault, clock: FixedClock) -> None:
    """It held seconds of the device's own clock; its wait begins anew."""
    attempts = opened._attempts
    content = encode({"misses": 4, "at": int(clock.now().timestamp())})
    old = DataEnvelope.seal(attempts._key, content, attempts._place)
    opened._store.update("attempt", (1,), {"misses": old})
    assert waits(opened) == 4
    clock.move(seconds=4)
    opened.unlock(opened.users()[0].id, PASSPHRASE)


def test_the_right_passphrase_for_a_damaged_vault_is_no_miss(
    opened: Vault, folder: Path, clock: FixedClock
) -> None:
    """Who tries to see what is wrong does not have to wait for it."""
    user = opened.users()[0].id
    opened._store._run("DELETE FROM role_grant WHERE role = 'audit'")
    for _ in range(4):
        with pytest.raises(VaultDamaged):
            opened.unlock(user, PASSPHRASE)

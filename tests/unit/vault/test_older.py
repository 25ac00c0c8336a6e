"""An earlier copy of the whole vault that somebody puts back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import DeviceSecretMissing, NotPermitted, VaultOlder
from intake_app.vault import FileSecret, Role, UnlockedVault, Vault
from tests.unit.vault.conftest import PASSPHRASE, add_user

CONTENT: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}


class Remembering(FileSecret):
    """A secret whose place cannot be put back with the folder, as in the system's keyring."""

    def __init__(self, folder: Path) -> None:
        """Remember nothing yet."""
        super().__init__(folder)
        self.kept: dict[str, int] = {}
        self.refuses = False
        self.watched: list[Any] = []
        self.seen: list[tuple[int, list[int]]] = []

    def remember(self, vault_id: str, revision: int) -> None:
        """Keep it, and note what is left of the keys."""
        self.kept[vault_id] = revision
        self.seen.append((revision, [len(key._buffer) for key in self.watched]))

    def remembered(self, vault_id: str) -> int:
        """Give it back."""
        if self.refuses:
            raise DeviceSecretMissing
        return self.kept.get(vault_id, 0)


@pytest.fixture
def secret(folder: Path) -> Remembering:
    """Return a secret that remembers, for the vault of the folder."""
    return Remembering(folder)


@pytest.fixture
def unlock(
    folder: Path, secret: Remembering, clock: FixedClock
) -> Iterator[Callable[..., UnlockedVault]]:
    """Return a function that opens and unlocks it, as its first user or another."""
    opened: list[Vault] = []

    def again(name: str = "Test Eerste", *, accept_older: bool = False) -> UnlockedVault:
        for each in opened:
            each.close()
        vault = Vault.open(folder, device=secret, clock=clock)
        opened.append(vault)
        user = next(entry.id for entry in vault.users() if entry.name == name)
        return vault.unlock(user, PASSPHRASE, accept_older=accept_older)

    yield again
    for each in opened:
        each.close()


@pytest.fixture
def earlier(folder: Path, tmp_path: Path, unlock: Callable[..., UnlockedVault]) -> Path:
    """Work on it, and return a copy of it from before."""
    copy = Path(shutil.copytree(folder, tmp_path / "earlier"))
    vault = unlock()
    vault.create_record(form_id="s", form_version="1", **CONTENT)
    vault.close()
    return copy


def put_back(copy: Path, folder: Path) -> None:
    """Put an earlier copy in the place of the vault."""
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


def test_an_earlier_copy_is_refused(
    folder: Path, earlier: Path, unlock: Callable[..., UnlockedVault]
) -> None:
    """Whole, well sealed and yesterday's: it says so, and what an administrator can do."""
    put_back(earlier, folder)
    before = (folder / "vault.db").stat().st_size
    for _ in range(4):  # and the right passphrase is no guess
        with pytest.raises(VaultOlder, match="--accept-older"):
            unlock()
    assert (folder / "vault.db").stat().st_size == before


def test_an_administrator_accepts_it_and_the_log_says_so(
    folder: Path, earlier: Path, unlock: Callable[..., UnlockedVault]
) -> None:
    """From then on that one is the vault."""
    put_back(earlier, folder)
    vault = unlock(accept_older=True)
    assert vault.audit_entries()[-1].what == "older vault accepted"
    assert vault.records() == ()
    vault.close()
    assert unlock().audit_entries()[-1].what == "unlocked"


@pytest.mark.parametrize("role", ["screener", "placement"])
def test_nobody_else_accepts_it(
    folder: Path,
    tmp_path: Path,
    clock: FixedClock,
    unlock: Callable[..., UnlockedVault],
    role: Role,
) -> None:
    """A screener cannot make yesterday's log today's."""
    add_user(folder, clock, role)
    copy = Path(shutil.copytree(folder, tmp_path / "earlier"))
    unlock().close()
    put_back(copy, folder)
    with pytest.raises(NotPermitted):
        unlock("Test Tweede", accept_older=True)


def test_what_was_killed_opens_again(
    folder: Path, secret: Remembering, unlock: Callable[..., UnlockedVault]
) -> None:
    """A vault that went on without being locked is newer than what is remembered, not older."""
    unlock().close()
    remembered = dict(secret.kept)
    vault = unlock()
    vault.create_record(form_id="s", form_version="1", **CONTENT)
    vault.close()
    secret.kept = remembered
    assert len(unlock().records()) == 1


def test_it_is_remembered_once_the_keys_are_gone(
    secret: Remembering, unlock: Callable[..., UnlockedVault]
) -> None:
    """With the revision of the last write; while a keyring takes its time, no key is held."""
    vault = unlock()
    record = vault.create_record(form_id="s", form_version="1", **CONTENT)
    vault.open_record(record.id)
    keys = [vault._work.keyring.private, vault._own.signing, *vault._records.keys._opened.values()]
    secret.watched = keys
    vault.lock()
    vault.lock()
    assert secret.seen == [(vault._work.revision, [0] * len(keys))]


def test_a_keyring_that_does_not_tell_is_not_taken_for_one_that_knows_nothing(
    secret: Remembering, unlock: Callable[..., UnlockedVault]
) -> None:
    """It is refused, with a sentence; the guard does not fall away in silence."""
    secret.refuses = True
    with pytest.raises(DeviceSecretMissing):
        unlock()

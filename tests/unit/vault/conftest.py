"""One vault made once, with the real cost of its passphrase, and copied for each test."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.vault import FileSecret, Role, UnlockedVault, User, Vault
from intake_app.vault.keys import make_grant, make_slot

PASSPHRASE = "vijftien of meer tekens"


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a closed vault; its first user is "Test Eerste", with every role."""
    folder = tmp_path_factory.mktemp("made") / "vault"
    Vault.create(
        folder,
        device=FileSecret(folder),
        user_name="Test Eerste",
        passphrase=PASSPHRASE,
        settings={"organisation": "Voorbeeld Opvang"},
        clock=FixedClock(),
    ).close()
    return folder


@pytest.fixture
def folder(made_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(made_folder, tmp_path / "vault"))


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that a test moves."""
    return FixedClock()


@pytest.fixture
def opened(folder: Path, clock: FixedClock) -> Iterator[Vault]:
    """Return the copy, open and locked."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=clock)
    yield vault
    vault.close()


@pytest.fixture
def vault(opened: Vault) -> UnlockedVault:
    """Return the copy, unlocked by its first user."""
    return opened.unlock(opened.users()[0].id, PASSPHRASE)


@pytest.fixture
def unlock_again(
    opened: Vault, folder: Path, clock: FixedClock
) -> Iterator[Callable[[], UnlockedVault]]:
    """Return a function that closes the copy, and opens and unlocks it afresh."""
    with ExitStack() as closing:

        def again() -> UnlockedVault:
            opened.close()
            fresh = Vault.open(folder, device=FileSecret(folder), clock=clock)
            closing.callback(fresh.close)
            return fresh.unlock(fresh.users()[0].id, PASSPHRASE)

        yield again


@pytest.fixture
def unlock_as(folder: Path, clock: FixedClock) -> Iterator[Callable[..., UnlockedVault]]:
    """Return a function that gives the copy a further user with some roles, and unlocks as them."""
    with ExitStack() as closing:

        def unlock(*roles: Role) -> UnlockedVault:
            closing.close()
            user = add_user(folder, clock, *roles)
            opened = Vault.open(folder, device=FileSecret(folder), clock=clock)
            closing.callback(opened.close)
            return opened.unlock(user.id, PASSPHRASE)

        yield unlock


def add_user(folder: Path, clock: FixedClock, *roles: Role) -> User:
    """Add a slot and grants for a further user, with the first user's keys."""
    device = FileSecret(folder)
    opened = Vault.open(folder, device=device, clock=clock)
    first = next(entry for entry in opened.users() if entry.name == "Test Eerste")
    vault = opened.unlock(first.id, PASSPHRASE)
    user = User(secrets.token_hex(16), "Test Tweede", roles)
    slot, _ = make_slot(vault.vault_id, user, PASSPHRASE, device.read(), vault.verifying_key())
    work = vault._work
    with vault.unit():
        work.insert("user_slot", slot)
        for purpose in sorted(user.purposes):
            key = work.keyring.current(purpose)
            grant = make_grant(vault.vault_id, key, user.id, slot["public"], vault._own.signing)
            work.insert("role_grant", grant)
        work.note("user added")
    opened.close()
    return user

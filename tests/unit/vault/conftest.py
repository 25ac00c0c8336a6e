"""One vault made once, with the real cost of its passphrase, and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.vault import FileSecret, Role, UnlockedVault, User, Vault
from tests.unit.vault import crew as crew_

PASSPHRASE = crew_.PASSPHRASE


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


@pytest.fixture(scope="session")
def made_crew(tmp_path_factory: pytest.TempPathFactory) -> crew_.Crew:
    """Return the vault of four people, made once."""
    return crew_.make_crew(tmp_path_factory.mktemp("crew") / "vault")


@pytest.fixture
def crew(made_crew: crew_.Crew, tmp_path: Path) -> crew_.Crew:
    """Return a copy of it."""
    return made_crew.copy(tmp_path / "crew")


def add_user(folder: Path, clock: FixedClock, *roles: Role) -> User:
    """Let the first user add a further one."""
    opened = Vault.open(folder, device=FileSecret(folder), clock=clock)
    first = next(entry for entry in opened.users() if entry.name == "Test Eerste")
    people = opened.unlock(first.id, PASSPHRASE).people
    names = {user.name for user in people.users()}
    name = next(name for name in ("Test Tweede", "Test Derde", "Test Vierde") if name not in names)
    user = people.add(name, roles, PASSPHRASE, temporary=False)
    opened.close()
    return user

"""A vault with the real questionnaire in it, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import FixedClock
from intake_app.interview.form import Form
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, Vault

PASSPHRASE = "plainly a test, not a secret"


@pytest.fixture(scope="session")
def questionnaire() -> Form:
    """Return the questionnaire of this checkout."""
    return load_questionnaire()


@pytest.fixture(scope="session")
def library() -> Library:
    """Return the code lists of this checkout."""
    return Library.load()


@pytest.fixture(scope="session")
def new_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an empty vault, with its device's secret beside it."""
    folder = tmp_path_factory.mktemp("new") / "vault"
    Vault.create(
        folder,
        device=FileSecret(folder),
        user_name="Test Screener",
        passphrase=PASSPHRASE,
        settings=Settings(organisation="Voorbeeld Opvang", location="Voorbeeldstad").to_json(),
        clock=FixedClock(),
    ).close()
    return folder


@pytest.fixture
def vault_folder(new_vault: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(new_vault, tmp_path / "vault"))


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that a test moves."""
    return FixedClock()


@pytest.fixture
def caseload(
    vault_folder: Path, questionnaire: Form, library: Library, clock: FixedClock
) -> Iterator[Caseload]:
    """Return the caseload of an unlocked vault."""
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=clock)
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        yield Caseload(unlocked, questionnaire, library, clock)

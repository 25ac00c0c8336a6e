"""A vault with the real questionnaire in it, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake_app import earlier
from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import FixedClock
from intake_app.interview.form import Form
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, Vault
from tests.integration.versions import FOR_WHOM, PERSONS, YEARS, compiled, loaded, node, without

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


@pytest.fixture(name="newer", scope="session")
def make_newer() -> Form:
    """Return a version with two questions less, one renamed, and one of another type."""
    source = compiled()
    without(source, FOR_WHOM)
    without(source, "/data/work/jobs/title")
    node(source, YEARS).update(name="years_worked", intake={"item": "Q7.3", "was": "total_years"})
    node(source, PERSONS).update(kind="decimal", type="decimal")
    return loaded(source, "next")


@pytest.fixture(name="after")
def install(
    caseload: Caseload, newer: Form, questionnaire: Form, monkeypatch: pytest.MonkeyPatch
) -> Caseload:
    """Return the caseload of an app that has the newer version, and knows the one before."""
    known = {questionnaire.hash: questionnaire, newer.hash: newer}
    monkeypatch.setattr(earlier, "load", known.get)
    return Caseload(caseload.vault, newer, caseload.library, caseload.clock)

"""What several tests at a desk need."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.draft import Draft
from tests import invented
from tests.unit.screens.desk import make_vault


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for a module: each test begins an interview of its own in it."""
    made = tmp_path_factory.mktemp("desk") / "vault"
    make_vault(made)
    return made


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give a switch after which no draft can be written any more."""
    return lambda: monkeypatch.setattr(Draft, "_save", invented.full_disk)

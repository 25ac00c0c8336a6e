"""One vault with something in it, made once and copied for each fault."""

import shutil
from pathlib import Path

import pytest

from tests.proofs.specimen import (
    MARKER,
    PASSPHRASE,
    Made,
    fill,
    make_vault,
    open_vault,
    read_everything,
)

__all__ = ["MARKER", "PASSPHRASE", "Made", "fill", "open_vault", "read_everything"]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return a vault that nobody touches."""
    folder = tmp_path_factory.mktemp("original") / "vault"
    with make_vault(folder) as vault:
        return Made(folder, *fill(vault))


@pytest.fixture
def made(original: Made, tmp_path: Path) -> Made:
    """Return a copy of it."""
    folder = Path(shutil.copytree(original.folder, tmp_path / "vault"))
    return Made(folder, original.record_ids, original.outbox_ids)

"""One vault with something in it, made once and copied for each fault."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import VaultDamaged
from intake_app.vault import FileSecret, UnlockedVault, Vault

PASSPHRASE = "vijftien of meer tekens"
#: In every value that is sealed; it must be in no file.
MARKER = "Geheimschrift"


@dataclass(frozen=True)
class Made:
    """A closed vault on disk, and the ids of what is in it."""

    folder: Path
    record_ids: tuple[str, str]
    outbox_ids: tuple[str, str]


def open_vault(folder: Path) -> UnlockedVault:
    """Open and unlock; when that fails, let go of the files."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    try:
        return vault.unlock(vault.users()[0].id, PASSPHRASE)
    except BaseException:
        vault.close()
        raise


def fill(vault: UnlockedVault) -> tuple[tuple[str, str], tuple[str, str]]:
    """Store two records, two packages and a receipt."""
    content = {"summary": {"n": MARKER}, "body": {"b": MARKER * 9}, "health": {"h": MARKER}}
    records, packages = [], []
    for _ in range(2):
        record = vault.create_record(form_id="s", form_version="1", **content)
        vault.save_record(record.id, revision=1, **content, fields=[f"/data/{MARKER}"])
        records.append(record.id)
        packages.append(
            vault.queue(
                record.id, recipient="organisation", package=MARKER.encode() * 9, state="ready"
            )
        )
        vault.save_outbox(packages[-1], journal={"j": MARKER})
    item = vault.queue(records[0], recipient="organisation", package=b"p", state="ready")
    vault.add_receipt(item, {"r": MARKER})
    return (records[0], records[1]), (packages[0], packages[1])


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return a vault that nobody touches."""
    folder = tmp_path_factory.mktemp("original") / "vault"
    with Vault.create(
        folder,
        device=FileSecret(folder),
        user_name=MARKER,
        passphrase=PASSPHRASE,
        settings={"s": MARKER},
        clock=FixedClock(),
    ) as vault:
        return Made(folder, *fill(vault))


@pytest.fixture
def made(original: Made, tmp_path: Path) -> Made:
    """Return a copy of it."""
    folder = Path(shutil.copytree(original.folder, tmp_path / "vault"))
    return Made(folder, original.record_ids, original.outbox_ids)


def read_everything(folder: Path) -> list[object]:
    """Open, unlock and return all that there is; raise what the first fault gives."""
    with open_vault(folder) as vault:
        read: list[object] = [vault.settings(), vault.receipts(), vault.certificates()]
        read += [vault.open_record(summary.id) for summary in vault.records()]
        for row in vault.outbox():
            read += [row, vault.package(row.id)]
        read += vault.audit_entries()[:-1]  # the last one is this very unlocking
        if not vault.verify().ok:
            raise VaultDamaged
        return read

"""Vaults to be tried: what is in them, how they are opened, and all that can be read of them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from intake_app.clock import FixedClock
from intake_app.errors import VaultDamaged
from intake_app.vault import FileSecret, UnlockedVault, Vault
from intake_app.vault.crypto import Key, derive_passphrase_root
from intake_app.vault.store import Store

PASSPHRASE = "vijftien of meer tekens"
#: In every value that is sealed; it must be in no file.
MARKER = "Geheimschrift"


@dataclass(frozen=True)
class Made:
    """A closed vault on disk, and the ids of what is in it."""

    folder: Path
    record_ids: tuple[str, str]
    outbox_ids: tuple[str, str]


@contextmanager
def stretched_once() -> Iterator[None]:
    """Stretch each passphrase once at its real cost, and remember what came out of it.

    A proof opens a vault a hundred thousand times; what is proved does not hang on the stretching.
    """
    remembered: dict[tuple[str, bytes, bytes], bytes] = {}

    def derive_once(passphrase: str, salt: bytes, device: Key) -> Key:
        asked = passphrase, salt, bytes(device.material)
        if asked not in remembered:
            remembered[asked] = bytes(derive_passphrase_root(passphrase, salt, device).material)
        return Key(remembered[asked])

    with mock.patch("intake_app.vault.keys.derive_passphrase_root", derive_once):
        yield


def make_vault(folder: Path) -> UnlockedVault:
    """Make a vault whose every name and setting holds the marker."""
    return Vault.create(
        folder,
        device=FileSecret(folder),
        user_name=MARKER,
        passphrase=PASSPHRASE,
        settings={"s": MARKER},
        clock=FixedClock(),
    )


def open_vault(folder: Path) -> UnlockedVault:
    """Open and unlock; when that fails, let go of the files."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    try:
        (user,) = [entry for entry in vault.users() if entry.name == MARKER]
        return vault.unlock(user.id, PASSPHRASE)
    except BaseException:
        vault.close()
        raise


def fill(vault: UnlockedVault) -> tuple[tuple[str, str], tuple[str, str]]:
    """Store two records, two packages and a receipt."""
    content: dict[str, Any] = {
        "summary": {"n": MARKER},
        "body": {"b": MARKER * 9},
        "health": {"h": MARKER},
    }
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


def read_everything(folder: Path) -> list[object]:
    """Open, unlock and return all that there is; raise what the first fault gives."""
    with open_vault(folder) as vault:
        read = [*contents(vault), *vault.audit_entries()[:-1]]  # the last one is this unlocking
        if not vault.verify().ok:
            raise VaultDamaged
        return read


def contents(vault: UnlockedVault) -> list[object]:
    """Return all that was ever put in, the log apart."""
    read: list[object] = [vault.settings(), vault.people.users()]
    read += [vault.receipts(), vault.certificates()]
    read += [vault.open_record(summary.id) for summary in vault.records()]
    for row in vault.outbox():
        read += [row, vault.package(row.id)]
    return read


def digest(vault: UnlockedVault) -> str:
    """Return a hash of all that was ever put in: two vaults with the same one hold the same."""
    told = json.dumps(contents(vault), default=_told, sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(value: Any) -> object:  # noqa: ANN401 - whatever a vault gives
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


def everything_stored(folder: Path) -> str:
    """Return a hash of all that the store gives, by every kind of question that it is asked.

    A vault makes of the same rows the same things: so two files with the same hash read the same,
    and of many such files one needs to be opened. Raises VaultError.
    """
    store = Store(folder)
    try:
        given: list[object] = [store.format.number, store.failing_checks(), store.last("audit")]
        for name, table in store.tables.items():
            for row in store.rows(name):
                key = tuple(row[column] for column in table.key)
                given += [row, store.row(name, key), store.row(name, key, bulk=True)]
        return hashlib.sha256(repr(given).encode()).hexdigest()
    finally:
        store.close()


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold these files and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}

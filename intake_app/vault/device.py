"""The device's own secret: without it a copied vault cannot even be guessed at.

It lies in the system's keyring where there is one that answers, else in a file that only this
user can read, beside the vault. Which of the two is decided once, when the vault is made, and can
be told to a person: `DeviceSecret.kind` and `DeviceSecret.meaning`. A file protects against who
gets the vault's database alone (a backup, a sent log), not against who gets the whole disk: the
passphrase does that. A keyring that does not answer later is said, never gone around.

Beside the secret a keyring keeps how far the vault was: an older copy of the whole disk that
somebody puts back does not reach the keyring, and so it shows.
"""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol

from intake_app.errors import DeviceSecretMissing
from intake_app.vault.crypto import KEY_SIZE, Key, make_key
from intake_app.vault.store import storage_errors, sync_folder
from intake_app.vault.system_keyring import SystemKeyring
from intake_app.words import mark

FILE_NAME = "device.key"
ENTRY_NAME = "device.keyring"

#: Seconds that a lock waits for a keyring; the person has gone by then.
_AT_LOCK = 5.0

_FILE_LOST = mark(
    "The file with this device's own key is missing or damaged. The vault was left as it is. "
    "Put “device.key” back into its folder, or call your administrator: the organisation's "
    "recovery key can still open it."
)
_ENTRY_LOST = mark(
    "This device's own key is not in the system's keyring any more, or another user of this "
    "device made the vault. It was left as it is. Sign in as that user, or call your "
    "administrator: the organisation's recovery key can still open it."
)


class DeviceSecret(Protocol):
    """Where the device's secret is kept."""

    @property
    def kind(self) -> Literal["file", "keyring"]:
        """Where it is, in a word for the settings."""
        ...

    @property
    def meaning(self) -> str:
        """What that means for a person, as a sentence to be said in a language."""
        ...

    def read(self) -> Key:
        """Return the secret; raises DeviceSecretMissing."""
        ...

    def make(self) -> Key:
        """Make it where there is none yet, and return it; raises StorageFull, StorageRefused."""
        ...

    def renew(self) -> Key:
        """Make another in place of one that is lost: what lay under that opens no more."""
        ...

    def remember(self, vault_id: str, revision: int) -> None:
        """Keep how far a vault is, where that can be kept; raises nothing."""
        ...

    def remembered(self, vault_id: str) -> int:
        """Return how far the vault was when that was last kept, or 0; raises as `read`."""
        ...


class FileSecret:
    """The secret in a file of 32 bytes with mode 0600, in the vault's folder.

    How far the vault is cannot be kept there: whoever puts back the vault puts that back too.
    """

    kind: Literal["file", "keyring"] = "file"
    meaning = mark(
        "This device's own key lies in a file beside the vault. Who copies the whole disk has "
        "both, and then the passphrase alone protects it. An earlier copy of the disk that "
        "somebody puts back is not noticed here."
    )

    def __init__(self, folder: Path) -> None:
        """Take the vault's folder."""
        self._path = folder / FILE_NAME

    def read(self) -> Key:
        """Return the secret; raises DeviceSecretMissing."""
        try:
            material = self._path.read_bytes()
        except OSError as error:
            raise DeviceSecretMissing(_FILE_LOST) from error
        return _key(material, _FILE_LOST)

    def make(self) -> Key:
        """Make the file where there is none yet."""
        if self._path.exists():
            return self.read()
        key = make_key()
        with storage_errors():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._path, bytes(key.material))
        return key

    def renew(self) -> Key:
        """Make the file anew."""
        with storage_errors():
            self._path.unlink(missing_ok=True)
        return self.make()

    def remember(self, vault_id: str, revision: int) -> None:
        """Keep nothing."""

    def remembered(self, vault_id: str) -> int:  # noqa: ARG002 - nothing is kept of any
        """Return 0."""
        return 0


class KeyringSecret:
    """The secret in the system's keyring; a small file in the folder names the entry."""

    kind: Literal["file", "keyring"] = "keyring"
    meaning = mark(
        "This device's own key lies in the system's keyring, under the account of this user. "
        "Who copies the disk does not have it. An earlier copy of the vault that somebody puts "
        "back is noticed."
    )

    def __init__(self, folder: Path) -> None:
        """Take the vault's folder."""
        self._entry = folder / ENTRY_NAME
        self._keyring = SystemKeyring()

    def read(self) -> Key:
        """Return the secret; raises DeviceSecretMissing also when the keyring refuses."""
        kept = self._keyring.get(self._name())
        try:
            material = base64.b64decode((kept or "").encode(), validate=True)
        except ValueError as error:
            raise DeviceSecretMissing(_ENTRY_LOST) from error
        return _key(material, _ENTRY_LOST)

    def make(self) -> Key:
        """Make an entry where there is none yet, and read it back."""
        if self._entry.exists():
            return self.read()
        key = make_key()
        name = f"device-{secrets.token_hex(8)}"
        self._keyring.set(name, base64.b64encode(key.material).decode())
        with storage_errors():
            self._entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._entry, name.encode())
        return self.read()

    def renew(self) -> Key:
        """Make another entry; the one before stays in the keyring, where there is one."""
        with storage_errors():
            self._entry.unlink(missing_ok=True)
        return self.make()

    def remember(self, vault_id: str, revision: int) -> None:
        """Keep how far the vault is; where the keyring refuses just now, what it had stays."""
        with suppress(DeviceSecretMissing):
            self._keyring.set(f"{self._name()}-revision", f"{vault_id} {revision}", _AT_LOCK)

    def remembered(self, vault_id: str) -> int:
        """Return how far this vault was; another one that was made in its place begins at 0."""
        kept_id, _, revision = (self._keyring.get(f"{self._name()}-revision") or "").partition(" ")
        return int(revision) if kept_id == vault_id and revision.isdecimal() else 0

    def _name(self) -> str:
        try:
            return self._entry.read_text("ascii")
        except (OSError, ValueError) as error:
            raise DeviceSecretMissing(_ENTRY_LOST) from error


def _key(material: bytes, sentence: str) -> Key:
    if len(material) != KEY_SIZE:
        raise DeviceSecretMissing(sentence)
    return Key(material)


def device_secret(folder: Path) -> DeviceSecret:
    """Return where this vault's secret is, or for a new vault where it will be."""
    if (folder / FILE_NAME).exists():
        return FileSecret(folder)
    if (folder / ENTRY_NAME).exists() or SystemKeyring().answers():
        return KeyringSecret(folder)
    return FileSecret(folder)


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file that only this user can read, whole or not at all, and on the disk."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)

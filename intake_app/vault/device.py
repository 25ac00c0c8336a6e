"""The device's own secret: without it a copied vault cannot even be guessed at.

It lies in the system's keyring where there is one that answers, else in a file that only this
user can read, beside the vault. Which of the two can be told to a person: `DeviceSecret.kind`.
A file protects against who gets the vault's database alone (a backup, a sent log), not against
who gets the whole disk: the passphrase does that.
"""

import base64
import os
import secrets
from pathlib import Path
from typing import Literal, Protocol

from intake_app.errors import DeviceSecretMissing
from intake_app.vault.crypto import KEY_SIZE, Key, make_key
from intake_app.vault.store import storage_errors, sync_folder

FILE_NAME = "device.key"
ENTRY_NAME = "device.keyring"
SERVICE = "intake-app"


class DeviceSecret(Protocol):
    """Where the device's secret is kept."""

    @property
    def kind(self) -> Literal["file", "keyring"]:
        """Where it is, in a word for the settings."""
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


class FileSecret:
    """The secret in a file of 32 bytes with mode 0600, in the vault's folder."""

    kind: Literal["file", "keyring"] = "file"

    def __init__(self, folder: Path) -> None:
        """Take the vault's folder."""
        self._path = folder / FILE_NAME

    def read(self) -> Key:
        """Return the secret; raises DeviceSecretMissing."""
        try:
            material = self._path.read_bytes()
        except OSError as error:
            raise DeviceSecretMissing from error
        return _key(material)

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


class KeyringSecret:
    """The secret in the system's keyring; a small file in the folder names the entry."""

    kind: Literal["file", "keyring"] = "keyring"

    def __init__(self, folder: Path) -> None:
        """Take the vault's folder."""
        self._entry = folder / ENTRY_NAME

    def read(self) -> Key:
        """Return the secret; raises DeviceSecretMissing also when the keyring refuses."""
        import keyring  # noqa: PLC0415 - a tablet has none
        from keyring.errors import KeyringError  # noqa: PLC0415 - the same

        try:
            kept = keyring.get_password(SERVICE, self._entry.read_text("ascii"))
            material = base64.b64decode((kept or "").encode(), validate=True)
        except (OSError, KeyringError, ValueError) as error:
            raise DeviceSecretMissing from error
        return _key(material)

    def make(self) -> Key:
        """Make an entry where there is none yet, and read it back."""
        import keyring  # noqa: PLC0415 - a tablet has none
        from keyring.errors import KeyringError  # noqa: PLC0415 - the same

        if self._entry.exists():
            return self.read()
        key = make_key()
        name = f"device-{secrets.token_hex(8)}"
        try:
            keyring.set_password(SERVICE, name, base64.b64encode(key.material).decode())
        except (KeyringError, ValueError) as error:
            raise DeviceSecretMissing from error
        with storage_errors():
            self._entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._entry, name.encode())
        return self.read()

    def renew(self) -> Key:
        """Make another entry; the one before stays in the keyring, where there is one."""
        with storage_errors():
            self._entry.unlink(missing_ok=True)
        return self.make()


def _key(material: bytes) -> Key:
    if len(material) != KEY_SIZE:
        raise DeviceSecretMissing
    return Key(material)


def device_secret(folder: Path) -> DeviceSecret:
    """Return where this vault's secret is, or for a new vault where it will be."""
    if (folder / FILE_NAME).exists():
        return FileSecret(folder)
    if (folder / ENTRY_NAME).exists() or _keyring_answers():
        return KeyringSecret(folder)
    return FileSecret(folder)


def _keyring_answers() -> bool:
    """Tell whether the system has a keyring that keeps and gives back; never an error."""
    try:
        import keyring  # noqa: PLC0415 - a tablet has none

        if not type(keyring.get_keyring()).__module__.startswith(_TRUSTED_KEYRINGS):
            return False
        name, word = f"probe-{secrets.token_hex(8)}", secrets.token_hex(8)
        keyring.set_password(SERVICE, name, word)
        kept = keyring.get_password(SERVICE, name)
        keyring.delete_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - a system's keyring fails in ways of its own; the file remains
        return False
    return kept == word


#: The systems' own; a chain of several, a plain file or none at all is not one.
_TRUSTED_KEYRINGS = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)


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

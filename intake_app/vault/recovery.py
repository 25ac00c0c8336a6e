"""The organisation's recovery key: a pair of which no device ever has the private half.

The public half is a short text that a person can copy, and every role key of a vault is sealed to
it. The private half lies in a file of its own, sealed under a passphrase:

    {"type": "intake/recovery-key", "version": 1, "public": the text of the public half,
     "salt": base64 of 16 bytes, "sealed": base64 of a `DataEnvelope`}

The envelope's key is that of a slot without a device's secret: Argon2id (64 MiB, 3 passes, 4
lanes) of the passphrase in NFKC, HKDF-Extract without a salt, HKDF-Expand with the label
"intake/v1/recovery-kek". Its place is ("", "recovery", the text, "private").
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from intake_app.errors import RecoveryRefused, VaultDamaged, VaultError, WrongPassphrase
from intake_app.vault.crypto import (
    KEY_SIZE,
    DataEnvelope,
    Key,
    Place,
    derive_key,
    derive_passphrase_root,
    derive_public,
    make_key,
    make_salt,
)
from intake_app.vault.device import write_durably
from intake_app.vault.memory import wipe
from intake_app.vault.passphrase import check_passphrase
from intake_app.vault.store import FILE_NAME, storage_errors
from intake_app.words import mark

_TYPE = "intake/recovery-key"
_VERSION = 1
_PREFIX = "INTAKE1"
_CHECKSUM = 3  # bytes: with the key's 32 they are 56 letters of base32, with nothing to pad
_GROUP = 4
_LARGEST_FILE = 64 * 1024


@dataclass(frozen=True, slots=True)
class RecoveryPublic:
    """The public half (X25519, 32 bytes), as a vault and as a person know it."""

    material: bytes

    @classmethod
    def parse(cls, text: str) -> "RecoveryPublic":
        """Read the text of a public half, in any case and grouping; raises RecoveryRefused."""
        letters = "".join(text.split()).replace("-", "").upper()
        try:
            both = base64.b32decode(letters.removeprefix(_PREFIX).encode("ascii"))
        except ValueError:
            both = b""
        found = cls(both[:KEY_SIZE])
        if len(both) != KEY_SIZE + _CHECKSUM or both[KEY_SIZE:] != found._digest()[:_CHECKSUM]:
            raise RecoveryRefused(
                mark("That is not a recovery key, or a letter of it is wrong. Copy it again.")
            )
        return found

    @property
    def text(self) -> str:
        """The key with its checksum: INTAKE1 and 14 groups of 4 letters and digits."""
        letters = base64.b32encode(self.material + self._digest()[:_CHECKSUM]).decode()
        groups = (letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
        return "-".join((_PREFIX, *groups))

    @property
    def fingerprint(self) -> str:
        """Thirty digits in groups of five, to read out to each other in any language."""
        digits = f"{int.from_bytes(self._digest(), 'big') % 10**30:030}"
        return " ".join(digits[at : at + 5] for at in range(0, len(digits), 5))

    def _digest(self) -> bytes:
        return hashlib.sha256(b"intake/v1/recovery-public" + self.material).digest()


def make_recovery_file(path: Path, passphrase: str) -> RecoveryPublic:
    """Make a pair, write its private half to a new file, and return the public half.

    Raises PassphraseTooWeak, RecoveryRefused for a folder with a vault in it or a file that is
    there already or cannot be written.
    """
    check_passphrase(passphrase)
    with storage_errors():
        if any((folder / FILE_NAME).exists() for folder in path.absolute().parents):
            raise RecoveryRefused(
                mark(
                    "There is a vault in that folder. A recovery key beside the vault that it "
                    "opens protects nothing: keep it on something that you lock away."
                )
            )
        if path.exists():
            raise RecoveryRefused(mark("There is such a file already. It was left as it is."))
    private, salt = make_key(), make_salt()
    public = RecoveryPublic(derive_public(private))
    sealed = DataEnvelope.seal(_kek(passphrase, salt), bytes(private.material), _place(public))
    content = {
        "type": _TYPE,
        "version": _VERSION,
        "public": public.text,
        "salt": base64.b64encode(salt).decode(),
        "sealed": base64.b64encode(sealed).decode(),
    }
    private.wipe()
    try:
        with storage_errors():
            write_durably(path, (json.dumps(content, indent=2) + "\n").encode())
    except VaultError:
        raise RecoveryRefused(
            mark("That file cannot be written. Choose another place, with room on it.")
        ) from None
    return public


def open_recovery_file(path: Path, passphrase: str) -> Key:
    """Return the private half; raises WrongPassphrase, and RecoveryRefused for another file."""
    public, salt, sealed = _read(path)
    try:
        material = DataEnvelope.open(_kek(passphrase, salt), sealed, _place(public))
    except VaultDamaged:
        raise WrongPassphrase(
            mark("That passphrase does not open this file, or the file was changed.")
        ) from None
    private = Key(material)
    wipe(material)
    if derive_public(private) != public.material:
        raise _not_ours()
    return private


def _read(path: Path) -> tuple[RecoveryPublic, bytes, bytes]:
    try:
        with path.open("rb") as stream:
            content = json.loads(stream.read(_LARGEST_FILE))
        if (content["type"], content["version"]) != (_TYPE, _VERSION):
            raise _not_ours()
        salt, sealed = (base64.b64decode(content[name], validate=True) for name in _SEALED)
        return RecoveryPublic.parse(content["public"]), salt, sealed
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _not_ours() from None


_SEALED = ("salt", "sealed")


def _not_ours() -> RecoveryRefused:
    return RecoveryRefused(
        mark("That file cannot be read, or it is no recovery key of this version of the app.")
    )


def _kek(passphrase: str, salt: bytes) -> Key:
    no_device = Key(bytes(KEY_SIZE))  # what HKDF-Extract takes where there is no salt
    root = derive_passphrase_root(passphrase, salt, no_device)
    return derive_key(root, "intake/v1/recovery-kek")


def _place(public: RecoveryPublic) -> Place:
    return Place("", "recovery", public.text, "private")

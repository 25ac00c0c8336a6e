"""What belongs to the vault itself: its signing key, the key of its identifiers, its settings."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake_app.vault.codec import decode, encode
from intake_app.vault.crypto import (
    KEY_SIZE,
    DataEnvelope,
    Key,
    Place,
    derive_digest,
    pack,
)
from intake_app.vault.keys import RoleKey
from intake_app.vault.memory import wipe
from intake_app.vault.store import Row

_IDENTIFIER_BYTES = 20


@dataclass(frozen=True, slots=True)
class OwnSecrets:
    """Two keys that every user of the vault uses, sealed under the state role key.

    `signing` is the device's Ed25519 key: its public half is known to the organisation.
    `identifying` makes identifiers; it outlives every rotation, so that they stay the same.
    """

    signing: Key = field(repr=False)
    identifying: Key = field(repr=False)

    def seal(self, vault_id: str, key: RoleKey) -> bytes:
        """Return the envelope for the vault's row: both keys, one after the other."""
        content = self.signing.material + self.identifying.material
        place = _place(vault_id, "secrets", key.generation)
        try:
            return DataEnvelope.seal(key.content, content, place)
        finally:
            wipe(content)

    @classmethod
    def open(cls, row: Row, key: RoleKey) -> "OwnSecrets":
        """Open the envelope of the vault's row; raises VaultDamaged."""
        place = _place(row["id"], "secrets", row["generation"])
        content = DataEnvelope.open(key.content, row["secrets"], place)
        try:
            both = memoryview(content)
            return cls(Key(both[:KEY_SIZE]), Key(both[KEY_SIZE:]))
        finally:
            wipe(content)

    def identifier(self, record_id: str, recipient: str) -> str:
        """Return 39 characters A-Z, 2-7 and a hyphen, the same every time for the same two."""
        digest = derive_digest(self.identifying, pack("intake/v1/identifier", record_id, recipient))
        return "INTAKE-" + base64.b32encode(digest[:_IDENTIFIER_BYTES]).decode()

    def wipe(self) -> None:
        """Zero both."""
        self.signing.wipe()
        self.identifying.wipe()


def seal_settings(vault_id: str, key: RoleKey, revision: int, settings: Mapping[str, Any]) -> bytes:
    """Return the envelope of the settings, for every user to read."""
    place = _place(vault_id, "settings", key.generation, revision)
    return DataEnvelope.seal(key.content, encode(settings), place, smallest=4096)


def open_settings(row: Row, key: RoleKey) -> dict[str, Any]:
    """Open the settings of the vault's row; raises VaultDamaged."""
    place = _place(row["id"], "settings", row["generation"], row["revision"])
    return decode(DataEnvelope.open(key.content, row["settings"], place))


def _place(vault_id: str, column: str, generation: int, revision: int = 0) -> Place:
    return Place(vault_id, "vault", vault_id, column, revision, generation=generation)

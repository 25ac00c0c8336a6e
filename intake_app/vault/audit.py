"""The log of who did what when to which field: never a value.

Every entry is sealed under a key that is used once. The next key is derived from it and the old
one is forgotten, so whoever takes over the device today cannot rewrite what was logged before.
The key that a generation starts from is sealed under the audit role key: an administrator who
holds it reads everything, and no one else reads anything. Entries are chained by a hash that
needs no key, and the head of the chain travels with every delivery.

    head[0] = SHA-256("intake/v1/audit" ‖ vault_id)
    head[n] = SHA-256(head[n-1] ‖ pack(n, generation, entry))
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake_app.errors import VaultDamaged
from intake_app.vault.codec import decode, encode
from intake_app.vault.crypto import DataEnvelope, Key, KeyEnvelope, Place, derive_key, pack
from intake_app.vault.keys import Keyring, RoleKey
from intake_app.vault.state import State

#: Missing entries whose keys are passed over to read the next; more are told of, not read past.
_LONGEST_GAP = 10_000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; `head` is that of the chain after it, in hexadecimal."""

    seq: int
    at: datetime
    who: str
    what: str
    record: str
    fields: tuple[str, ...]
    head: str


def first_head(vault_id: str) -> bytes:
    """Return the head of an empty log."""
    return hashlib.sha256(b"intake/v1/audit" + vault_id.encode()).digest()


def open_generation(
    state: State, vault_id: str, role_key: RoleKey, seed: Key
) -> tuple[dict[str, Any], State]:
    """Return the row that starts a generation of the log, and the state after it."""
    place = _place(vault_id, state.audit_seq + 1, role_key.generation, "seed")
    started = replace(state, audit_generation=role_key.generation, audit_key=seed)
    return _chain(started, KeyEnvelope.wrap(role_key.wrapping, seed, place), seed)


def append(state: State, vault_id: str, entry: Mapping[str, Any]) -> tuple[dict[str, Any], State]:
    """Return the row of an entry, and the state after it."""
    place = _place(vault_id, state.audit_seq + 1, state.audit_generation, "entry")
    sealed = DataEnvelope.seal(_entry_key(state.audit_key), encode(entry), place)
    return _chain(state, sealed, _next_key(state.audit_key))


class Chain:
    """The log, followed entry by entry; it goes on past one that is damaged."""

    def __init__(self, vault_id: str, keyring: Keyring | None = None) -> None:
        """Begin before the first entry; with a keyring that holds the audit role, to read them."""
        self._vault_id = vault_id
        self._keyring = keyring
        self._generation = 0
        self._key: Key | None = None
        self.seq = 0
        self.head = first_head(vault_id)

    def follow(self, row: Mapping[str, Any]) -> AuditEntry | None:
        """Take the next row; return its entry, or None for one that only starts a generation.

        Raises VaultDamaged when it does not follow from the one before or cannot be opened; the
        row after it can be taken all the same. None too without a keyring.
        """
        head = _head(self.head, row["seq"], row["generation"], row["entry"])
        gap = row["seq"] - self.seq - 1
        self.seq, self.head = row["seq"], row["head"]
        entry = None if self._keyring is None else self._open(self._keyring, row, gap)
        if gap or row["head"] != head:
            raise VaultDamaged
        return entry

    def _open(self, keyring: Keyring, row: Mapping[str, Any], gap: int) -> AuditEntry | None:
        key = self._key
        for _ in range(min(gap, _LONGEST_GAP)):
            key = key and _next_key(key)
        self._key = key and _next_key(key)
        if key is None or row["generation"] != self._generation:
            role_key = keyring.of("audit", row["generation"])
            place = _place(self._vault_id, row["seq"], row["generation"], "seed")
            self._key = KeyEnvelope.unwrap(role_key.wrapping, row["entry"], place)
            self._generation = row["generation"]
            return None
        place = _place(self._vault_id, row["seq"], row["generation"], "entry")
        entry = decode(DataEnvelope.open(_entry_key(key), row["entry"], place))
        return AuditEntry(
            row["seq"],
            datetime.fromisoformat(entry["when"]),
            entry["who"],
            entry["what"],
            entry.get("record", ""),
            tuple(entry.get("fields", ())),
            row["head"].hex(),
        )


def check(rows: Iterable[Mapping[str, Any]], vault_id: str) -> tuple[int, bytes]:
    """Follow the chain of hashes; return its last number and head, or raise VaultDamaged."""
    chain = Chain(vault_id)
    for row in rows:
        chain.follow(row)
    return chain.seq, chain.head


def read(
    rows: Iterable[Mapping[str, Any]], vault_id: str, keyring: Keyring
) -> Iterator[AuditEntry]:
    """Yield the entries, opened with the audit role key.

    Raises NotPermitted for who does not hold it, VaultDamaged where the log was changed.
    """
    chain = Chain(vault_id, keyring)
    for row in rows:
        entry = chain.follow(row)
        if entry is not None:
            yield entry


def _chain(state: State, sealed: bytes, key: Key) -> tuple[dict[str, Any], State]:
    seq = state.audit_seq + 1
    head = _head(state.audit_head, seq, state.audit_generation, sealed)
    row = {"seq": seq, "generation": state.audit_generation, "entry": sealed, "head": head}
    return row, replace(state, audit_seq=seq, audit_head=head, audit_key=key)


def _head(before: bytes, seq: int, generation: int, sealed: bytes) -> bytes:
    return hashlib.sha256(before + pack(seq, generation, sealed)).digest()


def _place(vault_id: str, seq: int, generation: int, field: str) -> Place:
    return Place(vault_id, "audit", str(seq), field, generation=generation)


def _entry_key(key: Key) -> Key:
    return derive_key(key, "intake/v1/audit-entry")


def _next_key(key: Key) -> Key:
    return derive_key(key, "intake/v1/audit-next")

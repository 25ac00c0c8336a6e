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


def check(rows: Iterable[Mapping[str, Any]], vault_id: str) -> tuple[int, bytes]:
    """Follow the chain of hashes; return its last number and head, or raise VaultDamaged."""
    seq, head = 0, first_head(vault_id)
    for row in rows:
        seq, head = seq + 1, _head(head, row["seq"], row["generation"], row["entry"])
        if row["seq"] != seq or row["head"] != head:
            raise VaultDamaged
    return seq, head


def read(
    rows: Iterable[Mapping[str, Any]], vault_id: str, keyring: Keyring
) -> Iterator[AuditEntry]:
    """Yield the entries, opened with the audit role key.

    Raises NotPermitted for who does not hold it, VaultDamaged where the log was changed.
    """
    generation, key = 0, None
    for row in rows:
        if row["generation"] != generation or key is None:
            generation = row["generation"]
            role_key = keyring.of("audit", generation)
            place = _place(vault_id, row["seq"], generation, "seed")
            key = KeyEnvelope.unwrap(role_key.wrapping, row["entry"], place)
            continue
        place = _place(vault_id, row["seq"], generation, "entry")
        entry = decode(DataEnvelope.open(_entry_key(key), row["entry"], place))
        key = _next_key(key)
        yield AuditEntry(
            row["seq"],
            datetime.fromisoformat(entry["when"]),
            entry["who"],
            entry["what"],
            entry.get("record", ""),
            tuple(entry.get("fields", ())),
            row["head"].hex(),
        )


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

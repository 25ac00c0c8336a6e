"""The sealed state: what the vault as a whole must look like after the last write."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from intake_app.errors import VaultDamaged
from intake_app.vault.crypto import Key, derive_digest, pack
from intake_app.vault.memory import wipe
from intake_app.vault.migrations import Table

_MODULUS = 1 << 512

#: The hash of a row, and the values of its counted columns.
_Counted = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class State:
    """What is sealed in `vault_state` in the same transaction as every write.

    ======  =====  =========================================================
    offset  bytes  what, integers big-endian
    ======  =====  =========================================================
    0       64     accumulator over the counted columns of every row
    64      8      number of the last audit entry
    72      4      generation of the audit key
    76      32     head of the audit chain
    108     32     audit key for the next entry; the ones before are forgotten
    140     8      clock floor, seconds since 1970
    ======  =====  =========================================================

    The revision is a clear column, bound by the envelope's associated data.
    """

    accumulator: int
    audit_seq: int
    audit_generation: int
    audit_head: bytes
    audit_key: Key = field(repr=False)
    clock_floor: int

    #: The key goes straight from one buffer to the other.
    _KEYLESS: ClassVar[struct.Struct] = struct.Struct(">64sQI32s32xQ")
    _KEY_AT: ClassVar[slice] = slice(108, 140)

    def to_bytes(self) -> bytearray:
        """Return the layout above, for the caller to `wipe`."""
        content = bytearray(self._KEYLESS.size)
        self._KEYLESS.pack_into(
            content,
            0,
            self.accumulator.to_bytes(64, "big"),
            self.audit_seq,
            self.audit_generation,
            self.audit_head,
            self.clock_floor,
        )
        content[self._KEY_AT] = self.audit_key.material
        return content

    @classmethod
    def from_bytes(cls, content: bytes | bytearray) -> "State":
        """Read the layout above, and overwrite the buffer; raises VaultDamaged."""
        try:
            accumulator, seq, generation, head, floor = cls._KEYLESS.unpack(content)
            key = Key(memoryview(content)[cls._KEY_AT])
        except struct.error as error:
            raise VaultDamaged from error
        finally:
            wipe(content)
        return cls(int.from_bytes(accumulator, "big"), seq, generation, head, key, floor)


class Ledger:
    """A multiset hash over every row: what is added, changed or removed is one addition.

    The hash of a row is HMAC-SHA-512 over its table and its counted columns; the accumulator is
    their sum modulo 2^512. It is keyed and itself sealed, so nobody without the state key can
    look for rows that cancel out.
    """

    def __init__(self, key: Key, tables: Mapping[str, Table]) -> None:
        """Take the key of the hash, and what there is to count; the ledger is empty."""
        self._key = key
        self._tables = tables
        # Rows as they were counted, with their hashes: to compare is cheaper than to hash again.
        self._rows: dict[tuple[Any, ...], _Counted] = {}
        self._undo: list[tuple[tuple[Any, ...], _Counted | None]] = []
        self.accumulator = 0

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Count a row, in place of an earlier state of it."""
        values = self._values(table, row)
        digest = derive_digest(self._key, pack(table, *values))
        self._put(self._name(table, row), (int.from_bytes(digest, "big"), values))

    def remove(self, table: str, row: Mapping[str, Any]) -> None:
        """Count a row no more."""
        self._put(self._name(table, row), None)

    def holds(self, table: str, row: Mapping[str, Any]) -> bool:
        """Tell whether a row is exactly as it was last counted."""
        counted = self._rows.get(self._name(table, row))
        return counted is not None and counted[1] == self._values(table, row)

    def begin_anew(self, tables: Mapping[str, Table]) -> None:
        """Forget what was counted; from here on rows of these tables are."""
        self._tables = tables
        self._rows.clear()
        self._undo.clear()
        self.accumulator = 0

    def begin(self) -> None:
        """Remember from here on how to go back."""
        self._undo.clear()

    def undo(self) -> None:
        """Go back to where `begin` was called."""
        for name, before in reversed(self._undo):
            self._put(name, before)
        self._undo.clear()

    def wipe(self) -> None:
        """Zero the key and forget the rows."""
        self._key.wipe()
        self._rows.clear()
        self._undo.clear()

    def _put(self, name: tuple[Any, ...], counted: _Counted | None) -> None:
        before = self._rows.pop(name, None)
        self._undo.append((name, before))
        if counted is not None:
            self._rows[name] = counted
        added, gone = (0 if each is None else each[0] for each in (counted, before))
        self.accumulator = (self.accumulator - gone + added) % _MODULUS

    def _name(self, table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return (table, *(row[column] for column in self._tables[table].key))

    def _values(self, table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([row[column] for column in self._tables[table].counted_columns])

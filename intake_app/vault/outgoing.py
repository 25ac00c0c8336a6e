"""What is waiting to be delivered, what was delivered, and proof of what was erased.

All of it is sealed under the delivery role key, so that delivering needs no other.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from intake_app.errors import RecordMissing
from intake_app.vault.codec import decode, encode, hour, moment
from intake_app.vault.crypto import DataEnvelope, Key, KeyEnvelope, Place, make_key
from intake_app.vault.memory import wipe
from intake_app.vault.store import Row
from intake_app.vault.work import Work

#: What a receipt is a receipt of; a notice says what was seen over its term, and when, and a
#: hand-over what was given to another device or answered to one.
Kind = Literal["delivery", "erasure", "notice", "handover"]
#: The state of a package whose record was offered to another device: it is not delivered here.
HANDED = "handed"

_SMALLEST_DETAILS = 1024
_SMALLEST_PACKAGE = 4096
_SMALLEST_RECEIPT = 1024


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A package that waits; `created` is rounded down to the hour."""

    id: str
    record_id: str
    recipient: str
    state: str
    created: datetime
    journal: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stays after a delivery or an erasure; `created` is rounded down to the hour."""

    id: str
    created: datetime
    content: dict[str, Any] = field(repr=False)


class Outgoing:
    """The outbox and the receipts of an unlocked vault."""

    def __init__(self, work: Work) -> None:
        """Take the unit of work."""
        self._work = work

    def queue(self, record_id: str, recipient: str, package: bytes, state: str) -> str:
        """Put a package in the outbox; return its id."""
        work = self._work
        with work.unit():
            item_id, item_key = secrets.token_hex(16), make_key()
            row: Row = {
                "id": item_id,
                "record_id": record_id,
                "state": state,
                "created": hour(work.now()),
                "revision": 1,
                **self._wrapped(item_id, item_key),
                "details": self._details(item_id, item_key, 1, recipient, {}),
                "package": DataEnvelope.seal(
                    item_key,
                    package,
                    work.place("outbox", item_id, "package"),
                    smallest=_SMALLEST_PACKAGE,
                ),
            }
            work.insert("outbox", row)
            work.note("package queued", record_id)
        return item_id

    def outbox(self) -> tuple[OutboxRow, ...]:
        """Return all that is waiting, the oldest first, without the packages themselves.

        What is from before the user was given the role's key is left out until it is re-wrapped;
        of receipts too.
        """
        with self._work.reading():
            rows = [row for row in self._work.rows("outbox") if self._opens(row)]
            items = [self._item(row) for row in rows if row["state"] != HANDED]
        return tuple(sorted(items, key=lambda item: (item.created, item.id)))

    def package(self, item_id: str) -> bytes:
        """Return a package that is waiting."""
        with self._work.reading():
            return self._package(self._waiting(item_id, bulk=True))

    def save(
        self,
        item_id: str,
        state: str | None,
        recipient: str | None,
        journal: Mapping[str, Any] | None,
    ) -> None:
        """Remember how far a delivery is; what is None stays as it was."""
        work = self._work
        with work.unit():
            row = self._waiting(item_id)
            item = self._item(row)
            revision = row["revision"] + 1
            details = self._details(
                item_id,
                self._item_key(row),
                revision,
                item.recipient if recipient is None else recipient,
                item.journal if journal is None else journal,
            )
            changes = {"state": state or item.state, "revision": revision, "details": details}
            work.update("outbox", row, changes)
            work.note(f"package {changes['state']}", item.record_id)

    def add_receipt(self, item_id: str, content: Mapping[str, Any]) -> None:
        """Store a receipt and take its package out of the outbox."""
        with self._work.unit():
            row = self._waiting(item_id)
            self.keep("delivery", content)
            self._work.delete("outbox", row)
            self._work.note("package delivered", row["record_id"])

    def keep(self, kind: Kind, content: Mapping[str, Any]) -> None:
        """Store a receipt."""
        work = self._work
        with work.unit():
            receipt_id = secrets.token_hex(16)
            row: Row = {
                "id": receipt_id,
                "kind": kind,
                "created": hour(work.now()),
                **self._sealed_receipt(receipt_id, kind, encode(content)),
            }
            work.insert("receipt", row)

    def receipts(self, kind: Kind, *, every: bool = False) -> tuple[Receipt, ...]:
        """Return the receipts of a kind, the oldest first.

        With `every` none is left out: NotPermitted where this user cannot open one yet.
        """
        work = self._work
        with work.reading():
            found = []
            for row in work.rows("receipt"):
                if row["kind"] == kind and (every or self._opens(row)):
                    content = decode(self._receipt(row))
                    found.append(Receipt(row["id"], moment(row["created"]), content))
        return tuple(sorted(found, key=lambda receipt: (receipt.created, receipt.id)))

    def check(self, item_id: str) -> None:
        """Read a package and how far it is; raises VaultDamaged, NotPermitted."""
        with self._work.reading():
            row = self._row(item_id, bulk=True)
            self._item(row)
            self._package(row)

    def check_receipt(self, receipt_id: str) -> None:
        """Read a receipt of any kind; raises VaultDamaged, NotPermitted."""
        with self._work.reading():
            row = self._work.row("receipt", receipt_id)
            if row is None:
                raise RecordMissing
            decode(self._receipt(row))

    def forget(self, receipt_id: str, *, silently: bool = False) -> None:
        """Remove a receipt; raises RecordMissing."""
        work = self._work
        with work.unit():
            row = work.row("receipt", receipt_id)
            if row is None:
                raise RecordMissing
            work.delete("receipt", row)
            if not silently:
                work.note("receipt erased")

    def of_record(self, record_id: str) -> tuple[tuple[OutboxRow, bytes], ...]:
        """Return every package of a record, also of one that was offered to another device."""
        with self._work.reading():
            own = [row["id"] for row in self._work.rows("outbox") if row["record_id"] == record_id]
            rows = [self._row(item_id, bulk=True) for item_id in own]
            return tuple((self._item(row), self._package(row)) for row in rows)

    def set_states(self, states: Mapping[str, str]) -> None:
        """Set the states of packages aside, or back, as they are here by id."""
        with self._work.unit():
            for item_id, state in states.items():
                self._work.update("outbox", self._row(item_id), {"state": state})

    def drop(self, record_id: str) -> int:
        """Take every package of a record out of the outbox; return how many there were."""
        with self._work.unit():
            rows = [row for row in self._work.rows("outbox") if row["record_id"] == record_id]
            for row in rows:
                self._work.delete("outbox", row)
        return len(rows)

    def rewrap(self, item_id: str) -> bool:
        """Wrap a package's key by the newest generation; tell whether there was anything to do."""
        work = self._work
        with work.unit():
            row = work.row("outbox", item_id)
            if row is None or not work.keyring.outdated("delivery", row["generation"]):
                return False
            work.update("outbox", row, self._wrapped(item_id, self._item_key(row)))
            return True

    def rewrap_receipt(self, receipt_id: str) -> bool:
        """Seal a receipt by the newest generation; tell whether there was anything to do."""
        work = self._work
        with work.unit():
            row = work.row("receipt", receipt_id)
            if row is None or not work.keyring.outdated("delivery", row["generation"]):
                return False
            content = self._receipt(row)
            sealed = self._sealed_receipt(receipt_id, row["kind"], content)
            wipe(content)
            work.update("receipt", row, sealed)
            return True

    def _opens(self, row: Row) -> bool:
        keyring = self._work.keyring
        return not keyring.holds("delivery") or keyring.opens("delivery", row["generation"])

    def _receipt(self, row: Row) -> bytearray:
        key = self._work.keyring.of("delivery", row["generation"]).content
        place = _place(self._work, "receipt", row["id"], row["kind"], row["generation"])
        return DataEnvelope.open(key, row["content"], place)

    def _sealed_receipt(self, receipt_id: str, kind: str, content: bytes | bytearray) -> Row:
        role_key = self._work.keyring.current("delivery")
        place = _place(self._work, "receipt", receipt_id, kind, role_key.generation)
        sealed = DataEnvelope.seal(role_key.content, content, place, smallest=_SMALLEST_RECEIPT)
        return {"generation": role_key.generation, "content": sealed}

    def _wrapped(self, item_id: str, item_key: Key) -> Row:
        role_key = self._work.keyring.current("delivery")
        place = _place(self._work, "outbox", item_id, "item_key", role_key.generation)
        wrapped = KeyEnvelope.wrap(role_key.wrapping, item_key, place)
        return {"generation": role_key.generation, "item_key": wrapped}

    def _row(self, item_id: str, *, bulk: bool = False) -> Row:
        row = self._work.row("outbox", item_id, bulk=bulk)
        if row is None:
            raise RecordMissing
        return row

    def _waiting(self, item_id: str, *, bulk: bool = False) -> Row:
        """Return a row that may be delivered; raises RecordMissing."""
        row = self._row(item_id, bulk=bulk)
        if row["state"] == HANDED:
            raise RecordMissing
        return row

    def _package(self, row: Row) -> bytes:
        place = self._work.place("outbox", row["id"], "package")
        return bytes(DataEnvelope.open(self._item_key(row), row["package"], place))

    def _item_key(self, row: Row) -> Key:
        role_key = self._work.keyring.of("delivery", row["generation"])
        place = _place(self._work, "outbox", row["id"], "item_key", row["generation"])
        return KeyEnvelope.unwrap(role_key.wrapping, row["item_key"], place)

    def _item(self, row: Row) -> OutboxRow:
        place = self._work.place("outbox", row["id"], "details", row["revision"])
        details = decode(DataEnvelope.open(self._item_key(row), row["details"], place))
        return OutboxRow(
            row["id"],
            row["record_id"],
            details["recipient"],
            row["state"],
            moment(row["created"]),
            details["journal"],
        )

    def _details(
        self,
        item_id: str,
        item_key: Key,
        revision: int,
        recipient: str,
        journal: Mapping[str, Any],
    ) -> bytes:
        place = self._work.place("outbox", item_id, "details", revision)
        content = encode({"recipient": recipient, "journal": journal})
        return DataEnvelope.seal(item_key, content, place, smallest=_SMALLEST_DETAILS)


def _place(work: Work, table: str, row: str, column: str, generation: int) -> Place:
    return Place(work.vault_id, table, row, column, generation=generation)

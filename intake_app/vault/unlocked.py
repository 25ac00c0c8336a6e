"""`UnlockedVault`: everything that can be done with a vault once it is open."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from intake_app.errors import NotPermitted, VaultDamaged
from intake_app.vault import audit
from intake_app.vault.attempts import Attempts
from intake_app.vault.audit import AuditEntry
from intake_app.vault.crypto import Key, derive_verifying
from intake_app.vault.handover import Handover
from intake_app.vault.keys import User
from intake_app.vault.outgoing import OutboxRow, Outgoing, Receipt
from intake_app.vault.own import OwnSecrets, open_settings, seal_settings
from intake_app.vault.records import Content, Record, Records, RecordState, RecordSummary
from intake_app.vault.retention import Keeping
from intake_app.vault.store import Row
from intake_app.vault.users import People
from intake_app.vault.verification import Reader, VerifyReport, verify
from intake_app.vault.work import Work


@dataclass(frozen=True, slots=True)
class Door:
    """What the locked vault does for the unlocked one.

    It lets go of the files, and keeps the revision where an earlier copy does not reach.
    """

    close: Callable[[], None]
    remember: Callable[[int], None]


class UnlockedVault:
    """A vault in the hands of one user; belongs to one session, used by a thread at a time.

    What a call wrote is on the disk when it returns. Every call raises VaultLocked once it was
    locked, StorageFull or StorageRefused when the disk does not take it (nothing changed then),
    and VaultDamaged for what was changed outside the app.
    """

    def __init__(self, work: Work, door: Door, device: Key, attempts: Attempts) -> None:
        """Take the unit of work of a user; `Vault.create` and `Vault.unlock` do this."""
        self._work = work
        self._records = Records(work)
        self._outgoing = Outgoing(work)
        self._door = door
        self._device = device
        self.vault_id = work.vault_id
        self._own = OwnSecrets.open(self._row(), work.keyring.current("state"))
        self.keeping = Keeping(work, self._records, self._outgoing, self._own.signing)
        self.handover = Handover(work, self._records, self._outgoing, self.keeping, self._own)
        self.people = People(work, self._records, self._outgoing, self._own, device, attempts)

    def __enter__(self) -> Self:
        """Return itself; at the end of the block it is closed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the vault."""
        self.close()

    def __repr__(self) -> str:
        """Show which vault it is and whether it is locked."""
        return f"UnlockedVault({self.vault_id!r}, locked={self.locked})"

    @property
    def user(self) -> User:
        """Who unlocked it; with `temporary`, another passphrase is to be chosen first."""
        return self._work.user

    @property
    def locked(self) -> bool:
        """Whether it was locked."""
        return self._work.locked

    def lock(self) -> None:
        """Zero every key, as far as Python lets; the vault stays held by this process.

        `Vault.unlock` opens it again; `close` lets other processes open it.
        """
        was_locked = self.locked
        self._work.lock()
        self._records.wipe()
        self._own.wipe()
        if not was_locked:
            self._door.remember(self._work.revision)

    def lock_to_deliver(self) -> None:
        """Zero every key but those that a delivery works with, at once; `lock` drops those too.

        What waits can still be delivered, receipts kept and delivered records erased; every other
        call raises VaultLocked. Raises NotPermitted for who may not deliver; nothing is dropped
        then.
        """
        self._work.lock_to_deliver()
        self._records.wipe()
        self._own.identifying.wipe()

    @property
    def only_delivers(self) -> bool:
        """Whether `lock_to_deliver` dropped all other keys."""
        return self._work.only_delivers

    def close(self) -> None:
        """Lock, and let go of the files."""
        self._door.close()

    def unit(self) -> AbstractContextManager[None]:
        """Make several calls one transaction: all of it is kept, or nothing."""
        return self._work.unit()

    def settings(self) -> dict[str, Any]:
        """Return the organisation's settings."""
        with self._work.reading():
            return open_settings(self._row(), self._work.keyring.current("state"))

    def save_settings(self, settings: Mapping[str, Any]) -> None:
        """Replace the settings; raises NotPermitted for who is no administrator."""
        work = self._work
        with work.unit():
            work.require_all_keys()
            if "administrator" not in self.user.roles:
                raise NotPermitted
            row, key = self._row(), work.keyring.current("state")
            revision = row["revision"] + 1
            sealed = seal_settings(self.vault_id, key, revision, settings)
            work.update("vault", row, {"revision": revision, "settings": sealed})
            work.note("settings saved", fields=sorted(settings))

    def records(self) -> tuple[RecordSummary, ...]:
        """Return the list of records; raises NotPermitted without the role for them."""
        return self._records.all()

    def create_record(
        self,
        *,
        form_id: str,
        form_version: str,
        summary: Mapping[str, Any],
        body: Mapping[str, Any],
        health: Mapping[str, Any],
    ) -> Record:
        """Store a new draft, held by this user."""
        return self._records.create(form_id, form_version, Content(summary, body, health))

    def open_record(self, record_id: str) -> Record:
        """Open a record; its `health` is None when that is sealed away from this user.

        Raises RecordMissing.
        """
        return self._records.open(record_id)

    def save_record(
        self,
        record_id: str,
        *,
        revision: int,
        summary: Mapping[str, Any],
        body: Mapping[str, Any],
        health: Mapping[str, Any] | None,
        fields: Iterable[str] = (),
        erases: bool = False,
    ) -> int:
        """Store a record again; return its new revision.

        `revision` is the one that was read; `fields` are the paths that changed, for the log;
        with `health=None` that compartment stays as it was; with `erases` nothing of what it
        replaces stays in the log of the file. Raises RecordMissing, RecordChanged, and
        NotPermitted for health answers that are sealed away.
        """
        return self._records.save(
            record_id, revision, Content(summary, body, health), fields=fields, erases=erases
        )

    def upgrade_record(
        self,
        record_id: str,
        *,
        revision: int,
        form_version: str,
        summary: Mapping[str, Any],
        body: Mapping[str, Any],
        health: Mapping[str, Any],
    ) -> int:
        """Store a record that belongs to another version of its questionnaire from here on.

        Raises as `save_record` does: NotPermitted without the key of its health compartment.
        """
        content = Content(summary, body, health)
        return self._records.save(record_id, revision, content, form_version=form_version)

    def finalise_record(
        self,
        record_id: str,
        *,
        revision: int,
        summary: Mapping[str, Any],
        body: Mapping[str, Any],
        health: Mapping[str, Any] | None,
    ) -> int:
        """Store a draft for the last time and seal its health compartment away.

        From here on only the placement officer's role opens that compartment.
        """
        content = Content(summary, body, health)
        return self._records.save(record_id, revision, content, finalise=True)

    def set_record_state(self, record_id: str, state: RecordState) -> None:
        """Move a record on: draft and stopped, finalised and placed follow one another.

        Raises RecordChanged for any other step.
        """
        self._records.set_state(record_id, state)

    def erase_record(self, record_id: str, *, reason: str) -> dict[str, Any]:
        """Erase a record, its packages and every trace of both in the files; keep a proof.

        Returns the certificate, signed with the device's key; `certificates` gives it again.
        Raises HandoverRefused while it is offered to another device.
        """
        return self.keeping.erase(record_id, reason)

    def queue(self, record_id: str, *, recipient: str, package: bytes, state: str) -> str:
        """Put a package in the outbox, sealed under the delivery key; return its id."""
        self._work.require_all_keys()
        return self._outgoing.queue(record_id, recipient, package, state)

    def outbox(self) -> tuple[OutboxRow, ...]:
        """Return what waits to be delivered, the oldest first."""
        return self._outgoing.outbox()

    def package(self, outbox_id: str) -> bytes:
        """Return a package that waits; raises RecordMissing."""
        return self._outgoing.package(outbox_id)

    def save_outbox(
        self,
        outbox_id: str,
        *,
        state: str | None = None,
        recipient: str | None = None,
        journal: Mapping[str, Any] | None = None,
    ) -> None:
        """Remember how far a delivery is; what is None stays. Raises RecordMissing."""
        self._outgoing.save(outbox_id, state, recipient, journal)

    def add_receipt(self, outbox_id: str, receipt: Mapping[str, Any]) -> None:
        """Store the receipt of a delivery and take its package out of the outbox, as one."""
        self._outgoing.add_receipt(outbox_id, receipt)

    def receipts(self) -> tuple[Receipt, ...]:
        """Return the receipts of what was delivered, the oldest first."""
        return self._outgoing.receipts("delivery")

    def certificates(self) -> tuple[Receipt, ...]:
        """Return the certificates of what was erased, the oldest first."""
        return self._outgoing.receipts("erasure")

    @property
    def clock_is_back(self) -> bool:
        """Whether the device's clock was set back: it lies before what was written last."""
        return self._work.clock_is_back

    def audit_head(self) -> str:
        """Return the head of the log's chain in hexadecimal: it travels with each delivery."""
        with self._work.reading():
            return self._work.state.audit_head.hex()

    def audit_entries(self) -> tuple[AuditEntry, ...]:
        """Return the whole log; raises NotPermitted for who is no administrator."""
        work = self._work
        with work.reading():
            rows = work.store.rows("audit")
            if audit.check(rows, self.vault_id) != (work.state.audit_seq, work.state.audit_head):
                raise VaultDamaged
            return tuple(audit.read(rows, self.vault_id, work.keyring))

    def entry_of_head(self, head: str) -> int | None:
        """Return the number of the entry that the chain had this head after, or None.

        A head that was sent along with a delivery and is not in the chain any more says that
        the log was rewritten since, or that this is an older copy of the vault.
        """
        with self._work.reading():
            for row in self._work.store.rows("audit"):
                if row["head"].hex() == head.lower():
                    return int(row["seq"])
        return None

    def identifier(self, record_id: str, recipient: str) -> str:
        """Return the identifier of a delivery: 39 characters, a keyed hash of the two."""
        with self._work.reading():
            return self._own.identifier(record_id, recipient)

    def verifying_key(self) -> bytes:
        """Return the public half of the device's signing key (Ed25519, 32 bytes)."""
        with self._work.reading():
            return bytes(self._row()["verifying"])

    def verify(self) -> VerifyReport:
        """Read and check everything that this user can open; raises nothing for damage."""
        self._work.require_all_keys()
        verifying = derive_verifying(self._own.signing)
        return verify(Reader(self._work, self._records, self._outgoing, self._device, verifying))

    def _row(self) -> Row:
        row = self._work.row("vault", self.vault_id)
        if row is None:
            raise VaultDamaged
        return row

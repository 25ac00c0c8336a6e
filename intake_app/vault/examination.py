"""Opening a damaged vault for reading alone, to tell what of it is whole.

Unlocking refuses a vault at the first thing that is not as it was. This goes on past it, and
works on a copy of the files in the system's temporary folder, which is removed at the end: the
damaged ones are not written to, so what they still hold stays as it was found.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from intake_app.clock import Clock
from intake_app.errors import (
    VaultDamaged,
    VaultError,
    VaultForeign,
    VaultMissing,
    WrongPassphrase,
)
from intake_app.vault.attempts import Attempts
from intake_app.vault.crypto import Key, make_key
from intake_app.vault.device import DeviceSecret
from intake_app.vault.keys import Keyring, RoleKey, User, open_grant, open_slot, read_slot
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.records import Records
from intake_app.vault.store import FILE_NAME, HEADER, LOCK_NAME, ProcessLock, Store, storage_errors
from intake_app.vault.verification import (
    ONE_ROW,
    Finding,
    Reader,
    VerifyReport,
    file_findings,
    slot_findings,
    verify,
)
from intake_app.vault.work import Work


def examine(
    folder: Path, *, device: DeviceSecret, user: str | None, passphrase: str, clock: Clock
) -> VerifyReport:
    """Read what can be read of a vault with a user's passphrase, and write nothing to it.

    `user` is a name or an id; without one the only user is meant. A wait after wrong guesses is
    kept to, and a wrong passphrase is not counted: who can run this can copy the files.
    Raises VaultMissing, VaultInUse, VaultTooNew, DeviceSecretMissing, TooManyAttempts,
    WrongPassphrase, StorageFull where there is no room for the copy, VaultForeign for another
    device's vault, and VaultDamaged when not even its id and its users can be found.
    """
    with _copied(folder) as (copy, header_holds):
        store = Store(copy, lenient=True)
        try:
            examination = _Examination(store, device.read(), clock)
            found = tuple(examination.findings(user, passphrase))
        finally:
            store.close()
    damaged_header = () if header_holds else (Finding("file", "header", "damaged"),)
    return VerifyReport((*damaged_header, *found))


@contextmanager
def _copied(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Copy the files while nobody else has them open; tell whether the header is the known one.

    In the copy it is, so that SQLite looks further.
    """
    file = folder / FILE_NAME
    if not file.is_file():
        raise VaultMissing
    lock = None
    with suppress(OSError):  # a medium that cannot be written to: nobody else writes either
        lock = ProcessLock(folder / LOCK_NAME) if (folder / LOCK_NAME).exists() else None
    try:
        with storage_errors(), tempfile.TemporaryDirectory(prefix="intake-") as temporary:
            for path in (file, file.with_name(f"{FILE_NAME}-wal")):
                if path.exists():
                    shutil.copyfile(path, Path(temporary) / path.name)
            with (Path(temporary) / FILE_NAME).open("r+b") as stream:
                found = stream.read(len(HEADER))
                stream.seek(0)
                stream.write(HEADER)
            yield Path(temporary), found == HEADER
    finally:
        if lock is not None:
            lock.release()


class _Examination:
    """One look at a copy, with the device's secret."""

    def __init__(self, store: Store, device: Key, clock: Clock) -> None:
        """Read the vault's id; raises VaultDamaged where even that is gone."""
        self._store = store
        self._device = device
        self._clock = clock
        ids = [str(key[0]) for key in store.keys("vault")[0]]
        if len(ids) != 1:
            raise VaultDamaged
        self._vault_id = ids[0]

    def findings(self, user: str | None, passphrase: str) -> Iterator[Finding]:
        """Open what the user's keys open, and tell of everything."""
        misses = self._misses()
        yield misses
        reader = self._reader(self._find(user), passphrase)
        if reader is None:
            if misses.verdict == "damaged":
                raise VaultForeign
            yield from file_findings(self._store)
            yield from slot_findings(self._store, self._vault_id, self._device)
            return
        try:
            yield from verify(reader).findings
        finally:
            reader.records.wipe()
            reader.work.ledger.wipe()
            reader.work.keyring.wipe()

    def _misses(self) -> Finding:
        attempts = Attempts(self._store, self._vault_id, self._device, self._clock)
        try:
            attempts.require_no_wait()
        except VaultDamaged:
            return Finding("misses", "", "damaged")
        whole = self._store.keys("attempt") == ONE_ROW
        return Finding("misses", "", "whole" if whole else "damaged")

    def _find(self, user: str | None) -> str:
        """Return the id of a user; a slot that is damaged is known by its id alone."""
        ids = [str(key[0]) for key in self._store.keys("user_slot")[0]]
        found = [each for each in ids if user in {None, each, self._user(each).name}]
        if len(found) == 1:
            return found[0]
        raise VaultDamaged if not ids else WrongPassphrase

    def _user(self, user_id: str) -> User:
        with suppress(VaultError):
            row = self._store.row("user_slot", (user_id,))
            if row is not None:
                return read_slot(self._vault_id, row, self._device)
        return User(user_id, "", ())

    def _reader(self, user_id: str, passphrase: str) -> Reader | None:
        """Return what reads with the user's keys; None where the slot is damaged."""
        user = self._user(user_id)
        try:
            row = self._store.row("user_slot", (user_id,))
            private, verifying = open_slot(self._vault_id, row, passphrase, self._device)
        except WrongPassphrase:
            if user.roles:
                raise
            return None
        except VaultDamaged:
            return None
        work = Work(
            self._store,
            self._vault_id,
            user,
            self._keyring(user_id, private, verifying),
            self._clock,
        )
        self._count(work)
        return Reader(work, Records(work), Outgoing(work), self._device, verifying)

    def _keyring(self, user_id: str, private: Key, verifying: bytes) -> Keyring:
        keyring = Keyring(private)
        for key in self._store.keys("role_grant")[0]:
            with suppress(VaultError):
                row = self._store.row("role_grant", key)
                if row is not None and row["holder"] == user_id:
                    keyring.add(open_grant(self._vault_id, row, private, verifying))
        if not keyring.holds("state"):  # then nothing that it seals opens, and that is told
            keyring.add(RoleKey("state", 0, make_key()))
        return keyring

    def _count(self, work: Work) -> None:
        """Take the rows as they are: what they should be is asked of the sealed state."""
        for name, table in self._store.tables.items():
            for key in self._store.keys(name)[0] if table.counted else ():
                with suppress(VaultError):
                    row = self._store.row(name, key)
                    if row is not None:
                        work.ledger.add(name, row)

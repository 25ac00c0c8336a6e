"""The unit of work: whole transactions, each with its log entries and the sealed state."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake_app.clock import Clock
from intake_app.errors import StorageRefused, VaultDamaged, VaultError, VaultLocked
from intake_app.vault import audit
from intake_app.vault.codec import moment
from intake_app.vault.crypto import DataEnvelope, Place
from intake_app.vault.keys import Keyring, User
from intake_app.vault.memory import wipe
from intake_app.vault.state import Ledger, State
from intake_app.vault.store import Row, Store
from intake_app.words import mark

_STATE_KEY = (1,)
#: The tables of which a person is told that traces could not be cleared away yet.
_OF_RESIDENTS = frozenset({"record", "outbox", "receipt"})


@dataclass(frozen=True, slots=True)
class _Before:
    """Where a unit began, to go back to."""

    state: State
    revision: int
    ledger: Ledger
    must_truncate: bool


class Work:
    """Reads and writes rows for an unlocked user; what is written shows in the sealed state.

    One thread at a time: another waits until the unit is done.
    """

    def __init__(
        self, store: Store, vault_id: str, user: User, keyring: Keyring, clock: Clock
    ) -> None:
        """Take the open file and the user's keys; `load` or `start` comes next."""
        self.store = store
        self.vault_id = vault_id
        self.user = user
        self.keyring = keyring
        self.clock = clock
        self.ledger = Ledger(keyring.current("state").accumulating, store.tables)
        self.state: State
        self.revision = 0
        self.locked = False
        self.only_delivers = False
        self._mutex = threading.RLock()
        self._depth = 0
        self._doomed: BaseException | None = None
        self._must_truncate = False
        self._erases = False

    def start(self, state: State) -> None:
        """Begin with the state of a new vault; `write_first_state` comes in its first unit."""
        self.state = state

    def write_first_state(self) -> None:
        """Add the row that every later unit changes."""
        generation = self.keyring.current("state").generation
        row = {"id": 1, "generation": generation, "revision": self.revision}
        self.store.insert("vault_state", {**row, "state": self._sealed_state(generation)})

    def load(self) -> None:
        """Read the sealed state and compare every row with it; raises VaultDamaged."""
        self.revision = self.store.existing("vault_state", _STATE_KEY)["revision"]
        self.state = self.sealed_state()
        self.count()
        last = self.store.last("audit")
        # Not counted, so their number is: a row more would be room to keep something in.
        alone = all(len(self.store.rows(name)) == 1 for name in ("vault_state", "attempt"))
        if (
            not alone
            or self.ledger.accumulator != self.state.accumulator
            or last is None
            or (last["seq"], last["head"]) != (self.state.audit_seq, self.state.audit_head)
        ):
            raise VaultDamaged

    def sealed_state(self) -> State:
        """Return the state as it lies in the file; raises VaultDamaged."""
        row = self.store.existing("vault_state", _STATE_KEY)
        key = self.keyring.of("state", row["generation"])
        place = self._state_place(row["generation"], row["revision"])
        return State.from_bytes(DataEnvelope.open(key.content, row["state"], place))

    def now(self) -> datetime:
        """Return the moment, never one before what was written last: a clock may be set back."""
        return max(self.clock.now(), moment(self.state.clock_floor))

    def count(self) -> None:
        """Count every row as it lies in the file: there is nothing to compare it with yet."""
        self.ledger.begin_anew(self.store.tables)
        for name, table in self.store.tables.items():
            if table.counted:
                for counted in self.store.rows(name):
                    self.ledger.add(name, counted)

    @property
    def clock_is_back(self) -> bool:
        """Whether the device's clock lies more than a minute before what was written last."""
        return self.clock.now() + timedelta(minutes=1) < moment(self.state.clock_floor)

    def confirm(self, moment_: datetime, slack: timedelta) -> bool:
        """Take over a moment that a server confirmed; tell whether it is believed.

        One that lies further before the last one written than `slack` is not. From here on no
        time that is written lies before it.
        """
        floor = self.state.clock_floor
        if moment_ + slack < moment(floor):
            return False
        self.state = replace(self.state, clock_floor=max(floor, int(moment_.timestamp())))
        return True

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read what belongs together; raises VaultLocked."""
        with self._mutex:
            self._require_unlocked()
            yield

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Write several things as one: all of it is on the disk at the end, or nothing is.

        Units nest; the outermost one commits. When something in it failed, all of it is undone,
        also when the failure was caught in between.
        """
        with self._mutex:
            self._require_unlocked()
            if self._depth:
                with self._nested():
                    yield
                return
            before = _Before(self.state, self.revision, self.ledger, self._must_truncate)
            self._erases = False
            self.store.begin()
            self.ledger.begin()
            self.keyring.begin()
            self._depth = 1
            try:
                yield
                self._require_whole()
                self._seal_state()
                self.store.commit()
            except BaseException:
                self._settle(before)
                raise
            finally:
                self._depth = 0
                self._doomed = None
            if self.state.audit_key is not before.state.audit_key:
                before.state.audit_key.wipe()
            self.keyring.keep()
            self._truncate_log()

    def _require_whole(self) -> None:
        if self._doomed is not None:
            raise self._doomed
        self._require_unlocked()

    @contextmanager
    def _nested(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        except BaseException as error:
            self._doomed = self._doomed or error
            raise
        finally:
            self._depth -= 1

    def _settle(self, before: "_Before") -> None:
        """Undo, unless the interruption came after the commit had reached the disk."""
        if self.locked:
            return
        with suppress(VaultError):
            self.store.rollback()
            on_disk = self.store.existing("vault_state", _STATE_KEY)["revision"]
            if on_disk == self.revision > before.revision:
                self.keyring.keep()
                return
        self.state, self.revision = before.state, before.revision
        self.ledger = before.ledger
        self.ledger.undo()
        self.keyring.undo()
        self._must_truncate = before.must_truncate

    def _seal_state(self) -> None:
        self.state = replace(
            self.state,
            accumulator=self.ledger.accumulator,
            clock_floor=int(self.now().timestamp()),
        )
        self.revision += 1
        generation = self.keyring.current("state").generation
        changes = {"generation": generation, "revision": self.revision}
        self.store.update(
            "vault_state", _STATE_KEY, {**changes, "state": self._sealed_state(generation)}
        )

    def _sealed_state(self, generation: int) -> bytes:
        key = self.keyring.of("state", generation)
        place = self._state_place(generation, self.revision)
        content = self.state.to_bytes()
        sealed = DataEnvelope.seal(key.content, content, place)
        wipe(content)
        return sealed

    def _state_place(self, generation: int, revision: int) -> Place:
        return Place(self.vault_id, "vault_state", "1", "state", revision, generation=generation)

    def rows(self, name: str) -> list[Row]:
        """Return the counted columns of a table's rows, each as it was written."""
        rows = self.store.rows(name)
        for row in rows:
            self._compare(name, row)
        return rows

    def row(self, name: str, *key: str | int, bulk: bool = False) -> Row | None:
        """Return a row as it was written, or nothing; raises VaultDamaged."""
        row = self.store.row(name, key, bulk=bulk)
        if row is not None:
            self._compare(name, row)
        return row

    def insert(self, name: str, row: Row) -> None:
        """Add a row."""
        self.store.insert(name, row)
        self.ledger.add(name, row)

    def update(self, name: str, row: Row, changes: Row) -> None:
        """Change a row that was read in this unit."""
        self.store.update(name, self._key(name, row), changes)
        self.ledger.add(name, {**row, **changes})

    def delete(self, name: str, row: Row) -> None:
        """Remove a row, and when the unit is done every trace of it in the log of the file."""
        self.store.delete(name, self._key(name, row))
        self.ledger.remove(name, row)
        self.clear_traces()
        self._erases = self._erases or name in _OF_RESIDENTS

    def recount(self) -> None:
        """Count every row anew, in this unit, under the newest state key; raises VaultDamaged."""
        ledger = Ledger(self.keyring.current("state").accumulating, self.store.tables)
        for name, table in self.store.tables.items():
            for row in self.rows(name) if table.counted else ():
                ledger.add(name, row)
        self.ledger = ledger

    def clear_traces(self) -> None:
        """Leave, when the unit is done, nothing of what it replaces in the log of the file."""
        self._must_truncate = True

    def note(self, what: str, record: str = "", fields: Iterable[str] = ()) -> None:
        """Append to the audit log: who (the user), what, when, on which record and fields."""
        entry = {"who": self.user.id, "what": what, "when": self.now().isoformat()}
        if record:
            entry["record"] = record
        row, self.state = audit.append(self.state, self.vault_id, {**entry, "fields": [*fields]})
        self.store.insert("audit", row)

    def place(self, table: str, row: str, column: str, revision: int = 0) -> Place:
        """Return the place of an envelope whose key belongs to one row."""
        return Place(self.vault_id, table, row, column, revision)

    def lock_to_deliver(self) -> None:
        """Zero every role key but delivery and state, which each step of a delivery writes with.

        Raises NotPermitted for who may not deliver; nothing is zeroed then.
        """
        with self.reading():
            self.keyring.current("delivery")
            self.keyring.drop_all_but("delivery", "state")
            self.only_delivers = True

    def require_all_keys(self) -> None:
        """Raise VaultLocked when what is left only delivers."""
        if self.only_delivers:
            raise VaultLocked

    def lock(self) -> None:
        """Zero every key that is held here; later calls raise VaultLocked."""
        with self._mutex:
            self.locked = True
            self.keyring.wipe()
            self.state.audit_key.wipe()
            self.ledger.wipe()
            if self._depth:
                self.store.rollback()

    def _key(self, name: str, row: Row) -> tuple[str | int, ...]:
        return tuple(row[column] for column in self.store.tables[name].key)

    def _compare(self, name: str, row: Row) -> None:
        if not self.ledger.holds(name, row):
            raise VaultDamaged

    def _require_unlocked(self) -> None:
        if self.locked:
            raise VaultLocked

    def _truncate_log(self) -> None:
        """Clear away what was removed; when that fails, the next unit tries again.

        By now all is on the disk, so only who erased is told: another would take what was saved
        for refused.
        """
        if not self._must_truncate:
            return
        try:
            self.store.truncate_log()
        except VaultError as error:
            if not self._erases:
                return
            raise StorageRefused(
                mark(
                    "It is erased, but the disk did not let the app clear away its traces. "
                    "That is tried again with the next change. Make room on the device."
                )
            ) from error
        self._must_truncate = False

"""`Vault`: a vault on disk, locked. `UnlockedVault`, in its own module, is what it opens to."""

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from intake_app.clock import Clock
from intake_app.errors import (
    ConfigurationError,
    DeviceSecretMissing,
    NotPermitted,
    VaultDamaged,
    VaultError,
    VaultExists,
    VaultForeign,
    VaultLocked,
    VaultOlder,
    WrongPassphrase,
)
from intake_app.vault.attempts import Attempts
from intake_app.vault.crypto import KEY_SIZE, Key
from intake_app.vault.device import DeviceSecret
from intake_app.vault.keys import User, open_grants, open_slot, read_slot
from intake_app.vault.making import Beginning, make_vault
from intake_app.vault.migrations import migrate
from intake_app.vault.passphrase import check_passphrase
from intake_app.vault.store import Row, Store
from intake_app.vault.unlocked import Door, UnlockedVault
from intake_app.vault.work import Work
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class UserEntry:
    """A name on the unlock screen."""

    id: str
    name: str = field(repr=False)


class Vault:
    """A vault that is locked, and held by this process until `close`."""

    def __init__(
        self, store: Store, secret: DeviceSecret, device: Key, clock: Clock, vault_id: str
    ) -> None:
        """Hold an open file; use `open` or `create`."""
        self._store = store
        self._secret = secret
        self._device = device
        self._clock = clock
        self._mutex = threading.Lock()
        self._unlocked: UnlockedVault | None = None
        self._closed = False
        self.vault_id = vault_id
        self._attempts = Attempts(store, vault_id, device, clock)

    @classmethod
    def open(cls, folder: Path, *, device: DeviceSecret, clock: Clock) -> "Vault":
        """Open the vault of a folder and hold it.

        Raises VaultMissing, VaultInUse, VaultDamaged, VaultTooNew, DeviceSecretMissing.
        """
        store = Store(folder)
        try:
            rows = store.rows("vault")
            if len(rows) != 1 or rows[0]["format"] != store.format.number:
                raise VaultDamaged  # noqa: TRY301 - the file is let go below
            return cls(store, device, device.read(), clock, rows[0]["id"])
        except BaseException:
            store.close()
            raise

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        device: DeviceSecret,
        user_name: str,
        passphrase: str,
        recovery_public: bytes | None = None,
        settings: Mapping[str, Any],
        clock: Clock,
    ) -> UnlockedVault:
        """Make a vault with one user who holds every role, and return it unlocked.

        `recovery_public` is the organisation's X25519 public key (32 bytes): every role key is
        sealed to it too. All of it is one transaction: a start that breaks off leaves no vault.
        Raises VaultExists, VaultInUse, PassphraseTooWeak, StorageFull, StorageRefused, and
        ConfigurationError for a recovery key that is none.
        """
        check_passphrase(passphrase)
        if recovery_public is not None and len(recovery_public) != KEY_SIZE:
            raise ConfigurationError(mark("That is not a recovery key. Ask your administrator."))
        store = Store(folder, make=True)
        try:
            if not store.is_empty:
                raise VaultExists  # noqa: TRY301 - the file is let go below
            secret = device.make()
            beginning = Beginning(user_name, passphrase, recovery_public, settings)
            work = make_vault(store, secret, clock, beginning)
            store.truncate_log()
        except BaseException:
            store.close()
            raise
        vault = cls(store, device, secret, clock, work.vault_id)
        return vault._hand_over(work)

    def users(self) -> tuple[UserEntry, ...]:
        """Return the names for the unlock screen; raises VaultDamaged when one was changed."""
        self._require_open()
        return tuple(UserEntry(user.id, user.name) for user in self._users(self._slots()).values())

    def unlock(self, user_id: str, passphrase: str, *, accept_older: bool = False) -> UnlockedVault:
        """Open the vault for a user.

        Raises WrongPassphrase for an unknown user as for a wrong passphrase, after the same
        work; TooManyAttempts without trying; VaultDamaged when anything was changed outside;
        VaultOlder for an earlier copy, where the device's secret lies in a keyring that knows:
        with `accept_older` an administrator opens that one, and the log says so.
        A vault of an older format is brought to the newest one first, as part of the same unit.
        """
        with self._mutex:
            self._require_open()
            if self._unlocked is not None:
                self._unlocked.lock()
            slots = {row["id"]: row for row in self._slots()}
            users = self._users(slots.values())
            self._attempts.begin()
            try:
                work = self._open_as(users.get(user_id), slots.get(user_id), passphrase)
                is_older = self._is_older(work, accept_older=accept_older)
            except (VaultDamaged, VaultOlder, NotPermitted, DeviceSecretMissing):
                # Whoever got this far typed the right passphrase: it was no guess.
                with suppress(VaultError):
                    self._attempts.forget()
                raise
            with work.unit():
                migrate(work)
                self._store.update("attempt", (1,), self._attempts.succeeded())
                work.note("unlocked")
                if work.clock_is_back:
                    work.note("clock set back")
                if is_older:
                    work.note("older vault accepted")
            return self._hand_over(work)

    def _open_as(self, user: User | None, slot: Row | None, passphrase: str) -> Work:
        """Return what works with a user's keys, once every row was compared with the state."""
        private, verifying = open_slot(self.vault_id, slot, passphrase, self._device)
        if user is None:
            raise WrongPassphrase
        grants = self._store.rows("role_grant")
        keyring = open_grants(self.vault_id, grants, user.id, private, verifying)
        if not all(keyring.holds(purpose) for purpose in user.purposes):
            raise VaultDamaged
        work = Work(self._store, self.vault_id, user, keyring, self._clock)
        work.load()
        return work

    def _is_older(self, work: Work, *, accept_older: bool) -> bool:
        """Tell whether this is an earlier copy; raises VaultOlder unless it is accepted."""
        if work.revision >= self._secret.remembered(self.vault_id):
            return False
        if accept_older and "administrator" in work.user.roles:
            return True
        work.lock()
        raise NotPermitted if accept_older else VaultOlder

    def close(self) -> None:
        """Lock, write everything back into one file, and let others open it."""
        with self._mutex:
            if self._unlocked is not None:
                self._unlocked.lock()
            self._closed = True
            self._device.wipe()
            self._store.close()

    def _hand_over(self, work: Work) -> UnlockedVault:
        door = Door(self.close, partial(self._secret.remember, self.vault_id))
        self._unlocked = UnlockedVault(work, door, self._device, self._attempts)
        return self._unlocked

    def _users(self, slots: Iterable[Row]) -> dict[str, User]:
        try:
            return {row["id"]: read_slot(self.vault_id, row, self._device) for row in slots}
        except VaultDamaged:
            if self._attempts.can_be_read:
                raise
            raise VaultForeign from None

    def _slots(self) -> list[Row]:
        slots = self._store.rows("user_slot")
        if not slots:
            raise VaultDamaged
        return slots

    def _require_open(self) -> None:
        if self._closed:
            raise VaultLocked

"""Opening a vault with the organisation's recovery key: to rehearse it, or because it is needed.

No user is there and maybe no device's secret either. What the private half opens is compared with
the sealed state before anything is written, as at every unlocking.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from intake_app.clock import Clock
from intake_app.errors import (
    DeviceSecretMissing,
    RecoveryRefused,
    UserMissing,
    VaultDamaged,
    VaultOlder,
)
from intake_app.vault.attempts import Attempts
from intake_app.vault.crypto import KEY_SIZE, Key, derive_public
from intake_app.vault.device import DeviceSecret
from intake_app.vault.keys import PURPOSES, RECOVERY, ROLES, User, open_grants, read_slot
from intake_app.vault.migrations import migrate
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.own import OwnSecrets
from intake_app.vault.records import Records
from intake_app.vault.recovery import RecoveryPublic
from intake_app.vault.store import Row, Store
from intake_app.vault.users import People
from intake_app.vault.verification import Reader, VerifyReport, verify
from intake_app.vault.work import Work
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the recovery key would open.

    `slots` tells whether the device's own secret still opens the slots of its users: if not, they
    cannot unlock any more and recovering removes them. `device_key` is the public half of the
    device's signing key in base64, to be compared with what the organisation wrote down. `older`
    tells that this is an earlier copy of the vault, where the device's secret remembers.
    """

    report: VerifyReport = field(repr=False)
    slots: bool
    device_key: str
    older: bool

    @property
    def unopened(self) -> tuple[str, ...]:
        """The names of what is damaged or lies under a key that recovery was never given."""
        return tuple(
            str(finding)
            for finding in self.report.findings
            if finding.verdict != "whole" and (self.slots or finding.thing not in _BY_DEVICE)
        )

    @property
    def ok(self) -> bool:
        """Whether everything opens, and nothing later was there."""
        return not self.unopened and not self.older


@dataclass(frozen=True, slots=True)
class Recovered:
    """The new administrator, who was removed, and the drafts that nobody holds any more."""

    user: User
    removed: tuple[str, ...]
    drafts: tuple[str, ...]


#: What the device's own secret seals.
_BY_DEVICE = frozenset({"slot", "misses"})


class RecoveryOpening:
    """A vault that the recovery key opened, held by this process until `close`."""

    def __init__(self, folder: Path, *, device: DeviceSecret, clock: Clock, private: Key) -> None:
        """Open the vault of a folder, and write nothing; the private half is zeroed at the end.

        Raises RecoveryRefused when it was given another recovery key or none, VaultDamaged when
        it is not as it was last written, and what `Vault.open` raises but for the secret.
        """
        self._device = device
        self._clock = clock
        self._store = Store(folder)
        try:
            self._work = self._load(private)
            self._records = Records(self._work)
            self._outgoing = Outgoing(self._work)
            row = self._vault()
            self._own = OwnSecrets.open(row, self._work.keyring.current("state"))
            self._secret = self._opening_secret(self._store.rows("user_slot"))
            self._is_older = self._work.revision < self._remembered()
        except BaseException:
            private.wipe()
            self._store.close()
            raise

    def _load(self, private: Key) -> Work:
        row = self._vault()
        if row["recovery"] is None:
            raise RecoveryRefused(mark("This vault was not given a recovery key."))
        if row["recovery"] != derive_public(private):
            raise RecoveryRefused(
                mark("This vault was given another recovery key, with fingerprint {fingerprint}."),
                fingerprint=RecoveryPublic(bytes(row["recovery"])).fingerprint,
            )
        grants = self._store.rows("role_grant")
        keyring = open_grants(row["id"], grants, RECOVERY, private, row["verifying"])
        if not all(keyring.holds(purpose) for purpose in PURPOSES):
            raise VaultDamaged
        user = User(RECOVERY, "", ("administrator",))
        work = Work(self._store, row["id"], user, keyring, self._clock)
        work.load()
        return work

    def _vault(self) -> Row:
        rows = self._store.rows("vault")
        if len(rows) != 1 or rows[0]["format"] != self._store.format.number:
            raise VaultDamaged
        return rows[0]

    def _opening_secret(self, slots: Iterable[Row]) -> Key | None:
        """Return the device's secret, or None where it is not the one that slots lie under."""
        try:
            secret = self._device.read()
            for row in slots:
                read_slot(self._work.vault_id, row, secret)
        except (DeviceSecretMissing, VaultDamaged):
            return None
        return secret

    def _remembered(self) -> int:
        if self._secret is None:
            return 0
        try:
            return self._device.remembered(self._work.vault_id)
        except DeviceSecretMissing:
            return 0

    def rehearse(self) -> Rehearsal:
        """Read and check everything that recovering would open; write nothing."""
        verifying = bytes(self._vault()["verifying"])
        device = self._secret or Key(bytes(KEY_SIZE))
        reader = Reader(self._work, self._records, self._outgoing, device, verifying)
        return Rehearsal(
            verify(reader),
            self._secret is not None,
            base64.b64encode(verifying).decode(),
            self._is_older,
        )

    def recover(
        self,
        name: str,
        passphrase: str,
        *,
        remove: str = "",
        new_device_secret: bool = False,
        accept_older: bool = False,
    ) -> Recovered:
        """Make a new administrator with every role; remove who is lost, by name or id.

        All that the removed one held is renewed. Where the device's secret is gone every slot is
        removed, and a new secret made: only with `new_device_secret`, since a keyring may only be
        locked for now. Raises PassphraseTooWeak, UserRefused, UserMissing, RecoveryRefused, and
        VaultOlder for an earlier copy that is not accepted.
        """
        if self._is_older and not accept_older:
            raise VaultOlder
        removed, drafts = list[str](), list[str]()
        with self._work.unit():
            migrate(self._work)
            slots = () if self._secret else self._work.rows("user_slot")
            secret = self._secret or self._new_secret(allowed=new_device_secret)
            attempts = Attempts(self._store, self._work.vault_id, secret, self._clock)
            people = People(self._work, self._records, self._outgoing, self._own, secret, attempts)
            for row in slots:
                removed.append(row["id"])
                drafts += people.evict(row)
            lost = [user.id for user in people.users() if remove in {user.id, user.name}]
            if remove and not lost and not removed:
                raise UserMissing
            user = people.add(name, ROLES, passphrase, temporary=False)
            for user_id in lost if remove else ():
                removed.append(user_id)
                drafts += people.remove(user_id).drafts
            self._store.update("attempt", (1,), attempts.succeeded())
            self._work.note("vault recovered", fields=[user.id])
            if self._is_older:
                self._work.note("older vault accepted")
        self._secret = secret
        self._device.remember(self._work.vault_id, self._work.revision)
        return Recovered(user, tuple(removed), tuple(drafts))

    def _new_secret(self, *, allowed: bool) -> Key:
        if not allowed:
            raise RecoveryRefused(
                mark(
                    "This device's own key is gone, or the system's keyring does not give it. "
                    "Unlock the keyring and try again. If it is really gone, say so with "
                    "--new-device-secret: every user is removed and has to be added again."
                )
            )
        return self._device.renew()

    def close(self) -> None:
        """Zero every key and let go of the files."""
        self._work.lock()
        self._records.wipe()
        self._own.wipe()
        if self._secret is not None:
            self._secret.wipe()
        self._store.close()

"""The people of a vault: who has a slot, in which roles, with which passphrase."""

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from intake_app.errors import NotPermitted, UserMissing, UserRefused, VaultDamaged
from intake_app.vault.attempts import Attempts
from intake_app.vault.crypto import Key, derive_verifying
from intake_app.vault.grants import Grants, in_use
from intake_app.vault.keys import (
    PURPOSES,
    RECOVERY,
    ROLES,
    Purpose,
    Role,
    User,
    make_slot,
    open_slot,
    read_slot,
    seal_profile,
)
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.own import OwnSecrets
from intake_app.vault.passphrase import check_passphrase, same_passphrase
from intake_app.vault.records import HELD, Records
from intake_app.vault.recovery import RecoveryPublic
from intake_app.vault.rotation import Pending, Rotation
from intake_app.vault.store import Row
from intake_app.vault.work import Work
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of people leaves to do.

    `drafts` are the ids of the records that the person held and that nobody holds now: a
    placement officer gives them to somebody with `People.hold`. `pending` is what is left to
    re-wrap.
    """

    user: User
    pending: Pending
    drafts: tuple[str, ...] = ()


class People:
    """Who may do what in an unlocked vault.

    Everybody may see who is here, choose another passphrase, and hand on a draft; the rest is an
    administrator's. A call is one transaction: at every moment who should read something can, and
    nobody else. A change raises NotPermitted for who may not make it, UserMissing, and
    UserRefused with what to do instead; it may be part of a larger `UnlockedVault.unit`.
    """

    def __init__(
        self,
        work: Work,
        records: Records,
        outgoing: Outgoing,
        own: OwnSecrets,
        device: Key,
        attempts: Attempts,
    ) -> None:
        """Take the unit of work, what knows its rows, and what slots are opened with."""
        self._work = work
        self._records = records
        self._own = own
        self._device = device
        self._attempts = attempts
        self._grants = Grants(work, own)
        self._rotation = Rotation(work, records, outgoing, self._grants)

    def users(self) -> tuple[User, ...]:
        """Return everybody who has a slot, by name."""
        with self._work.reading():
            found = [self._read(row) for row in self._work.rows("user_slot")]
        return tuple(sorted(found, key=lambda user: (user.name.casefold(), user.id)))

    def drafts(self, user_id: str) -> tuple[str, ...]:
        """Return the ids of the drafts that somebody holds: removing leaves them to nobody."""
        with self._work.reading():
            rows = self._work.rows("record")
        return tuple(row["id"] for row in rows if row["holder"] == user_id and _is_held(row))

    def add(
        self, name: str, roles: Iterable[Role], passphrase: str, *, temporary: bool = True
    ) -> User:
        """Give somebody a slot and the keys of some roles; nobody else needs to be there.

        What lies under keys that the administrator does not hold opens for the new user once
        somebody who holds them has re-wrapped it. Raises PassphraseTooWeak.
        """
        check_passphrase(passphrase)
        with self._administering():
            user = User(secrets.token_hex(16), self._free_name(name), _in_order(roles), temporary)
            self._give_slot(user, passphrase)
            self._work.note("user added", fields=[user.id, *user.roles])
        return user

    def remove(self, user_id: str) -> Change:
        """Take somebody's slot and keys away, and renew every key that the person held."""
        with self._administering():
            row, user = self._slot(user_id)
            self._refuse_self(user_id)
            self._require_heirs(user_id, user.purposes)
            drafts = self.evict(row)
            self._grants.renew(user.purposes | {"audit"})
            self._rotation.retire()
            self._work.note("user removed", fields=[user_id])
        return Change(user, self.pending(), drafts)

    def evict(self, row: Row) -> tuple[str, ...]:
        """Remove a slot with its grants and the keys of the drafts that it held; return those.

        For `remove`, and for who recovers a vault whose slots cannot be opened any more.
        """
        with self._work.unit():
            drafts = self._release(row["id"])
            self._grants.revoke(row["id"], PURPOSES)
            self._work.delete("user_slot", row)
        return drafts

    def change_roles(self, user_id: str, roles: Iterable[Role]) -> Change:
        """Give somebody other roles; keys that do not come with them are renewed."""
        work = self._work
        with self._administering():
            row, before = self._slot(user_id)
            user = replace(before, roles=_in_order(roles))
            if "administrator" not in user.roles:
                self._refuse_self(user_id)
            lost = before.purposes - user.purposes
            self._require_heirs(user_id, lost)
            drafts = self._release(user_id) if "records" in lost else ()
            work.update("user_slot", row, {"profile": self._profile(user, row)})
            self._grants.revoke(user_id, lost)
            self._grants.renew(lost)
            self._grants.give(user_id, user.purposes - before.purposes)
            if user_id == work.user.id:
                self._put_down(lost)
            self._rotation.retire()
            work.note("roles changed", fields=[user_id, *user.roles])
        self._become(user)
        return Change(user, self.pending(), drafts)

    def rename(self, user_id: str, name: str) -> User:
        """Give somebody another name."""
        with self._administering():
            row, before = self._slot(user_id)
            user = replace(before, name=self._free_name(name, user_id))
            self._work.update("user_slot", row, {"profile": self._profile(user, row)})
            self._work.clear_traces()
            self._work.note("user renamed", fields=[user_id])
        self._become(user)
        return user

    def reset(self, user_id: str, passphrase: str) -> Change:
        """Give somebody who lost the passphrase a temporary one.

        Nobody can open another's slot: it is replaced by a new one with new keys, and what the
        old one held is renewed, as when somebody leaves and comes back. Drafts stay with the
        person where this administrator may read them; the others are in the answer. Raises
        PassphraseTooWeak.
        """
        check_passphrase(passphrase)
        with self._administering():
            row, before = self._slot(user_id)
            self._refuse_self(user_id)
            user = replace(before, temporary=True)
            self._require_heirs(user_id, user.purposes)
            held = [key for key in PURPOSES if self._work.keyring.holds(key)]
            drafts = self.evict(row)
            slot = self._give_slot(user, passphrase)
            self._grants.renew({*held} & (user.purposes | {"audit"}))
            left = [draft for draft in drafts if not self._hold_again(draft, slot)]
            self._rotation.retire()
            self._work.note("passphrase reset", fields=[user_id])
        return Change(user, self.pending(), tuple(left))

    def change_passphrase(self, old: str, new: str) -> None:
        """Choose another passphrase; keys stay as they are.

        A transaction of its own, not for use inside another. Raises PassphraseTooWeak,
        WrongPassphrase and TooManyAttempts as unlocking does, and UserRefused for the same one.
        """
        check_passphrase(new)
        if same_passphrase(old, new):
            raise UserRefused(mark("Choose another passphrase than the one that you have."))
        work, user = self._work, replace(self._work.user, temporary=False)
        with work.reading():
            work.require_all_keys()
            row, _ = self._slot(user.id)
            self._attempts.begin()
            open_slot(work.vault_id, row, old, self._device)[0].wipe()
            slot, _ = make_slot(
                work.vault_id, user, new, self._device, self._verifying(), work.keyring.private
            )
            with work.unit():
                work.update("user_slot", row, slot)
                work.store.update("attempt", (1,), self._attempts.succeeded())
                work.note("passphrase changed")
                work.clear_traces()
            work.user = user

    def hold(self, record_id: str, user_id: str) -> None:
        """Give an open draft to somebody, with its health answers.

        Who holds it may, and a placement officer. Raises RecordMissing, RecordChanged for what
        is no draft any more, UserRefused for somebody who works on no records.
        """
        with self._work.unit():
            self._work.require_all_keys()
            row, user = self._slot(user_id)
            if "records" not in user.purposes:
                raise UserRefused(
                    mark("An administrator alone cannot hold a draft. Choose a colleague.")
                )
            self._records.hold(record_id, user_id, row["public"])

    def rotate(self) -> Pending:
        """Renew every key, for who holds it now; return what is left to re-wrap."""
        with self._administering():
            self._grants.renew(PURPOSES)
            self._rotation.retire()
            self._work.note("keys renewed")
        return self.pending()

    def pending(self) -> Pending:
        """Return what still lies under older keys, and whose turn it is."""
        return self._rotation.pending()

    def rewrap(
        self,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Pending:
        """Bring what this user's keys open to the newest keys; return what is left.

        Any user may, after any unlocking: it costs next to nothing when there is nothing to do.
        `progress` is told how many rows of how many are done, after each transaction of some
        hundreds; `cancelled` is asked before each. Broken off, it is taken up by the next call.
        """
        self._work.require_all_keys()
        return self._rotation.rewrap(progress, cancelled)

    def recovery(self) -> RecoveryPublic | None:
        """Return the organisation's recovery key, by its public half, or None where there is none.

        Its fingerprint is to be compared with the organisation's own.
        """
        with self._work.reading():
            public = self._vault()["recovery"]
        return None if public is None else RecoveryPublic(bytes(public))

    def set_recovery(self, recovery: RecoveryPublic) -> Pending:
        """Seal every key to the organisation's recovery key too, in place of an earlier one.

        Where there was one, every key is renewed. What lies under keys that the administrator
        does not hold is recoverable once it is re-wrapped.
        """
        work = self._work
        with self._administering():
            row = self._vault()
            if row["recovery"] == recovery.material:
                return self.pending()
            held = [key for key in PURPOSES if work.keyring.holds(key)]
            if row["recovery"] is not None:
                self._grants.revoke(RECOVERY, PURPOSES)
            work.update("vault", row, {"recovery": recovery.material})
            self._grants.give(RECOVERY, PURPOSES)
            if row["recovery"] is not None:
                self._grants.renew(held)
            self._rotation.retire()
            work.note("recovery key set", fields=[recovery.fingerprint])
        return self.pending()

    @contextmanager
    def _administering(self) -> Iterator[None]:
        with self._work.unit():
            self._work.require_all_keys()
            if "administrator" not in self._work.user.roles:
                raise NotPermitted
            yield

    def _give_slot(self, user: User, passphrase: str) -> Row:
        slot, private = make_slot(
            self._work.vault_id, user, passphrase, self._device, self._verifying()
        )
        private.wipe()
        self._work.insert("user_slot", slot)
        self._grants.give(user.id, user.purposes)
        return slot

    def _refuse_self(self, user_id: str) -> None:
        if user_id == self._work.user.id:
            raise UserRefused(
                mark(
                    "You cannot take this away from yourself: there has to be an administrator. "
                    "Ask another administrator, or make somebody one first."
                )
            )

    def _require_heirs(self, user_id: str, lost: Iterable[Purpose]) -> None:
        """Refuse to take the last key of something that is stored: it would be lost."""
        going = frozenset(lost)
        heirs = {
            (row["role"], row["generation"])
            for row in self._work.rows("role_grant")
            if row["holder"] != user_id
        }
        if any(held not in heirs for held in in_use(self._work) if held[0] in going):
            raise UserRefused(
                mark(
                    "Nobody else can open some of what is stored on this device. Give a colleague "
                    "the same role, let this person unlock once more, and try again."
                )
            )

    def _release(self, user_id: str) -> tuple[str, ...]:
        """Take the keys of the drafts that somebody holds away; return the drafts."""
        held = [row for row in self._work.rows("record") if row["holder"] == user_id]
        for row in held:
            if row["holder_key"] is not None:
                self._work.update("record", row, {"holder_key": None})
                self._work.clear_traces()
        return tuple(row["id"] for row in held if _is_held(row))

    def _hold_again(self, record_id: str, slot: Row) -> bool:
        row = self._work.row("record", record_id)
        if row is None or row["state"] not in HELD or self._records.keys.of_health(row) is None:
            return False
        self._records.hold(record_id, slot["id"], slot["public"])
        return True

    def _put_down(self, lost: Iterable[Purpose]) -> None:
        """Hold keys no more that this very user gave up."""
        for purpose in lost:
            for key in self._work.keyring.all(purpose):
                self._work.keyring.drop(purpose, key.generation)
        self._records.wipe()

    def _become(self, user: User) -> None:
        if user.id == self._work.user.id:
            self._work.user = user

    def _slot(self, user_id: str) -> tuple[Row, User]:
        row = self._work.row("user_slot", user_id)
        if row is None:
            raise UserMissing
        return row, self._read(row)

    def _read(self, row: Row) -> User:
        return read_slot(self._work.vault_id, row, self._device)

    def _profile(self, user: User, row: Row) -> bytes:
        return seal_profile(self._work.vault_id, user, row, self._device)

    def _verifying(self) -> bytes:
        return derive_verifying(self._own.signing)

    def _vault(self) -> Row:
        row = self._work.row("vault", self._work.vault_id)
        if row is None:
            raise VaultDamaged
        return row

    def _free_name(self, name: str, user_id: str = "") -> str:
        wanted = unicodedata.normalize("NFC", " ".join(name.split()))
        if not wanted:
            raise UserRefused(mark("A person needs a name."))
        taken = {user.name.casefold() for user in self.users() if user.id != user_id}
        if wanted.casefold() in taken:
            raise UserRefused(
                mark("Somebody on this device has this name already. Add something to tell apart.")
            )
        return wanted


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    wanted = frozenset(roles)
    if not wanted or not wanted <= frozenset(ROLES):
        raise UserRefused(
            mark("A person has at least one role: screener, placement officer, administrator.")
        )
    return tuple(role for role in ROLES if role in wanted)


def _is_held(row: Row) -> bool:
    """Tell a draft that somebody holds, also one that is offered to a colleague's device."""
    return row["state"] in HELD or row["holder_key"] is not None

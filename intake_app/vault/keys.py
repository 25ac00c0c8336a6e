"""User slots, role keys and the grants that tie them. The hierarchy is drawn in README.md."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from intake_app.errors import NotPermitted, VaultDamaged, VaultLocked, WrongPassphrase
from intake_app.vault.codec import decode, encode
from intake_app.vault.crypto import (
    KDF,
    KEY_SIZE,
    SALT_SIZE,
    DataEnvelope,
    GrantEnvelope,
    Key,
    Place,
    derive_key,
    derive_passphrase_root,
    derive_public,
    equal,
    make_key,
    make_salt,
    pack,
    sign,
    verify,
)
from intake_app.vault.memory import wipe
from intake_app.words import mark

#: What a person may be.
Role = Literal["screener", "placement", "administrator"]
#: What a key is for.
Purpose = Literal["records", "health", "delivery", "state", "audit"]

ROLES: tuple[Role, ...] = ("screener", "placement", "administrator")
PURPOSES: tuple[Purpose, ...] = ("records", "health", "delivery", "state", "audit")
#: Which keys come with a role.
GRANTED: Mapping[Role, frozenset[Purpose]] = {
    "screener": frozenset({"records", "delivery", "state"}),
    "placement": frozenset({"records", "health", "delivery", "state"}),
    "administrator": frozenset({"state", "audit"}),
}
#: Keys of which everybody who has one has all that are in use.
_WHOLE: frozenset[Purpose] = frozenset({"state", "audit"})
#: The holder's name in the grants to the organisation's recovery key.
RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class User:
    """Who has a slot in this vault.

    With `temporary` the passphrase was given by an administrator: the user is to choose another
    before anything else.
    """

    id: str
    name: str = field(repr=False)
    roles: tuple[Role, ...]
    temporary: bool = False

    @property
    def purposes(self) -> frozenset[Purpose]:
        """The keys that this user holds."""
        return frozenset().union(*(GRANTED[role] for role in self.roles))


class RoleKey:
    """One generation of a role's key, and what is derived from it, each for one thing."""

    __slots__ = (
        "accumulating",
        "content",
        "generation",
        "private",
        "public",
        "purpose",
        "secret",
        "wrapping",
    )

    def __init__(self, purpose: Purpose, generation: int, secret: Key) -> None:
        """Derive the keys.

        One wraps keys, one seals small content, one opens what is sealed to the role by people
        who do not hold it, one hashes rows.
        """
        self.purpose = purpose
        self.generation = generation
        self.secret = secret
        self.wrapping = derive_key(secret, "intake/v1/wrap")
        self.content = derive_key(secret, "intake/v1/content")
        self.private = derive_key(secret, "intake/v1/role-private")
        self.accumulating = derive_key(secret, "intake/v1/accumulator")
        self.public = derive_public(self.private)

    def wipe(self) -> None:
        """Zero all of them."""
        for key in (self.secret, self.wrapping, self.content, self.private, self.accumulating):
            key.wipe()

    def __repr__(self) -> str:
        """Show which key it is and nothing of it."""
        return f"RoleKey({self.purpose!r}, {self.generation})"


class Keyring:
    """The keys that an unlocked user holds: the own private key, and role keys by generation."""

    def __init__(self, private: Key) -> None:
        """Take the user's private key."""
        self.private = private
        self.public = derive_public(private)
        self._keys: dict[tuple[Purpose, int], RoleKey] = {}
        self._before = self._keys
        self._kept: frozenset[Purpose] = frozenset(PURPOSES)

    def add(self, key: RoleKey) -> None:
        """Take in a role key."""
        self._keys[key.purpose, key.generation] = key

    def drop(self, purpose: Purpose, generation: int) -> None:
        """Hold a role key no more; it is zeroed when the unit of work is done."""
        self._keys.pop((purpose, generation), None)

    def opens(self, purpose: Purpose, generation: int) -> bool:
        """Tell whether the user holds this generation."""
        return (purpose, generation) in self._keys

    def outdated(self, purpose: Purpose, generation: int) -> bool:
        """Tell whether the user holds this generation and a newer one."""
        return self.opens(purpose, generation) and generation < self.current(purpose).generation

    def all(self, purpose: Purpose) -> tuple[RoleKey, ...]:
        """Return every generation that the user holds, the oldest first."""
        generations = sorted(number for held, number in self._keys if held == purpose)
        return tuple(self._keys[purpose, generation] for generation in generations)

    def holds(self, purpose: Purpose) -> bool:
        """Tell whether the user holds a key for this; raises VaultLocked once it was dropped."""
        if purpose not in self._kept:
            raise VaultLocked
        return any(held == purpose for held, _ in self._keys)

    def current(self, purpose: Purpose) -> RoleKey:
        """Return the newest generation; raises NotPermitted, VaultLocked once it was dropped."""
        if not self.holds(purpose):
            raise NotPermitted
        generations = [generation for held, generation in self._keys if held == purpose]
        return self._keys[purpose, max(generations)]

    def of(self, purpose: Purpose, generation: int) -> RoleKey:
        """Return one generation.

        Raises NotPermitted, also for a generation from before this user was here: it opens once
        somebody who holds both has re-wrapped what lies under it. Of the keys that everybody
        has whole there is no such generation, and asking for it is damage.
        """
        key = self._keys.get((purpose, generation))
        if key is not None:
            return key
        if not self.holds(purpose):
            raise NotPermitted
        if purpose in _WHOLE:
            raise VaultDamaged
        raise NotPermitted(
            mark(
                "This was stored before you were given its key. It opens for you once a "
                "colleague who has that key unlocks on this device."
            )
        )

    def begin(self) -> None:
        """Remember the role keys that are held, to go back to with `undo`."""
        self._before = self._keys.copy()

    def undo(self) -> None:
        """Go back to where `begin` was called: what came since is zeroed."""
        _wipe_missing(self._keys, self._before)
        self._keys = self._before

    def keep(self) -> None:
        """Stay with what is held now: what was dropped since `begin` is zeroed."""
        _wipe_missing(self._before, self._keys)
        self._before = self._keys

    def drop_all_but(self, *purposes: Purpose) -> None:
        """Zero every role key for anything else, and the user's private key."""
        self._kept = frozenset(purposes)
        self.private.wipe()
        for purpose, generation in tuple(self._keys):
            if purpose not in self._kept:
                self._keys.pop((purpose, generation)).wipe()

    def wipe(self) -> None:
        """Zero every key and forget it."""
        self.private.wipe()
        for keys in (self._keys, self._before):
            _wipe_missing(keys, {})
            keys.clear()

    def __repr__(self) -> str:
        """Show which keys are held and nothing of them."""
        return f"Keyring({sorted(self._keys)})"


def _wipe_missing(
    keys: Mapping[tuple[Purpose, int], RoleKey], kept: Mapping[tuple[Purpose, int], RoleKey]
) -> None:
    for name, key in keys.items():
        if kept.get(name) is not key:
            key.wipe()


def make_slot(
    vault_id: str,
    user: User,
    passphrase: str,
    device: Key,
    verifying: bytes,
    private: Key | None = None,
) -> tuple[dict[str, Any], Key]:
    """Return a slot's row, and the user's private key: a new one, or the one that stays.

    The private key is sealed with the device's public signing key beside it, so that a grant
    which somebody without keys slipped in is refused.
    """
    salt = make_salt()
    kek, commitment = _passphrase_keys(passphrase, salt, device)
    private = private or make_key()
    row: dict[str, Any] = {
        "id": user.id,
        "kdf": KDF,
        "salt": salt,
        "public": derive_public(private),
        "private": DataEnvelope.seal(
            kek, bytes(private.material) + verifying, _slot_place(vault_id, user.id, "private")
        ),
        "commitment": commitment,
    }
    row["profile"] = seal_profile(vault_id, user, row, device)
    return row, private


def seal_profile(vault_id: str, user: User, row: Mapping[str, Any], device: Key) -> bytes:
    """Return a user's name and roles, sealed under the device's secret.

    With them goes a hash of the rest of the slot, so that neither is exchanged without the other.
    """
    profile: dict[str, Any] = {
        "name": user.name,
        "roles": list(user.roles),
        "slot": _slot_hash(row),
    }
    if user.temporary:
        profile["temporary"] = True
    place = _slot_place(vault_id, user.id, "profile")
    return DataEnvelope.seal(_names_key(device), encode(profile), place)


def read_slot(vault_id: str, row: Mapping[str, Any], device: Key) -> User:
    """Return whose slot it is; raises VaultDamaged when any column of it was changed."""
    place = _slot_place(vault_id, row["id"], "profile")
    profile = decode(DataEnvelope.open(_names_key(device), row["profile"], place))
    if profile["slot"] != _slot_hash(row):
        raise VaultDamaged
    temporary = profile.get("temporary", False)
    return User(row["id"], profile["name"], tuple(profile["roles"]), temporary)


def open_slot(
    vault_id: str, row: Mapping[str, Any] | None, passphrase: str, device: Key
) -> tuple[Key, bytes]:
    """Return the user's private key and the device's public signing key.

    Raises WrongPassphrase. With no row (an unknown user) the same work is done for nothing, so
    that the two cannot be told apart.
    """
    salt = row["salt"] if row else bytes(derive_key(device, "intake/v1/decoy").material[:SALT_SIZE])
    kek, commitment = _passphrase_keys(passphrase, salt, device)
    if not equal(commitment, row["commitment"] if row else bytes(KEY_SIZE)) or row is None:
        raise WrongPassphrase
    both = DataEnvelope.open(kek, row["private"], _slot_place(vault_id, row["id"], "private"))
    private, verifying = Key(memoryview(both)[:KEY_SIZE]), bytes(both[KEY_SIZE:])
    wipe(both)
    if derive_public(private) != row["public"]:
        raise VaultDamaged
    return private, verifying


def make_grant(
    vault_id: str, key: RoleKey, holder: str, public: bytes, signing: Key
) -> dict[str, Any]:
    """Return the row that gives a role key to a holder, signed by the device."""
    info = _grant_info(vault_id, key.purpose, key.generation, holder)
    sealed = GrantEnvelope.seal(public, key.secret, info)
    return {
        "role": key.purpose,
        "generation": key.generation,
        "holder": holder,
        "sealed": sealed,
        "signature": sign(signing, info + sealed),
    }


def open_grants(
    vault_id: str,
    grants: Iterable[Mapping[str, Any]],
    holder: str,
    private: Key,
    verifying: bytes,
) -> Keyring:
    """Return the role keys granted to a holder; raises VaultDamaged for one we did not sign."""
    keyring = Keyring(private)
    for row in grants:
        if row["holder"] == holder:
            keyring.add(open_grant(vault_id, row, private, verifying))
    return keyring


def open_grant(vault_id: str, row: Mapping[str, Any], private: Key, verifying: bytes) -> RoleKey:
    """Return the role key of a grant; raises VaultDamaged for one that the device did not sign."""
    info = check_grant(vault_id, row, verifying)
    return RoleKey(row["role"], row["generation"], GrantEnvelope.open(private, row["sealed"], info))


def check_grant(vault_id: str, row: Mapping[str, Any], verifying: bytes) -> bytes:
    """Return what a grant is for; raises VaultDamaged for one that the device did not sign."""
    info = _grant_info(vault_id, row["role"], row["generation"], row["holder"])
    if not verify(verifying, row["signature"], info + row["sealed"]):
        raise VaultDamaged
    return info


def _grant_info(vault_id: str, purpose: str, generation: int, holder: str) -> bytes:
    return pack("intake/v1/grant", vault_id, purpose, holder, generation)


def _passphrase_keys(passphrase: str, salt: bytes, device: Key) -> tuple[Key, bytes]:
    root = derive_passphrase_root(passphrase, salt, device)
    commitment = derive_key(root, "intake/v1/user-commit")
    return derive_key(root, "intake/v1/user-kek"), bytes(commitment.material)


def _names_key(device: Key) -> Key:
    return derive_key(device, "intake/v1/device-names")


def _slot_place(vault_id: str, user_id: str, column: str) -> Place:
    return Place(vault_id, "user_slot", user_id, column)


def _slot_hash(row: Mapping[str, Any]) -> str:
    columns = ("id", "kdf", "salt", "public", "private", "commitment")
    return hashlib.sha256(pack(*(row[column] for column in columns))).hexdigest()

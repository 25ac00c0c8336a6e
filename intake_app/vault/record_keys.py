"""The two keys of a record: of its body, and of its health compartment.

The first is wrapped by the key of the records role. The second is sealed to the public key of
the health role, which a screener does not hold, and while somebody holds the draft to that
person too.
"""

from intake_app.errors import NotPermitted, VaultDamaged
from intake_app.vault.crypto import GrantEnvelope, Key, KeyEnvelope, Place, make_key, pack
from intake_app.vault.store import Row
from intake_app.vault.work import Work
from intake_app.words import mark

#: The columns that the two are sealed in, to the roles.
KEYS = ("record_key", "health_key")


class RecordKeys:
    """The keys of the records of an unlocked vault, opened when needed and kept until `wipe`."""

    def __init__(self, work: Work) -> None:
        """Take the unit of work."""
        self._work = work
        # By the envelope or grant that each came out of, so that none outlives its row.
        self._opened: dict[bytes, Key] = {}
        # The wrapped keys of bodies that were made since unlocking, by this very object.
        self._fresh: set[bytes] = set()

    def of(self, row: Row) -> Key:
        """Return the key of a record's body; raises NotPermitted, VaultDamaged."""
        key = self._opened.get(row["record_key"])
        if key is None:
            role_key = self._work.keyring.of("records", row["generation"])
            place = self._place(row["id"], row["generation"])
            key = KeyEnvelope.unwrap(role_key.wrapping, row["record_key"], place)
            self._opened[row["record_key"]] = key
        return key

    def of_health(self, row: Row) -> Key | None:
        """Return the key of the health compartment, or None when it is sealed away."""
        key = self._opened.get(row["health_key"])
        if key is not None:
            return key
        keyring, user_id = self._work.keyring, self._work.user.id
        if self._reads_health(row):
            role_key = keyring.of("health", row["health_generation"])
            info = self._health_info(row["id"], "role", row["health_generation"])
            key = GrantEnvelope.open(role_key.private, row["health_key"], info)
        elif row["holder_key"] is not None and row["holder"] == user_id:
            info = self._health_info(row["id"], "holder", user_id)
            key = GrantEnvelope.open(keyring.private, row["holder_key"], info)
        else:
            return None
        self._opened[row["health_key"]] = key
        return key

    def make(self, record_id: str) -> Row:
        """Return the columns of a new key for a body."""
        wrapped = self._wrapped(record_id, make_key())
        self._fresh.add(wrapped["record_key"])
        return wrapped

    def make_health(self, record_id: str, *, holder: bool) -> Row:
        """Return the columns of a new key for a health compartment, its user holding it or not.

        Raises NotPermitted when nobody reads such answers: what is sealed would be lost.
        """
        role = self._health_role()
        if role is None:
            raise NotPermitted(
                mark(
                    "Nobody on this device may read answers about health and safety, so they "
                    "cannot be sealed. Ask your administrator to add a placement officer."
                )
            )
        key = make_key()
        user = self._work.user.id if holder else ""
        sealed = self._sealed_to_holder(record_id, key, user, self._work.keyring.public)
        to_role = self._sealed_to_role(record_id, key, *role)
        return {**to_role, "holder_key": sealed if holder else None}

    def renew(self, row: Row, *, health: bool) -> Row:
        """Return the columns of new keys for a draft that is to be saved, once an unlocking.

        And again after its role key was renewed: whoever left has no key to what is saved later,
        not even with a copy of the disk from before. With `health` that compartment is sealed
        anew too, and gets a new key, for its role and its holder. Raises NotPermitted for who
        cannot open what would be replaced.
        """
        self.of(row)
        fresh = row["record_key"] in self._fresh
        if fresh and not self._work.keyring.outdated("records", row["generation"]):
            return {}
        role = self._health_role()
        if not health or role is None or self.of_health(row) is None:
            return self.make(row["id"])
        key = make_key()
        sealed = None
        if row["holder_key"] is not None:
            public = self._public_of(row["holder"])
            sealed = self._sealed_to_holder(row["id"], key, row["holder"], public)
        to_role = self._sealed_to_role(row["id"], key, *role)
        return {**self.make(row["id"]), **to_role, "holder_key": sealed}

    def _public_of(self, user_id: str) -> bytes:
        row = self._work.row("user_slot", user_id)
        if row is None:
            raise VaultDamaged
        return bytes(row["public"])

    def hold(self, row: Row, user_id: str, public: bytes) -> Row:
        """Return the columns that give a draft to another holder; raises NotPermitted."""
        key = self.of_health(row)
        if key is None:
            raise NotPermitted
        sealed = self._sealed_to_holder(row["id"], key, user_id, public)
        if not self._reads_health(row):
            self.forget(row["health_key"])
        return {"holder": user_id, "holder_key": sealed}

    def rewrap(self, row: Row) -> Row:
        """Return the columns that bring both keys to the newest generations, where both are held.

        The keys themselves stay as they are. A screener holds no generation of the health role,
        and so only ever wraps the first.
        """
        changes: Row = {}
        keyring = self._work.keyring
        if keyring.outdated("records", row["generation"]):
            changes |= self._wrapped(row["id"], self.of(row))
            self._opened.pop(row["record_key"])
        if keyring.outdated("health", row["health_generation"]):
            key = self.of_health(row)
            if key is None:
                raise VaultDamaged
            role_key = keyring.current("health")
            changes |= self._sealed_to_role(row["id"], key, role_key.generation, role_key.public)
            self._opened.pop(row["health_key"])
        return changes

    def forget(self, *envelopes: bytes | None) -> None:
        """Zero the keys that came out of these."""
        for envelope in envelopes:
            key = None if envelope is None else self._opened.pop(envelope, None)
            if key is not None:
                key.wipe()

    def wipe(self) -> None:
        """Zero every key that was opened."""
        self.forget(*self._opened)
        self._fresh.clear()

    def _reads_health(self, row: Row) -> bool:
        keyring = self._work.keyring
        return keyring.holds("health") and keyring.opens("health", row["health_generation"])

    def _wrapped(self, record_id: str, key: Key) -> Row:
        role_key = self._work.keyring.current("records")
        place = self._place(record_id, role_key.generation)
        wrapped = KeyEnvelope.wrap(role_key.wrapping, key, place)
        self._opened[wrapped] = key
        return {"generation": role_key.generation, "record_key": wrapped}

    def _sealed_to_role(self, record_id: str, key: Key, generation: int, public: bytes) -> Row:
        info = self._health_info(record_id, "role", generation)
        sealed = GrantEnvelope.seal(public, key, info)
        self._opened[sealed] = key
        return {"health_generation": generation, "health_key": sealed}

    def _sealed_to_holder(self, record_id: str, key: Key, user_id: str, public: bytes) -> bytes:
        return GrantEnvelope.seal(public, key, self._health_info(record_id, "holder", user_id))

    def _health_role(self) -> tuple[int, bytes] | None:
        """Return the newest generation of the health role, or None when nobody holds it."""
        rows = [row for row in self._work.rows("role_key") if row["role"] == "health"]
        if not rows:
            raise VaultDamaged
        newest = max(rows, key=lambda row: int(row["generation"]))
        grants = {(row["role"], row["generation"]) for row in self._work.rows("role_grant")}
        if ("health", newest["generation"]) not in grants:
            return None
        return newest["generation"], newest["public"]

    def _health_info(self, record_id: str, holder: str, which: str | int) -> bytes:
        return pack("intake/v1/health-key", self._work.vault_id, record_id, holder, which)

    def _place(self, record_id: str, generation: int) -> Place:
        return Place(self._work.vault_id, "record", record_id, "record_key", generation=generation)

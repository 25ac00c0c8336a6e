"""Who is given which generation of which role's key.

A role key goes to a public key, so nobody has to be there to be given one. Whoever holds all
generations of a key hands them on; an administrator who holds none makes a new one for everybody
and forgets it at once. Grants are signed by the device.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from intake_app.vault import audit
from intake_app.vault.crypto import make_key
from intake_app.vault.keys import RECOVERY, Purpose, RoleKey, make_grant
from intake_app.vault.own import OwnSecrets, open_settings, seal_settings
from intake_app.vault.work import Work

#: Which column of which table names the generation that a row lies under.
_LIES_UNDER: tuple[tuple[str, str, Purpose], ...] = (
    ("record", "generation", "records"),
    ("record", "health_generation", "health"),
    ("outbox", "generation", "delivery"),
    ("receipt", "generation", "delivery"),
)


def in_use(work: Work) -> Counter[tuple[Purpose, int]]:
    """Return the generations that rows lie under, with the number of those rows."""
    tables = {table: work.rows(table) for table, _, _ in _LIES_UNDER}
    return Counter(
        (purpose, row[column]) for table, column, purpose in _LIES_UNDER for row in tables[table]
    )


class Grants:
    """Gives role keys and takes them away, inside the caller's unit of work."""

    def __init__(self, work: Work, own: OwnSecrets) -> None:
        """Take the unit of work, and the vault's own keys: one signs, both are sealed anew."""
        self._work = work
        self._own = own

    def newest(self, purpose: Purpose) -> int:
        """Return the newest generation of a key, held or not."""
        rows = self._work.rows("role_key")
        return max(int(row["generation"]) for row in rows if row["role"] == purpose)

    def holders(self, purpose: Purpose) -> dict[str, bytes]:
        """Return who was given the newest generation, with the public key of each."""
        newest, known = self.newest(purpose), self._public_keys()
        return {
            row["holder"]: known[row["holder"]]
            for row in self._work.rows("role_grant")
            if (row["role"], row["generation"]) == (purpose, newest)
        }

    def give(self, holder: str, purposes: Iterable[Purpose]) -> None:
        """Give a holder the keys for these: all generations of them, or a new one."""
        public = self._public_keys()[holder]
        for purpose in sorted(purposes):
            held = self._work.keyring.all(purpose)
            for key in held:
                self._grant(key, holder, public)
            if not held:
                self._renew(purpose, {**self.holders(purpose), holder: public})

    def revoke(self, holder: str, purposes: Iterable[Purpose]) -> None:
        """Take every generation of these keys away from a holder; each is to be renewed."""
        gone = frozenset(purposes)
        for row in self._work.rows("role_grant"):
            if row["holder"] == holder and row["role"] in gone:
                self._work.delete("role_grant", row)

    def renew(self, purposes: Iterable[Purpose]) -> None:
        """Make a new generation of each key, for who holds the newest one now.

        What lies under an older generation stays readable to who held that, until it is
        re-wrapped; what lies under the state key is sealed anew at once. A key that nobody holds
        is not renewed: whoever is given it next gets a generation of their own.
        """
        for purpose in sorted(purposes):
            holders = self.holders(purpose)
            if holders:
                self._renew(purpose, holders)

    def _renew(self, purpose: Purpose, holders: Mapping[str, bytes]) -> None:
        work, before = self._work, self.newest(purpose)
        key = RoleKey(purpose, before + 1, make_key())
        row = {"role": purpose, "generation": key.generation, "public": key.public}
        work.insert("role_key", row)
        for holder, public in holders.items():
            self._grant(key, holder, public)
        if purpose == "audit":
            self._begin_log(key)
        if work.user.id not in holders:
            key.wipe()
            return
        work.keyring.add(key)
        if purpose == "state":
            self._seal_anew(key, before)

    def _begin_log(self, key: RoleKey) -> None:
        """Let the log go on from a seed that nobody who left could know."""
        work = self._work
        row, work.state = audit.open_generation(work.state, work.vault_id, key, make_key())
        work.store.insert("audit", row)

    def _seal_anew(self, key: RoleKey, before: int) -> None:
        """Bring all that lies under the state key to a new generation, and end the one before."""
        work = self._work
        row = next(iter(work.rows("vault")))
        settings = open_settings(row, work.keyring.of("state", before))
        changes = {
            "generation": key.generation,
            "secrets": self._own.seal(work.vault_id, key),
            "settings": seal_settings(work.vault_id, key, row["revision"], settings),
        }
        work.update("vault", row, changes)
        self.end("state", before)
        work.recount()

    def end(self, purpose: Purpose, generation: int) -> None:
        """Take a generation that nothing lies under away from everybody."""
        work = self._work
        for table in ("role_grant", "role_key"):
            for row in work.rows(table):
                if (row["role"], row["generation"]) == (purpose, generation):
                    work.delete(table, row)
        work.keyring.drop(purpose, generation)

    def _grant(self, key: RoleKey, holder: str, public: bytes) -> None:
        row = make_grant(self._work.vault_id, key, holder, public, self._own.signing)
        self._work.insert("role_grant", row)

    def _public_keys(self) -> dict[str, bytes]:
        known = {row["id"]: bytes(row["public"]) for row in self._work.rows("user_slot")}
        for row in self._work.rows("vault"):
            if row["recovery"] is not None:
                known[RECOVERY] = bytes(row["recovery"])
        return known

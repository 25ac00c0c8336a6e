"""Making a new vault: its keys, its first user, its first rows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake_app.clock import Clock
from intake_app.vault import audit
from intake_app.vault.attempts import Attempts
from intake_app.vault.codec import hour
from intake_app.vault.crypto import Key, derive_verifying, make_key
from intake_app.vault.keys import PURPOSES, RECOVERY, Keyring, RoleKey, User, make_grant, make_slot
from intake_app.vault.own import OwnSecrets, seal_settings
from intake_app.vault.state import State
from intake_app.vault.store import Store
from intake_app.vault.work import Work


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a person gives a new vault; `recovery` is the organisation's public key or nothing."""

    user_name: str = field(repr=False)
    passphrase: str = field(repr=False)
    recovery: bytes | None
    settings: Mapping[str, Any] = field(repr=False)


def make_vault(store: Store, device: Key, clock: Clock, beginning: Beginning) -> Work:
    """Write all that a vault begins with in one transaction; return its first user's work."""
    vault_id = secrets.token_hex(16)
    own = OwnSecrets(signing=make_key(), identifying=make_key())
    verifying = derive_verifying(own.signing)
    user = User(
        secrets.token_hex(16), beginning.user_name, ("screener", "placement", "administrator")
    )
    slot, private = make_slot(vault_id, user, beginning.passphrase, device, verifying)
    keyring = Keyring(private)
    for purpose in PURPOSES:
        keyring.add(RoleKey(purpose, 1, make_key()))
    now = clock.now()
    state = State(0, 0, 1, audit.first_head(vault_id), make_key(), int(now.timestamp()))
    work = Work(store, vault_id, user, keyring, clock)
    work.start(state)
    with work.unit():
        store.make_tables()
        work.write_first_state()
        store.insert("attempt", Attempts(store, vault_id, device, clock).first_row())
        state_key = keyring.current("state")
        work.insert(
            "vault",
            {
                "id": vault_id,
                "format": store.format.number,
                "created": hour(now),
                "recovery": beginning.recovery,
                "verifying": verifying,
                "generation": state_key.generation,
                "revision": 1,
                "secrets": own.seal(vault_id, state_key),
                "settings": seal_settings(vault_id, state_key, 1, beginning.settings),
            },
        )
        work.insert("user_slot", slot)
        holders = {user.id: slot["public"]}
        if beginning.recovery is not None:
            holders[RECOVERY] = beginning.recovery
        for purpose in PURPOSES:
            key = keyring.current(purpose)
            row = {"role": purpose, "generation": key.generation, "public": key.public}
            work.insert("role_key", row)
            for holder, public in holders.items():
                grant = make_grant(vault_id, key, holder, public, own.signing)
                work.insert("role_grant", grant)
        role_key = keyring.current("audit")
        row, work.state = audit.open_generation(work.state, vault_id, role_key, make_key())
        store.insert("audit", row)
        work.note("vault created")
    own.wipe()
    return work

"""Deliver, then lock: what is left of the keys, and what can be done with them."""

import gc
from collections.abc import Callable
from typing import Any

import pytest

from intake_app.errors import NotPermitted, VaultLocked
from intake_app.vault import People, RecoveryPublic, UnlockedVault, Vault
from intake_app.vault.crypto import Key
from intake_app.vault.keys import Purpose
from tests.unit.vault.conftest import PASSPHRASE

CONTENT: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}

#: Calls that work while only delivering; each other public name of the vault has to be refused.
WORK = {
    "unit",
    "settings",
    "erase_record",
    "outbox",
    "package",
    "save_outbox",
    "add_receipt",
    "receipts",
    "certificates",
    "audit_head",
    "entry_of_head",
    "verifying_key",
    "lock",
    "lock_to_deliver",
    "close",
}
DROPPED: tuple[Purpose, ...] = ("records", "health", "audit")
ARGUMENTS: dict[str, Callable[[UnlockedVault, str], object]] = {
    "save_settings": lambda vault, _: vault.save_settings({}),
    "records": lambda vault, _: vault.records(),
    "create_record": lambda vault, _: vault.create_record(form_id="s", form_version="1", **CONTENT),
    "open_record": lambda vault, record: vault.open_record(record),
    "save_record": lambda vault, record: vault.save_record(record, revision=1, **CONTENT),
    "upgrade_record": lambda vault, record: vault.upgrade_record(
        record, revision=1, form_version="2", **CONTENT
    ),
    "finalise_record": lambda vault, record: vault.finalise_record(record, revision=1, **CONTENT),
    "set_record_state": lambda vault, record: vault.set_record_state(record, "stopped"),
    "queue": lambda vault, record: vault.queue(
        record, recipient="organisation", package=b"", state="ready"
    ),
    "audit_entries": lambda vault, _: vault.audit_entries(),
    "identifier": lambda vault, record: vault.identifier(record, "organisation"),
    "verify": lambda vault, _: vault.verify(),
}


#: What changes people; who is here may be told.
PEOPLE: dict[str, Callable[[People, str, str], object]] = {
    "add": lambda people, _, __: people.add("Test Tweede", ["screener"], PASSPHRASE),
    "remove": lambda people, user, _: people.remove(user),
    "change_roles": lambda people, user, _: people.change_roles(user, ["screener"]),
    "rename": lambda people, user, _: people.rename(user, "Test Derde"),
    "reset": lambda people, user, _: people.reset(user, PASSPHRASE),
    "change_passphrase": lambda people, _, __: people.change_passphrase(PASSPHRASE, "x" * 15),
    "hold": lambda people, user, record: people.hold(record, user),
    "rotate": lambda people, _, __: people.rotate(),
    "set_recovery": lambda people, _, __: people.set_recovery(RecoveryPublic(bytes(32))),
}


@pytest.fixture
def record_id(vault: UnlockedVault) -> str:
    """Return a record with a package that waits."""
    record = vault.create_record(form_id="s", form_version="1", **CONTENT)
    vault.queue(record.id, recipient="organisation", package=b"profile", state="ready")
    return record.id


def test_every_call_is_known_to_work_or_to_be_refused() -> None:
    """A call that is added has to be placed in one of the two tables."""
    public = {
        name
        for name in dir(UnlockedVault)
        if not name.startswith("_") and callable(getattr(UnlockedVault, name))
    }
    assert public == WORK | set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_everything_but_delivering_is_locked(
    vault: UnlockedVault, record_id: str, name: str
) -> None:
    """No interview, no log, no settings changed: at once, before anything was delivered."""
    vault.lock_to_deliver()
    with pytest.raises(VaultLocked):
        ARGUMENTS[name](vault, record_id)


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_is_added_or_changed_either(vault: UnlockedVault, record_id: str, name: str) -> None:
    """An administrator who left a delivery running gives nobody any rights."""
    vault.lock_to_deliver()
    with pytest.raises(VaultLocked):
        PEOPLE[name](vault.people, vault.user.id, record_id)
    assert [user.id for user in vault.people.users()] == [vault.user.id]


def test_a_delivery_goes_its_whole_way_and_erases_what_it_delivered(
    vault: UnlockedVault, record_id: str
) -> None:
    """Journal, receipt, the erasing of the record and its certificate; then the lock."""
    vault.lock_to_deliver()
    assert vault.only_delivers
    assert not vault.locked
    (row,) = vault.outbox()
    assert vault.package(row.id) == b"profile"
    vault.save_outbox(row.id, state="sending", journal={"zaak": "https://voorbeeld"})
    with vault.unit():
        vault.add_receipt(row.id, {"record_id": record_id})
        assert vault.keeping.settle() == 1
    assert vault.outbox() == ()
    assert [each.content["reason"] for each in vault.certificates()] == ["delivered"]
    vault.lock()
    with pytest.raises(VaultLocked):
        vault.outbox()


def test_what_was_delivered_is_there_after_unlocking_again(
    opened: Vault, vault: UnlockedVault, record_id: str
) -> None:
    """The vault that dropped its keys is the same vault, whole."""
    vault.lock_to_deliver()
    (row,) = vault.outbox()
    vault.add_receipt(row.id, {"record_id": record_id})
    vault.lock()
    again = opened.unlock(vault.user.id, PASSPHRASE)
    assert [record.id for record in again.records()] == [record_id]
    assert [each.content["record_id"] for each in again.receipts()] == [record_id]
    assert again.verify().ok


def test_no_other_key_is_held(vault: UnlockedVault, record_id: str) -> None:
    """Role keys, the user's own, those of records: in no key object of this process any more."""
    vault.open_record(record_id)
    keyring = vault._work.keyring
    dropped = [keyring.private, vault._own.identifying, *vault._records.keys._opened.values()]
    for purpose in DROPPED:
        role_key = keyring.current(purpose)
        dropped += [role_key.secret, role_key.wrapping, role_key.content, role_key.private]
    secrets = [bytes(key.material) for key in dropped]
    vault.lock_to_deliver()
    assert [key._buffer for key in dropped] == [bytearray()] * len(dropped)
    held = [bytes(each._buffer) for each in gc.get_objects() if isinstance(each, Key)]
    assert bytes(keyring.current("delivery").wrapping.material) in held
    assert set(held).isdisjoint(secrets)


def test_who_may_not_deliver_keeps_all_keys(
    unlock_as: Callable[..., UnlockedVault],
) -> None:
    """An administrator alone is told so, and goes on working."""
    administrator = unlock_as("administrator")
    with pytest.raises(NotPermitted):
        administrator.lock_to_deliver()
    assert administrator.audit_entries()
    assert not administrator.only_delivers

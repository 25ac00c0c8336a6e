"""Making, opening, unlocking and locking."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    ConfigurationError,
    DeviceSecretMissing,
    PassphraseTooWeak,
    VaultDamaged,
    VaultExists,
    VaultInUse,
    VaultLocked,
    VaultMissing,
    WrongPassphrase,
)
from intake_app.vault import FileSecret, UnlockedVault, Vault, keys
from intake_app.vault.crypto import (
    GrantEnvelope,
    derive_public,
    make_key,
)
from tests.unit.vault.conftest import PASSPHRASE


def make(folder: Path, passphrase: str = PASSPHRASE, recovery: bytes | None = None) -> Vault:
    """Make a vault and open it again, locked."""
    device, clock = FileSecret(folder), FixedClock()
    Vault.create(
        folder,
        device=device,
        user_name="Test Ander",
        passphrase=passphrase,
        recovery_public=recovery,
        settings={},
        clock=clock,
    ).close()
    return Vault.open(folder, device=device, clock=clock)


def test_the_first_user_holds_every_role(vault: UnlockedVault) -> None:
    """Screener, placement officer and administrator in one."""
    assert vault.user.name == "Test Eerste"
    assert vault.user.roles == ("screener", "placement", "administrator")
    assert vault.settings() == {"organisation": "Voorbeeld Opvang"}


def test_names_are_shown_before_unlocking(opened: Vault) -> None:
    """The device knows who may unlock, the disk alone does not."""
    assert [entry.name for entry in opened.users()] == ["Test Eerste"]


def test_a_passphrase_may_be_typed_in_another_unicode_form(tmp_path: Path) -> None:
    """Composed or not, wide or not: it is the same passphrase."""
    composed = unicodedata.normalize("NFC", "één lange zin vol tekens")
    opened = make(tmp_path / "v", composed)
    opened.unlock(opened.users()[0].id, unicodedata.normalize("NFD", composed)).close()


def test_a_passphrase_that_is_no_text_is_a_wrong_one(opened: Vault) -> None:
    """Bytes that a pipe gave and that are no UTF-8."""
    with pytest.raises(WrongPassphrase):
        opened.unlock(opened.users()[0].id, "vijftien of meer \udcff")


@pytest.mark.parametrize("passphrase", ["", "veertien tekens"[:14], "   kort   " + " " * 20])
def test_a_short_passphrase_is_refused(tmp_path: Path, passphrase: str) -> None:
    """Fifteen characters at least; nothing is made."""
    with pytest.raises(PassphraseTooWeak):
        make(tmp_path / "v", passphrase)
    assert not (tmp_path / "v").exists()


def test_a_recovery_key_of_another_length_is_refused(tmp_path: Path) -> None:
    """Nothing is made with a key that nobody could use."""
    with pytest.raises(ConfigurationError):
        make(tmp_path / "v", recovery=bytes(31))
    assert not (tmp_path / "v").exists()


def test_there_is_one_vault_in_a_folder(folder: Path) -> None:
    """A second one is refused and the first stays."""
    with pytest.raises(VaultExists):
        make(folder)
    opened = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    assert len(opened.users()) == 1
    opened.close()


def test_no_vault_is_made_by_looking(tmp_path: Path) -> None:
    """Opening an empty folder leaves it empty."""
    with pytest.raises(VaultMissing):
        Vault.open(tmp_path, device=FileSecret(tmp_path), clock=FixedClock())
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_broke_off_leaves_no_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a vault is none; it can be made again."""
    with monkeypatch.context() as patched:
        patched.setattr("intake_app.vault.work.Work._seal_state", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make(tmp_path)
    with pytest.raises(VaultMissing):
        Vault.open(tmp_path, device=FileSecret(tmp_path), clock=FixedClock())
    make(tmp_path).close()


def test_a_second_window_is_refused(opened: Vault, folder: Path) -> None:
    """One process, one window at a time."""
    with pytest.raises(VaultInUse):
        Vault.open(folder, device=FileSecret(folder), clock=FixedClock())


def test_without_the_device_secret_nothing_opens(folder: Path) -> None:
    """The passphrase alone is not enough, and the vault is let go again."""
    secret = (folder / "device.key").rename(folder / "away")
    for _ in range(2):
        with pytest.raises(DeviceSecretMissing):
            Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    secret.rename(folder / "device.key")
    Vault.open(folder, device=FileSecret(folder), clock=FixedClock()).close()


def test_another_devices_secret_opens_nothing(folder: Path) -> None:
    """A vault that was carried to another device says so at the first name."""
    (folder / "device.key").write_bytes(bytes(32))
    opened = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with pytest.raises(VaultDamaged):
        opened.users()
    with pytest.raises(VaultDamaged):
        opened.unlock("x", PASSPHRASE)
    opened.close()


def test_a_locked_vault_does_nothing(vault: UnlockedVault) -> None:
    """Every call says that it is locked."""
    record = vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
    vault.lock()
    vault.lock()
    assert vault.locked
    content: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}
    for call in (
        vault.records,
        vault.outbox,
        vault.receipts,
        vault.settings,
        vault.audit_head,
        vault.audit_entries,
        vault.verify,
        lambda: vault.open_record(record.id),
        lambda: vault.save_record(record.id, revision=1, **content),
        lambda: vault.create_record(form_id="s", form_version="1", **content),
        lambda: vault.erase_record(record.id, reason="test"),
        lambda: vault.queue(record.id, recipient="organisation", package=b"", state="ready"),
        lambda: vault.identifier(record.id, "organisation"),
        lambda: vault.unit().__enter__(),
    ):
        with pytest.raises(VaultLocked):
            call()


def test_locking_zeroes_every_key(vault: UnlockedVault) -> None:
    """The buffers themselves are overwritten, not only let go."""
    record = vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
    keyring = vault._work.keyring
    held = [
        keyring.private,
        vault._work.state.audit_key,
        vault._own.signing,
        vault._own.identifying,
    ]
    held += list(vault._records.keys._opened.values())
    for purpose in keys.PURPOSES:
        role_key = keyring.current(purpose)
        held += [role_key.secret, role_key.wrapping, role_key.content, role_key.private]
    assert record.revision == 1
    vault.lock()
    assert [key._buffer for key in held] == [bytearray()] * len(held)


def test_it_can_be_unlocked_again(opened: Vault, vault: UnlockedVault) -> None:
    """After the screen was locked, the same window goes on."""
    record = vault.create_record(
        form_id="s", form_version="1", summary={"n": 1}, body={}, health={}
    )
    vault.lock()
    again = opened.unlock(vault.user.id, PASSPHRASE)
    assert [found.id for found in again.records()] == [record.id]


def test_nothing_shows_a_secret_or_a_name(opened: Vault, vault: UnlockedVault) -> None:
    """No repr says more than ids and states."""
    record = vault.create_record(
        form_id="s",
        form_version="1",
        summary={"name": "Voorbeeld Geheim"},
        body={"a": "Voorbeeld Geheim"},
        health={"b": "Voorbeeld Geheim"},
    )
    outbox_id = vault.queue(record.id, recipient="organisation", package=b"Geheim", state="ready")
    vault.save_outbox(outbox_id, journal={"zaak": "Voorbeeld Geheim"})
    shown = [opened, vault, record, vault.records(), vault.outbox(), vault.user, opened.users()]
    shown += [
        vault._work.keyring,
        vault._work.state,
        vault._own,
        vault._work.keyring.current("state"),
    ]
    text = "".join(map(repr, shown))
    assert "Geheim" not in text
    assert "Test Eerste" not in text
    for key in (vault._work.keyring.private, vault._own.signing):
        assert bytes(key.material).hex() not in text
        assert repr(bytes(key.material)) not in text


def test_the_recovery_key_opens_every_role(tmp_path: Path) -> None:
    """The organisation's private key opens what its public key was given."""
    private = make_key()
    opened = make(tmp_path / "v", recovery=derive_public(private))
    vault = opened.unlock(opened.users()[0].id, PASSPHRASE)
    grants = [row for row in vault._work.rows("role_grant") if row["holder"] == keys.RECOVERY]
    assert {row["role"] for row in grants} == set(keys.PURPOSES)
    for row in grants:
        info = keys._grant_info(vault.vault_id, row["role"], row["generation"], keys.RECOVERY)
        secret = GrantEnvelope.open(private, row["sealed"], info)
        assert secret.material == vault._work.keyring.current(row["role"]).secret.material
    opened.close()


def test_a_grant_that_the_device_did_not_sign_is_refused(
    vault: UnlockedVault, opened: Vault
) -> None:
    """Who can write the disk cannot slip the user a key of their own making."""
    row = next(row for row in vault._work.rows("role_grant") if row["role"] == "state")
    forged = keys.make_grant(
        vault.vault_id,
        keys.RoleKey("state", 1, make_key()),
        vault.user.id,
        vault._work.keyring.public,
        make_key(),
    )
    vault._work.store.update(
        "role_grant",
        ("state", 1, row["holder"]),
        {name: forged[name] for name in ("sealed", "signature")},
    )
    vault.lock()
    with pytest.raises(VaultDamaged):
        opened.unlock(vault.user.id, PASSPHRASE)


def test_a_clock_that_was_set_back_is_noted(folder: Path, clock: FixedClock) -> None:
    """The log says so; nothing else changes."""
    for days in (1, -5):
        opened = Vault.open(folder, device=FileSecret(folder), clock=clock)
        vault = opened.unlock(opened.users()[0].id, PASSPHRASE)
        noted = [entry.what for entry in vault.audit_entries()]
        opened.close()
        clock.move(days=days)
    assert "clock set back" not in noted
    opened = Vault.open(folder, device=FileSecret(folder), clock=clock)
    vault = opened.unlock(opened.users()[0].id, PASSPHRASE)
    assert [entry.what for entry in vault.audit_entries()][-2:] == ["unlocked", "clock set back"]
    opened.close()

"""What format 1 wrote opens for ever."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import VaultDamaged
from intake_app.vault import FileSecret, UnlockedVault, Vault, certificate_holds, crypto, keys
from intake_app.vault.crypto import DataEnvelope, GrantEnvelope, Key, KeyEnvelope, Place

HERE = Path(__file__).parent
ENVELOPES: dict[str, Any] = json.loads((HERE / "envelopes-1.json").read_text("utf-8"))
VAULT: dict[str, Any] = json.loads((HERE / "vault-1.json").read_text("utf-8"))


def of_hex(text: str) -> Key:
    """Return a key of the vectors."""
    return Key(bytes.fromhex(text))


def open_envelope(what: str, envelope: bytes) -> bytes:
    """Open any of the three kinds with the vectors' keys."""
    key, place = of_hex(ENVELOPES["key"]), Place(**ENVELOPES["place"])
    if what == "data":
        return bytes(DataEnvelope.open(key, envelope, place))
    if what == "key":
        return bytes(KeyEnvelope.unwrap(key, envelope, place).material)
    info = bytes.fromhex(ENVELOPES["grant_info"])
    private = of_hex(ENVELOPES["grant_private"])
    return bytes(GrantEnvelope.open(private, envelope, info).material)


@pytest.mark.parametrize(
    "vector", ENVELOPES["envelopes"], ids=lambda vector: f"{vector['what']}-{vector['expect']}"
)
def test_an_envelope_of_format_1(vector: dict[str, str]) -> None:
    """It opens to what was sealed, or is damaged for the reason that it names."""
    envelope = bytes.fromhex(vector["envelope"])
    if vector["expect"] == "opens":
        assert open_envelope(vector["what"], envelope).hex() == vector["content"]
    else:
        with pytest.raises(VaultDamaged):
            open_envelope(vector["what"], envelope)


def test_associated_data_are_the_same_bytes() -> None:
    """The order, the letters and the lengths stay."""
    assert Place(**ENVELOPES["place"]).data().hex() == ENVELOPES["associated_data"]


@pytest.mark.parametrize("derive", [crypto.derive_argon2id, crypto.derive_argon2id_by_cffi])
def test_a_passphrase_gives_the_same_bytes(derive: Callable[[bytes, bytes], bytes]) -> None:
    """In both libraries."""
    vector = ENVELOPES["passphrase"]
    salt = bytes.fromhex(vector["salt"])
    assert derive(vector["passphrase"].encode(), salt).hex() == vector["argon2id_of_utf8"]
    root = crypto.derive_passphrase_root(vector["passphrase"], salt, of_hex(vector["device"]))
    assert bytes(root.material).hex() == vector["root"]


def test_labels_give_the_same_keys() -> None:
    """With a context and without."""
    key, vector = of_hex(ENVELOPES["key"]), ENVELOPES["derived"]
    assert bytes(crypto.derive_key(key, vector["label"]).material).hex() == vector["key"]
    derived = crypto.derive_key(key, vector["label"], *vector["with_context"])
    assert bytes(derived.material).hex() == vector["context_key"]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Vault]:
    """Return a copy of the frozen vault, open."""
    folder = Path(shutil.copytree(HERE / "vault-1", tmp_path / "vault-1"))
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    yield vault
    vault.close()


def unlock(vault: Vault, which: str) -> UnlockedVault:
    """Unlock the frozen vault as one of its users."""
    user = VAULT["users"][which]
    (entry,) = [entry for entry in vault.users() if entry.name == user["name"]]
    return vault.unlock(entry.id, user["passphrase"])


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_vault_of_format_1_reads_as_it_was_written(opened: Vault, which: str) -> None:
    """Everything that each of its users may read, and everything else stays shut."""
    vault = unlock(opened, which)
    assert vault.vault_id == VAULT["vault_id"]
    assert list(vault.user.roles) == VAULT["users"][which]["roles"]
    assert vault.settings() == VAULT["settings"]
    for name in ("draft", "finalised"):
        record, expected = vault.open_record(VAULT[name]["id"]), VAULT[name]
        assert (record.state, record.revision) == (name, expected["revision"])
        assert (record.summary, record.body) == (expected["summary"], expected["body"])
        sealed_away = which == "second" and name == "finalised"
        assert record.health == (None if sealed_away else expected["health"])
    (item,) = vault.outbox()
    expected = VAULT["outbox"]
    assert (item.id, item.recipient, item.state) == tuple(
        expected[name] for name in ("id", "recipient", "state")
    )
    assert (item.journal, vault.package(item.id).hex()) == (
        expected["journal"],
        expected["package"],
    )
    assert [receipt.content for receipt in vault.receipts()] == VAULT["receipts"]
    assert [proof.content for proof in vault.certificates()] == VAULT["certificates"]
    assert vault.identifier(VAULT["finalised"]["id"], "organisation") == VAULT["identifier"]
    assert vault.verify().ok


def test_its_log_reads_on(opened: Vault) -> None:
    """The administrator reads every line, and this unlocking after them."""
    entries = unlock(opened, "first").audit_entries()
    assert [entry.what for entry in entries[:-2]] == VAULT["audit"]
    assert [entry.what for entry in entries[-2:]] == ["unlocked", "clock set back"]


def test_its_certificate_holds(opened: Vault) -> None:
    """Signed once, true for ever."""
    verifying = bytes.fromhex(VAULT["verifying"])
    assert unlock(opened, "first").verifying_key() == verifying
    assert all(certificate_holds(proof, verifying) for proof in VAULT["certificates"])


def test_its_recovery_key_opens_every_role(opened: Vault) -> None:
    """The organisation gets in when everybody else has left."""
    private = of_hex(VAULT["recovery_private"])
    rows = opened._store.rows("role_grant")
    verifying = bytes.fromhex(VAULT["verifying"])
    keyring = keys.open_grants(VAULT["vault_id"], rows, keys.RECOVERY, private, verifying)
    assert all(keyring.holds(purpose) for purpose in keys.PURPOSES)


def test_a_new_answer_goes_in_beside_the_old(opened: Vault) -> None:
    """An old vault is written on as if it were new."""
    vault = unlock(opened, "second")
    draft = VAULT["draft"]
    vault.save_record(draft["id"], revision=2, summary={}, body={"new": 1}, health={})
    vault.lock()
    assert unlock(opened, "first").open_record(draft["id"]).body == {"new": 1}

"""The device's own secret, in a file or in the keyring."""

import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from intake_app.errors import DeviceSecretMissing
from intake_app.vault import FileSecret, KeyringSecret, device_secret


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        """Hold nothing."""
        super().__init__()  # type: ignore[no-untyped-call] # keyring has no types here
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = False

    def get_password(self, service: str, username: str) -> str | None:
        """Give what was kept."""
        if self.refuses:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        if self.refuses:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """Put a keyring in memory in place of the system's, as one that is trusted."""
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(made, name))
    monkeypatch.setattr("intake_app.vault.device._TRUSTED_KEYRINGS", (Ring.__module__,))
    return made


@pytest.mark.parametrize("kind", [FileSecret, KeyringSecret])
def test_a_secret_is_made_once(
    tmp_path: Path, ring: Ring, kind: type[FileSecret | KeyringSecret]
) -> None:
    """Made, read, and made again: the same."""
    with pytest.raises(DeviceSecretMissing):
        kind(tmp_path).read()
    made = kind(tmp_path).make()
    assert len(made.material) == 32
    assert kind(tmp_path).read().material == made.material
    assert kind(tmp_path).make().material == made.material


def test_only_this_user_reads_the_file(tmp_path: Path) -> None:
    """Mode 0600, in a folder of mode 0700."""
    FileSecret(tmp_path / "vault").make()
    assert stat.S_IMODE((tmp_path / "vault" / "device.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o700


def test_a_damaged_secret_is_missing(tmp_path: Path, ring: Ring) -> None:
    """Half a secret is none."""
    (tmp_path / "device.key").write_bytes(bytes(31))
    with pytest.raises(DeviceSecretMissing):
        FileSecret(tmp_path).read()
    secret = KeyringSecret(tmp_path)
    secret.make()
    (entry,) = ring.kept
    for damaged in ("", "no base64!", "AAAA"):
        ring.kept[entry] = damaged
        with pytest.raises(DeviceSecretMissing):
            secret.read()


def test_a_keyring_that_refuses_is_said(tmp_path: Path, ring: Ring) -> None:
    """Not a traceback of somebody else's."""
    secret = KeyringSecret(tmp_path)
    secret.make()
    ring.refuses = True
    with pytest.raises(DeviceSecretMissing):
        secret.read()
    with pytest.raises(DeviceSecretMissing):
        KeyringSecret(tmp_path / "other").make()


def test_a_new_vault_prefers_the_keyring(tmp_path: Path, ring: Ring) -> None:
    """And the probe leaves nothing behind."""
    chosen = device_secret(tmp_path)
    assert chosen.kind == "keyring"
    assert ring.kept == {}


def test_without_a_keyring_there_is_a_file(tmp_path: Path, ring: Ring) -> None:
    """One that refuses, or that is not the system's own."""
    ring.refuses = True
    assert device_secret(tmp_path).kind == "file"


def test_a_vault_keeps_the_place_that_it_was_made_with(tmp_path: Path, ring: Ring) -> None:
    """A keyring that comes later, or goes, changes nothing."""
    FileSecret(tmp_path / "file").make()
    KeyringSecret(tmp_path / "ring").make()
    assert device_secret(tmp_path / "file").kind == "file"
    ring.refuses = True
    assert device_secret(tmp_path / "ring").kind == "keyring"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_the_process_can_be_made_undumpable() -> None:
    """No core dump and no reading of its memory by others of this user."""
    program = (
        "import ctypes, resource\n"
        "from intake_app.vault import make_undumpable\n"
        "assert make_undumpable()\n"
        "assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

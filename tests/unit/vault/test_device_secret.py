"""The device's own secret, in a file or in the keyring."""

import stat
import subprocess
import sys
import threading
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
    monkeypatch.setattr("intake_app.vault.system_keyring.TRUSTED", (Ring.__module__,))
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


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("refuses", "Unlock the keyring"),
        ("fails", "Unlock the keyring"),
        ("is lost", "not in the system's keyring any more"),
        ("hangs", "does not answer"),
        ("is not installed", "Unlock the keyring"),
    ],
)
def test_a_keyring_in_trouble_is_said_and_never_gone_around(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch, trouble: str, says: str
) -> None:
    """A sentence that says what to do; no file takes the keyring's place."""
    KeyringSecret(tmp_path).make()
    released = threading.Event()

    def hang(*_: str) -> None:
        released.wait()

    def break_down(*_: str) -> None:
        raise RuntimeError

    if trouble == "is lost":
        ring.kept.clear()
    elif trouble == "is not installed":
        monkeypatch.setitem(sys.modules, "keyring", None)
    else:
        ring.refuses = trouble == "refuses"
        if trouble == "hangs":
            monkeypatch.setattr("intake_app.vault.system_keyring.PATIENCE", 0.01)
            monkeypatch.setattr(keyring, "get_password", hang)
        if trouble == "fails":
            monkeypatch.setattr(keyring, "get_password", break_down)
    secret = device_secret(tmp_path)
    assert secret.kind == "keyring"
    with pytest.raises(DeviceSecretMissing, match=says):
        secret.read()
    assert [path.name for path in tmp_path.iterdir()] == ["device.keyring"]
    released.set()


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    """Which file, and who can still help."""
    with pytest.raises(DeviceSecretMissing, match=r"device\.key.*recovery key"):
        FileSecret(tmp_path).read()


def test_what_each_kind_means_can_be_told(tmp_path: Path) -> None:
    """A file is copied along with the disk, and says so."""
    assert "copies the whole disk has both" in FileSecret(tmp_path).meaning
    assert "does not have it" in KeyringSecret(tmp_path).meaning


def test_a_keyring_remembers_how_far_each_vault_was(tmp_path: Path, ring: Ring) -> None:
    """By the vault's own id: another one in the same folder begins anew."""
    secret = KeyringSecret(tmp_path)
    secret.make()
    assert secret.remembered("one") == 0
    secret.remember("one", 7)
    assert (secret.remembered("one"), secret.remembered("two")) == (7, 0)
    ring.refuses = True
    secret.remember("one", 9)
    ring.refuses = False
    assert secret.remembered("one") == 7


def test_a_file_remembers_nothing(tmp_path: Path) -> None:
    """Whoever puts back the vault puts back the file too."""
    secret = FileSecret(tmp_path)
    secret.make()
    secret.remember("one", 7)
    assert secret.remembered("one") == 0


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

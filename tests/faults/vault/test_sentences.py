"""What a person is told when a vault does not open: one sentence, and what to do."""

import errno
import io
import os
import shutil
import sqlite3
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from intake_app import cli
from intake_app.clock import FixedClock
from intake_app.errors import (
    DeviceSecretMissing,
    StorageFull,
    StorageRefused,
    TooManyAttempts,
    VaultDamaged,
    VaultError,
    VaultForeign,
    VaultInUse,
    VaultMissing,
    VaultOlder,
    VaultTooNew,
    WrongPassphrase,
)
from intake_app.vault import FileSecret, Vault
from tests.faults.vault.conftest import PASSPHRASE, Made

Trouble = Callable[[Path, pytest.MonkeyPatch], object]


def write(name: str, content: bytes) -> Trouble:
    """Put something else in the place of a file."""
    return lambda folder, _: (folder / name).write_bytes(content)


def sql(script: str) -> Trouble:
    """Change the file the way any program can."""

    def run(folder: Path, _: object) -> None:
        with closing(sqlite3.connect(folder / "vault.db")) as connection:
            connection.executescript(script)

    return run


def another_programs(folder: Path, _: object) -> None:
    """Put a sound database of somebody else there, written as ours is."""
    (folder / "vault.db").unlink()
    with closing(sqlite3.connect(folder / "vault.db")) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE songs (name TEXT)")


def disk(number: int) -> Trouble:
    """Let the system refuse every file that is opened to be written."""

    def refuse(_: object, __: object, *___: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return lambda _, patch: patch.setattr("intake_app.vault.store.os.open", refuse)


def keyring_that_refuses(folder: Path, _: object) -> None:
    """Say that the secret is in a keyring, on a system that has none."""
    (folder / "device.key").unlink()
    (folder / "device.keyring").write_text("device-0123456789abcdef")


def guessed(folder: Path, _: object) -> None:
    """Miss three times."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            vault.unlock("nobody", PASSPHRASE)
    vault.close()


#: What is wrong; the error that it is; words of its sentence that say what to do or what is so.
TABLE: dict[str, tuple[Trouble, type[VaultError], str]] = {
    "nothing there": (
        lambda folder, _: (folder / "vault.db").unlink(),
        VaultMissing,
        "Start the app once to make one",
    ),
    "cut short": (
        lambda folder, _: os.truncate(folder / "vault.db", 9000),
        VaultDamaged,
        "intake-app vault verify",
    ),
    "noise": (write("vault.db", b"x" * 8192), VaultDamaged, "call your administrator"),
    "another program's": (another_programs, VaultDamaged, "call your administrator"),
    "a bit flipped in a slot": (
        sql("UPDATE user_slot SET salt = randomblob(16)"),
        VaultDamaged,
        "nothing was written",
    ),
    "another device's": (write("device.key", bytes(32)), VaultForeign, "on its own device"),
    "a newer app's": (sql("PRAGMA user_version = 99"), VaultTooNew, "Update the app"),
    "an earlier copy": (
        lambda _, patch: patch.setattr(FileSecret, "remembered", lambda *_: 999),
        VaultOlder,
        "--accept-older",
    ),
    "no device key": (
        lambda folder, _: (folder / "device.key").unlink(),
        DeviceSecretMissing,
        "Put “device.key” back",
    ),
    "half a device key": (write("device.key", bytes(16)), DeviceSecretMissing, "recovery key"),
    "a keyring that refuses": (keyring_that_refuses, DeviceSecretMissing, "Unlock the keyring"),
    "a read-only disk": (disk(errno.EROFS), StorageRefused, "Check the disk"),
    "no rights": (disk(errno.EACCES), StorageRefused, "call your administrator"),
    "a full disk": (disk(errno.ENOSPC), StorageFull, "Make room"),
    "guessed too often": (guessed, TooManyAttempts, "seconds"),
}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's keyring out of the tests: one that is asked refuses."""
    monkeypatch.setitem(sys.modules, "keyring", None)


def tell(folder: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str = PASSPHRASE) -> int:
    """Run a command that unlocks; return its exit code."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(passphrase + "\n"))
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: None)
    return cli.run(["vault", "certificates", "--vault", str(folder)])


@pytest.mark.parametrize(("trouble", "error", "says"), TABLE.values(), ids=TABLE.keys())
def test_a_vault_that_does_not_open_says_why_and_what_to_do(
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Trouble,
    error: type[VaultError],
    says: str,
) -> None:
    """One line on the error output, exit code 3, and nothing of what is inside."""
    trouble(made.folder, monkeypatch)
    assert tell(made.folder, monkeypatch) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
    sentence = error.sentence.split("{")[0][:20]
    if error is not DeviceSecretMissing:  # it has one for each way in which it is missing
        assert sentence in said.err


@contextmanager
def open_elsewhere(folder: Path) -> Iterator[None]:
    """Have it open in another window."""
    with closing(Vault.open(folder, device=FileSecret(folder), clock=FixedClock())):
        yield


@contextmanager
def locked_by_another_program(folder: Path) -> Iterator[None]:
    """Hold SQLite's own lock, without ours."""
    with closing(sqlite3.connect(folder / "vault.db")) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize("elsewhere", [open_elsewhere, locked_by_another_program])
def test_a_vault_that_is_open_elsewhere_says_so(
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    elsewhere: Callable[[Path], AbstractContextManager[None]],
) -> None:
    """Whoever holds it: the other one is to be closed, and is not disturbed."""
    with elsewhere(made.folder):
        assert tell(made.folder, monkeypatch) == 3
    assert VaultInUse.sentence in capsys.readouterr().err
    assert tell(made.folder, monkeypatch) == 0


@pytest.mark.parametrize("passphrase", ["een andere lange zin", PASSPHRASE.upper(), ""])
def test_a_wrong_passphrase_says_no_more_than_that(
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    passphrase: str,
) -> None:
    """Not which of the two was wrong, nor what was typed."""
    assert tell(made.folder, monkeypatch, passphrase) == 3
    assert capsys.readouterr().err == f"intake-app: {WrongPassphrase.sentence}\n"


def test_a_passphrase_in_another_unicode_form_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Composed on one keyboard, in parts on another, wide on a third."""
    typed = "één lange zin vol tekens"
    Vault.create(
        tmp_path,
        device=FileSecret(tmp_path),
        user_name="Test",
        passphrase=unicodedata.normalize("NFC", typed),
        settings={},
        clock=FixedClock(),
    ).close()
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in typed)
    for form in (unicodedata.normalize("NFD", typed), wide):
        assert tell(tmp_path, monkeypatch, form) == 0


def test_a_vault_of_another_device_is_named_by_verify_too(
    made: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is not told to be damaged: nothing of it is."""
    carried = Path(shutil.copytree(made.folder, tmp_path / "carried"))
    (carried / "device.key").write_bytes(bytes(32))
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: None)
    assert cli.run(["vault", "verify", "--vault", str(carried)]) == 3
    assert VaultForeign.sentence in capsys.readouterr().err

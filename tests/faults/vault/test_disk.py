"""A disk that is full, read-only or in use: a typed error, nothing lost, and it goes on after."""

import errno
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from intake_app.errors import (
    StorageFull,
    StorageRefused,
    VaultDamaged,
    VaultError,
    VaultInUse,
    VaultLocked,
)
from intake_app.vault import UnlockedVault
from intake_app.vault.store import Store, storage_errors
from tests.faults.vault.conftest import Made, open_vault
from tests.proofs.specimen import make_vault


def save(vault: UnlockedVault, record_id: str, size: int) -> int:
    """Save an answer of a size."""
    revision = vault.open_record(record_id).revision
    return vault.save_record(
        record_id, revision=revision, summary={}, body={"b": "x" * size}, health={}
    )


@pytest.mark.parametrize(
    ("limit", "relief", "error"),
    [
        ("max_page_count = 1", "max_page_count = 1000000", StorageFull),
        ("query_only = 1", "query_only = 0", StorageRefused),
    ],
)
def test_a_disk_that_does_not_take_it_loses_nothing(
    made: Made, limit: str, relief: str, error: type[VaultError]
) -> None:
    """The answer is refused, all earlier ones are there, and later ones are taken again."""
    record_id = made.record_ids[0]
    with open_vault(made.folder) as vault:
        assert save(vault, record_id, 10) == 3
        vault._work.store._run(f"PRAGMA {limit}")
        for _ in range(2):
            with pytest.raises(error):
                save(vault, record_id, 100_000)
        assert vault.open_record(record_id).revision == 3
        vault._work.store._run(f"PRAGMA {relief}")
        assert save(vault, record_id, 100_000) == 4
        assert vault.verify().ok
    with open_vault(made.folder) as vault:
        assert len(vault.open_record(record_id).body["b"]) == 100_000


LIMITED = """
import resource, sys
from pathlib import Path
from tests.faults.vault.conftest import open_vault
from tests.faults.vault.test_disk import save
from intake_app.errors import VaultError

folder, record_id = Path(sys.argv[1]), sys.argv[2]
with open_vault(folder) as vault:
    save(vault, record_id, 10)
    size = (folder / "vault.db-wal").stat().st_size
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 30_000, hard))
    try:
        save(vault, record_id, 300_000)
    except VaultError as error:
        print(type(error).__name__)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(vault.open_record(record_id).revision, save(vault, record_id, 300_000))
"""


def test_a_write_that_stops_halfway_is_undone(made: Made) -> None:
    """The system cuts the log in the middle of an answer: refused, and the next one is taken."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(made.folder), made.record_ids[0]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["StorageRefused", "3", "4"]
    with open_vault(made.folder) as vault:
        assert vault.verify().ok


def test_a_database_locked_by_another_program_is_in_use(made: Made) -> None:
    """Somebody looks at the file with another tool: a clear sentence, and nothing happens."""
    with closing(sqlite3.connect(made.folder / "vault.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(VaultInUse):
            open_vault(made.folder)
        other.execute("ROLLBACK")


def test_another_program_is_kept_out_while_it_is_open(made: Made) -> None:
    """Nothing can be changed beneath an open vault, also after a second window was refused."""
    with open_vault(made.folder):
        with pytest.raises(VaultInUse):
            open_vault(made.folder)
        program = (
            "import sqlite3, sys\n"
            "connection = sqlite3.connect(sys.argv[1], timeout=0)\n"
            "try: connection.execute('DELETE FROM record')\n"
            "except sqlite3.OperationalError as error: print(error.sqlite_errorname)\n"
            "connection.close()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(made.folder / "vault.db")],
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.strip() == "SQLITE_BUSY"


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (OSError(errno.ENOSPC, "no space"), StorageFull),
        (OSError(errno.EDQUOT, "quota"), StorageFull),
        (PermissionError(errno.EACCES, "no"), StorageRefused),
        (OSError(errno.EROFS, "read-only"), StorageRefused),
        (OSError(errno.EIO, "broken"), StorageRefused),
        (sqlite3.ProgrammingError("closed"), VaultLocked),
        (sqlite3.OperationalError("Could not decode to UTF-8"), VaultDamaged),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), VaultDamaged),
    ],
)
def test_every_error_of_the_system_becomes_ours(error: Exception, ours: type[VaultError]) -> None:
    """Nothing of sqlite3 or the system reaches a screen."""
    with pytest.raises(ours), storage_errors():
        raise error


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VaultError):
        open_vault(tmp_path / "file" / "vault")


def test_a_vault_that_gets_no_log_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does not say that it kept the file's old mode: a vault in that would not open."""
    run = Store._run

    def keeps_its_mode(self: Store, statement: str, values: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - as the real one
        return [("delete",)] if "journal_mode" in statement else run(self, statement, values)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "_run", keeps_its_mode)
        with pytest.raises(StorageRefused):
            make_vault(tmp_path / "vault")
    make_vault(tmp_path / "vault").close()
    open_vault(tmp_path / "vault").close()


def test_a_disk_that_fails_while_a_vault_is_looked_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite says then is ours too."""

    def fails(_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("intake_app.vault.store.check_schema", fails)
    with pytest.raises(VaultError):
        make_vault(tmp_path / "vault")

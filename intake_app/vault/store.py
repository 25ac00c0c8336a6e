"""The only writer of SQL beside the migrations: one file, one process, whole transactions.

    vault.db        the database; vault.db-wal beside it while it is open
    vault.lock      held by the process that has the vault open

Nothing here knows what a row means or how it is sealed.
"""

import errno
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from intake_app.errors import (
    StorageFull,
    StorageRefused,
    VaultDamaged,
    VaultError,
    VaultInUse,
    VaultLocked,
    VaultMissing,
    VaultTooNew,
)
from intake_app.vault.migrations import (
    Format,
    Table,
    begin_step,
    check_schema,
    end_step,
    make_schema,
    newest,
)

FILE_NAME = "vault.db"
LOCK_NAME = "vault.lock"

Row = dict[str, Any]

#: SQLite's magic, pages of 4,096 bytes, a write-ahead log, nothing reserved.
HEADER = b"SQLite format 3\0\x10\x00\x02\x02\x00\x40\x20\x20"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAID_BY_SQLITE: dict[int, type[VaultError]] = {
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_READONLY: StorageRefused,
    sqlite3.SQLITE_IOERR: StorageRefused,
    sqlite3.SQLITE_CANTOPEN: StorageRefused,
    sqlite3.SQLITE_PERM: StorageRefused,
    sqlite3.SQLITE_AUTH: StorageRefused,
    sqlite3.SQLITE_NOMEM: StorageRefused,
    sqlite3.SQLITE_BUSY: VaultInUse,
    sqlite3.SQLITE_LOCKED: VaultInUse,
}


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what SQLite or the system says into our own words; what is unknown is damage."""
    try:
        yield
    except (sqlite3.Error, UnicodeError, OSError) as error:
        raise _ours(error) from error


def _ours(error: Exception) -> VaultError:
    if isinstance(error, OSError):
        return StorageFull() if error.errno in _FULL else StorageRefused()
    if isinstance(error, sqlite3.ProgrammingError):  # the connection was closed
        return VaultLocked()
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return _SAID_BY_SQLITE.get(code, VaultDamaged)()


def make_folder(folder: Path) -> None:
    """Make a folder that others cannot enter, and the ones around it where they are missing.

    A power cut may take a new folder with all that was synced in it, until the one around it is
    synced too.
    """
    made = [each for each in folder.parents if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (folder, *made):
        with suppress(PermissionError):  # who may not list a folder has made none in it
            sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk; elsewhere than on POSIX there is no such call."""
    if os.name == "posix":
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


class ProcessLock:
    """Held while a vault is open, so that a second window or process is refused.

    The system lets go of it when the process ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock; raises VaultInUse when another holds it."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise VaultInUse from error

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Store:
    """Rows of known tables in a file that only this process has open, and only here.

    Where locks are POSIX's, opening and closing the file elsewhere in this process would drop
    SQLite's: so our own lock is taken before anything looks inside.
    """

    def __init__(self, folder: Path, *, make: bool = False, lenient: bool = False) -> None:
        """Open the file in a folder, or make it; nothing is readable by others.

        A `lenient` one opens a copy of a file whose tables are not the known ones, and says so in
        `schema_holds`. Raises VaultMissing, VaultInUse, VaultDamaged, VaultTooNew, StorageFull,
        StorageRefused.
        """
        self._path = folder / FILE_NAME
        self.schema_holds = True
        #: The format of the file, and its tables by name; a step to the next one changes both.
        self.format: Format = newest()
        self.tables: Mapping[str, Table] = self.format.by_name
        self._aside: Mapping[str, Table] | None = None
        with storage_errors():
            if make:
                make_folder(folder)
            elif not self._path.is_file():
                raise VaultMissing
            self._lock = ProcessLock(folder / LOCK_NAME)
            try:
                if not make:
                    self._check_header()
                self._connect()
                if lenient:
                    self._take_as_it_is()
                elif not make:
                    self._use(check_schema(self._database))
                    # What an erase could not clear away because the process ended is cleared now.
                    self.truncate_log()
            except BaseException:
                self.close()
                raise

    def _take_as_it_is(self) -> None:
        try:
            self._use(check_schema(self._database))
        except VaultTooNew:
            raise
        except VaultError:
            self.schema_holds = False

    def _check_header(self) -> None:
        if self._header() != HEADER:
            self._recover_header()
        header = self._header()
        if not header:
            raise VaultMissing
        if header != HEADER:
            raise VaultDamaged

    def _header(self) -> bytes:
        with self._path.open("rb") as stream:
            return stream.read(len(HEADER))

    def _recover_header(self) -> None:
        """Let SQLite undo a making, or finish writing back its log, that a power cut broke off.

        Either may have torn the first sector; only then would that be taken for damage.
        """
        beside = (self._path.with_name(f"{FILE_NAME}-{kind}") for kind in ("journal", "wal"))
        if any(path.exists() and path.stat().st_size for path in beside):
            with closing(sqlite3.connect(self._path, timeout=1)) as connection:
                connection.execute("PRAGMA user_version").fetchone()

    def _connect(self) -> None:
        self._path.touch(mode=0o600)
        # The standard library's driver is passed in: sqlite-utils would prefer another one where
        # that is installed. No implicit transactions: ours begin and end where we say.
        self._connection = sqlite3.connect(
            self._path, timeout=1, isolation_level=None, check_same_thread=False
        )
        self._database = Database(self._connection, recursive_triggers=False, execute_plugins=False)
        for pragma in (
            "page_size=4096",
            "locking_mode=EXCLUSIVE",  # keeps the index of the log in memory, others out
            "synchronous=FULL",  # NORMAL loses acknowledged commits in a power cut
            "fullfsync=ON",  # macOS only: there, fsync alone does not reach the disk
            "checkpoint_fullfsync=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            "trusted_schema=OFF",
            "cell_size_check=ON",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        # A disk that refuses this one is not told as an error: the file stays as it was.
        if self._run("PRAGMA journal_mode=WAL") != [("wal",)]:
            raise StorageRefused

    @property
    def is_empty(self) -> bool:
        """Whether the file holds nothing yet."""
        try:
            with storage_errors():
                check_schema(self._database)
        except VaultMissing:
            return True
        except (VaultDamaged, VaultTooNew):
            return False
        return False

    def close(self) -> None:
        """Write the log back into the file, close it and let others in."""
        connection = getattr(self, "_connection", None)
        try:
            if connection is not None:
                with storage_errors():
                    connection.close()
        finally:
            self._lock.release()

    def begin(self) -> None:
        """Begin a transaction that writes."""
        self._run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """End it; what it wrote is on the disk when this returns."""
        self._run("COMMIT")

    def rollback(self) -> None:
        """End it and keep nothing of it; some errors have done so already."""
        if self._connection.in_transaction:
            self._run("ROLLBACK")
        if self._aside is not None:  # a step to another format was undone, or was it done?
            with storage_errors():
                self._use(check_schema(self._database))

    def make_tables(self) -> None:
        """Make the tables of a new vault, inside the caller's transaction."""
        with storage_errors():
            make_schema(self._database)

    def begin_step(self, following: Format) -> Mapping[str, str]:
        """Make the tables of the next format, inside the caller's transaction.

        What changes is set aside until `end_step`: returns under which name, by table.
        """
        with storage_errors():
            aside = begin_step(self._database, self.format, following)
        self._use(following)
        self.tables = {**self.tables, **{table.name: table for table in aside.values()}}
        self._aside = aside
        return {name: table.name for name, table in aside.items()}

    def end_step(self) -> None:
        """Drop what was set aside; from here on the file has the format that was begun."""
        with storage_errors():
            end_step(self._database, self._aside or {}, self.format)
        self.tables = self.format.by_name

    def _use(self, known: Format) -> None:
        self.format = known
        self.tables = known.by_name
        self._aside = None

    def truncate_log(self) -> None:
        """Write the log back and cut it to nothing: what was erased stays in it otherwise."""
        if self._run("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            raise VaultInUse

    def failing_checks(self) -> tuple[str, ...]:
        """Return what SQLite's own check of the whole file finds; nothing when all is well."""
        found = [str(row[0]) for row in self._run("PRAGMA integrity_check")]
        return tuple(text for text in found if text != "ok")

    def keys(self, name: str) -> tuple[list[tuple[Any, ...]], bool]:
        """Return the keys of a table as far as they can be found, and whether that was all.

        They lie in the table and in its index: where one is damaged the other may be whole.
        """
        table = self.tables[name]
        columns = ", ".join(table.key)
        found: dict[tuple[Any, ...], None] = {}
        whole = True
        for where in ("", "NOT INDEXED"):
            statement = f"SELECT {columns} FROM {name} {where} ORDER BY {columns}"  # noqa: S608 - names of ours
            try:
                for key in self._database.execute(statement):
                    found.setdefault(key)
            except (sqlite3.Error, UnicodeError):
                whole = False
        return list(found), whole

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table in the order of its key, without the bulk columns."""
        table = self.tables[name]
        columns = table.counted_columns
        found = self._run(
            f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(table.key)}"  # noqa: S608 - names of ours
        )
        return [table.row(columns, values) for values in found]

    def row(self, name: str, key: tuple[str | int, ...], *, bulk: bool = False) -> Row | None:
        """Return one row by its key, or nothing; the bulk columns only when asked."""
        table = self.tables[name]
        columns = tuple(table.columns) if bulk else table.counted_columns
        found = self._run(
            f"SELECT {', '.join(columns)} FROM {name} WHERE {self._match(name)}",  # noqa: S608 - names of ours
            key,
        )
        return table.row(columns, found[0]) if found else None

    def existing(self, name: str, key: tuple[str | int, ...]) -> Row:
        """Return a row that every vault has; raises VaultDamaged."""
        row = self.row(name, key)
        if row is None:
            raise VaultDamaged
        return row

    def last(self, name: str) -> Row | None:
        """Return the row with the highest key, or nothing."""
        table = self.tables[name]
        found = self._run(
            f"SELECT {', '.join(table.columns)} FROM {name} ORDER BY {table.key[0]} DESC LIMIT 1"  # noqa: S608 - names of ours
        )
        return table.row(tuple(table.columns), found[0]) if found else None

    def insert(self, name: str, row: Row) -> None:
        """Add a whole row."""
        columns = tuple(self.tables[name].columns)
        self._run(
            f"INSERT INTO {name} ({', '.join(columns)}) "  # noqa: S608 - names of ours
            f"VALUES ({', '.join('?' * len(columns))})",
            tuple(row[column] for column in columns),
        )

    def update(self, name: str, key: tuple[str | int, ...], changes: Row) -> None:
        """Change columns of a row."""
        assignments = ", ".join(f"{column} = ?" for column in changes)
        self._run(
            f"UPDATE {name} SET {assignments} WHERE {self._match(name)}",  # noqa: S608 - names of ours
            (*changes.values(), *key),
        )

    def delete(self, name: str, key: tuple[str | int, ...]) -> None:
        """Remove a row."""
        self._run(f"DELETE FROM {name} WHERE {self._match(name)}", key)  # noqa: S608 - names of ours

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise _ours(error) from error

    def _match(self, name: str) -> str:
        return " AND ".join(f"{column} = ?" for column in self.tables[name].key)

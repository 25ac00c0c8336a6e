"""The peer of the vault: one row in plain SQLite, with the vault's pragmas, and the bare disk."""

import gc
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

#: In the checkout and ignored by git: a system's temporary folder may lie in memory.
FOLDER = Path(__file__).resolve().parents[1] / "build"
_PRAGMAS = (
    "locking_mode=EXCLUSIVE",
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


@contextmanager
def on_disk() -> Iterator[Path]:
    """Give a folder on a disk, gone afterwards."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder:
        yield Path(folder)


def sync_seconds(path: Path) -> float:
    """Return what the disk itself takes to keep 4 KB: without it a ratio says little."""
    page = bytes(4096)
    with path.open("wb", buffering=0) as stream:
        took = []
        for _ in range(50):
            stream.write(page)
            took.append(timed(partial(os.fsync, stream.fileno())))
    return median(took)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def timed_clean(work: Callable[[], object]) -> float:
    """Return the same, begun where nothing is left to be collected of what was done before."""
    gc.collect()
    return timed(work)


def plain_table(folder: Path) -> sqlite3.Connection:
    """Open a table with one record."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, revision INTEGER, body BLOB)")
    connection.execute("INSERT INTO record VALUES ('one', 0, x'')")
    return connection


def update(connection: sqlite3.Connection, text: bytes) -> None:
    """Write the record again, in a transaction of its own."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE record SET revision = revision + 1, body = ? WHERE id = 'one'", (text,)
    )
    connection.execute("COMMIT")

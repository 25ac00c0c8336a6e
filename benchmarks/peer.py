"""The peers of the vault: plain SQLite and SQLCipher with its pragmas, and the bare disk.

SQLCipher comes with an SQLite of its own, of another version than the standard library's. It
gets a key for its pages where it is not told otherwise, so that no passphrase is stretched.
"""

import gc
import importlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

#: In the checkout and ignored by git: a system's temporary folder may lie in memory.
FOLDER = Path(__file__).resolve().parents[1] / "build"
KEY = "x'" + "5a" * 32 + "'"
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


def connected(path: Path, secret: str = "") -> sqlite3.Connection | None:
    """Open a file in plain SQLite or, with a secret, in SQLCipher; None where that is missing.

    A secret is a passphrase, or `x'…'` around 64 hexadecimal digits for a key.
    """
    if not secret:
        connection = sqlite3.connect(path, isolation_level=None)
    else:
        try:
            driver = importlib.import_module("sqlcipher3")
        except ImportError:
            return None
        connection = driver.connect(str(path), isolation_level=None)
        connection.execute(f'PRAGMA key = "{secret}"')
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def tables(folder: Path) -> dict[str, sqlite3.Connection]:
    """Open a table with one record in each peer that there is."""
    keyed = connected(folder / "cipher.db", KEY)
    found = {"sqlite": connected(folder / "plain.db"), "sqlcipher": keyed}
    made = {name: connection for name, connection in found.items() if connection is not None}
    for connection in made.values():
        connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, revision INTEGER, body BLOB)")
        connection.execute("INSERT INTO record VALUES ('one', 0, x'')")
    return made


def update(connection: sqlite3.Connection, content: dict[str, Any]) -> None:
    """Write the record again as JSON, in a transaction of its own."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE record SET revision = revision + 1, body = ? WHERE id = 'one'", (text,)
    )
    connection.execute("COMMIT")


def milliseconds(took: list[float]) -> float:
    """Return the median of seconds in milliseconds."""
    return round(median(took) * 1000, 3)


def beside(mine: list[float], theirs: dict[str, list[float]]) -> dict[str, float]:
    """Return the medians of the peers in milliseconds, and how many times theirs ours is."""
    told = {f"{name}_ms": milliseconds(took) for name, took in theirs.items()}
    ratios = {f"times_{name}": median(mine) / median(took) for name, took in theirs.items()}
    return told | {name: round(ratio, 2) for name, ratio in ratios.items()}

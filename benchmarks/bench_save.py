"""From an answer to its durable save, in a record of 20 KB, against plain SQLite.

The peer updates a row with the same JSON, in a table of its own, by the standard library, with
the same pragmas: so what is compared is sealing, the log, the sealed state and the schema they
need. Both write to the same disk, in turns. The peer's JSON is made before its clock starts;
ours is made within, as it is when somebody answers.
"""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, UnlockedVault, Vault

ROUNDS = 600
#: Answers as an interview exports them; together 20 KB of JSON.
ANSWERS = 150
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


def run() -> Iterator[dict[str, object]]:
    """Give one figure: medians and 95th percentiles in milliseconds, and the ratios."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="save-", dir=FOLDER) as folder:
        ours, peer = [], []
        synced = _sync_seconds(Path(folder) / "synced")
        with closing(_plain(Path(folder))) as plain, _vault(Path(folder) / "vault") as vault:
            save = _saving(vault)
            for number in range(ROUNDS):
                body = _body(number)
                text = json.dumps(body, ensure_ascii=False).encode()
                ours.append(_timed(partial(save, body)))
                peer.append(_timed(partial(_update, plain, text)))
    yield {
        "bench": "save",
        "what": "durable save of one answer in a record of 20 KB",
        "rounds": ROUNDS,
        "bytes": len(text),
        "vault_ms": round(median(ours) * 1000, 3),
        "vault_p95_ms": round(quantiles(ours, n=20)[-1] * 1000, 3),
        "sqlite_ms": round(median(peer) * 1000, 3),
        "sqlite_p95_ms": round(quantiles(peer, n=20)[-1] * 1000, 3),
        "sync_ms": round(synced * 1000, 3),
        "ratio": round(median(ours) / median(peer), 3),
    }


def _sync_seconds(path: Path) -> float:
    """Return what the disk itself takes to keep 4 KB: without it a ratio says little."""
    page = bytes(4096)
    with path.open("wb", buffering=0) as stream:
        took = []
        for _ in range(50):
            stream.write(page)
            took.append(_timed(partial(os.fsync, stream.fileno())))
    return median(took)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _body(number: int) -> dict[str, Any]:
    value = "antwoord van een bewoner in eigen woorden".ljust(60, "x")
    nodes = {
        f"/data/section/question_{index}": {"value": value, "at": "2026-11-23T09:00:00", "by": "s"}
        for index in range(ANSWERS)
    }
    nodes["/data/section/question_7"] = {"value": str(number)}
    return {"form": "screening", "version": "1", "nodes": nodes}


def _vault(folder: Path) -> UnlockedVault:
    return Vault.create(
        folder,
        device=FileSecret(folder),
        user_name="Proef",
        passphrase="plainly a bench, not a secret",  # noqa: S106 - of a vault that lives for seconds
        settings={},
        clock=SystemClock(),
    )


def _saving(vault: UnlockedVault) -> Callable[[dict[str, Any]], None]:
    health: dict[str, Any] = {"nodes": {"/data/household/adaptation": {"value": "none"}}}
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health=health
    )
    revision = record.revision

    def save(body: dict[str, Any]) -> None:
        nonlocal revision
        revision = vault.save_record(
            record.id,
            revision=revision,
            summary={"name": "Test Bewoner", "answered": 7},
            body=body,
            health=health,
            fields=["/data/section/question_7"],
        )

    return save


def _plain(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, revision INTEGER, body BLOB)")
    connection.execute("INSERT INTO record VALUES ('one', 0, x'')")
    return connection


def _update(connection: sqlite3.Connection, text: bytes) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE record SET revision = revision + 1, body = ? WHERE id = 'one'", (text,)
    )
    connection.execute("COMMIT")

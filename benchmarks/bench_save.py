"""The durable save of one answer in a record of 20 KB, against plain SQLite and SQLCipher.

Each peer updates a row with the same JSON, in a table of its own, with the same pragmas: so what
is compared is sealing, the log, the sealed state and the schema they need. All write to the same
disk, in turns, and all make the JSON while the clock runs.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.peer import beside, milliseconds, on_disk, sync_seconds, tables, timed, update
from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, UnlockedVault, Vault

ROUNDS = 600
#: Answers as an interview exports them; together 20 KB of JSON.
ANSWERS = 150


def run() -> Iterator[dict[str, object]]:
    """Give one figure: medians in milliseconds, and how many times the peers' ours is."""
    with on_disk() as folder:
        synced = sync_seconds(folder / "synced")
        peers = tables(folder)
        ours: list[float] = []
        theirs: dict[str, list[float]] = {name: [] for name in peers}
        with _vault(folder / "vault") as vault:
            save = _saving(vault)
            for number in range(ROUNDS):
                body = _body(number)
                ours.append(timed(partial(save, body)))
                for name, connection in peers.items():
                    theirs[name].append(timed(partial(update, connection, body)))
        for connection in peers.values():
            connection.close()
    dumped = [timed(partial(json.dumps, body, ensure_ascii=False)) for _ in range(100)]
    yield {
        "bench": "save",
        "what": "durable save of one answer in a record of 20 KB",
        "rounds": ROUNDS,
        "bytes": len(json.dumps(body, ensure_ascii=False).encode()),
        "vault_ms": milliseconds(ours),
        "vault_p95_ms": round(quantiles(ours, n=20)[-1] * 1000, 3),
        **beside(ours, theirs),
        "of_which_json_ms": milliseconds(dumped),
        "sync_ms": milliseconds([synced]),
    }


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

"""From an answer to its durable save, in a record of 20 KB, against plain SQLite.

The peer updates a row with the same JSON, in a table of its own, by the standard library, with
the same pragmas: so what is compared is sealing, the log, the sealed state and the schema they
need. Both write to the same disk, in turns. The peer's JSON is made before its clock starts;
ours is made within, as it is when somebody answers.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.peer import on_disk, plain_table, sync_seconds, timed, update
from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, UnlockedVault, Vault

ROUNDS = 600
#: Answers as an interview exports them; together 20 KB of JSON.
ANSWERS = 150


def run() -> Iterator[dict[str, object]]:
    """Give one figure: medians and 95th percentiles in milliseconds, and the ratios."""
    with on_disk() as folder:
        ours, peer = [], []
        synced = sync_seconds(folder / "synced")
        with closing(plain_table(folder)) as plain, _vault(folder / "vault") as vault:
            save = _saving(vault)
            for number in range(ROUNDS):
                body = _body(number)
                text = json.dumps(body, ensure_ascii=False).encode()
                ours.append(timed(partial(save, body)))
                peer.append(timed(partial(update, plain, text)))
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

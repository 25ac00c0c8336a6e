"""From an answer on the screen to its durable save, against a plain SQLite write of its size.

What a screener waits for: the interview recomputes, its state is exported and parted, both parts
are sealed, the log and the sealed state are renewed, all of it is on disk. The peer writes the
finished JSON of the same interview. Both write to the same disk, in turns.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from statistics import median, quantiles

from benchmarks.peer import on_disk, plain_table, sync_seconds, timed, update
from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import SystemClock
from intake_app.demo import Life, play
from intake_app.draft import Draft
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, Vault

ROUNDS = 300
_PATH = "/data/education/programmes[1]/programme"


def run() -> Iterator[dict[str, object]]:
    """Give one figure: medians in milliseconds and their ratio, at the end of a whole interview."""
    clock = SystemClock()
    ours, peer, thought = [], [], []
    with on_disk() as folder, closing(plain_table(folder)) as plain:
        synced = sync_seconds(folder / "synced")
        with Vault.create(
            folder / "vault",
            device=FileSecret(folder / "vault"),
            user_name="Proef",
            passphrase="plainly a bench, not a secret",  # noqa: S106 - lives for seconds
            settings=Settings(organisation="Proef", location="Proef").to_json(),
            clock=clock,
        ) as vault:
            draft = _interviewed(Caseload(vault, load_questionnaire(), Library.load(), clock))
            for number in range(ROUNDS):
                value = f"antwoord {number}"
                ours.append(timed(partial(draft.answer, _PATH, value)))
                thought.append(timed(partial(draft.interview.answer, _PATH, value + "!")))
                text = json.dumps(draft.interview.export(), ensure_ascii=False).encode()
                peer.append(timed(partial(update, plain, text)))
    yield {
        "bench": "answer",
        "what": "answer to durable save, in a finished interview",
        "rounds": ROUNDS,
        "bytes": len(text),
        "app_ms": round(median(ours) * 1000, 3),
        "app_p95_ms": round(quantiles(ours, n=20)[-1] * 1000, 3),
        "of_which_interview_ms": round(median(thought) * 1000, 3),
        "sqlite_ms": round(median(peer) * 1000, 3),
        "sync_ms": round(synced * 1000, 3),
        "ratio": round(median(ours) / median(peer), 3),
    }


def _interviewed(caseload: Caseload) -> Draft:
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    return draft

"""From an answer on the screen to its durable save, against a write of the same in SQLite.

What a screener waits for: the interview recomputes, its state is exported and parted, both parts
are sealed, the log and the sealed state are renewed, all of it is on disk. The peers write what
the interview exported as JSON. All write to the same disk, in turns.
"""

import json
from collections.abc import Iterator
from functools import partial
from statistics import quantiles

from benchmarks.peer import beside, milliseconds, on_disk, sync_seconds, tables, timed, update
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
    ours, thought = list[float](), list[float]()
    with on_disk() as folder:
        synced = sync_seconds(folder / "synced")
        peers = tables(folder)
        theirs: dict[str, list[float]] = {name: [] for name in peers}
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
                state = draft.interview.export()
                for name, connection in peers.items():
                    theirs[name].append(timed(partial(update, connection, state)))
        for connection in peers.values():
            connection.close()
    yield {
        "bench": "answer",
        "what": "answer to durable save, in a finished interview",
        "rounds": ROUNDS,
        "bytes": len(json.dumps(state, ensure_ascii=False).encode()),
        "app_ms": milliseconds(ours),
        "app_p95_ms": round(quantiles(ours, n=20)[-1] * 1000, 3),
        "of_which_interview_ms": milliseconds(thought),
        **beside(ours, theirs),
        "sync_ms": milliseconds([synced]),
    }


def _interviewed(caseload: Caseload) -> Draft:
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    return draft

"""What is damaged can be looked at: `vault verify` says so, ends in no other error, writes nothing.

The same attacks as in `tampering`, and chance bits, bytes and cuts anywhere in the file.
"""

import json
import sqlite3
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from unittest import mock

from intake_app.clock import FixedClock
from intake_app.errors import VaultError
from intake_app.vault import FileSecret
from intake_app.vault.examination import examine
from intake_app.vault.store import FILE_NAME, LOCK_NAME
from tests.proofs.mutations import mutate
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import files_of, put, stretched_once
from tests.proofs.tampering import (
    VECTORS,
    Attack,
    Images,
    attacks,
    changes,
    read_all,
    rows_of,
    two_images,
)


def run(task: Task) -> Outcome:
    """Damage a vault so often, and look at it each time."""
    with stretched_once():
        images = two_images(task.folder)
        return task.spread(partial(_part, images=images))


def _part(task: Task, images: Images) -> Outcome:
    tally, chance, folder = Tally(task), task.chance, task.folder / "vault"
    folder.mkdir()
    now = rows_of(images.later, folder)
    alone = list(attacks(rows_of(images.earlier, folder), now))
    (task.folder / "temporary").mkdir()
    with mock.patch.object(tempfile, "tempdir", str(task.folder / "temporary")):
        while not tally.enough:
            what = _damage(folder, images, alone, chance)
            if what:
                _look(folder, images, what, tally)
    if list((task.folder / "temporary").iterdir()):
        tally.failed("a copy is left in the temporary folder")
    return tally.outcome()


def _damage(folder: Path, images: Images, alone: list[Attack], chance: Random) -> str:
    """Change the file by SQL or in its bytes; say how, or nothing where nothing changed."""
    put(folder, images.later)
    if chance.randrange(2):
        attack = chance.choice(alone)
        with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
            return attack.name if changes(connection, (attack,)) else ""
    before = images.later[FILE_NAME]
    at = chance.randrange(len(before))
    # A window of it, so that most of the file is as it was.
    changed = before[:at] + mutate(before[at : at + 64], chance) + before[at + 64 :]
    (folder / FILE_NAME).write_bytes(changed)
    return "" if changed == before else f"bytes at {at}"


def _look(folder: Path, images: Images, what: str, tally: Tally) -> None:
    before = files_of(folder)
    user = json.loads((VECTORS / "vault-1.json").read_text("utf-8"))["users"]["first"]
    try:
        report = examine(
            folder,
            device=FileSecret(folder),
            user=user["name"],
            passphrase=user["passphrase"],
            clock=FixedClock(),
        )
        seen = "looked at: " + ("whole" if report.ok else "damaged, told thing by thing")
    except VaultError as error:
        seen = f"refused: {type(error).__name__}"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        tally.tried()
        tally.failed(f"{what}: ends in {error!r}"[:300])
        return
    tally.tried(seen)
    after = {name: content for name, content in files_of(folder).items() if name != LOCK_NAME}
    if after != {name: content for name, content in before.items() if name != LOCK_NAME}:
        tally.failed(f"{what}: looking at it wrote to it")
    if seen.endswith("whole") and _is_refused(folder, images):
        tally.failed(f"{what}: it does not open, and is said to be whole")


def _is_refused(folder: Path, images: Images) -> bool:
    try:
        return read_all(folder) != images.read
    except VaultError:
        return True


PROOF = Proof(
    name="examination",
    tries="vault verify on a damaged vault: edited as in tampering, or bytes changed anywhere",
    target="told or refused, no other error, nothing written, nothing damaged called whole",
    full=20_000,
    small=80,
    run=run,
    takes="3 minutes",
)

"""The power goes at any moment: what was acknowledged is there, whole, and nothing half is.

A process works on a vault while the shim beneath it records every write and sync. The recording is
then cut at chance moments; of what was not synced there, a disk keeps what it likes.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from intake_app.errors import VaultError, VaultMissing
from intake_app.vault import UnlockedVault
from tests.proofs import shim
from tests.proofs.disk import LOSSES, Disk
from tests.proofs.erasing import pieces
from tests.proofs.labour import Labour
from tests.proofs.plaintext import everything_in
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import digest, make_vault, open_vault, stretched_once

#: Cuts in one recording, and the steps of work in it.
CUTS = 200
STEPS = 120
#: So many pieces of each thing that is erased are looked for.
SAMPLES = 3
#: Where the vault is made: its folder and the one around it do not exist before.
INSIDE = Path("house", "vault")


#: Cuts of the control: the same, with SQLite's own choice for a log, which syncs less.
CONTROL = 100


#: A state's hash, and samples of what was erased on the way to it.
State = tuple[str, list[str]]


def work(root: Path, seed: int, steps: int, synchronous: str) -> list[State]:
    """Make a vault and work on it; mark each step in the recording.

    Returns of each state its hash, and samples in hexadecimal of what was erased just before it.
    """
    watched, chance = shim.Watched(), Random(seed)
    watched.mark(0)
    vault = make_vault(root / INSIDE)
    vault._work.store._run(f"PRAGMA synchronous={synchronous}")
    watched.mark(1)
    expected: list[State] = [(digest(vault), [])]
    there = _samples(vault)
    labour = Labour(vault, chance).steps()
    for number in range(1, steps):
        watched.mark(2 * number)
        if chance.random() < 0.03:
            vault.close()
            vault = open_vault(root / INSIDE)
            vault._work.store._run(f"PRAGMA synchronous={synchronous}")
            labour = Labour(vault, chance).steps()
        else:
            next(labour)
        watched.mark(2 * number + 1)
        before, there = there, _samples(vault)
        gone = [piece for each in before.keys() - there.keys() for piece in before[each]]
        expected.append((digest(vault), gone))
    return expected


def _samples(vault: UnlockedVault) -> dict[str, list[str]]:
    """Return some samples of every record and package as they lie on the disk."""
    found = {}
    for name in ("record", "outbox"):
        for row in vault._work.rows(name):
            whole = vault._work.store.row(name, (row["id"],), bulk=True) or {}
            every = list(pieces(whole))
            found[row["id"]] = [piece.hex() for piece in every[:: len(every) // SAMPLES + 1]]
    return found


def run(task: Task) -> Outcome:
    """Cut as often as is asked; and show that what would not hold is found."""
    shim.build()
    outcome = task.spread(_part)
    less = control(replace(task, size=min(task.size, CONTROL), folder=task.folder / "control"))
    figures = {f"found lost with synchronous=NORMAL, of {less.tried}": less.failed}
    blind = ("a disk that syncs less loses nothing either: this proof sees nothing",)
    return replace(outcome, figures={**outcome.figures, **figures}) + (
        Outcome() if less.failed else Outcome(failures=blind, failed=1)
    )


def control(task: Task) -> Outcome:
    """Cut a vault that does not sync at every commit."""
    return replace(task, parts=1, talks=False).spread(partial(_part, synchronous="NORMAL"))


def _part(task: Task, synchronous: str = "FULL") -> Outcome:
    tally, chance, left = Tally(task), task.chance, task.size
    with stretched_once():
        while left > 0:
            cuts = min(left, CUTS)
            root, log = task.folder / "recorded", task.folder / "log"
            steps = max(20, STEPS * cuts // CUTS)
            expected = record(root, log, str(chance.randrange(2**31)), str(steps), synchronous)
            _cut(list(shim.recorded(log)), root, expected, cuts, chance, tally)
            log.unlink()
            shutil.rmtree(root)
            left -= cuts
            tally.count("recordings")
    return tally.outcome()


def record(root: Path, log: Path, *how: str) -> list[State]:
    """Work in a process above the shim (see `work`); return what it tells."""
    root.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.power_cuts", str(root), *how],
        env=shim.environment(root, log),
        stdout=subprocess.PIPE,
        check=True,
    )
    told: list[State] = json.loads(done.stdout)
    return told


def _cut(
    changes: list[shim.Change],
    root: Path,
    expected: list[State],
    cuts: int,
    chance: Random,
    tally: Tally,
) -> None:
    """Replay a recording once, and stop at so many moments of it to look."""
    moments = sorted(chance.randrange(len(changes) + 1) for _ in range(cuts))
    disk, begun, done = Disk(root), -1, -1
    at = 0
    for moment in moments:
        for change in changes[at:moment]:
            if change.kind == "K":
                begun, done = change.number // 2, (change.number - 1) // 2
            else:
                disk.take(change)
        at = moment
        losing = chance.choice(LOSSES)
        target = root.with_name("cut")
        disk.cut(losing, chance, target)
        tally.tried(f"lost: {losing}")
        allowed = [state for state, _ in expected[max(0, done) : begun + 1]]
        wrong = _wrong(target / INSIDE, allowed, made=done >= 0)
        gone = [piece for _, samples in expected[: done + 1] for piece in samples]
        content = everything_in(target)
        tally.count("pieces of what was erased, looked for after", len(gone))
        if any(bytes.fromhex(piece) in content for piece in gone):
            wrong = wrong or "a piece of what was erased is still there"
        if wrong:
            tally.failed(f"{wrong}; cut {moment} of {len(changes)}, step {begun}, lost {losing}")


def _wrong(folder: Path, allowed: list[str], *, made: bool) -> str:
    """Say what is wrong with the vault after a cut; nothing when it is as it must be."""
    try:
        with open_vault(folder) as vault:
            if digest(vault) not in allowed:
                return "an acknowledged step is lost, or half a step is there"
            return "" if vault.verify().ok else "verify finds damage"
    except VaultMissing:
        if made:
            return "the vault is gone"
        make_vault(folder).close()  # what broke off before it was made can be made again
        return ""
    except VaultError as error:
        return f"it does not open: {type(error).__name__}"


PROOF = Proof(
    name="power_cuts",
    tries="power cut at a chance moment: writes and syncs recorded beneath sqlite3, unsynced lost",
    target="0 acknowledged steps lost, 0 integrity failures, nothing erased comes back",
    full=10_000,
    small=60,
    run=run,
    takes="some 5 minutes",
    needs_compiler=True,
)

if __name__ == "__main__":
    _, where, chosen, length, sync = sys.argv
    print(json.dumps(work(Path(where), int(chosen), int(length), sync)))

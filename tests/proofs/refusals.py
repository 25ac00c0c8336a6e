"""The disk refuses a write, a sync, a new name: a typed error, nothing lost, and it goes on after.

One change at a time, by its number, fails beneath the standard sqlite3: once, from then on, or in
the middle; while a vault is made, opened, worked on, closed. Where a small file system can be
mounted, one is really filled up and then made read-only.
"""

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random

from intake_app.errors import IntakeError, StorageRefused, VaultError, VaultMissing
from intake_app.vault import UnlockedVault
from tests.proofs import shim
from tests.proofs.labour import Labour
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import (
    digest,
    files_of,
    make_vault,
    open_vault,
    put,
    stretched_once,
)

ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES)
HOWS = {"once": shim.ONCE, "from then on": shim.ALWAYS, "in the middle": shim.HALF}
#: Steps of work before the one that is refused; bytes of the small file system.
BEFORE = 12
SMALL_DISK = 4_000_000
#: What is refused: making a vault, opening it, closing it, or (most often) a step of work.
MOMENTS = ("make", *("open", "close") * 2, *("work",) * 15)


def run(task: Task) -> Outcome:
    """Refuse so often; then fill a real file system, where that is allowed."""
    shim.build()
    with stretched_once():
        outcome = task.spread(_part)
        # Only for a person who asked for it: no test mounts anything.
        return outcome + _really(task.folder) if task.talks else outcome


def _part(task: Task) -> Outcome:
    """Run in a process of its own, above the shim."""
    asked = json.dumps([str(task.folder), task.name, task.size, task.seed, task.part])
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.refusals", asked, "talk" if task.talks else ""],
        env=shim.environment(task.folder),
        stdout=subprocess.PIPE,
        check=True,
    )
    tried, figures, failures, failed = json.loads(done.stdout)
    return Outcome(tried, figures, tuple(failures), failed)


def refuse(task: Task) -> Outcome:
    """Refuse so often, in this very process."""
    tally, chance = Tally(task), task.chance
    with stretched_once():
        trial = _Trial(task.folder, tally, chance)
        for _ in range(task.size):
            trial.once()
    return tally.outcome()


class _Trial:
    """One vault, whose files are put back before each refusal."""

    def __init__(self, folder: Path, tally: Tally, chance: Random) -> None:
        self._folder = folder / "vault"
        self._tally = tally
        self._chance = chance
        self._shim = shim.Watched()
        self._renew()

    def _renew(self) -> None:
        """Begin with another vault in which some work was done."""
        put(self._folder, {})
        with make_vault(self._folder) as vault:
            steps = Labour(vault, self._chance, largest=20_000).steps()
            for _ in range(BEFORE):
                next(steps)
        self._files = files_of(self._folder)

    def once(self) -> None:
        """Refuse one change, and look."""
        if self._chance.random() < 0.02:
            self._renew()
        put(self._folder, self._files)
        moment = self._chance.choice(MOMENTS)
        how = self._chance.choice(list(HOWS))
        told = f"{moment}, refused {how}"
        try:
            wrong = getattr(self, f"_{moment}")(how)
        except IntakeError as error:
            wrong = f"it does not go on after: {type(error).__name__}"
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            wrong = f"ends in {error!r}"
        finally:
            self._shim.allow()
        self._tally.tried(told)
        if wrong:
            self._tally.failed(f"{told}: {wrong}")

    @contextmanager
    def _refusing(self, how: str, most: int) -> Iterator[list[VaultError]]:
        """Refuse one of the next changes; give what was said, if anything was."""
        said: list[VaultError] = []
        self._shim.refuse(self._chance.randrange(most), self._chance.choice(ERRORS), HOWS[how])
        try:
            yield said
        except VaultError as error:
            said.append(error)
            self._tally.count(f"said: {type(error).__name__}")
        finally:
            self._shim.allow()

    def _make(self, how: str) -> str:
        put(self._folder, {})
        with self._refusing(how, 60) as said:
            make_vault(self._folder).close()
        if said:
            with suppress(VaultMissing):
                open_vault(self._folder).close()
                return ""  # it was made; only the closing was refused
            make_vault(self._folder).close()
        with open_vault(self._folder) as vault:
            return "" if vault.verify().ok else "verify finds damage"

    def _open(self, how: str) -> str:
        with open_vault(self._folder) as vault:
            before = digest(vault)
        with self._refusing(how, 12):
            open_vault(self._folder).close()
        return self._holds(before)

    def _close(self, how: str) -> str:
        vault = open_vault(self._folder)
        next(Labour(vault, self._chance, largest=9000).steps())
        before = digest(vault)
        with self._refusing(how, 20):
            vault.close()
        return self._holds(before)

    def _work(self, how: str) -> str:
        with open_vault(self._folder) as vault:
            before = digest(vault)
            steps = Labour(vault, self._chance, largest=20_000)
            with self._refusing(how, 30) as said:
                next(steps.steps())
            after = digest(vault)
            # "It is erased, but …": the one refusal after which something is done all the same.
            traces = said and isinstance(said[0], StorageRefused) and "erased" in str(said[0])
            if said and after != before and not traces:
                return f"refused ({type(said[0]).__name__}), and done all the same"
            self._tally.count("refused" if said else "not reached, or tried again by sqlite3")
            next(steps.steps())
            after = digest(vault)
        return self._holds(after)

    def _holds(self, expected: str) -> str:
        with open_vault(self._folder) as vault:
            if digest(vault) != expected:
                return "what was acknowledged is lost"
            return "" if vault.verify().ok else "verify finds damage"


def _really(folder: Path) -> Outcome:
    """Fill a small file system to its end, make room, make it read-only, and let it go."""
    mounted = folder / "small"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(mounted)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        return Outcome(figures={"a file system really filled: not allowed to mount one": 1})
    try:
        wrong = _fill(mounted)
    finally:
        subprocess.run(["umount", str(mounted)], check=True)
    outcome = Outcome(len(STAGES), {f"really: {stage}": 1 for stage in STAGES})
    return outcome + Outcome(failures=tuple(wrong), failed=len(wrong))


STAGES = ("filled up", "room made", "read-only", "writable again")


def _fill(mounted: Path) -> list[str]:
    wrong, room = [], mounted / "room"
    room.write_bytes(bytes(SMALL_DISK // 2))  # what its log takes must fit beside it
    with make_vault(mounted / "vault") as vault:
        said, before = _until_refused(vault)
        if said != "StorageFull":
            wrong.append(f"filled up: {said}")
        if digest(vault) != before or not vault.verify().ok:
            wrong.append("filled up: something is lost")
        room.unlink()
        vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
        before = digest(vault)
    remount = partial(subprocess.run, check=True)
    remount(["mount", "-o", "remount,ro", str(mounted)])
    try:
        open_vault(mounted / "vault").close()
        wrong.append("read-only: it unlocks, though no attempt could be counted")
    except VaultError as error:
        if not isinstance(error, StorageRefused):
            wrong.append(f"read-only: {type(error).__name__}")
    remount(["mount", "-o", "remount,rw", str(mounted)])
    with open_vault(mounted / "vault") as vault:
        if digest(vault) != before or not vault.verify().ok:
            wrong.append("writable again: something is lost")
    return wrong


def _until_refused(vault: UnlockedVault) -> tuple[str, str]:
    before = digest(vault)
    try:
        while True:
            vault.create_record(
                form_id="s", form_version="1", summary={}, body={"b": "x" * 40_000}, health={}
            )
            before = digest(vault)
    except VaultError as error:
        return type(error).__name__, before


PROOF = Proof(
    name="refusals",
    tries="a write, sync, cut or name refused beneath sqlite3: full, broken, read-only, forbidden",
    target="a typed error, nothing lost, and it goes on after",
    full=5_000,
    small=60,
    run=run,
    takes="some 5 minutes",
    needs_compiler=True,
)

if __name__ == "__main__":
    where, name, size, seed, number = json.loads(sys.argv[1])
    found = refuse(Task(name, size, Path(where), seed, number, talks=bool(sys.argv[2])))
    print(json.dumps([found.tried, found.figures, found.failures, found.failed]))

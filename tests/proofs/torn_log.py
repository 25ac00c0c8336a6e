"""The log of the file, cut at every byte: always some first answers, each one whole."""

from functools import partial
from pathlib import Path

from intake_app.errors import VaultError
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import (
    digest,
    everything_stored,
    files_of,
    make_vault,
    open_vault,
    put,
    stretched_once,
)

#: Answers in the log.
ANSWERS = 5
LOG = "vault.db-wal"


def run(task: Task) -> Outcome:
    """Cut everywhere, or at so many chance places."""
    with stretched_once():
        files, expected, ends = log_of_answers(task.folder / "made")
        return task.spread(partial(_part, files=files, expected=expected, ends=ends))


def log_of_answers(folder: Path) -> tuple[dict[str, bytes], list[str], list[int]]:
    """Return a vault's files as a power cut leaves them, each state's hash, where each ends."""
    with make_vault(folder) as vault:
        record = vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
        vault._work.store.truncate_log()
        expected, ends = [digest(vault)], [0]
        for revision in range(1, ANSWERS + 1):
            vault.save_record(
                record.id,
                revision=revision,
                summary={"n": revision},
                body={"answer": revision, "rest": "x" * revision * 900},
                health={"h": revision},
            )
            expected.append(digest(vault))
            ends.append((folder / LOG).stat().st_size)
        return files_of(folder), expected, ends


def _part(task: Task, files: dict[str, bytes], expected: list[str], ends: list[int]) -> Outcome:
    chance, log = task.chance, files[LOG]
    cuts = _cuts(task, len(log))
    tally = Tally(task, 2 * len(cuts))
    reader = _Reader(task.folder, files)
    for cut in cuts:
        whole = sum(end <= cut for end in ends) - 1
        tally.tried(f"cut: {whole} of {ANSWERS} answers, whole")
        found = reader.read(log[:cut])
        if found != expected[whole]:
            tally.failed(f"cut at byte {cut}: {found}, and not the first {whole} answers")
        flipped = bytearray(log)
        bit = chance.randrange(len(log) * 8)
        flipped[bit // 8] ^= 1 << bit % 8
        tally.tried("a bit flipped: some first answers, whole")
        found = reader.read(bytes(flipped))
        if found not in expected:
            tally.failed(f"bit {bit} flipped: {found}")
    return tally.outcome()


class _Reader:
    """Reads a vault with a given log; what the store gives alike is opened once."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        self._folder = folder
        self._files = files
        self._known: dict[str, str] = {}

    def read(self, log: bytes) -> str:
        """Return the hash of what is read, or what is wrong."""
        put(self._folder, {**self._files, LOG: log})
        try:
            stored = everything_stored(self._folder)
            if stored not in self._known:
                with open_vault(self._folder) as vault:
                    whole = vault.verify().ok
                    self._known[stored] = digest(vault) if whole else "damaged"
        except VaultError as error:
            return type(error).__name__
        return self._known[stored]


def _cuts(task: Task, size: int) -> list[int]:
    if task.size == 0:
        return list(range(size + 1))[task.part :: task.parts]
    chance = task.chance
    return sorted({0, 1, 31, 32, 33, size, *(chance.randrange(size) for _ in range(task.size))})


PROOF = Proof(
    name="torn_log",
    tries="the write-ahead log cut at every byte, and as often a bit of it flipped",
    target="always a prefix of whole commits",
    full=0,
    small=60,
    run=run,
    takes="4 minutes",
)

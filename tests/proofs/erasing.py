"""What was erased is in no file of the vault: none of its revisions, keys or packages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from intake_app.vault import UnlockedVault
from tests.proofs.labour import Labour
from tests.proofs.plaintext import everything_in
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import make_vault, open_vault, stretched_once

#: Of each envelope so many bytes are looked for, at every so many.
PIECE, EVERY = 20, 211


def run(task: Task) -> Outcome:
    """Work for so many steps, and look after each that erased something."""
    with stretched_once():
        return task.spread(_part)


def _part(task: Task) -> Outcome:
    tally, folder = Tally(task), task.folder / "vault"
    seen: dict[str, set[bytes]] = {}
    vault = make_vault(folder)
    steps = Labour(vault, task.chance, largest=20_000).steps()
    for number in range(task.size):
        if number % 100 == 99:
            vault.close()
            vault = open_vault(folder)
            steps = Labour(vault, task.chance, largest=20_000).steps()
        _remember(vault, seen)
        step = next(steps)
        tally.tried()
        _look(vault, folder, seen, tally, step)
    vault.close()
    return tally.outcome()


def _look(
    vault: UnlockedVault, folder: Path, seen: dict[str, set[bytes]], tally: Tally, step: str
) -> None:
    there = {row["id"] for row in vault._work.rows("record")}
    there |= {row["id"] for row in vault._work.rows("outbox")}
    gone = seen.keys() - there
    if not gone:
        return
    content = everything_in(folder)
    for each in gone:
        pieces = seen.pop(each)
        tally.count("rows erased")
        tally.count("pieces looked for", len(pieces))
        if any(piece in content for piece in pieces):
            tally.failed(f"a piece of what was erased is still there after: {step}")


def _remember(vault: UnlockedVault, seen: dict[str, set[bytes]]) -> None:
    """Take samples of every record and package as they lie on the disk now."""
    for name in ("record", "outbox"):
        for row in vault._work.rows(name):
            whole = vault._work.store.row(name, (row["id"],), bulk=True)
            seen.setdefault(row["id"], set()).update(pieces(whole or {}))


def pieces(row: dict[str, Any]) -> Iterator[bytes]:
    """Yield samples of every envelope and wrapped key in a row."""
    for value in row.values():
        # The first bytes are the version and suite, the same in every envelope.
        if isinstance(value, bytes):
            for start in range(2, len(value) - PIECE, EVERY):
                yield value[start : start + PIECE]


PROOF = Proof(
    name="erasing",
    tries="samples of every revision of what is erased, looked for in all files of the vault",
    target="0 found",
    full=4_000,
    small=120,
    run=run,
    takes="2 minutes",
)

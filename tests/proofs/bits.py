"""Every bit of a small vault, flipped: an error of ours, or everything reads as before."""

from functools import partial
from pathlib import Path

from intake_app.errors import VaultError
from intake_app.vault import device
from intake_app.vault.store import FILE_NAME
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import (
    everything_stored,
    files_of,
    make_vault,
    put,
    read_everything,
    stretched_once,
)

#: The files whose bits are flipped; the lock is empty, and the log is gone from a closed vault.
FLIPPED = (FILE_NAME, device.FILE_NAME)


def run(task: Task) -> Outcome:
    """Flip all, or so many at chance."""
    with stretched_once():
        files = small_vault(task.folder / "made")
        put(task.folder / "read", files)
        before = read_everything(task.folder / "read")
        return task.spread(partial(_part, files=files, before=before))


def small_vault(folder: Path) -> dict[str, bytes]:
    """Return the files of a vault with one thing of each kind in it."""
    with make_vault(folder) as vault:
        record = vault.create_record(
            form_id="s", form_version="1", summary={"n": 1}, body={"b": 2}, health={"h": 3}
        )
        item = vault.queue(record.id, recipient="o", package=b"package", state="ready")
        vault.add_receipt(item, {"r": 4})
        vault.queue(record.id, recipient="o", package=b"package", state="ready")
    return files_of(folder)


def _part(task: Task, files: dict[str, bytes], before: list[object]) -> Outcome:
    bits, folder = _bits(task, files), task.folder
    tally = Tally(task, len(bits))
    put(folder, files)
    same = everything_stored(folder)
    for name, bit in bits:
        flipped = bytearray(files[name])
        flipped[bit // 8] ^= 1 << bit % 8
        changed = {**files, name: bytes(flipped)}
        put(folder, changed)
        if name == FILE_NAME and _stores(folder, same):
            tally.tried("unnoticed, and every row reads as before")
            continue
        put(folder, changed)
        try:
            if read_everything(folder) == before:
                tally.tried("unnoticed, and all content reads as before")
            else:
                tally.tried()
                tally.failed(f"bit {bit} of {name} changes what is read, and nobody says so")
        except VaultError as error:
            tally.tried(f"refused: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            tally.tried()
            tally.failed(f"bit {bit} of {name} ends in {error!r}")
    return tally.outcome()


def _bits(task: Task, files: dict[str, bytes]) -> list[tuple[str, int]]:
    every = [(name, bit) for name in FLIPPED for bit in range(len(files[name]) * 8)]
    if task.size == 0:
        return every[task.part :: task.parts]
    chance = task.chance
    return [chance.choice(every) for _ in range(task.size)]


def _stores(folder: Path, same: str) -> bool:
    try:
        return everything_stored(folder) == same
    except VaultError:
        return False


PROOF = Proof(
    name="bits",
    tries="every single bit of a small vault and of its device's secret, flipped",
    target="0 silent changes, one family of errors",
    full=0,
    small=250,
    run=run,
    takes="some 15 minutes",
)

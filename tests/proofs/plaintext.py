"""Nothing that anybody said is in a file or in an output: open, closed, killed or crashed.

A marker stands in every name, answer, field, setting and package. It is looked for, in each form
in which a program may write a text, in all files below the vault and the temporary folder after
every step of work; and in all that a process says that logs everything and then dies of an error,
of an abort with core dumps allowed, or of a kill.
"""

import base64
import faulthandler
import logging
import os
import resource
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from intake_app.errors import VaultError
from intake_app.vault import make_undumpable
from tests.proofs.labour import Labour
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import MARKER, make_vault, open_vault, stretched_once

#: How the process dies in which all that is said is kept.
DEATHS = ("error", "abort", "kill", "error of ours")


def forms(text: str) -> tuple[bytes, ...]:
    """Return a text in every form in which it may lie in a file."""
    plain = text.encode()
    wide = tuple(text.encode(encoding) for encoding in ("utf-16-le", "utf-16-be", "utf-32-le"))
    aligned = tuple(
        base64.b64encode(bytes(shift) + plain)[-(-shift * 8 // 6) : -4] for shift in range(3)
    )
    return (plain, plain[::-1], plain.hex().encode(), plain.hex().upper().encode(), *wide, *aligned)


def found_in(content: bytes) -> Iterator[str]:
    """Yield each form of the marker that is there, and the names of questions."""
    for form in (*forms(MARKER), b"/data/", b'"summary"', b'"journal"'):
        if form in content:
            yield repr(form)


def everything_in(*folders: Path) -> bytes:
    """Return the bytes and names of every file below."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in files)


def run(task: Task) -> Outcome:
    """Look after so many steps of work, and at every death."""
    with stretched_once():
        return task.spread(_part) + _deaths(task)


def _part(task: Task) -> Outcome:
    tally, folder, temporary = Tally(task), task.folder / "vault", task.folder / "temporary"
    temporary.mkdir()
    with (
        mock.patch.dict(os.environ, {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}),
        make_vault(folder) as vault,
    ):
        steps = Labour(vault, task.chance, largest=20_000).steps()
        for _ in range(task.size):
            step = next(steps)
            content = everything_in(folder, temporary)
            tally.tried("looked after a step of work")
            tally.count("bytes looked at", len(content))
            for form in found_in(content):
                tally.failed(f"{form} in a file after: {step}")
    for form in found_in(everything_in(folder, temporary)):
        tally.failed(f"{form} in a file of a closed vault")
    return tally.outcome()


def _deaths(task: Task) -> Outcome:
    tally = Tally(task)
    for death in DEATHS:
        folder = task.folder / death
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-m", "tests.proofs.plaintext", str(folder), death],
            env={**os.environ, "TMPDIR": str(folder), "PYTHONWARNINGS": "default"},
            capture_output=True,
            check=False,
        )
        tally.tried(f"looked after a death by {death}")
        if not done.stderr or done.returncode == 0:
            tally.failed(f"{death}: the process did not die, or said nothing")
        for form in found_in(done.stdout + done.stderr + everything_in(folder)):
            tally.failed(f"{form} after a death by {death}")
        if any("core" in path.name for path in folder.rglob("*")):
            tally.failed(f"a core dump after a death by {death}")
    return tally.outcome()


def die(folder: Path, death: str) -> None:
    """Log everything, work a while, and die; in the folder, where a core dump would be."""
    os.chdir(folder)
    logging.basicConfig(level=logging.DEBUG)
    faulthandler.enable()
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    make_undumpable()  # as the program does when it starts
    vault = make_vault(folder / "vault")
    record = vault.create_record(
        form_id="s", form_version="1", summary={"n": MARKER}, body={"b": MARKER}, health={}
    )
    vault.close()
    vault = open_vault(folder / "vault")
    logging.getLogger("intake").debug("%r %r", vault, vault.open_record(record.id))
    print(vault.records(), vault.settings, vault.user, file=sys.stderr, flush=True)
    if death == "abort":
        os.abort()
    if death == "kill":
        os.kill(os.getpid(), 9)
    content = {"summary": {"n": MARKER}, "body": {"b": MARKER}, "health": {"h": MARKER}}
    if death == "error of ours":
        try:
            vault.save_record(record.id, revision=99, **content)  # type: ignore[arg-type] # a test
        except VaultError:
            traceback.print_exc()
            raise
    with mock.patch("intake_app.vault.work.Work._seal_state", side_effect=ZeroDivisionError):
        vault.save_record(record.id, revision=1, **content)  # type: ignore[arg-type] # a test


PROOF = Proof(
    name="plaintext",
    tries="a marker in all content, looked for in db, WAL, temporary files, logs, crash output",
    target="0 hits",
    full=2_000,
    small=60,
    run=run,
    takes="a minute",
)

if __name__ == "__main__":
    die(Path(sys.argv[1]), sys.argv[2])

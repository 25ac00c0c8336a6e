"""What was found, kept as JSON beside the build, and written as docs/proofs.md."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cryptography
from cryptography.hazmat.backends.openssl import backend

from tests.proofs.proof import Outcome, Proof

#: Where each proof's last result lies; `make clean` removes it.
FOUND = Path(__file__).parents[2] / "build" / "proofs"


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a proof, where and when."""

    name: str
    size: int
    outcome: Outcome
    seconds: float
    date: str
    machine: str

    def keep(self) -> None:
        """Write it down."""
        FOUND.mkdir(parents=True, exist_ok=True)
        told = {
            "size": self.size,
            "tried": self.outcome.tried,
            "figures": dict(sorted(self.outcome.figures.items())),
            "failures": self.outcome.failures,
            "failed": self.outcome.failed,
            "seconds": self.seconds,
            "date": self.date,
            "machine": self.machine,
        }
        (FOUND / f"{self.name}.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def machine() -> str:
    """Say what it runs on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"cryptography {cryptography.__version__} ({backend.openssl_version_text()})"
    )


def today() -> str:
    """Return the date."""
    return datetime.now(UTC).date().isoformat()


HEAD = """\
# The vault's proofs, as measured

`make proofs` tries each line of this table at full size and writes this page; `make test` tries
each at a size for every day. One alone: `python -m tests.proofs NAME --size N`. A proof that does
not hold stands here as such, and so does one that was tried at less than its full size.
"""

TAIL = """\
## What these proofs are, and what they are not

- **Power cuts** are simulated from a recording of every write, cut, sync and name that a shim in C
  (`tests/proofs/shim.c`) sees beneath the standard `sqlite3`. A disk that lies about a sync, or
  that harms sectors it was not writing, loses more than is simulated. The control, the same with
  `synchronous=NORMAL`, must lose something: else the proof sees nothing.
- **Bits and the torn log**: what the store gives for every kind of question is compared first; only
  where that differs from everything seen so far is the vault unlocked and read whole. Same rows,
  same vault.
- **Tampering**: two things are named apart, since a device whose secret is a file cannot find them:
  yesterday's whole image put back, and an older count of wrong guesses put back. Their line says
  how often they were found.
- **Kills** let the system's cache survive; the power cuts are there for what does not.
- **Mutations**: what is sealed or signed must be refused each time. What is only imported may be
  read as something else, where the change makes something that can be meant.
- **Refusals**: a full disk must get room for the log of the file (4 MB at most, as a rule) before
  it opens again; nothing is lost until then. The sizes are of the proofs, not of a disk.
- **Plaintext** is looked for in files and outputs. Memory and swap are not looked at: what Python
  leaves behind in memory is not defended.

## What they found so far

Mended before this page was written, each with a test of its own:

- a power cut could take a new vault whole: the folder around its folder was never synced;
- one cut in ten thousand, while a vault was made, left half a header beside its journal, which was
  called damage; it is undone now, and the vault can be made again;
- one in five thousand, while the log was written back, tore the first sector of the file, which was
  called damage too; the log still holds it, and is asked first now;
- a disk that refused at one moment of the making left a vault without a write-ahead log, which did
  not open again; and at another an error of SQLite's own came through;
- a second row in the tables of the state and of the wrong guesses was not found.
"""


def write(path: Path, proofs: Iterable[Proof]) -> None:
    """Write the page from the last result of each proof."""
    found = {proof.name: _kept(proof.name) for proof in proofs}
    lines = [HEAD, "| proof | what is tried | must be | tried | result |", "|---|---|---|---|---|"]
    for proof in proofs:
        kept = found[proof.name]
        tried, result = ("0", "not run") if kept is None else (_tried(proof, kept), _result(kept))
        lines.append(f"| {proof.name} | {proof.tries} | {proof.target} | {tried} | {result} |")
    lines.append("\n## What was counted\n")
    for proof in proofs:
        kept = found[proof.name]
        if kept is not None:
            lines += [*_counted(proof, kept), ""]
    path.write_text("\n".join(lines) + "\n" + TAIL, "utf-8")


def _kept(name: str) -> dict[str, Any] | None:
    path = FOUND / f"{name}.json"
    if not path.exists():
        return None
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return kept


def _tried(proof: Proof, kept: dict[str, Any]) -> str:
    return f"{kept['tried']:,}" + ("" if kept["size"] == proof.full else ", not its full size")


def _result(kept: dict[str, Any]) -> str:
    if kept["failed"] or not kept["tried"]:
        return f"**does not hold**: {kept['failed']:,} failed"
    return "holds"


def _counted(proof: Proof, kept: dict[str, Any]) -> Iterable[str]:
    size = (
        f"{kept['size']:,} of {proof.full or 'all'}" if kept["size"] != proof.full else "full size"
    )
    yield f"### {proof.name}"
    yield f"\n{kept['date']}, {size}, {kept['seconds']:,.0f} s. {kept['machine']}.\n"
    for name, number in kept["figures"].items():
        yield f"- {name}: {number:,}"
    for failure in kept["failures"]:
        yield f"- **failed**: {failure}"

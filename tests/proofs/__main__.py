"""`make proofs`: every line of the table of proofs, at full size; each can be run alone.

python -m tests.proofs --report docs/proofs.md    all of them, and the page after
python -m tests.proofs bits kills --size 100      those, at that size

What was found last is kept in build/proofs, so that a page can be written in several sittings.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.proofs import (
    bits,
    erasing,
    examination,
    kills,
    mutations,
    plaintext,
    power_cuts,
    refusals,
    report,
    shim,
    tampering,
    torn_log,
    vectors,
)
from tests.proofs.proof import Outcome, Proof, Task, say
from tests.proofs.report import Result

PROOFS: tuple[Proof, ...] = (
    kills.PROOF,
    power_cuts.PROOF,
    torn_log.PROOF,
    bits.PROOF,
    tampering.PROOF,
    examination.PROOF,
    mutations.PROOF,
    refusals.PROOF,
    vectors.PROOF,
    plaintext.PROOF,
    erasing.PROOF,
)
NAMES = {proof.name: proof for proof in PROOFS}


def main(arguments: list[str]) -> int:
    """Run and tell; returns 1 where a proof does not hold."""
    asked = _parsed(arguments)
    chosen = [NAMES[name] for name in asked.names] or list(PROOFS)
    if shim.compiler() is None:
        names = ", ".join(proof.name for proof in chosen if proof.needs_compiler)
        say(f"There is no C compiler here (apt install gcc), so these are left out: {names}")
        chosen = [proof for proof in chosen if not proof.needs_compiler]
    held = [_run(proof, asked) for proof in chosen]
    if asked.report is not None:
        report.write(asked.report, PROOFS)
        say(f"Written: {asked.report}")
    return 0 if all(held) else 1


def _run(proof: Proof, asked: argparse.Namespace) -> bool:
    size = proof.full if asked.size is None else asked.size
    say(f"{proof.name}: {size or 'all'}; at full size {proof.takes} on two quiet cores")
    folder = Path(tempfile.mkdtemp(prefix=f"proof-{proof.name}-", dir=asked.folder))
    began = time.monotonic()
    task = Task(proof.name, size, folder, asked.seed, parts=asked.cores, talks=True)
    try:
        outcome = proof.run(task)
    except Exception as error:  # noqa: BLE001 - the others are run all the same
        traceback.print_exc()
        outcome = Outcome(failures=(f"the proof itself broke off: {error!r}"[:300],), failed=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.monotonic() - began, 1)
    Result(proof.name, size, outcome, seconds, report.today(), report.machine()).keep()
    say(f"{proof.name}: {'holds' if outcome.holds else 'DOES NOT HOLD'} ({seconds} s)")
    for name, number in sorted(outcome.figures.items()):
        say(f"  {number:>12,}  {name}")
    return outcome.holds


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES])
    parser.add_argument("--size", type=int, help="0 is all, where the cases can be counted")
    parser.add_argument("--report", type=Path, help="write the page of results here")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=_in_memory(), help="where vaults are made")
    return parser.parse_args(arguments)


def _in_memory() -> Path | None:
    """Return a folder in memory that is large enough, or nothing: then the system's own is used."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made inside
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

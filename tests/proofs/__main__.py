"""`make proofs`: every line of the table of proofs, at full size; each can be run alone.

python -m tests.proofs                          all of them, and docs/proofs.md after
python -m tests.proofs bits kills --size 100    those, at that size; nothing is written
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.proofs import (
    bits,
    erasing,
    kills,
    mutations,
    plaintext,
    power_cuts,
    refusals,
    tampering,
    torn_log,
    vectors,
)
from tests.proofs.proof import Proof, Task, say

PROOFS: tuple[Proof, ...] = (
    kills.PROOF,
    power_cuts.PROOF,
    torn_log.PROOF,
    bits.PROOF,
    tampering.PROOF,
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
    failed = False
    for name in asked.names or NAMES:
        failed |= not _run(NAMES[name], asked)
    return int(failed)


def _run(proof: Proof, asked: argparse.Namespace) -> bool:
    size = proof.full if asked.size is None else asked.size
    say(f"{proof.name}: {size or 'all'} …")
    folder = Path(tempfile.mkdtemp(prefix=f"proof-{proof.name}-", dir=asked.folder))
    began = time.monotonic()
    try:
        task = Task(proof.name, size, folder, asked.seed, parts=asked.cores, talks=True)
        outcome = proof.run(task)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.monotonic() - began, 1)
    say(f"{proof.name}: {'holds' if outcome.holds else 'DOES NOT HOLD'} ({seconds} s)")
    print(json.dumps({"name": proof.name, "seconds": seconds, **asdict(outcome)}))
    return outcome.holds


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES])
    parser.add_argument("--size", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    memory = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; mkdtemp inside
    parser.add_argument("--folder", type=Path, default=memory if memory.is_dir() else None)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The frozen vectors open, in every library that a device may have.

The ciphers' tests and the vectors are run as they are: with the locked `cryptography`; with the
Argon2id of argon2-cffi, as where OpenSSL is older than 3.2; and with `cryptography` 48, as on
tablets, which is installed beside the program for as long as this lasts.
"""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.proofs.proof import Outcome, Proof, Task

ROOT = Path(__file__).parents[2]
TESTS = ("tests/vectors", "tests/unit/vault/test_crypto.py")
#: What a tablet has.
OLDEST = "cryptography==48.*"


def run(task: Task) -> Outcome:
    """Run the vectors in the first so many libraries."""
    outcome = _tested("Argon2id of argon2-cffi, ", "-p", "tests.proofs.older_openssl")
    if task.size > 1:
        outcome += _tested("")
    if task.size > 2:
        outcome += _with_the_oldest(task.folder)
    return outcome


def _with_the_oldest(folder: Path) -> Outcome:
    beside = folder / "oldest"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    done = subprocess.run(
        [*pip, "--no-deps", "--only-binary=:all:", "--target", str(beside), OLDEST], check=False
    )
    if done.returncode:
        return Outcome(figures={f"{OLDEST}: cannot be installed here, so not tried": 1})
    return _tested("", path=str(beside))


def _tested(name: str, *options: str, path: str = "") -> Outcome:
    started = partial(
        subprocess.run,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    version = "import cryptography; print(cryptography.__version__)"
    asked = started([sys.executable, "-c", version], check=True)
    name += f"cryptography {asked.stdout.strip()}"
    done = started(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *TESTS],
        check=False,
    )
    told = done.stdout
    passed = re.search(r"(\d+) passed", told)
    number = int(passed[1]) if passed else 0
    outcome = Outcome(number, {f"opened with {name}": number})
    if done.returncode:
        outcome += Outcome(failures=(f"{name}: {told[-300:]}",), failed=1)
    return outcome


PROOF = Proof(
    name="vectors",
    tries="the frozen vectors of every format, in each library that a device may have",
    target="open for ever: cryptography 48 and the locked one, Argon2id of OpenSSL and argon2-cffi",
    full=3,
    small=1,
    run=run,
    takes="half a minute",
)

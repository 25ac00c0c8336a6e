"""Killed while answering, or a log that is torn: what was acknowledged is there."""

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.vault.conftest import PASSPHRASE, Made, open_vault

ANSWERING = """
import sys
from pathlib import Path
from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, Vault

folder, record_id = Path(sys.argv[1]), sys.argv[2]
vault = Vault.open(folder, device=FileSecret(folder), clock=SystemClock())
unlocked = vault.unlock(vault.users()[0].id, sys.stdin.readline().rstrip())
revision = unlocked.open_record(record_id).revision
while True:
    body = {"answer": revision + 1, "rest": "x" * (revision * 997 % 30000)}
    revision = unlocked.save_record(
        record_id, revision=revision, summary={"n": revision + 1}, body=body, health={}
    )
    print(revision, flush=True)
"""


def test_a_kill_loses_nothing_that_was_acknowledged(made: Made) -> None:
    """At a dozen points, one after the other, in the same vault."""
    chance = random.Random(3)  # noqa: S311 - a repeatable sample
    record_id = made.record_ids[0]
    for _ in range(12):
        acknowledged = answer_until_killed(made.folder, record_id, chance.randrange(1, 90))
        with open_vault(made.folder) as vault:
            record = vault.open_record(record_id)
            assert record.revision in (acknowledged, acknowledged + 1)
            assert record.body["answer"] == record.summary["n"] == record.revision
            assert vault.verify().ok


def answer_until_killed(folder: Path, record_id: str, answers: int) -> int:
    """Answer in another process, kill it after so many; return the last one acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", ANSWERING, str(folder), record_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(PASSPHRASE + "\n")
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(answers)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines(keepends=True)
    return int([line for line in lines if line.endswith("\n")][-1])


@pytest.fixture
def torn(made: Made, tmp_path: Path) -> tuple[Path, bytes]:
    """Return a vault as a power cut leaves it, with six answers in its log, and that log."""
    folder = tmp_path / "torn"
    with open_vault(made.folder) as vault:
        vault._work.store.truncate_log()
        for revision in range(2, 8):
            vault.save_record(
                made.record_ids[0],
                revision=revision,
                summary={"n": revision + 1},
                body={"answer": revision + 1, "rest": "x" * revision * 1500},
                health={},
            )
        shutil.copytree(made.folder, folder)
    return folder, (folder / "vault.db-wal").read_bytes()


def state_with(folder: Path, pristine: bytes, log: bytes, record_id: str) -> int:
    """Return the revision that is found with this much of the log."""
    (folder / "vault.db").write_bytes(pristine)
    (folder / "vault.db-wal").write_bytes(log)
    with open_vault(folder) as vault:
        record = vault.open_record(record_id)
        assert vault.verify().ok
        if record.revision > 2:
            assert record.body["answer"] == record.summary["n"] == record.revision
        return record.revision


def test_a_torn_log_gives_a_prefix_of_whole_answers(torn: tuple[Path, bytes], made: Made) -> None:
    """Cut anywhere: some first answers, whole, and never fewer with a longer log."""
    folder, log = torn
    pristine = (folder / "vault.db").read_bytes()
    chance = random.Random(4)  # noqa: S311 - a repeatable sample
    cuts = sorted({0, 1, 31, 32, 33, len(log), *(chance.randrange(len(log)) for _ in range(50))})
    found = [state_with(folder, pristine, log[:cut], made.record_ids[0]) for cut in cuts]
    assert found == sorted(found)
    assert found[0] == 2
    assert found[-1] == 8
    assert len(set(found)) > 4


def test_a_flipped_bit_in_the_log_gives_a_prefix_too(torn: tuple[Path, bytes], made: Made) -> None:
    """What comes after the damage is not believed."""
    folder, log = torn
    pristine = (folder / "vault.db").read_bytes()
    chance = random.Random(5)  # noqa: S311 - a repeatable sample
    for _ in range(30):
        flipped = bytearray(log)
        flipped[chance.randrange(len(log))] ^= 1 << chance.randrange(8)
        assert 2 <= state_with(folder, pristine, bytes(flipped), made.record_ids[0]) <= 8

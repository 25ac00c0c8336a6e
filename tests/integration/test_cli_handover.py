"""Handing a record over from the command line, between two vaults."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from intake_app import cli
from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import SystemClock
from intake_app.errors import InterviewError
from intake_app.reference import Library
from intake_app.vault import FileSecret, UnlockedVault, Vault

PASSPHRASE = "plainly a test, not a secret"

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def device_secret_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's keyring out of the tests, and this process as it is."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: True)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command on one of the two devices, in the files' folder."""
    monkeypatch.chdir(tmp_path)

    def do(device: str, *command: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSPHRASE}\n"))
        code = cli.run([*command, "--vault", str(tmp_path / device)])
        said = capsys.readouterr()
        return code, said.out or said.err

    for device in ("here", "there"):
        init = ("vault", "init", "--organisation", "O", "--location", "L", "--user", "Test Eerste")
        assert do(device, *init)[0] == 0
    return do


@pytest.fixture
def record(run: Run, tmp_path: Path) -> str:
    """Return a draft on the first device."""
    with closing(opened(tmp_path / "here")) as vault:
        unlocked = vault.unlock(vault.users()[0].id, PASSPHRASE)
        return caseload(unlocked).start("ar").record_id


def opened(folder: Path) -> Vault:
    """Open one of the vaults."""
    return Vault.open(folder, device=FileSecret(folder), clock=SystemClock())


def caseload(unlocked: UnlockedVault) -> Caseload:
    """Return what screens work with."""
    return Caseload(unlocked, load_questionnaire(), Library.load(), SystemClock())


def told(said: tuple[int, str]) -> dict[str, str]:
    """Return what a command printed for a program."""
    assert said[0] == 0, said
    return dict(json.loads(said[1]))


def digits(run: Run, device: str) -> str:
    """Write a device's address, once, and return its digits."""
    return told(run(device, "handover", "address", f"{device}.address", "--json"))["digits"]


def offer(run: Run, record: str) -> str:
    """Offer the draft to the other device; return the sender's digits."""
    read_out = digits(run, "there")
    command = ("handover", "offer", record, "there.address", "offer", "--digits", read_out)
    offered = told(run("here", *command, "--json"))
    assert offered["record"] == record
    return offered["digits"]


def test_a_draft_goes_to_another_device_and_on_there(run: Run, record: str, tmp_path: Path) -> None:
    """Offered, taken, settled: what is said, for people and for programs."""
    sender = offer(run, record)
    with closing(opened(tmp_path / "here")) as vault:
        work = caseload(vault.unlock(vault.users()[0].id, PASSPHRASE))
        assert [person.state for person in work.people()] == ["handed"]
        draft = work.open(record)
        with pytest.raises(InterviewError, match="colleague's device"):
            draft.clear("/data/start/interview_language")
        with pytest.raises(InterviewError, match="colleague's device"):
            work.place(record, "GM0193")
    taken = told(run("there", "handover", "take", "offer", "answer", "--digits", sender, "--json"))
    assert taken == {"record": record}
    code, said = run("there", "handover", "take", "offer", "second", "--digits", sender)
    assert (code, "taken already" in said, Path("second").exists()) == (3, True, False)
    code, said = run("there", "handover", "answer", "offer", "again")
    assert (code, Path("again").read_bytes()) == (0, Path("answer").read_bytes())
    settled = told(run("here", "handover", "settle", "answer", "--json"))
    assert (settled["record"], settled["outcome"]) == (record, "taken")
    assert '"handed over"' in json.dumps(settled["certificate"])
    assert run("here", "handover", "settle", "again")[0] == 3
    assert run("here", "vault", "verify")[0] == 0
    with closing(opened(tmp_path / "there")) as vault:
        work = caseload(vault.unlock(vault.users()[0].id, PASSPHRASE))
        draft = work.open(record)
        assert draft.interview.node("/data/start/interview_language").value == "ar"
        draft.answer("/data/start/interview_language", "fa")


def test_a_declined_draft_goes_on_where_it_was(run: Run, record: str) -> None:
    """In plain words."""
    sender = offer(run, record)
    code, said = run("there", "handover", "decline", "offer", "answer")
    assert (code, said) == (0, "The offer is declined. Bring the answer back.\n")
    code, said = run("here", "handover", "settle", "answer")
    assert (code, said) == (0, f"The record {record} was declined, and is yours\n")
    code, said = run("there", "handover", "take", "offer", "late", "--digits", sender)
    assert (code, "declined here" in said) == (3, True)


def test_files_that_are_there_or_are_not(run: Run, record: str, tmp_path: Path) -> None:
    """Nothing is overwritten, and nothing is done before there is a place for the file."""
    read_out = digits(run, "there")
    assert run("there", "handover", "address", "there.address")[0] == 4
    command = ("handover", "offer", record, "there.address")
    for place in ("there.address", "no/folder/offer"):
        assert run("here", *command, place, "--digits", read_out)[0] == 4
    assert run("here", "handover", "offer", record, "gone", "offer", "--digits", read_out)[0] == 4
    code, said = run("here", *command, "offer", "--digits", "12345")
    assert (code, "digits" in said) == (3, True)
    assert run("here", "handover", "settle", "there.address")[0] == 3
    code, said = run("here", *command, "offer", "--digits", read_out)
    assert (code, "Your own digits" in said) == (0, True)
    assert run("here", *command, "offer again", "--digits", read_out)[0] == 0
    if sys.platform != "win32":
        assert (tmp_path / "offer").stat().st_mode & 0o777 == 0o600

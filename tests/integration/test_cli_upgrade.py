"""`intake-app form upgrade`, as a functional administrator uses it before a new version comes."""

import io
import json
import sys
from pathlib import Path

import pytest

from intake_app import cli, earlier
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.commands.upgrade import described
from intake_app.interview.form import Form, fingerprint
from intake_app.interview.upgrade import Move
from intake_app.outlook import Outlook
from intake_app.reference import Library
from intake_app.vault import FileSecret, Vault
from tests.integration.conftest import PASSPHRASE
from tests.integration.versions import TITLE, YEARS, begun, compiled, node, without

SECRETS = ("Zeldzaam", "Voorbeeld", "family", "2000000001")


@pytest.fixture(autouse=True)
def device_secret_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's keyring out of the tests, and this process as it is."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: None)


@pytest.fixture(name="record")
def hold_interview(vault_folder: Path, questionnaire: Form, library: Library) -> str:
    """Hold half an interview in the vault; return its record."""
    clock = FixedClock()
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=clock)
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        return begun(Caseload(unlocked, questionnaire, library, clock)).record_id


@pytest.fixture(name="newer")
def write_newer(tmp_path: Path) -> Path:
    """Write another version of the questionnaire."""
    source = compiled()
    without(source, "/data/work/jobs/title")
    node(source, YEARS).update(name="years_worked", intake={"was": "total_years"})
    source["version"] = "next"
    path = tmp_path / "newer.json"
    path.write_text(json.dumps({**source, "hash": fingerprint(source)}), encoding="utf-8")
    return path


def run(monkeypatch: pytest.MonkeyPatch, *command: str) -> int:
    """Run the command with the passphrase at standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
    return cli.run(["form", "upgrade", *command])


def test_a_version_to_come_is_looked_at_by_draft(
    vault_folder: Path,
    record: str,
    newer: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Questions and reasons, never what was told; and nothing is changed."""
    vault = ("--vault", str(vault_folder))
    assert run(monkeypatch, *vault, "--form", str(newer), "--json") == 0
    said = capsys.readouterr().out
    told = json.loads(said)
    (draft,) = told["drafts"]
    assert told["version"] == "next"
    assert (draft["record"], draft["done"], draft["whole"]) == (record, False, True)
    assert (draft["converted"], draft["renamed"], draft["orphaned"]) == (0, 1, 1)
    assert {(each["kind"], each["before"]) for each in draft["changes"]} == {
        ("orphaned", TITLE),
        ("renamed", YEARS),
    }
    assert run(monkeypatch, *vault, "--form", str(newer)) == 0
    said += capsys.readouterr().out
    assert f"renamed: {YEARS} to /data/work/years_worked" in said
    assert [secret for secret in SECRETS if secret in said] == []
    assert run(monkeypatch, *vault, "--json") == 0
    assert json.loads(capsys.readouterr().out)["drafts"] == []


def test_the_drafts_of_a_device_are_moved_when_that_is_asked(
    vault_folder: Path,
    record: str,
    newer: Path,
    questionnaire: Form,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To the version that the app has, as opening each of them would."""
    form = Form.load(newer.read_bytes())
    monkeypatch.setattr("intake_app.caseload.load_questionnaire", lambda: form)
    monkeypatch.setattr(earlier, "load", {questionnaire.hash: questionnaire}.get)
    command = ("--vault", str(vault_folder), "--apply", "--json")
    assert run(monkeypatch, *command) == 0
    (draft,) = json.loads(capsys.readouterr().out)["drafts"]
    assert (draft["record"], draft["done"]) == (record, True)
    assert run(monkeypatch, *command) == 0
    assert json.loads(capsys.readouterr().out)["drafts"] == []


def test_a_draft_that_cannot_be_moved_is_exit_code_1(
    vault_folder: Path,
    record: str,
    newer: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The reason stands with its record."""
    source = {**json.loads(newer.read_bytes()), "id": "other"}
    newer.write_text(json.dumps({**source, "hash": fingerprint(source)}), encoding="utf-8")
    assert run(monkeypatch, "--vault", str(vault_folder), "--form", str(newer)) == 1
    said = capsys.readouterr().out
    assert f"record {record}" in said
    assert "another questionnaire" in said


def test_what_was_looked_at_is_not_what_is_applied(
    vault_folder: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft moves only to the version that the app has: another would strand it."""
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "--vault", str(vault_folder), "--form", str(newer), "--apply")
    assert ended.value.code == 2


def test_what_becomes_alike_of_many_questions_is_told_once() -> None:
    """A section that is named as a whole is told with how many of its questions it stands for."""
    why = "The choice is not there any more."
    apart = Move("orphaned", "/data/criteria", "", why)
    renamed = Move("renamed", "/data/work/a", "/data/work/b", "It has another name.")
    draft = Outlook("1", "1", (apart, renamed, apart, apart), whole=True)
    assert list(described(draft))[1:] == [
        f"  kept apart: 3 questions in /data/criteria. {why}",
        "  renamed: /data/work/a to /data/work/b. It has another name.",
    ]

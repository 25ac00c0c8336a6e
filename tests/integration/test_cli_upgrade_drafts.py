"""`intake-app form upgrade` on a device with several drafts, where not all goes well."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake_app import cli, earlier
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.draft import Draft
from intake_app.errors import RecordChanged
from intake_app.interview.form import Form, fingerprint
from intake_app.reference import Library
from intake_app.vault import FileSecret, Vault
from tests.integration.conftest import PASSPHRASE
from tests.integration.versions import ADAPTATION, FOR_WHOM, begun, compiled, without

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="records")
def hold_interviews(vault_folder: Path, questionnaire: Form, library: Library) -> list[str]:
    """Hold two interviews, and begin one for who does not want it."""
    clock = FixedClock()
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=clock)
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        cases = Caseload(unlocked, questionnaire, library, clock)
        drafts = [begun(cases) for _ in range(3)]
        drafts[2].answer("/data/explanation/ready", "no")
        drafts[2].stop()
        return [draft.record_id for draft in drafts[:2]]


@pytest.fixture(name="run")
def command(
    vault_folder: Path,
    records: list[str],
    newer: Form,
    questionnaire: Form,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs the command in an app that has the newer version."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: None)
    monkeypatch.setattr("intake_app.caseload.load_questionnaire", lambda: newer)
    monkeypatch.setattr(earlier, "load", {questionnaire.hash: questionnaire}.get)

    def run(*options: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
        code = cli.run(["form", "upgrade", "--vault", str(vault_folder), *options])
        return code, *capsys.readouterr()

    return run


def drafts(said: str) -> dict[str, Any]:
    """Return what the command told a program, by record."""
    return {draft["record"]: draft for draft in json.loads(said)["drafts"]}


def test_looking_moves_nothing(run: Run, records: list[str]) -> None:
    """As often as it is done; what is no draft is not looked at."""
    for _ in range(2):
        code, said, _ = run()
        assert code == 0
        assert said.startswith("2 of 2 drafts would move to version next\n")
        assert said.count("kept apart: /data/household. The question is not there") == 2
        assert FOR_WHOM not in said
    assert set(drafts(run("--json")[1])) == set(records)


def test_a_draft_that_fails_keeps_no_other_from_moving(
    run: Run, records: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told with its reason, and the next run moves it."""
    moved, failed = records
    open_draft = Draft.open

    def fail_for_one(desk: Any, record_id: str) -> Draft:  # noqa: ANN401 - handed on
        if record_id == failed:
            raise RecordChanged
        return open_draft(desk, record_id)

    with monkeypatch.context() as broken:
        broken.setattr(Draft, "open", fail_for_one)
        code, said, _ = run("--apply", "--json")
    assert code == 1
    told = drafts(said)
    assert [told[each]["done"] for each in (moved, failed)] == [True, False]
    assert told[failed]["trouble"] == RecordChanged().sentence
    code, said, _ = run("--apply")
    assert code == 0
    assert said.startswith(f"1 of 1 drafts moved to version next\nrecord {failed}, ")
    assert run("--apply")[1] == (
        "no draft is of another version than next: there is nothing to move\n"
    )


def test_a_person_who_waits_sees_how_far_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal only: a file or a program gets the report alone."""
    assert run()[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run("--apply")[2] == "\rdraft 1 of 2\rdraft 2 of 2\n"


def test_without_the_earlier_version_no_question_is_named_that_lay_with_health(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not even where the newer one asks nothing about health in that section any more."""
    monkeypatch.setattr(earlier, "load", lambda _: None)
    source = compiled()
    for path in (ADAPTATION, FOR_WHOM):
        without(source, path)
    file = tmp_path / "newer.json"
    source["version"] = "later"
    file.write_text(json.dumps({**source, "hash": fingerprint(source)}), encoding="utf-8")
    said = run("--form", str(file), "--json")[1]
    assert "adaptation" not in said
    assert "/data/household" in said

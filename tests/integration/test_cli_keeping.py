"""Certificates of erasure, the log, and a damaged vault, at the command line."""

import base64
import io
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from intake_app import cli
from intake_app.clock import FixedClock, SystemClock
from intake_app.vault import FileSecret, Vault
from tests.integration.conftest import PASSPHRASE

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return a function that runs a command on the vault; it gives exit code and output."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: None)

    def ran(*command: str, vault: bool = True) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
        where = ("--vault", str(vault_folder)) if vault else ()
        code = cli.run(["vault", *command, *where])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ran


@pytest.fixture
def erased(vault_folder: Path) -> dict[str, Any]:
    """Erase a record in the vault; return its certificate."""
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=SystemClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        record = unlocked.create_record(
            form_id="s", form_version="1", summary={}, body={}, health={}
        )
        return unlocked.erase_record(record.id, reason="asked")


def test_certificates_leave_the_device_and_are_checked_without_it(
    run: Run, erased: dict[str, Any], tmp_path: Path
) -> None:
    """With the public key that the organisation noted; the file is what was printed."""
    code, out = run("certificates", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["certificates"] == [erased]
    file = tmp_path / "certificates.json"
    file.write_text(out, encoding="utf-8")
    code, out = run("check-certificate", str(file), "--key", told["public_key"], vault=False)
    assert code == 0
    assert out.split() == ["holds", erased["at"], erased["record"]]


@pytest.mark.parametrize("change", [{"record": "another"}, {"at": "2020-01-01"}, {"type": "x"}])
def test_a_certificate_that_was_changed_does_not_hold(
    run: Run, erased: dict[str, Any], tmp_path: Path, change: dict[str, str]
) -> None:
    """Exit code 1, and it is named."""
    file = tmp_path / "one.json"
    file.write_text(json.dumps({**erased, **change}), encoding="utf-8")
    code, out = run("check-certificate", str(file), "--key", erased["public_key"], vault=False)
    assert code == 1
    assert out.startswith("DOES NOT HOLD")


def test_a_certificate_of_another_device_does_not_hold(
    run: Run, erased: dict[str, Any], tmp_path: Path
) -> None:
    """The key inside the certificate proves nothing: the one that was noted does."""
    file = tmp_path / "one.json"
    file.write_text(json.dumps(erased), encoding="utf-8")
    other = base64.b64encode(bytes(32)).decode()
    code, out = run("check-certificate", str(file), "--key", other, "--json", vault=False)
    assert code == 1
    assert json.loads(out) == {"certificates": [{"record": erased["record"], "holds": False}]}


@pytest.mark.parametrize("content", ["", "[]", "3", '{"certificates": 3}', '{"certificates": [3]}'])
def test_a_file_without_certificates_is_one_sentence(
    run: Run, tmp_path: Path, content: str
) -> None:
    """It names the file."""
    file = tmp_path / "one.json"
    file.write_text(content, encoding="utf-8")
    key = base64.b64encode(bytes(32)).decode()
    code, out = run("check-certificate", str(file), "--key", key, vault=False)
    assert code == 4
    assert "one.json cannot be read" in out


@pytest.mark.parametrize(
    "command",
    [
        ("check-certificate", "x", "--key", "short"),
        ("audit", "--head", "xyz"),
        ("audit", "--since", "yesterday"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_told_before_anything_is_opened(
    run: Run, command: tuple[str, ...]
) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        run(*command, vault=False)
    assert ended.value.code == 2


def test_the_log_is_exported_with_the_head_of_its_chain(
    run: Run, vault_folder: Path, erased: dict[str, Any]
) -> None:
    """Who, what, when, which record; each entry with the head after it."""
    code, out = run("audit", "--json")
    told = json.loads(out)
    assert code == 0
    assert [entry["what"] for entry in told["entries"]] == [
        "vault created",
        "unlocked",
        "record created",
        "record erased",
        "unlocked",
    ]
    assert told["entries"][-1]["head"] == told["head"]
    assert told["entries"][3]["record"] == erased["record"]
    assert told["entries"][3]["who"] == erased["by"]
    assert told["users"] == {erased["by"]: "Test Screener"}
    assert told["clock_set_back"] is False


def test_an_anchored_head_is_looked_up(run: Run, erased: dict[str, Any]) -> None:
    """The one of the certificate is in the chain; one that never was is not: exit code 1."""
    code, out = run("audit", "--head", erased["audit_head"].upper(), "--json")
    told = json.loads(out)
    assert (code, told["head_found_at"]) == (0, 5)
    assert [e["what"] for e in told["entries"] if e["seq"] == 5] == ["record erased"]
    code, out = run("audit", "--head", "0" * 64)
    assert code == 1
    assert "IS NOT in this chain" in out


def test_the_log_can_be_asked_from_a_date_on(run: Run, erased: dict[str, Any]) -> None:
    """The vault was made on the clock of the tests, the rest today."""
    code, out = run("audit", "--since", "2300-01-01", "--json")
    assert (code, json.loads(out)["entries"]) == (0, [])
    code, out = run("audit", "--since", "2026-11-23")
    assert code == 0
    assert "2026-11-23 09:00:00  Test Screener  vault created" in out


def test_a_damaged_vault_is_told_of_thing_by_thing(run: Run, vault_folder: Path) -> None:
    """Unlocking refuses it; verifying names what is damaged, with exit code 1, and writes nothing.

    The sentence of the refusal says which command that is.
    """
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=SystemClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        content: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}
        ids = [
            unlocked.create_record(form_id="s", form_version="1", **content).id for _ in range(2)
        ]
    with closing(sqlite3.connect(vault_folder / "vault.db")) as connection:
        connection.execute("UPDATE record SET summary = zeroblob(546) WHERE id = ?", ids[:1])
        connection.commit()
    code, out = run("certificates")
    assert code == 3
    assert "intake-app vault verify" in out
    before = (vault_folder / "vault.db").read_bytes()
    code, out = run("verify")
    assert code == 1
    assert "2 records" in out
    assert f"damaged: record {ids[0]}" in out
    assert ids[1] not in out
    code, out = run("verify", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["damaged"]) == (1, False, ["rows", f"record {ids[0]}"])
    assert {"thing": "record", "id": ids[1], "verdict": "whole"} in told["findings"]
    assert (vault_folder / "vault.db").read_bytes()[:4096] == before[:4096]


def test_an_earlier_copy_is_refused_until_an_administrator_accepts_it(
    run: Run, vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sentence that names the way out; once accepted it is the vault, and the log tells."""
    monkeypatch.setattr(FileSecret, "remembered", lambda *_: 99)
    code, out = run("verify")
    assert code == 3
    assert "earlier copy" in out
    assert "--accept-older" in out
    code, out = run("verify", "--accept-older")
    assert (code, "whole" in out) == (0, True)
    monkeypatch.setattr(FileSecret, "remembered", lambda *_: 0)
    code, out = run("audit")
    assert "older vault accepted" in out


def test_a_new_vault_tells_what_to_note(run: Run, tmp_path: Path) -> None:
    """The public key that certificates are checked with, and where the device's own key lies."""
    made = ("init", "--organisation", "P", "--location", "P", "--user", "P", "--generate")
    where = ("--vault", str(tmp_path / "one"))
    code, out = run(*made, "--json", *where, vault=False)
    told = json.loads(out)
    assert code == 0
    assert len(base64.b64decode(told["public_key"])) == 32
    assert told["device_key_in"] == "file"
    code, out = run(*made, "--vault", str(tmp_path / "two"), vault=False)
    assert code == 0
    assert "lies in a file beside the vault" in out
    assert "public key, to note" in out


def test_a_clock_that_was_set_back_is_said(run: Run, vault_folder: Path) -> None:
    """In the log, and beside it."""
    ahead = FixedClock()
    ahead.move(days=36_500)
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=ahead)
    vault.unlock(vault.users()[0].id, PASSPHRASE).close()
    code, out = run("audit")
    assert code == 0
    assert "clock set back" in out
    assert "clock runs behind" in out

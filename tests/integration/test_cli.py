"""The command line, as a person and a script use it."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake_app import cli
from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, Vault

if TYPE_CHECKING:
    from screens.services import Services

PASSPHRASE = "plainly a test, not a secret"
COMMANDS: tuple[list[str], ...] = (
    [],
    ["run"],
    ["demo"],
    ["sandbox"],
    ["sync"],
    ["selftest"],
    ["form"],
    ["form", "compile"],
    ["form", "check"],
    ["form", "diff"],
    ["form", "replay"],
    ["form", "upgrade"],
    ["vault"],
    ["vault", "init"],
    ["vault", "verify"],
    ["vault", "hold"],
    ["vault", "passphrase"],
    ["vault", "rotate"],
    ["vault", "recovery-key"],
    ["vault", "set-recovery"],
    ["vault", "recover"],
    ["vault", "user"],
    ["vault", "user", "list"],
    ["vault", "user", "add"],
    ["vault", "user", "remove"],
    ["vault", "user", "roles"],
    ["vault", "user", "rename"],
    ["vault", "user", "reset"],
    ["vault", "certificates"],
    ["vault", "check-certificate"],
    ["vault", "audit"],
)
FORM = """\
| survey |         |       |          |            |
|        | type    | name  | label    | constraint |
|        | integer | years | Hoe oud? | . < 120    |
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """Write a questionnaire of one question."""
    path = tmp_path / "small.md"
    path.write_text(FORM, encoding="utf-8")
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Type the test's passphrase at standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
    return monkeypatch


@pytest.fixture(autouse=True)
def device_secret_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's keyring out of the tests."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)


@pytest.fixture(autouse=True)
def undumpable(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Leave this process as it is; return what was asked of it."""
    asked: list[bool] = []
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: asked.append(True))
    return asked


def script(tmp_path: Path, *actions: object) -> str:
    """Write a script and return its name."""
    path = tmp_path / "script.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in actions), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` tells what it does, and the exit code is 0."""
    with pytest.raises(SystemExit) as ended:
        cli.run([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: intake-app" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_takes_a_passphrase(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A passphrase in an argument stands in the list of processes; there is no such option."""
    with pytest.raises(SystemExit):
        cli.run([*command, "--help"])
    assert "--pass" not in capsys.readouterr().out


def test_what_is_not_a_command_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """The usage is shown."""
    with pytest.raises(SystemExit) as ended:
        cli.run(["dance"])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["run", "--port", "99999"],
        ["sandbox", "--port", "-1"],
        ["vault", "init", "--organisation", " ", "--location", "P", "--user", "P"],
        ["form", "replay", "form.csv", "script", "--today", "23-11-2026"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_exit_code_2(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told before anything begins."""
    with pytest.raises(SystemExit) as ended:
        cli.run(command)
    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err


def test_a_form_is_compiled(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON stands beside its source."""
    assert cli.run(["form", "compile", str(form), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(form.with_suffix(".json"))
    assert json.loads(form.with_suffix(".json").read_text(encoding="utf-8"))["hash"] == told["hash"]


def test_a_form_that_does_not_compile_names_the_place(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheet and row, in one sentence, and no file is left."""
    form.write_text(FORM.replace(". < 120", "dance(.)"), encoding="utf-8")
    assert cli.run(["form", "compile", str(form)]) == 4
    said = capsys.readouterr().err
    assert "dance" in said
    assert "row 2" in said
    assert "Traceback" not in said
    assert not form.with_suffix(".json").exists()


def test_a_replay_prints_a_line_before_and_after_each_action(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is told, and an answer that may not be is not valid."""
    name = script(tmp_path, {"set": "/data/years", "value": "130"})
    assert cli.run(["form", "replay", str(form), name, "--json"]) == 0
    before, after = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (before["step"], after["step"]) == (0, 1)
    assert before["nodes"]["/data/years"]["value"] == ""
    assert after["nodes"]["/data/years"] == {
        "relevant": True,
        "required": False,
        "readonly": False,
        "value": "130",
        "valid": False,
        "label": "Hoe oud?",
    }


def test_an_impossible_action_is_exit_code_1(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in its step, the rest goes on."""
    name = script(
        tmp_path, {"set": "/data/nobody", "value": "1"}, {"set": "/data/years", "value": "3"}
    )
    assert cli.run(["form", "replay", str(form), name, "--json"]) == 1
    _, refused, after = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert set(refused) == {"step", "error"}
    assert after["nodes"]["/data/years"]["value"] == "3"


def test_a_value_that_is_no_text_is_told_so(
    form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number without quotation marks is the likeliest slip of whoever writes a script."""
    name = script(tmp_path, {"set": "/data/years", "value": 3})
    assert cli.run(["form", "replay", str(form), name, "--json"]) == 1
    assert "in quotation marks" in json.loads(capsys.readouterr().out.splitlines()[1])["error"]


def test_a_vault_is_made_and_verified(
    tmp_path: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The passphrase comes from standard input."""
    folder = str(tmp_path / "vault")
    made = ["vault", "init", "--vault", folder, "--organisation", "Proef", "--location", "Proef"]
    assert cli.run([*made, "--user", "Proef"]) == 0
    typed.setattr(sys, "stdin", io.StringIO(PASSPHRASE + "\n"))
    capsys.readouterr()
    assert cli.run(["vault", "verify", "--vault", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_a_vault_is_made_with_the_case_systems_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are sealed with the settings; a passphrase that was made is told this once."""
    file = tmp_path / "endpoints.json"
    file.write_text('{"organisation": {"zaken": "https://zaken.example"}}', encoding="utf-8")
    folder = tmp_path / "vault"
    made = ["vault", "init", "--vault", str(folder), "--organisation", "P", "--location", "P"]
    made += ["--user", "P", "--generate", "--json", "--endpoints", str(file)]
    assert cli.run(made) == 0
    told = json.loads(capsys.readouterr().out)
    vault = Vault.open(folder, device=FileSecret(folder), clock=SystemClock())
    with vault.unlock(vault.users()[0].id, told["passphrase"]) as unlocked:
        assert unlocked.settings()["endpoints"]["organisation"] == {
            "zaken": "https://zaken.example"
        }


@pytest.mark.parametrize("content", ["", "[]", '{"organisation": 3}'])
def test_case_systems_that_cannot_be_read_make_no_vault(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence that names the file, and nothing on disk."""
    file = tmp_path / "endpoints.json"
    file.write_text(content, encoding="utf-8")
    folder = tmp_path / "vault"
    made = ["vault", "init", "--vault", str(folder), "--organisation", "P", "--location", "P"]
    assert cli.run([*made, "--user", "P", "--generate", "--endpoints", str(file)]) == 4
    assert "endpoints.json" in capsys.readouterr().err
    assert not folder.exists()


def test_a_vault_that_is_there_is_left_alone(
    vault_folder: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Making one over it is refused."""
    made = ["vault", "init", "--vault", str(vault_folder), "--organisation", "P"]
    assert cli.run([*made, "--location", "P", "--user", "P"]) == 3
    assert "already" in capsys.readouterr().err
    vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=SystemClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        assert unlocked.settings()["organisation"] == "Voorbeeld Opvang"


def test_a_wrong_passphrase_is_one_sentence(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, and nothing of what was typed."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("something else entirely\n"))
    assert cli.run(["vault", "verify", "--vault", str(vault_folder)]) == 3
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "do not belong together" in said.err
    assert "entirely" not in said.err + said.out


def test_an_unknown_user_and_a_wrong_passphrase_are_the_same_sentence(
    vault_folder: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nobody is told that there are more users than there are."""
    command = ["vault", "verify", "--vault", str(vault_folder), "--user", "Nobody"]
    assert cli.run(command) == 3
    assert "do not belong together" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["sync"], ["vault", "verify"]], ids=" ".join)
def test_a_command_that_unlocks_keeps_its_memory_to_itself(
    command: list[str], vault_folder: Path, typed: pytest.MonkeyPatch, undumpable: list[bool]
) -> None:
    """As the app itself does: no core dump holds a key."""
    assert cli.run([*command, "--vault", str(vault_folder)]) == 0
    assert undumpable == [True]


def test_a_demonstration_leaves_nothing_in_the_systems_keyring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its vault is gone afterwards, and so is its device's secret."""
    served: list[Services] = []
    monkeypatch.setattr("intake_app.vault.device_secret", _no_keyring)
    monkeypatch.setattr("intake_app.demo.prepare", lambda *_, **__: "a phrase")
    monkeypatch.setattr("screens.serving.serve", lambda services, **_: served.append(services))
    assert cli.run(["demo", "--no-open"]) == 0
    assert served[0].device.kind == "file"


def _no_keyring(_: Path) -> FileSecret:
    raise AssertionError


def test_a_folder_without_a_vault_says_so(
    tmp_path: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking makes nothing."""
    assert cli.run(["sync", "--vault", str(tmp_path / "none")]) == 3
    assert "no vault here yet" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_damaged_vault_is_one_sentence(
    vault_folder: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no vault is told as damaged, and left as it is."""
    (database,) = vault_folder.glob("*.db")
    database.write_bytes(b"this is no database" * 100)
    assert cli.run(["vault", "verify", "--vault", str(vault_folder)]) == 3
    assert "damaged" in capsys.readouterr().err
    assert database.read_bytes().startswith(b"this is no database")


def test_sync_says_what_it_did(
    vault_folder: Path, typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty outbox is delivered at once."""
    assert cli.run(["sync", "--vault", str(vault_folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "delivered": 0,
        "waiting": 0,
        "failed": 0,
        "erased": 0,
    }


def test_what_nobody_foresaw_is_a_sentence_without_values(
    form: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no value of the error; the kind and the place are enough for us."""

    def breaks(*_: object, **__: object) -> object:
        raise ValueError("Test Bewoner 1234567890")

    monkeypatch.setattr("intake_app.authoring.compile.compile_to", breaks)
    assert cli.run(["form", "compile", str(form)]) == 4
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "Bewoner" not in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_the_selftest_passes() -> None:
    """All of the way, in an own process, as a person runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "intake_app", "selftest", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    checks = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    assert [check["name"] for check in checks if not check["passed"]] == []
    assert len(checks) == 8
    assert done.returncode == 0

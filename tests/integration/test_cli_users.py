"""Who may open a vault, and its recovery, from the command line."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from intake_app import cli
from intake_app.clock import SystemClock
from intake_app.vault import FileSecret, Vault

FIRST, SECOND = "plainly a test, not a secret", "another test, not a secret"


@pytest.fixture(autouse=True)
def device_secret_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's keyring out of the tests, and this process as it is."""
    monkeypatch.setattr("intake_app.vault.device_secret", FileSecret)
    monkeypatch.setattr("intake_app.vault.make_undumpable", lambda: True)


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that types passphrases at a command and gives its code and output."""

    def do(*command: str, typed: tuple[str, ...] = (FIRST,)) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        keyless = command[:2] == ("vault", "recovery-key")
        code = cli.run([*command, *([] if keyless else ["--vault", str(tmp_path / "vault")])])
        said = capsys.readouterr()
        return code, said.out or said.err

    return do


@pytest.fixture
def ask(run: Run) -> Callable[..., Any]:
    """Return a function that runs a command for a program, and gives what it printed."""

    def do(*command: str, typed: tuple[str, ...] = (FIRST,)) -> Any:  # noqa: ANN401 - JSON
        code, said = run(*command, "--json", typed=typed)
        assert code == 0, said
        return json.loads(said)

    return do


@pytest.fixture(autouse=True)
def made(run: Run) -> None:
    """Make a vault of one user."""
    init = ("vault", "init", "--organisation", "O", "--location", "L", "--user", "Test Eerste")
    assert run(*init)[0] == 0


def users(ask: Callable[..., Any], who: str = "Test Eerste", typed: str = FIRST) -> dict[str, Any]:
    """Return who is there, by name."""
    told = ask("vault", "user", "list", "--user", who, typed=(typed,))
    return {each["name"]: each for each in told}


def test_somebody_is_added_and_chooses_a_passphrase(run: Run, ask: Callable[..., Any]) -> None:
    """The one that was given is good for nothing else, and the one that is made is shown once."""
    told = ask("vault", "user", "add", "Test Tweede", "--role", "screener", "--generate")
    given, user = told["passphrase"], told["user"]
    assert users(ask)["Test Tweede"] == {
        "id": user,
        "name": "Test Tweede",
        "roles": ["screener"],
        "temporary": True,
    }
    code, said = run("vault", "user", "list", "--user", user, typed=(given,))
    assert (code, "Choose one of your own first" in said) == (3, True)
    assert run("sync", "--user", user, typed=(given,))[0] == 3
    assert ask("vault", "passphrase", "--user", user, typed=(given, SECOND)) == {"user": user}
    assert not users(ask, "Test Tweede", SECOND)["Test Tweede"]["temporary"]
    assert given not in said


def test_a_new_user_of_a_given_passphrase(run: Run, ask: Callable[..., Any]) -> None:
    """Typed after one's own; a short one, a bad role or a taken name is refused."""
    add = ("vault", "user", "add", "Test Tweede", "--role", "placement", "--role", "screener")
    assert run(*add, typed=(FIRST, "te kort"))[0] == 3
    assert run(*add, typed=(FIRST, SECOND)) == (0, "Test Tweede was added\n")
    assert users(ask)["Test Tweede"]["roles"] == ["screener", "placement"]
    code, said = run(*add, "--user", "Test Eerste", typed=(FIRST, SECOND))
    assert (code, "already" in said) == (3, True)
    with pytest.raises(SystemExit) as ended:
        run("vault", "user", "add", "Test Derde", "--role", "director")
    assert ended.value.code == 2


def test_roles_names_and_leaving(run: Run, ask: Callable[..., Any]) -> None:
    """By name or by id; who is not there, or oneself, is refused with a sentence."""
    by = ("--user", "Test Eerste")
    user = ask("vault", "user", "add", "Test Tweede", "--role", "screener", "--generate")["user"]
    told = ask("vault", "user", "roles", "Test Tweede", "--role", "placement", *by)
    assert told == {"user": user, "drafts": [], "pending": 0, "waits_for": []}
    assert ask("vault", "user", "rename", user, "Test Andere", *by) == {"user": user}
    assert users(ask)["Test Andere"]["roles"] == ["placement"]
    assert run("vault", "user", "remove", "Test Andere", *by) == (0, "Test Andere was removed\n")
    assert list(users(ask)) == ["Test Eerste"]
    for who in ("Test Andere", "Test Eerste"):
        assert run("vault", "user", "remove", who)[0] == 3


def test_a_lost_passphrase_is_replaced(run: Run, ask: Callable[..., Any]) -> None:
    """By an administrator; the person chooses another at the next unlocking."""
    user = ask("vault", "user", "add", "Test Tweede", "--role", "screener", "--generate")["user"]
    told = ask("vault", "user", "reset", user, "--generate", "--user", "Test Eerste")
    ask("vault", "passphrase", "--user", user, typed=(told["passphrase"], SECOND))
    code, said = run("vault", "user", "remove", "Test Eerste", "--user", user, typed=(SECOND,))
    assert (code, "role does not allow" in said) == (3, True)


def test_a_leavers_draft_is_given_to_a_colleague(
    tmp_path: Path, run: Run, ask: Callable[..., Any]
) -> None:
    """Removing names it, and a placement officer hands it on."""
    by = ("--user", "Test Eerste")
    told = ask("vault", "user", "add", "Test Tweede", "--role", "screener", "--generate")
    ask("vault", "passphrase", "--user", told["user"], typed=(told["passphrase"], SECOND))
    ask("vault", "user", "add", "Test Derde", "--role", "screener", "--generate", *by)
    device = FileSecret(tmp_path / "vault")
    with closing(Vault.open(tmp_path / "vault", device=device, clock=SystemClock())) as opened:
        vault = opened.unlock(told["user"], SECOND)
        vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
    (draft,) = ask("vault", "user", "remove", "Test Tweede", *by)["drafts"]
    third = users(ask)["Test Derde"]["id"]
    assert ask("vault", "hold", draft, "Test Derde", *by) == {"record": draft, "user": third}
    assert run("vault", "hold", "nothing", "Test Derde", *by)[0] == 3


def test_keys_are_renewed_on_command(ask: Callable[..., Any], run: Run) -> None:
    """And broken off, it is finished by another command."""
    assert ask("vault", "rotate") == {"pending": 0, "waits_for": []}
    assert run("vault", "rotate", "--finish") == (0, "What can be is under the newest keys\n")
    assert run("vault", "verify")[0] == 0


def test_a_recovery_key_is_made_given_rehearsed_and_used(
    tmp_path: Path, run: Run, ask: Callable[..., Any]
) -> None:
    """From the organisation's safe to a new administrator."""
    file = str(tmp_path / "safe.json")
    made = ask("vault", "recovery-key", file, typed=(SECOND,))
    assert ask("vault", "set-recovery", made["public"]) == {
        "fingerprint": made["fingerprint"],
        "pending": 0,
    }
    recover = ("vault", "recover", "--key", file)
    told = ask(*recover, "--dry-run", typed=(SECOND,))
    assert (told["ok"], told["unopened"], told["slots"]) == (True, [], True)
    code, said = run(*recover, "--dry-run", typed=(SECOND,))
    assert (code, "all of it opens" in said) == (0, True)
    assert run(*recover, typed=(SECOND,))[0] == 4
    assert run(*recover, "--dry-run", typed=(FIRST,))[0] == 3
    done = ask(*recover, "--name", "Test Nieuw", "--remove", "Test Eerste", typed=(SECOND, SECOND))
    assert len(done["removed"]) == 1
    assert users(ask, "Test Nieuw", SECOND)["Test Nieuw"]["id"] == done["user"]


def test_a_rehearsal_that_fails_is_exit_code_1(
    tmp_path: Path, run: Run, ask: Callable[..., Any]
) -> None:
    """The administrator who gave the key could not give all: what is left out is named."""
    user = ask("vault", "user", "add", "Test Beheer", "--role", "administrator", "--generate")
    typed = (user["passphrase"], SECOND)
    ask("vault", "passphrase", "--user", "Test Beheer", typed=typed)
    file, device = str(tmp_path / "safe.json"), FileSecret(tmp_path / "vault")
    made = ask("vault", "recovery-key", file, typed=(SECOND,))
    with closing(Vault.open(tmp_path / "vault", device=device, clock=SystemClock())) as opened:
        first = next(entry.id for entry in opened.users() if entry.name == "Test Eerste")
        vault = opened.unlock(first, FIRST)
        vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
    give = ("vault", "set-recovery", made["public"], "--user", "Test Beheer")
    assert ask(*give, typed=(SECOND,))["pending"] == 1
    code, said = run("vault", "recover", "--key", file, "--dry-run", typed=(SECOND,))
    assert (code, "NOT ALL" in said, "does not open: record" in said) == (1, True, True)


def test_a_vault_is_made_with_the_recovery_key(
    tmp_path: Path, run: Run, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And refused with one that was copied wrongly: nothing is made."""
    file, folder = str(tmp_path / "safe.json"), tmp_path / "other"
    public = ask("vault", "recovery-key", file)["public"]
    init = ["vault", "init", "--organisation", "O", "--location", "L", "--user", "Test Tweede"]
    for text, code in ((f"{public[:-1]}1", 3), (public, 0)):
        assert not folder.exists()
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{FIRST}\n"))
        assert cli.run([*init, "--recovery-key", text, "--vault", str(folder)]) == code
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{FIRST}\n"))
    assert cli.run(["vault", "recover", "--key", file, "--dry-run", "--vault", str(folder)]) == 0

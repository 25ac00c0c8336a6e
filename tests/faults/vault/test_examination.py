"""A damaged vault is read past its damage, thing by thing, and never written to."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    TooManyAttempts,
    VaultDamaged,
    VaultInUse,
    VaultMissing,
    VaultTooNew,
    WrongPassphrase,
)
from intake_app.vault import FileSecret, Vault, VerifyReport, examine
from tests.faults.vault.conftest import MARKER, PASSPHRASE, Made, open_vault
from tests.faults.vault.test_tampering import TAMPERING, run

PAGE = 4096


def look(folder: Path, passphrase: str = PASSPHRASE, user: str | None = None) -> VerifyReport:
    """Examine a vault."""
    return examine(
        folder, device=FileSecret(folder), user=user, passphrase=passphrase, clock=FixedClock()
    )


def files(folder: Path) -> dict[str, bytes]:
    """Return all that lies in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_whole_vault_is_whole(made: Made) -> None:
    """Every thing is told of; only what nobody unlocked is missing."""
    report = look(made.folder)
    assert report.ok
    assert report.sealed_away == 0
    told = {each.thing for each in report.findings}
    assert told == {
        *("file", "schema", "rows", "vault", "slot", "key", "grant", "misses"),
        *("record", "health of record", "package", "receipt", "log"),
    }
    assert (report.records, report.packages, report.receipts) == (2, 2, 1)
    assert look(made.folder, user=MARKER) == report


#: What was changed, and what is named for it beside "rows"; `{r}` is the first record.
NAMED: dict[str, tuple[str, set[str]]] = {
    "a body": (
        "UPDATE record SET body = randomblob(4130) WHERE id = '{r}'",
        {"record {r}"},
    ),
    "a health compartment": (
        "UPDATE record SET health = randomblob(2082) WHERE id = '{r}'",
        {"health of record {r}"},
    ),
    "a summary": (
        "UPDATE record SET summary = randomblob(546) WHERE id = '{r}'",
        {"rows", "record {r}"},
    ),
    "a record's key": (
        "UPDATE record SET record_key = randomblob(66) WHERE id = '{r}'",
        {"rows", "record {r}"},
    ),
    "a record's revision": (
        "UPDATE record SET revision = revision - 1 WHERE id = '{r}'",
        {"rows", "record {r}"},
    ),
    "a state that there is not": (
        "UPDATE record SET state = 'lost' WHERE id = '{r}'",
        {"rows", "record {r}"},
    ),
    "a record's date": ("UPDATE record SET since = 0 WHERE id = '{r}'", {"rows"}),
    "a record deleted": ("DELETE FROM record WHERE id = '{r}'", {"rows"}),
    "a package": (
        "UPDATE outbox SET package = randomblob(4130) WHERE id = '{p}'",
        {"package {p}"},
    ),
    "a journal": (
        "UPDATE outbox SET details = randomblob(1058) WHERE id = '{p}'",
        {"rows", "package {p}"},
    ),
    "the settings": (
        "UPDATE vault SET settings = zeroblob(4130)",
        {"rows", "vault {v}"},
    ),
    "the state": (
        "UPDATE vault_state SET state = randomblob(290)",
        {"rows"},
    ),
    "a role's public key": (
        "UPDATE role_key SET public = randomblob(32) WHERE role = 'health'",
        {"rows", "key health 1"},
    ),
    "a log entry": (
        "UPDATE audit SET entry = randomblob(290) WHERE seq = 4",
        {"log 4"},
    ),
    "a log entry deleted": ("DELETE FROM audit WHERE seq = 4", {"log 5"}),
    "the end of the log": (
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        {"log (its end is not what it was)"},
    ),
    "a trigger": (
        "CREATE TRIGGER t BEFORE UPDATE ON record BEGIN SELECT RAISE(IGNORE); END",
        {"schema"},
    ),
    "the count of misses": ("UPDATE attempt SET misses = randomblob(290)", {"misses"}),
}


@pytest.mark.parametrize(("script", "named"), NAMED.values(), ids=NAMED.keys())
def test_what_is_damaged_is_named_and_the_rest_is_read(
    made: Made, script: str, named: set[str]
) -> None:
    """By record, package, entry; and not a byte of the folder is touched."""
    with closing(sqlite3.connect(made.folder / "vault.db")) as connection:
        (vault_id,) = connection.execute("SELECT id FROM vault").fetchone()
    ids = {"r": made.record_ids[0], "p": made.outbox_ids[0], "v": vault_id}
    run(made.folder, script.format(**ids))
    before = files(made.folder)
    report = look(made.folder)
    assert set(report.damaged) == {each.format(**ids) for each in named}
    assert files(made.folder) == before


@pytest.mark.parametrize("script", TAMPERING.values(), ids=TAMPERING.keys())
def test_no_change_is_told_to_be_whole(made: Made, script: str) -> None:
    """Whatever refuses to unlock is named here too, or cannot be opened at all."""
    run(made.folder, script)
    before = files(made.folder)
    with suppress(VaultDamaged, WrongPassphrase):
        assert not look(made.folder).ok
    assert files(made.folder) == before


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE user_slot SET salt = randomblob(16)",
        "UPDATE user_slot SET private = randomblob(290)",
        "UPDATE user_slot SET commitment = randomblob(32)",
    ],
)
def test_a_damaged_slot_is_told_from_a_wrong_passphrase(made: Made, script: str) -> None:
    """Nothing else can be opened, and the person is not told to try again."""
    run(made.folder, script)
    report = look(made.folder)
    assert len(report.damaged) == 1
    assert report.damaged[0].startswith("slot ")


def test_a_grant_that_is_gone_is_named_and_seals_away(made: Made) -> None:
    """What it would have opened is not damaged: it cannot be read by this user."""
    run(made.folder, "DELETE FROM role_grant WHERE role = 'records'")
    report = look(made.folder)
    assert {each.split(" of ")[0] for each in report.damaged} == {"rows", "grant records"}
    sealed = {each.thing for each in report.findings if each.verdict == "sealed away"}
    assert sealed == {"key", "record", "health of record"}


def test_a_page_that_cannot_be_read_costs_what_lay_on_it(made: Made) -> None:
    """SQLite gives up; what lies on other pages is read, and nothing but a free page is whole."""
    file = made.folder / "vault.db"
    with closing(sqlite3.connect(file)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    content = file.read_bytes()
    whole = unseen = 0
    pages = range(1, len(content) // PAGE)
    for page in pages:
        broken = bytearray(content)
        broken[page * PAGE : page * PAGE + 64] = bytes(64)
        file.write_bytes(broken)
        with suppress(VaultDamaged, WrongPassphrase):
            report = look(made.folder)
            unseen += report.ok
            read = [each.verdict for each in report.findings if each.thing == "record"]
            whole += "whole" in read
    assert unseen <= free
    assert whole > len(pages) // 2


def test_a_header_that_is_damaged_is_read_past(made: Made) -> None:
    """It is the same in every vault."""
    file = made.folder / "vault.db"
    content = bytearray(file.read_bytes())
    content[:24] = b"x" * 24
    file.write_bytes(content)
    assert look(made.folder).damaged == ("file header",)


def test_what_was_written_last_and_lies_in_the_log_of_the_file_is_read(
    made: Made, tmp_path: Path
) -> None:
    """As after a power cut: the write-ahead log is part of the vault."""
    with open_vault(made.folder) as vault:
        vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
        left = tmp_path / "left"
        shutil.copytree(made.folder, left)
    assert (left / "vault.db-wal").stat().st_size > 0
    before = files(left)
    report = look(left)
    assert (report.ok, report.records) == (True, 3)
    assert files(left) == before


def test_a_wrong_passphrase_is_one(made: Made) -> None:
    """Also the one of nobody."""
    for passphrase, user in (("een andere lange zin", None), (PASSPHRASE, "nobody")):
        with pytest.raises(WrongPassphrase):
            look(made.folder, passphrase, user)


def test_a_wait_is_kept_to(made: Made) -> None:
    """Who guesses on the unlock screen does not go on here."""
    vault = Vault.open(made.folder, device=FileSecret(made.folder), clock=FixedClock())
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            vault.unlock("nobody", "een andere lange zin")
    vault.close()
    with pytest.raises(TooManyAttempts):
        look(made.folder)


def test_a_vault_that_is_open_is_left_alone(made: Made) -> None:
    """It says so."""
    with open_vault(made.folder), pytest.raises(VaultInUse):
        look(made.folder)


def test_what_cannot_be_examined_says_why(made: Made, tmp_path: Path) -> None:
    """No vault, a newer one, or noise."""
    with pytest.raises(VaultMissing):
        look(tmp_path)
    run(made.folder, "PRAGMA user_version = 9")
    with pytest.raises(VaultTooNew):
        look(made.folder)
    (made.folder / "vault.db").write_bytes(b"x" * 8192)
    with pytest.raises(VaultDamaged):
        look(made.folder)

"""From one format to the next, proved with a format that nobody has."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import StorageFull, VaultDamaged, VaultTooNew
from intake_app.vault import FileSecret, Role, UnlockedVault, Vault, migrations
from intake_app.vault.crypto import DataEnvelope
from intake_app.vault.migrations import Format, Table
from intake_app.vault.store import FILE_NAME
from intake_app.vault.work import Work
from tests.unit.vault.conftest import PASSPHRASE

Row = dict[str, Any]
CONTENT: dict[str, Any] = {"summary": {"n": 1}, "body": {"b": 2}, "health": {"h": 3}}


def with_colour(work: Work, row: Row) -> Row:
    """Give a record a sealed column more: under the state key, which whoever unlocks holds."""
    place = work.place("record", row["id"], "colour")
    colour = DataEnvelope.seal(work.keyring.current("state").content, b"green", place)
    return {**row, "colour": colour}


def next_format(**converters: migrations.Converter) -> Format:
    """Return a format with a column and a table more, or with other converters."""
    record = migrations.newest().by_name["record"]
    colourful = replace(record, columns={**record.columns, "colour": "BLOB NOT NULL"})
    others = [table for table in migrations.newest().all if table.name != "record"]
    extra = Table("extra", {"id": "TEXT NOT NULL"})
    return Format(2, (*others, colourful, extra), {"record": with_colour, **converters})


@pytest.fixture
def older(vault: UnlockedVault, folder: Path) -> Path:
    """Return the folder of a closed vault of format 1 with three records."""
    for _ in range(3):
        vault.create_record(form_id="s", form_version="1", **CONTENT)
    vault.close()
    return folder


@pytest.fixture
def newer_app(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app know a format more for as long as this lasts."""
    formats = (*migrations.FORMATS, next_format())
    monkeypatch.setattr(migrations, "FORMATS", formats)


def unlock(folder: Path) -> UnlockedVault:
    """Open and unlock; when that fails, let go of the files."""
    opened = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    try:
        first = next(entry.id for entry in opened.users() if entry.name == "Test Eerste")
        return opened.unlock(first, PASSPHRASE)
    except BaseException:
        opened.close()
        raise


def version_of(folder: Path) -> int:
    """Return the format that the file says it has."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def reads_whole(vault: UnlockedVault) -> bool:
    """Tell whether all three records are as they were made, and nothing else is wrong."""
    opened = [vault.open_record(summary.id) for summary in vault.records()]
    held = [{"summary": each.summary, "body": each.body, "health": each.health} for each in opened]
    return held == [CONTENT] * 3 and vault.verify().ok


@pytest.mark.usefixtures("newer_app")
def test_an_older_vault_opens_in_a_newer_app(older: Path) -> None:
    """Everything is there, the new column too; the log says what happened; once is enough."""
    for _ in range(2):
        with unlock(older) as vault:
            assert reads_whole(vault)
            row = vault._work.rows("record")[0]
            place = vault._work.place("record", row["id"], "colour")
            key = vault._work.keyring.current("state").content
            assert DataEnvelope.open(key, row["colour"], place) == b"green"
            said = [entry.what for entry in vault.audit_entries()]
            assert said.count("vault brought to format 2") == 1
            assert vault._row()["format"] == 2
    assert version_of(older) == 2


@pytest.mark.usefixtures("newer_app")
def test_who_may_unlock_is_told_before_the_step(older: Path) -> None:
    """The lock screen reads an older vault as it is, and changes nothing in it."""
    opened = Vault.open(older, device=FileSecret(older), clock=FixedClock())
    assert [user.name for user in opened.users()] == ["Test Eerste"]
    opened.close()
    assert version_of(older) == 1


@pytest.mark.usefixtures("newer_app")
def test_nothing_of_the_older_rows_stays_in_the_log_of_the_file(older: Path) -> None:
    """What was sealed before the step goes as what is erased goes."""
    with unlock(older):
        assert (older / "vault.db-wal").stat().st_size == 0


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_step_that_breaks_off_leaves_the_older_vault(
    older: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """After some rows or before any: it is as it was, in the app of before and for another try."""
    done: list[str] = []

    def breaks(work: Work, row: Row) -> Row:
        if len(done) == rows:
            raise StorageFull
        done.append(row["id"])
        return with_colour(work, row)

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FORMATS", (*migrations.FORMATS, next_format(record=breaks)))
        opened = Vault.open(older, device=FileSecret(older), clock=FixedClock())
        user = opened.users()[0].id
        with pytest.raises(StorageFull):
            opened.unlock(user, PASSPHRASE)
        assert version_of_open(opened) == 1
        rows = 99
        with opened.unlock(user, PASSPHRASE) as vault:
            assert reads_whole(vault)
        assert version_of(older) == 2


def version_of_open(opened: Vault) -> int:
    """Return the format of a file that is held open."""
    return int(opened._store._run("PRAGMA user_version")[0][0])


def test_a_step_whose_commit_fails_leaves_the_older_vault(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last moment at which it can fail."""

    def refuse(_: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FORMATS", (*migrations.FORMATS, next_format()))
        patched.setattr("intake_app.vault.work.Work._seal_state", refuse)
        with pytest.raises(StorageFull):
            unlock(older)
    assert version_of(older) == 1
    with unlock(older) as vault:
        assert reads_whole(vault)


@pytest.mark.usefixtures("newer_app")
def test_an_older_row_that_was_changed_is_not_carried_over(older: Path) -> None:
    """What was changed outside the app is found before the step, and stays for who looks."""
    with closing(sqlite3.connect(older / FILE_NAME)) as connection:
        connection.execute("UPDATE record SET state = 'placed'")
        connection.commit()
    with pytest.raises(VaultDamaged):
        unlock(older)
    assert version_of(older) == 1


def test_the_app_of_before_leaves_a_newer_vault_alone(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not damaged, not touched: too new."""
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FORMATS", (*migrations.FORMATS, next_format()))
        unlock(older).close()
    before = (older / FILE_NAME).read_bytes()
    with pytest.raises(VaultTooNew):
        unlock(older)
    assert (older / FILE_NAME).read_bytes() == before


def test_a_row_that_the_next_format_does_not_know_goes(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A converter may leave a row out; it is counted no more."""
    formats = (*migrations.FORMATS, next_format(record=lambda *_: None))
    monkeypatch.setattr(migrations, "FORMATS", formats)
    with unlock(older) as vault:
        assert vault.records() == ()
        assert vault.verify().ok


@pytest.mark.parametrize("roles", [["administrator"], ["screener"], ["placement"]])
def test_whoever_unlocks_first_takes_the_step_for_all(
    older: Path, monkeypatch: pytest.MonkeyPatch, roles: list[Role]
) -> None:
    """Also who opens no record, or no health answers: what they do not hold stays as it is."""
    with unlock(older) as vault:
        user = vault.people.add("Test Tweede", roles, PASSPHRASE, temporary=False)
    monkeypatch.setattr(migrations, "FORMATS", (*migrations.FORMATS, next_format()))
    opened = Vault.open(older, device=FileSecret(older), clock=FixedClock())
    opened.unlock(user.id, PASSPHRASE).close()
    assert version_of(older) == 2
    with unlock(older) as vault:
        assert reads_whole(vault)

"""Whatever is changed on the disk shows: at unlocking or on reading, never silently."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import VaultDamaged, VaultError, VaultTooNew
from intake_app.vault import FileSecret, Vault
from tests.faults.vault.conftest import MARKER, Made, open_vault, read_everything


def run(folder: Path, script: str) -> None:
    """Change the file the way any program can."""
    with closing(sqlite3.connect(folder / "vault.db")) as connection:
        connection.executescript(script)
        connection.commit()


def swap(table: str, column: str) -> str:
    """Exchange a column between the two rows of a table."""
    return (
        f"CREATE TEMP TABLE t AS SELECT id, {column} c FROM {table};"  # noqa: S608 - the table below
        f"UPDATE {table} SET {column} = (SELECT c FROM t WHERE t.id <> {table}.id LIMIT 1);"
    )


TAMPERING = {
    "a record's state": "UPDATE record SET state = 'finalised'",
    "a record's date": "UPDATE record SET since = since - 86400",
    "a record's time": "UPDATE record SET updated = updated + 3600",
    "a record's holder": "UPDATE record SET holder = 'x'",
    "a record's form": "UPDATE record SET form_version = '2'",
    "a record's revision": "UPDATE record SET revision = revision - 1",
    "a health revision": "UPDATE record SET health_revision = 1",
    "a key generation": "UPDATE record SET generation = 2",
    "a record deleted": "DELETE FROM record WHERE id = (SELECT max(id) FROM record)",
    "all records deleted": "DELETE FROM record",
    "a record's id": "UPDATE record SET id = 'x' WHERE id = (SELECT max(id) FROM record)",
    "a record duplicated": (
        "CREATE TEMP TABLE t AS SELECT * FROM record LIMIT 1; UPDATE t SET id = 'copy';"
        "INSERT INTO record SELECT * FROM t"
    ),
    "record keys swapped": swap("record", "record_key"),
    "summaries swapped": swap("record", "summary"),
    "bodies swapped": swap("record", "body"),
    "health swapped": swap("record", "health"),
    "health keys swapped": swap("record", "health_key"),
    "body in place of health": "UPDATE record SET health = body",
    "an empty body": "UPDATE record SET body = x''",
    "a body cut short": "UPDATE record SET body = substr(body, 1, length(body) - 1)",
    "a package's state": "UPDATE outbox SET state = 'refused'",
    "a package moved to another record": "UPDATE outbox SET record_id = 'x'",
    "a package deleted": "DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)",
    "packages swapped": swap("outbox", "package"),
    "journals swapped": swap("outbox", "details"),
    "a receipt deleted": "DELETE FROM receipt",
    "a receipt's date": "UPDATE receipt SET created = 0",
    "a receipt made an erasure": "UPDATE receipt SET kind = 'erasure'",
    "the settings": "UPDATE vault SET settings = zeroblob(4130)",
    "the vault's id": "UPDATE vault SET id = 'x'",
    "the recovery key": "UPDATE vault SET recovery = randomblob(32)",
    "the verifying key": "UPDATE vault SET verifying = randomblob(32)",
    "the format": "UPDATE vault SET format = 2",
    "no vault row": "DELETE FROM vault",
    "a slot's salt": "UPDATE user_slot SET salt = randomblob(16)",
    "a slot's public key": "UPDATE user_slot SET public = randomblob(32)",
    "a slot's private key": "UPDATE user_slot SET private = randomblob(290)",
    "a slot's commitment": "UPDATE user_slot SET commitment = randomblob(32)",
    "a slot's profile": "UPDATE user_slot SET profile = randomblob(290)",
    "a slot's id": "UPDATE user_slot SET id = 'x'",
    "every slot deleted": "DELETE FROM user_slot",
    "a slot added": (
        "CREATE TEMP TABLE t AS SELECT * FROM user_slot; UPDATE t SET id = 'zz';"
        "INSERT INTO user_slot SELECT * FROM t"
    ),
    "a grant taken away": "DELETE FROM role_grant WHERE role = 'health'",
    "every grant taken away": "DELETE FROM role_grant",
    "a grant to somebody else added": (
        "INSERT INTO role_grant SELECT role, generation, 'x', sealed, signature FROM role_grant"
    ),
    "a grant of another generation": "UPDATE role_grant SET generation = 2",
    "grants swapped": (
        "CREATE TEMP TABLE t AS SELECT * FROM role_grant WHERE role = 'records';"
        "UPDATE role_grant SET sealed = (SELECT sealed FROM t),"
        " signature = (SELECT signature FROM t) WHERE role = 'health'"
    ),
    "a role's public key": "UPDATE role_key SET public = randomblob(32) WHERE role = 'health'",
    "a role's generation added": "INSERT INTO role_key VALUES ('health', 2, randomblob(32))",
    "the last log entry deleted": "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    "a log entry deleted": "DELETE FROM audit WHERE seq = 4",
    "a log entry changed": "UPDATE audit SET entry = randomblob(290) WHERE seq = 4",
    "a log entry added": "INSERT INTO audit SELECT 99, generation, entry, head FROM audit LIMIT 1",
    "log entries swapped": (
        "CREATE TEMP TABLE t AS SELECT * FROM audit WHERE seq IN (4, 5);"
        "UPDATE audit SET entry = (SELECT entry FROM t WHERE t.seq = 9 - audit.seq)"
        " WHERE seq IN (4, 5)"
    ),
    "the whole log deleted": "DELETE FROM audit",
    "the state": "UPDATE vault_state SET state = randomblob(290)",
    "the state's revision": "UPDATE vault_state SET revision = revision - 1",
    "the state's generation": "UPDATE vault_state SET generation = 2",
    "no state": "DELETE FROM vault_state",
    "a second state": (
        "INSERT INTO vault_state SELECT 2, generation, revision, state FROM vault_state"
    ),
    "a second count of misses": "INSERT INTO attempt SELECT 2, misses FROM attempt",
    "no count of misses": "DELETE FROM attempt",
    "the count of misses": "UPDATE attempt SET misses = randomblob(290)",
    "a trigger that drops answers": (
        "CREATE TRIGGER t BEFORE UPDATE ON record BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a trigger on the log": (
        "CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a view": "CREATE VIEW v AS SELECT * FROM record",
    "an index": "CREATE INDEX i ON record (state)",
    "a table": "CREATE TABLE t (a)",
    "a table renamed": "ALTER TABLE receipt RENAME TO r",
    "a column added": "ALTER TABLE record ADD COLUMN extra TEXT",
    "an older format": "PRAGMA user_version = 0",
}


@pytest.mark.parametrize("script", TAMPERING.values(), ids=TAMPERING.keys())
def test_a_change_by_sql_is_found(made: Made, script: str) -> None:
    """Edited, swapped, deleted, added, replayed, planted: damaged."""
    run(made.folder, script)
    with pytest.raises(VaultDamaged):
        read_everything(made.folder)


def test_a_row_of_yesterday_is_found(made: Made) -> None:
    """A record that is put back as it once was, whole and well sealed: damaged."""
    record_id = made.record_ids[0]
    with closing(sqlite3.connect(made.folder / "vault.db")) as connection:
        before = connection.execute("SELECT * FROM record WHERE id = ?", [record_id]).fetchone()
    with open_vault(made.folder) as vault:
        vault.save_record(record_id, revision=2, summary={}, body={"new": 1}, health={})
    with closing(sqlite3.connect(made.folder / "vault.db")) as connection:
        connection.execute("DELETE FROM record WHERE id = ?", [record_id])
        marks = ",".join("?" * len(before))
        connection.execute(f"INSERT INTO record VALUES ({marks})", before)  # noqa: S608 - question marks
        connection.commit()
    with pytest.raises(VaultDamaged):
        read_everything(made.folder)


@pytest.mark.parametrize("column", ["body", "health"])
def test_an_envelope_of_yesterday_is_found(made: Made, column: str) -> None:
    """What is too large for the sealed state is bound by its revision: damaged on reading."""
    record_id = made.record_ids[0]
    select = f"SELECT {column} FROM record WHERE id = ?"  # noqa: S608 - a column of the table above
    with closing(sqlite3.connect(made.folder / "vault.db")) as connection:
        (before,) = connection.execute(select, [record_id]).fetchone()
    with open_vault(made.folder) as vault:
        vault.save_record(record_id, revision=2, summary={}, body={"new": 1}, health={})
    with closing(sqlite3.connect(made.folder / "vault.db")) as connection:
        update = f"UPDATE record SET {column} = ? WHERE id = ?"  # noqa: S608 - the same
        connection.execute(update, [before, record_id])
        connection.commit()
    with open_vault(made.folder) as vault:
        with pytest.raises(VaultDamaged):
            vault.open_record(record_id)
        named = {"body": "record", "health": "health of record"}[column]
        assert vault.verify().damaged == (f"{named} {record_id}",)


def test_a_slot_of_another_vault_opens_nothing(made: Made, tmp_path: Path) -> None:
    """Somebody who knows a passphrase elsewhere does not get in here with that slot."""
    other = tmp_path / "other"
    shutil.copytree(made.folder, other)
    (other / "vault.db").unlink()
    Vault.create(
        other,
        device=FileSecret(other),
        user_name="Test Indringer",
        passphrase="een zin van een ander",
        settings={},
        clock=FixedClock(),
    ).close()
    run(
        made.folder,
        f"ATTACH '{other / 'vault.db'}' AS other;"  # noqa: S608 - a path of the test
        "DELETE FROM user_slot; DELETE FROM role_grant;"
        "INSERT INTO user_slot SELECT * FROM other.user_slot;"
        "INSERT INTO role_grant SELECT * FROM other.role_grant;",
    )
    vault = Vault.open(made.folder, device=FileSecret(made.folder), clock=FixedClock())
    with pytest.raises(VaultDamaged):
        vault.users()
    with pytest.raises(VaultDamaged):
        vault.unlock("x", "een zin van een ander")
    vault.close()


def test_a_change_while_it_is_open_is_found(made: Made) -> None:
    """A row that changed beneath us is not read as if it had not."""
    with open_vault(made.folder) as vault:
        vault._work.store._run("UPDATE record SET state = 'placed'")
        with pytest.raises(VaultDamaged):
            vault.open_record(made.record_ids[0])
        with pytest.raises(VaultDamaged):
            vault.records()
        with pytest.raises(VaultDamaged):
            vault.save_record(made.record_ids[0], revision=2, summary={}, body={}, health={})


def test_a_newer_format_is_left_alone(made: Made) -> None:
    """Not damaged, not touched: the app is too old."""
    run(made.folder, "PRAGMA user_version = 2; CREATE TABLE future (a);")
    before = (made.folder / "vault.db").read_bytes()
    with pytest.raises(VaultTooNew):
        open_vault(made.folder)
    assert (made.folder / "vault.db").read_bytes() == before


@pytest.mark.parametrize("size", [1, 99, 100, 4096, 8192, 40_000, -4096, -1])
def test_a_file_cut_short_is_found(made: Made, size: int) -> None:
    """At the front, in the middle or at the end."""
    file = made.folder / "vault.db"
    content = file.read_bytes()
    file.write_bytes(content[:size])
    with pytest.raises(VaultDamaged):
        read_everything(made.folder)


def test_something_else_in_its_place_is_found(made: Made) -> None:
    """Noise, or another program's file."""
    for content in (b"x" * 8192, b"SQLite format 3\0" + bytes(8192)):
        (made.folder / "vault.db").write_bytes(content)
        with pytest.raises(VaultDamaged):
            read_everything(made.folder)


def test_no_error_tells_a_value(made: Made) -> None:
    """Not even in what caused it."""
    run(made.folder, "UPDATE record SET body = summary")
    with open_vault(made.folder) as vault, pytest.raises(VaultError) as caught:
        vault.open_record(made.record_ids[0])
    error: BaseException | None = caught.value
    while error is not None:
        assert MARKER not in repr(error)
        error = error.__cause__ or error.__context__


def test_a_value_of_another_type_is_found(made: Made) -> None:
    """A flipped bit can turn a number into text; that is damage and no accident further on."""
    run(
        made.folder,
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'record';",
    )
    run(made.folder, "UPDATE record SET revision = 'two'")
    run(
        made.folder,
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'record';",
    )
    with pytest.raises(VaultDamaged):
        read_everything(made.folder)

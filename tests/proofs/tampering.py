"""Somebody edits the file with any other program, at leisure: every change is found.

Two images of one vault with two users, an earlier and a later one. Every cell of the later one is
edited, emptied, cut, exchanged with a neighbour's or put back to what it was; every row deleted,
doubled, put back; everything planted that SQLite lets one plant. Each alone, and several together.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from intake_app.clock import FixedClock
from intake_app.errors import VaultDamaged, VaultError
from intake_app.vault import FileSecret, UnlockedVault, Vault, migrations
from intake_app.vault.store import FILE_NAME
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import contents, files_of, put, stretched_once

VECTORS = Path(__file__).parents[1] / "vectors"
#: What is planted besides: each is a statement that any program may give.
PLANTED = (
    "CREATE VIEW planted AS SELECT * FROM record",
    "CREATE INDEX planted ON record (state)",
    "CREATE TABLE planted (a)",
    "ALTER TABLE receipt RENAME TO planted",
    "ALTER TABLE record ADD COLUMN planted TEXT",
    "PRAGMA user_version = 0",
    "PRAGMA user_version = 99",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'BLOB', 'TEXT')",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'index'",
)

#: What the threat model says is not found.
NAMED = ("the whole image of yesterday", "an older count of wrong guesses")

Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Attack:
    """One change: what it is called, and how it is made."""

    name: str
    make: Callable[[sqlite3.Connection], object]


@dataclass(frozen=True, slots=True)
class Images:
    """The files of one vault, earlier and later, what is read of the later, and who reads."""

    earlier: dict[str, bytes]
    later: dict[str, bytes]
    read: list[object]


def run(task: Task) -> Outcome:
    """Make every attack alone, and as many in twos and threes; or so many of all of them."""
    with stretched_once():
        images = two_images(task.folder)
        outcome = task.spread(partial(_part, images=images))
        return replace(outcome, figures={**outcome.figures, **_named(task.folder, images)})


def _named(folder: Path, images: Images) -> dict[str, int]:
    """Try what is known not to be found where the device's secret is a file; count what is."""
    target, found = folder / "named", dict.fromkeys(NAMED, 0)
    before, now = (
        rows_of(image, folder / "rows")["attempt"][1,] for image in (images.earlier, images.later)
    )
    put(target, images.later)
    with closing(sqlite3.connect(target / FILE_NAME)) as connection:
        _put_back(connection, "attempt", before)
        connection.commit()
    changed = files_of(target) if before != now else images.later
    for name, image in zip(NAMED, (images.earlier, changed), strict=True):
        put(target, image)
        try:
            read_all(target)
        except VaultError:
            found[name] += 1
    return {f"named apart: {name}, found": number for name, number in found.items()}


def two_images(folder: Path) -> Images:
    """Return the frozen vault of format 1 after a day's work, and after another day."""
    vault_folder = Path(shutil.copytree(VECTORS / "vault-1", folder / "vault"))
    images = []
    for day in (1, 2):
        with _unlock(vault_folder) as vault:
            for _ in range(2):
                record = vault.create_record(
                    form_id="s", form_version="1", summary={"n": day}, body={}, health={"h": day}
                )
                vault.save_record(record.id, revision=1, summary={}, body={"b": day}, health={})
                item = vault.queue(record.id, recipient="o", package=b"p", state="ready")
                vault.save_outbox(item, journal={"day": day})
                vault.add_receipt(
                    vault.queue(record.id, recipient="o", package=b"p", state="ready"), {"r": day}
                )
            for summary in vault.records()[: day - 1]:
                vault.erase_record(summary.id, reason="asked")
            draft = next(each for each in vault.records() if each.state == "draft")
            vault.finalise_record(
                draft.id, revision=draft.revision, summary={}, body={}, health={"h": day}
            )
            vault.save_settings({"day": day})
        images.append(files_of(vault_folder))
    with _unlock(vault_folder) as vault:
        read = contents(vault)
    return Images(images[0], images[1], read)


def _unlock(folder: Path) -> UnlockedVault:
    known = json.loads((VECTORS / "vault-1.json").read_text("utf-8"))["users"].values()
    passphrases = {user["name"]: user["passphrase"] for user in known}
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    try:
        # The administrator, who reads everything; the other one where that slot was deleted.
        user = min(vault.users(), key=lambda entry: [*passphrases].index(entry.name))
        return vault.unlock(user.id, passphrases[user.name])
    except BaseException:
        vault.close()
        raise


def read_all(folder: Path) -> list[object]:
    """Return all that there is, of whoever still has a slot; raises VaultError."""
    with _unlock(folder) as vault:
        read = contents(vault)
        vault.audit_entries()
        if not vault.verify().ok:
            raise VaultDamaged
        return read


def rows_of(image: dict[str, bytes], folder: Path) -> Rows:
    """Return every row of an image by table and key."""
    put(folder, image)
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return _rows(connection)


def _rows(connection: sqlite3.Connection) -> Rows:
    found: Rows = {}
    for name, table in migrations.newest().by_name.items():
        columns = list(table.columns)
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}")  # noqa: S608 - ours
        places = [columns.index(column) for column in table.key]
        found[name] = {tuple(row[place] for place in places): row for row in rows}
    return found


def attacks(before: Rows, now: Rows) -> Iterator[Attack]:
    """Yield every attack that is one change."""
    for table, rows in now.items():
        yield from _planted_on(table)
        for key, row in rows.items():
            at = f"{table} {'/'.join(str(part)[:8] for part in key)}"
            yield Attack(f"{at} deleted", partial(_delete, table=table, key=key))
            yield Attack(f"{at} doubled", partial(_double, table=table, row=row))
            old = before[table].get(key)
            if old is not None and old != row and table != "attempt":  # that one is named
                yield Attack(f"{at} put back", partial(_put_back, table=table, row=old))
            yield from _cells(table, key, row, old, at)
        for key, row in before[table].items():
            if key not in rows:
                yield Attack(f"{table} {key[0]} replayed", partial(_put_back, table=table, row=row))
        for (one, row), (other, neighbour) in pairwise(rows.items()):
            for number, column in enumerate(migrations.newest().by_name[table].columns):
                if row[number] != neighbour[number]:
                    yield Attack(
                        f"{table}.{column} exchanged",
                        partial(_exchange, table, column, (one, row[number]), other),
                    )
    for statement in PLANTED:
        yield Attack(statement, partial(_script, statement=statement))


def _planted_on(table: str) -> Iterator[Attack]:
    for moment in ("BEFORE", "AFTER"):
        for event in ("INSERT", "UPDATE", "DELETE"):
            act = "RAISE(IGNORE)" if moment == "BEFORE" else "1"
            statement = (
                f"CREATE TRIGGER planted {moment} {event} ON {table} BEGIN SELECT {act}; END"
            )
            yield Attack(statement, partial(_script, statement=statement))


def _cells(
    table: str, key: tuple[Any, ...], row: tuple[Any, ...], old: tuple[Any, ...] | None, at: str
) -> Iterator[Attack]:
    columns = list(migrations.newest().by_name[table].columns)
    for number, column in enumerate(columns):
        value = row[number]
        others = {f"as {columns[n]}": v for n, v in enumerate(row) if isinstance(v, type(value))}
        values = others | _edited(value)
        if old is not None and table != "attempt":  # the same
            values["put back"] = old[number]
        for how, new in values.items():
            if new != value:
                yield Attack(f"{at}.{column} {how}", partial(_set, table, key, column, new))


def _edited(value: object) -> dict[str, object]:
    if isinstance(value, bytes):
        flipped = value[:-1] + bytes((value[-1] ^ 1,)) if value else b"\0"
        return {"emptied": b"", "cut": value[:-1], "grown": value + b"\0", "flipped": flipped}
    if isinstance(value, int):
        return {"less": value - 1, "more": value + 1, "nothing": 0, "negative": -1}
    if isinstance(value, str):
        return {"emptied": "", "another": value + "x", "null byte": value + "\0"}
    return {"no longer null": b"\1" * 80}


def _where(table: str) -> str:
    return " AND ".join(f"{column} = ?" for column in migrations.newest().by_name[table].key)


def _set(
    table: str, key: tuple[Any, ...], column: str, new: object, connection: sqlite3.Connection
) -> None:
    update = f"UPDATE {table} SET {column} = ? WHERE {_where(table)}"  # noqa: S608 - names of ours
    connection.execute(update, [new, *key])


def _exchange(
    table: str,
    column: str,
    one: tuple[tuple[Any, ...], object],
    other: tuple[Any, ...],
    connection: sqlite3.Connection,
) -> None:
    key, value = one
    select = f"SELECT {column} FROM {table} WHERE {_where(table)}"  # noqa: S608 - names of ours
    ((neighbours,),) = connection.execute(select, other).fetchall() or [(None,)]
    if column not in migrations.newest().by_name[table].key:
        _set(table, other, column, value, connection)
    _set(table, key, column, neighbours, connection)


def _delete(connection: sqlite3.Connection, table: str, key: tuple[Any, ...]) -> None:
    connection.execute(f"DELETE FROM {table} WHERE {_where(table)}", key)  # noqa: S608 - the same


def _double(connection: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> None:
    first = row[0] + "x" if isinstance(row[0], str) else row[0] + 1000
    marks = ",".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", [first, *row[1:]])  # noqa: S608


def _put_back(connection: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> None:
    marks = ",".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608


def _script(connection: sqlite3.Connection, statement: str) -> None:
    connection.executescript(statement)


def _part(task: Task, images: Images) -> Outcome:
    chance, folder = task.chance, task.folder
    before, now = rows_of(images.earlier, folder), rows_of(images.later, folder)
    alone = list(attacks(before, now))
    if task.size == 0:
        mine: list[tuple[Attack, ...]] = [(attack,) for attack in alone[task.part :: task.parts]]
        mine += [_several(alone, chance) for _ in range(len(mine))]
    else:
        mine = [(chance.choice(alone),) for _ in range((task.size + 1) // 2)]
        mine += [_several(alone, chance) for _ in range(task.size // 2)]
    tally = Tally(task, len(mine))
    for made in mine:
        put(folder, images.later)
        what = "; ".join(attack.name for attack in made)
        with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
            changed = changes(connection, made)
        if not changed:
            tally.count("not possible, or changes nothing")
            continue
        try:
            same = read_all(folder) == images.read
        except VaultError:
            tally.tried("one change, found" if len(made) == 1 else "several changes, found")
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            tally.tried()
            tally.failed(f"{what}: ends in {error!r}")
        else:
            tally.tried()
            tally.failed(f"{what}: not found, and {'nothing' if same else 'something else'} shows")
    return tally.outcome()


def _several(alone: list[Attack], chance: Random) -> tuple[Attack, ...]:
    return tuple(chance.sample(alone, chance.choice((2, 3))))


def changes(connection: sqlite3.Connection, made: Iterable[Attack]) -> bool:
    """Make the changes; tell whether the file holds something else after."""
    before, schema = _rows(connection), _schema(connection)
    try:
        for attack in made:
            attack.make(connection)
        connection.commit()
        return _schema(connection) != schema or _rows(connection) != before
    except sqlite3.IntegrityError:
        return False  # the table itself refuses it
    except sqlite3.OperationalError:
        return True  # a column or a table that it looks for is gone: made by the one before


def _schema(connection: sqlite3.Connection) -> list[Any]:
    found = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
    return [*found, connection.execute("PRAGMA user_version").fetchone()]


PROOF = Proof(
    name="tampering",
    tries="cells and rows edited, deleted, doubled, exchanged, put back; triggers, tables planted",
    target="100 % found (a whole image put back, and the count of wrong guesses, are named apart)",
    full=0,
    small=120,
    run=run,
    takes="2 minutes",
)

"""A vault of 10,000 records of 20 KB, against plain SQLite and SQLCipher with the same content.

The peers hold what the vault shows in clear columns, the summary and the body as JSON. All lists
give the same objects. A first list is the first after unlocking; later ones read the file again
and open only what became another. SQLCipher unlocks with a passphrase, stretched as it does by
default; its rotation is `PRAGMA rekey`, which writes every page anew, while ours re-wraps keys.
"""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.bench_save import ANSWERS
from benchmarks.peer import beside, connected, milliseconds, on_disk, sync_seconds, timed
from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import SystemClock
from intake_app.finding import Finder
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, RecordSummary, UnlockedVault, Vault
from intake_app.vault.codec import moment

FEW, MANY = 100, 10_000
_BATCH = 500
_UNLOCKS, _LISTS, _OPENS = 5, 9, 200
_PASSPHRASE = "plainly a bench, not a secret"  # noqa: S105 - of a vault that lives for minutes
_CLEAR = ("id", "state", "since", "revision", "updated", "form_id", "form_version", "holder")
_TYPED = ("bewoner 99", "Tést vóór", "احمد", "0000007", "niemand")


def run() -> Iterator[dict[str, object]]:
    """Give a figure for each thing that is asked of many records."""
    with on_disk() as folder:
        made = _Made(folder)
        yield {"bench": "vault", "what": "disk", "sync_ms": _ms(sync_seconds(folder / "synced"))}
        made.grow(0, FEW)
        yield made.opening(FEW)
        made.grow(FEW, MANY)
        yield made.opening(MANY)
        yield made.unlocking()
        yield from made.listing()
        yield made.searching()
        yield made.size()
        yield made.rotating()
        made.close()


class _Made:
    """A vault and its peers, with the same records."""

    def __init__(self, folder: Path) -> None:
        """Make them, empty."""
        self.folder = folder / "vault"
        self.locked = self._new()
        self.user = self.locked.users()[0].id
        self.files = {"sqlite": folder / "plain.db", "sqlcipher": folder / "cipher.db"}
        self.ids: list[str] = []
        columns = ", ".join(f"{column} ANY" for column in _CLEAR[1:])
        for _, connection in self.peers():
            connection.execute(
                f"CREATE TABLE record (id TEXT PRIMARY KEY, {columns}, summary TEXT, body TEXT)"
            )

    def _new(self) -> Vault:
        device = FileSecret(self.folder)
        settings = Settings(organisation="Proef", location="Proef").to_json()
        clock = SystemClock()
        Vault.create(
            self.folder,
            device=device,
            user_name="Proef",
            passphrase=_PASSPHRASE,
            settings=settings,
            clock=clock,
        ).close()
        return Vault.open(self.folder, device=device, clock=clock)

    def unlock(self) -> UnlockedVault:
        """Unlock the vault."""
        self.opened = self.locked.unlock(self.user, _PASSPHRASE)
        return self.opened

    def peers(self) -> Iterator[tuple[str, sqlite3.Connection]]:
        """Open each peer that there is, for a while."""
        for name, file in self.files.items():
            connection = connected(file, "" if name == "sqlite" else _PASSPHRASE)
            if connection is not None:
                with closing(connection):
                    yield name, connection

    def grow(self, start: int, end: int) -> None:
        """Add records to all."""
        vault, body = self.unlock(), _body()
        for first in range(start, end, _BATCH):
            with vault.unit():
                for number in range(first, min(first + _BATCH, end)):
                    record = vault.create_record(
                        form_id="screening",
                        form_version="1",
                        summary=_summary(number),
                        body=body,
                        health={"nodes": {}},
                    )
                    self.ids.append(record.id)
        vault.lock()
        text = json.dumps(body, ensure_ascii=False)
        places = ", ".join("?" * (len(_CLEAR) + 2))
        for _, connection in self.peers():
            connection.execute("BEGIN IMMEDIATE")
            for number in range(start, end):
                summary = json.dumps(_summary(number), ensure_ascii=False)
                clear = (self.ids[number], "draft", 3600, 1, 3600, "screening", "1", self.user)
                connection.execute(
                    f"INSERT INTO record VALUES ({places})",  # noqa: S608 - question marks
                    (*clear, summary, text),
                )
            connection.execute("COMMIT")

    def opening(self, count: int) -> dict[str, object]:
        """Open records by their ids, by chance, each once."""
        chosen = random.Random(7).sample(self.ids, min(_OPENS, count))  # noqa: S311 - can be repeated
        vault = self.unlock()
        mine = [timed(partial(vault.open_record, one)) for one in chosen]
        vault.lock()
        theirs = {
            name: [timed(partial(_opened, connection, one)) for one in chosen]
            for name, connection in self.peers()
        }
        return _figure(f"open one record among {count}", mine, theirs)

    def unlocking(self) -> dict[str, object]:
        """From a passphrase to everything checked; peers, to the first row read."""
        mine = []
        for _ in range(_UNLOCKS):
            mine.append(timed(self.unlock))
            self.opened.lock()
        theirs: dict[str, list[float]] = {}
        for name, file in self.files.items():
            secret = "" if name == "sqlite" else _PASSPHRASE
            took = [timed(partial(_first_row, file, secret)) for _ in range(_UNLOCKS)]
            if name in dict(self.peers()):
                theirs[name] = took
        return _figure(f"unlock with {MANY}", mine, theirs)

    def listing(self) -> Iterator[dict[str, object]]:
        """List everybody: for the first time after unlocking, and again."""
        first, again = [], []
        for _ in range(_UNLOCKS):
            vault = self.unlock()
            first.append(timed(vault.records))
            again += [timed(vault.records) for _ in range(3)]
            vault.lock()
        theirs = {
            name: [timed(partial(_listed, connection)) for _ in range(_LISTS)]
            for name, connection in self.peers()
        }
        yield _figure(f"list {MANY}, first after unlocking", first, theirs)
        yield _figure(f"list {MANY}, again", again, theirs)

    def searching(self) -> dict[str, object]:
        """Search as one types, key by key; SQLite looks with LIKE, which knows no accents."""
        vault = self.unlock()
        caseload = Caseload(vault, load_questionnaire(), Library.load(), SystemClock())
        people = caseload.people()
        folded = timed(lambda: Finder(people))
        finder = Finder(people)
        keys = [typed for words in _TYPED for typed in accumulate(words)]
        mine = [timed(partial(finder.find, typed)) for typed in keys]
        vault.lock()
        theirs = {
            name: [timed(partial(_searched, connection, typed)) for typed in keys]
            for name, connection in self.peers()
        }
        figure = _figure(f"search {MANY}, each key", mine, theirs)
        return figure | {"vault_worst_ms": _ms(max(mine)), "folded_once_ms": _ms(folded)}

    def size(self) -> dict[str, object]:
        """Return the size of each on disk, in megabytes."""
        files = {"vault": self.folder / "vault.db", **self.files}
        sizes = {f"{name}_mb": _mb(file) for name, file in files.items() if file.exists()}
        return {"bench": "vault", "what": f"size of {MANY}", **sizes}

    def rotating(self) -> dict[str, object]:
        """Renew every key and bring everything under it; SQLCipher encrypts its pages anew."""
        vault = self.unlock()

        def rotate() -> None:
            vault.people.rotate()
            left = vault.people.rewrap(lambda _, __: None, lambda: False)
            assert left.done

        mine = [timed(rotate)]
        theirs = {
            name: [timed(partial(connection.execute, f"PRAGMA rekey = '{_PASSPHRASE} too'"))]
            for name, connection in self.peers()
            if name == "sqlcipher"
        }
        return _figure(f"rotation of {MANY}", mine, theirs)

    def close(self) -> None:
        """Close the vault."""
        self.locked.close()


def _figure(what: str, mine: list[float], theirs: dict[str, list[float]]) -> dict[str, object]:
    times = {"vault_ms": milliseconds(mine), **beside(mine, theirs)}
    return {"bench": "vault", "what": what, **times}


def _ms(seconds: float) -> float:
    return milliseconds([seconds])


def _mb(file: Path) -> float:
    log = file.with_name(f"{file.name}-wal")
    return round((file.stat().st_size + (log.stat().st_size if log.exists() else 0)) / 1e6, 1)


def _summary(number: int) -> dict[str, Any]:
    return {
        "name": f"Voorbeeld Bewonér {number}",
        "called": f"Test {number * 7}",
        "own_script": "محمد الأحمد المثال",
        "v_number": f"{number:010}",
        "language": "ar",
        "answered": number % 90,
        "total": 90,
    }


def _body() -> dict[str, Any]:
    value = "antwoord van een bewoner in eigen woorden".ljust(60, "x")
    held = {"value": value, "at": "2026-11-23T09:00:00", "by": "s"}
    return {"nodes": {f"/data/section/question_{at}": held for at in range(ANSWERS)}}


def _opened(connection: sqlite3.Connection, record_id: str) -> object:
    statement = "SELECT summary, body FROM record WHERE id = ?"
    (found,) = connection.execute(statement, (record_id,)).fetchall()
    return [json.loads(text) for text in found]


def _listed(connection: sqlite3.Connection) -> tuple[RecordSummary, ...]:
    columns = ", ".join((*_CLEAR, "summary"))
    found = connection.execute(f"SELECT {columns} FROM record ORDER BY id").fetchall()  # noqa: S608 - ours
    return tuple(
        RecordSummary(
            one,
            state,
            moment(since),
            revision,
            moment(updated),
            form,
            version,
            user,
            json.loads(text),
        )
        for one, state, since, revision, updated, form, version, user, text in found
    )


def _searched(connection: sqlite3.Connection, typed: str) -> object:
    statement = "SELECT id FROM record WHERE summary LIKE ?"
    return connection.execute(statement, (f"%{typed}%",)).fetchall()


def _first_row(file: Path, secret: str) -> object:
    connection = connected(file, secret)
    if connection is None:
        return None
    with closing(connection):
        return connection.execute("SELECT id FROM record LIMIT 1").fetchall()

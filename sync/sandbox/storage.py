"""What the sandbox keeps: resources as JSON, the bytes of documents, and who did what.

Addresses are kept without the sandbox's own host and port (`sandbox:/zaken/...`), so that a
storage file can be served again on another port.
"""

import json
import sqlite3
import threading
import uuid
from pathlib import Path
from typing import Any

from intake_app.errors import ServingError
from intake_app.words import mark

Resource = dict[str, Any]

#: What stands for the sandbox's own address in what is kept.
HERE = "sandbox:"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    uuid TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    only_one TEXT UNIQUE,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS resource_by_owner ON resource (path, owner, name);
CREATE INDEX IF NOT EXISTS resource_by_name ON resource (path, name);
CREATE TABLE IF NOT EXISTS content (uuid TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS audit (
    at TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, what TEXT NOT NULL, owner TEXT NOT NULL
) STRICT;
"""


class NotUnique(Exception):
    """There is one of these already."""


class Storage:
    """A small SQLite store; one writer at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """Open a file, or keep everything in memory; raises ServingError."""
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None
            )
            self._db.executescript(_SCHEMA)
        except sqlite3.Error:
            raise ServingError(
                mark("The sandbox cannot keep what arrives in {file}. Choose another file."),
                file=path,
            ) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(
        self, path: str, body: Resource, *, owner: str = "", name: str = "", only_one: str = ""
    ) -> Resource:
        """Keep a resource under the path of its list; it gets a uuid and an address.

        `owner` and `name` are what it is found by; raises NotUnique where there is one with the
        same `only_one` already.
        """
        identity = str(uuid.uuid4())
        kept = {"url": f"{HERE}{path}/{identity}", "uuid": identity, **body}
        row = (identity, path, owner, name, only_one or None, json.dumps(kept))
        with self._lock:
            try:
                self._db.execute("INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise NotUnique from None
        return kept

    def change(self, resource: Resource, **fields: object) -> Resource:
        """Change fields of a resource and return it."""
        changed = {**resource, **fields}
        with self._lock:
            self._db.execute(
                "UPDATE resource SET body = ? WHERE uuid = ?",
                (json.dumps(changed), changed["uuid"]),
            )
        return changed

    def find(
        self, path: str, *, owner: str | None = None, name: str | None = None
    ) -> list[Resource]:
        """Return the resources of a list in the order they came in, those that match."""
        query, values = "SELECT body FROM resource WHERE path = ?", [path]
        for column, value in (("owner", owner), ("name", name)):
            if value is not None:
                query += f" AND {column} = ?"
                values.append(value)
        with self._lock:
            rows = self._db.execute(query + " ORDER BY rowid", values).fetchall()
        return [json.loads(body) for (body,) in rows]

    def at(self, url: str) -> Resource | None:
        """Return the resource at a kept address, None where there is none."""
        path, _, identity = url.removeprefix(HERE).rpartition("/")
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM resource WHERE uuid = ? AND path = ?", (identity, path)
            ).fetchone()
        return None if row is None else json.loads(row[0])

    def keep_content(self, identity: str, content: bytes) -> None:
        """Keep the bytes of a document."""
        with self._lock:
            self._db.execute("INSERT INTO content VALUES (?, ?)", (identity, content))

    def content(self, identity: str) -> bytes:
        """Return the bytes of a document; none where it has none."""
        with self._lock:
            row = self._db.execute(
                "SELECT bytes FROM content WHERE uuid = ?", (identity,)
            ).fetchone()
        return b"" if row is None else bytes(row[0])

    def log(self, *, at: str, who: str, why: str, what: str, owner: str) -> None:
        """Add a line to the audit trail of a case."""
        with self._lock:
            self._db.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?)", (at, who, why, what, owner)
            )

    def trail(self, *owners: str) -> list[tuple[str, str, str]]:
        """Return when, who and why of what was done to these, in order."""
        marks = ", ".join("?" * len(owners))
        with self._lock:
            rows = self._db.execute(
                f"SELECT at, who, why FROM audit WHERE owner IN ({marks}) ORDER BY rowid",  # noqa: S608 - marks alone
                owners,
            ).fetchall()
        return [(str(at), str(who), str(why)) for at, who, why in rows]

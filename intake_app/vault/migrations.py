"""The tables of a vault, and the steps from one format to the next.

Nothing can be read outside an envelope but ids, states, revisions, generations and times
rounded to the hour. The schema is compared with the known one at every open: a planted trigger
that quietly drops answers is found before it can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import NoneType
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from intake_app.errors import VaultDamaged, VaultMissing, VaultTooNew

if TYPE_CHECKING:
    from intake_app.vault.work import Work

#: What makes a row of one format of a row of the one before; None where it goes.
Converter = Callable[["Work", dict[str, Any]], dict[str, Any] | None]

#: "Intk", in the header of the file.
APPLICATION_ID = 0x496E746B

_TEXT = "TEXT NOT NULL"
_NUMBER = "INTEGER NOT NULL"
_BYTES = "BLOB NOT NULL"
_MAYBE_BYTES = "BLOB"
_TYPES: Mapping[str, tuple[type, ...]] = {
    _TEXT: (str,),
    _NUMBER: (int,),
    _BYTES: (bytes,),
    _MAYBE_BYTES: (bytes, NoneType),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns with their types, its key, and what the sealed state counts of it.

    A bulk column is an envelope bound by its associated data to the row's id and revision, and
    those are in the sealed state, so it cannot be swapped or rolled back unseen either. A table
    that is not counted is protected by itself: the log by its chain, the state by its seal.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ("id",)
    bulk: frozenset[str] = frozenset()
    counted: bool = True
    counted_columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find the columns that the sealed state counts, in their order."""
        counted = tuple(name for name in self.columns if name not in self.bulk)
        object.__setattr__(self, "counted_columns", counted)

    def row(self, columns: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
        """Return values by column; raises VaultDamaged when a flipped bit made one another type."""
        for column, value in zip(columns, values, strict=True):
            if not isinstance(value, _TYPES[self.columns[column]]):
                raise VaultDamaged
        return dict(zip(columns, values, strict=True))

    @property
    def statement(self) -> str:
        """The statement that makes the table, as the schema check expects to find it."""
        columns = "".join(f"  {name} {kind},\n" for name, kind in self.columns.items())
        key = ", ".join(self.key)
        return f"CREATE TABLE {self.name} (\n{columns}  PRIMARY KEY ({key})\n) STRICT"

    @property
    def has_index(self) -> bool:
        """Whether SQLite keeps an index for the key: not where a number is the row's own."""
        return len(self.key) > 1 or self.columns[self.key[0]] != _NUMBER


_ALL = (
    Table(
        "vault",
        {
            "id": _TEXT,
            "format": _NUMBER,
            "created": _NUMBER,
            "recovery": _MAYBE_BYTES,
            "verifying": _BYTES,
            "generation": _NUMBER,
            "revision": _NUMBER,
            "secrets": _BYTES,
            "settings": _BYTES,
        },
    ),
    Table(
        "user_slot",
        {
            "id": _TEXT,
            "kdf": _NUMBER,
            "salt": _BYTES,
            "public": _BYTES,
            "private": _BYTES,
            "commitment": _BYTES,
            "profile": _BYTES,
        },
    ),
    Table(
        "role_key",
        {"role": _TEXT, "generation": _NUMBER, "public": _BYTES},
        key=("role", "generation"),
    ),
    Table(
        "role_grant",
        {
            "role": _TEXT,
            "generation": _NUMBER,
            "holder": _TEXT,
            "sealed": _BYTES,
            "signature": _BYTES,
        },
        key=("role", "generation", "holder"),
    ),
    Table(
        "record",
        {
            "id": _TEXT,
            "state": _TEXT,
            "since": _NUMBER,
            "revision": _NUMBER,
            "updated": _NUMBER,
            "form_id": _TEXT,
            "form_version": _TEXT,
            "holder": _TEXT,
            "generation": _NUMBER,
            "record_key": _BYTES,
            "health_generation": _NUMBER,
            "health_revision": _NUMBER,
            "health_key": _BYTES,
            "holder_key": _MAYBE_BYTES,
            "summary": _BYTES,
            "health": _BYTES,
            "body": _BYTES,
        },
        bulk=frozenset({"health", "body"}),
    ),
    Table(
        "outbox",
        {
            "id": _TEXT,
            "record_id": _TEXT,
            "state": _TEXT,
            "created": _NUMBER,
            "revision": _NUMBER,
            "generation": _NUMBER,
            "item_key": _BYTES,
            "details": _BYTES,
            "package": _BYTES,
        },
        bulk=frozenset({"package"}),
    ),
    Table(
        "receipt",
        {
            "id": _TEXT,
            "kind": _TEXT,
            "created": _NUMBER,
            "generation": _NUMBER,
            "content": _BYTES,
        },
    ),
    Table(
        "audit",
        {"seq": _NUMBER, "generation": _NUMBER, "entry": _BYTES, "head": _BYTES},
        key=("seq",),
        counted=False,
    ),
    Table(
        "vault_state",
        {"id": _NUMBER, "generation": _NUMBER, "revision": _NUMBER, "state": _BYTES},
        counted=False,
    ),
    Table("attempt", {"id": _NUMBER, "misses": _BYTES}, counted=False),
)


@dataclass(frozen=True, slots=True)
class Format:
    """What the tables of one version are, and how a vault of the version before becomes it.

    A converter is given by table: it takes a whole row as the older version had it, compared with
    the sealed state, and returns the row as this version has it, or None for a row that goes. It
    may open and seal with the keys of whoever unlocks first, and that may be any user: what it
    opens must be sealed under the state key, which everybody holds. Envelopes remember their own
    version, so all others stay as they are. The tables that the lock screen reads, `vault`,
    `user_slot` and `attempt`, may get columns and keep theirs.
    """

    number: int
    all: tuple[Table, ...]
    converters: Mapping[str, Converter] = field(default_factory=dict)
    by_name: Mapping[str, Table] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the tables by name, for who reads and writes rows."""
        object.__setattr__(self, "by_name", {table.name: table for table in self.all})


#: Every format that there was, the oldest first; each stays here for ever.
FORMATS = (Format(1, _ALL),)


def newest() -> Format:
    """Return the format of a new vault."""
    return FORMATS[-1]


def make_schema(database: Database) -> None:
    """Make the tables of the newest format, inside the caller's transaction."""
    for table in newest().all:
        database.execute(table.statement)
    database.execute(f"PRAGMA user_version={newest().number}")
    database.execute(f"PRAGMA application_id={APPLICATION_ID}")


def check_schema(database: Database) -> Format:
    """Compare the schema with the known ones, to the letter; return the format of the file.

    Raises VaultMissing when it is empty, VaultTooNew when a newer version of the app wrote it,
    and VaultDamaged for a table, an index, a view or a trigger that is not ours.
    """
    found = set(database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall())
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if not found and version == 0:
        raise VaultMissing
    if version > newest().number:
        raise VaultTooNew
    known = next((each for each in FORMATS if each.number == version), None)
    if known is None or found != _schema(known):
        raise VaultDamaged
    return known


def _schema(known: Format) -> set[tuple[str, str, str, str | None]]:
    expected: set[tuple[str, str, str, str | None]] = set()
    for table in known.all:
        expected.add(("table", table.name, table.name, table.statement))
        if table.has_index:
            expected.add(("index", f"sqlite_autoindex_{table.name}_1", table.name, None))
    return expected


def migrate(work: "Work") -> None:
    """Bring a vault to the newest format, one step after another, inside the caller's unit.

    Either all of it is on the disk at the end of that unit or nothing is: a crash on the way
    leaves the vault in the format that it had. Raises what a converter raises.
    """
    for following in FORMATS:
        if following.number > work.store.format.number:
            _step(work, following)


def _step(work: "Work", following: Format) -> None:
    store = work.store
    before = store.tables
    for name, aside in store.begin_step(following).items():
        convert = following.converters.get(name)
        for counted in store.rows(aside) if convert else ():
            key = tuple(counted[column] for column in before[name].key)
            row = store.row(aside, key, bulk=True)
            if row is None or (before[name].counted and not work.ledger.holds(name, row)):
                raise VaultDamaged
            converted = convert(work, row) if convert else None
            if converted is not None:
                store.insert(name, converted)
    store.end_step()
    work.count()
    vault = work.row("vault", work.vault_id)
    if vault is None:
        raise VaultDamaged
    work.update("vault", vault, {"format": following.number})
    work.note(f"vault brought to format {following.number}")
    work.clear_traces()


def begin_step(database: Database, before: Format, following: Format) -> dict[str, Table]:
    """Set aside the tables that change or go, and make those that change or come."""
    aside = {
        table.name: replace(table, name=f"{table.name}_{before.number}")
        for table in before.all
        if table.name in following.converters or table.name not in following.by_name
    }
    for name, table in aside.items():
        database.execute(f"ALTER TABLE {name} RENAME TO {table.name}")
    for table in following.all:
        if table.name in aside or table.name not in before.by_name:
            database.execute(table.statement)
    return aside


def end_step(database: Database, aside: Mapping[str, Table], following: Format) -> None:
    """Drop what was set aside, and say in the file which format it has now."""
    for table in aside.values():
        database.execute(f"DROP TABLE {table.name}")
    database.execute(f"PRAGMA user_version={following.number}")

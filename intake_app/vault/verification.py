"""Reading and checking a whole vault, thing by thing, past whatever is damaged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from intake_app.errors import NotPermitted, VaultDamaged, VaultError
from intake_app.vault import audit
from intake_app.vault.crypto import Key, equal
from intake_app.vault.keys import Purpose, check_grant, read_slot
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.own import OwnSecrets, open_settings
from intake_app.vault.records import Records
from intake_app.vault.state import Ledger
from intake_app.vault.store import Store
from intake_app.vault.work import Work

#: What can be whole or damaged. "rows" is what the sealed state says of all of them together.
Thing = Literal[
    "file",
    "schema",
    "rows",
    "vault",
    "slot",
    "key",
    "grant",
    "misses",
    "record",
    "health of record",
    "package",
    "receipt",
    "log",
]
Verdict = Literal["whole", "damaged", "sealed away"]

#: What the keys are of a table that has one row.
ONE_ROW = ([(1,)], True)
_ID = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing and how it is; sealed away is what this user's keys do not open."""

    thing: Thing
    id: str
    verdict: Verdict

    def __str__(self) -> str:
        """Name the thing."""
        return f"{self.thing} {self.id}".rstrip()


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was read, thing by thing, and how each of them is."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damaged

    @property
    def damaged(self) -> tuple[str, ...]:
        """The names of what is damaged: "record ID", "package ID", "log 12", "rows"."""
        return tuple(str(each) for each in self.findings if each.verdict == "damaged")

    @property
    def sealed_away(self) -> int:
        """How much this user's keys do not open, and so could not be read."""
        return sum(each.verdict == "sealed away" for each in self.findings)

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._count("record")

    @property
    def packages(self) -> int:
        """How many packages wait."""
        return self._count("package")

    @property
    def receipts(self) -> int:
        """How many receipts, certificates and notices there are."""
        return self._count("receipt")

    @property
    def audit_entries(self) -> int:
        """How many entries the log has."""
        return self._count("log")

    def _count(self, thing: Thing) -> int:
        return sum(each.thing == thing for each in self.findings)


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a vault: an unlocked one, or a damaged one that was opened for reading alone."""

    work: Work
    records: Records
    outgoing: Outgoing
    device: Key
    verifying: bytes


def verify(reader: Reader) -> VerifyReport:
    """Check the file, every row, every envelope and the log; raises nothing for damage."""
    with reader.work.reading():
        return VerifyReport(tuple(_findings(reader)))


def _findings(reader: Reader) -> Iterator[Finding]:
    store = reader.work.store
    yield from file_findings(store)
    together = _look("rows", "", partial(_check_rows, reader.work))
    yield together
    yield _look("vault", reader.work.vault_id, partial(_check_vault, reader.work))
    yield from slot_findings(store, reader.work.vault_id, reader.device, reader.work)
    proven = together.verdict == "whole"
    yield from _each(store, "role_key", "key", partial(_check_key, reader.work, proven=proven))
    yield from _each(store, "role_grant", "grant", partial(_check_grant, reader))
    for purpose in sorted(reader.work.user.purposes):
        if not reader.work.keyring.holds(purpose):
            yield Finding("grant", f"{purpose} of {reader.work.user.id}", "damaged")
    yield from _each(store, "record", "record", reader.records.check)
    yield from _each(store, "record", "health of record", reader.records.check_health)
    yield from _each(store, "outbox", "package", reader.outgoing.check)
    yield from _each(store, "receipt", "receipt", reader.outgoing.check_receipt)
    yield from _log(reader.work)


def file_findings(store: Store) -> Iterator[Finding]:
    """Tell what SQLite itself finds in the file, and whether its tables are the known ones."""
    try:
        failing: Sequence[str] = store.failing_checks()
    except VaultError:
        failing = ("cannot be read",)
    yield from (Finding("file", text, "damaged") for text in failing)
    if not failing:
        yield Finding("file", "", "whole")
    yield Finding("schema", "", "whole" if store.schema_holds else "damaged")


def slot_findings(
    store: Store, vault_id: str, device: Key, work: Work | None = None
) -> Iterator[Finding]:
    """Tell of every slot whether it is as the device sealed it, and as it was last written."""

    def check(user_id: str) -> None:
        row = store.row("user_slot", (user_id,))
        if row is None:
            raise VaultDamaged
        read_slot(vault_id, row, device)
        if work is not None:
            work.row("user_slot", user_id)

    yield from _each(store, "user_slot", "slot", check)


def _look(thing: Thing, name: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except NotPermitted:
        return Finding(thing, name, "sealed away")
    except VaultError:
        return Finding(thing, name, "damaged")
    return Finding(thing, name, "whole")


def _each(
    store: Store, table: str, thing: Thing, check: Callable[..., object]
) -> Iterator[Finding]:
    keys, whole = store.keys(table)
    for key in keys:
        yield _look(thing, " ".join(map(str, key)), partial(check, *key))
    if not whole:
        yield Finding(thing, "(others cannot be found)", "damaged")


def _check_rows(work: Work) -> None:
    """Count all rows as they lie in the file, and compare them with the sealed state."""
    ledger = Ledger(work.keyring.current("state").accumulating, work.store.tables)
    for name, table in work.store.tables.items():
        for row in work.store.rows(name) if table.counted else ():
            ledger.add(name, row)
    state = work.sealed_state()
    state.audit_key.wipe()
    if ledger.accumulator != state.accumulator or work.store.keys("vault_state") != ONE_ROW:
        raise VaultDamaged


def _check_vault(work: Work) -> None:
    row = work.row("vault", work.vault_id)
    if row is None:
        raise VaultDamaged
    key = work.keyring.of("state", row["generation"])
    OwnSecrets.open(row, key).wipe()
    open_settings(row, key)


def _check_key(work: Work, purpose: Purpose, generation: int, *, proven: bool) -> None:
    """Compare a role's public key with the role key, where that is held."""
    row = work.row("role_key", purpose, generation)
    if row is None:
        raise VaultDamaged
    if work.keyring.opens(purpose, generation):
        if not equal(work.keyring.of(purpose, generation).public, row["public"]):
            raise VaultDamaged
    elif not proven:
        raise NotPermitted


def _check_grant(reader: Reader, purpose: Purpose, generation: int, holder: str) -> None:
    row = reader.work.row("role_grant", purpose, generation, holder)
    if row is None:
        raise VaultDamaged
    check_grant(reader.work.vault_id, row, reader.verifying)


def _log(work: Work) -> Iterator[Finding]:
    """Follow the chain as far as it goes; name the first entry that is not what it was."""
    keys, whole = work.store.keys("audit")
    chain = audit.Chain(work.vault_id, work.keyring if work.keyring.holds("audit") else None)
    for key in sorted(keys):
        yield _look("log", str(key[_ID]), partial(_check_entry, work, chain, key))
    try:
        state = work.sealed_state()
    except VaultError:
        return  # told of as "rows"
    state.audit_key.wipe()
    if not whole or (chain.seq, chain.head) != (state.audit_seq, state.audit_head):
        yield Finding("log", "(its end is not what it was)", "damaged")


def _check_entry(work: Work, chain: audit.Chain, key: tuple[str | int, ...]) -> None:
    row = work.store.row("audit", key)
    if row is None:
        raise VaultDamaged
    chain.follow(row)

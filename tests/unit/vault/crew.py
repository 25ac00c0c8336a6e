"""A vault with four people in it, and what each of them may read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake_app.clock import FixedClock
from intake_app.errors import NotPermitted
from intake_app.vault import FileSecret, Role, UnlockedVault, User, Vault

PASSPHRASE = "vijftien of meer tekens"
ROLES: dict[str, tuple[Role, ...]] = {
    "Test Eerste": ("screener", "placement", "administrator"),
    "Test Screener": ("screener",),
    "Test Plaatsing": ("placement",),
    "Test Beheer": ("administrator",),
}
FIRST, SCREENER, PLACEMENT, ADMIN = ROLES
#: How far each record is; the screener made them all.
RECORDS = {"a draft": "draft", "a stopped one": "stopped", "a finalised one": "finalised"}


@dataclass(frozen=True)
class Crew:
    """A folder with their vault, closed, and the ids of its records by name."""

    folder: Path
    records: dict[str, str]

    def copy(self, folder: Path) -> "Crew":
        """Return the same in another folder."""
        return Crew(Path(shutil.copytree(self.folder, folder)), self.records)

    @contextmanager
    def opened(self) -> Iterator[Vault]:
        """Open the vault, locked."""
        vault = Vault.open(self.folder, device=FileSecret(self.folder), clock=FixedClock())
        try:
            yield vault
        finally:
            vault.close()

    @contextmanager
    def unlocked(self, name: str, passphrase: str = PASSPHRASE) -> Iterator[UnlockedVault]:
        """Open the vault as one of them."""
        with self.opened() as vault:
            (entry,) = [entry for entry in vault.users() if entry.name == name]
            yield vault.unlock(entry.id, passphrase)

    def users(self) -> dict[str, User]:
        """Return who is there, by name, as one sees it whose passphrase no test changes."""
        with self.opened() as vault:
            entry = min(vault.users(), key=lambda entry: entry.name not in {FIRST, ADMIN})
            people = vault.unlock(entry.id, PASSPHRASE).people
            return {user.name: user for user in people.users()}

    def drafts_holder(self) -> str:
        """Return who holds a key of the drafts: the screener who made them, or nobody any more."""
        with self.opened() as opened:
            rows = opened._store.rows("record")
        holders = {row["holder"] for row in rows if row["holder_key"] is not None}
        assert len(holders) <= 1
        return holders.pop() if holders else ""

    def finish(self) -> None:
        """Let everybody unlock and re-wrap: nothing is left, and all who may read it do."""
        for name in self.users():
            with self.unlocked(name) as vault:
                vault.people.rewrap()
        holder = self.drafts_holder()
        for name, user in self.users().items():
            with self.unlocked(name) as vault:
                assert vault.people.pending().done
                assert vault.verify().ok
            assert self.seen_by(name) == may_see(user, holder)

    def seen_by(self, name: str, passphrase: str = PASSPHRASE) -> set[str]:
        """Return what somebody reads."""
        with self.unlocked(name, passphrase) as vault:
            return self.seen(vault)

    def seen(self, vault: UnlockedVault) -> set[str]:
        """Return all that is read of what is stored, each value compared with what was written."""
        found = {f"body of {name}" for name in self.records if _opens(vault, self.records[name])}
        found |= {
            f"health of {name}"
            for name in self.records
            if f"body of {name}" in found and _health(vault, self.records[name])
        }
        try:
            listed = {record.id: record.summary["name"] for record in vault.records()}
            assert listed == {
                self.records[name]: name for name in RECORDS if f"body of {name}" in found
            }
            found |= {"package" for item in vault.outbox() if vault.package(item.id) == b"profile"}
            found |= {"receipt" for kept in vault.receipts() if kept.content == {"case": "1"}}
        except NotPermitted:
            assert found == set()
        return found | _log(vault)


def make_crew(folder: Path) -> Crew:
    """Make their vault, with a record in each state, a package and a receipt."""
    device, clock = FileSecret(folder), FixedClock()
    with Vault.create(
        folder,
        device=device,
        user_name=FIRST,
        passphrase=PASSPHRASE,
        settings={"organisation": "Voorbeeld Opvang"},
        clock=clock,
    ) as first:
        for name in (SCREENER, PLACEMENT, ADMIN):
            first.people.add(name, ROLES[name], PASSPHRASE, temporary=False)
    crew = Crew(folder, {})
    with crew.unlocked(SCREENER) as vault:
        for name, state in RECORDS.items():
            crew.records[name] = vault.create_record(
                form_id="s", form_version="1", **content(name)
            ).id
            if state == "finalised":
                vault.finalise_record(crew.records[name], revision=1, **content(name))
            elif state == "stopped":
                vault.set_record_state(crew.records[name], "stopped")
        for package in (b"sent", b"profile"):
            finalised = crew.records["a finalised one"]
            item = vault.queue(finalised, recipient="x", package=package, state="ready")
            if package == b"sent":
                vault.add_receipt(item, {"case": "1"})
    return crew


def content(name: str) -> dict[str, Any]:
    """Return what is written of a record."""
    return {"summary": {"name": name}, "body": {"told": name}, "health": {"sick": name}}


def may_see(user: User, holder: str) -> set[str]:
    """Return all that a user's roles may read, when `holder` holds the drafts."""
    seen = {"log"} if "administrator" in user.roles else set()
    if "records" not in user.purposes:
        return seen
    seen |= {f"body of {name}" for name in RECORDS} | {"package", "receipt"}
    for name, state in RECORDS.items():
        if "placement" in user.roles or (user.id == holder and state != "finalised"):
            seen.add(f"health of {name}")
    return seen


def _opens(vault: UnlockedVault, record_id: str) -> bool:
    try:
        record = vault.open_record(record_id)
    except NotPermitted:
        return False
    assert record.body == {"told": record.summary["name"]}
    return True


def _health(vault: UnlockedVault, record_id: str) -> bool:
    record = vault.open_record(record_id)
    assert record.health in (None, {"sick": record.summary["name"]})
    return record.health is not None


def _log(vault: UnlockedVault) -> set[str]:
    try:
        return {"log"} if vault.audit_entries()[0].what == "vault created" else set()
    except NotPermitted:
        return set()

"""Two devices between which records go: the vault of four people, and another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from intake_app.errors import StorageFull
from intake_app.vault import Address, Settled, Taken, UnlockedVault
from intake_app.vault.store import Store

BODY: dict[str, Any] = {"told": "Żółć", "orphans": [{"path": "/data/a", "value": "1"}]}
CONTENT: dict[str, Any] = {
    "summary": {"name": "Test Bewoner"},
    "body": BODY,
    "health": {"sick": "no"},
}
#: The packages of a finalised record: to whom, what, and what it waits for.
PACKAGES = (("organisation", b"the profile", "ready"), ("municipality", b"\x00", "no_endpoint"))


@dataclass
class Devices:
    """Two unlocked vaults; `here` is whose record it was first."""

    here: UnlockedVault
    there: UnlockedVault

    def address(self, vault: UnlockedVault) -> tuple[bytes, str]:
        """Return somebody's letter of address, and its digits."""
        letter = vault.handover.address_letter()
        return letter, Address.read(letter).fingerprint

    def offer(self, record: str) -> bytes:
        """Offer a record there."""
        return self.here.handover.offer(record, *self.address(self.there))

    def take(self, offer: bytes) -> Taken:
        """Take it there."""
        return self.there.handover.take(offer, self.here.handover.address().fingerprint)

    def settle(self, answer: bytes) -> Settled:
        """Read the answer here."""
        return self.here.handover.settle(answer)


def begin(vault: UnlockedVault, state: str = "draft") -> str:
    """Make a record in a state; return its id."""
    record = vault.create_record(form_id="s", form_version="1", **CONTENT).id
    if state == "stopped":
        vault.set_record_state(record, "stopped")
    if state in {"finalised", "placed"}:
        vault.finalise_record(record, revision=1, **CONTENT)
        for recipient, package, waits in PACKAGES:
            vault.queue(record, recipient=recipient, package=package, state=waits)
    if state == "placed":
        vault.set_record_state(record, "placed")
    return record


def waiting(vault: UnlockedVault) -> list[tuple[str, bytes, str]]:
    """Return what a device would deliver."""
    return sorted((row.recipient, vault.package(row.id), row.state) for row in vault.outbox())


def state_of(vault: UnlockedVault, record: str) -> str:
    """Return a record's state on a device, or nothing where it is not there."""
    return next((each.state for each in vault.records() if each.id == record), "")


@contextmanager
def full_at(number: int, *, late: bool = False) -> Iterator[None]:
    """Let the disk be full before, or just after, one of the statements that are run in here.

    To begin a transaction, and to undo one, writes nothing and takes no room.
    """
    run, left = Store._run, [number]

    def counted(store: Store, statement: str, values: tuple[object, ...] = ()) -> object:
        left[0] -= not statement.startswith(("BEGIN", "ROLLBACK"))
        now = left[0] == 0
        left[0] -= now
        if now and not late:
            raise StorageFull
        found = run(store, statement, values)
        if now:
            raise StorageFull
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "_run", counted)
        yield

"""Reading and checking a whole vault."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from intake_app.errors import NotPermitted, VaultDamaged
from intake_app.vault import audit
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.records import Records
from intake_app.vault.store import Row
from intake_app.vault.work import Work


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was read, and where it is damaged.

    `damaged` names each thing as "record ID", "package ID", "log", "receipts", "file: …".
    `sealed_away` counts what this user's roles do not open and so could not be read.
    """

    records: int
    packages: int
    receipts: int
    audit_entries: int
    sealed_away: int
    damaged: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damaged


class _Findings:
    def __init__(self) -> None:
        self.damaged: list[str] = []
        self.sealed_away = 0

    def look(self, name: str, check: Callable[[], object]) -> None:
        try:
            check()
        except VaultDamaged:
            self.damaged.append(name)
        except NotPermitted:
            self.sealed_away += 1


def verify(work: Work, records: Records, outgoing: Outgoing) -> VerifyReport:
    """Check the file, every row against the sealed state, every envelope and the log's chain."""
    found = _Findings()
    with work.reading():
        found.damaged += [f"file: {text}" for text in work.store.failing_checks()]
        for name in ("vault", "user_slot", "role_key", "role_grant"):
            found.look(name, partial(work.rows, name))
        record_ids = [row["id"] for row in work.store.rows("record")]
        for record_id in record_ids:
            found.look(f"record {record_id}", partial(_read_record, records, record_id, found))
        package_ids = [row["id"] for row in work.store.rows("outbox")]
        for package_id in package_ids:
            found.look(f"package {package_id}", partial(outgoing.package, package_id))
        found.look("outbox", outgoing.outbox)
        found.look("receipts", partial(outgoing.receipts, "delivery"))
        found.look("certificates", partial(outgoing.receipts, "erasure"))
        rows = work.store.rows("audit")
        found.look("log", partial(_check_log, work, rows))
        if work.keyring.holds("audit"):
            found.look("log", partial(_read_log, work, rows))
        return VerifyReport(
            records=len(record_ids),
            packages=len(package_ids),
            receipts=len(work.store.rows("receipt")),
            audit_entries=len(rows),
            sealed_away=found.sealed_away,
            damaged=tuple(found.damaged),
        )


def _read_record(records: Records, record_id: str, found: _Findings) -> None:
    if records.open(record_id).health is None:
        found.sealed_away += 1


def _check_log(work: Work, rows: list[Row]) -> None:
    if audit.check(rows, work.vault_id) != (work.state.audit_seq, work.state.audit_head):
        raise VaultDamaged


def _read_log(work: Work, rows: list[Row]) -> None:
    for _ in audit.read(rows, work.vault_id, work.keyring):
        pass

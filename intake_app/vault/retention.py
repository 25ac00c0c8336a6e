"""Keeping and erasing: what is over its term, and what a person, a receipt or a date erases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from intake_app.errors import HandoverRefused
from intake_app.settings import Retention
from intake_app.vault.certificates import make_certificate
from intake_app.vault.codec import moment
from intake_app.vault.crypto import Key
from intake_app.vault.outgoing import Outgoing
from intake_app.vault.records import Records, check_state
from intake_app.vault.terms import NOTICE, OFFER, Due, Kept, decides
from intake_app.vault.work import Work
from intake_app.words import mark

#: How far a server's date may lie before the device's last: more, and one of them is wrong.
_SLACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a date erased, and how much has been seen over its term and waits for the next one.

    `believed` is False for a date that lies before what the device wrote last: it did nothing.
    """

    records: int = 0
    receipts: int = 0
    noticed: int = 0
    believed: bool = True


class Keeping:
    """What an unlocked vault keeps, and for how long. It needs no key to any interview."""

    def __init__(self, work: Work, records: Records, outgoing: Outgoing, signing: Key) -> None:
        """Take the unit of work, its records and packages, and the device's signing key."""
        self._work = work
        self._records = records
        self._outgoing = outgoing
        self._signing = signing

    def erase(
        self, record_id: str, reason: str, confirmed: str = "", *, taken: bool = False
    ) -> dict[str, Any]:
        """Erase a record, its packages and every trace of both in the files; keep a proof.

        Returns the certificate, signed with the device's key; `confirmed` is the server's date
        that it was erased on, if one was needed. What was offered to another device is erased
        when that has `taken` it, or by a person once the offer is over; before, HandoverRefused.
        """
        work = self._work
        with work.unit():
            if not taken:
                self._refuse_handed(record_id)
            revision = self._records.erase(record_id)
            packages = self._outgoing.drop(record_id)
            work.note("record erased", record_id)
            certificate = make_certificate(
                self._signing,
                {
                    "vault": work.vault_id,
                    "record": record_id,
                    "revision": revision,
                    "packages": packages,
                    "reason": reason,
                    **({"confirmed": confirmed} if confirmed else {}),
                    "by": work.user.id,
                    "at": work.now().isoformat(timespec="seconds"),
                    "audit_head": work.state.audit_head.hex(),
                },
            )
            self._outgoing.keep("erasure", certificate)
        return certificate

    def _refuse_handed(self, record_id: str) -> None:
        row = self._work.row("record", record_id)
        over = self._work.now() - OFFER - timedelta(hours=1)  # `since` is rounded down to the hour
        if row is not None and row["state"] == "handed" and over < moment(row["since"]):
            raise HandoverRefused(
                mark(
                    "This record was offered to a colleague's device. It is erased here when that "
                    "device has taken it: read its answer first."
                )
            )

    def settle(self) -> int:
        """Erase each record that has a receipt and is owed to nobody any more; return how many."""
        work = self._work
        with work.reading():
            owed = {row["record_id"] for row in work.rows("outbox")}
            unowed = {row["id"] for row in work.rows("record")} - owed
            receipts = self._outgoing.receipts("delivery") if unowed else ()
            settled = unowed & {each.content.get("record_id") for each in receipts}
            for record_id in sorted(settled):
                self.erase(record_id, "delivered")
        return len(settled)

    def due(self, terms: Retention, at: datetime | None = None) -> tuple[Due, ...]:
        """Return what is over its term at a moment, the longest first; now, without one.

        The device's clock is enough to tell a person, and never enough to erase.
        """
        with self._work.reading():
            at = at or self._work.now()
            over = (due for due in self._kept(terms) if due.since < at)
            return tuple(sorted(over, key=lambda due: (due.since, due.id)))

    def sweep(self, terms: Retention, confirmed: datetime) -> Swept:
        """Erase what a date says is over its term, and was seen so a day before, unchanged.

        `confirmed` is a date that a server told over a connection that proved who it is. What is
        finalised or placed and waits is left to a person. A date before what was written here
        last does nothing: one of the two clocks is wrong, and nobody knows which.
        """
        work = self._work
        with work.unit():
            if not work.confirm(confirmed, _SLACK):
                return Swept(believed=False)
            seen, noticed = self._noticed(), dict[str, datetime]()
            erased: dict[bool, int] = {True: 0, False: 0}
            for due in self.due(terms, confirmed):
                if due.decides == "person":
                    continue
                as_it_is = f"{due.what} {due.id} {due.revision}"
                since = seen.get(as_it_is, confirmed)
                if confirmed - since < NOTICE:
                    noticed[as_it_is] = since
                    continue
                is_record = due.what in {"draft", "stopped"}
                if is_record:
                    self.erase(due.id, "term", confirmed.isoformat(timespec="seconds"))
                else:
                    self._outgoing.forget(due.id)
                erased[is_record] += 1
            if noticed != seen:
                self._notice(noticed)
        return Swept(records=erased[True], receipts=erased[False], noticed=len(noticed))

    def _kept(self, terms: Retention) -> Iterator[Due]:
        for row in self._work.rows("record"):
            state = check_state(row["state"])
            ends = terms.ends(state, moment(row["since"]), moment(row["updated"]))
            yield Due(state, row["id"], row["revision"], ends, decides(state))
        kinds: tuple[Kept, ...] = ("delivery", "erasure")
        for row in self._work.rows("receipt"):
            for kind in kinds:
                if row["kind"] == kind:
                    made = moment(row["created"])
                    yield Due(kind, row["id"], 0, terms.ends(kind, made, made), "date")

    def _noticed(self) -> dict[str, datetime]:
        """Return the date that first saw each thing over its term, as it was then."""
        return {
            as_it_was: datetime.fromisoformat(since)
            for receipt in self._outgoing.receipts("notice")
            for as_it_was, since in receipt.content["seen"].items()
        }

    def _notice(self, seen: Mapping[str, datetime]) -> None:
        for receipt in self._outgoing.receipts("notice"):
            self._outgoing.forget(receipt.id, silently=True)
        if seen:
            told = {as_it_was: since.isoformat() for as_it_was, since in seen.items()}
            self._outgoing.keep("notice", {"seen": told})

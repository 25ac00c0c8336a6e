"""Handing one record over to a colleague's device, exactly once.

    here                                   there
    draft, stopped, finalised, placed      address: who is there, by which keys
      offer ── the record, sealed ───────►   take: the record is theirs; or
    handed: no edits, no delivery            decline: it never will be
      settle ◄──────────── the answer, signed
    erased with a certificate, or as it was before

What was given and what was answered is remembered in receipts of the kind "handover", which have
no term: an offer is taken once, also after the record was erased there. A step and its memory are
one transaction, and a file is written from what is stored, so it can be written again.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from intake_app.errors import HandoverRefused, NotPermitted, RecordMissing, VaultDamaged
from intake_app.vault.codec import decode, encode, hour, moment
from intake_app.vault.crypto import DataEnvelope, GrantEnvelope, Place, derive_verifying, make_key
from intake_app.vault.crypto import pack as packed
from intake_app.vault.letters import (
    Address,
    Answer,
    Offer,
    Outcome,
    to_bytes,
    to_id,
    to_text,
    write_letter,
)
from intake_app.vault.outgoing import HANDED, OutboxRow, Outgoing
from intake_app.vault.own import OwnSecrets
from intake_app.vault.records import HELD, Content, Record, Records, check_state
from intake_app.vault.retention import Keeping
from intake_app.vault.terms import OFFER
from intake_app.vault.work import Work
from intake_app.words import mark

#: What a package waits for while nothing of it was ever sent.
_NOT_BEGUN: Final = frozenset({"ready", "waiting_placement", "no_endpoint"})
_SMALLEST: Final = 8192


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer did: the record's id, and the certificate where it was erased here."""

    record_id: str
    outcome: Outcome
    certificate: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that is this device's from now on, and the answer to bring back."""

    record_id: str
    answer: bytes = field(repr=False)


class Handover:
    """Giving records to other devices, and taking them from there.

    Every call is for who works with records, and one transaction. It raises NotPermitted, and
    HandoverRefused with what to do instead; nothing was changed then.
    """

    def __init__(
        self, work: Work, records: Records, outgoing: Outgoing, keeping: Keeping, own: OwnSecrets
    ) -> None:
        """Take the unit of work and what knows its rows."""
        self._work = work
        self._records = records
        self._outgoing = outgoing
        self._keeping = keeping
        self._own = own

    def address(self) -> Address:
        """Return where this user can be offered a record on this device."""
        work = self._work
        work.require_all_keys()
        with work.reading():
            work.keyring.current("records")
            user, verifying = work.user, derive_verifying(self._own.signing)
            public = work.keyring.public
            return Address(work.vault_id, user.id, user.name, user.roles, public, verifying)

    def address_letter(self) -> bytes:
        """Return the file that tells it to a colleague, whom its digits are read out to."""
        return write_letter(self._own.signing, "address", self.address().facts())

    def offer(self, record_id: str, letter: bytes, fingerprint: str) -> bytes:
        """Offer a record to the address in a letter; return the file to bring there.

        `fingerprint` are the digits that the colleague read out. From here on the record can
        neither be changed nor delivered here. Offered to the same address again, it is the same
        offer, until that was answered. Raises RecordMissing, and NotPermitted for who cannot open
        its health answers.
        """
        work, address = self._work, Address.read(letter)
        address.require(fingerprint)
        own = self.address()
        if address.vault_id == own.vault_id:
            raise HandoverRefused(
                mark("That is an address on this very device. Give the draft to the user instead.")
            )
        with work.unit():
            record = self._records.open(record_id)
            if record.health is None:
                raise NotPermitted
            given = self._given(record_id) if record.state == HANDED else None
            if given is None:
                given = self._give(record, address)
            elif not Address.parse(given["to"]).is_of_whom(address):
                raise HandoverRefused(
                    mark(
                        "This record was offered to another address already. Read the answer of "
                        "that device first."
                    )
                )
            return self._sealed(own, record, given).letter(self._own.signing)

    def take(self, letter: bytes, fingerprint: str) -> Taken:
        """Take the record of an offer; return its id and the answer to bring back.

        `fingerprint` are the digits of the sender's own address, read out. Raises HandoverRefused
        for what is not for this user on this device, is over, or was answered before.
        """
        work, offer = self._work, Offer.read(letter)
        offer.sender.require(fingerprint)
        own = self.address()
        with work.unit():
            if (offer.vault_id, offer.user_id) != (own.vault_id, own.user_id):
                raise HandoverRefused(
                    mark("This record was offered to somebody else, or to another device.")
                )
            if work.now().timestamp() >= offer.expires:
                raise HandoverRefused(
                    mark(
                        "This offer is over. Decline it, so that your colleague has the record "
                        "back and can offer it again."
                    )
                )
            self._refuse_answered(offer)
            record_id = self._store(self._opened(offer))
            work.note("record taken", record_id, [offer.id])
            return Taken(record_id, self._answer(offer, "taken"))

    def decline(self, letter: bytes) -> bytes:
        """Decline an offer to this device, for good; return the answer to bring back.

        Everybody here who works with records may: the offer need not be opened.
        """
        work, offer = self._work, Offer.read(letter)
        own = self.address()
        with work.unit():
            if offer.vault_id != own.vault_id:
                raise HandoverRefused(
                    mark("This record was offered to somebody else, or to another device.")
                )
            self._refuse_answered(offer)
            work.note("offer declined", fields=[offer.id])
            return self._answer(offer, "declined")

    def answer(self, letter: bytes) -> bytes:
        """Return the answer that was given to an offer, to write it again."""
        offer = Offer.read(letter)
        self._work.require_all_keys()
        with self._work.reading():
            for note in self._answered(offer):
                return str(note["answer"]).encode()
        raise HandoverRefused(mark("This offer was not answered on this device."))

    def settle(self, letter: bytes) -> Settled:
        """Read the answer to an offer: the record is erased here, or as it was before.

        Raises HandoverRefused for what the device that it was offered to did not sign.
        """
        work, answer = self._work, Answer.read(letter)
        own = self.address()
        with work.unit():
            given = self._given_as(answer.offer)
            if given is None or answer.sender != own.verifying:
                raise HandoverRefused(
                    mark("That answers no offer of this device that is still open.")
                )
            answer.require(Address.parse(given["to"]))
            record_id, certificate = given["record"], None
            if answer.outcome == "taken":
                certificate = self._keeping.erase(record_id, "handed over", taken=True)
            else:
                self._return(given)
            self._outgoing.keep("handover", {"ended": answer.offer, "outcome": answer.outcome})
            return Settled(record_id, answer.outcome, certificate)

    def _give(self, record: Record, address: Address) -> dict[str, Any]:
        """Set a record aside for an address; return what is remembered of that."""
        work = self._work
        if record.state not in HELD and "placement" not in address.roles:
            raise HandoverRefused(
                mark(
                    "A finished interview goes to a placement officer: nobody else may read its "
                    "answers about health and safety."
                )
            )
        waiting = [item for item, _ in self._outgoing.of_record(record.id)]
        self._refuse_begun(record.id, waiting)
        offer = secrets.token_hex(16)
        given = {
            "given": offer,
            "record": record.id,
            "was": record.state,
            "since": int(record.since.timestamp()),
            "expires": int((work.now() + OFFER).timestamp()),
            "to": address.facts(),
            "outbox": {item.id: item.state for item in waiting},
        }
        row = work.row("record", record.id)
        if row is None:
            raise RecordMissing
        work.update("record", row, {"state": HANDED, "since": hour(work.now())})
        self._outgoing.set_states({item.id: HANDED for item in waiting})
        self._outgoing.keep("handover", given)
        work.note("record offered", record.id, [offer])
        return given

    def _refuse_begun(self, record_id: str, waiting: list[OutboxRow]) -> None:
        begun = any(
            item.state not in _NOT_BEGUN or "delivery" in item.journal for item in waiting
        ) or any(
            receipt.content.get("record_id") == record_id
            for receipt in self._outgoing.receipts("delivery", every=True)
        )
        if begun:
            raise HandoverRefused(
                mark(
                    "The delivery of this record has begun on this device, and is to end here. "
                    "Deliver what still waits."
                )
            )

    def _sealed(self, own: Address, record: Record, given: Mapping[str, Any]) -> Offer:
        """Seal a record to the address that it was given to."""
        to, key = Address.parse(given["to"]), make_key()
        waiting = self._outgoing.of_record(record.id)
        content = {
            "record": record.id,
            "state": given["was"],
            "since": given["since"],
            "updated": int(record.updated.timestamp()),
            "form_id": record.form_id,
            "form_version": record.form_version,
            "summary": record.summary,
            "body": record.body,
            "health": record.health,
            "packages": [
                {
                    "recipient": item.recipient,
                    "state": given["outbox"][item.id],
                    "package": to_text(package),
                }
                for item, package in waiting
            ],
        }
        offer, expires = given["given"], given["expires"]
        place = Place(to.vault_id, "handover", offer, "content")
        try:
            sealed = DataEnvelope.seal(key, encode(content), place, smallest=_SMALLEST)
            info = _info(own, to.vault_id, to.user_id, offer, expires)
            granted = GrantEnvelope.seal(to.public, key, info)
        finally:
            key.wipe()
        return Offer(offer, own, to.vault_id, to.user_id, expires, granted, sealed)

    def _opened(self, offer: Offer) -> dict[str, Any]:
        info = _info(offer.sender, offer.vault_id, offer.user_id, offer.id, offer.expires)
        place = Place(offer.vault_id, "handover", offer.id, "content")
        try:
            key = GrantEnvelope.open(self._work.keyring.private, offer.key, info)
            try:
                return decode(DataEnvelope.open(key, offer.content, place))
            finally:
                key.wipe()
        except VaultDamaged:
            raise HandoverRefused(
                mark(
                    "This record was sealed to keys that you do not have any more. Decline it, "
                    "and give your colleague your address as it is now."
                )
            ) from None

    def _store(self, content: Mapping[str, Any]) -> str:
        """Store a record as the sender had it, under this vault's keys; return its id."""
        work = self._work
        try:
            record_id, state = to_id(content["record"]), check_state(content["state"])
            told = Content(dict(content["summary"]), dict(content["body"]), dict(content["health"]))
            form_id, form_version = str(content["form_id"]), str(content["form_version"])
            (form_id + form_version).encode()  # half a surrogate pair is in no name of a form
            began = [hour(min(moment(content[name]), work.now())) for name in ("since", "updated")]
            packages = [
                (str(each["recipient"]), str(each["state"]), to_bytes(each["package"]))
                for each in content["packages"]
            ]
        except (KeyError, TypeError, ValueError, OverflowError, OSError, VaultDamaged):
            raise HandoverRefused(
                mark("This app cannot read the record in that file. Update the app and try again.")
            ) from None
        if work.row("record", record_id) is not None:
            raise HandoverRefused(
                mark(
                    "This device still has that record, offered to somebody. Read the answer to "
                    "that offer first, then take it."
                )
            )
        if state not in HELD and not work.keyring.holds("health"):
            raise NotPermitted
        self._records.create(form_id, form_version, told, record_id)
        row = work.row("record", record_id)
        if row is None:
            raise RecordMissing
        changes = {"state": state, "since": began[0], "updated": began[1]}
        work.update("record", row, changes if state in HELD else {**changes, "holder_key": None})
        for recipient, waits, package in packages:
            self._outgoing.queue(record_id, recipient, package, waits)
        return record_id

    def _answer(self, offer: Offer, outcome: Outcome) -> bytes:
        """Remember what became of an offer, and return the letter that says so."""
        work = self._work
        facts = {
            "offer": offer.id,
            "sender": to_text(offer.sender.verifying),
            "vault": work.vault_id,
            "outcome": outcome,
            "by": work.user.id,
            "at": work.now().isoformat(timespec="seconds"),
        }
        letter = write_letter(self._own.signing, "answer", facts)
        note = {"answered": offer.id, "sender": facts["sender"], "answer": letter.decode()}
        self._outgoing.keep("handover", {**note, "outcome": outcome})
        return letter

    def _return(self, given: Mapping[str, Any]) -> None:
        """Let a record that was declined be what it was before it was offered."""
        work = self._work
        row = work.row("record", given["record"])
        if row is None:
            raise RecordMissing
        work.update("record", row, {"state": given["was"], "since": given["since"]})
        self._outgoing.set_states(given["outbox"])
        work.note("record returned", given["record"], [given["given"]])

    def _notes(self) -> Iterator[dict[str, Any]]:
        # Every one: who could not see what was taken before would take it again.
        for receipt in self._outgoing.receipts("handover", every=True):
            yield receipt.content

    def _open_offers(self) -> Iterator[dict[str, Any]]:
        notes = list(self._notes())
        ended = {note["ended"] for note in notes if "ended" in note}
        yield from (note for note in notes if "given" in note and note["given"] not in ended)

    def _given(self, record_id: str) -> dict[str, Any]:
        for note in self._open_offers():
            if note["record"] == record_id:
                return note
        raise VaultDamaged

    def _given_as(self, offer_id: str) -> dict[str, Any] | None:
        return next((note for note in self._open_offers() if note["given"] == offer_id), None)

    def _answered(self, offer: Offer) -> Iterator[dict[str, Any]]:
        sender = to_text(offer.sender.verifying)
        for note in self._notes():
            if (note.get("answered"), note.get("sender")) == (offer.id, sender):
                yield note

    def _refuse_answered(self, offer: Offer) -> None:
        for note in self._answered(offer):
            raise HandoverRefused(
                mark("This offer was taken already, and can be taken once.")
                if note["outcome"] == "taken"
                else mark("This offer was declined here, and cannot be taken any more.")
            )


def _info(sender: Address, vault_id: str, user_id: str, offer: str, expires: int) -> bytes:
    who = (sender.vault_id, sender.verifying)
    return packed("intake/v1/handover", *who, vault_id, user_id, offer, expires)

"""The caseload: the records that a user works on, from the first answer to the outbox.

Screens call it and hold no rules of their own. One open interview is a `Draft`.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from intake_app import compartments, earlier, paths
from intake_app.clock import Clock
from intake_app.draft import FINALISED, HANDED, PLACED, UNSAFE_PLACE, Desk, Draft, handed
from intake_app.errors import FormError, InterviewError, NotPermitted
from intake_app.interview import upgrade
from intake_app.interview.form import Form
from intake_app.outlook import Outlook, outlooks
from intake_app.profile.package import Package
from intake_app.reference import Library
from intake_app.settings import ORGANISATION, Settings
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.vault import Due, OutboxRow, Receipt, RecordSummary, UnlockedVault


def load_questionnaire() -> Form:
    """Load the compiled questionnaire of this installation; raises FormError."""
    source = paths.assets("questionnaire", "screening.json")
    try:
        return Form.load(source.read_bytes())
    except OSError:
        raise FormError(
            mark("The questionnaire of this installation is missing. Install the app again.")
        ) from None


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the caseload: whose record, how far it is, and until when it may stay."""

    record_id: str
    state: str
    updated: datetime
    name: str = field(repr=False)
    called: str = field(repr=False)
    own_script: str = field(repr=False)
    v_number: str = field(repr=False)
    language: str
    answered: int
    total: int
    placement: str
    due: date
    overdue: bool


class Caseload:
    """What one user, with an unlocked vault, works on."""

    def __init__(self, vault: "UnlockedVault", form: Form, library: Library, clock: Clock) -> None:
        """Take the unlocked vault, the questionnaire, the code lists and the clock."""
        self._desk = Desk(vault, form, library, clock)
        self.vault = vault
        self.form = form
        self.library = library
        self.clock = clock

    @property
    def settings(self) -> Settings:
        """The device's settings; raises ConfigurationError."""
        return self._desk.settings

    def save_settings(self, settings: Settings) -> None:
        """Keep settings, and beside them what a newer version of the app had set.

        Raises ConfigurationError for what cannot be meant.
        """
        settings.check()
        self.vault.save_settings({**self.vault.settings(), **settings.to_json()})

    def people(self) -> tuple[Person, ...]:
        """Return everybody on this device, the one worked on last first."""
        settings, now = self.settings, self.clock.now()
        people = (self._person(each, settings, now) for each in self.vault.records())
        return tuple(sorted(people, key=lambda person: person.updated, reverse=True))

    def _person(self, record: "RecordSummary", settings: Settings, now: datetime) -> Person:
        due = settings.retention.ends(record.state, record.since, record.updated)
        summary = record.summary
        return Person(
            record_id=record.id,
            state=record.state,
            updated=record.updated,
            name=summary.get("name", ""),
            called=summary.get("called", ""),
            own_script=summary.get("own_script", ""),
            v_number=summary.get("v_number", ""),
            language=summary.get("language", ""),
            answered=summary.get("answered", 0),
            total=summary.get("total", 0),
            placement=summary.get("placement", ""),
            due=due.date(),
            overdue=due < now,
        )

    def start(self, language: str) -> Draft:
        """Begin an interview; see `Draft.start`."""
        return Draft.start(self._desk, language)

    def open(self, record_id: str) -> Draft:
        """Open a record where it was left; see `Draft.open`."""
        return Draft.open(self._desk, record_id)

    def outlooks(self, form: Form | None = None) -> tuple[Outlook, ...]:
        """Return what this questionnaire, or another version of it, means for the drafts here.

        Nothing is changed: a draft moves to the version of this app when it is opened.
        """
        return tuple(outlooks(self._desk, form or self.form))

    def over_term(self) -> "tuple[Due, ...]":
        """Return what is over its term by the device's clock, for a person to decide."""
        return self.vault.keeping.due(self.settings.retention)

    def erase(self, record_id: str) -> Mapping[str, Any]:
        """Erase a record on a person's word; returns the signed certificate."""
        return self.vault.erase_record(record_id, reason="asked")

    def asks_for_a_call(self, record_id: str) -> bool:
        """Tell the placement officer whether somebody is not safe somewhere, and is to be called.

        Also where that was told to another version of the questionnaire. False for everybody
        else, and where the health answers are sealed away from this user. Raises RecordMissing.
        """
        if "placement" not in self.vault.user.roles:
            return False
        record = self.vault.open_record(record_id)
        state = compartments.join(record)
        with suppress(FormError, InterviewError):
            before, apart = earlier.load(str(state.get("hash"))), compartments.apart(record)
            state = upgrade.plan(state, self.form, before, apart=apart).state
        kept = (each for each in state.get("orphans", ()) if each["path"] == UNSAFE_PLACE)
        told = (state["nodes"].get(UNSAFE_PLACE, {}), *kept)
        return next((each["value"] for each in told if each.get("value")), "") == "yes"

    def place(self, record_id: str, municipality: str) -> None:
        """Write down where somebody will live (CBS code, `GM0193`), as the placement officer.

        The municipal profile is released to that municipality; one that is not connected waits
        and says so. Raises NotPermitted without the role, InterviewError before finalising and
        once another municipality has the profile, wholly or in part.
        """
        if "placement" not in self.vault.user.roles:
            raise NotPermitted
        if municipality not in self.library["municipalities"]:
            raise InterviewError(mark("That is not a municipality. Choose one from the list."))
        record = self.vault.open_record(record_id)
        if record.state == HANDED:
            raise handed()
        if record.state not in {FINALISED, PLACED}:
            raise InterviewError(mark("This interview is not finished yet."))
        state = "ready" if municipality in self.settings.endpoints else "no_endpoint"
        with self.vault.unit():
            waiting = [
                row
                for row in self.outbox()
                if row.record_id == record_id and row.recipient != ORGANISATION
            ]
            self._must_be_free(record_id, municipality, waiting)
            self.vault.save_record(
                record_id,
                revision=record.revision,
                summary={**record.summary, "placement": municipality},
                body=record.body,
                health=None,
            )
            if record.state != PLACED:
                self.vault.set_record_state(record_id, PLACED)
            for row in waiting:
                self.vault.save_outbox(
                    row.id,
                    recipient=municipality,
                    state=state,
                    journal=row.journal if row.recipient == municipality else {},
                )

    def _must_be_free(
        self, record_id: str, municipality: str, waiting: Iterable["OutboxRow"]
    ) -> None:
        """Raise InterviewError where another municipality has the profile or is getting it."""
        given = {
            receipt.content["recipient"]
            for receipt in self.vault.receipts()
            if receipt.content["record_id"] == record_id
        }
        given |= {
            row.recipient for row in waiting if row.state == "sending" or "delivery" in row.journal
        }
        if given - {ORGANISATION, municipality}:
            raise InterviewError(
                mark(
                    "The profile was already given to a municipality, wholly or in part. The "
                    "placement cannot be changed here any more. Call your administrator."
                )
            )

    def outbox(self) -> tuple["OutboxRow", ...]:
        """Return what waits to be delivered, the oldest first."""
        return self.vault.outbox()

    def package(self, outbox_id: str) -> Package:
        """Return what waits, as it will be delivered."""
        return Package.from_bytes(self.vault.package(outbox_id))

    def receipts(self) -> tuple["Receipt", ...]:
        """Return the receipts of what was delivered, the newest first."""
        return tuple(sorted(self.vault.receipts(), key=lambda each: each.created, reverse=True))

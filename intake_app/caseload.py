"""The caseload: the records that a user works on, from the first answer to the outbox.

Here the interview, the vault and the profile meet. Screens call it and hold no rules of their
own. An answer is sealed and on disk when the call that gave it returns.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from intake_app import paths
from intake_app.errors import FormError, InterviewError, NotPermitted
from intake_app.interview.form import Form
from intake_app.interview.session import Interview
from intake_app.profile import document, profile
from intake_app.profile.package import Package
from intake_app.settings import MUNICIPALITY, ORGANISATION, Settings
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.clock import Clock
    from intake_app.interview.session import Change
    from intake_app.reference import Library
    from intake_app.vault import (
        OutboxRow,
        Receipt,
        Record,
        RecordState,
        RecordSummary,
        UnlockedVault,
    )

DRAFT: Final = "draft"
FINALISED: Final = "finalised"
PLACED: Final = "placed"
STOPPED: Final = "stopped"

V_NUMBER = "/data/person/v_number"
LANGUAGE = "/data/start/interview_language"
READY = "/data/explanation/ready"
CONFIRMED = "/data/summary/confirmed"
DISPUTED = "/data/summary/disagrees_with"
#: Recipients learn the role of who asked, never the name.
SCREENER = "screener"
_NAMES = {
    "name": "/data/person/name_document",
    "called": "/data/person/name_called",
    "own_script": "/data/person/name_own_script",
}
LIVING_WITH = "/data/household/living_with"
_HOUSEHOLD = ("/data/household/adults", "/data/household/children_count")
_CONFIRMED_IN_DUTCH = {"yes": "ja", "corrected": "verbeterd", "disagree": "niet akkoord"}
#: What stays of an interview that somebody did not want: that it was explained, and the answer.
_KEPT_WHEN_STOPPED = ("/data/start/", "/data/explanation/")
_SEALED_APART = frozenset({"health", "safety"})
_INDEX = re.compile(r"\[\d+\]")


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
    name: str
    called: str
    own_script: str
    v_number: str
    language: str
    answered: int
    total: int
    placement: str
    due: date
    overdue: bool


class Caseload:
    """What one user, with an unlocked vault, works on."""

    def __init__(
        self, vault: "UnlockedVault", form: Form, library: "Library", clock: "Clock"
    ) -> None:
        """Take the unlocked vault, the questionnaire, the code lists and the clock."""
        self.vault = vault
        self.form = form
        self.library = library
        self.clock = clock

    @property
    def settings(self) -> Settings:
        """The device's settings."""
        return Settings.load(self.vault.settings())

    def save_settings(self, settings: Settings) -> None:
        """Keep settings; raises ConfigurationError for what cannot be meant."""
        settings.check()
        self.vault.save_settings(settings.to_json())

    def people(self) -> tuple[Person, ...]:
        """Return everybody on this device, the one worked on last first."""
        settings, now = self.settings, self.clock.now()
        people = (self._person(each, settings, now) for each in self.vault.records())
        return tuple(sorted(people, key=lambda person: person.updated, reverse=True))

    def _person(self, record: "RecordSummary", settings: Settings, now: datetime) -> Person:
        kept = settings.retention
        days = {DRAFT: kept.draft_days, STOPPED: kept.stopped_days}
        begun = record.updated if record.state == DRAFT else record.since
        due = begun + timedelta(days=days.get(record.state, kept.finalised_days))
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

    def start(self, language: str) -> "Draft":
        """Begin an interview in a resident's language (BCP 47); it is on disk at once."""
        interview = Interview(self.form, clock=self.clock, actor=self.vault.user.id)
        interview.answer(LANGUAGE, language)
        with_language = _split(interview, self.form)
        record = self.vault.create_record(
            form_id=self.form.id,
            form_version=self.form.version,
            summary=_summary(interview),
            body=_body(with_language.open, at=""),
            health=with_language.sealed,
        )
        return Draft(self, record, interview)

    def open(self, record_id: str) -> "Draft":
        """Open a record where it was left.

        Raises RecordMissing, VaultDamaged, and FormError where the record was made with another
        version of the questionnaire than this app has.
        """
        record = self.vault.open_record(record_id)
        state = _join(record)
        interview = Interview(self.form, clock=self.clock, actor=self.vault.user.id, state=state)
        return Draft(self, record, interview)

    def erase(self, record_id: str) -> Mapping[str, Any]:
        """Erase a record on a person's word; returns the signed certificate."""
        return self.vault.erase_record(record_id, reason="asked")

    def place(self, record_id: str, municipality: str) -> None:
        """Write down where somebody will live (CBS code, `GM0193`), as the placement officer.

        The municipal profile is released to that municipality; one that is not connected waits
        and says so. Raises NotPermitted without the role, InterviewError before finalising.
        """
        if "placement" not in self.vault.user.roles:
            raise NotPermitted
        if municipality not in self.library["municipalities"]:
            raise InterviewError(mark("That is not a municipality. Choose one from the list."))
        record = self.vault.open_record(record_id)
        if record.state not in {FINALISED, PLACED}:
            raise InterviewError(mark("This interview is not finished yet."))
        state = "ready" if municipality in self.settings.endpoints else "no_endpoint"
        with self.vault.unit():
            self.vault.save_record(
                record_id,
                revision=record.revision,
                summary={**record.summary, "placement": municipality},
                body=record.body,
                health=None,
            )
            if record.state != PLACED:
                self.vault.set_record_state(record_id, PLACED)
            for row in self.outbox():
                if row.record_id == record_id and row.recipient != ORGANISATION:
                    self.vault.save_outbox(row.id, recipient=municipality, state=state)

    def outbox(self) -> tuple["OutboxRow", ...]:
        """Return what waits to be delivered, the oldest first."""
        return self.vault.outbox()

    def package(self, outbox_id: str) -> Package:
        """Return what waits, as it will be delivered."""
        return Package.from_bytes(self.vault.package(outbox_id))

    def receipts(self) -> tuple["Receipt", ...]:
        """Return the receipts of what was delivered, the newest first."""
        return tuple(sorted(self.vault.receipts(), key=lambda each: each.created, reverse=True))


class Draft:
    """One open record: its interview, and every change to it durable before it returns."""

    def __init__(self, caseload: Caseload, record: "Record", interview: Interview) -> None:
        """Take what `Caseload.start` and `Caseload.open` hand over."""
        self._caseload = caseload
        self._revision = record.revision
        self._health_is_open = record.health is not None
        self.record_id = record.id
        self.state: RecordState = record.state
        self.interview = interview
        self.at: str = record.body.get("at", "")
        self.saved_at: datetime = caseload.clock.now()

    def answer(self, path: str, value: str, *, beside: Mapping[str, str] | None = None) -> "Change":
        """Give an answer (see `Interview.answer`); sealed and on disk when this returns."""
        return self._change(path, lambda: self.interview.answer(path, value, beside=beside))

    def set_aside(self, path: str, reason: str) -> "Change":
        """Record that a question was `declined` or its answer is `unknown`."""
        return self._change(path, lambda: self.interview.set_aside(path, reason))

    def clear(self, path: str) -> "Change":
        """Take an answer back."""
        return self._change(path, lambda: self.interview.clear(path))

    def add_repeat(self, path: str) -> "Change":
        """Add an instance to a repeat."""
        return self._change(path, lambda: self.interview.add_repeat(path))

    def remove_repeat(self, path: str) -> "Change":
        """Remove one instance (`/data/jobs[2]`) with all its answers."""
        return self._change(path, lambda: self.interview.remove_repeat(path))

    def beside(self, path: str, value: str) -> Mapping[str, str] | None:
        """Return what is kept beside a chosen code: system, version and the label shown."""
        question = self.interview.node(path).question
        if question.kind != "code" or not value:
            return None
        codes = self._caseload.library[question.codelist]
        return {
            "system": codes.system,
            "version": codes.version,
            "label": codes.label(value, "nl"),
        }

    def move_to(self, path: str) -> None:
        """Remember the question at which the screener is; kept with the next answer."""
        self.at = path

    def _change(self, path: str, act: "Callable[[], Change]") -> "Change":
        self._must_be_draft()
        before = self.interview.export()
        change = act()
        if self.at == "" or path != LANGUAGE:
            self.at = path
        try:
            self._save()
        except BaseException:
            # What is not on disk is not an answer: the screen keeps what was typed.
            self.interview = Interview(
                self._caseload.form,
                clock=self._caseload.clock,
                actor=self._caseload.vault.user.id,
                state=before,
            )
            raise
        return change

    def _save(self) -> None:
        parts = _split(self.interview, self._caseload.form)
        self._revision = self._caseload.vault.save_record(
            self.record_id,
            revision=self._revision,
            summary=_summary(self.interview),
            body=_body(parts.open, at=self.at),
            health=parts.sealed if self._health_is_open else None,
        )
        self.saved_at = self._caseload.clock.now()

    def stop(self) -> None:
        """End an interview that the resident does not want: only that it was explained stays."""
        self._must_be_draft()
        if self.interview.node(READY).value != "no":
            raise InterviewError(
                mark("Stopping is for a resident who does not want the interview.")
            )
        state = self.interview.export()
        state["nodes"] = {
            path: node
            for path, node in state["nodes"].items()
            if path.startswith(_KEPT_WHEN_STOPPED)
        }
        vault = self._caseload.vault
        with vault.unit():
            self._revision = vault.save_record(
                self.record_id,
                revision=self._revision,
                summary={"language": self.interview.node(LANGUAGE).value},
                body=_body(state, at=""),
                health={},
            )
            vault.set_record_state(self.record_id, STOPPED)
        self.state = STOPPED

    def finalise(self) -> None:
        """Close the interview: render what each recipient may see, queue it, seal health away.

        All of it is one unit: either everything is queued or the draft is as it was. Raises
        InterviewError while questions are open, and what the vault raises.
        """
        self._must_be_draft()
        problems = self.interview.problems()
        if problems:
            raise InterviewError(
                mark("{number} questions are still open or not right. See the overview."),
                number=len(problems),
            )
        caseload = self._caseload
        packages = tuple(self._packages())
        parts = _split(self.interview, caseload.form)
        vault = caseload.vault
        with vault.unit():
            self._revision = vault.finalise_record(
                self.record_id,
                revision=self._revision,
                summary=_summary(self.interview),
                body=_body(parts.open, at=""),
                health=parts.sealed,
            )
            for package in packages:
                waits = package.recipient == MUNICIPALITY
                vault.queue(
                    self.record_id,
                    recipient=package.recipient,
                    package=package.to_bytes(),
                    state="waiting_placement" if waits else "ready",
                )
        self.state = FINALISED

    def _packages(self) -> Iterator[Package]:
        caseload, vault = self._caseload, self._caseload.vault
        settings = caseload.settings
        created = caseload.clock.now()
        for recipient in settings.owed:
            context = profile.Context(
                record_id=self.record_id,
                vault_id=vault.vault_id,
                organisation=settings.organisation,
                location=settings.location,
                screener_role=SCREENER,
                created=created,
                confirmed=self.interview.node(CONFIRMED).value,
                disputed=tuple(self.interview.node(DISPUTED).value.split()),
                audit_head=vault.audit_head(),
                show_housing_adaptation=settings.show_housing_adaptation,
            )
            made = profile.build(
                self.interview, recipient=recipient, context=context, library=caseload.library
            )
            yield Package(
                identifier=vault.identifier(self.record_id, recipient),
                record_id=self.record_id,
                recipient=recipient,
                v_number=self.interview.node(V_NUMBER).value,
                title=document.title(recipient),
                created=created.isoformat(timespec="seconds"),
                form_id=caseload.form.id,
                form_version=caseload.form.version,
                profile=made.to_json(),
                pdf=document.render(made),
                properties=tuple(self._properties(settings, created)),
                audit_head=context.audit_head,
            )

    def _properties(self, settings: Settings, created: datetime) -> Iterator[tuple[str, str]]:
        """Give what a case worker finds a case by, beside what every package has of itself."""
        confirmed = self.interview.node(CONFIRMED).value
        yield "gespreksdatum", created.date().isoformat()
        yield "opvanglocatie", settings.location
        yield "bevestiging", _CONFIRMED_IN_DUTCH.get(confirmed, confirmed)
        adults, children = (self.interview.node(path).value for path in _HOUSEHOLD)
        if self.interview.node(LIVING_WITH).value == "alone":
            yield "gezinsgrootte", "1"
        elif adults and children:
            yield "gezinsgrootte", str(int(adults) + int(children))

    def _must_be_draft(self) -> None:
        if self.state != DRAFT:
            raise InterviewError(
                mark("This interview is finished and cannot be changed here any more.")
            )


@dataclass(frozen=True, slots=True)
class _Parts:
    open: dict[str, Any]
    sealed: dict[str, Any]


def _split(interview: Interview, form: Form) -> _Parts:
    """Part an interview's state: what is sealed with the record, and health and safety apart."""
    state = interview.export()
    nodes = state["nodes"]
    apart = {
        path for path in nodes if form.questions[_INDEX.sub("", path)].sensitivity in _SEALED_APART
    }
    sealed = {path: nodes[path] for path in nodes if path in apart}
    state["nodes"] = {path: nodes[path] for path in nodes if path not in apart}
    return _Parts(state, {"nodes": sealed} if sealed else {})


def _body(state: Mapping[str, Any], *, at: str) -> dict[str, Any]:
    return {"interview": dict(state), "at": at}


def _join(record: "Record") -> dict[str, Any]:
    state = dict(record.body["interview"])
    state["nodes"] = {**state["nodes"], **(record.health or {}).get("nodes", {})}
    return state


def _summary(interview: Interview) -> dict[str, Any]:
    answered, total = interview.progress()
    names = {name: interview.node(path).value for name, path in _NAMES.items()}
    return {
        **names,
        "v_number": interview.node(V_NUMBER).value,
        "language": interview.node(LANGUAGE).value,
        "answered": answered,
        "total": total,
    }

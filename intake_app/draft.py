"""One open interview: every change to it is sealed and on disk before it returns."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from intake_app import compartments, earlier
from intake_app.clock import Clock
from intake_app.errors import InterviewError, NotPermitted
from intake_app.interview import upgrade
from intake_app.interview.form import Form
from intake_app.interview.session import Interview
from intake_app.profile import profile
from intake_app.profile.package import Package
from intake_app.reference import Library
from intake_app.settings import MUNICIPALITY, Settings
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.interview.session import Change
    from intake_app.interview.state import Orphan
    from intake_app.interview.upgrade import Upgrade
    from intake_app.vault import Record, RecordState, UnlockedVault

DRAFT: Final = "draft"
FINALISED: Final = "finalised"
PLACED: Final = "placed"
STOPPED: Final = "stopped"
HANDED: Final = "handed"

V_NUMBER = "/data/person/v_number"
LANGUAGE = "/data/start/interview_language"
READY = "/data/explanation/ready"
CONFIRMED = "/data/summary/confirmed"
DISPUTED = "/data/summary/disagrees_with"
LIVING_WITH = "/data/household/living_with"
UNSAFE_PLACE = "/data/criteria/unsafe_place"
#: Recipients learn the role of who asked, never the name.
SCREENER = "screener"
_NAMES = {
    "name": "/data/person/name_document",
    "called": "/data/person/name_called",
    "own_script": "/data/person/name_own_script",
}
_HOUSEHOLD = ("/data/household/adults", "/data/household/children_count")
_CONFIRMED_IN_DUTCH = {"yes": "ja", "corrected": "verbeterd", "disagree": "niet akkoord"}
#: What stays of an interview that somebody did not want: that it was explained, and the answer.
_KEPT_WHEN_STOPPED = ("/data/start/", "/data/explanation/")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a user works with: an unlocked vault, the questionnaire, the code lists, the time."""

    vault: "UnlockedVault"
    form: Form
    library: Library
    clock: Clock

    @property
    def settings(self) -> Settings:
        """The device's settings; raises ConfigurationError."""
        return Settings.load(self.vault.settings())

    def interview(
        self, state: Mapping[str, Any] | None = None, *, fresh: Collection[str] = ()
    ) -> Interview:
        """Return a new interview, or one as it was left; see `Interview` for `fresh`."""
        return Interview(
            self.form, clock=self.clock, actor=self.vault.user.id, state=state, fresh=fresh
        )


class Draft:
    """One open record: its interview, and every change to it durable before it returns."""

    def __init__(self, desk: Desk, record: "Record", interview: Interview) -> None:
        """Take a record that is open; `start` and `open` make one."""
        self._desk = desk
        self._revision = record.revision
        self._health_is_open = record.health is not None
        self.record_id = record.id
        self.state: RecordState = record.state
        self.interview = interview
        self.at: str = compartments.left_at(record)
        #: What became of the answers where opening this draft moved it to another version.
        self.upgraded: Upgrade | None = None
        self.saved_at: datetime = desk.clock.now()
        # What is on disk, for when the disk refuses the next answer.
        self._saved = interview.export()

    @classmethod
    def start(cls, desk: Desk, language: str) -> "Draft":
        """Begin an interview in a resident's language (BCP 47); it is on disk at once."""
        interview = desk.interview()
        interview.answer(LANGUAGE, language)
        # Gone on with: the language is how it began, and nothing to take back.
        interview = desk.interview(interview.export())
        parts = compartments.split(interview.export(), desk.form)
        record = desk.vault.create_record(
            form_id=desk.form.id,
            form_version=desk.form.version,
            summary=_summary(interview),
            body=_body(parts.open),
            health=parts.sealed,
        )
        return cls(desk, record, interview)

    @classmethod
    def open(cls, desk: Desk, record_id: str) -> "Draft":
        """Open a record where it was left.

        A draft of another version of the questionnaire moves to the one that this app has, and
        is on disk as that when this returns; what is finished, or what this user has no health
        answers of, is only shown so. Raises RecordMissing, VaultDamaged, what a save raises, and
        FormError for a record of another questionnaire.
        """
        record = desk.vault.open_record(record_id)
        state = compartments.join(record)
        if state.get("hash") == desk.form.hash:
            return cls(desk, record, desk.interview(state))
        before, apart = earlier.load(str(state.get("hash"))), compartments.apart(record)
        made = upgrade.plan(state, desk.form, before, apart=apart)
        draft = cls(desk, record, desk.interview(made.state, fresh=made.fresh))
        if record.state == DRAFT and record.health is not None:
            draft._keep_upgrade(made)
        return draft

    def _keep_upgrade(self, made: "Upgrade") -> None:
        went = {move.before: move.after for move in made.moves}
        self.at = self._near(went.get(self.at) or self.at)
        state = self.interview.export()
        parts = compartments.split(state, self._desk.form, at=self.at)
        self._revision = self._desk.vault.upgrade_record(
            self.record_id,
            revision=self._revision,
            form_version=self._desk.form.version,
            summary=_summary(self.interview),
            body=_body(parts.open),
            health=parts.sealed,
        )
        self._saved, self.upgraded = state, made

    def _near(self, path: str) -> str:
        """Return the step at a path, or where there is none, the first of its section."""
        steps = [step.path for step in self.interview.steps()]
        inside = f"{compartments.section(path)}/"
        found = (step for step in steps if step.startswith(inside))
        return path if path in steps else next(found, "")

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

    @property
    def undoable(self) -> bool:
        """Whether there is something to take back; nothing is, once the draft was closed."""
        return self.state == DRAFT and self.interview.undoable > 0

    def undo(self) -> "Change":
        """Take the last action back (see `Interview.undo`); on disk when this returns."""
        return self._change(self.interview.last, self.interview.undo)

    def erase_orphan(self, orphan: "Orphan") -> None:
        """Erase an answer that is kept apart, on a person's word: from the files too, on return.

        Where the disk does not let its traces be cleared away, the next change does. It cannot
        be taken back, and neither can what was done before it.
        """
        self._must_be_draft()
        state = self.interview.export()
        held = zip(self.interview.orphans, state.pop("orphans", ()), strict=True)
        kept = [each for own, each in held if own != orphan]
        self.interview = self._desk.interview({**state, **({"orphans": kept} if kept else {})})
        # The section alone: which question it was may tell of health.
        self._keep(compartments.section(orphan.path), erases=True)

    def beside(self, path: str, value: str) -> Mapping[str, str] | None:
        """Return what is kept beside a chosen code: system, version and the label shown."""
        question = self.interview.node(path).question
        if question.kind != "code" or not value:
            return None
        codes = self._desk.library[question.codelist]
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
        change = act()
        self.at = path
        self._keep(path)
        return change

    def _keep(self, path: str, *, erases: bool = False) -> None:
        try:
            self._save(path, erases=erases)
        except BaseException:
            # What is not on disk is not an answer: the screen keeps what was typed.
            self.interview = self._desk.interview(self._saved)
            raise

    def _save(self, path: str, *, erases: bool = False) -> None:
        state = self.interview.export()
        parts = compartments.split(state, self._desk.form, at=self.at)
        self._revision = self._desk.vault.save_record(
            self.record_id,
            revision=self._revision,
            summary=_summary(self.interview),
            body=_body(parts.open),
            health=parts.sealed,
            fields=(compartments.logged(self._desk.form, path),),
            erases=erases,
        )
        self.saved_at, self._saved = self._desk.clock.now(), state

    def stop(self) -> None:
        """End an interview that the resident does not want: only that it was explained stays."""
        self._must_be_draft()
        if self.interview.node(READY).value != "no":
            raise InterviewError(
                mark("Stopping is for a resident who does not want the interview.")
            )
        state = self.interview.export()
        # How many rows there were, in sight and out of it, tells of children and of jobs.
        for kept in ("repeats", "hidden", "nodes"):
            told = state.get(kept, {})
            state[kept] = {path: told[path] for path in told if path.startswith(_KEPT_WHEN_STOPPED)}
        state.pop("orphans", None)
        vault = self._desk.vault
        with vault.unit():
            revision = vault.save_record(
                self.record_id,
                revision=self._revision,
                summary={"language": self.interview.node(LANGUAGE).value},
                body=_body(state),
                health={},
            )
            vault.set_record_state(self.record_id, STOPPED)
        self._revision, self.state = revision, STOPPED

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
        self.interview.close()
        try:
            self._seal()
        except BaseException:
            # It goes on: this was not the end.
            self.interview.undo()
            raise
        self.state = FINALISED

    def _seal(self) -> None:
        packages = tuple(self._packages())
        parts = compartments.split(self.interview.export(), self._desk.form)
        vault = self._desk.vault
        with vault.unit():
            revision = vault.finalise_record(
                self.record_id,
                revision=self._revision,
                summary=_summary(self.interview),
                body=_body(parts.open),
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
        # Only now: where the disk does not take it, the draft goes on from the revision before.
        self._revision = revision

    def _packages(self) -> Iterator[Package]:
        # The PDF library and its fonts cost a third of a second; a start should not wait for it.
        from intake_app.profile import document  # noqa: PLC0415

        desk, vault = self._desk, self._desk.vault
        settings, created = desk.settings, desk.clock.now()
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
                self.interview, recipient=recipient, context=context, library=desk.library
            )
            yield Package(
                identifier=vault.identifier(self.record_id, recipient),
                record_id=self.record_id,
                recipient=recipient,
                v_number=self.interview.node(V_NUMBER).value,
                title=document.title(recipient),
                created=created.isoformat(timespec="seconds"),
                form_id=desk.form.id,
                form_version=desk.form.version,
                profile=made.to_json(),
                pdf=document.render(made),
                properties=tuple(self._properties(settings, created)),
                audit_head=context.audit_head,
            )

    def _properties(self, settings: Settings, created: datetime) -> Iterator[tuple[str, str]]:
        """Give what a case worker finds a case by, beside what every package has of itself."""
        confirmed = self.interview.node(CONFIRMED).value
        yield "gespreksdatum", self.interview.node(READY).at[:10] or created.date().isoformat()
        yield "opvanglocatie", settings.location
        yield "bevestiging", _CONFIRMED_IN_DUTCH.get(confirmed, confirmed)
        adults, children = (self.interview.node(path).value for path in _HOUSEHOLD)
        if self.interview.node(LIVING_WITH).value == "alone":
            yield "gezinsgrootte", "1"
        elif adults and children:
            yield "gezinsgrootte", str(int(adults) + int(children))

    def _must_be_draft(self) -> None:
        """Raise InterviewError for what is finished or handed on, NotPermitted without health.

        Who cannot open that compartment could not have an answer sealed into it either.
        """
        if self.state == HANDED:
            raise handed()
        if self.state != DRAFT:
            raise InterviewError(
                mark("This interview is finished and cannot be changed here any more.")
            )
        if not self._health_is_open:
            raise NotPermitted


def handed() -> InterviewError:
    """Return what to say where a record was offered to another device."""
    return InterviewError(
        mark(
            "This interview was offered to a colleague's device. Nothing can be changed here until "
            "that device has answered."
        )
    )


def _body(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"interview": dict(state)}


def _summary(interview: Interview) -> dict[str, Any]:
    # Whoever sees the list may not know how many questions of health and safety were asked.
    answered, total = interview.progress(apart=compartments.SEALED_APART)
    names = {name: interview.node(path).value for name, path in _NAMES.items()}
    return {
        **names,
        "v_number": interview.node(V_NUMBER).value,
        "language": interview.node(LANGUAGE).value,
        "answered": answered,
        "total": total,
    }

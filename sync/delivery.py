"""One profile to one case system, step by step: a small state machine that resumes anywhere.

`NEXT` gives the order of the stages, `MOVES` what becomes of a single part; docs/delivery.md has
both as pictures. Before a part is made, the journal says that it is intended; after, where it is.
Between the two anything may break: on the next run it is looked up before it is made again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from intake_app.clock import Clock
from intake_app.errors import (
    DeliveryError,
    EndpointRefused,
    OutcomeUnclear,
    ReadBackDiffers,
)
from intake_app.profile.package import Package
from sync import catalogue, parts, reading
from sync.catalogue import CaseType
from sync.directory import Endpoint
from sync.parts import Job, Part
from sync.zgw import Client, Resource, text

#: After an unclear outcome the server may still commit: seconds between two looks.
LOOK_AGAIN_AFTER: Final = 2.0


class Stage(StrEnum):
    """Where a delivery is."""

    CASE_TYPE = "case type"
    ZAAK = "zaak"
    ROL = "rol"
    EIGENSCHAPPEN = "eigenschappen"
    DOCUMENT = "document"
    LINK = "link"
    STATUS = "status"
    READ_BACK = "read back"
    DELIVERED = "delivered"


#: The order of the stages. The status is last: it is the mark that all is there.
NEXT: Final[Mapping[Stage, Stage]] = MappingProxyType(
    {
        Stage.CASE_TYPE: Stage.ZAAK,
        Stage.ZAAK: Stage.ROL,
        Stage.ROL: Stage.EIGENSCHAPPEN,
        Stage.EIGENSCHAPPEN: Stage.DOCUMENT,
        Stage.DOCUMENT: Stage.LINK,
        Stage.LINK: Stage.STATUS,
        Stage.STATUS: Stage.READ_BACK,
        Stage.READ_BACK: Stage.DELIVERED,
    }
)


class Standing(StrEnum):
    """What is known of one part."""

    NEW = "new"
    RESUMED = "resumed"
    INTENDED = "intended"
    DOUBTED = "doubted"
    DONE = "done"
    FAILED = "failed"


class Event(StrEnum):
    """What a look or a call told."""

    THERE = "there"
    ABSENT = "absent"
    ANSWERED = "answered"
    REFUSED = "refused"
    BROKEN = "broken"


#: What becomes of a part. A part that the journal left intended comes back as resumed. New looks
#: once, resumed and doubted look twice; intended is in the journal before the call goes out.
MOVES: Final[Mapping[tuple[Standing, Event], Standing]] = MappingProxyType(
    {
        (Standing.NEW, Event.THERE): Standing.DONE,
        (Standing.NEW, Event.ABSENT): Standing.INTENDED,
        (Standing.RESUMED, Event.THERE): Standing.DONE,
        (Standing.RESUMED, Event.ABSENT): Standing.INTENDED,
        (Standing.INTENDED, Event.ANSWERED): Standing.DONE,
        (Standing.INTENDED, Event.REFUSED): Standing.DOUBTED,
        (Standing.INTENDED, Event.BROKEN): Standing.DOUBTED,
        (Standing.DOUBTED, Event.THERE): Standing.DONE,
        (Standing.DOUBTED, Event.ABSENT): Standing.FAILED,
    }
)

#: What was there is not there any more (404, 410).
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
#: Refusals that a repeat can meet (400, 409): then it is there.
_REPEATED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})

_PARTS: Final[Mapping[Stage, Callable[[Package], tuple[Part, ...]]]] = MappingProxyType(
    {
        Stage.ZAAK: lambda _: (parts.zaak(),),
        Stage.ROL: lambda _: (parts.rol(),),
        Stage.EIGENSCHAPPEN: parts.eigenschappen,
        Stage.DOCUMENT: lambda _: (parts.document(),),
        Stage.LINK: lambda _: (parts.link(),),
        Stage.STATUS: lambda _: (parts.status(),),
    }
)

Save = Callable[[dict[str, Any]], None]
Report = Callable[[Stage], None]
Pause = Callable[[float], None]


@dataclass(slots=True)
class CaseSystem:
    """One endpoint while it is connected; its case types are read once."""

    client: Client
    _current: CaseType | None = field(default=None, init=False)
    _older: dict[str, CaseType] = field(default_factory=dict, init=False)

    @classmethod
    def connect(cls, endpoint: Endpoint, clock: Clock) -> Self:
        """Prepare a connection; nothing is opened yet. Raises ConfigurationError."""
        return cls(Client(endpoint, clock))

    def __enter__(self) -> Self:
        """Return the case system itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self.client.__exit__(kind, error, trace)

    def case_type(self) -> CaseType:
        """Return the case type for new cases; raises CaseTypeIncomplete."""
        if self._current is None:
            self._current = catalogue.current(self.client)
        return self._current

    def case_type_of(self, url: str) -> CaseType:
        """Return the version of the case type that a case has."""
        if self._current is not None and self._current.url == url:
            return self._current
        if url not in self._older:
            self._older[url] = catalogue.of_case(self.client, url)
        return self._older[url]


def deliver(
    endpoint: Endpoint,
    package: Package,
    journal: Mapping[str, Any],
    save: Save,
    clock: Clock,
    progress: Report,
    *,
    pause: Pause = time.sleep,
) -> dict[str, Any]:
    """Deliver a package, or finish a delivery that the journal tells of; return its receipt.

    `save` keeps the journal durably each time it is called. Raises DeliveryError or
    ConfigurationError; what was sent by then is in the journal, and calling again goes on.
    """
    with CaseSystem.connect(endpoint, clock) as system:
        return deliver_to(system, package, journal, save, progress, pause=pause)


def deliver_to(
    system: CaseSystem,
    package: Package,
    journal: Mapping[str, Any],
    save: Save,
    progress: Report,
    *,
    pause: Pause = time.sleep,
) -> dict[str, Any]:
    """Do what `deliver` does, through a connection that is there already."""
    return _Delivery(system, package, journal, save, pause).run(progress)


class _Delivery:
    """The machine: walks the stages, and each of their parts, by the tables above."""

    def __init__(
        self,
        system: CaseSystem,
        package: Package,
        journal: Mapping[str, Any],
        save: Save,
        pause: Pause,
    ) -> None:
        self._system = system
        self._package = package
        self._save = save
        self._pause = pause
        # Addresses of another case system say nothing about this one.
        at = system.client.endpoint.zaken
        known = journal if journal.get("at") == at else {}
        self._journal: dict[str, Any] = {
            "at": at,
            "moment": known.get("moment", ""),
            "parts": {key: dict(entry) for key, entry in known.get("parts", {}).items()},
        }

    def run(self, progress: Report) -> dict[str, Any]:
        try:
            return self._walk(progress)
        except (EndpointRefused, ReadBackDiffers) as error:
            if isinstance(error, ReadBackDiffers) or error.status in _GONE:
                # The journal is contradicted: next time everything is looked up again.
                self._journal["parts"] = {}
                self._write()
            raise

    def _walk(self, progress: Report) -> dict[str, Any]:
        progress(Stage.CASE_TYPE)
        case_type = self._system.case_type()
        job = Job(self._system.client, self._package, case_type, moment=self._journal["moment"])
        stage = NEXT[Stage.CASE_TYPE]
        while stage is not Stage.READ_BACK:
            progress(stage)
            for part in _PARTS[stage](self._package):
                self._settle(job, part)
            if stage is Stage.ZAAK:
                self._follow_case(job)
            stage = NEXT[stage]
        progress(Stage.READ_BACK)
        reading.compare(job)
        return reading.receipt(job)

    def _settle(self, job: Job, part: Part) -> None:
        """Bring one part to done; raises where it cannot be."""
        standing = self._standing(part)
        found: Resource = {}
        error = DeliveryError()
        while standing is not Standing.DONE:
            if standing is Standing.FAILED:
                raise error
            if standing is Standing.INTENDED:
                event, found, error = self._make(job, part)
            else:
                event, found = self._look(job, part, twice=standing is not Standing.NEW)
            standing = MOVES[standing, event]
            if standing is Standing.DONE:
                self._note(job, part, standing, {name: text(found, name) for name in part.keep})
        job.urls[part.key] = self._journal["parts"][part.key]["url"]

    def _standing(self, part: Part) -> Standing:
        """Return what the journal tells of a part."""
        told = self._journal["parts"].get(part.key, {}).get("standing", Standing.NEW)
        return Standing.RESUMED if told == Standing.INTENDED else Standing(told)

    def _look(self, job: Job, part: Part, *, twice: bool) -> tuple[Event, Resource]:
        found = part.look(job, twice)
        if found is None and twice:
            self._pause(LOOK_AGAIN_AFTER)
            found = part.look(job, True)  # noqa: FBT003 - fresh: there is doubt
        return (Event.ABSENT, {}) if found is None else (Event.THERE, found)

    def _make(self, job: Job, part: Part) -> tuple[Event, Resource, DeliveryError]:
        """Write the intention down, then make the part."""
        body = part.body(job)
        self._note(job, part, Standing.INTENDED, {})
        why = f"Screeningsprofiel: {part.key}"
        try:
            return (
                Event.ANSWERED,
                job.client.post(part.address(job), body, why=why),
                DeliveryError(),
            )
        except EndpointRefused as error:
            if error.status not in _REPEATED:
                raise
            return Event.REFUSED, {}, error
        except OutcomeUnclear as error:
            return Event.BROKEN, {}, error

    def _note(self, job: Job, part: Part, standing: Standing, kept: Mapping[str, str]) -> None:
        self._journal["parts"][part.key] = {"standing": standing.value, **kept}
        self._journal["moment"] = job.moment
        self._write()

    def _write(self) -> None:
        entries = {key: dict(entry) for key, entry in self._journal["parts"].items()}
        self._save({**self._journal, "parts": entries})

    def _follow_case(self, job: Job) -> None:
        """Use the version of the case type that the case was made with.

        A newer one may have been published since, and its parts do not fit this case.
        """
        job.case_type = self._system.case_type_of(self._journal["parts"]["zaak"]["zaaktype"])

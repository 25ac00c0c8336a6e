"""What waits to be delivered: one row at a time, and no row's failure holds up another.

    waiting_placement   the municipality is not known yet
    no_endpoint         it is known, and no case system of it is set
    ready               to be delivered
    sending             being delivered; after an interruption: to be resumed
    retry               tried; the journal says until when it waits, and why
    refused             set aside with the reason, until somebody asks for it to be retried

A delivered row leaves the outbox as a receipt; when nothing more is owed for a record, the record
is erased. At the end a date that a case system confirmed erases what is over its term. The
journal of a row holds `delivery` (the steps) and, of its last failure, `attempts`, `not_before`
(ISO 8601, UTC) and `reason` (sentence and values, to be said in a language).
"""

import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from intake_app.clock import Clock
from intake_app.errors import (
    CaseTypeIncomplete,
    ConfigurationError,
    EndpointBusy,
    EndpointRefused,
    EndpointUnreachable,
    IntakeError,
    OutcomeUnclear,
    RecordMissing,
    VaultError,
)
from intake_app.profile.package import Package
from intake_app.settings import ORGANISATION, Settings
from sync.delivery import CaseSystem, Pause, deliver_to
from sync.directory import Directory, Endpoint

if TYPE_CHECKING:
    from intake_app.vault import OutboxRow, UnlockedVault

WAITING_PLACEMENT: Final = "waiting_placement"
NO_ENDPOINT: Final = "no_endpoint"
READY: Final = "ready"
SENDING: Final = "sending"
RETRY: Final = "retry"
REFUSED: Final = "refused"

#: The recipient of a municipal row before the placement is known.
UNPLACED: Final = "municipality"

#: The first wait after a failure and the longest one; each is twice the one before.
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=4)

#: A refusal of who we are, not of what we send: the profile is as good as before.
_IDENTITY_CODES: Final = frozenset(
    {
        "jwt-expired",
        "jwt-missing-iat-claim",
        "invalid-jwt-signature",
        "invalid-client-identifier",
    }
)


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of progress: which row, and the stage that it enters or the state it ends in."""

    outbox_id: str
    record_id: str
    recipient: str
    stage: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did: rows delivered, left waiting, tried and failed; records erased."""

    delivered: int = 0
    waiting: int = 0
    failed: int = 0
    erased: int = 0


def run(
    vault: "UnlockedVault",
    directory: Directory,
    clock: Clock,
    progress: Callable[[Progress], None],
    *,
    pause: Pause = time.sleep,
) -> RunSummary:
    """Deliver what is ready, oldest first; return what became of the outbox.

    It works too with a vault that was locked to deliver.

    Raises VaultError only: then nothing else would work either, and the next run goes on.
    """
    with ExitStack() as stack:
        work = _Run(vault, directory, clock, progress, pause, stack)
        ended = [work.row(row) for row in vault.outbox()]
        erased = work.erased + vault.keeping.settle() + work.sweep()
    return RunSummary(
        delivered=ended.count("delivered"),
        waiting=ended.count("waiting"),
        failed=ended.count("failed"),
        erased=erased,
    )


def retry(vault: "UnlockedVault", outbox_id: str) -> None:
    """Let a row that waits or was set aside be tried on the next run, whatever it waited for.

    What its journal knows of earlier attempts stays: nothing is sent twice.
    """
    row = next((each for each in vault.outbox() if each.id == outbox_id), None)
    if row is not None and row.state in {RETRY, REFUSED}:
        vault.save_outbox(row.id, state=READY, journal=_steps(row.journal))


def _steps(journal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the steps of a journal without what it tells of the last failure."""
    return {"delivery": journal["delivery"]} if "delivery" in journal else {}


@dataclass(slots=True)
class _Run:
    """One walk through the outbox, with the connections that it opened."""

    vault: "UnlockedVault"
    directory: Directory
    clock: Clock
    progress: Callable[[Progress], None]
    pause: Pause
    stack: ExitStack
    systems: dict[str, CaseSystem] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    erased: int = 0

    def row(self, row: "OutboxRow") -> str:
        """Take one row as far as it goes; return `delivered`, `waiting` or `failed`."""
        if row.state == REFUSED or row.recipient == UNPLACED or self._early(row):
            return "waiting"
        try:
            endpoint = self.directory.for_recipient(row.recipient)
        except ConfigurationError as error:
            return self._unconnected(row, error)
        if endpoint is None:
            return self._unconnected(row, None)
        return "waiting" if row.recipient in self.down else self._try(row, endpoint)

    def _try(self, row: "OutboxRow", endpoint: Endpoint) -> str:
        journal = dict(row.journal)
        try:
            package = Package.from_bytes(self.vault.package(row.id))
            if not self._claim(row):
                return "waiting"
            self._deliver(row, endpoint, package, journal)
        except RecordMissing:
            # Somebody erased the record while this ran: there is nothing left to deliver.
            return "gone"
        except VaultError:
            raise
        except IntakeError as error:
            return self._failed(row, journal, error)
        self._tell(row, "delivered")
        return "delivered"

    def _early(self, row: "OutboxRow") -> bool:
        """Tell whether a row still waits after a failure."""
        told = row.journal.get("not_before")
        if row.state != RETRY or not told:
            return False
        until = datetime.fromisoformat(told)
        # A wait that no failure could have asked for: the device's clock was set back.
        return self.clock.now() < until <= self.clock.now() + timedelta(days=1)

    def _unconnected(self, row: "OutboxRow", error: ConfigurationError | None) -> str:
        journal = _steps(row.journal) | ({"reason": _reason(error)} if error else {})
        if row.state != NO_ENDPOINT or dict(row.journal) != journal:
            self.vault.save_outbox(row.id, state=NO_ENDPOINT, journal=journal)
        self._tell(row, NO_ENDPOINT)
        return "waiting"

    def _claim(self, row: "OutboxRow") -> bool:
        """Mark a row as being sent, unless it was placed elsewhere since this run read it.

        From here on it is not: what is being sent keeps its recipient.
        """
        with self.vault.unit():
            now = (each.recipient for each in self.vault.outbox() if each.id == row.id)
            if next(now, None) != row.recipient:
                return False
            self.vault.save_outbox(row.id, state=SENDING)
        return True

    def _deliver(
        self, row: "OutboxRow", endpoint: Endpoint, package: Package, journal: dict[str, Any]
    ) -> None:
        """Deliver a row, its steps kept in `journal` and in the vault, and keep the receipt."""

        def save(steps: dict[str, Any]) -> None:
            journal["delivery"] = steps
            self.vault.save_outbox(row.id, journal=dict(journal))

        receipt = deliver_to(
            self._system(endpoint),
            package,
            journal.get("delivery", {}),
            save,
            lambda stage: self._tell(row, stage),
            pause=self.pause,
        )
        with self.vault.unit():
            self.vault.add_receipt(row.id, receipt)
            erased = self.vault.keeping.settle()
        self.erased += erased

    def _system(self, endpoint: Endpoint) -> CaseSystem:
        if endpoint.name not in self.systems:
            system = CaseSystem.connect(endpoint, self.clock)
            self.systems[endpoint.name] = self.stack.enter_context(system)
        return self.systems[endpoint.name]

    def _failed(self, row: "OutboxRow", journal: Mapping[str, Any], error: IntakeError) -> str:
        """Keep why it failed, and until when it waits."""
        if isinstance(error, ConfigurationError):
            return self._unconnected(row, error)
        attempts = int(journal.get("attempts", 0)) + 1
        told = {**_steps(journal), "attempts": attempts, "reason": _reason(error)}
        state = REFUSED if _is_final(error) else RETRY
        if state == RETRY:
            until = self.clock.now() + _wait(attempts, error)
            told["not_before"] = until.isoformat(timespec="seconds")
        if _concerns_endpoint(error):
            self.down.add(row.recipient)
        self.vault.save_outbox(row.id, state=state, journal=told)
        self._tell(row, state)
        return "failed"

    def sweep(self) -> int:
        """Let a date that a case system confirmed erase what it may; return how many records.

        Of several the earliest, which erases least. Where nothing was delivered and something is
        over its term, the organisation's is asked. The settings hold the terms: where they cannot
        be read, nothing is over its term.
        """
        try:
            terms = Settings.load(self.vault.settings()).retention
        except ConfigurationError:
            return 0
        confirmed = self._confirmed()
        if confirmed is None and any(
            due.decides == "date" for due in self.vault.keeping.due(terms)
        ):
            self._ask_the_date()
            confirmed = self._confirmed()
        return 0 if confirmed is None else self.vault.keeping.sweep(terms, confirmed).records

    def _confirmed(self) -> datetime | None:
        told = (system.client.confirmed for system in self.systems.values())
        return min((date for date in told if date is not None), default=None)

    def _ask_the_date(self) -> None:
        with suppress(ConfigurationError):
            endpoint = self.directory.for_recipient(ORGANISATION)
            if endpoint is not None and endpoint.uses_tls:
                self._system(endpoint).client.ask_the_date()

    def _tell(self, row: "OutboxRow", stage: str) -> None:
        self.progress(Progress(row.id, row.record_id, row.recipient, stage))


def _reason(error: IntakeError) -> dict[str, Any]:
    """Return what a screen needs to say an error in its own language; errors hold no answers."""
    values = {name: str(value) for name, value in error.values.items()}
    return {"error": type(error).__name__, "sentence": error.sentence, "values": values}


def _wait(attempts: int, error: IntakeError) -> timedelta:
    """Return how long a row waits: twice as long each time, with jitter, and at least as asked.

    The jitter keeps three hundred tablets from coming back in the same second.
    """
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    wait *= random.uniform(0.5, 1.0)  # noqa: S311 - it spreads, it hides nothing
    asked = (error.retry_after or 0.0) if isinstance(error, EndpointBusy) else 0.0
    return max(wait, timedelta(seconds=asked))


def _is_identity(error: IntakeError) -> bool:
    return isinstance(error, EndpointRefused) and error.code in _IDENTITY_CODES


def _is_final(error: IntakeError) -> bool:
    """Tell whether trying again can change nothing: somebody has to look at it."""
    passing = (CaseTypeIncomplete, EndpointBusy, EndpointUnreachable, OutcomeUnclear)
    return not isinstance(error, passing) and not _is_identity(error)


def _concerns_endpoint(error: IntakeError) -> bool:
    """Tell whether every other profile for this endpoint would meet the same."""
    if isinstance(error, EndpointBusy):
        return error.status == HTTPStatus.TOO_MANY_REQUESTS
    return isinstance(error, EndpointUnreachable | CaseTypeIncomplete) or _is_identity(error)

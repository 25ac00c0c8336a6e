"""The outbox: one row at a time, and no row's failure holds up another."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import RecordMissing, StorageFull
from intake_app.profile.package import Package
from intake_app.settings import Retention
from intake_app.vault import Due, Swept
from sync import outbox
from sync.directory import Directory
from sync.outbox import Progress, RunSummary
from sync.sandbox import Fault, Sandbox
from tests.invented import package as invented

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault


@dataclass(frozen=True)
class Row:
    """A row as the vault gives it."""

    id: str
    record_id: str
    recipient: str
    state: str
    journal: dict[str, Any]


@dataclass
class FakeVault:
    """A vault in memory with the methods that the outbox uses."""

    rows: dict[str, Row] = field(default_factory=dict)
    packages: dict[str, bytes] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    told: list[dict[str, Any]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    full: bool = False
    kept: dict[str, Any] = field(default_factory=dict)
    late: list[Due] = field(default_factory=list)
    swept: list[tuple[Retention, datetime]] = field(default_factory=list)

    def unit(self) -> AbstractContextManager[None]:
        """Be no transaction: the real vault's own tests are about those."""
        return nullcontext()

    def queue(self, recipient: str, package: Package, state: str = "ready") -> str:
        """Queue a package as finalising does."""
        row = Row(f"o{len(self.rows) + 1}", package.record_id, recipient, state, {})
        self.rows[row.id] = row
        self.packages[row.id] = package.to_bytes()
        self.people.add(package.record_id)
        return row.id

    def outbox(self) -> tuple[Row, ...]:
        """Return the rows."""
        return tuple(self.rows.values())

    def package(self, outbox_id: str) -> bytes:
        """Return the bytes of one."""
        if outbox_id not in self.packages:
            raise RecordMissing
        return self.packages[outbox_id]

    def save_outbox(
        self, outbox_id: str, *, state: str | None = None, journal: dict[str, Any] | None = None
    ) -> None:
        """Change what is given."""
        if self.full:
            raise StorageFull
        row = self.rows[outbox_id]
        row = replace(
            row, state=state or row.state, journal=journal if journal is not None else row.journal
        )
        self.rows[outbox_id] = row

    def add_receipt(self, outbox_id: str, receipt: dict[str, Any]) -> None:
        """Keep a receipt in place of a row."""
        self.told.append(receipt)
        del self.rows[outbox_id]

    @property
    def keeping(self) -> "FakeVault":
        """Keep and erase, as the real one's own tests say."""
        return self

    def settings(self) -> dict[str, Any]:
        """Return the settings."""
        return self.kept

    def settle(self) -> int:
        """Erase what is owed to nobody any more."""
        owed = {row.record_id for row in self.rows.values()}
        settled = self.people & {each["record_id"] for each in self.told} - owed
        self.people -= settled
        self.erased += sorted(settled)
        return len(settled)

    def due(self, terms: Retention) -> tuple[Due, ...]:
        """Return what is over its term."""
        return tuple(self.late)

    def sweep(self, terms: Retention, confirmed: datetime) -> Swept:
        """Note what was asked."""
        self.swept.append((terms, confirmed))
        return Swept(records=3)


PACKAGE = invented(properties=())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve one case system for the whole module."""
    with Sandbox(clock=FixedClock()) as started:
        yield started


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Count packages."""
    return itertools.count(1)


@dataclass
class World:
    """A vault, a clock and a directory, and a way to run the outbox."""

    sandbox: Sandbox
    numbers: Iterator[int]
    vault: FakeVault = field(default_factory=FakeVault)
    clock: FixedClock = field(default_factory=FixedClock)
    endpoints: dict[str, Any] = field(default_factory=dict)
    seen: list[Progress] = field(default_factory=list)

    def package(self, record_id: str) -> Package:
        """Return a package that the sandbox has not seen."""
        return replace(PACKAGE, identifier=f"INTAKE-{next(self.numbers)}", record_id=record_id)

    def queue(self, record_id: str, recipient: str = "organisation", state: str = "ready") -> str:
        """Queue a new package."""
        return self.vault.queue(recipient, self.package(record_id), state)

    def run(self, heard: Callable[[Progress], None] | None = None) -> RunSummary:
        """Run the outbox once."""
        self.seen.clear()
        return outbox.run(
            cast("UnlockedVault", self.vault),
            Directory(self.endpoints),
            self.clock,
            heard or self.seen.append,
            pause=lambda _: None,
        )

    def retry(self, outbox_id: str) -> None:
        """Ask for a row to be tried again."""
        outbox.retry(cast("UnlockedVault", self.vault), outbox_id)


@pytest.fixture
def world(sandbox: Sandbox, numbers: Iterator[int]) -> World:
    """Return a vault whose organisation is connected."""
    sandbox.arm()
    return World(sandbox, numbers, endpoints={"organisation": sandbox.endpoint()})


def test_what_is_delivered_leaves_a_receipt_and_no_record(world: World) -> None:
    """Nothing more is owed: the record is erased."""
    world.queue("r1")
    assert world.run() == RunSummary(delivered=1, erased=1)
    assert world.vault.rows == {}
    assert world.vault.erased == ["r1"]
    assert [receipt["recipient"] for receipt in world.vault.told] == ["organisation"]
    assert [line.stage for line in world.seen][-2:] == ["read back", "delivered"]


def test_a_record_that_is_still_owed_stays(world: World) -> None:
    """The municipality gets its profile when the placement is known, and only then."""
    world.queue("r1")
    second = world.queue("r1", "municipality", "waiting_placement")
    assert world.run() == RunSummary(delivered=1, waiting=1)
    assert world.vault.erased == []
    assert world.vault.rows[second].state == "waiting_placement"
    assert world.run() == RunSummary(waiting=1)
    row = world.vault.rows[second]
    world.vault.rows[second] = replace(row, recipient="GM0193", state="ready")
    world.endpoints["GM0193"] = world.sandbox.endpoint()
    assert world.run() == RunSummary(delivered=1, erased=1)
    assert [receipt["recipient"] for receipt in world.vault.told] == ["organisation", "GM0193"]


def test_a_municipality_that_is_not_connected_waits_visibly(world: World) -> None:
    """And goes as soon as it is."""
    row = world.queue("r1", "GM0363")
    assert world.run() == RunSummary(waiting=1)
    assert world.vault.rows[row].state == "no_endpoint"
    world.endpoints["GM0363"] = world.sandbox.endpoint()
    assert world.run() == RunSummary(delivered=1, erased=1)


def test_a_mistake_in_the_settings_waits_with_its_reason(world: World) -> None:
    """It is one endpoint's, and no other's."""
    wrong = world.queue("r1", "GM0363")
    world.endpoints["GM0363"] = {**world.sandbox.endpoint(), "rsin": "123456789"}
    world.queue("r2")
    assert world.run() == RunSummary(delivered=1, waiting=1, erased=1)
    row = world.vault.rows[wrong]
    assert row.state == "no_endpoint"
    assert row.journal["reason"]["values"] == {"name": "GM0363"}


def test_one_profiles_failure_holds_up_no_other(world: World) -> None:
    """The first is refused, the second breaks half-way, the third arrives."""
    bad = world.queue("r1")
    world.vault.packages[bad] = b"no package"
    broken = world.queue("r2")
    world.queue("r3")
    world.sandbox.arm(Fault("500-before-commit", 7), Fault("500-before-commit", 8))
    assert world.run() == RunSummary(delivered=1, failed=2, erased=1)
    assert world.vault.rows[bad].state == "refused"
    assert world.vault.rows[broken].state == "retry"
    assert world.vault.erased == ["r3"]


def test_a_refused_row_waits_for_somebody_to_ask(world: World) -> None:
    """It is set aside with its reason; asked for again, it is delivered."""
    row = world.queue("r1")
    package = world.vault.packages[row]
    world.vault.packages[row] = b"{}"
    assert world.run().failed == 1
    reason = world.vault.rows[row].journal["reason"]
    assert reason["error"] == "ProfileError"
    assert reason["sentence"].startswith("A profile in the outbox cannot be read")
    world.clock.move(days=30)
    assert world.run() == RunSummary(waiting=1)
    world.vault.packages[row] = package
    world.retry(row)
    assert world.vault.rows[row].state == "ready"
    assert world.run() == RunSummary(delivered=1, erased=1)


def test_waits_grow_and_are_kept(world: World) -> None:
    """Twice as long each time, with jitter, and never beyond four hours."""
    row = world.queue("r1")
    world.endpoints["organisation"] = {
        **world.sandbox.endpoint(),
        "zaken": "http://127.0.0.1:9/zaken/api/v1",
        "documenten": "http://127.0.0.1:9/documenten/api/v1",
        "catalogi": "http://127.0.0.1:9/catalogi/api/v1",
    }
    for attempts in range(1, 12):
        assert world.run().failed == 1
        journal = world.vault.rows[row].journal
        assert journal["attempts"] == attempts
        wait = datetime.fromisoformat(journal["not_before"]) - world.clock.now()
        longest = min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=4))
        assert longest / 2 - timedelta(seconds=1) <= wait <= longest
        assert world.run() == RunSummary(waiting=1)
        world.clock.move(hours=4)


def test_retry_after_is_honoured_and_slows_the_whole_endpoint(world: World) -> None:
    """Who is told to wait does not come back at once with the next profile."""
    first, second = world.queue("r1"), world.queue("r2")
    world.sandbox.arm(Fault("429", 1))
    assert world.run() == RunSummary(failed=1, waiting=1)
    assert world.vault.rows[first].journal["reason"]["error"] == "EndpointBusy"
    assert world.vault.rows[second].state == "ready"
    assert len(world.sandbox.calls) == 1


def test_a_wrong_secret_holds_and_does_not_set_aside(world: World) -> None:
    """The profiles are as good as before: once the secret is right they go by themselves."""
    world.queue("r1")
    world.queue("r2")
    right = world.endpoints["organisation"]
    world.endpoints["organisation"] = {**right, "secret": "another secret of thirty-two letters"}
    assert world.run() == RunSummary(failed=1, waiting=1)
    assert {row.state for row in world.vault.rows.values()} == {"retry", "ready"}
    world.endpoints["organisation"] = right
    world.clock.move(hours=1)
    assert world.run() == RunSummary(delivered=2, erased=2)


def test_a_clock_that_was_set_back_does_not_strand_a_row(world: World) -> None:
    """A wait that lies further ahead than any failure could have asked is no wait."""
    row = world.queue("r1")
    journal = {"not_before": (world.clock.now() + timedelta(days=400)).isoformat()}
    world.vault.rows[row] = replace(world.vault.rows[row], state="retry", journal=journal)
    assert world.run() == RunSummary(delivered=1, erased=1)


def test_an_interrupted_row_is_resumed(world: World) -> None:
    """The app was closed while it was sending."""
    row = world.queue("r1")
    world.sandbox.arm(Fault("drop-after-commit", 7), Fault("502", 8))
    world.run()
    stopped = world.vault.rows[row]
    world.vault.rows[row] = replace(
        stopped, state="sending", journal={"delivery": stopped.journal["delivery"]}
    )
    assert world.run() == RunSummary(delivered=1, erased=1)
    assert world.sandbox.calls.count("POST /zaken/api/v1/zaken") == 1


def test_a_record_is_erased_also_when_the_app_stopped_just_before(world: World) -> None:
    """A receipt and nothing owed: the next run erases it."""
    world.vault.people = {"r1", "r2"}
    world.vault.told.append({"record_id": "r1"})
    assert world.run() == RunSummary(erased=1)
    assert world.vault.people == {"r2"}


def test_a_full_disk_stops_the_run_and_loses_nothing(world: World) -> None:
    """Where nothing can be remembered, nothing is sent."""
    world.queue("r1")
    world.vault.full = True
    with pytest.raises(StorageFull):
        world.run()
    assert world.sandbox.calls == ()
    world.vault.full = False
    assert world.run() == RunSummary(delivered=1, erased=1)


def test_a_record_that_was_erased_meanwhile_is_passed_over(world: World) -> None:
    """Somebody erased it on the screen while the outbox ran."""
    row = world.queue("r1")
    del world.vault.packages[row]
    world.queue("r2")
    assert world.run() == RunSummary(delivered=1, erased=1)


def test_a_row_that_was_placed_elsewhere_meanwhile_is_not_sent(world: World) -> None:
    """The officer changed the placement while the rows before it were sent."""
    world.queue("r1")
    moved = world.queue("r2", "GM0363")
    world.endpoints |= {name: world.sandbox.endpoint() for name in ("GM0363", "GM0193")}

    def place_elsewhere(_: Progress) -> None:
        world.vault.rows[moved] = replace(world.vault.rows[moved], recipient="GM0193")

    assert world.run(place_elsewhere) == RunSummary(delivered=1, waiting=1, erased=1)
    assert world.vault.rows[moved].state == "ready"
    assert world.run() == RunSummary(delivered=1, erased=1)
    assert world.vault.told[-1]["recipient"] == "GM0193"


def test_a_run_that_is_stopped_after_a_delivery_leaves_no_record(world: World) -> None:
    """Receipt and erasure are one: nobody has to think of a record that is owed to nobody."""
    world.queue("r1")

    def stop(progress: Progress) -> None:
        if progress.stage == "delivered":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.run(stop)
    assert world.vault.erased == ["r1"]


def test_an_empty_outbox_opens_nothing(world: World) -> None:
    """Nothing to do is done at once."""
    assert world.run() == RunSummary()
    assert world.sandbox.calls == ()


def test_no_date_is_taken_from_a_connection_that_proves_nothing(world: World) -> None:
    """The sandbox speaks without TLS: whatever it tells, nothing is erased on it."""
    world.queue("r1")
    world.run()
    assert world.vault.swept == []

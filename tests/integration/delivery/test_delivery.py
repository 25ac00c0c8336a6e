"""Deliveries over real HTTP: exactly once, whatever breaks."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock, SystemClock
from intake_app.errors import (
    DeliveryError,
    EndpointBusy,
)
from intake_app.profile.package import Package
from sync.catalogue import PLACEMENT
from sync.delivery import Stage, deliver
from sync.directory import Endpoint
from sync.sandbox import Fault, Sandbox
from sync.sandbox.faults import KINDS
from tests.integration.delivery.attempts import (
    CALLS,
    EXACTLY_ONCE,
    PACKAGE,
    SHORT,
    Journal,
    arrived,
    at_once,
    attempt,
)


def test_a_profile_arrives_once_and_whole(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """The receipt tells where it is and what it is; the calls are those that were planned."""
    stages: list[Stage] = []
    receipt = deliver(
        endpoint, package, {}, lambda _: None, SystemClock(), stages.append, pause=at_once
    )
    assert stages == [stage for stage in Stage if stage is not Stage.DELIVERED]
    assert tuple(call.split()[0] for call in sandbox.calls) == CALLS
    assert arrived(sandbox, package) == EXACTLY_ONCE
    assert receipt["document_sha256"] == package.pdf_sha256
    assert receipt["zaak"].startswith(endpoint.zaken)
    assert receipt["v_number"] == "2801234567"
    assert set(receipt["properties"]) == {name for name, _ in package.case_properties}


def test_a_delivery_that_is_done_is_only_read_back_again(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """After a crash between the read-back and the receipt nothing is sent twice."""
    journal: Journal = {}
    first = attempt(endpoint, package, journal)
    sandbox.arm()
    again = attempt(endpoint, package, journal)
    assert again | {"delivered": ""} == first | {"delivered": ""}
    assert not [call for call in sandbox.calls if call.startswith("POST")]


def test_a_journal_that_is_lost_costs_only_looks(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """The identificatie finds everything again."""
    attempt(endpoint, package, {})
    attempt(endpoint, package, {})
    assert arrived(sandbox, package) == EXACTLY_ONCE


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        (kind, at)
        for at, method in enumerate(CALLS, 1)
        for kind in KINDS
        # A read changes nothing over there: before and after a commit are the same to it.
        if method == "POST" or kind in {"drop-before-commit", "502", "truncated", "not-json"}
    ],
)
def test_a_fault_at_any_call_leaves_exactly_one_of_everything(
    kind: str, at: int, sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Whatever one call meets, the same run or the next one brings it to an end."""
    journal: Journal = {}
    sandbox.arm(Fault(kind, at))
    try:
        attempt(endpoint, package, journal, patience=SHORT)
    except DeliveryError:
        sandbox.arm()
        attempt(endpoint, package, journal)
    assert arrived(sandbox, package) == EXACTLY_ONCE


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("dies", ["after", "before"])
@pytest.mark.parametrize("at", range(1, 21))
def test_a_restart_between_any_two_steps_loses_and_doubles_nothing(
    at: int, dies: str, sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """The process dies as the journal is saved for the nth time, just before or just after."""
    journal: Journal = {}
    saves = itertools.count(1)

    def save(content: Journal) -> None:
        dying = next(saves) == at
        if dies == "after" or not dying:
            journal.clear()
            journal.update(content)
        if dying:
            raise Killed

    with pytest.raises(Killed):
        attempt(endpoint, package, journal, save=save)
    attempt(endpoint, package, journal)
    assert arrived(sandbox, package) == EXACTLY_ONCE


def test_a_delivery_goes_on_another_day_with_another_token(package: Package) -> None:
    """The moment of the status is chosen once and kept, on whichever day it is told."""
    clock = FixedClock(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    with Sandbox(clock=clock) as sandbox:
        endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
        journal: Journal = {}
        status = len(CALLS) - 4
        sandbox.arm(Fault("drop-after-commit", status), Fault("502", status + 1))
        with pytest.raises(DeliveryError):
            attempt(endpoint, package, journal, clock=clock)
        sandbox.arm()
        clock.move(days=1)
        receipt = attempt(endpoint, package, journal, clock=clock)
        assert receipt["status_set"] == "2026-11-23T16:00:00Z"
        assert receipt["delivered"].startswith("2026-11-24T16:00:00")
        assert arrived(sandbox, package) == EXACTLY_ONCE


@pytest.mark.parametrize("minutes", [-600, -10, 10, 600])
def test_a_device_whose_clock_is_off_uses_the_servers_time(minutes: int, package: Package) -> None:
    """Tokens and the status carry the server's time, as its Date header tells it."""
    server = FixedClock()
    device = FixedClock()
    device.move(minutes=minutes)
    with Sandbox(clock=server) as sandbox:
        endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
        receipt = attempt(endpoint, package, {}, clock=device)
    assert receipt["status_set"] == "2026-11-23T09:00:00Z"


def test_a_newer_case_type_does_not_strand_a_case(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """A case keeps the version it was made with; its parts are taken from that one."""
    journal: Journal = {}
    sandbox.arm(Fault("502", 8))
    with pytest.raises(EndpointBusy):
        attempt(endpoint, package, journal)
    sandbox.catalogi.publish(PLACEMENT)
    sandbox.arm()
    receipt = attempt(endpoint, package, journal)
    (case,) = sandbox.storage.find("/zaken/api/v1/zaken", name=package.identifier)
    assert receipt["zaaktype"].endswith(case["zaaktype"].rpartition("/")[2])
    assert arrived(sandbox, package) == EXACTLY_ONCE


def test_a_case_system_that_moved_is_asked_anew(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Addresses in the journal are those of one case system only."""
    journal: Journal = {}
    attempt(endpoint, package, journal)
    with Sandbox() as other:
        moved = Endpoint.from_settings("organisation", other.endpoint())
        attempt(moved, package, journal)
        assert arrived(other, package) == EXACTLY_ONCE


@settings(max_examples=25, deadline=None, database=None)
@given(
    runs=st.lists(
        st.lists(st.builds(Fault, st.sampled_from(KINDS), st.integers(1, len(CALLS))), max_size=3),
        max_size=4,
    )
)
def test_any_faults_in_any_runs_leave_exactly_one_of_everything(
    runs: list[list[Fault]], sandbox: Sandbox, numbers: Iterator[int]
) -> None:
    """However often it breaks, wherever it breaks: the first quiet run finds it whole."""
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
    package = replace(PACKAGE, identifier=f"INTAKE-{next(numbers)}")
    journal: Journal = {}
    for faults in runs:
        sandbox.arm(*faults)
        with suppress(DeliveryError):
            attempt(endpoint, package, journal, patience=SHORT)
    sandbox.arm()
    assert attempt(endpoint, package, journal)["identifier"] == package.identifier
    assert arrived(sandbox, package) == EXACTLY_ONCE

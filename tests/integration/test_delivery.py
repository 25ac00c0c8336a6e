"""Deliveries over real HTTP: exactly once, whatever breaks."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.clock import Clock, FixedClock, SystemClock
from intake_app.errors import (
    CaseTypeIncomplete,
    DeliveryError,
    DocumentTooLarge,
    EndpointBusy,
    EndpointRefused,
    EndpointUnreachable,
    IntakeError,
    ReadBackDiffers,
)
from intake_app.profile.package import Package
from sync import catalogue
from sync.catalogue import PLACEMENT
from sync.delivery import CaseSystem, Stage, deliver, deliver_to
from sync.directory import Endpoint
from sync.parts import DOCUMENT_LIMIT
from sync.sandbox import Fault, Sandbox
from sync.sandbox.faults import KINDS
from sync.zgw import Client, Timeouts
from tests.invented import package as invented

Journal = dict[str, Any]

PACKAGE = invented()

#: A whole delivery with one property of its own: which call is a write.
CALLS = (
    *["GET"] * 5,  # the case type
    *["GET", "POST"] * 2,  # zaak, rol
    *["GET", *["POST"] * 5],  # eigenschappen
    *["GET", "POST"] * 3,  # document, link, status
    *["GET"] * 4,  # read back
)
#: How long a client waits for an answer that a fault keeps back; seconds.
SHORT = 0.15
EXACTLY_ONCE = {"zaken": 1, "rollen": 1, "statussen": 1, "links": 1, "documents": 1} | {
    name: 1 for name, _ in PACKAGE.case_properties
}


def quiet(_: Stage) -> None:
    """Show no progress."""


def at_once(_: float) -> None:
    """Do not wait between two looks."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve one case system for the whole module; each test brings its own package."""
    with Sandbox() as started:
        yield started


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Count packages."""
    return itertools.count(1)


@pytest.fixture
def package(numbers: Iterator[int]) -> Package:
    """Return a package that the sandbox has not seen."""
    return replace(PACKAGE, identifier=f"INTAKE-{next(numbers)}")


@pytest.fixture
def endpoint(sandbox: Sandbox) -> Endpoint:
    """Return the sandbox as an endpoint, well again after an earlier test."""
    sandbox.arm()
    return Endpoint.from_settings("organisation", sandbox.endpoint())


def attempt(
    endpoint: Endpoint,
    package: Package,
    journal: Journal,
    *,
    clock: Clock | None = None,
    save: Callable[[Journal], None] | None = None,
    patience: float = 30.0,
) -> dict[str, Any]:
    """Deliver as on a device that was started anew; `patience` in seconds an answer."""

    def keep(content: Journal) -> None:
        journal.clear()
        journal.update(content)

    client = Client(endpoint, clock or SystemClock(), timeouts=Timeouts(read=patience))
    with CaseSystem(client) as system:
        return deliver_to(system, package, journal, save or keep, quiet, pause=at_once)


def arrived(sandbox: Sandbox, package: Package) -> dict[str, int]:
    """Count what the case system has of a package."""
    find = sandbox.storage.find
    cases = find("/zaken/api/v1/zaken", name=package.identifier)
    documents = find("/documenten/api/v1/enkelvoudiginformatieobjecten", name=package.identifier)
    counted = {"zaken": len(cases), "documents": len(documents)}
    for case in cases:
        lists = {"rollen": "rollen", "statussen": "statussen", "links": "zaakinformatieobjecten"}
        for name, path in lists.items():
            counted[name] = len(find(f"/zaken/api/v1/{path}", owner=case["url"]))
        path = case["url"].removeprefix("sandbox:") + "/zaakeigenschappen"
        for each in find(path, owner=case["url"]):
            counted[each["naam"]] = counted.get(each["naam"], 0) + 1
    return counted


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


def test_everything_that_is_missing_is_named_at_once(sandbox: Sandbox, package: Package) -> None:
    """An administrator over there can put it right in one go."""
    definition = replace(PLACEMENT, identificatie="onaf")
    sandbox.catalogi.publish(
        definition,
        without=("Bewoner", "Afgehandeld", "Screeningsprofiel", "auditkop", "bevestiging"),
    )
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint(definition))
    sandbox.arm()
    with pytest.raises(CaseTypeIncomplete) as caught:
        attempt(endpoint, package, {})
    assert caught.value.missing == (
        "roltype initiator",
        "two statustypen",
        "informatieobjecttype Screeningsprofiel",
        "eigenschap auditkop",
        "eigenschap bevestiging",
    )
    assert catalogue.check(endpoint, SystemClock()) == caught.value.missing
    assert not [call for call in sandbox.calls if call.startswith("POST")]


def test_a_case_type_that_is_not_there_is_named(endpoint: Endpoint, package: Package) -> None:
    """Nothing is sent to a case system that was set up for something else."""
    with pytest.raises(CaseTypeIncomplete) as caught:
        attempt(replace(endpoint, zaaktype="ander-zaaktype"), package, {})
    assert caught.value.missing == ("zaaktype ander-zaaktype",)


def test_a_ready_case_type_lacks_nothing(endpoint: Endpoint) -> None:
    """The sandbox has what our own definition asks."""
    assert catalogue.check(endpoint, SystemClock()) == ()


def tamper_document(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Change a byte of the document over there."""
    (document,) = sandbox.storage.find(
        "/documenten/api/v1/enkelvoudiginformatieobjecten", name=identifier
    )
    content = sandbox.storage.content(document["uuid"])
    sandbox.storage._db.execute(
        "UPDATE content SET bytes = ? WHERE uuid = ?", (content[:-1] + b"X", document["uuid"])
    )


def lengthen_document(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Make the document over there longer than what was sent."""
    (document,) = sandbox.storage.find(
        "/documenten/api/v1/enkelvoudiginformatieobjecten", name=identifier
    )
    sandbox.storage._db.execute(
        "UPDATE content SET bytes = ? WHERE uuid = ?", (b"X" * 500_000, document["uuid"])
    )


def double_property(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Have one property there twice, as a server that committed late does."""
    path = case["url"].removeprefix("sandbox:") + "/zaakeigenschappen"
    first = sandbox.storage.find(path, owner=case["url"])[0]
    sandbox.storage.add(
        path,
        {name: first[name] for name in ("zaak", "eigenschap", "naam", "waarde")},
        owner=case["url"],
    )


def double_document(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Have the document there twice, as the real one stores parallel posts."""
    path = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    (document,) = sandbox.storage.find(path, name=identifier)
    rest = {name: value for name, value in document.items() if name not in {"url", "uuid"}}
    sandbox.storage.add(path, rest, name=identifier)


def other_person(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Have somebody else as the case's initiator."""
    (role,) = sandbox.storage.find("/zaken/api/v1/rollen", owner=case["url"])
    sandbox.storage.change(role, betrokkeneIdentificatie={"anpIdentificatie": "9999999999"})


def other_title(sandbox: Sandbox, case: dict[str, Any], identifier: str) -> None:
    """Have another description on the case."""
    sandbox.storage.change(case, omschrijving="Iets anders")


@pytest.mark.parametrize(
    ("tamper", "parts"),
    [
        (tamper_document, ("document",)),
        (lengthen_document, ("document",)),
        (double_document, ("document (2x)",)),
        (double_property, ("eigenschap opgemaakt (2x)",)),
        (other_person, ("rol",)),
        (other_title, ("zaak",)),
    ],
)
def test_what_reads_back_otherwise_is_not_delivered(
    tamper: Callable[[Sandbox, dict[str, Any], str], None],
    parts: tuple[str, ...],
    sandbox: Sandbox,
    endpoint: Endpoint,
    package: Package,
) -> None:
    """The parts that differ or are there twice are named, and the journal is not trusted again."""
    journal: Journal = {}
    attempt(endpoint, package, journal)
    (case,) = sandbox.storage.find("/zaken/api/v1/zaken", name=package.identifier)
    tamper(sandbox, case, package.identifier)
    with pytest.raises(ReadBackDiffers) as caught:
        attempt(endpoint, package, journal)
    assert caught.value.parts == parts
    assert journal["parts"] == {}


@pytest.mark.parametrize(
    ("list_name", "nonsense"),
    [
        ("rollen", {"betrokkeneIdentificatie": [1]}),
        ("zaakeigenschappen", {"waarde": ["a", "b"]}),
    ],
)
def test_nonsense_in_an_answer_is_our_error(
    list_name: str,
    nonsense: dict[str, Any],
    sandbox: Sandbox,
    endpoint: Endpoint,
    package: Package,
) -> None:
    """Whatever a case system makes of what was sent, no other profile is held up by it."""
    journal: Journal = {}
    attempt(endpoint, package, journal)
    (case,) = sandbox.storage.find("/zaken/api/v1/zaken", name=package.identifier)
    path = f"/zaken/api/v1/{list_name}"
    if list_name == "zaakeigenschappen":
        path = f"{case['url'].removeprefix('sandbox:')}/{list_name}"
    sandbox.storage.change(sandbox.storage.find(path, owner=case["url"])[0], **nonsense)
    with pytest.raises(DeliveryError):
        attempt(endpoint, package, journal)


def test_a_case_that_is_gone_is_made_anew_when_somebody_asks(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """The first time it is said, since somebody over there took it away."""
    journal: Journal = {}
    sandbox.arm(Fault("502", 10))
    with pytest.raises(EndpointBusy):
        attempt(endpoint, package, journal)
    sandbox.storage._db.execute("DELETE FROM resource WHERE name = ?", (package.identifier,))
    sandbox.arm()
    with pytest.raises(EndpointRefused) as caught:
        attempt(endpoint, package, journal)
    assert caught.value.status == 404
    attempt(endpoint, package, journal)
    assert arrived(sandbox, package) == EXACTLY_ONCE


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


def test_what_the_recipient_adds_is_its_own_business(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """A case worker who adds a property or a status does not undo a delivery."""
    journal: Journal = {}
    attempt(endpoint, package, journal)
    (case,) = sandbox.storage.find("/zaken/api/v1/zaken", name=package.identifier)
    path = case["url"].removeprefix("sandbox:") + "/zaakeigenschappen"
    theirs = {"zaak": case["url"], "eigenschap": "sandbox:/theirs", "naam": "x", "waarde": "y"}
    sandbox.storage.add(path, theirs, owner=case["url"])
    assert attempt(endpoint, package, journal)["identifier"] == package.identifier


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": "another secret of more than thirty-two"}, "invalid-jwt-signature"),
        ({"client_id": "stranger"}, "invalid-client-identifier"),
    ],
)
def test_a_wrong_secret_is_said_by_its_code(
    change: dict[str, str], code: str, endpoint: Endpoint, package: Package
) -> None:
    """The code tells an administrator which of the two is wrong."""
    with pytest.raises(EndpointRefused) as caught:
        attempt(replace(endpoint, **change), package, {})
    assert (caught.value.status, caught.value.code) == (403, code)


def test_a_busy_case_system_says_how_long_to_wait(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Retry-After reaches whoever decides when to try again."""
    sandbox.arm(Fault("429", 7))
    with pytest.raises(EndpointBusy) as caught:
        attempt(endpoint, package, {})
    assert (caught.value.status, caught.value.retry_after) == (429, 7.0)


def test_nobody_there_is_not_a_refusal(package: Package) -> None:
    """A port that nobody listens on: it is tried again later."""
    sandbox = Sandbox()
    sandbox.start()
    sandbox.stop()
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
    with pytest.raises(EndpointUnreachable):
        attempt(endpoint, package, {})


def test_a_document_that_does_not_go_in_one_piece_is_refused(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Its size and the limit are said; half a document is never sent."""
    large = replace(package, pdf=b"%PDF" + b"x" * DOCUMENT_LIMIT)
    with pytest.raises(DocumentTooLarge, match=r"1\.4 MB"):
        attempt(endpoint, large, {})
    assert arrived(sandbox, large)["documents"] == 0


def test_a_proxy_in_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, package: Package
) -> None:
    """A profile goes to the endpoint that was set, not through whatever the machine names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert attempt(endpoint, package, {})["identifier"] == package.identifier


def test_no_secret_and_no_resident_in_an_error(endpoint: Endpoint, package: Package) -> None:
    """What may end up in a log names neither."""
    with pytest.raises(IntakeError) as caught:
        attempt(replace(endpoint, client_id="stranger"), package, {})
    told = repr(caught.value) + str(caught.value) + repr(endpoint)
    assert endpoint.secret not in told
    assert package.v_number not in told

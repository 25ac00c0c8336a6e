"""What the case system holds is read back and compared before anything is called delivered."""

from collections.abc import Callable
from typing import Any

import pytest

from intake_app.errors import (
    DeliveryError,
    EndpointBusy,
    EndpointRefused,
    ReadBackDiffers,
)
from intake_app.profile.package import Package
from sync.directory import Endpoint
from sync.sandbox import Fault, Sandbox
from tests.integration.delivery.attempts import EXACTLY_ONCE, Journal, arrived, attempt


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

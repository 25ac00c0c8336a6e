"""Deliveries to try, and what arrived of them."""

from collections.abc import Callable
from typing import Any

from intake_app.clock import Clock, SystemClock
from intake_app.profile.package import Package
from sync.delivery import CaseSystem, Stage, deliver_to
from sync.directory import Endpoint
from sync.sandbox import Sandbox
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

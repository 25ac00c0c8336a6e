"""The case type that a profile needs, as data; and what an endpoint has of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from intake_app.clock import Clock
from intake_app.errors import CaseTypeIncomplete
from intake_app.profile.package import PROPERTIES
from sync.directory import Endpoint
from sync.zgw import Client, addresses, text


@dataclass(frozen=True, slots=True)
class Eigenschap:
    """A property of a case; `formaat` is tekst, getal, datum or datum_tijd."""

    naam: str
    definitie: str
    formaat: str = "tekst"
    lengte: str = "255"


@dataclass(frozen=True, slots=True)
class CaseTypeDefinition:
    """What a municipality's case type (*zaaktype*) has to have, in its own words.

    `roltypen` is description to generic description, `statustypen` and `resultaattypen` are in
    order; the last *statustype* closes a case and is never set by us.
    """

    identificatie: str
    omschrijving: str
    roltypen: Mapping[str, str]
    statustypen: tuple[str, ...]
    resultaattypen: tuple[str, ...]
    informatieobjecttype: str
    eigenschappen: tuple[Eigenschap, ...]


#: The document's type at every recipient.
DOCUMENT_TYPE: Final = "Screeningsprofiel"

_FORMATS: Final = {
    "opgemaakt": ("datum", "8"),
    "gespreksdatum": ("datum", "8"),
    "gezinsgrootte": ("getal", "2"),
}
_EIGENSCHAPPEN: Final = tuple(
    Eigenschap(naam, definitie, *_FORMATS.get(naam, ("tekst", "255")))
    for naam, definitie in PROPERTIES.items()
)


def _definition(identificatie: str, omschrijving: str) -> CaseTypeDefinition:
    return CaseTypeDefinition(
        identificatie=identificatie,
        omschrijving=omschrijving,
        roltypen={"Bewoner": "initiator", "Behandelaar": "behandelaar"},
        statustypen=("Profiel ontvangen", "Afgehandeld"),
        resultaattypen=("Verwerkt",),
        informatieobjecttype=DOCUMENT_TYPE,
        eigenschappen=_EIGENSCHAPPEN,
    )


#: The profile at the organisation's own case system: it serves the placement (purpose H).
PLACEMENT: Final = _definition("screening-plaatsing", "Screeningsprofiel voor de plaatsing")
#: The profile at the municipality's: it serves the broad intake (purpose B).
MUNICIPAL: Final = _definition("screening-gemeente", "Screeningsprofiel voor de brede intake")


@dataclass(frozen=True, slots=True)
class CaseType:
    """The addresses of the parts of a case type at one endpoint."""

    url: str
    roltype: str
    statustype: str
    informatieobjecttype: str
    eigenschappen: Mapping[str, str]


def current(client: Client) -> CaseType:
    """Find the endpoint's published case type that is valid today, with all that we need.

    Raises CaseTypeIncomplete, which names everything that is missing, and the client's errors.
    """
    wanted = client.endpoint.zaaktype
    found = client.list(
        client.catalogi("zaaktypen"),
        identificatie=wanted,
        datumGeldigheid=client.server_now().date().isoformat(),
        status="definitief",
    )
    if len(found) != 1:
        name = f"zaaktype {wanted}" if not found else f"one zaaktype {wanted} ({len(found)} found)"
        raise CaseTypeIncomplete((name,))
    return _parts(client, found[0])


def of_case(client: Client, url: str) -> CaseType:
    """Find the parts of the version of the case type that a case has: a newer one may be out."""
    return _parts(client, client.get(url))


def check(endpoint: Endpoint, clock: Clock) -> tuple[str, ...]:
    """Return the names of everything that an endpoint's case type lacks; none when it is ready."""
    with Client(endpoint, clock) as client:
        try:
            current(client)
        except CaseTypeIncomplete as error:
            return error.missing
    return ()


def _parts(client: Client, zaaktype: Mapping[str, Any]) -> CaseType:
    url = text(zaaktype, "url")
    roltypen = client.list(client.catalogi("roltypen"), zaaktype=url)
    statustypen = client.list(client.catalogi("statustypen"), zaaktype=url)
    eigenschappen = client.list(client.catalogi("eigenschappen"), zaaktype=url)
    documents = [client.get(each) for each in addresses(zaaktype, "informatieobjecttypen")]

    initiators = [r for r in roltypen if r.get("omschrijvingGeneriek") == "initiator"]
    ordered = sorted(statustypen, key=lambda each: str(each.get("volgnummer")).zfill(4))
    profiles = [d for d in documents if d.get("omschrijving") == DOCUMENT_TYPE]
    known = {text(each, "naam"): text(each, "url") for each in eigenschappen}
    missing = (
        *(() if initiators else ("roltype initiator",)),
        *(() if len(ordered) > 1 else ("two statustypen",)),
        *(() if profiles else (f"informatieobjecttype {DOCUMENT_TYPE}",)),
        *(f"eigenschap {name}" for name in PROPERTIES if name not in known),
    )
    if missing:
        raise CaseTypeIncomplete(missing)
    return CaseType(
        url, text(initiators[0], "url"), text(ordered[0], "url"), text(profiles[0], "url"), known
    )

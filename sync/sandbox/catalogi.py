"""The Catalogi API of the sandbox: the case types that our own definitions describe, published."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.catalogue import MUNICIPAL, PLACEMENT, CaseTypeDefinition
from sync.sandbox.rest import Endpoint, Refused, outward, page, query
from sync.sandbox.storage import HERE, Resource, Storage

ROOT = "/catalogi/api/v1"
#: An invented organisation's number that passes the elfproef.
RSIN = "517439943"

_BEGIN = "2026-01-01"
_OPEN = {"beginGeldigheid": _BEGIN, "eindeGeldigheid": None}
_OBJECT = {"beginObject": _BEGIN, "eindeObject": _BEGIN}

#: The lists, each with the query parameters that it knows.
_LISTS: Mapping[str, tuple[str, ...]] = {
    "catalogussen": ("rsin", "domein"),
    "zaaktypen": ("catalogus", "identificatie", "datumGeldigheid", "status"),
    "roltypen": ("zaaktype", "omschrijvingGeneriek", "datumGeldigheid", "status"),
    "statustypen": ("zaaktype", "datumGeldigheid", "status"),
    "resultaattypen": ("zaaktype", "datumGeldigheid", "status"),
    "eigenschappen": ("zaaktype", "datumGeldigheid", "status"),
    "informatieobjecttypen": ("catalogus", "omschrijving", "datumGeldigheid", "status"),
    "zaaktype-informatieobjecttypen": ("zaaktype", "informatieobjecttype", "status"),
}


class Catalogi:
    """Reading the catalogue; nothing in it is changed through the API."""

    def __init__(self, storage: Storage) -> None:
        """Take the storage; an empty one gets the catalogue."""
        self._storage = storage
        if not storage.find(f"{ROOT}/catalogussen"):
            self._catalogue = self._add(
                "catalogussen",
                domein="AZC",
                rsin=RSIN,
                contactpersoonBeheerNaam="Voorbeeldbeheerder",
                zaaktypen=[],
                besluittypen=[],
                informatieobjecttypen=[],
            )
            for definition in (PLACEMENT, MUNICIPAL):
                self.publish(definition)

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        return [
            route
            for name, known in _LISTS.items()
            for route in (
                Route(f"{ROOT}/{name}", self._listing(name, known)),
                Route(f"{ROOT}/{name}/{{uuid:uuid}}", self._one),
            )
        ]

    def publish(self, definition: CaseTypeDefinition, *, without: tuple[str, ...] = ()) -> str:
        """Publish a version of a case type, for tests without some of its parts by name.

        An older version with the same *identificatie* ends. Returns the kept address.
        """
        for older in self._storage.find(f"{ROOT}/zaaktypen", name=definition.identificatie):
            self._storage.change(older, eindeGeldigheid=older["beginGeldigheid"])
        zaaktype = self._add("zaaktypen", **_zaaktype(definition, self._catalogus()))
        parts = _parts(definition, zaaktype["url"], self._catalogus())
        urls = {
            name: [
                self._add(name, **part)["url"]
                for part in rows
                if part.get("omschrijving", part.get("naam")) not in without
            ]
            for name, rows in parts.items()
        }
        self._storage.change(zaaktype, **urls)
        for number, document in enumerate(urls["informatieobjecttypen"], 1):
            self._add(
                "zaaktype-informatieobjecttypen",
                zaaktype=zaaktype["url"],
                zaaktypeIdentificatie=definition.identificatie,
                catalogus=self._catalogus(),
                informatieobjecttype=document,
                volgnummer=number,
                richting="inkomend",
                statustype=None,
            )
        return str(zaaktype["url"])

    def _catalogus(self) -> str:
        return str(self._storage.find(f"{ROOT}/catalogussen")[0]["url"])

    def _add(self, list_name: str, **body: object) -> Resource:
        name = str(body.get("identificatie") or body.get("omschrijving") or body.get("naam") or "")
        return self._storage.add(
            f"{ROOT}/{list_name}", body, owner=str(body.get("zaaktype", "")), name=name
        )

    def _listing(self, name: str, known: tuple[str, ...]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            wanted = query(request, *known)
            on = wanted.pop("datumGeldigheid", None)
            status = wanted.pop("status", "definitief")
            wanted.pop("page", None)
            rows = self._storage.find(
                f"{ROOT}/{name}", owner=wanted.get("zaaktype"), name=wanted.get("identificatie")
            )
            return page(
                request,
                [
                    row
                    for row in rows
                    if all(row.get(field) == value for field, value in wanted.items())
                    and (on is None or _valid(row, date.fromisoformat(on)))
                    and (status != "concept" or row.get("concept", False))
                ],
            )

        return endpoint

    async def _one(self, request: Request) -> Response:
        found = self._storage.at(f"{HERE}{request.url.path}")
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not_found")
        return JSONResponse(outward(request, found))


def _valid(row: Resource, on: date) -> bool:
    begin, end = row.get("beginGeldigheid"), row.get("eindeGeldigheid")
    return (not begin or date.fromisoformat(begin) <= on) and (
        not end or on < date.fromisoformat(end)
    )


def _zaaktype(definition: CaseTypeDefinition, catalogus: str) -> Resource:
    return {
        "identificatie": definition.identificatie,
        "omschrijving": definition.omschrijving,
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "doel": "Een statushouder goed plaatsen en laten beginnen",
        "aanleiding": "Een screeningsgesprek op een opvanglocatie",
        "indicatieInternOfExtern": "extern",
        "handelingInitiator": "aanleveren",
        "onderwerp": "Screeningsprofiel",
        "handelingBehandelaar": "behandelen",
        "doorlooptijd": "P70D",
        "opschortingEnAanhoudingMogelijk": False,
        "verlengingMogelijk": False,
        "publicatieIndicatie": False,
        "productenOfDiensten": [],
        "referentieproces": {"naam": "Inburgering", "link": ""},
        "concept": False,
        "verantwoordelijke": RSIN,
        "versiedatum": _BEGIN,
        "catalogus": catalogus,
        "besluittypen": [],
        "deelzaaktypen": [],
        "gerelateerdeZaaktypen": [],
        "zaakobjecttypen": [],
        **_OPEN,
        **_OBJECT,
    }


def _parts(
    definition: CaseTypeDefinition, zaaktype: str, catalogus: str
) -> dict[str, list[Resource]]:
    common: Resource = {
        "zaaktype": zaaktype,
        "zaaktypeIdentificatie": definition.identificatie,
        "catalogus": catalogus,
        **_OPEN,
        **_OBJECT,
    }
    last = len(definition.statustypen)
    return {
        "roltypen": [
            {**common, "omschrijving": name, "omschrijvingGeneriek": generic}
            for name, generic in definition.roltypen.items()
        ],
        "statustypen": [
            {
                **common,
                "omschrijving": name,
                "volgnummer": number,
                "isEindstatus": number == last,
                "informeren": False,
                "eigenschappen": [],
                "zaakobjecttypen": [],
            }
            for number, name in enumerate(definition.statustypen, 1)
        ],
        "resultaattypen": [{**common, "omschrijving": name} for name in definition.resultaattypen],
        "eigenschappen": [
            {
                **common,
                "naam": each.naam,
                "definitie": each.definitie,
                "specificatie": {
                    "groep": "",
                    "formaat": each.formaat,
                    "lengte": each.lengte,
                    "kardinaliteit": "1",
                    "waardenverzameling": [],
                },
                "toelichting": "",
                "statustype": None,
            }
            for each in definition.eigenschappen
        ],
        "informatieobjecttypen": [
            {
                "catalogus": catalogus,
                "omschrijving": definition.informatieobjecttype,
                "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
                "concept": False,
                "besluittypen": [],
                "informatieobjectcategorie": "Profiel",
                "zaaktypen": [zaaktype],
                **_OPEN,
                **_OBJECT,
            }
        ],
    }

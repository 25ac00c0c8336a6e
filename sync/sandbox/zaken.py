"""The Zaken API of the sandbox: cases, roles, properties, statuses and links to documents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from intake_app.clock import Clock
from sync.sandbox import rest
from sync.sandbox.rest import Check, Endpoint, Refused, invalid, matching, outward, query, words
from sync.sandbox.storage import HERE, NotUnique, Resource, Storage

ROOT = "/zaken/api/v1"

_CRS: Final = "EPSG:4326"
_URL: Final = words(1000, blank=False)
#: How far ahead of the server's clock a status may be.
_AHEAD: Final = timedelta(seconds=5)

_ZAAK: Mapping[str, Check] = {
    "bronorganisatie": rest.rsin,
    "verantwoordelijkeOrganisatie": rest.rsin,
    "zaaktype": _URL,
    "startdatum": rest.day,
}
_ROL: Mapping[str, Check] = {
    "zaak": _URL,
    "betrokkeneType": rest.one_of("natuurlijk_persoon"),
    "roltype": _URL,
    "betrokkeneIdentificatie": lambda value: "" if isinstance(value, dict) else "invalid",
}
_EIGENSCHAP: Mapping[str, Check] = {
    "zaak": _URL,
    "eigenschap": _URL,
    "waarde": words(10_000, blank=False),
}
_STATUS: Mapping[str, Check] = {
    "zaak": _URL,
    "statustype": _URL,
    "datumStatusGezet": rest.moment,
}
_LINK: Mapping[str, Check] = {"zaak": _URL, "informatieobject": _URL}

#: What `expand` can unfold: the field, and the list that its resources lie in.
_EXPANDABLE: Mapping[str, str] = {
    "rollen": "rollen",
    "eigenschappen": "zaakeigenschappen",
    "zaakinformatieobjecten": "zaakinformatieobjecten",
    "status": "statussen",
}


class Zaken:
    """The API over a storage; `written` is told of every write, for the audit trail."""

    def __init__(
        self, storage: Storage, clock: Clock, written: Callable[[Request, str, str], None]
    ) -> None:
        """Take the storage, the server's clock and what keeps the audit trail."""
        self._storage = storage
        self._clock = clock
        self._written = written

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        one = "{uuid:uuid}"
        return [
            Route(f"{ROOT}/zaken", self._zaken),
            Route(f"{ROOT}/zaken", self._make_zaak, methods=["POST"]),
            Route(f"{ROOT}/zaken/{one}", self._zaak),
            Route(f"{ROOT}/zaken/{one}/zaakeigenschappen", self._eigenschappen),
            Route(f"{ROOT}/zaken/{one}/zaakeigenschappen", self._make_eigenschap, methods=["POST"]),
            Route(f"{ROOT}/rollen", self._listing("rollen", "roltype", "betrokkeneType")),
            Route(f"{ROOT}/rollen", self._make_rol, methods=["POST"]),
            Route(f"{ROOT}/statussen", self._listing("statussen", "statustype")),
            Route(f"{ROOT}/statussen", self._make_status, methods=["POST"]),
            Route(f"{ROOT}/zaakinformatieobjecten", self._links),
            Route(f"{ROOT}/zaakinformatieobjecten", self._make_link, methods=["POST"]),
        ]

    async def _zaken(self, request: Request) -> Response:
        _check_crs(request, writing=False)
        wanted = query(request, "identificatie", "bronorganisatie", "zaaktype")
        found = self._storage.find(f"{ROOT}/zaken", name=wanted.pop("identificatie", None))
        wanted.pop("page", None)
        return rest.page(request, [self._whole(zaak) for zaak in matching(found, wanted)])

    async def _zaak(self, request: Request) -> Response:
        _check_crs(request, writing=False)
        expand = [each for each in query(request, "expand").get("expand", "").split(",") if each]
        if unknown := sorted(set(expand) - set(_EXPANDABLE)):
            raise invalid("expand", "invalid", ", ".join(unknown))
        zaak = self._whole(self._case(f"{HERE}{request.url.path}"))
        if expand:
            zaak["_expand"] = {name: self._unfold(zaak, name) for name in expand}
        return JSONResponse(outward(request, zaak))

    async def _make_zaak(self, request: Request) -> Response:
        _check_crs(request, writing=True)
        given = await rest.body(
            request,
            _ZAAK,
            identificatie=words(40),
            omschrijving=words(80),
            toelichting=words(1000),
            communicatiekanaalNaam=words(250),
            registratiedatum=rest.day,
        )
        zaaktype = self._known(given["zaaktype"], "zaaktype")
        if zaaktype["concept"]:
            raise invalid("zaaktype", "not-published")
        now = self._now()
        rsin, name = given["bronorganisatie"], given.get("identificatie", "")
        zaak: Resource = {
            "identificatie": name,
            "omschrijving": "",
            "toelichting": "",
            "registratiedatum": now[:10],
            "communicatiekanaal": "",
            "communicatiekanaalNaam": "",
            "vertrouwelijkheidaanduiding": zaaktype["vertrouwelijkheidaanduiding"],
            "betalingsindicatie": "",
            "betalingsindicatieWeergave": "",
            "einddatum": None,
            "einddatumGepland": None,
            "uiterlijkeEinddatumAfdoening": None,
            "publicatiedatum": None,
            "laatstGemuteerd": now,
            "deelzaken": [],
            "zaakobjecten": [],
            "kenmerken": [],
            "archiefstatus": "nog_te_archiveren",
            "archiefnominatie": None,
            "archiefactiedatum": None,
            "resultaat": None,
            **given,
        }
        made = self._add(
            "zaken",
            zaak,
            name=name,
            only_one=f"zaak {rsin} {name}" if name else "",
            again=("identificatie", "identificatie-niet-uniek"),
        )
        return self._created(request, self._whole(made), made["url"])

    async def _make_rol(self, request: Request) -> Response:
        given = await rest.body(
            request, _ROL, roltoelichting=words(1000), afwijkendeNaamBetrokkene=words(625)
        )
        zaak = self._open_case(given["zaak"])
        roltype = self._fitting(zaak, given["roltype"], "roltype")
        if len(str(given["betrokkeneIdentificatie"].get("anpIdentificatie", ""))) > 17:  # noqa: PLR2004 - the standard's
            raise invalid("betrokkeneIdentificatie.anpIdentificatie", "max_length")
        generic = roltype["omschrijvingGeneriek"]
        rol = {
            "betrokkene": "",
            "afwijkendeNaamBetrokkene": "",
            "roltoelichting": "",
            "omschrijving": roltype["omschrijving"],
            "omschrijvingGeneriek": generic,
            "registratiedatum": self._now(),
            "indicatieMachtiging": "",
            "contactpersoonRol": None,
            "statussen": [],
            **given,
        }
        made = self._add(
            "rollen",
            rol,
            owner=zaak["url"],
            only_one=f"initiator {zaak['url']}" if generic == "initiator" else "",
            again=("nonFieldErrors", "max-occurences"),
        )
        return self._created(request, made, zaak["url"])

    async def _eigenschappen(self, request: Request) -> Response:
        query(request)
        zaak = self._case(f"{HERE}{request.url.path.removesuffix('/zaakeigenschappen')}")
        return JSONResponse(outward(request, self._parts(zaak, "zaakeigenschappen")))

    async def _make_eigenschap(self, request: Request) -> Response:
        """Take a property, and the same one again: the real one does so too."""
        given = await rest.body(request, _EIGENSCHAP)
        zaak = self._open_case(f"{HERE}{request.url.path.removesuffix('/zaakeigenschappen')}")
        if given["zaak"] != zaak["url"]:
            raise invalid("zaak", "does_not_match")
        eigenschap = self._fitting(zaak, given["eigenschap"], "eigenschap")
        made = self._add(
            "zaakeigenschappen", {**given, "naam": eigenschap["naam"]}, owner=zaak["url"]
        )
        return self._created(request, made, zaak["url"])

    async def _make_status(self, request: Request) -> Response:
        given = await rest.body(request, _STATUS, statustoelichting=words(1000))
        zaak = self._open_case(given["zaak"])
        statustype = self._fitting(zaak, given["statustype"], "statustype")
        moment = datetime.fromisoformat(given["datumStatusGezet"])
        if moment > self._clock.now() + _AHEAD:
            raise invalid("datumStatusGezet", "date-in-future")
        if statustype["isEindstatus"] and zaak["resultaat"] is None:
            raise invalid("nonFieldErrors", "resultaat-does-not-exist")
        status = {
            "statustoelichting": "",
            "indicatieLaatstGezetteStatus": True,
            "gezetdoor": None,
            "zaakinformatieobjecten": [],
            **given,
            "datumStatusGezet": _utc(moment),
        }
        made = self._add(
            "statussen",
            status,
            owner=zaak["url"],
            only_one=f"status {zaak['url']} {_utc(moment)}",
            again=("nonFieldErrors", "unique"),
        )
        for other in self._parts(zaak, "statussen"):
            last = other["url"] == self._latest(zaak)
            if other["indicatieLaatstGezetteStatus"] is not last:
                self._storage.change(other, indicatieLaatstGezetteStatus=last)
        if statustype["isEindstatus"]:
            self._storage.change(zaak, einddatum=_utc(moment)[:10])
        return self._created(request, made, zaak["url"])

    async def _links(self, request: Request) -> Response:
        wanted = query(request, "zaak", "informatieobject")
        rows = self._storage.find(f"{ROOT}/zaakinformatieobjecten", owner=wanted.get("zaak"))
        return JSONResponse(outward(request, matching(rows, wanted)))

    async def _make_link(self, request: Request) -> Response:
        given = await rest.body(request, _LINK, titel=words(200), beschrijving=words(1000))
        zaak = self._open_case(given["zaak"])
        document = self._known(given["informatieobject"], "informatieobject")
        zaaktype = self._known(zaak["zaaktype"], "zaaktype")
        if document["informatieobjecttype"] not in zaaktype["informatieobjecttypen"]:
            raise invalid("nonFieldErrors", "missing-zaaktype-informatieobjecttype-relation")
        link = {
            "aardRelatieWeergave": "Hoort bij, omgekeerd: kent",
            "titel": "",
            "beschrijving": "",
            "registratiedatum": self._now(),
            "vernietigingsdatum": None,
            "status": None,
            **given,
        }
        made = self._add(
            "zaakinformatieobjecten",
            link,
            owner=zaak["url"],
            only_one=f"link {zaak['url']} {document['url']}",
            again=("nonFieldErrors", "unique"),
        )
        return self._created(request, made, zaak["url"])

    def _listing(self, name: str, *known: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            wanted = query(request, "zaak", *known)
            wanted.pop("page", None)
            rows = self._storage.find(f"{ROOT}/{name}", owner=wanted.get("zaak"))
            return rest.page(request, matching(rows, wanted))

        return endpoint

    def _created(self, request: Request, made: Resource, zaak: str) -> Response:
        self._written(request, made["url"], zaak)
        return rest.created(request, made)

    def _add(
        self,
        kind: str,
        resource: Resource,
        *,
        again: tuple[str, str] = ("nonFieldErrors", "unique"),
        **keys: str,
    ) -> Resource:
        """Keep a resource; `again` is the fault that a second one is refused with."""
        path = f"{ROOT}/{kind}"
        if kind == "zaakeigenschappen":
            path = f"{keys['owner'].removeprefix(HERE)}/{kind}"
        try:
            return self._storage.add(path, resource, **keys)
        except NotUnique:
            raise invalid(*again) from None

    def _case(self, url: str) -> Resource:
        found = self._storage.at(url)
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not_found")
        return found

    def _open_case(self, url: str) -> Resource:
        zaak = self._known(url, "zaak")
        if zaak["einddatum"] is not None:
            raise Refused(HTTPStatus.FORBIDDEN, "permission_denied")
        return zaak

    def _known(self, url: str, field: str) -> Resource:
        found = self._storage.at(url)
        if found is None:
            raise invalid(field, "does_not_exist")
        return found

    def _fitting(self, zaak: Resource, url: str, field: str) -> Resource:
        """Return a part of the case's own type; one of another version does not fit."""
        part = self._known(url, field)
        if part["zaaktype"] != zaak["zaaktype"]:
            raise invalid("nonFieldErrors", "zaaktype-mismatch")
        return part

    def _parts(self, zaak: Resource, name: str) -> list[Resource]:
        path = f"{ROOT}/{name}"
        if name == "zaakeigenschappen":
            path = f"{zaak['url'].removeprefix(HERE)}/{name}"
        return self._storage.find(path, owner=zaak["url"])

    def _latest(self, zaak: Resource) -> str | None:
        statuses = self._parts(zaak, "statussen")
        latest = max(statuses, key=lambda each: str(each["datumStatusGezet"]), default=None)
        return None if latest is None else str(latest["url"])

    def _whole(self, zaak: Resource) -> Resource:
        """Return a case with the addresses of its parts."""
        urls: dict[str, Any] = {
            field: [part["url"] for part in self._parts(zaak, name)]
            for field, name in _EXPANDABLE.items()
            if field != "status"
        }
        return {**zaak, **urls, "status": self._latest(zaak)}

    def _unfold(self, zaak: Resource, field: str) -> list[Resource] | Resource | None:
        parts = self._parts(zaak, _EXPANDABLE[field])
        if field != "status":
            return parts
        return next((part for part in parts if part["url"] == zaak["status"]), None)

    def _now(self) -> str:
        return _utc(self._clock.now())


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_crs(request: Request, *, writing: bool) -> None:
    """Ask for the coordinate system, which a case could have coordinates in."""
    for header in ("Accept-Crs", "Content-Crs") if writing else ("Accept-Crs",):
        value = request.headers.get(header)
        if value is None:
            raise Refused(HTTPStatus.PRECONDITION_FAILED, "missing-crs")
        if value != _CRS:
            raise Refused(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable-crs")

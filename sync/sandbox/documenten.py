"""The Documenten API of the sandbox: documents that come in one piece, and their download."""

import base64
import binascii
from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from intake_app.clock import Clock
from sync.sandbox import rest
from sync.sandbox.rest import Check, Refused, invalid, matching, outward, query, words
from sync.sandbox.storage import HERE, NotUnique, Resource, Storage

ROOT = "/documenten/api/v1"
_LIST = f"{ROOT}/enkelvoudiginformatieobjecten"

_DOCUMENT: Mapping[str, Check] = {
    "bronorganisatie": rest.rsin,
    "creatiedatum": rest.day,
    "titel": words(200, blank=False),
    "auteur": words(200, blank=False),
    "taal": lambda value: "" if isinstance(value, str) and len(value) == 3 else "invalid",  # noqa: PLR2004 - ISO 639-2/B
    "informatieobjecttype": words(200, blank=False),
}


class Documenten:
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
        one = f"{_LIST}/{{uuid:uuid}}"
        return [
            Route(_LIST, self._documents),
            Route(_LIST, self._make, methods=["POST"]),
            Route(one, self._document),
            Route(f"{one}/download", self._download),
        ]

    async def _documents(self, request: Request) -> Response:
        wanted = query(request, "identificatie", "bronorganisatie")
        wanted.pop("page", None)
        found = self._storage.find(_LIST, name=wanted.pop("identificatie", None))
        return rest.page(request, matching(found, wanted))

    async def _document(self, request: Request) -> Response:
        query(request, "versie", "registratieOp")
        return JSONResponse(outward(request, self._known(request.url.path)))

    async def _download(self, request: Request) -> Response:
        query(request, "versie", "registratieOp")
        if request.headers.get("Accept") != "*/*":
            raise Refused(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable")
        document = self._known(request.url.path.removesuffix("/download"))
        return Response(
            self._storage.content(document["uuid"]),
            media_type=document["formaat"] or "application/octet-stream",
        )

    async def _make(self, request: Request) -> Response:
        given = await rest.body(
            request,
            _DOCUMENT,
            identificatie=words(40),
            inhoud=words(1 << 40),
            bestandsomvang=lambda value: "" if type(value) is int and value >= 0 else "invalid",
            bestandsnaam=words(255),
            formaat=words(255),
            beschrijving=words(1000),
            status=rest.one_of(
                "", "in_bewerking", "ter_vaststelling", "definitief", "gearchiveerd"
            ),
            indicatieGebruiksrecht=lambda value: "" if value in {True, False, None} else "invalid",
            integriteit=_integriteit,
        )
        kind = self._storage.at(given["informatieobjecttype"])
        if kind is None:
            raise invalid("informatieobjecttype", "does_not_exist")
        content = _content(given)
        name, rsin = given.get("identificatie", ""), given["bronorganisatie"]
        document: Resource = {
            "identificatie": name,
            "vertrouwelijkheidaanduiding": kind["vertrouwelijkheidaanduiding"],
            "status": "",
            "formaat": "",
            "versie": 1,
            "beginRegistratie": self._clock.now().isoformat(timespec="seconds"),
            "bestandsnaam": "",
            "link": "",
            "beschrijving": "",
            "ontvangstdatum": None,
            "verzenddatum": None,
            "indicatieGebruiksrecht": None,
            "verschijningsvorm": "",
            "ondertekening": None,
            "integriteit": None,
            "locked": False,
            "bestandsdelen": [],
            "trefwoorden": [],
            **given,
        }
        try:
            made = self._storage.add(
                _LIST, document, name=name, only_one=f"document {rsin} {name}" if name else ""
            )
        except NotUnique:
            raise invalid("identificatie", "identificatie-niet-uniek") from None
        self._storage.keep_content(made["uuid"], content)
        made = self._storage.change(made, inhoud=f"{made['url']}/download?versie=1")
        self._written(request, made["url"], made["url"])
        return rest.created(request, made)

    def _known(self, path: str) -> Resource:
        found = self._storage.at(f"{HERE}{path}")
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not_found")
        return found


def _content(given: Resource) -> bytes:
    """Return the document's bytes; the size that was told has to be exact."""
    try:
        content = base64.b64decode(given.pop("inhoud", ""), validate=True)
    except binascii.Error:
        raise invalid("inhoud", "invalid") from None
    if given.get("bestandsomvang") != len(content):
        raise invalid("nonFieldErrors", "file-size")
    return content


def _integriteit(value: object) -> str:
    """Check the shape of a checksum; whether it is true the real one does not look either."""
    known = {"algoritme", "waarde", "datum"}
    return "" if value is None or (isinstance(value, dict) and set(value) == known) else "invalid"

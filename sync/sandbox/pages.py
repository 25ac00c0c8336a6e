"""What arrived, for people: a list of cases and a page for each, in Dutch."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sync.sandbox.documenten import ROOT as DOCUMENTEN
from sync.sandbox.embedded import embedded_file
from sync.sandbox.rest import Refused
from sync.sandbox.storage import HERE, Resource, Storage
from sync.sandbox.zaken import ROOT as ZAKEN

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b2733; --soft: #5b6b7a; --line: #d9e0e6;
  --paper: #fff; --ground: #f3f6f8; --accent: #0b5c7a; --note: #fff6d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf2; --soft: #9fb0bd; --line: #33424e;
  --paper: #18222b; --ground: #10181f; --accent: #7cc7e3; --note: #3a3317; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 "Noto Sans", system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: .2rem 0 } h2 { font-size: 1.15rem; margin: 0 0 .6rem }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; color: var(--accent) }
a { color: var(--accent) } p { margin: .3rem 0 }
.soft, small { color: var(--soft); font-size: .9rem }
.note { background: var(--note); border-radius: .5rem; padding: .6rem .9rem; margin: 0 0 1.2rem }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem 1.2rem; margin: 0 0 1.2rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { font-weight: 600; color: var(--soft); font-size: .9rem } td:first-child { min-width: 12rem }
iframe { width: 100%; height: 48rem; border: 1px solid var(--line); border-radius: .4rem }
"""
_NOTE: Final = (
    "Dit is een zandbak op uw eigen apparaat, om mee te proberen en te testen. Wat hier staat, "
    "hoort verzonnen te zijn: deze pagina vraagt niemand om een wachtwoord."
)

_WORDS: Final = {
    "asked": "gevraagd",
    "prefilled": "voorgevuld",
    "observed": "waargenomen",
    "record": "uit de administratie",
    "self-declared": "eigen opgave",
    "document-seen": "document gezien",
    "document-follows": "document volgt",
    "declined": "geen antwoord",
    "unknown": "onbekend",
}


class Pages:
    """The pages over a storage."""

    def __init__(self, storage: Storage) -> None:
        """Take the storage that the APIs fill."""
        self._storage = storage

    def routes(self) -> list[Route]:
        """Return the pages' routes."""
        return [
            Route("/", self._cases),
            Route("/zaken-pagina/{uuid:uuid}", self._case),
            Route("/document/{uuid:uuid}", self._document),
        ]

    async def _cases(self, _: Request) -> Response:
        cases = self._storage.find(f"{ZAKEN}/zaken")
        rows = [self._row(case) for case in reversed(cases)]
        head = ("Zaak", "Zaaktype", "Ontvangen", "Status")
        return _page(
            "Ontvangen zaken",
            _section("", _table(rows, head=head))
            if rows
            else _section("", "<p>Er is nog niets ontvangen.</p>"),
        )

    def _row(self, case: Resource) -> tuple[str, ...]:
        address = f"/zaken-pagina/{case['uuid']}"
        title = escape(case["omschrijving"] or case["identificatie"])
        name = f'<span class="soft">{escape(case["identificatie"])}</span>'
        return (
            f'<a href="{address}">{title}</a><br>{name}',
            escape(self._named(case["zaaktype"])),
            _moment(case["laatstGemuteerd"]),
            self._status(case),
        )

    async def _case(self, request: Request) -> Response:
        case = self._storage.at(f"{HERE}{ZAKEN}/zaken/{request.path_params['uuid']}")
        if case is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not_found")
        roles = self._parts(case, "rollen")
        links = self._parts(case, "zaakinformatieobjecten")
        linked = [self._storage.at(link["informatieobject"]) for link in links]
        documents = [each for each in linked if each is not None]
        facts = [
            ("Identificatie", escape(case["identificatie"])),
            ("Zaaktype", escape(self._named(case["zaaktype"]))),
            ("Bronorganisatie (RSIN)", escape(case["bronorganisatie"])),
            ("Startdatum", _moment(case["startdatum"])),
            ("Status", self._status(case)),
            *((escape(role["omschrijving"]), escape(_person(role))) for role in roles),
        ]
        properties = [
            (escape(each["naam"]), escape(each["waarde"])) for each in self._properties(case)
        ]
        return _page(
            case["omschrijving"] or case["identificatie"],
            '<p><a href="/">← Alle zaken</a></p>',
            _section("Zaak", _table(facts)),
            _section("Eigenschappen", _table(properties)),
            *(part for each in documents for part in self._document_parts(each)),
            _section("Wie deed wat", self._trail(case, *documents)),
        )

    def _document_parts(self, document: Resource) -> Iterator[str]:
        content = self._storage.content(document["uuid"])
        yield _section("Profiel (machineleesbaar)", _profile(embedded_file(content)))
        address = f"/document/{document['uuid']}"
        told = f"{escape(document['titel'])} · {len(content):,} bytes".replace(",", ".")
        yield _section(
            "Document",
            f'<p class="soft">{told} · <a href="{address}">apart openen</a></p>'
            f'<iframe src="{address}#navpanes=0&amp;view=FitH" title="Document"></iframe>',
        )

    async def _document(self, request: Request) -> Response:
        identity = str(request.path_params["uuid"])
        document = self._storage.at(f"{HERE}{DOCUMENTEN}/enkelvoudiginformatieobjecten/{identity}")
        if document is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not_found")
        # Whatever a sender calls it: only a PDF is shown, nothing is run.
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        content = self._storage.content(identity)
        return Response(content, media_type="application/pdf", headers=headers)

    def _trail(self, *resources: Resource) -> str:
        rows = [
            (_moment(at), escape(who), escape(why))
            for at, who, why in self._storage.trail(*(each["url"] for each in resources))
        ]
        return _table(rows, head=("Wanneer", "Wie", "Toelichting"))

    def _parts(self, case: Resource, name: str) -> list[Resource]:
        return self._storage.find(f"{ZAKEN}/{name}", owner=case["url"])

    def _properties(self, case: Resource) -> list[Resource]:
        path = f"{case['url'].removeprefix(HERE)}/zaakeigenschappen"
        return self._storage.find(path, owner=case["url"])

    def _status(self, case: Resource) -> str:
        statuses = self._parts(case, "statussen")
        if not statuses:
            return "Nog niet volledig ontvangen"
        latest = max(statuses, key=lambda each: str(each["datumStatusGezet"]))
        moment = _moment(latest["datumStatusGezet"])
        return f"{escape(self._named(latest['statustype']))}<br><small>{moment}</small>"

    def _named(self, url: str) -> str:
        return str((self._storage.at(url) or {}).get("omschrijving", ""))


def _moment(told: str) -> str:
    """Write a date or a moment as one reads it here, the moment in the device's own zone."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return escape(told)
    if moment.tzinfo is None:
        return f"{moment:%d-%m-%Y}"
    return f"{moment.astimezone():%d-%m-%Y %H:%M:%S}"


def _person(role: Resource) -> str:
    return f"V-nummer {role['betrokkeneIdentificatie'].get('anpIdentificatie', '')}"


def _page(title: str, *parts: str) -> Response:
    content = "".join(parts)
    return HTMLResponse(
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<p class="soft">Zaaksysteem · zandbak</p><h1>{escape(title)}</h1>'
        f'<p class="note">{_NOTE}</p>{content}</main></body></html>',
        headers=_HEADERS,
    )


def _section(title: str, content: str) -> str:
    heading = f"<h2>{escape(title)}</h2>" if title else ""
    return f"<section>{heading}{content}</section>"


def _table(rows: Iterable[tuple[str, ...]], *, head: tuple[str, ...] = ()) -> str:
    """Write a table of cells that are HTML already."""
    titles = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    lines = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{titles}</tr>' if titles else ''}{lines}</table>"


def _profile(content: bytes | None) -> str:
    """Show the profile that the document carries, section by section."""
    try:
        profile = json.loads(content or b"")
    except ValueError:
        return "<p>Het document bevat geen machineleesbaar profiel.</p>"
    sections = profile.get("sections", ()) if isinstance(profile, Mapping) else ()
    return "".join(
        f"<h3>{escape(str(each.get('title', '')))}</h3>"
        + _table(
            [_field(field) for field in each.get("fields", ())],
            head=("Vraag", "Antwoord", "Code", "Herkomst"),
        )
        for each in sections
        if isinstance(each, Mapping)
    )


def _field(field: Mapping[str, Any]) -> tuple[str, ...]:
    label = " · ".join(str(field[each]) for each in ("group", "label") if field.get(each))
    answer = field.get("display") or field.get("value") or _said(field.get("status", ""))
    own = (field.get("own_words") or {}).get("text", "")
    codes = ", ".join(
        f"{code.get('system', '')} {code.get('code', '')}" for code in field.get("codes", ())
    )
    told = [_said(field[each]) for each in ("provenance", "evidence") if field.get(each)]
    asked = (field.get("asked") or {}).get("at", "")
    return (
        escape(label),
        escape(str(answer)) + (f"<br><small>„{escape(own)}”</small>" if own else ""),
        escape(codes),
        escape(", ".join(told)) + (f"<br><small>{_moment(asked)}</small>" if asked else ""),
    )


def _said(word: str) -> str:
    """Say one of the format's own words in Dutch."""
    return _WORDS.get(word, word)

"""What a delivery puts at a case system, part by part: how each is looked up, and how it is made.

A part is there exactly once at the end. Case systems guard that for some parts (a case's and a
document's *identificatie*, one initiator, one link) and not for others (a property is accepted
twice), so every part is looked up before it is made.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from intake_app.errors import DocumentTooLarge
from intake_app.profile.package import Package
from sync.catalogue import CaseType
from sync.zgw import Client, Resource

#: The largest document that goes in one piece; bytes. In base64 it stays under the 2 MB at which
#: some gateways cut off; what is larger has to go in parts.
DOCUMENT_LIMIT: Final = 1_400_000


@dataclass(slots=True)
class Job:
    """One package on its way to one case system, and what is known there so far.

    `urls` holds the address of each part that is there, by its key; `moment` the server's time
    that the status is set at, once it is chosen: the same one when it is tried again.
    """

    client: Client
    package: Package
    case_type: CaseType
    urls: dict[str, str] = field(default_factory=dict)
    moment: str = ""
    _properties: list[Resource] | None = field(default=None, repr=False)

    def properties(self, *, fresh: bool) -> list[Resource]:
        """Return the case's properties; one look serves all of them until there is doubt."""
        if self._properties is None or fresh:
            self._properties = self.client.list(f"{self.urls['zaak']}/zaakeigenschappen")
        return self._properties


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is to be there once.

    `look` returns it as the case system has it, None where it is not there; it is told whether
    the look has to be fresh. `address` is where it is made, `body` what is sent, `keep` the fields
    that the journal remembers.
    """

    key: str
    look: Callable[[Job, bool], Resource | None]
    address: Callable[[Job], str]
    body: Callable[[Job], dict[str, Any]]
    keep: tuple[str, ...] = ("url",)


def zaak() -> Part:
    """Return the case, known by the package's own *identificatie*."""

    def look(job: Job, _: bool) -> Resource | None:  # noqa: FBT001 - a part's look is called by one place, in its shape
        return _first(
            job.client.list(
                job.client.zaken("zaken"),
                identificatie=job.package.identifier,
                bronorganisatie=job.client.endpoint.rsin,
            )
        )

    def body(job: Job) -> dict[str, Any]:
        rsin = job.client.endpoint.rsin
        return {
            "identificatie": job.package.identifier,
            "bronorganisatie": rsin,
            "verantwoordelijkeOrganisatie": rsin,
            "zaaktype": job.case_type.url,
            "omschrijving": job.package.title[:80],
            "startdatum": job.package.created[:10],
            "communicatiekanaalNaam": "Screeningsgesprek",
        }

    return Part("zaak", look, lambda job: job.client.zaken("zaken"), body, keep=("url", "zaaktype"))


def rol() -> Part:
    """Return the resident's role: initiator, known by the V-number."""

    def look(job: Job, _: bool) -> Resource | None:  # noqa: FBT001 - as above
        return _first(
            job.client.list(
                job.client.zaken("rollen"), zaak=job.urls["zaak"], roltype=job.case_type.roltype
            )
        )

    def body(job: Job) -> dict[str, Any]:
        return {
            "zaak": job.urls["zaak"],
            "betrokkeneType": "natuurlijk_persoon",
            "roltype": job.case_type.roltype,
            "roltoelichting": "Bewoner van wie dit profiel is",
            "betrokkeneIdentificatie": {"anpIdentificatie": job.package.v_number},
        }

    return Part("rol", look, lambda job: job.client.zaken("rollen"), body)


def eigenschappen(package: Package) -> tuple[Part, ...]:
    """Return the case's properties, in the package's order."""
    return tuple(_eigenschap(name, value) for name, value in package.case_properties)


def _eigenschap(name: str, value: str) -> Part:
    def look(job: Job, fresh: bool) -> Resource | None:  # noqa: FBT001 - as above
        wanted = job.case_type.eigenschappen[name]
        return _first([p for p in job.properties(fresh=fresh) if p.get("eigenschap") == wanted])

    def body(job: Job) -> dict[str, Any]:
        return {
            "zaak": job.urls["zaak"],
            "eigenschap": job.case_type.eigenschappen[name],
            "waarde": value,
        }

    return Part(
        f"eigenschap {name}", look, lambda job: f"{job.urls['zaak']}/zaakeigenschappen", body
    )


def document() -> Part:
    """Return the profile's document, known by the package's own *identificatie*, in one piece."""

    def look(job: Job, _: bool) -> Resource | None:  # noqa: FBT001 - as above
        return _first(documents(job))

    def body(job: Job) -> dict[str, Any]:
        package, endpoint = job.package, job.client.endpoint
        size = len(package.pdf)
        if size > DOCUMENT_LIMIT:
            raise DocumentTooLarge(
                size=f"{size / 1_000_000:.1f}", limit=f"{DOCUMENT_LIMIT / 1_000_000:.1f}"
            )
        return {
            "identificatie": package.identifier,
            "bronorganisatie": endpoint.rsin,
            "creatiedatum": package.created[:10],
            "titel": package.title[:200],
            "auteur": (endpoint.user_representation or endpoint.client_id)[:200],
            "status": "definitief",
            "formaat": "application/pdf",
            "taal": "nld",
            "bestandsnaam": f"{package.identifier}.pdf",
            "bestandsomvang": size,
            "inhoud": base64.b64encode(package.pdf).decode("ascii"),
            # A case with a document that leaves this open cannot be closed.
            "indicatieGebruiksrecht": False,
            "integriteit": {
                "algoritme": "sha_256",
                "waarde": package.pdf_sha256,
                "datum": package.created[:10],
            },
            "informatieobjecttype": job.case_type.informatieobjecttype,
        }

    return Part(
        "document", look, lambda job: job.client.documenten("enkelvoudiginformatieobjecten"), body
    )


def documents(job: Job) -> list[Resource]:
    """Return every document there that has the package's *identificatie*."""
    return job.client.list(
        job.client.documenten("enkelvoudiginformatieobjecten"),
        identificatie=job.package.identifier,
        bronorganisatie=job.client.endpoint.rsin,
    )


def link() -> Part:
    """Return the link between the case and its document."""

    def look(job: Job, _: bool) -> Resource | None:  # noqa: FBT001 - as above
        return _first([row for row in links(job) if row.get("informatieobject") == wanted(job)])

    def wanted(job: Job) -> str:
        return job.urls["document"]

    def body(job: Job) -> dict[str, Any]:
        return {"zaak": job.urls["zaak"], "informatieobject": wanted(job)}

    return Part("link", look, lambda job: job.client.zaken("zaakinformatieobjecten"), body)


def links(job: Job) -> list[Resource]:
    """Return every link between the case and a document."""
    return job.client.list(job.client.zaken("zaakinformatieobjecten"), zaak=job.urls["zaak"])


def status() -> Part:
    """Return the case's first status: set last, it is the mark that all is there."""

    def look(job: Job, _: bool) -> Resource | None:  # noqa: FBT001 - as above
        return _first(
            job.client.list(
                job.client.zaken("statussen"),
                zaak=job.urls["zaak"],
                statustype=job.case_type.statustype,
            )
        )

    def body(job: Job) -> dict[str, Any]:
        job.moment = job.moment or job.client.server_now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "zaak": job.urls["zaak"],
            "statustype": job.case_type.statustype,
            "datumStatusGezet": job.moment,
            "statustoelichting": "Profiel volledig ontvangen",
        }

    return Part("status", look, lambda job: job.client.zaken("statussen"), body)


def _first(rows: list[Resource]) -> Resource | None:
    return rows[0] if rows else None

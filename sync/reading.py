"""Reading back: only what a case system gives back as it was sent is delivered."""

import hashlib
from collections.abc import Iterator
from typing import Any

from intake_app.errors import ReadBackDiffers
from sync.parts import Job, documents, links
from sync.zgw import Resource, resource, resources, text


def compare(job: Job) -> None:
    """Read the case and its document and compare them with the package.

    Raises ReadBackDiffers with the names of all parts that are missing, other or there twice, and
    the client's errors.
    """
    if differing := tuple(_differences(job)):
        raise ReadBackDiffers(differing)


def receipt(job: Job) -> dict[str, Any]:
    """Return what stays after a delivery: enough to find it, to update it and to prove it.

    Values of properties are kept as SHA-256; `delivered` is the server's time, ISO 8601 in UTC.
    """
    package, endpoint = job.package, job.client.endpoint
    return {
        "format": 1,
        "record_id": package.record_id,
        "recipient": endpoint.name,
        "v_number": package.v_number,
        "identifier": package.identifier,
        "endpoint": endpoint.zaken,
        "zaak": job.urls["zaak"],
        "zaaktype": job.case_type.url,
        "document": job.urls["document"],
        "document_sha256": package.pdf_sha256,
        "profile_sha256": package.profile_sha256,
        "properties": {
            name: hashlib.sha256(value.encode()).hexdigest()
            for name, value in package.case_properties
        },
        "form_id": package.form_id,
        "form_version": package.form_version,
        "audit_head": package.audit_head,
        "status_set": job.moment,
        "delivered": job.client.server_now().isoformat(timespec="seconds"),
    }


def _differences(job: Job) -> Iterator[str]:
    found = job.client.get(job.urls["zaak"], expand="rollen,eigenschappen")
    expanded = resource(found, "_expand")
    if (
        found.get("identificatie") != job.package.identifier
        or found.get("bronorganisatie") != job.client.endpoint.rsin
        or found.get("omschrijving") != job.package.title[:80]
    ):
        yield "zaak"
    if not found.get("status"):
        yield "status"
    yield from _role(job, resources(expanded, "rollen"))
    yield from _properties(job, resources(expanded, "eigenschappen"))
    yield from _document(job)


def _role(job: Job, rows: list[Resource]) -> Iterator[str]:
    mine = [row for row in rows if row.get("roltype") == job.case_type.roltype]
    people = [resource(row, "betrokkeneIdentificatie").get("anpIdentificatie") for row in mine]
    if people != [job.package.v_number]:
        yield _times("rol", len(people))


def _properties(job: Job, rows: list[Resource]) -> Iterator[str]:
    """Compare ours; what the recipient added of its own is its own business."""
    found = [(row.get("eigenschap"), row.get("waarde")) for row in rows]
    named = [name for name, _ in found]
    for name, value in job.package.case_properties:
        url = job.case_type.eigenschappen[name]
        if found.count((url, value)) != 1 or named.count(url) != 1:
            yield _times(f"eigenschap {name}", named.count(url))


def _document(job: Job) -> Iterator[str]:
    rows = documents(job)
    if [row.get("url") for row in rows] != [job.urls["document"]]:
        yield _times("document", len(rows))
        return
    linked = [row for row in links(job) if row.get("informatieobject") == job.urls["document"]]
    if len(linked) != 1:
        yield _times("link", len(linked))
    # One byte more than was sent is enough to see that it differs.
    digest = job.client.digest(text(rows[0], "inhoud"), limit=len(job.package.pdf) + 1)
    if digest.sha256 != job.package.pdf_sha256:
        yield "document"


def _times(part: str, times: int) -> str:
    return part if times == 1 else f"{part} ({times}x)"

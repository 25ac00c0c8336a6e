"""What a caller sends to the sandbox, and what it makes of the answers."""

import base64
import zlib
from collections.abc import Callable
from typing import Any

import jwt

from intake_app.clock import FixedClock
from sync.sandbox.catalogi import RSIN

SECRET = "a secret of more than thirty-two characters"
CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
NOW = FixedClock().now()
PROFILE = {
    "sections": [
        {
            "title": "Werkervaring",
            "fields": [
                {
                    "label": "Wat deed u?",
                    "group": "Baan 1",
                    "display": "Kok <in een hotel>",
                    "codes": [{"system": "ISCO-08", "code": "5120"}],
                    "own_words": {"text": "<طباخ>", "language": "ar"},
                    "asked": {"at": "2026-11-23"},
                    "provenance": "asked",
                    "evidence": "self-declared",
                }
            ],
        }
    ]
}


def a_pdf(profile: bytes) -> bytes:
    """Return the bytes of a PDF as far as the sandbox looks: a file embedded in it."""
    stream = zlib.compress(profile)
    told = b"<</Type /EmbeddedFile /Filter /FlateDecode /Length %d>>" % len(stream)
    return b"%PDF-1.7\n1 0 obj\n" + told + b"\nstream\n" + stream + b"\nendstream\nendobj\n%%EOF"


def token(**claims: object) -> str:
    """Sign a token, its claims changed; None leaves one out."""
    whole = {
        "iss": "intake-app",
        "client_id": "intake-app",
        "iat": int(NOW.timestamp()),
        "user_id": "sam",
        "user_representation": "Sam Voorbeeld",
        **claims,
    }
    return jwt.encode({n: v for n, v in whole.items() if v is not None}, SECRET)


Answer = tuple[int, dict[str, str], Any]
Call = Callable[..., Answer]


def one(call: Call, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the first resource of a list."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return call("GET", f"{path}?{asked}" if asked else path)[2]["results"][0]


def a_case(types: dict[str, str], **changes: object) -> dict[str, object]:
    """Return the body of a case."""
    return {
        "bronorganisatie": RSIN,
        "verantwoordelijkeOrganisatie": RSIN,
        "zaaktype": types["zaaktype"],
        "startdatum": "2026-11-23",
        **changes,
    }


def a_document(types: dict[str, str], **changes: object) -> dict[str, object]:
    """Return the body of a document."""
    return {
        "bronorganisatie": RSIN,
        "creatiedatum": "2026-11-23",
        "titel": "Proef",
        "auteur": "Sam Voorbeeld",
        "taal": "nld",
        "informatieobjecttype": types["document"],
        "inhoud": base64.b64encode(b"12345").decode(),
        "bestandsomvang": 5,
        **changes,
    }


def codes(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """Return the status and the faults of a refusal, its shape checked."""
    status, headers, body = answer
    assert headers["content-type"] == "application/problem+json"
    assert {"type", "code", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    return status, [(each["name"], each["code"]) for each in body.get("invalidParams", [])]

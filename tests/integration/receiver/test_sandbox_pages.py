"""The sandbox shows people what arrived, and nobody else."""

import http.client
import json

import pytest

from intake_app.clock import FixedClock
from sync.delivery import deliver
from sync.directory import Endpoint
from sync.sandbox import Sandbox
from sync.sandbox.embedded import embedded_file
from tests.integration.receiver.calls import PROFILE, Call, a_pdf, token
from tests.invented import package as invented


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("[::1]:{port}", 200),
        ("evil.example.nl:{port}", 403),
        ("127.0.0.1.evil.example.nl:{port}", 403),
        ("127.0.0.1", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/catalogi/api/v1/zaaktypen"])
def test_a_page_elsewhere_cannot_read_it(
    path: str, host: str, status: int, sandbox: Sandbox
) -> None:
    """Its own name can be pointed at this machine, but it stays its own name."""
    address = sandbox.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host.format(port=address.rpartition(":")[2]))
    connection.putheader("Authorization", f"Bearer {token()}")
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_what_arrived_is_shown(sandbox: Sandbox, call: Call) -> None:
    """The list, the case with role, properties, status and profile, and the PDF itself."""
    pdf = a_pdf(json.dumps(PROFILE).encode())
    package = invented(identifier="INTAKE-PAGE", title="Profiel <Test Bewoner>", pdf=pdf)
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
    receipt = deliver(endpoint, package, {}, lambda _: None, FixedClock(), lambda _: None)
    page = call("GET", "/")[2].decode()
    assert "Profiel &lt;Test Bewoner&gt;" in page
    assert "verzonnen" in page
    identity = receipt["zaak"].rpartition("/")[2]
    case = call("GET", f"/zaken-pagina/{identity}")[2].decode()
    for shown in (
        "V-nummer 2801234567",
        "Voorbeeld-azc",
        "Profiel ontvangen",
        "&lt;طباخ&gt;",
        "gevraagd, eigen opgave",
        "23-11-2026",
        "Werkervaring",
        "Baan 1 · Wat deed u?",
        "Kok &lt;in een hotel&gt;",
        "ISCO-08 5120",
        "Screeningsprofiel: document",
        "Intake-app (proef)",
    ):
        assert shown in case
    assert "<Test" not in case
    status, headers, content = call("GET", f"/document/{receipt['document'].rpartition('/')[2]}")
    assert (status, headers["content-type"], content) == (200, "application/pdf", pdf)


def test_pages_run_nothing_and_are_kept_nowhere(call: Call) -> None:
    """No script, no cache, no frame of another site."""
    _, headers, _ = call("GET", "/")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"%PDF-1.7 nothing",
        a_pdf(b"{}")[:-40],
        a_pdf(b"{}").replace(b"/Length", b"/Lengte"),
        b"<</Type /EmbeddedFile /Filter /FlateDecode /Length 9>>\nstream\nnot zlib!",
    ],
)
def test_a_document_without_a_profile_shows_none(pdf: bytes) -> None:
    """What is damaged or absent breaks no page."""
    found = embedded_file(pdf)
    assert found is None or found == b"{}"


def test_an_embedded_file_is_found_packed_or_not() -> None:
    """The bytes are those that were put in."""
    assert embedded_file(a_pdf(b'{"a": 1}')) == b'{"a": 1}'
    assert embedded_file(b"<</Type /EmbeddedFile /Length 2>>\nstream\n{}\nendstream") == b"{}"

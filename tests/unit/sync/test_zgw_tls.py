"""TLS: certificates are always verified, and ours is shown where it is asked for."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import ConfigurationError, EndpointUnreachable
from sync.directory import Endpoint
from sync.zgw import Client

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl makes the certificates of these tests"
)

PASSWORD = "opens the key of the client"


def certificate(folder: Path, name: str, *, password: str = "") -> Path:
    """Make a certificate for loopback that signs itself; return a PEM file with its key."""
    key, cert = folder / f"{name}.key", folder / f"{name}.crt"
    protect = ["-passout", f"pass:{password}"] if password else ["-nodes"]
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert), *protect),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / f"{name}.pem"
    both.write_bytes(cert.read_bytes() + key.read_bytes())
    return both


class Answering(BaseHTTPRequestHandler):
    """Answers one field."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response_only(200)
        self.send_header("Content-Length", "12")
        self.send_header("Date", "Tue, 24 Nov 2026 10:00:00 GMT")
        self.end_headers()
        self.wfile.write(b'{"url": "x"}')
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@contextmanager
def serving(server_pem: Path, client_pem: Path | None = None) -> Iterator[Endpoint]:
    """Serve over TLS, asking for a client's certificate where one is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_pem)
    if client_pem is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_pem)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"https://127.0.0.1:{server.server_port}"
    yield Endpoint(
        name="GM0193",
        zaken=f"{base}/zaken",
        documenten=f"{base}/documenten",
        catalogi=f"{base}/catalogi",
        rsin="517439943",
        client_id="intake",
        secret="a secret of more than thirty-two characters",
        zaaktype="screening-gemeente",
    )
    server.shutdown()
    thread.join()
    server.server_close()


def read(endpoint: Endpoint) -> str:
    """Read one resource."""
    with Client(endpoint, FixedClock()) as client:
        return str(client.get(client.zaken("zaken/1"))["url"])


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """Nothing was sent, and the sentence says why."""
    with (
        serving(certificate(tmp_path, "server")) as endpoint,
        pytest.raises(EndpointUnreachable, match="certificate of the case system"),
    ):
        read(endpoint)


def test_a_private_root_is_trusted_where_it_is_set(tmp_path: Path) -> None:
    """As government connections have."""
    pem = certificate(tmp_path, "server")
    with serving(pem) as endpoint:
        assert read(replace(endpoint, ca=str(pem))) == "x"


def test_a_date_is_confirmed_by_who_can_be_trusted(tmp_path: Path) -> None:
    """Terms are counted with it, so it has to come over a connection that proves who it is."""
    pem = certificate(tmp_path, "server")
    with serving(pem) as endpoint, Client(replace(endpoint, ca=str(pem)), FixedClock()) as client:
        assert client.confirmed is None
        client.ask_the_date()
        assert client.confirmed == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_asking_for_a_date_that_nobody_tells_is_no_error(tmp_path: Path) -> None:
    """There is another run tomorrow."""
    with (
        serving(certificate(tmp_path, "server")) as endpoint,
        Client(endpoint, FixedClock()) as client,
    ):
        client.ask_the_date()
        assert client.confirmed is None


def test_our_own_certificate_is_shown_where_it_is_asked_for(tmp_path: Path) -> None:
    """Its key lies encrypted on disk; without the certificate nobody answers."""
    server, client = (
        certificate(tmp_path, "server"),
        certificate(tmp_path, "client", password=PASSWORD),
    )
    with serving(server, client) as endpoint:
        trusting = replace(endpoint, ca=str(server))
        ours = replace(trusting, client_cert=str(client), client_key_password=PASSWORD)
        assert read(ours) == "x"
        with pytest.raises(EndpointUnreachable):
            read(trusting)
        for wrong in ("", "not its password"):
            with pytest.raises(ConfigurationError, match="GM0193"):
                read(replace(ours, client_key_password=wrong))

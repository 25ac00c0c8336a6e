"""The client: what a network and a server can do to it becomes one of our errors."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    DeliveryError,
    EndpointBusy,
    EndpointRefused,
    EndpointUnreachable,
    OutcomeUnclear,
)
from sync.directory import Endpoint
from sync.zgw import JSON_LIMIT, Client, Timeouts, text

SECRET = "a secret of more than thirty-two characters"


@dataclass
class Server:
    """Answers every request with the next answer, the last one again and again."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def says(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """Have this answered next; `Retry_After` stands for `Retry-After`."""
        self.answers.append((status, {n.replace("_", "-"): v for n, v in headers.items()}, body))


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    """Return what answers for a server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            status, headers, body = (
                server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            )
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve on loopback."""
    told = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(told))
    told.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """Return a client of that server."""
    endpoint = Endpoint(
        name="organisation",
        zaken=f"{server.url}/zaken/api/v1",
        documenten=f"{server.url}/documenten/api/v1/",
        catalogi=f"{server.url}/catalogi/api/v1",
        rsin="517439943",
        client_id="intake",
        secret=SECRET,
        zaaktype="screening-plaatsing",
    )
    with Client(endpoint, FixedClock(), timeouts=Timeouts(read=2)) as opened:
        yield opened


def read(client: Client) -> object:
    """Read one case."""
    return client.get(client.zaken("zaken/1"))


def write(client: Client) -> object:
    """Make one case."""
    return client.post(client.zaken("zaken"), {"a": 1}, why="Proef")


def look_up(client: Client) -> object:
    """Read a list."""
    return client.list(client.zaken("rollen"))


@pytest.mark.parametrize(
    ("call", "status", "body", "headers", "error"),
    [
        (read, 200, b"<html>Log in to Wi-Fi", {}, EndpointUnreachable),
        (read, 200, b'{"half": ', {}, EndpointUnreachable),
        (read, 200, b"[" * 100_000, {}, EndpointUnreachable),
        (read, 200, b"\xff\xfe", {}, EndpointUnreachable),
        (read, 200, b"[]", {}, EndpointUnreachable),
        (read, 200, b'"' + b"x" * JSON_LIMIT + b'"', {}, EndpointUnreachable),
        (read, 200, b"{}", {"Content_Length": "99"}, EndpointUnreachable),
        (read, 200, b"{}", {"Content_Encoding": "gzip"}, EndpointUnreachable),
        (look_up, 200, b'{"results": 1}', {}, EndpointUnreachable),
        (look_up, 200, b'{"results": [1]}', {}, EndpointUnreachable),
        (look_up, 200, b'{"results": [], "next": 5}', {}, EndpointUnreachable),
        (read, 200, b"[]", {"Date": "Fri, 31 Dec 9999 23:59:59 -2359"}, EndpointUnreachable),
        (read, 500, b"<html>", {}, EndpointBusy),
        (read, 502, b"<html>", {}, EndpointBusy),
        (read, 429, b"{}", {}, EndpointBusy),
        (read, 404, b"{}", {}, EndpointRefused),
        (read, 400, b"[" * 100_000, {}, EndpointRefused),
        (read, 400, b'{"invalidParams": 5}', {}, EndpointRefused),
        (read, 302, b"", {"Location": "https://elsewhere.example.nl/"}, EndpointRefused),
        (write, 201, b"<html>", {}, OutcomeUnclear),
        (write, 201, b'{"url": ', {}, OutcomeUnclear),
        (write, 201, b"{}", {}, OutcomeUnclear),
        (write, 201, b"[]", {}, OutcomeUnclear),
        (write, 201, b"{}", {"Content_Length": "99"}, OutcomeUnclear),
        (write, 500, b"{}", {}, OutcomeUnclear),
        (write, 503, b"", {"Retry_After": "3"}, OutcomeUnclear),
        (write, 408, b"", {}, OutcomeUnclear),
        (write, 429, b"{}", {}, EndpointBusy),
        (write, 307, b"", {"Location": "/elsewhere"}, EndpointRefused),
        (write, 413, b"<html>", {}, EndpointRefused),
    ],
)
def test_an_answer_becomes_one_of_our_errors(
    call: Callable[[Client], object],
    status: int,
    body: bytes,
    headers: dict[str, str],
    error: type[DeliveryError],
    server: Server,
    client: Client,
) -> None:
    """A read that fails changed nothing over there; of a write that breaks nobody knows."""
    server.says(status, body, **headers)
    with pytest.raises(DeliveryError) as caught:
        call(client)
    assert type(caught.value) is error


def test_a_refusal_says_codes_and_never_an_answers_words(server: Server, client: Client) -> None:
    """The reasons over there may repeat what was sent."""
    server.says(
        400,
        b'{"code": "invalid", "detail": "2801234567", "invalidParams": ['
        b'{"name": "identificatie", "code": "identificatie-niet-uniek", "reason": "2801234567"},'
        b'{"name": "<b>", "code": "required"}]}',
    )
    with pytest.raises(EndpointRefused) as caught:
        write(client)
    assert caught.value.code == "identificatie-niet-uniek"
    assert caught.value.detail == "identificatie:identificatie-niet-uniek b:required"
    assert "2801234567" not in str(caught.value) + caught.value.detail


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"Retry_After": "120"}, 120.0),
        ({"Retry_After": "999999999"}, 86400.0),
        (
            {
                "Retry_After": "Mon, 23 Nov 2026 09:05:00 GMT",
                "Date": "Mon, 23 Nov 2026 09:00:00 GMT",
            },
            300.0,
        ),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(
    told: dict[str, str], seconds: float | None, server: Server, client: Client
) -> None:
    """Seconds or a date; nonsense is as if nothing were said, and a day is the most."""
    server.says(503, b"", **told)
    with pytest.raises(EndpointBusy) as caught:
        read(client)
    assert caught.value.retry_after == seconds


def test_a_list_is_read_page_by_page(server: Server, client: Client) -> None:
    """The address of the next page is followed as it is."""
    following = f"{server.url}/zaken/api/v1/rollen?page=2".encode()
    server.says(200, b'{"results": [{"a": 1}], "next": "' + following + b'"}')
    server.says(200, b'{"results": [{"a": 2}], "next": null}')
    assert client.list(client.zaken("rollen"), zaak="x") == [{"a": 1}, {"a": 2}]
    assert [path for path, _ in server.requests] == [
        "/zaken/api/v1/rollen?zaak=x",
        "/zaken/api/v1/rollen?page=2",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.nl/zaken/api/v1/zaken/1",
        "http://127.0.0.1:1/zaken/api/v1/zaken/1",
        "{server}.example.nl/zaken/api/v1/zaken/1",
        "{server}/andere/api/v1/zaken/1",
        "{server}/zaken/api/v1",
        "",
    ],
)
def test_an_address_outside_the_endpoint_gets_no_token(
    url: str, server: Server, client: Client
) -> None:
    """A case system cannot send us, and our token, elsewhere."""
    with pytest.raises(DeliveryError, match="outside"):
        client.get(url.format(server=server.url))
    assert server.requests == []


def test_a_redirect_is_not_followed(server: Server, client: Client) -> None:
    """Neither to another host nor on the same one."""
    server.says(301, b"", Location=f"{server.url}/zaken/api/v1/zaken/2")
    with pytest.raises(EndpointRefused):
        read(client)
    assert len(server.requests) == 1


def test_headers_are_those_that_the_standard_asks(server: Server, client: Client) -> None:
    """Coordinates for cases only, a reason in ASCII on writes, any type on a download."""
    server.says(200, b'{"url": "x"}')
    client.post(client.zaken("zaken"), {}, why="Screening: één")
    client.get(client.zaken("zaken/1"))
    client.post(client.zaken("rollen"), {}, why="rol")
    client.digest(client.documenten("enkelvoudiginformatieobjecten/1/download"), limit=100)
    wanted = ("accept", "accept-crs", "content-crs", "x-audit-toelichting")
    assert [tuple(headers.get(name) for name in wanted) for _, headers in server.requests] == [
        ("application/json", "EPSG:4326", "EPSG:4326", "Screening: n"),
        ("application/json", "EPSG:4326", None, None),
        ("application/json", None, None, "rol"),
        ("*/*", None, None, None),
    ]


def test_the_servers_time_is_learned_from_its_date(server: Server, client: Client) -> None:
    """What is no date is left alone."""
    assert client.server_now() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    server.says(200, Date="Mon, 23 Nov 2026 09:10:00 GMT")
    server.says(200, Date="yesterday")
    read(client)
    read(client)
    assert client.server_now() == datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
    assert client.confirmed is None


def test_an_expired_token_is_renewed_once(server: Server, client: Client) -> None:
    """And then it is a refusal like any other."""
    server.says(403, b'{"code": "jwt-expired"}')
    with pytest.raises(EndpointRefused) as caught:
        read(client)
    assert caught.value.code == "jwt-expired"
    assert len(server.requests) == 2


def test_a_larger_document_is_not_read_on(server: Server, client: Client) -> None:
    """One byte more than was sent is enough to see that it differs."""
    server.says(200, b"x" * 3_000_000)
    digest = client.digest(client.documenten("x/download"), limit=1000)
    assert 1000 < digest.size < 1_000_000


def test_an_answer_that_trickles_ends(server: Server, client: Client) -> None:
    """Every byte in time, and still too slow as a whole."""

    class Slow(FixedClock):
        def elapsed(self) -> float:
            self.ran += 100.0
            return self.ran

    server.says(200, b"{}")
    slow = Client(client.endpoint, Slow(), timeouts=Timeouts(whole=50))
    with slow, pytest.raises(EndpointUnreachable):
        read(slow)


def test_a_field_that_is_not_there_is_our_error() -> None:
    """A resource without its address is no resource."""
    assert text({"url": "x"}, "url") == "x"
    with pytest.raises(EndpointUnreachable):
        text({"url": None}, "url")

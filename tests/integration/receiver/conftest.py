"""A sandbox whose clock stands still, and a caller as bare as it goes."""

import http.client
import json
from collections.abc import Iterator

import pytest

from intake_app.clock import FixedClock
from sync.sandbox import Sandbox
from tests.integration.receiver.calls import CRS, SECRET, Answer, Call, a_case, one, token


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve one case system for the whole module, its clock standing still."""
    with Sandbox(secret=SECRET, clock=FixedClock()) as started:
        yield started


@pytest.fixture
def call(sandbox: Sandbox) -> Iterator[Call]:
    """Return what calls the sandbox, as bare as it goes."""
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)

    def ask(
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        *,
        bearer: str | None = None,
    ) -> Answer:
        sent = {
            "Authorization": f"Bearer {token() if bearer is None else bearer}",
            "Content-Type": "application/json",
            **(CRS if headers is None else headers),
        }
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        response = connection.getresponse()
        content = response.read()
        parsed = json.loads(content) if "json" in response.headers.get_content_type() else content
        return response.status, dict(response.headers), parsed

    yield ask
    connection.close()


@pytest.fixture
def types(call: Call) -> dict[str, str]:
    """Return the addresses of the case type's parts."""
    base = "/catalogi/api/v1"
    zaaktype = one(call, f"{base}/zaaktypen", identificatie="screening-plaatsing")
    roltypen = call("GET", f"{base}/roltypen?zaaktype={zaaktype['url']}")[2]["results"]
    statustypen = call("GET", f"{base}/statustypen?zaaktype={zaaktype['url']}")[2]["results"]
    return {
        "zaaktype": zaaktype["url"],
        "initiator": roltypen[0]["url"],
        "first": statustypen[0]["url"],
        "last": statustypen[1]["url"],
        "eigenschap": one(call, f"{base}/eigenschappen", zaaktype=zaaktype["url"])["url"],
        "document": zaaktype["informatieobjecttypen"][0],
    }


@pytest.fixture
def zaak(call: Call, types: dict[str, str]) -> str:
    """Make a case and return its address."""
    status, _, made = call("POST", "/zaken/api/v1/zaken", a_case(types))
    assert status == 201
    return str(made["url"])

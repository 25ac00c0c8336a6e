"""The sandbox: as strict as a real case system, and shown to people on loopback only."""

import http.client
import json

import jwt
import pytest

from sync.sandbox import Sandbox
from tests.integration.receiver.calls import CRS, NOW, Call, a_case, codes, token


@pytest.mark.parametrize(
    ("bearer", "code"),
    [
        ("", "not_authenticated"),
        ("not.a.token", "jwt-decode-error"),
        (token(client_id="stranger"), "invalid-client-identifier"),
        (token(iat=None), "jwt-missing-iat-claim"),
        (token(iat=int(NOW.timestamp()) - 3600), "jwt-expired"),
        (token(iat=int(NOW.timestamp()) + 60), "jwt-not-yet-valid"),
        (token()[:-4] + "AAAA", "invalid-jwt-signature"),
        (jwt.encode({"client_id": "intake-app"}, "", algorithm="none"), "jwt-decode-error"),
    ],
)
def test_a_token_that_is_not_right_is_403(bearer: str, code: str, call: Call) -> None:
    """Never 401, and the code says which of the things is wrong."""
    status, _, body = call("GET", "/catalogi/api/v1/zaaktypen", bearer=bearer)
    assert (status, body["code"]) == (403, code)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 412),
        ("GET", {"Accept-Crs": "EPSG:28992"}, 406),
        ("POST", {"Accept-Crs": "EPSG:4326"}, 412),
        ("POST", {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:28992"}, 406),
    ],
)
def test_cases_ask_for_coordinates(
    method: str, headers: dict[str, str], status: int, call: Call, types: dict[str, str]
) -> None:
    """412 without the header, 406 for another system."""
    assert call(method, "/zaken/api/v1/zaken", a_case(types), headers)[0] == status


def test_an_unknown_query_parameter_is_refused(call: Call) -> None:
    """A filter that is ignored would find the wrong case."""
    answer = call("GET", "/zaken/api/v1/zaken?identificatei=1")
    assert codes(answer) == (400, [("nonFieldErrors", "unknown-parameters")])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{", "application/json", 400), (b"{}", "text/plain", 415), (b"[]", "application/json", 400)],
)
def test_what_is_no_json_is_refused(body: bytes, kind: str, status: int, sandbox: Sandbox) -> None:
    """In the shape of the standard too."""
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": kind, **CRS}
    connection.request("POST", "/zaken/api/v1/zaken", body, headers)
    response = connection.getresponse()
    assert response.status == status
    assert json.loads(response.read())["status"] == status
    connection.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zaken/api/v1/zaken/7f3a4a60-0000-4000-8000-000000000000", 404),
        ("/zaken/api/v1/niets", 404),
        ("/catalogi/api/v1/zaaktypen?page=9", 404),
        ("/zaken/api/v1/zaken?page=x", 404),
    ],
)
def test_what_is_not_there_is_404(path: str, status: int, call: Call) -> None:
    """In the shape of the standard."""
    assert codes(call("GET", path)) == (status, [])


def test_long_lists_come_in_pages(sandbox: Sandbox, call: Call) -> None:
    """A hundred on one; the next is followed by its address."""
    for number in range(101):
        sandbox.storage.add(
            "/documenten/api/v1/enkelvoudiginformatieobjecten",
            {"identificatie": "PAGES", "nummer": number},
            name="PAGES",
        )
    path = "/documenten/api/v1/enkelvoudiginformatieobjecten?identificatie=PAGES"
    first = call("GET", path)[2]
    assert (first["count"], len(first["results"]), first["previous"]) == (101, 100, None)
    second = call("GET", first["next"][first["next"].index("/documenten/") :])[2]
    assert [row["nummer"] for row in second["results"]] == [100]
    assert second["next"] is None

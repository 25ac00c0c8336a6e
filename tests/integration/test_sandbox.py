"""The sandbox: as strict as a real case system, and shown to people on loopback only."""

import base64
import http.client
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from intake_app.clock import FixedClock, SystemClock
from intake_app.errors import ServingError
from sync.delivery import deliver
from sync.directory import Endpoint
from sync.sandbox import Sandbox, serve
from sync.sandbox.catalogi import RSIN
from sync.sandbox.embedded import embedded_file
from tests.invented import package as invented

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


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve one case system for the whole module, its clock standing still."""
    with Sandbox(secret=SECRET, clock=FixedClock()) as started:
        yield started


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


def one(call: Call, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the first resource of a list."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return call("GET", f"{path}?{asked}" if asked else path)[2]["results"][0]


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


@pytest.fixture
def zaak(call: Call, types: dict[str, str]) -> str:
    """Make a case and return its address."""
    status, _, made = call("POST", "/zaken/api/v1/zaken", a_case(types))
    assert status == 201
    return str(made["url"])


def codes(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """Return the status and the faults of a refusal, its shape checked."""
    status, headers, body = answer
    assert headers["content-type"] == "application/problem+json"
    assert {"type", "code", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    return status, [(each["name"], each["code"]) for each in body.get("invalidParams", [])]


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


def test_an_unknown_field_is_ignored(call: Call, types: dict[str, str]) -> None:
    """As the real one does."""
    status, _, made = call("POST", "/zaken/api/v1/zaken", a_case(types, onbekend="x"))
    assert status == 201
    assert "onbekend" not in made


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"bronorganisatie": "123456789"}, [("bronorganisatie", "invalid")]),
        ({"omschrijving": "x" * 81}, [("omschrijving", "max_length")]),
        ({"identificatie": "x" * 41}, [("identificatie", "max_length")]),
        ({"startdatum": "vandaag"}, [("startdatum", "invalid")]),
        ({"zaaktype": "http://elsewhere.example.nl/1"}, [("zaaktype", "does_not_exist")]),
    ],
)
def test_a_case_is_checked_field_by_field(
    changes: dict[str, str], faults: list[tuple[str, str]], call: Call, types: dict[str, str]
) -> None:
    """Lengths, numbers, dates and types."""
    answer = call("POST", "/zaken/api/v1/zaken", a_case(types, **changes))
    assert codes(answer) == (400, faults)


def test_all_that_is_missing_is_said_at_once(call: Call) -> None:
    """One answer names every field."""
    status, faults = codes(call("POST", "/zaken/api/v1/zaken", {}))
    assert status == 400
    assert {name for name, code in faults if code == "required"} == {
        "bronorganisatie",
        "verantwoordelijkeOrganisatie",
        "zaaktype",
        "startdatum",
    }


def test_a_case_and_a_document_have_an_identificatie_of_their_own(
    call: Call, types: dict[str, str]
) -> None:
    """The second one is refused by its code."""
    not_unique = (400, [("identificatie", "identificatie-niet-uniek")])
    case, document = a_case(types, identificatie="Z-1"), a_document(types, identificatie="Z-1")
    assert call("POST", "/zaken/api/v1/zaken", case)[0] == 201
    assert codes(call("POST", "/zaken/api/v1/zaken", case)) == not_unique
    path = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    assert call("POST", path, document)[0] == 201
    assert codes(call("POST", path, document)) == not_unique


def test_a_second_initiator_is_one_too_many(call: Call, types: dict[str, str], zaak: str) -> None:
    """A case has one resident."""
    rol = {
        "zaak": zaak,
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": types["initiator"],
        "roltoelichting": "x",
        "betrokkeneIdentificatie": {"anpIdentificatie": "2801234567"},
    }
    assert call("POST", "/zaken/api/v1/rollen", rol)[0] == 201
    answer = call("POST", "/zaken/api/v1/rollen", rol)
    assert codes(answer) == (400, [("nonFieldErrors", "max-occurences")])


def test_a_property_is_accepted_twice(call: Call, types: dict[str, str], zaak: str) -> None:
    """That is what the real one does, and why a client has to look first."""
    path = zaak[zaak.index("/zaken/") :] + "/zaakeigenschappen"
    body = {"zaak": zaak, "eigenschap": types["eigenschap"], "waarde": "x"}
    assert [call("POST", path, body)[0] for _ in range(2)] == [201, 201]
    assert len(call("GET", path)[2]) == 2


def test_a_link_is_made_once(call: Call, types: dict[str, str], zaak: str) -> None:
    """The second one is refused."""
    document = call("POST", "/documenten/api/v1/enkelvoudiginformatieobjecten", a_document(types))[
        2
    ]
    body = {"zaak": zaak, "informatieobject": document["url"]}
    assert call("POST", "/zaken/api/v1/zaakinformatieobjecten", body)[0] == 201
    answer = call("POST", "/zaken/api/v1/zaakinformatieobjecten", body)
    assert codes(answer) == (400, [("nonFieldErrors", "unique")])


@pytest.mark.parametrize(
    ("moment", "faults"),
    [
        (NOW, None),
        (NOW + timedelta(seconds=5), None),
        (NOW + timedelta(seconds=6), [("datumStatusGezet", "date-in-future")]),
    ],
)
def test_a_status_is_not_set_in_the_future(
    moment: Any,  # noqa: ANN401 - a table's column
    faults: list[tuple[str, str]] | None,
    call: Call,
    types: dict[str, str],
    zaak: str,
) -> None:
    """A tablet's clock drifts; five seconds are allowed."""
    body = {"zaak": zaak, "statustype": types["first"], "datumStatusGezet": moment.isoformat()}
    answer = call("POST", "/zaken/api/v1/statussen", body)
    if faults is None:
        assert answer[0] == 201
        assert call("POST", "/zaken/api/v1/statussen", body)[0] == 400
    else:
        assert codes(answer) == (400, faults)


def test_the_latest_moment_is_the_status_of_a_case(
    call: Call, types: dict[str, str], zaak: str
) -> None:
    """Whichever was posted last."""
    early, late = (NOW - timedelta(hours=hours) for hours in (2, 1))
    urls = [
        call(
            "POST",
            "/zaken/api/v1/statussen",
            {"zaak": zaak, "statustype": types["first"], "datumStatusGezet": at.isoformat()},
        )[2]["url"]
        for at in (late, early)
    ]
    whole = call("GET", zaak[zaak.index("/zaken/") :] + "?expand=status,rollen")[2]
    assert whole["status"] == urls[0]
    assert whole["_expand"]["status"]["indicatieLaatstGezetteStatus"] is True
    assert whole["_expand"]["rollen"] == []


def test_the_last_status_asks_for_a_result(call: Call, types: dict[str, str], zaak: str) -> None:
    """A case is closed by its case worker, not by a delivery."""
    body = {"zaak": zaak, "statustype": types["last"], "datumStatusGezet": NOW.isoformat()}
    answer = call("POST", "/zaken/api/v1/statussen", body)
    assert codes(answer) == (400, [("nonFieldErrors", "resultaat-does-not-exist")])


def test_a_closed_case_takes_nothing_more(
    sandbox: Sandbox, call: Call, types: dict[str, str], zaak: str
) -> None:
    """It answers 403."""
    kept = sandbox.storage.at("sandbox:" + zaak[zaak.index("/zaken/") :])
    assert kept is not None
    sandbox.storage.change(kept, einddatum="2026-11-23")
    body = {"zaak": zaak, "statustype": types["first"], "datumStatusGezet": NOW.isoformat()}
    assert call("POST", "/zaken/api/v1/statussen", body)[0] == 403


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"bestandsomvang": 4}, [("nonFieldErrors", "file-size")]),
        ({"inhoud": "not base64!"}, [("inhoud", "invalid")]),
        ({"taal": "nl"}, [("taal", "invalid")]),
        ({"titel": ""}, [("titel", "blank")]),
        ({"status": "af"}, [("status", "invalid_choice")]),
        ({"integriteit": {"waarde": "x"}}, [("integriteit", "invalid")]),
    ],
)
def test_a_document_is_checked_field_by_field(
    changes: dict[str, object], faults: list[tuple[str, str]], call: Call, types: dict[str, str]
) -> None:
    """Its size above all."""
    path = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    assert codes(call("POST", path, a_document(types, **changes))) == (400, faults)


def test_a_download_wants_any_type(call: Call, types: dict[str, str]) -> None:
    """406 unless `Accept: */*`, as the real one has it."""
    made = call("POST", "/documenten/api/v1/enkelvoudiginformatieobjecten", a_document(types))[2]
    path = made["inhoud"][made["inhoud"].index("/documenten/") :]
    assert call("GET", path, None, {"Accept": "application/pdf"})[0] == 406
    status, _, content = call("GET", path, None, {"Accept": "*/*"})
    assert (status, content) == (200, b"12345")


def test_parts_of_another_case_type_do_not_fit(
    call: Call, types: dict[str, str], zaak: str
) -> None:
    """Each version of a case type has its own parts."""
    other = one(call, "/catalogi/api/v1/zaaktypen", identificatie="screening-gemeente")
    roltype = one(call, "/catalogi/api/v1/roltypen", zaaktype=other["url"])
    rol = {
        "zaak": zaak,
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": roltype["url"],
        "betrokkeneIdentificatie": {},
    }
    answer = call("POST", "/zaken/api/v1/rollen", rol)
    assert codes(answer) == (400, [("nonFieldErrors", "zaaktype-mismatch")])


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


def test_a_storage_file_is_served_again_on_another_port(tmp_path: Path) -> None:
    """What arrived yesterday is shown today; its addresses follow."""
    file = tmp_path / "sandbox.db"
    with Sandbox(storage=file, secret=SECRET) as first:
        endpoint = Endpoint.from_settings("organisation", first.endpoint())
        package = invented(identifier="INTAKE-KEPT")
        deliver(endpoint, package, {}, lambda _: None, SystemClock(), lambda _: None)
    with Sandbox(storage=file, secret=SECRET) as second:
        assert second.cases() == 1
        endpoint = Endpoint.from_settings("organisation", second.endpoint())
        deliver(endpoint, package, {}, lambda _: None, SystemClock(), lambda _: None)
        assert second.cases() == 1


def test_a_port_that_is_taken_is_said(sandbox: Sandbox) -> None:
    """In one sentence."""
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(ServingError, match=f"Port {port}"):
        Sandbox(port=port).start()


def test_a_port_that_there_is_not_is_said() -> None:
    """A slip in the command line, in the same sentence."""
    sandbox = Sandbox(port=99_999)
    with pytest.raises(ServingError, match="Port 99999"):
        sandbox.start()
    sandbox.stop()


@pytest.mark.parametrize("name", ["no/such/folder", "no-database"])
def test_a_file_that_cannot_keep_what_arrives_is_said(name: str, tmp_path: Path) -> None:
    """It is not there to be made, or it is something else."""
    (tmp_path / "no-database").write_bytes(b"something else " * 100)
    with pytest.raises(ServingError, match="Choose another file"):
        Sandbox(storage=tmp_path / name)
    assert (tmp_path / "no-database").read_bytes() == b"something else " * 100


def test_it_serves_this_machine_only() -> None:
    """Not the network, whatever is asked."""
    with pytest.raises(ServingError):
        Sandbox(host="0.0.0.0")  # noqa: S104 - that it is refused is the point


def test_it_serves_in_the_foreground_until_it_is_stopped() -> None:
    """The address is told once it listens; afterwards the port is free again."""
    told: list[str] = []

    def announce(started: Sandbox) -> None:
        told.append(started.url)
        started._server.should_exit = True

    serve(announce=announce)
    port = int(told[0].rpartition(":")[2])
    with Sandbox(port=port) as again:
        assert again.url == told[0]

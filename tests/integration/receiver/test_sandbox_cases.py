"""The sandbox checks cases, their parts and documents as strictly as a real case system."""

from datetime import timedelta
from typing import Any

import pytest

from sync.sandbox import Sandbox
from tests.integration.receiver.calls import NOW, Call, a_case, a_document, codes, one


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

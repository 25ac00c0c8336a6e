"""A delivery that cannot be made says why, and shows no secret and no resident."""

from dataclasses import replace

import pytest

from intake_app.clock import SystemClock
from intake_app.errors import (
    CaseTypeIncomplete,
    DocumentTooLarge,
    EndpointBusy,
    EndpointRefused,
    EndpointUnreachable,
    IntakeError,
)
from intake_app.profile.package import Package
from sync import catalogue
from sync.catalogue import PLACEMENT
from sync.directory import Endpoint
from sync.parts import DOCUMENT_LIMIT
from sync.sandbox import Fault, Sandbox
from tests.integration.delivery.attempts import arrived, attempt


def test_everything_that_is_missing_is_named_at_once(sandbox: Sandbox, package: Package) -> None:
    """An administrator over there can put it right in one go."""
    definition = replace(PLACEMENT, identificatie="onaf")
    sandbox.catalogi.publish(
        definition,
        without=("Bewoner", "Afgehandeld", "Screeningsprofiel", "auditkop", "bevestiging"),
    )
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint(definition))
    sandbox.arm()
    with pytest.raises(CaseTypeIncomplete) as caught:
        attempt(endpoint, package, {})
    assert caught.value.missing == (
        "roltype initiator",
        "two statustypen",
        "informatieobjecttype Screeningsprofiel",
        "eigenschap auditkop",
        "eigenschap bevestiging",
    )
    assert catalogue.check(endpoint, SystemClock()) == caught.value.missing
    assert not [call for call in sandbox.calls if call.startswith("POST")]


def test_a_case_type_that_is_not_there_is_named(endpoint: Endpoint, package: Package) -> None:
    """Nothing is sent to a case system that was set up for something else."""
    with pytest.raises(CaseTypeIncomplete) as caught:
        attempt(replace(endpoint, zaaktype="ander-zaaktype"), package, {})
    assert caught.value.missing == ("zaaktype ander-zaaktype",)


def test_a_ready_case_type_lacks_nothing(endpoint: Endpoint) -> None:
    """The sandbox has what our own definition asks."""
    assert catalogue.check(endpoint, SystemClock()) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": "another secret of more than thirty-two"}, "invalid-jwt-signature"),
        ({"client_id": "stranger"}, "invalid-client-identifier"),
    ],
)
def test_a_wrong_secret_is_said_by_its_code(
    change: dict[str, str], code: str, endpoint: Endpoint, package: Package
) -> None:
    """The code tells an administrator which of the two is wrong."""
    with pytest.raises(EndpointRefused) as caught:
        attempt(replace(endpoint, **change), package, {})
    assert (caught.value.status, caught.value.code) == (403, code)


def test_a_busy_case_system_says_how_long_to_wait(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Retry-After reaches whoever decides when to try again."""
    sandbox.arm(Fault("429", 7))
    with pytest.raises(EndpointBusy) as caught:
        attempt(endpoint, package, {})
    assert (caught.value.status, caught.value.retry_after) == (429, 7.0)


def test_nobody_there_is_not_a_refusal(package: Package) -> None:
    """A port that nobody listens on: it is tried again later."""
    sandbox = Sandbox()
    sandbox.start()
    sandbox.stop()
    endpoint = Endpoint.from_settings("organisation", sandbox.endpoint())
    with pytest.raises(EndpointUnreachable):
        attempt(endpoint, package, {})


def test_a_document_that_does_not_go_in_one_piece_is_refused(
    sandbox: Sandbox, endpoint: Endpoint, package: Package
) -> None:
    """Its size and the limit are said; half a document is never sent."""
    large = replace(package, pdf=b"%PDF" + b"x" * DOCUMENT_LIMIT)
    with pytest.raises(DocumentTooLarge, match=r"1\.4 MB"):
        attempt(endpoint, large, {})
    assert arrived(sandbox, large)["documents"] == 0


def test_a_proxy_in_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, package: Package
) -> None:
    """A profile goes to the endpoint that was set, not through whatever the machine names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert attempt(endpoint, package, {})["identifier"] == package.identifier


def test_no_secret_and_no_resident_in_an_error(endpoint: Endpoint, package: Package) -> None:
    """What may end up in a log names neither."""
    with pytest.raises(IntakeError) as caught:
        attempt(replace(endpoint, client_id="stranger"), package, {})
    told = repr(caught.value) + str(caught.value) + repr(endpoint)
    assert endpoint.secret not in told
    assert package.v_number not in told

"""Tokens and certificates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from intake_app.errors import ConfigurationError
from sync.auth import RENEW_AFTER, SharedSecret, tls_context
from sync.directory import Endpoint

SECRET = "a secret of more than thirty-two characters"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ENDPOINT = Endpoint(
    name="GM0193",
    zaken="https://zaken.example.nl/zaken",
    documenten="https://zaken.example.nl/documenten",
    catalogi="https://zaken.example.nl/catalogi",
    rsin="517439943",
    client_id="intake",
    secret=SECRET,
    zaaktype="screening-plaatsing",
)


def issued(token: str) -> int:
    """Return a token's `iat`."""
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    return int(claims["iat"])


def test_a_token_says_who_acts_and_when() -> None:
    """The audit trail over there shows the user of the app, not the app alone."""
    tokens = SharedSecret("intake", SECRET, "sam", "Sam Voorbeeld")
    claims = jwt.decode(
        tokens.token(NOW), SECRET, algorithms=["HS256"], options={"verify_iat": False}
    )
    assert claims == {
        "iss": "intake",
        "client_id": "intake",
        "iat": int(NOW.timestamp()),
        "user_id": "sam",
        "user_representation": "Sam Voorbeeld",
    }


@pytest.mark.parametrize(
    ("later", "renewed"),
    [
        (timedelta(0), False),
        (timedelta(seconds=RENEW_AFTER - 1), False),
        (timedelta(seconds=RENEW_AFTER), True),
        (timedelta(days=1), True),
        (timedelta(seconds=-1), True),
    ],
)
def test_a_token_is_renewed_well_inside_its_hour(later: timedelta, renewed: bool) -> None:  # noqa: FBT001 - a table's column
    """Also when the server's time turns out to be earlier than was thought."""
    tokens = SharedSecret("intake", SECRET)
    first = tokens.token(NOW)
    assert (tokens.token(NOW + later) != first) is renewed


def test_a_renewed_token_has_a_new_iat() -> None:
    """As after the server's Date corrected the device's clock."""
    tokens = SharedSecret("intake", SECRET)
    tokens.token(NOW)
    tokens.renew()
    assert issued(tokens.token(NOW + timedelta(seconds=30))) == int(NOW.timestamp()) + 30


def test_a_secret_that_is_a_key_of_another_kind_is_a_mistake_in_the_settings() -> None:
    """Somebody pasted a public key: the profile waits and says so, and holds up no other."""
    with pytest.raises(ConfigurationError):
        SharedSecret("intake", "ssh-rsa AAAAB3NzaC1yc2E").token(NOW)


def test_a_secret_shows_in_no_repr() -> None:
    """Neither it nor a token made with it."""
    tokens = SharedSecret("intake", SECRET)
    assert tokens.token(NOW) not in repr(tokens)
    assert SECRET not in repr(tokens)


@pytest.mark.parametrize("field", ["ca", "client_cert"])
@pytest.mark.parametrize("content", [None, "this is no certificate"])
def test_a_certificate_file_that_cannot_be_used_is_said(
    field: str, content: str | None, tmp_path: Path
) -> None:
    """Missing or not a certificate: our error, before anything is sent."""
    file = tmp_path / "file.pem"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="GM0193"):
        tls_context(replace(ENDPOINT, **{field: str(file)}))


def test_certificates_are_verified() -> None:
    """Names and chains both."""
    context = tls_context(ENDPOINT)
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"

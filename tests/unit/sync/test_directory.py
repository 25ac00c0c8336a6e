"""Which recipient, which case system."""

import pytest

from intake_app.errors import ConfigurationError
from sync.directory import Directory, Endpoint, is_rsin

SETTINGS = {
    "zaken": "https://zaken.example.nl/zaken/api/v1",
    "documenten": "https://zaken.example.nl/documenten/api/v1",
    "catalogi": "https://zaken.example.nl/catalogi/api/v1",
    "rsin": "517439943",
    "client_id": "intake",
    "secret": "a secret that nobody should ever read",
    "zaaktype": "screening-plaatsing",
}


def test_a_recipient_finds_its_endpoint() -> None:
    """The organisation and each municipality have their own; who has none gets None."""
    directory = Directory.from_settings({"endpoints": {"GM0193": SETTINGS}})
    found = directory.for_recipient("GM0193")
    assert found is not None
    assert (found.name, found.zaaktype) == ("GM0193", "screening-plaatsing")
    assert directory.for_recipient("GM0363") is None
    assert Directory.from_settings({}).for_recipient("organisation") is None


def test_one_endpoints_mistake_is_not_anothers() -> None:
    """Each is read only when it is asked for."""
    directory = Directory.from_settings({"endpoints": {"GM0193": SETTINGS, "GM0363": {}}})
    assert directory.for_recipient("GM0193") is not None
    with pytest.raises(ConfigurationError, match="GM0363 lack: catalogi, client_id"):
        directory.for_recipient("GM0363")


@pytest.mark.parametrize(
    "address",
    [
        "http://zaken.example.nl/zaken/api/v1",
        "http://127.0.0.1.example.nl/zaken",
        "http://127.0.0.1@zaken.example.nl/zaken",
        "https://user:pass@zaken.example.nl/zaken",
        "https://zaken.example.nl/zaken?token=1",
        "https://zaken.example.nl:port/zaken",
        "https:///zaken",
        "https://[zaken",
        "ftp://zaken.example.nl/zaken",
        "zaken",
    ],
)
def test_an_address_in_the_clear_or_to_nobody_is_refused(address: str) -> None:
    """Plain http is for loopback alone, and an address holds no secrets."""
    with pytest.raises(ConfigurationError):
        Endpoint.from_settings("GM0193", {**SETTINGS, "zaken": address})


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_loopback_may_be_plain(host: str) -> None:
    """The sandbox has no certificate."""
    base = f"http://{host}/api"
    endpoint = Endpoint.from_settings(
        "organisation", {**SETTINGS, "zaken": base, "documenten": base, "catalogi": base}
    )
    assert endpoint.zaken == base


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("517439943", True),
        ("517439944", False),
        ("51743994", False),
        ("5174399430", False),
        ("51743994x", False),
        ("٥١٧٤٣٩٩٤٣", False),
    ],
)
def test_an_rsin_passes_the_elfproef(number: str, holds: bool) -> None:  # noqa: FBT001 - a table's column
    """Nine digits whose weighted sum divides by eleven."""
    assert is_rsin(number) is holds


def test_a_wrong_rsin_is_said_before_anything_is_sent() -> None:
    """A case system would refuse every case."""
    with pytest.raises(ConfigurationError, match="RSIN"):
        Endpoint.from_settings("GM0193", {**SETTINGS, "rsin": "123456789"})


def test_an_endpoint_hides_its_secrets() -> None:
    """A repr may end up in a log."""
    endpoint = Endpoint.from_settings("GM0193", {**SETTINGS, "client_key_password": "hush-hush"})
    told = repr(endpoint) + repr(Directory.from_settings({"endpoints": {"GM0193": SETTINGS}}))
    assert "nobody should" not in told
    assert "hush" not in told

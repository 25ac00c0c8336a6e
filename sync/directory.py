"""Which recipient, which case system: the endpoints of the organisation and the municipalities."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self
from urllib.parse import urlsplit

from intake_app.errors import ConfigurationError
from intake_app.words import mark

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_rsin(number: str) -> bool:
    """Tell whether nine digits pass the *elfproef* that an RSIN shares with the BSN."""
    if not (len(number) == 9 and number.isascii() and number.isdigit()):  # noqa: PLR2004 - an RSIN has nine digits
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 == 0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One case system: the base URLs of its three APIs, and who we are to it.

    `zaaktype` is the *identificatie* of the case type; `rsin` the number of the organisation that
    the cases are registered for; `user_id` and `user_representation` reach the audit trail there.
    `ca` is the PEM file of a private root; `client_cert` a PEM file with our certificate and its
    encrypted key, `client_key_password` what opens that key. Raises ConfigurationError.
    """

    name: str
    zaken: str
    documenten: str
    catalogi: str
    rsin: str
    client_id: str
    secret: str = field(repr=False)
    zaaktype: str
    user_id: str = ""
    user_representation: str = ""
    ca: str = ""
    client_cert: str = ""
    client_key_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse what would send a profile in the clear or to nobody."""
        for base in (self.zaken, self.documenten, self.catalogi):
            _check_base(self.name, base)
        if not is_rsin(self.rsin):
            raise ConfigurationError(
                mark("The case system {name} has an RSIN that is not one."), name=self.name
            )

    @property
    def uses_tls(self) -> bool:
        """Whether any of the three APIs is reached over https."""
        bases = (self.zaken, self.documenten, self.catalogi)
        return any(urlsplit(base).scheme == "https" for base in bases)

    @classmethod
    def from_settings(cls, name: str, settings: Mapping[str, Any]) -> Self:
        """Read one endpoint's settings; raises ConfigurationError that names what is missing."""
        known = {each.name: each for each in fields(cls)}
        needed = {key for key, each in known.items() if each.default is MISSING and key != "name"}
        missing = sorted(key for key in needed if not settings.get(key))
        if missing:
            raise ConfigurationError(
                mark("The settings of the case system {name} lack: {missing}."),
                name=name,
                missing=", ".join(missing),
            )
        given = {key: str(value) for key, value in settings.items() if key in known}
        return cls(**{**given, "name": name})


def _check_base(name: str, base: str) -> None:
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(
            mark("The case system {name} has an address that cannot be used."), name=name
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise ConfigurationError(
            mark("The case system {name} has an address without https. Nothing was sent."),
            name=name,
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """The endpoints that an administrator set, by recipient: `organisation` or a CBS code."""

    endpoints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Take the vault's settings; an endpoint is read only when it is asked for.

        So one municipality's mistake in the settings holds up no other's profiles.
        """
        return cls(settings.get("endpoints") or {})

    def for_recipient(self, recipient: str) -> Endpoint | None:
        """Return the recipient's endpoint, None where it has none; raises ConfigurationError."""
        settings = self.endpoints.get(recipient)
        return None if settings is None else Endpoint.from_settings(recipient, settings)

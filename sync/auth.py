"""Who we are to a case system: the token in each request, and the certificates under it.

ZGW clients sign their own tokens (HS256 with a shared secret). That is to be replaced by OAuth2
(gemma-zaken #2606), so the client knows only `TokenProvider`.
"""

import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import jwt

from intake_app.errors import ConfigurationError
from intake_app.words import mark
from sync.directory import Endpoint

#: A token is refused from 3600 seconds on; renewing well before costs nothing.
RENEW_AFTER: Final = 900


class TokenProvider(Protocol):
    """What the client asks for before each request."""

    def token(self, now: datetime) -> str:
        """Return a token that is valid at this moment of the server."""
        ...

    def renew(self) -> None:
        """Forget the token: the server's time was learned, or the server refused it."""
        ...


@dataclass(slots=True)
class SharedSecret:
    """Tokens signed with the secret that we share with the case system."""

    client_id: str
    secret: str = field(repr=False)
    user_id: str = ""
    user_representation: str = ""
    _token: str = field(default="", init=False, repr=False)
    _issued: float = field(default=0.0, init=False, repr=False)

    def token(self, now: datetime) -> str:
        """Return a token with `iat` in the server's time; raises ConfigurationError."""
        moment = now.timestamp()
        if not self._token or not 0 <= moment - self._issued < RENEW_AFTER:
            claims = {
                "iss": self.client_id,
                "iat": int(moment),
                "client_id": self.client_id,
                "user_id": self.user_id,
                "user_representation": self.user_representation,
            }
            try:
                token = jwt.encode(claims, self.secret, algorithm="HS256")
            except jwt.PyJWTError:
                raise ConfigurationError(
                    mark("The secret of a case system cannot be used. Is it a key of another kind?")
                ) from None
            self._token, self._issued = token, moment
        return self._token

    def renew(self) -> None:
        """Forget the token, so that the next one has a new `iat`."""
        self._token = ""


def shared_secret(endpoint: Endpoint) -> SharedSecret:
    """Return the tokens for an endpoint."""
    return SharedSecret(
        endpoint.client_id, endpoint.secret, endpoint.user_id, endpoint.user_representation
    )


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the context of every TLS connection to an endpoint: certificates always verified.

    With a private root, that root alone is trusted. Raises ConfigurationError where a file cannot
    be read or its password is not right.
    """
    if not endpoint.uses_tls:
        # It trusts nobody, and loopback needs none; reading the system's roots takes a while.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context = ssl.create_default_context(cafile=endpoint.ca or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if endpoint.client_cert:
            password = endpoint.client_key_password
            # Without a password Python would ask for one on a terminal.
            context.load_cert_chain(endpoint.client_cert, password=lambda: password)
    except (OSError, ValueError):
        raise ConfigurationError(
            mark("A certificate file of the case system {name} cannot be read or opened."),
            name=endpoint.name,
        ) from None
    return context

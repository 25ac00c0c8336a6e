"""Who may in: the loopback Host that a page elsewhere cannot have, and a client's token."""

from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final

import jwt
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intake_app.clock import Clock
from sync.sandbox.rest import Refused, problem

if TYPE_CHECKING:
    from jwt.types import Options

#: A token is too old from here on; seconds.
TOKEN_LIFE: Final = 3600
#: How far ahead a token's `iat` may be; seconds.
LEEWAY: Final = 5


class Gate:
    """Checks every request before the APIs and the pages see it, and dates every answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Callable[[], set[str]],
        client_id: str,
        secret: str,
        clock: Clock,
    ) -> None:
        """Take what answers, the Host headers that are ours, the known client and the clock."""
        self._app = app
        self._hosts = hosts
        self._client_id = client_id
        self._secret = secret
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(self._clock.now(), usegmt=True)
                MutableHeaders(scope=message).setdefault("Date", now)
            await send(message)

        headers = Headers(scope=scope)
        if headers.get("Host", "") not in self._hosts():
            # A page elsewhere can point its own name at this machine, but not change that name.
            await PlainTextResponse("Alleen op dit apparaat.", 403)(scope, receive, dated)
            return
        if "/api/v1/" in scope["path"]:
            try:
                scope["claims"] = self._claims(headers.get("Authorization", ""))
            except Refused as refused:
                await problem(refused)(scope, receive, dated)
                return
        await self._app(scope, receive, dated)

    def _claims(self, authorization: str) -> dict[str, Any]:
        """Return a token's claims; every failure is a 403, as the real one has it."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token:
            raise Refused(403, "not_authenticated")
        # Time is checked below, by the sandbox's own clock.
        options: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            unchecked = jwt.decode(token, options={**options, "verify_signature": False})
            if unchecked.get("client_id") != self._client_id:
                raise Refused(403, "invalid-client-identifier")
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options=options)
        except jwt.InvalidSignatureError:
            raise Refused(403, "invalid-jwt-signature") from None
        except jwt.PyJWTError:
            raise Refused(403, "jwt-decode-error") from None
        issued = claims.get("iat")
        if not isinstance(issued, int | float):
            raise Refused(403, "jwt-missing-iat-claim")
        age = self._clock.now().timestamp() - issued
        if age >= TOKEN_LIFE:
            raise Refused(403, "jwt-expired")
        if age < -LEEWAY:
            raise Refused(403, "jwt-not-yet-valid")
        return claims

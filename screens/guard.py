"""Who may talk to the app's own port: the one browser that was shown the one-time address.

    attacker                                     what stops it
    a page of another origin, or another port    Origin and Host must match exactly; the host is
                                                 random and new in each run, and cookies of other
                                                 ports of `localhost` do not reach it
    a rebound DNS name                           Host must match
    another local process                        it has neither the token nor the cookie
    a token seen later (history, a shoulder)     it works once
    a frame around the app, a script from a CDN  Content-Security-Policy, X-Frame-Options

What is refused is refused the same way, and learns nothing: 403 on http, a close on websocket.
"""

import asyncio
import contextlib
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: What FastAPI and Flet serve beside the app; nobody here needs it.
_CLOSED = ("/docs", "/redoc", "/openapi.json", "/oauth_callback", "/upload")
#: Headers that the guard sets itself, or that open more than they should.
_OURS = frozenset(
    {
        b"access-control-allow-origin",
        b"cache-control",
        b"content-security-policy",
        b"content-length",
        b"etag",
        b"last-modified",
        b"referrer-policy",
        b"x-content-type-options",
        b"x-frame-options",
    }
)
#: Seconds that a page which is loaded again is given to leave its old websocket.
_RELOAD = 2.0
_ENTRY = """<!doctype html>
<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">
<title>{title}</title></head><body></body></html>
"""


class Guard:
    """An ASGI middleware around the app; it holds the run's host, token and cookie."""

    def __init__(self, app: App, *, port: int, title: str, language: str = "nl") -> None:
        """Take the app to guard, its port, a window title without names, and the language."""
        self._app = app
        self._title = title
        self._language = language
        self.host = f"{secrets.token_hex(16)}.localhost:{port}"
        self.origin = f"http://{self.host}"
        self._token = secrets.token_urlsafe(32)
        self._token_is_open = True
        self._cookie_name = f"k{secrets.token_hex(8)}"
        self._cookie = secrets.token_urlsafe(32)
        self._conversations = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def __repr__(self) -> str:
        """Show nothing that opens the door."""
        return "Guard()"

    @property
    def one_time_address(self) -> str:
        """The address that lets one browser in, once."""
        return f"{self.origin}/?t={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what comes from our own page; refuse everything else."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            if self._is_ours(scope, origin_needed=True) and self._has_cookie(scope):
                await self._converse(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a websocket in; one that comes with a reload waits until the old one has gone.

        Else Flet would take the page that is loaded again for a second window.
        """

        async def say(message: Message) -> None:
            # What is said to a browser that has just gone is lost, and that is all: Flet's own
            # loop would break off here and take its session for connected for ever.
            with contextlib.suppress(OSError, RuntimeError):
                await send(message)

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), _RELOAD)
        self._conversations += 1
        self._quiet.clear()
        try:
            await self._app(scope, receive, say)
        finally:
            self._conversations -= 1
            if not self._conversations:
                self._quiet.set()

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_ours(scope, origin_needed=False) or scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send)
        elif self._has_cookie(scope):
            if scope["path"].startswith(_CLOSED):
                await _refuse(send)
            else:
                await self._app(scope, receive, _Sealed(send, self.origin, self._language))
        elif self._redeems_token(scope):
            await self._enter(send)
        else:
            await _refuse(send)

    def _is_ours(self, scope: Scope, *, origin_needed: bool) -> bool:
        """Tell whether a request came over loopback, to our host, from our page or from none."""
        client = scope.get("client")
        try:
            if client is None or not ipaddress.ip_address(client[0]).is_loopback:
                return False
        except ValueError:
            return False
        if _values(scope, b"host") != [self.host.encode()]:
            return False
        origins = _values(scope, b"origin")
        return origins == [self.origin.encode()] or (not origins and not origin_needed)

    def _has_cookie(self, scope: Scope) -> bool:
        name = self._cookie_name.encode() + b"="
        pairs = (
            pair.strip()
            for line in _values(scope, b"cookie")
            for pair in line.split(b";")
            if pair.strip().startswith(name)
        )
        wanted = self._cookie.encode()
        return any(secrets.compare_digest(pair[len(name) :], wanted) for pair in pairs)

    def _redeems_token(self, scope: Scope) -> bool:
        """Spend the token. A browser that only looks ahead must not spend it."""
        if scope["method"] != "GET" or scope["path"] != "/" or _values(scope, b"origin"):
            return False
        if _values(scope, b"sec-purpose") or _values(scope, b"purpose"):
            return False
        given = scope.get("query_string", b"")
        if self._token_is_open and secrets.compare_digest(given, f"t={self._token}".encode()):
            self._token_is_open = False
            return True
        return False

    async def _enter(self, send: Send) -> None:
        # A page of its own and not a redirect: a SameSite=Strict cookie does not travel with a
        # redirect that began elsewhere (the file that opened the browser), but it does with
        # the step that this page takes itself.
        cookie = f"{self._cookie_name}={self._cookie}; Path=/; HttpOnly; SameSite=Strict"
        body = _ENTRY.format(title=self._title).encode()
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"set-cookie", cookie.encode()),
        ]
        sealed = _Sealed(send, self.origin, self._language)
        await sealed({"type": "http.response.start", "status": 200, "headers": headers})
        await sealed({"type": "http.response.body", "body": body})


class _Sealed:
    """Sends a response with our headers; a page gets its language, its scripts their nonce."""

    def __init__(self, send: Send, origin: str, language: str) -> None:
        self._send = send
        self._origin = origin
        self._language = language
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message = {}
        self._page: list[bytes] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and self._page is not None:
            self._page.append(message.get("body", b""))
            if not message.get("more_body", False):
                page = b"".join(self._page)
                page = page.replace(b"<html>", f'<html lang="{self._language}">'.encode(), 1)
                page = page.replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
                self._start["headers"].append((b"content-length", str(len(page)).encode()))
                await self._send(self._start)
                await self._send({"type": "http.response.body", "body": page})
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = [(name.lower(), value) for name, value in message.get("headers", [])]
        is_page = any(
            name == b"content-type" and value.startswith(b"text/html") for name, value in headers
        )
        length = [pair for pair in headers if pair[0] == b"content-length" and not is_page]
        kept = [pair for pair in headers if pair[0] not in _OURS]
        self._start = {
            **message,
            "headers": [*kept, *length, *_headers(self._origin, self._nonce)],
        }
        if is_page:
            self._page = []
        else:
            await self._send(self._start)


def _headers(origin: str, nonce: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of each response; nothing is loaded from elsewhere, nothing is kept."""
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'",
            "worker-src 'self' blob:",
            f"connect-src 'self' {origin.replace('http', 'ws', 1)}",
            "style-src 'self' 'unsafe-inline'",  # Flutter sets styles on its elements
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    ]


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"403\n"})

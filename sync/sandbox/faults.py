"""Faults on request: what a network and a server do to a client, at a chosen call.

drop-before-commit, drop-after-commit     the connection is cut
500-before-commit, 500-after-commit       the server fails
timeout-before-commit                     no answer, and nothing done
timeout-after-commit                      no answer, and all done
late-commit                               done only when the client has given up
429                                       with Retry-After: 7
502                                       a page in HTML from something in between
truncated                                 half of a JSON answer
not-json                                  a page in HTML that says 200: a Wi-Fi's login page
expired                                   403 jwt-expired
"""

import asyncio
import threading
from dataclasses import dataclass
from typing import Final

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.sandbox.rest import Refused, problem

KINDS: Final = (
    "drop-before-commit",
    "drop-after-commit",
    "500-before-commit",
    "500-after-commit",
    "timeout-before-commit",
    "timeout-after-commit",
    "late-commit",
    "429",
    "502",
    "truncated",
    "not-json",
    "expired",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one of the `KINDS` at the API call with this number, counted from one."""

    kind: str
    at: int


class Faulty:
    """Stands before the API, counts its calls and does to them what was asked."""

    def __init__(self, app: ASGIApp) -> None:
        """Take what answers when there is no fault."""
        self._app = app
        self._lock = threading.Lock()
        self._faults: tuple[Fault, ...] = ()
        self._calls: list[str] = []

    def arm(self, *faults: Fault) -> None:
        """Do these faults, counting calls from now."""
        with self._lock:
            self._faults = faults
            self._calls = []

    @property
    def calls(self) -> tuple[str, ...]:
        """Return the calls since the last arming: method and path."""
        with self._lock:
            return tuple(self._calls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or do the fault of this call."""
        if scope["type"] != "http" or "/api/v1/" not in scope["path"]:
            await self._app(scope, receive, send)
            return
        with self._lock:
            self._calls.append(f"{scope['method']} {scope['path']}")
            number = len(self._calls)
            kind = next((fault.kind for fault in self._faults if fault.at == number), "")
        if not kind:
            await self._app(scope, receive, send)
            return
        answer = _Kept()
        if kind.endswith("-after-commit") or kind == "truncated":
            await self._app(scope, receive, answer)
        if kind.startswith("drop"):
            await _cut(send)
        elif kind.startswith("timeout") or kind == "late-commit":
            await self._let_wait(kind, scope, receive)
        else:
            await _response(kind, answer)(scope, receive, send)

    async def _let_wait(self, kind: str, scope: Scope, receive: Receive) -> None:
        """Answer nothing until the client has gone; then perhaps do what it asked."""
        taken: list[Message] = []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            taken.append(message)
        if kind == "late-commit":
            replayed = iter(taken)

            async def again() -> Message:
                return next(replayed, {"type": "http.disconnect"})

            await self._app(scope, again, _Kept())


class _Kept:
    """Takes an answer that is never sent."""

    def __init__(self) -> None:
        self.body = b""

    async def __call__(self, message: Message) -> None:
        self.body += message.get("body", b"")


async def _cut(send: Send) -> None:
    """Cut the connection, as a Wi-Fi that is gone does."""
    # uvicorn hands out a bound method of the exchange, which knows its transport.
    exchange = getattr(send, "__self__", None)
    exchange.transport.abort()  # type: ignore[union-attr]  # it is there under uvicorn
    # Two turns of the loop, in which uvicorn learns that the connection is gone.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _response(kind: str, answer: _Kept) -> Response:
    page = "<!doctype html><title>Invented</title><p>An invented page."
    match kind:
        case "429":
            response = problem(Refused(429, "throttled"))
            response.headers["Retry-After"] = "7"
            return response
        case "502":
            return HTMLResponse(page, 502)
        case "not-json":
            return HTMLResponse(page)
        case "truncated":
            return Response(
                answer.body[: len(answer.body) // 2], 200, media_type="application/json"
            )
        case "expired":
            return problem(Refused(403, "jwt-expired"))
        case _:
            return JSONResponse({"code": "error", "status": 500}, 500)

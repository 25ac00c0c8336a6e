"""The sandbox as it runs: on loopback, in a thread or in the foreground."""

import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from intake_app.clock import Clock, SystemClock
from intake_app.errors import ServingError
from intake_app.words import mark
from sync.catalogue import PLACEMENT, CaseTypeDefinition
from sync.sandbox.catalogi import ROOT as CATALOGI
from sync.sandbox.catalogi import RSIN, Catalogi
from sync.sandbox.documenten import ROOT as DOCUMENTEN
from sync.sandbox.documenten import Documenten
from sync.sandbox.faults import Fault, Faulty
from sync.sandbox.gate import Gate
from sync.sandbox.pages import Pages
from sync.sandbox.rest import Refused, inward, problem
from sync.sandbox.storage import Storage
from sync.sandbox.zaken import ROOT as ZAKEN
from sync.sandbox.zaken import Zaken

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Sandbox:
    """A strict ZGW receiver on loopback, with a page that shows what arrived.

    A context manager: `with Sandbox() as sandbox:`. Raises ServingError where the port is taken
    or the host is not this machine's own.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        storage: Path | None = None,
        client_id: str = "intake-app",
        secret: str = "",
        clock: Clock | None = None,
    ) -> None:
        """Prepare; without a port a free one is taken, without a secret one is made."""
        if host not in _LOOPBACK:
            raise ServingError(mark("The sandbox serves this machine only."))
        self._host, self._port = host, port
        self._client_id, self._secret = client_id, secret or secrets.token_urlsafe(32)
        self._clock = clock or SystemClock()
        self.storage = Storage(storage)
        self.catalogi = Catalogi(self.storage)
        gate = Gate(
            self._pages_and_apis(),
            hosts=lambda: {f"{name}:{self._port}" for name in ("127.0.0.1", "localhost", "[::1]")},
            client_id=client_id,
            secret=self._secret,
            clock=self._clock,
        )
        self._faulty = Faulty(gate)
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._faulty,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Start in a thread."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def url(self) -> str:
        """Return the address of the page; known once it listens."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> str:
        """Listen, serve in a thread, and return the address."""
        listening = self._listen()
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="sandbox", daemon=True
        )
        self._thread.start()
        return self.url

    def run(self, announce: Callable[["Sandbox"], None]) -> None:
        """Listen, tell so, and serve here until interrupted."""
        listening = self._listen()
        announce(self)
        with suppress(KeyboardInterrupt):
            self._server.run([listening])
        self._close()

    def stop(self) -> None:
        """Stop serving; what is kept in a file stays."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._close()

    def endpoint(self, definition: CaseTypeDefinition = PLACEMENT) -> dict[str, str]:
        """Return the settings with which a vault reaches this sandbox."""
        return {
            "zaken": f"{self.url}{ZAKEN}",
            "documenten": f"{self.url}{DOCUMENTEN}",
            "catalogi": f"{self.url}{CATALOGI}",
            "rsin": RSIN,
            "client_id": self._client_id,
            "secret": self._secret,
            "zaaktype": definition.identificatie,
            "user_id": "intake-app",
            "user_representation": "Intake-app (proef)",
        }

    def cases(self) -> int:
        """Return how many cases arrived."""
        return len(self.storage.find(f"{ZAKEN}/zaken"))

    def arm(self, *faults: Fault) -> None:
        """Do these faults, counting API calls from now; none to be well again."""
        self._faulty.arm(*faults)

    @property
    def calls(self) -> tuple[str, ...]:
        """Return the API calls since the last arming: method and path."""
        return self._faulty.calls

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.socket(family)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self._host, self._port))
            # From here on callers wait instead of being refused, until the thread answers.
            listening.listen()
        except (OSError, OverflowError):
            listening.close()
            raise ServingError(
                mark("Port {port} on this machine cannot be opened. Is it in use?"),
                port=self._port,
            ) from None
        self._port = listening.getsockname()[1]
        self._socket = listening
        return listening

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.storage.close()

    def _pages_and_apis(self) -> Starlette:
        parts = (
            self.catalogi,
            Zaken(self.storage, self._clock, self._written),
            Documenten(self.storage, self._clock, self._written),
            Pages(self.storage),
        )
        return Starlette(
            routes=[route for part in parts for route in part.routes()],
            exception_handlers={Refused: _refused, HTTPException: _no_such},
        )

    def _written(self, request: Request, url: str, zaak: str) -> None:
        claims = request.scope["claims"]
        self.storage.log(
            at=self._clock.now().isoformat(timespec="seconds"),
            who=str(claims.get("user_representation") or claims.get("client_id")),
            why=request.headers.get("X-Audit-Toelichting", ""),
            what=str(inward(request, url)),
            owner=zaak,
        )


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return problem(error)


async def _no_such(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "error")
    return problem(Refused(error.status_code, code))


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    storage_path: Path | None = None,
    *,
    client_id: str = "intake-app",
    secret: str = "",
    announce: Callable[[Sandbox], None],
) -> None:
    """Serve in the foreground until interrupted; `announce` is told once it listens."""
    sandbox = Sandbox(
        host=host, port=port, storage=storage_path, client_id=client_id, secret=secret
    )
    sandbox.run(announce)

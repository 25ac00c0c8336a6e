"""The app's own port and window: loopback only, for one browser, or a desktop window.

A desktop window opens where there is a display and a Flet client that is already on the device
(nothing is ever downloaded). Else the app serves itself on a random host of `localhost`, behind
the guard, and opens the browser through a file that only this user can read, so that the one-time
token stands in no list of processes. Without a display the one-time address is printed.
"""

import contextlib
import os
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import flet as ft
import uvicorn
from flet_web.fastapi import app as flet_asgi

from intake_app import paths
from intake_app.errors import ServingError
from intake_app.words import Words, mark
from screens.app import make_main
from screens.guard import Guard

if TYPE_CHECKING:
    from screens.services import Services

#: Seconds that a browser may be away (a reload, a tablet asleep) before its session is dropped.
SESSION_SECONDS = 120
_OPENER = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={address}"></head><body></body></html>
"""


class AppServer:
    """The app on its own port. `run` blocks; `start` and `stop` are for whoever drives it."""

    def __init__(self, services: "Services", *, port: int = 0) -> None:
        """Bind 127.0.0.1 (a free port unless one is named); raises ServingError."""
        self._socket = _bind(port)
        title = Words.load(services.ui_language)("Intake")
        asgi = flet_asgi(
            make_main(services),
            assets_dir=str(paths.assets()),
            app_name=title,
            no_cdn=True,
            session_timeout_seconds=SESSION_SECONDS,
        )
        self.guard = Guard(
            asgi,
            port=self._socket.getsockname()[1],
            title=title,
            language=services.ui_language,
        )
        self._server = uvicorn.Server(
            uvicorn.Config(
                self.guard,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=1 << 20,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread: threading.Thread | None = None

    @property
    def one_time_address(self) -> str:
        """The address that lets one browser in, once."""
        return self.guard.one_time_address

    def run(self) -> None:
        """Serve until the process is asked to stop."""
        self._server.run(sockets=[self._socket])

    def start(self) -> str:
        """Serve in a thread; returns the one-time address."""
        self._thread = threading.Thread(target=self.run, name="app-server", daemon=True)
        self._thread.start()
        return self.one_time_address

    def stop(self) -> None:
        """Stop serving and wait until it has stopped."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._socket.close()


def serve(
    services: "Services",
    *,
    port: int = 0,
    open_window: bool = True,
    say: Callable[[str], None] | None = None,
) -> None:
    """Show the app and return when it is closed.

    `say` gets each line that a person must read, the one-time address above all; without it they
    are printed. With `open_window=False` nothing is opened. Raises ServingError.
    """
    say = say or partial(print, flush=True)
    words = Words.load(services.ui_language)
    client = desktop_client() if open_window and has_display() else None
    if client is not None:
        os.environ["FLET_VIEW_PATH"] = str(client)
        ft.run(make_main(services), assets_dir=str(paths.assets()))
        return
    server = AppServer(services, port=port)
    if not (open_window and has_display()):
        say(words("Open this address in a browser on this device; it works once:"))
        say(server.one_time_address)
        server.run()
        return
    with _opener(server.one_time_address) as opener:
        if webbrowser.open(opener.as_uri()):
            say(words("The app is open in your browser. Stop it here with Ctrl+C."))
        else:
            say(words("Open this address in a browser on this device; it works once:"))
            say(server.one_time_address)
        server.run()


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def desktop_client(home: Path | None = None) -> Path | None:
    """Return the folder of a Flet desktop client that is already here, else None."""
    if find_spec("flet_desktop") is None:
        return None
    named = os.environ.get("FLET_VIEW_PATH")
    if named:
        return Path(named) if _holds_client(Path(named)) else None
    cached = (home or Path.home()) / ".flet" / "client"
    for folder in sorted(cached.glob(f"flet-desktop-*-{ft.version.flet_version}*")):
        for place in (folder / "flet", folder):
            if _holds_client(place):
                return place
    return None


def _holds_client(folder: Path) -> bool:
    if sys.platform == "darwin":
        return any(folder.glob("*.app"))
    return (folder / ("flet.exe" if sys.platform == "win32" else "flet")).is_file()


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.bind(("127.0.0.1", port))
        bound.listen()  # a browser that is quicker than the server waits in line
    except (OSError, OverflowError):
        bound.close()
        raise ServingError(
            mark("The app cannot open its own port on this device. Close what uses it, or restart.")
        ) from None
    return bound


@contextlib.contextmanager
def _opener(address: str) -> Iterator[Path]:
    """Yield a page that only this user can read and that leads to the address."""
    handle, name = tempfile.mkstemp(prefix="intake-", suffix=".html")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as page:
            page.write(_OPENER.format(address=address))
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)

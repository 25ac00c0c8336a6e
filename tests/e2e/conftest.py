"""A real app in a process of its own, a browser, and a case system to deliver to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sync.sandbox import Sandbox
from tests.e2e.app_driver import Window, browser, chromium_path


class RunningApp:
    """`intake-app run` on a vault's folder; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing runs yet."""
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it and return the one-time address that it prints."""
        command = [sys.executable, "-m", "intake_app", "run", "--no-open"]
        self._process = subprocess.Popen(
            [*command, "--vault", str(self.folder)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("http://"):
                return line.strip()
        message = "the app ended before it said its address"
        raise AssertionError(message)

    def kill(self) -> None:
        """End it as a flat battery does: it gets no time for anything."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.communicate()
            self._process = None


@pytest.fixture(name="chromium", scope="module")
def start_chromium() -> Iterator[Browser]:
    """Start the machine's browser; skip, or fail where it is required, when there is none."""
    if chromium_path() is None:
        reason = "no Chromium or Chrome here: install the package chromium"
        if os.environ.get("INTAKE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with browser() as started:
        yield started


@pytest.fixture(name="app")
def make_app(tmp_path: Path) -> Iterator[RunningApp]:
    """Give an app with an empty folder."""
    app = RunningApp(tmp_path / "vault")
    yield app
    app.kill()


@pytest.fixture(name="window")
def open_window(app: RunningApp, chromium: Browser) -> Iterator[Window]:
    """Open the app in a window of its own; nothing may be asked from elsewhere."""
    window = Window.opened(chromium, app.start())
    yield window
    assert window.elsewhere == []
    window.page.context.close()


@pytest.fixture(name="sandbox", scope="session")
def serve_sandbox() -> Iterator[Sandbox]:
    """Serve a case system on loopback."""
    with Sandbox() as sandbox:
        yield sandbox

"""How the app comes to a window."""

import stat
import sys
from pathlib import Path

import flet as ft
import pytest

from intake_app.errors import ServingError
from screens import serving


def test_without_a_client_there_is_no_desktop_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is downloaded: a window needs a client that is there already."""
    monkeypatch.delenv("FLET_VIEW_PATH", raising=False)
    monkeypatch.setattr(serving, "find_spec", lambda _: object())
    assert serving.desktop_client(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the client is named otherwise elsewhere")
def test_a_client_in_the_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client of exactly this version of Flet."""
    monkeypatch.delenv("FLET_VIEW_PATH", raising=False)
    monkeypatch.setattr(serving, "find_spec", lambda _: object())
    version = ft.version.flet_version
    folder = tmp_path / ".flet" / "client" / f"flet-desktop-light-{version}" / "flet"
    folder.mkdir(parents=True)
    (folder / "flet").touch()
    assert serving.desktop_client(tmp_path) == folder


def test_a_client_that_is_named_and_not_there_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names a folder means that folder."""
    monkeypatch.setenv("FLET_VIEW_PATH", str(tmp_path))
    monkeypatch.setattr(serving, "find_spec", lambda _: object())
    assert serving.desktop_client(tmp_path) is None


def test_the_page_that_opens_the_browser_is_for_this_user_only() -> None:
    """The token stands in a file with mode 0600, which is gone afterwards."""
    with serving._opener("http://x.localhost:1/?t=secret") as page:
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert "http://x.localhost:1/?t=secret" in page.read_text("utf-8")
    assert not page.exists()


def test_a_port_that_is_taken_is_said_so() -> None:
    """One sentence, no traceback."""
    taken = serving._bind(0)
    try:
        with pytest.raises(ServingError):
            serving._bind(taken.getsockname()[1])
    finally:
        taken.close()


def test_only_this_machine_can_reach_the_port() -> None:
    """It is bound to loopback."""
    bound = serving._bind(0)
    try:
        assert bound.getsockname()[0] == "127.0.0.1"
    finally:
        bound.close()


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_port_that_cannot_be_is_an_error_of_ours(port: int) -> None:
    """One sentence, as for a port that is taken."""
    with pytest.raises(ServingError):
        serving._bind(port)

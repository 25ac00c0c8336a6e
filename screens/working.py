"""One thing at a time that takes a while: in a thread, under a bar, for one screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import flet as ft

from intake_app.errors import VaultLocked

if TYPE_CHECKING:
    from screens.places import Screen
    from screens.session import Session

_Made = TypeVar("_Made")


class Working:
    """Whether a screen is at work, and the bar that shows it."""

    def __init__(self, session: "Session", screen: "Screen") -> None:
        """Begin with nothing to do."""
        self._session = session
        self._screen = screen
        self.is_busy = False

    def bar(self, label: str) -> ft.Control:
        """Return the bar, made new; it is seen while there is work."""
        return ft.ProgressBar(visible=self.is_busy, semantics_label=label)

    def act(self, do: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Any]:
        """Return a handler as `Session.act` does, that passes over a press in the middle."""

        async def unless_busy(event: object) -> None:
            if not self.is_busy:
                await do(event)

        return self._session.act(unless_busy)

    async def do(self, work: Callable[[], _Made]) -> _Made:
        """Return what the work returns, and raise what it raises.

        Raises VaultLocked where the session was locked meanwhile: its screen is gone.
        """
        vault = self._session.vault
        self.is_busy = True
        self._session.refresh_if(self._screen)
        try:
            made = await asyncio.to_thread(work)
        finally:
            self.is_busy = False
            self._session.refresh_if(self._screen)
        if self._session.vault is not vault:
            raise VaultLocked
        return made

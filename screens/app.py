"""Where a browser session becomes a session of the app: one a run may hold the vault."""

from collections.abc import Callable

import flet as ft

from screens.services import DemoHints, Services
from screens.session import Session
from screens.trouble import TakenScreen

__all__ = ["DemoHints", "Seat", "Services", "make_main"]


class Seat:
    """The one place at the vault. A second window is told so; it may take over, and unlocks."""

    def __init__(self) -> None:
        """Begin with nobody in it."""
        self._holder: Session | None = None

    def enter(self, session: Session, *, by_force: bool = False) -> None:
        """Give a session the place, or tell it that another window has it."""
        holder = self._holder
        if holder is None or holder is session or holder.is_gone or by_force:
            self._holder = session
            if holder is not None and holder is not session:
                holder.end()
                if not holder.is_gone:
                    self._tell(holder)
            session.begin()
        else:
            self._tell(session)

    def _tell(self, session: Session) -> None:
        session.wait(TakenScreen(session, lambda: self.enter(session, by_force=True)))


def make_main(services: Services) -> Callable[[ft.Page], None]:
    """Return what Flet calls for each browser session of this run."""
    seat = Seat()

    def main(page: ft.Page) -> None:
        session = Session(page, services)
        session.dress()
        seat.enter(session)

    return main

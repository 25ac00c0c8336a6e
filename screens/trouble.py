"""What is shown where there is nothing to unlock: a vault that cannot be used, a place taken."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import flet as ft

from screens.places import Still
from screens.widgets.basics import main_button, notice, text
from screens.widgets.frame import sheet

if TYPE_CHECKING:
    from intake_app.errors import IntakeError
    from screens.session import Session


class TroubleScreen(Still):
    """A vault that cannot be opened: the sentence, and a way to try again."""

    def __init__(self, session: "Session", error: "IntakeError") -> None:
        """Take what went wrong."""
        self._session = session
        self._error = error

    def build(self) -> ft.Control:
        """Return the sentence and the button."""
        session, words = self._session, self._session.words
        return sheet(
            words("The app cannot start"),
            notice(self._error.say(words), "bad"),
            main_button(words("Try again"), session.act(lambda _: session.restart())),
        )


class TakenScreen(Still):
    """A second window: one at a time works with the vault."""

    def __init__(self, session: "Session", take_over: Callable[[], None]) -> None:
        """Take what brings the vault to this window."""
        self._session = session
        self._take_over = take_over

    def build(self) -> ft.Control:
        """Return what happened and the way on."""
        session, words = self._session, self._session.words
        return sheet(
            words("The app is open in another window"),
            text(
                words(
                    "One window at a time works with the interviews. Go on in the other window, "
                    "or take over here: the other window locks and keeps what was saved."
                )
            ),
            main_button(words("Take over here"), session.act(lambda _: self._take_over())),
        )

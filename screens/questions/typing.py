"""Typed text that is kept after a short pause, on leaving the field, and before moving on."""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import flet as ft

from screens.widgets.basics import field, patch

if TYPE_CHECKING:
    from screens.session import Session

#: Seconds of rest after which what is typed is kept.
_PAUSE = 1.0


def ascii_digits(text: str) -> str:
    """Return a text with the digits of any script (Arabic, Persian, ...) as 0 to 9.

    Source: Unicode's decimal digit values (general category Nd).
    """
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


class TypingField:
    """A text field that calls `keep` when what was typed should be kept."""

    def __init__(  # noqa: PLR0913 - each is a wish of its own, and named where it is given
        self,
        session: "Session",
        label: str,
        *,
        value: str,
        keep: Callable[[], object],
        waits: Callable[[], None],
        onward: Callable[[], None],
        keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
        language: str = "nl",
        autofocus: bool = False,
        max_length: int | None = None,
        width: int | None = None,
    ) -> None:
        """Take the label, the value, and what to call: `keep`, `waits` and `onward`."""
        self._session = session
        self._keep = keep
        self._waits = waits
        self._pause: asyncio.Task[None] | None = None
        self.has_focus = False
        self.control = field(
            label,
            value=value,
            keyboard=keyboard,
            language=language,
            autofocus=autofocus,
            on_change=session.act(self._changed),
            on_submit=session.act(lambda _: onward()),
            on_focus=session.act(self._focused),
            on_blur=session.act(self._blurred),
            max_length=max_length,
            width=width,
        )

    @property
    def value(self) -> str:
        """What is typed, without spaces around it."""
        return self.control.value.strip()

    def set(self, value: str) -> None:
        """Show another value."""
        self.rest()
        self.control.value = value
        patch(self.control)

    def rest(self) -> None:
        """Forget the pause that was running: what is typed is kept now, or given up."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def _changed(self, _: object) -> None:
        self._waits()
        self.rest()
        self._pause = asyncio.get_running_loop().create_task(self._after_pause())

    async def _after_pause(self) -> None:
        await asyncio.sleep(_PAUSE)
        self._pause = None
        self._session.act(lambda _: self._keep())(None)

    def _focused(self, _: object) -> None:
        self.has_focus = True

    def _blurred(self, _: object) -> None:
        self.has_focus = False
        self.rest()
        self._keep()

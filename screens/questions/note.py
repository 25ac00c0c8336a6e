"""A note: words to read aloud; there is nothing to answer."""

import flet as ft

from screens.questions.asked import Asked


class NoteWidget:
    """Nothing under the words."""

    def __init__(self, asked: Asked) -> None:
        """Take the question; its words stand in the card already."""
        del asked
        self.control: ft.Control = ft.Container(height=0)
        self.has_focus = False

    def flush(self) -> bool:
        """There is nothing to keep."""
        return True

    def reset(self) -> None:
        """There is nothing to show."""

    def press(self, number: int) -> None:
        """There is nothing to choose."""

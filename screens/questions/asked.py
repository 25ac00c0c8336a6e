"""What a question's widget is given, and what the screen asks of a widget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import flet as ft

from intake_app.words import Words

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.session import Node
    from screens.session import Session


@dataclass(frozen=True)
class Asked:
    """One question as it stands on the screen.

    `languages` are those shown, the screener's first; `give` keeps an answer and tells whether
    it is on disk; `waits` tells that something is typed and not kept yet; `onward` goes to the
    next question, as Enter in a field does; `is_over` tells that the question was left for good:
    what its field still reports is not kept any more.
    """

    session: "Session"
    draft: "Draft"
    path: str
    languages: tuple[str, ...]
    give: Callable[[str, Mapping[str, str] | None], bool]
    waits: Callable[[], None]
    onward: Callable[[], None]
    is_over: Callable[[], bool]

    @property
    def node(self) -> "Node":
        """The question's present state: the draft makes its interview anew after an error."""
        return self.draft.interview.node(self.path)

    @property
    def words(self) -> Words:
        """The screener's words."""
        return self.session.words

    @property
    def resident(self) -> Words | None:
        """The resident's words, where their language is another than the screener's."""
        return Words.load(self.languages[1]) if len(self.languages) > 1 else None


class Widget(Protocol):
    """What stands under a question and takes its answer."""

    control: ft.Control

    def flush(self) -> bool:
        """Keep what is typed; False where it could not be kept and must stay on the screen."""
        ...

    def reset(self) -> None:
        """Show the answer as it is now, after it was changed from elsewhere."""
        ...

    def press(self, number: int) -> None:
        """Take a digit that was pressed outside a text field: choose."""
        ...

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard's focus is inside."""
        ...

"""One widget a kind of question, and the card that frames each of them in two languages."""

from typing import TYPE_CHECKING

from screens.questions.asked import Asked, Widget
from screens.questions.choice import acknowledgement, choices
from screens.questions.code import CodeWidget
from screens.questions.note import NoteWidget
from screens.questions.partial_date import PartialDateWidget
from screens.questions.text import TextWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Asked", "Widget", "widget_for"]


def widget_for(asked: Asked) -> Widget:
    """Return the widget for a question's kind; what has none of its own is typed as text."""
    made: Mapping[str, Callable[[Asked], Widget]] = {
        "select_one": choices,
        "select_multiple": choices,
        "acknowledge": acknowledgement,
        "trigger": acknowledgement,
        "note": NoteWidget,
        "partial-date": PartialDateWidget,
        "date": PartialDateWidget,
        "code": CodeWidget,
    }
    return made.get(asked.node.question.kind, TextWidget)(asked)

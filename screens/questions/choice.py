"""One choice or several, or one tick; an answer is kept at the touch."""

from typing import TYPE_CHECKING

from screens.questions.asked import Asked
from screens.widgets.choices import Option, OptionList

if TYPE_CHECKING:
    import flet as ft


class ChoiceWidget:
    """Options to touch, each in the languages shown."""

    def __init__(
        self, asked: Asked, options: tuple[Option, ...], *, several: bool, numbered: bool
    ) -> None:
        """Take the question and what may be chosen."""
        self._asked = asked
        self._list = OptionList(
            options,
            languages=asked.languages,
            chosen=asked.node.value,
            several=several,
            on_choose=asked.session.act(self._keep),
            numbered=numbered,
        )
        self.control: ft.Control = self._list.control

    def flush(self) -> bool:
        """Do nothing: each choice was kept at its touch."""
        return True

    def reset(self) -> None:
        """Show what is chosen now."""
        self._list.set(self._asked.node.value)

    def press(self, number: int) -> None:
        """Choose by number."""
        self._list.press(number)

    @property
    def has_focus(self) -> bool:
        """Whether the focus is on a choice."""
        return self._list.has_focus

    def _keep(self, value: str) -> None:
        if not self._asked.give(value, None):
            self.reset()


def choices(asked: Asked) -> ChoiceWidget:
    """Offer the choices of a select as they are filtered now."""
    interview = asked.draft.interview
    options = tuple(
        Option(
            choice.name,
            tuple(
                interview.choice_text(asked.path, choice.name, language)
                for language in asked.languages
            ),
        )
        for choice in interview.choices(asked.path)
    )
    return ChoiceWidget(
        asked,
        options,
        several=asked.node.question.kind == "select_multiple",
        numbered=len(options) <= 9,  # noqa: PLR2004 - one digit, one choice
    )


def acknowledgement(asked: Asked) -> ChoiceWidget:
    """Offer one tick: this was said, or read."""
    texts = [asked.words("Done")]
    if asked.resident is not None:
        texts.append(asked.resident.about("resident", "Done"))
    return ChoiceWidget(asked, (Option("OK", tuple(texts)),), several=True, numbered=False)

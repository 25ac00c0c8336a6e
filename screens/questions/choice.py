"""One choice or several; an answer is kept at the touch."""

from typing import TYPE_CHECKING

from screens.questions.asked import Asked
from screens.widgets.choices import Option, OptionList

if TYPE_CHECKING:
    import flet as ft


class ChoiceWidget:
    """The choices of a select, each in the languages shown."""

    def __init__(self, asked: Asked) -> None:
        """Take the question with its choices as they are filtered now."""
        self._asked = asked
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
        self._list = OptionList(
            options,
            languages=asked.languages,
            chosen=asked.node.value,
            several=asked.node.question.kind == "select_multiple",
            on_choose=asked.session.act(self._keep),
            numbered=len(options) <= 9,  # noqa: PLR2004 - one digit, one choice
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


class AcknowledgeWidget:
    """One tick: this was said, or read."""

    def __init__(self, asked: Asked) -> None:
        """Take the question."""
        self._asked = asked
        words, resident = asked.words, asked.resident
        texts = [words("Done")]
        if resident is not None:
            texts.append(resident.about("resident", "Done"))
        self._list = OptionList(
            (Option("OK", tuple(texts)),),
            languages=asked.languages,
            chosen=asked.node.value,
            several=True,
            on_choose=asked.session.act(self._keep),
        )
        self.control: ft.Control = self._list.control

    def flush(self) -> bool:
        """Do nothing: the tick was kept at its touch."""
        return True

    def reset(self) -> None:
        """Show whether it is ticked now."""
        self._list.set(self._asked.node.value)

    def press(self, number: int) -> None:
        """Tick by number."""
        self._list.press(number)

    @property
    def has_focus(self) -> bool:
        """Whether the focus is on the tick."""
        return self._list.has_focus

    def _keep(self, value: str) -> None:
        if not self._asked.give(value, None):
            self.reset()

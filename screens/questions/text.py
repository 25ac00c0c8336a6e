"""Text and numbers, typed."""

import flet as ft

from screens.questions.asked import Asked
from screens.questions.typing import TypingField, ascii_digits

#: What stands before the decimals: a comma here, its own sign in Arabic and Persian.
_POINTS = str.maketrans({",": ".", "\N{ARABIC DECIMAL SEPARATOR}": "."})
_NUMBERS = frozenset({"integer", "decimal", "range"})


class TextWidget:
    """A text field; numbers may be typed with the digits of any script."""

    def __init__(self, asked: Asked) -> None:
        """Take the question."""
        self._asked = asked
        question = asked.node.question
        self._is_number = question.kind in _NUMBERS
        own_script = question.name.endswith("own_script") and len(asked.languages) > 1
        words = asked.words
        self._field = TypingField(
            asked.session,
            words("Number") if self._is_number else words("Answer"),
            value=asked.node.value,
            keep=self.flush,
            waits=asked.waits,
            onward=asked.onward,
            keyboard=ft.KeyboardType.NUMBER if self._is_number else ft.KeyboardType.TEXT,
            language=asked.languages[-1] if own_script else asked.languages[0],
            autofocus=True,
            width=240 if self._is_number else None,
        )
        named_field = ft.Semantics(identifier="answer", content=self._field.control)
        self.control: ft.Control = ft.Row([named_field]) if self._is_number else named_field

    def flush(self) -> bool:
        """Keep what is typed, where it differs from what is kept."""
        self._field.rest()
        if self._asked.is_over():
            return True
        typed = self._field.value
        if self._is_number:
            typed = ascii_digits(typed).translate(_POINTS)
        node = self._asked.node
        if typed == node.value:
            return True
        return self._asked.give(typed, None)

    def reset(self) -> None:
        """Show the answer as it is now."""
        self._field.set(self._asked.node.value)

    def press(self, number: int) -> None:
        """Digits are typed, not chosen."""

    @property
    def has_focus(self) -> bool:
        """Whether one types here."""
        return self._field.has_focus

"""Choices as large tiles, each in one language or two; nothing is chosen unless it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from intake_app.words import is_right_to_left
from screens import theme
from screens.widgets.basics import patch, text


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its name, and its text in each of the languages shown."""

    name: str
    texts: tuple[str, ...]


class OptionList:
    """A list of choices; one may be chosen, or several where `several` is set.

    `on_choose` gets the name, or the names separated by spaces in the order of the options;
    nothing where the one choice was taken back, which `clearable` allows.
    """

    def __init__(  # noqa: PLR0913 - each is a wish of its own, and named where it is given
        self,
        options: tuple[Option, ...],
        *,
        languages: tuple[str, ...],
        chosen: str = "",
        several: bool = False,
        on_choose: Callable[[Any], Any],
        numbered: bool = False,
        clearable: bool = False,
        columns: int = 1,
    ) -> None:
        """Take the options, the languages of their texts, and what is chosen already."""
        self._options = options
        self._languages = languages
        self._several = several
        self._clearable = clearable
        self._gap = theme.GAP if columns == 1 else 4
        self._size = 18 if columns == 1 else theme.BODY
        self._on_choose = on_choose
        self._chosen = set(chosen.split())
        self._marks: dict[str, ft.Radio | ft.Checkbox] = {}
        self._tiles: dict[str, ft.Container] = {}
        self._focused = ""
        tiles = [
            self._tile(option, index if numbered else 0) for index, option in enumerate(options, 1)
        ]
        rows = [_row(tiles[at : at + columns], columns) for at in range(0, len(tiles), columns)]
        column = ft.Column(rows, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._group: ft.RadioGroup | None = None
        self.control: ft.Control = column
        if not several:
            self._group = ft.RadioGroup(
                content=column, value=chosen or None, on_change=self._radio_changed
            )
            self.control = self._group
        self._dress()

    @property
    def value(self) -> str:
        """The names that are chosen, separated by spaces, in the order of the options."""
        return " ".join(option.name for option in self._options if option.name in self._chosen)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard's focus is on one of the options."""
        return bool(self._focused)

    def set(self, value: str) -> None:
        """Show other choices as chosen, without telling anybody."""
        self._chosen = set(value.split())
        self._dress()
        patch(self.control)

    def press(self, number: int) -> None:
        """Choose the option with a number, counted from 1, as if it were touched."""
        if 1 <= number <= len(self._options):
            self._touch(self._options[number - 1].name)

    def _tile(self, option: Option, number: int) -> ft.Control:
        mark: ft.Radio | ft.Checkbox
        if self._several:
            mark = ft.Checkbox(on_change=lambda _, name=option.name: self._touch(name))
        else:
            mark = ft.Radio(value=option.name, toggleable=self._clearable)
        mark.on_focus = lambda _, name=option.name: self._focus(name)
        mark.on_blur = lambda _: self._focus("")
        self._marks[option.name] = mark
        texts = [
            ft.Container(
                text(said, self._size, language=language),
                expand=True,
                rtl=is_right_to_left(language),
                alignment=ft.Alignment.CENTER_RIGHT
                if is_right_to_left(language)
                else ft.Alignment.CENTER_LEFT,
            )
            for said, language in zip(option.texts, self._languages, strict=True)
        ]
        digit = text(str(number), theme.SMALL, color=theme.MUTED)
        # The number helps who has a keyboard in sight; a screen reader counts by itself.
        told = [ft.Semantics(content=digit, exclude_semantics=True)] if number else []
        tile = ft.Container(
            content=ft.Row([mark, *texts, *told], spacing=self._gap),
            border_radius=theme.RADIUS,
            padding=ft.Padding.symmetric(horizontal=12, vertical=8),
        )
        self._tiles[option.name] = tile
        # A detector takes no focus, so that Tab stops once at each option: at its mark.
        touch = ft.GestureDetector(
            content=tile,
            on_tap=lambda _, name=option.name: self._touch(name),
            mouse_cursor=ft.MouseCursor.CLICK,
        )
        return ft.MergeSemantics(content=ft.Semantics(content=touch, identifier=f"o-{option.name}"))

    def _radio_changed(self, event: ft.Event[ft.RadioGroup]) -> None:
        name = str(event.data or next(iter(self._chosen), ""))
        if name:
            self._touch(name)

    def _touch(self, name: str) -> None:
        if self._several:
            self._chosen ^= {name}
        elif self._clearable and name in self._chosen:
            self._chosen = set()
        else:
            self._chosen = {name}
        self._dress()
        patch(self.control)
        self._on_choose(self.value)

    def _focus(self, name: str) -> None:
        self._focused = name
        self._dress()
        patch(self.control)

    def _dress(self) -> None:
        if self._group is not None:
            self._group.value = next(iter(self._chosen), None)
        for name, tile in self._tiles.items():
            mark, is_chosen = self._marks[name], name in self._chosen
            if isinstance(mark, ft.Checkbox):
                mark.value = is_chosen
            tile.bgcolor = theme.ACCENT_SOFT if is_chosen else theme.SURFACE
            color = theme.ACCENT if is_chosen else theme.EDGE
            # The border's width and the padding add up, so that nothing moves under a finger.
            width = 3 if name == self._focused else 2 if is_chosen else 1
            tile.border = theme.border(theme.FOCUS if name == self._focused else color, width)
            tile.padding = ft.Padding.symmetric(horizontal=15 - width, vertical=11 - width)


def _row(tiles: list[ft.Control], columns: int) -> ft.Control:
    """Return tiles beside each other, each as wide as in a full row."""
    if columns == 1:
        return tiles[0]
    cells: list[ft.Control] = [ft.Container(tile, expand=True) for tile in tiles]
    cells += [ft.Container(expand=True) for _ in range(columns - len(tiles))]
    return ft.Row(cells, spacing=8)

"""A search in a code list as one types, in the screener's language and the resident's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flet as ft

from screens import theme
from screens.widgets.basics import field, patch, text
from screens.widgets.choices import Option, OptionList

if TYPE_CHECKING:
    from intake_app.reference import CodeList
    from screens.session import Session

_SHOWN = 7


class CodeSearch:
    """A text field with the best matches under it; `on_pick` gets the code that was touched."""

    def __init__(  # noqa: PLR0913 - each is a wish of its own, and named where it is given
        self,
        session: "Session",
        codes: "CodeList",
        *,
        languages: tuple[str, ...],
        label: str,
        on_pick: Callable[[str], Any],
        on_type: Callable[[], Any] = lambda: None,
        on_submit: Callable[[], Any] = lambda: None,
        autofocus: bool = False,
    ) -> None:
        """Take the list, the languages to search and to show, and whom to tell."""
        self._session = session
        self._codes = codes
        self._languages = languages
        self._on_pick = on_pick
        self._on_type = on_type
        self._found = ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        self._count = text("", theme.SMALL, color=theme.MUTED)
        self.has_focus = False
        self.field = field(
            label,
            on_change=session.act(self._typed),
            on_submit=session.act(lambda _: on_submit()),
            on_focus=session.act(lambda _: self._focus(on=True)),
            on_blur=session.act(lambda _: self._focus(on=False)),
            prefix_icon=ft.Icons.SEARCH,
            autofocus=autofocus,
        )
        self._list: OptionList | None = None
        self.control: ft.Control = ft.Column(
            [
                ft.Semantics(identifier="search", content=self.field),
                ft.Semantics(live_region=True, content=self._count),
                self._found,
            ],
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.field.value.strip()

    def press(self, number: int) -> None:
        """Pick a match by its number."""
        if self._list is not None:
            self._list.press(number)

    def _focus(self, *, on: bool) -> None:
        self.has_focus = on

    def _typed(self, _: object) -> None:
        words = self._session.words
        hits = self._codes.search(
            self.typed,
            languages=self._languages,
            limit=_SHOWN,
            on=self._session.services.clock.today(),
        )
        options = tuple(
            Option(
                hit.code,
                tuple(self._codes.label(hit.code, language) for language in self._languages),
            )
            for hit in hits
        )
        self._list = OptionList(
            options,
            languages=self._languages,
            on_choose=self._session.act(self._on_pick),
            numbered=True,
        )
        self._found.controls = [self._list.control] if options else []
        if not self.typed:
            self._count.value = ""
        elif options:
            self._count.value = words("Touch the one that fits.")
        else:
            self._count.value = words("Nothing like this is in the list.")
        patch(self.control)
        self._on_type()

"""The same words twice: the screener's language, and the resident's in its own direction."""

import flet as ft

from intake_app.words import is_right_to_left
from screens import theme
from screens.widgets.basics import text


def bilingual(
    texts: tuple[str, ...],
    languages: tuple[str, ...],
    size: int = theme.BODY,
    *,
    bold: bool = False,
    color: str = theme.INK,
    heading_level: int = 0,
) -> ft.Control:
    """Return texts beside each other, each in its font and its direction."""
    cells: list[ft.Control] = []
    for said, language in zip(texts, languages, strict=True):
        content: ft.Control = text(said, size, language=language, bold=bold, color=color)
        if heading_level:
            content = ft.Semantics(header=True, heading_level=heading_level, content=content)
        is_rtl = is_right_to_left(language)
        cells.append(
            ft.Container(
                content,
                rtl=is_rtl,
                expand=True,
                alignment=ft.Alignment.TOP_RIGHT if is_rtl else ft.Alignment.TOP_LEFT,
            )
        )
    return ft.Row(cells, spacing=theme.WIDE_GAP, vertical_alignment=ft.CrossAxisAlignment.START)


def joined(texts: tuple[str, ...]) -> str:
    """Return one line for a button or a field: the words in each language."""
    return " · ".join(dict.fromkeys(texts))

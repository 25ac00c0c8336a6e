"""The frames that screens stand in: a sheet in the middle, and a bar above the whole width."""

from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.widgets.basics import heading, icon_button

if TYPE_CHECKING:
    from screens.session import Session


def sheet(title: str, *controls: ft.Control, width: int = 560) -> ft.Control:
    """Return one sheet in the middle, that scrolls where the window is low."""
    inner = ft.Container(
        content=ft.Column(
            [heading(title), *controls],
            spacing=theme.WIDE_GAP,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=theme.SURFACE,
        border=theme.border(),
        border_radius=theme.RADIUS,
        padding=32,
        width=width,
    )
    return ft.Container(
        content=ft.Column(
            [ft.Container(inner, padding=theme.WIDE_GAP, alignment=ft.Alignment.CENTER)],
            scroll=ft.ScrollMode.AUTO,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            expand=True,
        ),
        bgcolor=theme.GROUND,
        expand=True,
    )


def framed(
    session: "Session",
    title: str,
    body: ft.Control,
    *,
    back: "ft.ControlEventHandler[ft.Control] | None" = None,
    tools: tuple[ft.Control, ...] = (),
) -> ft.Control:
    """Return a body under a bar with the title, the screen's tools and the lock."""
    words = session.words
    left: list[ft.Control] = []
    if back is not None:
        left.append(icon_button(ft.Icons.ARROW_BACK, words("Back"), back))
    lock = icon_button(ft.Icons.LOCK_OUTLINE, words("Lock"), session.act(lambda _: session.lock()))
    bar = ft.Container(
        content=ft.Row(
            [*left, ft.Container(heading(title, level=1), expand=True), *tools, lock],
            spacing=4,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        bgcolor=theme.SURFACE,
        border=ft.Border.only(bottom=ft.BorderSide(1, theme.LINE)),
        padding=ft.Padding.symmetric(horizontal=16, vertical=8),
    )
    return ft.Container(
        content=ft.Column([bar, ft.Container(body, expand=True)], spacing=0, expand=True),
        bgcolor=theme.GROUND,
        expand=True,
    )


def pane(*controls: ft.Control, width: int = 760) -> ft.Control:
    """Return controls below each other, in the middle, that scroll together."""
    room = ft.Padding(left=0, top=0, right=12, bottom=0)  # for the bar that scrolls
    return ft.Container(
        ft.Container(
            ft.Column(
                [ft.Container(each, padding=room) for each in controls],
                spacing=16,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            width=width,
        ),
        padding=16,
        alignment=ft.Alignment.TOP_CENTER,
    )

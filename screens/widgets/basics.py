"""Texts, buttons, fields and notices, each with its name for a screen reader."""

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import flet as ft

from intake_app.words import is_right_to_left
from screens import theme

if TYPE_CHECKING:
    from screens.session import Session

Handler = Callable[..., Any]


def patch(control: ft.Control) -> None:
    """Send what changed in a control; one that has left the page meanwhile has nobody to show it.

    Events of a control that is being replaced (a field that loses the focus as it goes) come
    after it has gone.
    """
    with contextlib.suppress(RuntimeError):
        control.update()


def text(
    value: str,
    size: int = theme.BODY,
    *,
    language: str = "nl",
    bold: bool = False,
    color: str = theme.INK,
    expand: bool | int | None = None,
) -> ft.Text:
    """Return a text in a language, in its font and its direction."""
    return ft.Text(
        value,
        style=theme.style(size, language=language, bold=bold, color=color),
        rtl=is_right_to_left(language),
        expand=expand,
    )


def heading(value: str, *, level: int = 1, language: str = "nl") -> ft.Control:
    """Return a heading that a screen reader announces as one."""
    size = {1: theme.TITLE, 2: theme.LEAD}.get(level, theme.BODY)
    return ft.Semantics(
        header=True,
        heading_level=level,
        content=text(value, size, language=language, bold=True),
    )


def named(identifier: str, control: ft.Control) -> ft.Semantics:
    """Give a control an identifier that tests and assistive tools find it by."""
    return ft.Semantics(identifier=identifier, content=control)


def _button_style(ground: str, ink: str, edge: str, *, padding: int = 20) -> ft.ButtonStyle:
    disabled = ft.ControlState.DISABLED
    return ft.ButtonStyle(
        bgcolor={disabled: theme.GROUND, ft.ControlState.DEFAULT: ground},
        color={disabled: theme.EDGE, ft.ControlState.DEFAULT: ink},
        icon_color={disabled: theme.EDGE, ft.ControlState.DEFAULT: ink},
        side={
            disabled: ft.BorderSide(1, theme.LINE),
            ft.ControlState.FOCUSED: ft.BorderSide(3, theme.FOCUS),
            ft.ControlState.DEFAULT: ft.BorderSide(1, edge),
        },
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        padding=ft.Padding.symmetric(horizontal=padding, vertical=8),
        elevation=0,
        text_style=theme.style(theme.BODY, bold=True),
    )


def main_button(
    label: str, on_click: Handler, *, icon: ft.IconData | None = None, disabled: bool = False
) -> ft.FilledButton:
    """Return the button of a screen's one main step."""
    return ft.FilledButton(
        label,
        icon=icon,
        on_click=on_click,
        disabled=disabled,
        height=theme.TOUCH + 4,
        style=_button_style(theme.ACCENT, theme.SURFACE, theme.ACCENT),
    )


def button(
    label: str, on_click: Handler | None, *, icon: ft.IconData | None = None, disabled: bool = False
) -> ft.OutlinedButton:
    """Return a button of any other step."""
    return ft.OutlinedButton(
        label,
        icon=icon,
        on_click=on_click,
        disabled=disabled,
        height=theme.TOUCH + 4,
        style=_button_style(theme.SURFACE, theme.ACCENT, theme.EDGE),
    )


def quiet_button(
    label: str, on_click: Handler, *, icon: ft.IconData | None = None
) -> ft.TextButton:
    """Return a button without a border, for what is beside the point."""
    return ft.TextButton(
        label,
        icon=icon,
        on_click=on_click,
        height=theme.TOUCH,
        style=_button_style(theme.CLEAR, theme.ACCENT, theme.CLEAR, padding=12),
    )


def row_button(
    spoken: str, cells: Sequence[ft.Control], on_click: Handler, *, height: int = 64
) -> ft.OutlinedButton:
    """Return a whole row that leads somewhere; `spoken` is what a screen reader says of it."""
    arrow = ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.EDGE)
    return ft.OutlinedButton(
        content=ft.Semantics(
            label=spoken, exclude_semantics=True, content=ft.Row([*cells, arrow], spacing=16)
        ),
        height=height,
        on_click=on_click,
        style=_button_style(theme.SURFACE, theme.INK, theme.LINE),
    )


def _outline(color: str, width: int) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(
        border_radius=theme.RADIUS, side=ft.BorderSide(width, color), gap_padding=4
    )


def field(  # noqa: PLR0913 - each is a wish of its own, and named where it is given
    label: str,
    *,
    value: str = "",
    password: bool = False,
    autofocus: bool = False,
    on_submit: Handler | None = None,
    on_change: Handler | None = None,
    keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
    language: str = "nl",
    **more: Any,  # noqa: ANN401 - handed on to Flet's text field as they are
) -> ft.TextField:
    """Return a text field with a label and a border that can be seen."""
    return ft.TextField(
        label=label,
        value=value,
        password=password,
        autofocus=autofocus,
        autocorrect=False,
        enable_suggestions=False,
        enable_ime_personalized_learning=False,
        on_submit=on_submit,
        on_change=on_change,
        keyboard_type=keyboard,
        rtl=is_right_to_left(language),
        text_style=theme.style(18, language=language),
        label_style=theme.style(theme.BODY, color=theme.MUTED),
        border={
            ft.ControlState.FOCUSED: _outline(theme.ACCENT, 3),
            ft.ControlState.DEFAULT: _outline(theme.EDGE, 1),
        },
        bgcolor=theme.SURFACE,
        error_style=theme.style(theme.SMALL, color=theme.BAD),
        content_padding=ft.Padding.symmetric(horizontal=14, vertical=16),
        **more,
    )


def secret_field(session: "Session", label: str, **more: Any) -> ft.TextField:  # noqa: ANN401 - as in `field`
    """Return a field for a passphrase, which a person may look at while typing it."""
    made = field(label, password=True, **more)

    def turn(_: object) -> None:
        made.password = not made.password
        patch(made)

    look = session.words("Show or hide what is typed")
    made.suffix_icon = icon_button(ft.Icons.VISIBILITY_OUTLINED, look, session.act(turn))
    return made


def shown_once(passphrase: str) -> ft.Control:
    """Return a passphrase that was made here, to be written down."""
    return ft.Container(
        named("phrase", text(passphrase, theme.LEAD, bold=True)),
        bgcolor=theme.ACCENT_SOFT,
        border_radius=theme.RADIUS,
        padding=16,
    )


def card(*controls: ft.Control, width: int | None = None, gap: int = theme.GAP) -> ft.Container:
    """Return controls below each other on a sheet."""
    return ft.Container(
        content=ft.Column(
            list(controls),
            spacing=gap,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=theme.SURFACE,
        border=theme.border(),
        border_radius=theme.RADIUS,
        padding=theme.WIDE_GAP,
        width=width,
    )


_NOTICES = {
    "good": (theme.GOOD, theme.GOOD_SOFT, ft.Icons.CHECK_CIRCLE_OUTLINE),
    "warn": (theme.WARN, theme.WARN_SOFT, ft.Icons.INFO_OUTLINE),
    "bad": (theme.BAD, theme.BAD_SOFT, ft.Icons.ERROR_OUTLINE),
}


def notice(sentence: str, kind: str = "warn", *more: ft.Control) -> ft.Container:
    """Return a sentence that must be seen and is read aloud: `good`, `warn` or `bad`."""
    ink, ground, icon = _NOTICES[kind]
    said = ft.Semantics(live_region=True, content=text(sentence, color=ink), expand=True)
    return ft.Container(
        content=ft.Row([ft.Icon(icon, color=ink, size=22), said, *more], spacing=theme.GAP),
        bgcolor=ground,
        border=theme.border(ink),
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )


def icon_button(icon: ft.IconData, name: str, on_click: Handler) -> ft.Control:
    """Return a button that is only an icon; its name is what a screen reader says."""
    return ft.MergeSemantics(
        content=ft.Semantics(
            label=name,
            content=ft.IconButton(
                icon,
                tooltip=ft.Tooltip(name, exclude_from_semantics=True),
                on_click=on_click,
                icon_color=theme.ACCENT,
                width=theme.TOUCH,
                height=theme.TOUCH,
                focus_color=theme.WARN_SOFT,
            ),
        )
    )

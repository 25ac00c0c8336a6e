"""How the app looks: one accent, calm greys, four sizes of text, a font for each script.

Contrast (WCAG 2.2, 1.4.3 and 1.4.11): text on its ground at least 4.5 to 1, and the borders and
marks that tell a control apart at least 3 to 1. Touch targets are at least 48 pixels high.
"""

import flet as ft

from intake_app.words import is_right_to_left

GROUND = "#F4F6F8"
SURFACE = "#FFFFFF"
INK = "#16222E"
MUTED = "#4E5D6C"
LINE = "#D5DCE3"
EDGE = "#6F7E8C"
ACCENT = "#0F5577"
ACCENT_SOFT = "#E4F0F6"
CLEAR = "#00000000"
FOCUS = "#B45309"
GOOD = "#1B6B3C"
GOOD_SOFT = "#E7F4EC"
WARN = "#7A4B00"
WARN_SOFT = "#FFF3DC"
BAD = "#A1221A"
BAD_SOFT = "#FCEBE9"

SMALL, BODY, LEAD, TITLE = 14, 16, 20, 26
GAP, WIDE_GAP = 12, 24
RADIUS = 10
TOUCH = 48

#: From this width on, the outline stands beside the question.
WIDE = 1080

_LATIN, _ARABIC, _ETHIOPIC = "Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic"
_BOLD = " Bold"
_FILES = {_LATIN: "NotoSans", _ARABIC: "NotoSansArabic", _ETHIOPIC: "NotoSansEthiopic"}
_SCRIPTS = {"ti": _ETHIOPIC}
#: Arabic letters are drawn smaller than Latin ones of the same size.
_ARABIC_SCALE = 1.15


def fonts() -> dict[str, str]:
    """Return the families, one a file, as the assets folder serves them."""
    return {
        family + bold: f"/fonts/{file}-{weight}.ttf"
        for family, file in _FILES.items()
        for bold, weight in (("", "Regular"), (_BOLD, "Bold"))
    }


def style(
    size: int = BODY, *, language: str = "nl", bold: bool = False, color: str = INK
) -> ft.TextStyle:
    """Return the style of a text in a language, with the other scripts to fall back on."""
    is_arabic = is_right_to_left(language)
    family = _ARABIC if is_arabic else _SCRIPTS.get(language, _LATIN)
    weight = _BOLD if bold else ""
    return ft.TextStyle(
        size=round(size * _ARABIC_SCALE) if is_arabic else size,
        height=1.5 if is_arabic else 1.35,
        color=color,
        letter_spacing=0,
        font_family=family + weight,
        font_family_fallback=[other + weight for other in _FILES if other != family],
    )


def theme() -> ft.Theme:
    """Return the theme of the whole app."""
    return ft.Theme(
        font_family=_LATIN,
        color_scheme=ft.ColorScheme(
            primary=ACCENT,
            on_primary=SURFACE,
            primary_container=ACCENT_SOFT,
            on_primary_container=INK,
            secondary=ACCENT,
            surface=SURFACE,
            on_surface=INK,
            on_surface_variant=MUTED,
            outline=EDGE,
            outline_variant=LINE,
            error=BAD,
        ),
        focus_color=ACCENT_SOFT,
        scrollbar_theme=ft.ScrollbarTheme(thumb_color=EDGE, thickness=6, radius=3),
        use_material3=True,
    )


def border(color: str = LINE, width: float = 1) -> ft.Border:
    """Return a border on all sides."""
    return ft.Border.all(width, color)

"""The outline: every section with its state, the steps of the one that is open, jump anywhere."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.places import Place
from screens.widgets.basics import heading, text

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.navigation import SectionState, Step
    from screens.session import Session

_ROW = 48
_INSTANCE = re.compile(r"\[(\d+)\][^\[]*$")


class Outline:
    """A list beside the question; `go` takes a person to a step."""

    def __init__(self, session: "Session", draft: "Draft", go: Callable[[str], None]) -> None:
        """Take the draft and the way to a step."""
        self._session = session
        self._draft = draft
        self._go = go
        self._rows = ft.Column(spacing=2, scroll=ft.ScrollMode.AUTO, expand=True)
        self.control: ft.Control = ft.Container(
            ft.Column(
                [heading(session.words("Overview"), level=3), self._rows],
                spacing=theme.GAP,
                expand=True,
            ),
            padding=ft.Padding(left=12, top=16, right=4, bottom=8),
        )

    def fill(self, path: str) -> None:
        """Show the states as they are now, with the section of a step open."""
        interview = self._draft.interview
        steps = interview.steps()
        rows: list[ft.Control] = []
        for section in interview.sections():
            inside = [step for step in steps if step.path.startswith(f"{section.path}/")]
            if not inside:
                continue
            is_open = path.startswith(f"{section.path}/")
            rows.append(self._section(section, inside, is_open=is_open))
            if is_open:
                rows += [self._step(step, is_here=step.path == path) for step in inside]
        if interview.orphans:
            rows.append(self._earlier(len(interview.orphans)))
        self._rows.controls = rows

    def _earlier(self, number: int) -> ft.Control:
        """Return the way to what was told to an earlier questionnaire."""
        title = self._session.words("Answers from an earlier questionnaire")
        return self._row(
            ft.Icon(ft.Icons.INVENTORY_2_OUTLINED, size=20, color=theme.WARN),
            text(title, expand=True),
            text(str(number), theme.SMALL, color=theme.MUTED),
            spoken=f"{title}, {number}",
            act=lambda: self._session.go(Place.EARLIER, self._draft),
            ground=theme.WARN_SOFT,
            identifier="earlier",
        )

    def _section(
        self, section: "SectionState", inside: "list[Step]", *, is_open: bool
    ) -> ft.Control:
        words = self._session.words
        title = self._draft.interview.text(section.path, "label", words.language)
        if section.invalid:
            icon, color, state = ft.Icons.ERROR_OUTLINE, theme.BAD, words("not right")
        elif section.open_required:
            icon, color, state = ft.Icons.RADIO_BUTTON_UNCHECKED, theme.EDGE, words("open")
        else:
            icon, color, state = ft.Icons.CHECK_CIRCLE, theme.GOOD, words("complete")
        count = f"{section.answered}/{section.steps}"
        return self._row(
            ft.Icon(icon, size=20, color=color),
            text(title, bold=is_open, expand=True),
            text(count, theme.SMALL, color=theme.MUTED),
            spoken=f"{title}, {count}, {state}",
            act=lambda: self._go(inside[0].path),
            ground=theme.GROUND if is_open else None,
            identifier=f"section-{section.name}",
        )

    def _step(self, step: "Step", *, is_here: bool) -> ft.Control:
        interview, words = self._draft.interview, self._session.words
        label = interview.text(step.path, "label", words.language)
        instance = _INSTANCE.search(step.path)
        if instance and instance[1] not in label:
            label = f"{instance[1]} · {label}"
        icon, color, state = ft.Icons.REPEAT, theme.EDGE, ""
        if step.kind != "repeat":
            node = interview.node(step.path)
            if not node.valid:
                icon, color, state = ft.Icons.ERROR, theme.BAD, words("not right")
            elif node.value or node.aside:
                icon, color, state = ft.Icons.CHECK, theme.GOOD, words("answered")
            elif not node.question.asked:
                icon, color, state = ft.Icons.NOTES, theme.EDGE, ""
            else:
                icon, color, state = ft.Icons.CIRCLE, theme.LINE, words("open")
        said = text(label, theme.SMALL, bold=is_here, expand=True)
        said.max_lines, said.overflow = 1, ft.TextOverflow.ELLIPSIS
        return self._row(
            ft.Container(
                ft.Icon(icon, size=14, color=color), width=32, alignment=ft.Alignment.CENTER
            ),
            said,
            spoken=f"{label}, {state}" if state else label,
            act=lambda: self._go(step.path),
            ground=theme.ACCENT_SOFT if is_here else None,
            identifier="",
        )

    def _row(
        self,
        *cells: ft.Control,
        spoken: str,
        act: Callable[[], object],
        ground: str | None,
        identifier: str,
    ) -> ft.Control:
        made = ft.TextButton(
            content=ft.Semantics(
                label=spoken,
                exclude_semantics=True,
                content=ft.Row(list(cells), spacing=10),
            ),
            height=_ROW,
            on_click=self._session.act(lambda _: act()),
            style=ft.ButtonStyle(
                bgcolor=ground,
                side={
                    ft.ControlState.FOCUSED: ft.BorderSide(3, theme.FOCUS),
                    ft.ControlState.DEFAULT: ft.BorderSide(0, theme.CLEAR),
                },
                shape=ft.RoundedRectangleBorder(radius=8),
                padding=ft.Padding.symmetric(horizontal=8, vertical=4),
            ),
        )
        return ft.Semantics(identifier=identifier, content=made) if identifier else made

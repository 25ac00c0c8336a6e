"""What is still open or not right, by section, each a touch away."""

from itertools import groupby
from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.widgets.basics import card, heading, notice, text
from screens.widgets.frame import framed

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.navigation import Problem
    from screens.session import Session


class ReviewScreen:
    """The problems of a draft."""

    def __init__(self, session: "Session", draft: "Draft") -> None:
        """Take the draft."""
        self._session = session
        self._draft = draft

    def build(self) -> ft.Control:
        """Return the problems, or that there are none."""
        session, words = self._session, self._session.words
        interview = self._draft.interview
        problems = interview.problems()
        parts: list[ft.Control] = []
        for section, found in groupby(problems, key=lambda each: each.path.split("/")[2]):
            title = interview.text(f"/data/{section}", "label", words.language)
            parts.append(card(heading(title, level=2), *(self._row(each) for each in found)))
        if not parts:
            parts.append(notice(words("Nothing is open. The summary can be read back."), "good"))
        body = ft.Column(
            parts,
            spacing=16,
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        return framed(
            session,
            words("Still open"),
            ft.Container(
                ft.Container(body, width=min(760, session.width - 32)),
                padding=16,
                alignment=ft.Alignment.TOP_CENTER,
            ),
            back=session.act(lambda _: self._to("")),
        )

    def leave(self) -> bool:
        """Let go; nothing is typed here."""
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

    def _row(self, problem: "Problem") -> ft.Control:
        words, interview = self._session.words, self._draft.interview
        label = interview.text(problem.path, "label", words.language)
        is_wrong = problem.kind == "invalid"
        state = words("not right") if is_wrong else words("open")
        color = theme.BAD if is_wrong else theme.MUTED
        return ft.OutlinedButton(
            content=ft.Row(
                [
                    text(label, expand=True),
                    text(state, theme.SMALL, bold=True, color=color),
                    ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.EDGE),
                ],
                spacing=theme.GAP,
            ),
            height=56,
            style=ft.ButtonStyle(
                side={
                    ft.ControlState.FOCUSED: ft.BorderSide(3, theme.FOCUS),
                    ft.ControlState.DEFAULT: ft.BorderSide(1, theme.LINE),
                },
                shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
                padding=ft.Padding.symmetric(horizontal=16, vertical=8),
            ),
            on_click=self._session.act(lambda _: self._to(problem.path)),
        )

    def _to(self, path: str) -> None:
        from screens.interview import InterviewScreen  # noqa: PLC0415 - that screen leads here

        self._session.show(InterviewScreen(self._session, self._draft, path))

"""What is still open or not right, by section, each a touch away."""

from itertools import groupby
from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.places import Place, Still
from screens.widgets.basics import card, heading, notice, row_button, text
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.navigation import Problem
    from screens.session import Session


class ReviewScreen(Still):
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
        return framed(
            session,
            words("Still open"),
            pane(*parts, width=760),
            back=session.act(lambda _: self._to("")),
        )

    def _row(self, problem: "Problem") -> ft.Control:
        words, interview = self._session.words, self._draft.interview
        label = interview.text(problem.path, "label", words.language)
        is_wrong = problem.kind == "invalid"
        state = words("not right") if is_wrong else words("open")
        color = theme.BAD if is_wrong else theme.MUTED
        return row_button(
            f"{label}, {state}",
            [text(label, expand=True), text(state, theme.SMALL, bold=True, color=color)],
            self._session.act(lambda _: self._to(problem.path)),
        )

    def _to(self, path: str) -> None:
        self._session.go(Place.INTERVIEW, self._draft, path)

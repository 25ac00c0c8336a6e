"""What was told to an earlier questionnaire and has no question in this one: kept, never sent."""

from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.places import Place, Still
from screens.widgets.basics import card, notice, text
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.state import Orphan
    from screens.session import Session


class EarlierScreen(Still):
    """The answers of a draft that are kept apart."""

    def __init__(self, session: "Session", draft: "Draft") -> None:
        """Take the draft."""
        self._session = session
        self._draft = draft

    def build(self) -> ft.Control:
        """Return the answers, under what becomes of them."""
        session, words = self._session, self._session.words
        about = words(
            "This interview was begun with an earlier questionnaire. These answers have no "
            "question in this one. They stay sealed with the interview, are not read back and "
            "not sent, and are erased with it. Ask again where an answer is still needed."
        )
        return framed(
            session,
            words("Answers from an earlier questionnaire"),
            pane(
                notice(about),
                *(self._answer(each) for each in self._draft.interview.orphans),
                width=760,
            ),
            back=session.act(lambda _: session.go(Place.INTERVIEW, self._draft)),
        )

    def _answer(self, orphan: "Orphan") -> ft.Control:
        words = self._session.words
        lines: list[ft.Control] = [
            text(orphan.label, theme.SMALL, color=theme.MUTED),
            text(self._said(orphan), 18),
        ]
        if orphan.at:
            day = datetime.fromisoformat(orphan.at).astimezone()
            told = words("Told on {date}", date=f"{day:%d-%m-%Y}")
            lines.append(text(told, theme.SMALL, color=theme.MUTED))
        return card(*lines, gap=4)

    def _said(self, orphan: "Orphan") -> str:
        """Return an answer as it was told: in words where a choice or a code has them."""
        words, beside = self._session.words, orphan.beside
        if orphan.aside:
            return words("No answer") if orphan.aside == "declined" else words("Not known")
        return beside.get("label") or beside.get("own_words") or orphan.value

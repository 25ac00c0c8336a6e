"""What was told to an earlier questionnaire and has no place in this one: kept, never sent."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.places import Place, Still
from screens.widgets.basics import button, card, notice, quiet_button, text
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.state import Orphan
    from screens.session import Session

#: The number of the row that an answer stood in, the innermost.
_ROW = re.compile(r"\[(\d+)\][^\[]*$")


class EarlierScreen(Still):
    """The answers of a draft that are kept apart."""

    def __init__(self, session: "Session", draft: "Draft") -> None:
        """Take the draft."""
        self._session = session
        self._draft = draft
        self._asked_to_erase: Orphan | None = None

    def build(self) -> ft.Control:
        """Return the answers, under what becomes of them."""
        session, words = self._session, self._session.words
        about = words(
            "This interview was begun with an earlier questionnaire. These answers have no "
            "place in this one. They stay sealed with the interview, are not read back and "
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
        row = _ROW.search(orphan.path)
        label = f"{row[1]} · {orphan.label}" if row else orphan.label
        lines: list[ft.Control] = [
            text(label, theme.SMALL, color=theme.MUTED),
            text(self._said(orphan), 18),
        ]
        if orphan.at:
            day = datetime.fromisoformat(orphan.at).astimezone()
            told = words("Told on {date}", date=f"{day:%d-%m-%Y}")
            lines.append(text(told, theme.SMALL, color=theme.MUTED))
        return card(*lines, self._erasing(orphan), gap=8)

    def _erasing(self, orphan: "Orphan") -> ft.Control:
        """Return the way to erase an answer, on the resident's word and asked twice."""
        words, act = self._session.words, self._session.act
        if self._asked_to_erase is not orphan:
            return ft.Row(
                [
                    quiet_button(
                        words("Erase this answer"),
                        act(lambda _: self._ask(orphan)),
                        icon=ft.Icons.DELETE_OUTLINE,
                    )
                ]
            )
        return notice(
            words("Erase this answer? This cannot be undone."),
            "bad",
            button(words("Erase"), act(lambda _: self._erase(orphan))),
            button(words("Keep"), act(lambda _: self._ask(None))),
        )

    def _ask(self, orphan: "Orphan | None") -> None:
        self._asked_to_erase = orphan
        self._session.refresh()

    def _erase(self, orphan: "Orphan") -> None:
        self._draft.erase_orphan(orphan)
        if self._draft.interview.orphans:
            self._session.refresh()
        else:
            self._session.go(Place.INTERVIEW, self._draft)
        self._session.tell(self._session.words("The answer was erased."))

    def _said(self, orphan: "Orphan") -> str:
        """Return an answer as it was told: in words where a choice or a code has them."""
        words, beside = self._session.words, orphan.beside
        if orphan.aside:
            return words("No answer") if orphan.aside == "declined" else words("Not known")
        return beside.get("label") or beside.get("own_words") or orphan.value

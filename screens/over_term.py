"""What is here for longer than it may be, and a person's decision on each."""

from typing import TYPE_CHECKING

import flet as ft
from babel.dates import format_date

from screens import theme
from screens.places import Place, Still
from screens.said import record_state
from screens.widgets.basics import button, card, named, notice, text
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake_app.caseload import Person
    from intake_app.vault import Due
    from screens.session import Session


class OverTermScreen(Still):
    """Each record that is over its term: erase it now, or leave it."""

    def __init__(self, session: "Session") -> None:
        """Begin with no question asked."""
        self._session = session
        self._asks = ""

    def build(self) -> ft.Control:
        """Return what is over its term, the longest first."""
        session, words = self._session, self._session.words
        people = {person.record_id: person for person in session.caseload.people()}
        waiting = {row.record_id for row in session.caseload.outbox()}
        over = [due for due in session.caseload.over_term() if due.id in people]
        rows = [self._row(due, people[due.id], is_waiting=due.id in waiting) for due in over]
        about = words(
            "The terms are in the settings of your organisation. Erasing cannot be undone; what "
            "you leave stays in this list."
        )
        return framed(
            session,
            words("Over the term"),
            pane(
                text(about, color=theme.MUTED),
                *(rows or [notice(words("Nothing is over its term."), "good")]),
            ),
            back=session.act(lambda _: session.go(Place.PEOPLE)),
        )

    def _row(self, due: "Due", person: "Person", *, is_waiting: bool) -> ft.Control:
        words = self._session.words
        since = format_date(due.since.astimezone().date(), "d MMMM y", locale=words.language)
        lines = [
            f"{record_state(words, person.state)} · "
            + words("over its term since {date}", date=since),
            words("Only a person decides; it stays until then.")
            if due.decides == "person"
            else words("It goes by itself when two deliveries, a day apart, confirmed the date."),
        ]
        if is_waiting:
            lines.append(words("It is not delivered yet: who should get the profile gets nothing."))
        name = person.name or person.called or words("No name yet")
        if self._asks == due.id:
            end: ft.Control = notice(
                words("Erase this record and what waits for it? This cannot be undone."),
                "bad",
                named(f"erase-{due.id}", self._button(words("Erase"), self._erase, due.id)),
                self._button(words("Keep"), self._ask, ""),
            )
        else:
            ask = self._button(words("Erase from this device"), self._ask, due.id)
            end = ft.Row([named(f"ask-{due.id}", ask)])
        return card(
            text(name, 18, bold=True),
            *(text(line, theme.SMALL, color=theme.MUTED) for line in lines),
            end,
        )

    def _button(self, label: str, do: "Callable[[str], None]", about: str) -> ft.Control:
        return button(label, self._session.act(lambda _: do(about)))

    def _ask(self, record_id: str) -> None:
        self._asks = record_id
        self._session.refresh()

    def _erase(self, record_id: str) -> None:
        session = self._session
        session.caseload.erase(record_id)
        self._ask("")
        session.tell(session.words("The record was erased from this device."))

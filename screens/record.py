"""A finished interview: what became of it, where the resident will live, and its end."""

from typing import TYPE_CHECKING

import flet as ft

from screens import theme
from screens.places import Place, Still
from screens.said import recipient_name, row_state
from screens.widgets.basics import button, card, heading, main_button, notice, text
from screens.widgets.frame import framed, pane
from screens.widgets.search import CodeSearch

if TYPE_CHECKING:
    from intake_app.caseload import Person
    from screens.session import Session


class RecordScreen(Still):
    """One record that is no draft any more."""

    def __init__(self, session: "Session", record_id: str) -> None:
        """Take the record."""
        self._session = session
        self._record_id = record_id
        self._asks_to_erase = False
        self._chosen = ""

    def build(self) -> ft.Control:
        """Return its state, what waits for it, the placement, and the way to erase it."""
        session, words = self._session, self._session.words
        people = session.caseload.people()
        person = next((each for each in people if each.record_id == self._record_id), None)
        if person is None:
            parts: list[ft.Control] = [
                notice(words("This record was delivered and erased. Its receipt is in the outbox."))
            ]
        else:
            parts = [
                self._who(person),
                *self._call(),
                *self._placement(person),
                self._waiting(),
                self._erasing(),
            ]
        return framed(
            session,
            words("Finished interview"),
            pane(*parts, width=760),
            back=session.act(lambda _: session.go(Place.PEOPLE)),
        )

    def _who(self, person: "Person") -> ft.Control:
        words = self._session.words
        names: list[ft.Control] = [text(person.name or words("No name yet"), theme.LEAD, bold=True)]
        if person.own_script:
            names.append(text(person.own_script, theme.LEAD, language=person.language))
        lines = [words("V-number {number}", number=person.v_number)] if person.v_number else []
        if person.state == "stopped":
            lines.append(words("The resident did not want this interview."))
        if person.state == "handed":
            lines.append(words("This record was offered to a colleague's device."))
        lines.append(words("Kept on this device until {date}.", date=f"{person.due:%d-%m-%Y}"))
        return card(
            ft.Row(names, spacing=16, wrap=True),
            *(text(line, color=theme.MUTED) for line in lines),
        )

    def _call(self) -> list[ft.Control]:
        session = self._session
        if not session.caseload.asks_for_a_call(self._record_id):
            return []
        asked = session.words(
            "This person asked for a call before the placement: there is a place where they are "
            "not safe. Do not write down where or why."
        )
        return [notice(asked)]

    def _placement(self, person: "Person") -> list[ft.Control]:
        session, words = self._session, self._session.words
        codes = session.services.library["municipalities"]
        if person.state in {"stopped", "handed"}:
            return []
        if person.placement:
            name = codes.label(person.placement, words.language)
            said = words("Will live in {municipality}.", municipality=name)
            return [card(heading(words("Placement"), level=2), text(said, 18))]
        if "placement" not in session.caseload.vault.user.roles:
            return []
        if self._chosen:
            name = codes.label(self._chosen, words.language)
            asks: list[ft.Control] = [
                text(words("Give the profile to {municipality}?", municipality=name), 18),
                ft.Row(
                    [
                        main_button(words("Yes, place here"), session.act(lambda _: self._place())),
                        button(words("No"), session.act(lambda _: self._choose(""))),
                    ],
                    spacing=theme.GAP,
                ),
            ]
        else:
            search = CodeSearch(
                session,
                codes,
                languages=(words.language,),
                label=words("Municipality"),
                on_pick=self._choose,
            )
            asks = [
                text(
                    words(
                        "Where will this resident live? A person decides; the app advises nothing."
                    ),
                    color=theme.MUTED,
                ),
                search.control,
            ]
        return [card(heading(words("Placement"), level=2), *asks)]

    def _waiting(self) -> ft.Control:
        session, words = self._session, self._session.words
        rows = [row for row in session.caseload.outbox() if row.record_id == self._record_id]
        lines: list[ft.Control] = [
            ft.Row(
                [
                    text(recipient_name(session, row.recipient), expand=True),
                    text(row_state(words, row), theme.SMALL, bold=True, color=theme.MUTED),
                ]
            )
            for row in rows
        ]
        if not lines:
            lines = [text(words("Nothing waits to be delivered."), color=theme.MUTED)]
        outbox = button(
            words("To the outbox"), session.act(self._outbox), icon=ft.Icons.OUTBOX_OUTLINED
        )
        return card(heading(words("Delivery"), level=2), *lines, ft.Row([outbox]))

    def _erasing(self) -> ft.Control:
        session, words = self._session, self._session.words
        if not self._asks_to_erase:
            ask = button(
                words("Erase from this device"),
                session.act(lambda _: self._ask_to_erase(on=True)),
                icon=ft.Icons.DELETE_FOREVER_OUTLINED,
            )
            return ft.Row([ask])
        return notice(
            words("Erase this record and what waits for it? This cannot be undone."),
            "bad",
            button(words("Erase"), session.act(lambda _: self._erase())),
            button(words("Keep"), session.act(lambda _: self._ask_to_erase(on=False))),
        )

    def _choose(self, code: str) -> None:
        self._chosen = code
        self._session.refresh()

    def _place(self) -> None:
        self._session.caseload.place(self._record_id, self._chosen)
        self._session.refresh()

    def _ask_to_erase(self, *, on: bool) -> None:
        self._asks_to_erase = on
        self._session.refresh()

    def _erase(self) -> None:
        session = self._session
        session.caseload.erase(self._record_id)
        session.go(Place.PEOPLE)
        session.tell(session.words("The record was erased from this device."))

    def _outbox(self, _: object) -> None:
        self._session.go(Place.OUTBOX)

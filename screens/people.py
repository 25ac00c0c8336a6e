"""The caseload: whose interview is where, and the way to a new one."""

from typing import TYPE_CHECKING

import flet as ft
from babel.dates import format_datetime

from intake_app.draft import DRAFT
from intake_app.finding import Finder
from screens import theme
from screens.places import Place, Still
from screens.said import record_state, upgrade_said
from screens.widgets.basics import (
    button,
    field,
    heading,
    icon_button,
    main_button,
    named,
    notice,
    patch,
    row_button,
    text,
)
from screens.widgets.frame import framed

if TYPE_CHECKING:
    from intake_app.caseload import Person
    from screens.session import Session

_ROW_HEIGHT = 92


class PeopleScreen(Still):
    """Everybody on this device, with a search in memory; nothing is indexed on disk."""

    def __init__(self, session: "Session") -> None:
        """Read the caseload."""
        self._session = session
        self._people = session.caseload.people()
        self._finder = Finder(self._people)
        words = session.words
        self._search = field(
            words("Search by name or V-number"),
            on_change=session.act(self._searched),
            prefix_icon=ft.Icons.SEARCH,
        )
        self._list = ft.ListView(spacing=8, expand=True, padding=ft.Padding.only(right=8))
        self._count = text("", theme.SMALL, color=theme.MUTED)

    def build(self) -> ft.Control:
        """Return the list under its tools, or what to do where it is empty."""
        session, words = self._session, self._session.words
        new = main_button(words("New interview"), session.act(self._new), icon=ft.Icons.ADD)
        body: ft.Control
        if self._people:
            self._fill()
            body = ft.Column(
                [
                    *self._over_term(),
                    ft.Row(
                        [ft.Container(named("search", self._search), expand=True), new],
                        spacing=theme.GAP,
                    ),
                    ft.Semantics(live_region=True, content=self._count),
                    self._list,
                ],
                spacing=theme.GAP,
                expand=True,
            )
        else:
            body = self._empty(new)
        settings = session.caseload.settings
        waiting = len(session.caseload.outbox())
        outbox = words("Outbox") if not waiting else words("Outbox ({number})", number=waiting)
        return framed(
            session,
            words("Interviews"),
            ft.Container(
                ft.Container(body, width=960),
                padding=ft.Padding.symmetric(horizontal=16, vertical=theme.WIDE_GAP),
                alignment=ft.Alignment.TOP_CENTER,
            ),
            tools=(
                text(
                    f"{settings.organisation}, {settings.location}",
                    theme.SMALL,
                    color=theme.MUTED,
                ),
                button(outbox, session.act(self._outbox), icon=ft.Icons.OUTBOX_OUTLINED),
                icon_button(
                    ft.Icons.SETTINGS_OUTLINED, words("Settings"), session.act(self._settings)
                ),
            ),
        )

    def _empty(self, new: ft.Control) -> ft.Control:
        words = self._session.words
        return ft.Container(
            ft.Column(
                [
                    ft.Icon(ft.Icons.FORUM_OUTLINED, size=64, color=theme.EDGE),
                    heading(words("No interviews on this device yet"), level=2),
                    text(
                        words(
                            "Start one when the resident and the interpreter are there. Each "
                            "answer is kept at once, also without a network."
                        ),
                        color=theme.MUTED,
                    ),
                    new,
                ],
                spacing=theme.WIDE_GAP,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                alignment=ft.MainAxisAlignment.CENTER,
            ),
            alignment=ft.Alignment.CENTER,
            expand=True,
        )

    def _over_term(self) -> list[ft.Control]:
        words, number = self._session.words, sum(person.overdue for person in self._people)
        if not number:
            return []
        said = words.plural(
            "{number} interview is here for longer than it may be. Decide what happens to it.",
            "{number} interviews are here for longer than they may be. Decide what happens to "
            "them.",
            number,
        )
        decide = button(
            words("Decide"), self._session.act(lambda _: self._session.go(Place.OVER_TERM))
        )
        return [notice(said, "warn", decide)]

    def _searched(self, _: object) -> None:
        self._fill()
        patch(self._list)
        patch(self._count)

    def _fill(self) -> None:
        words = self._session.words
        found = self._finder.find(self._search.value)
        self._list.controls = [self._row(person) for person in found]
        self._count.value = words.plural("{number} interview", "{number} interviews", len(found))

    def _row(self, person: "Person") -> ft.Control:
        words, session = self._session.words, self._session
        name = person.name or person.called or words("No name yet")
        own = [text(person.own_script, language=person.language)] if person.own_script else []
        number = person.v_number or words("no V-number yet")
        when = format_datetime(person.updated.astimezone(), "d MMMM", locale=session.words.language)
        state, ink, ground = self._state(person)
        share = person.answered / person.total if person.total else 0.0
        who = ft.Column(
            [
                ft.Row([text(name, 18, bold=True), *own], spacing=theme.GAP),
                text(f"{number} · {when}", theme.SMALL, color=theme.MUTED),
            ],
            spacing=4,
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        how_far = ft.Column(
            [
                ft.Container(
                    text(state, theme.SMALL, bold=True, color=ink),
                    bgcolor=ground,
                    border_radius=20,
                    padding=ft.Padding.symmetric(horizontal=12, vertical=4),
                ),
                ft.ProgressBar(
                    value=share,
                    width=140,
                    bar_height=6,
                    border_radius=3,
                    color=theme.ACCENT,
                    bgcolor=theme.LINE,
                    visible=person.state == DRAFT,
                ),
            ],
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.END,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        open_it = row_button(
            f"{name}, {number}, {state}",
            [who, how_far],
            session.act(lambda _: self._open(person)),
            height=_ROW_HEIGHT,
        )
        return named(f"record-{person.record_id}", open_it)

    def _state(self, person: "Person") -> tuple[str, str, str]:
        words = self._session.words
        if person.overdue:
            return words("Term has passed"), theme.BAD, theme.BAD_SOFT
        ink, ground = {
            "draft": (theme.ACCENT, theme.ACCENT_SOFT),
            "finalised": (theme.WARN, theme.WARN_SOFT),
            "placed": (theme.GOOD, theme.GOOD_SOFT),
        }.get(person.state, (theme.MUTED, theme.GROUND))
        return record_state(words, person.state), ink, ground

    def _open(self, person: "Person") -> None:
        session = self._session
        if person.state == DRAFT:
            draft = session.caseload.open(person.record_id)
            session.go(Place.INTERVIEW, draft)
            if draft.upgraded is not None:
                session.tell(upgrade_said(session.words, draft.upgraded), "warn")
        else:
            session.go(Place.RECORD, person.record_id)

    def _new(self, _: object) -> None:
        self._session.go(Place.LANGUAGE)

    def _outbox(self, _: object) -> None:
        self._session.go(Place.OUTBOX)

    def _settings(self, _: object) -> None:
        self._session.go(Place.SETTINGS)

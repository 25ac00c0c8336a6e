"""The caseload: whose interview is where, and the way to a new one."""

from functools import partial
from typing import TYPE_CHECKING

import flet as ft
from babel.dates import format_datetime

from intake_app.draft import LANGUAGE
from screens import theme
from screens.widgets.basics import (
    button,
    field,
    heading,
    icon_button,
    main_button,
    named,
    notice,
    patch,
    text,
)
from screens.widgets.choices import Option, OptionList
from screens.widgets.frame import framed

if TYPE_CHECKING:
    from intake_app.caseload import Person
    from screens.session import Session

_ROW_HEIGHT = 92


class PeopleScreen:
    """Everybody on this device, with a search in memory; nothing is indexed on disk."""

    def __init__(self, session: "Session") -> None:
        """Read the caseload."""
        self._session = session
        self._people = session.caseload.people()
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
                ft.Container(body, width=min(960, session.width - 32)),
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

    def leave(self) -> bool:
        """Let go; nothing is typed here that must stay."""
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

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

    def _searched(self, _: object) -> None:
        self._fill()
        patch(self._list)
        patch(self._count)

    def _fill(self) -> None:
        words = self._session.words
        wanted = self._search.value.casefold().split()
        found = [person for person in self._people if _matches(person, wanted)]
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
        content = ft.Row(
            [
                ft.Column(
                    [
                        ft.Row([text(name, 18, bold=True), *own], spacing=theme.GAP),
                        text(f"{number} · {when}", theme.SMALL, color=theme.MUTED),
                    ],
                    spacing=4,
                    expand=True,
                    alignment=ft.MainAxisAlignment.CENTER,
                ),
                ft.Column(
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
                            semantics_label=words("Answered"),
                            visible=person.state == "draft",
                        ),
                    ],
                    spacing=8,
                    horizontal_alignment=ft.CrossAxisAlignment.END,
                    alignment=ft.MainAxisAlignment.CENTER,
                ),
                ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.EDGE),
            ],
            spacing=theme.WIDE_GAP,
        )
        spoken = f"{name}, {number}, {state}"
        return named(
            f"record-{person.record_id}",
            ft.OutlinedButton(
                content=ft.Semantics(label=spoken, exclude_semantics=True, content=content),
                height=_ROW_HEIGHT,
                style=_row_style(),
                on_click=session.act(partial(self._open, person.record_id)),
            ),
        )

    def _state(self, person: "Person") -> tuple[str, str, str]:
        words = self._session.words
        if person.overdue:
            return words("Term has passed"), theme.BAD, theme.BAD_SOFT
        return {
            "draft": (words("In progress"), theme.ACCENT, theme.ACCENT_SOFT),
            "finalised": (words("Waits for placement"), theme.WARN, theme.WARN_SOFT),
            "placed": (words("Placed"), theme.GOOD, theme.GOOD_SOFT),
            "stopped": (words("Stopped"), theme.MUTED, theme.GROUND),
        }.get(person.state, (person.state, theme.MUTED, theme.GROUND))

    def _open(self, record_id: str, _: object) -> None:
        from screens.interview import open_record  # noqa: PLC0415 - this screen comes back here

        open_record(self._session, record_id)

    def _new(self, _: object) -> None:
        self._session.show(LanguageScreen(self._session))

    def _outbox(self, _: object) -> None:
        from screens.outbox import OutboxScreen  # noqa: PLC0415 - this screen comes back here

        self._session.show(OutboxScreen(self._session))

    def _settings(self, _: object) -> None:
        from screens.settings import SettingsScreen  # noqa: PLC0415 - this screen comes back here

        self._session.show(SettingsScreen(self._session))


class LanguageScreen:
    """The choice of the language that the resident reads along in."""

    def __init__(self, session: "Session") -> None:
        """Take the languages that the questionnaire is there in."""
        self._session = session

    def build(self) -> ft.Control:
        """Return one large button a language, in Dutch and in itself."""
        session, words = self._session, self._session.words
        form = session.services.form
        names = session.services.library["languages"]
        options = tuple(
            Option(
                language.code,
                tuple(
                    names.label(language.code, each)
                    for each in dict.fromkeys((words.language, language.code))
                ),
            )
            for language in form.languages
        )
        picks = [
            OptionList(
                (option,),
                languages=tuple(dict.fromkeys((words.language, option.name))),
                on_choose=session.act(self._start),
            ).control
            for option in options
        ]
        body = ft.Column(
            [
                text(
                    words("The resident reads along in this language, beside Dutch."),
                    color=theme.MUTED,
                ),
                *picks,
                notice(words("One interview for each adult, not one for a household.")),
            ],
            spacing=theme.GAP,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        return framed(
            session,
            words("The language of the interview"),
            ft.Container(
                ft.Container(body, width=640),
                padding=theme.WIDE_GAP,
                alignment=ft.Alignment.TOP_CENTER,
            ),
            back=session.act(lambda _: session.show(PeopleScreen(session))),
        )

    def leave(self) -> bool:
        """Let go; nothing is typed here."""
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

    def _start(self, language: str) -> None:
        from screens.interview import InterviewScreen  # noqa: PLC0415 - this screen comes back here

        draft = self._session.caseload.start(language)
        steps = draft.interview.steps()
        first = next((each.path for each in steps if each.path != LANGUAGE), "")
        self._session.show(InterviewScreen(self._session, draft, first))


def _matches(person: "Person", wanted: list[str]) -> bool:
    hay = f"{person.name} {person.called} {person.own_script} {person.v_number}".casefold()
    return all(word in hay for word in wanted)


def _row_style() -> ft.ButtonStyle:
    return ft.ButtonStyle(
        bgcolor=theme.SURFACE,
        side={
            ft.ControlState.FOCUSED: ft.BorderSide(3, theme.FOCUS),
            ft.ControlState.DEFAULT: ft.BorderSide(1, theme.LINE),
        },
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        padding=ft.Padding.symmetric(horizontal=20, vertical=8),
    )

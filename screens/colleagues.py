"""The people on this device, for its administrator: who is here, as what, and who comes."""

from typing import TYPE_CHECKING

import flet as ft

from intake_app.vault import generate_passphrase
from screens import theme
from screens.places import Place
from screens.said import role_options, roles_of, roles_said
from screens.widgets.basics import (
    card,
    field,
    heading,
    main_button,
    named,
    notice,
    row_button,
    text,
)
from screens.widgets.choices import OptionList
from screens.widgets.frame import framed, pane
from screens.working import Working

if TYPE_CHECKING:
    from intake_app.vault import User
    from screens.session import Session

_ROW_HEIGHT = 76


class ColleaguesScreen:
    """Everybody who can unlock this device, and a way to add somebody."""

    def __init__(self, session: "Session") -> None:
        """Begin with nobody to add and no role chosen."""
        self._session = session
        words = session.words
        self._people = session.caseload.vault.people
        self._name = field(words("Name"))
        self._roles = OptionList(
            role_options(words),
            languages=(words.language,),
            several=True,
            on_choose=lambda _: None,
        )
        self._working = Working(session, self)

    def build(self) -> ft.Control:
        """Return the list, and the form for who comes."""
        session, words = self._session, self._session.words
        users = self._people.users()
        add = main_button(
            words("Add"),
            self._working.act(self._add),
            icon=ft.Icons.PERSON_ADD_OUTLINED,
            disabled=self._working.is_busy,
        )
        about = words(
            "A temporary passphrase is made, and shown once. At the first unlocking the person "
            "chooses another."
        )
        return framed(
            session,
            words("People on this device"),
            pane(
                *self._waits(users),
                card(*(self._row(user) for user in users)),
                card(
                    heading(words("Add somebody"), level=2),
                    named("name", self._name),
                    self._roles.control,
                    text(about, theme.SMALL, color=theme.MUTED),
                    self._working.bar(words("Adding")),
                    ft.Row([add]),
                ),
            ),
            back=session.act(lambda _: session.go(Place.SETTINGS)),
        )

    def leave(self) -> bool:
        """Let go, but not in the middle: a passphrase that is made has to be shown."""
        return not self._working.is_busy

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

    def _waits(self, users: "tuple[User, ...]") -> list[ft.Control]:
        """Tell what only a colleague can bring to the newest keys."""
        words, pending = self._session.words, self._people.pending()
        if not pending.elsewhere:
            return []
        names = {user.id: user.name for user in users}
        recovery = words("the organisation's recovery key")
        who = sorted(names.get(each, recovery) for each in pending.waits_for)
        said = words.plural(
            "{number} part of what is stored still lies under an older key. It moves to the "
            "newest when one of these unlocks here: {names}.",
            "{number} parts of what is stored still lie under older keys. They move to the "
            "newest when one of these unlocks here: {names}.",
            pending.elsewhere,
            names=", ".join(who),
        )
        return [notice(said)]

    def _row(self, user: "User") -> ft.Control:
        session, words = self._session, self._session.words
        said = [roles_said(words, user.roles)]
        if user.temporary:
            said.append(words("Has yet to choose a passphrase."))
        lines = [text(line, theme.SMALL, color=theme.MUTED) for line in said]
        who = ft.Column(
            [text(user.name, 18, bold=True), *lines],
            spacing=2,
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        open_it = row_button(
            ". ".join([user.name, *said]),
            [who],
            session.act(lambda _: session.go(Place.COLLEAGUE, user.id)),
            height=_ROW_HEIGHT + 20 * (len(user.roles) + user.temporary - 1),
        )
        return named(f"user-{user.id}", open_it)

    async def _add(self, _: object) -> None:
        name, roles = self._name.value, roles_of(self._roles)
        given = generate_passphrase()
        user = await self._working.do(lambda: self._people.add(name, roles, given))
        self._session.go(Place.COLLEAGUE, user.id, given)
        self._session.rewrap()

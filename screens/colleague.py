"""One person on this device, for its administrator: name, roles, passphrase, and leaving."""

from typing import TYPE_CHECKING

import flet as ft

from intake_app.errors import UserMissing
from intake_app.vault import generate_passphrase
from screens import theme
from screens.places import Place
from screens.said import role_options, roles_of, roles_said
from screens.widgets.basics import (
    button,
    card,
    field,
    heading,
    main_button,
    named,
    notice,
    shown_once,
    text,
)
from screens.widgets.choices import OptionList
from screens.widgets.frame import framed, pane
from screens.working import Working

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from intake_app.vault import Change, User
    from screens.session import Session


class ColleagueScreen:
    """What an administrator changes about a person; each change is a step of its own."""

    def __init__(self, session: "Session", user_id: str, given: str = "") -> None:
        """Take who it is, and the temporary passphrase where one was made just now."""
        self._session = session
        words = session.words
        self._vault = session.caseload.vault
        self._people = self._vault.people
        self._user = self._find(user_id)
        self._given = given
        self._asks = ""
        self._name = field(words("Name"), value=self._user.name)
        self._roles = OptionList(
            role_options(words),
            languages=(words.language,),
            chosen=" ".join(self._user.roles),
            several=True,
            on_choose=lambda _: None,
        )
        self._working = Working(session, self)

    def build(self) -> ft.Control:
        """Return what is to be handed over, the name, the roles, and the two ways out."""
        session, words = self._session, self._session.words
        is_self = self._user.id == self._vault.user.id
        return framed(
            session,
            words("A person on this device"),
            pane(
                *self._to_hand_over(),
                self._working.bar(words("Changing")),
                card(
                    heading(self._user.name, level=2),
                    named("name", self._name),
                    ft.Row([self._button(words("Change the name"), self._rename)]),
                ),
                card(
                    heading(words("Roles"), level=2),
                    self._roles.control,
                    ft.Row([self._button(words("Change the roles"), self._change_roles)]),
                ),
                *([] if is_self else [self._lost(), self._leaving()]),
            ),
            back=session.act(lambda _: session.go(Place.COLLEAGUES)),
        )

    def leave(self) -> bool:
        """Let go, but not in the middle; the passphrase is not shown again."""
        if not self._working.is_busy:
            self._given = ""
        return not self._working.is_busy

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

    def _find(self, user_id: str) -> "User":
        user = next((each for each in self._people.users() if each.id == user_id), None)
        if user is None:
            raise UserMissing
        return user

    def _to_hand_over(self) -> list[ft.Control]:
        session, words = self._session, self._session.words
        if not self._given:
            return []
        about = words(
            "Give this to {name} so that nobody else sees it. It is shown once. At the first "
            "unlocking {name} chooses another.",
            name=self._user.name,
        )
        return [
            card(
                heading(words("A temporary passphrase"), level=2),
                text(about),
                shown_once(self._given),
                ft.Row([main_button(words("I have written it down"), session.act(self._put_away))]),
            )
        ]

    def _lost(self) -> ft.Control:
        words = self._session.words
        about = words(
            "Nobody can read or recover a passphrase. Who lost it gets a temporary one, and new "
            "keys with it."
        )
        return self._with_question(
            "reset",
            heading(words("The passphrase is lost"), level=2),
            text(about, color=theme.MUTED),
            begin=words("Give a temporary passphrase"),
            question=words(
                "Give {name} a temporary passphrase? The present one opens nothing any more.",
                name=self._user.name,
            ),
            do=self._reset,
        )

    def _leaving(self) -> ft.Control:
        words, held = self._session.words, self._people.drafts(self._user.id)
        about = words(
            "From then on this person opens nothing here. Every key that the person held is "
            "renewed. What was stored before was readable to the person until now."
        )
        return self._with_question(
            "remove",
            heading(words("Leaving"), level=2),
            text(about, color=theme.MUTED),
            *self._said_of(held),
            begin=words("Remove from this device"),
            question=words("Remove {name}? This cannot be undone.", name=self._user.name),
            do=self._remove,
        )

    def _said_of(self, drafts: "Iterable[str]") -> list[ft.Control]:
        """Tell of drafts: how many, and whose where this administrator may read that."""
        words, held = self._session.words, frozenset(drafts)
        if not held:
            return [text(words("This person holds no open interviews."))]
        names: list[str] = []
        if "records" in self._vault.user.purposes:
            people = self._session.caseload.people()
            names = [
                person.name or person.called or words("No name yet")
                for person in people
                if person.record_id in held
            ]
        return [text(_left(self._session, len(held)), bold=True), *(text(name) for name in names)]

    def _with_question(
        self,
        what: str,
        *about: ft.Control,
        begin: str,
        question: str,
        do: "Callable[[object], Awaitable[None]]",
    ) -> ft.Control:
        """Return a card whose button asks first."""
        words = self._session.words
        if self._asks == what:
            no = button(words("No"), self._session.act(lambda _: self._ask("")))
            ask = notice(question, "bad", self._button(words("Yes"), do), no)
            return card(*about, ask)
        start = button(
            begin, self._session.act(lambda _: self._ask(what)), disabled=self._working.is_busy
        )
        return card(*about, ft.Row([start]))

    def _button(self, label: str, do: "Callable[[object], Awaitable[None]]") -> ft.Control:
        return button(label, self._working.act(do), disabled=self._working.is_busy)

    def _ask(self, what: str) -> None:
        self._asks = what
        self._session.refresh()

    def _put_away(self, _: object) -> None:
        self._given = ""
        self._session.refresh()

    async def _rename(self, _: object) -> None:
        words, name = self._session.words, self._name.value
        self._user = await self._working.do(lambda: self._people.rename(self._user.id, name))
        self._name.value = self._user.name
        self._session.refresh()
        self._session.tell(words("The name is changed."))

    async def _change_roles(self, _: object) -> None:
        words, roles = self._session.words, roles_of(self._roles)
        change = await self._change(lambda: self._people.change_roles(self._user.id, roles))
        self._session.refresh()
        said = words("From now on: {roles}.", roles=roles_said(words, change.user.roles))
        self._tell(said, change)

    async def _reset(self, _: object) -> None:
        words, given = self._session.words, generate_passphrase()
        change = await self._change(lambda: self._people.reset(self._user.id, given))
        self._given = given
        self._session.refresh()
        self._tell(words("The person has a temporary passphrase."), change)

    async def _remove(self, _: object) -> None:
        session, words = self._session, self._session.words
        change = await self._change(lambda: self._people.remove(self._user.id))
        session.go(Place.COLLEAGUES)
        self._tell(words("{name} is removed.", name=change.user.name), change)

    async def _change(self, work: "Callable[[], Change]") -> "Change":
        self._asks = ""
        change = await self._working.do(work)
        self._user = change.user
        self._session.rewrap()
        return change

    def _tell(self, said: str, change: "Change") -> None:
        if change.drafts:
            said = f"{said} {_left(self._session, len(change.drafts))}"
        self._session.tell(said, "warn" if change.drafts else "good")


def _left(session: "Session", number: int) -> str:
    return session.words.plural(
        "{number} open interview is then held by nobody: a placement officer gives it to a "
        "colleague.",
        "{number} open interviews are then held by nobody: a placement officer gives them to a "
        "colleague.",
        number,
    )

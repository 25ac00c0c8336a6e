"""Unlock: who are you, and your passphrase."""

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from intake_app.errors import IntakeError, TooManyAttempts
from screens import theme
from screens.widgets.basics import main_button, named, notice, secret_field, text
from screens.widgets.choices import Option, OptionList
from screens.widgets.frame import sheet

if TYPE_CHECKING:
    from intake_app.vault import Vault
    from screens.session import Session


class UnlockScreen:
    """The locked device: nothing of an interview can be seen or guessed here."""

    def __init__(self, session: "Session", vault: "Vault") -> None:
        """Take the locked vault."""
        self._session = session
        self._vault = vault
        users = vault.users()
        self._user_id = users[0].id if len(users) == 1 else ""
        words = session.words
        self._users = OptionList(
            tuple(Option(user.id, (user.name,)) for user in users),
            languages=("nl",),
            chosen=self._user_id,
            on_choose=session.act(self._choose),
        )
        self._many = len(users) > 1
        self._only_name = users[0].name if len(users) == 1 else ""
        self._passphrase = secret_field(
            session,
            words("Passphrase"),
            autofocus=True,
            on_submit=session.act(self._unlock),
        )
        self._button = main_button(
            words("Unlock"), session.act(self._unlock), icon=ft.Icons.LOCK_OPEN_OUTLINED
        )
        self._busy = ft.ProgressBar(visible=False, semantics_label=words("Unlocking"))
        self._said = ft.Container(visible=False)

    def build(self) -> ft.Control:
        """Return the sheet."""
        words = self._session.words
        who: ft.Control = text(self._only_name, theme.LEAD, bold=True)
        if self._many:
            who = self._users.control
        demo = self._session.services.demo
        hints = []
        if demo is not None:
            hints.append(
                notice(
                    words(
                        "This is a demonstration with invented residents. The passphrase is: "
                        "{passphrase}",
                        passphrase=demo.passphrase,
                    )
                )
            )
        return sheet(
            words("Intake is locked"),
            *hints,
            who,
            named("passphrase", self._passphrase),
            self._said,
            self._busy,
            self._button,
        )

    def leave(self) -> bool:
        """Let go; a passphrase is not kept."""
        self._passphrase.value = ""
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys: Enter in the field unlocks."""

    def _choose(self, user_id: str) -> None:
        self._user_id = user_id

    async def _unlock(self, _: object) -> None:
        words = self._session.words
        if self._button.disabled:
            return
        if not self._user_id:
            self._say(words("Choose who you are."))
            return
        if not self._passphrase.value:
            self._say(words("Type your passphrase."))
            return
        self._set_busy(busy=True)
        try:
            vault = await asyncio.to_thread(
                self._vault.unlock, self._user_id, self._passphrase.value
            )
        except TooManyAttempts as error:
            self._say(error.say(words))
        except IntakeError as error:
            self._passphrase.value = ""
            self._say(error.say(words))
        else:
            self._passphrase.value = ""
            self._session.unlocked(vault)
            return
        self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy.visible = busy
        self._button.disabled = busy
        self._session.page.update()

    def _say(self, sentence: str) -> None:
        self._said.content = notice(sentence, "bad")
        self._said.visible = True
        self._session.page.update()

"""Another passphrase: chosen by whoever wants one, and first by who was given a temporary one."""

from typing import TYPE_CHECKING

import flet as ft

from intake_app.errors import IntakeError, VaultLocked
from intake_app.vault import MIN_PASSPHRASE, generate_passphrase
from screens import theme
from screens.places import Place
from screens.widgets.basics import (
    button,
    main_button,
    named,
    notice,
    quiet_button,
    secret_field,
    shown_once,
    text,
)
from screens.widgets.frame import sheet
from screens.working import Working

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault
    from screens.session import Session


class PassphraseScreen:
    """The present passphrase, the new one, and the new one again."""

    def __init__(self, session: "Session") -> None:
        """Take who is to choose."""
        self._session = session
        self._is_first = self._vault.user.temporary
        self._working = Working(session, self)
        words, submit = session.words, self._working.act(self._change)
        label = words("The temporary passphrase") if self._is_first else words("Your passphrase")
        self._old = secret_field(session, label, autofocus=True, on_submit=submit)
        self._new = secret_field(session, words("The new passphrase"), on_submit=submit)
        self._again = secret_field(session, words("The new passphrase again"), on_submit=submit)
        self._generated = ""
        self._said = ""

    @property
    def _vault(self) -> "UnlockedVault":
        if self._session.vault is None:
            raise VaultLocked
        return self._session.vault

    def build(self) -> ft.Control:
        """Return the sheet."""
        session, words, busy = self._session, self._session.words, self._working.is_busy
        about = (
            words(
                "Your administrator gave you a passphrase to begin with. Choose one that only "
                "you know; then you can go on."
            )
            if self._is_first
            else words("From the next time on you unlock with the new one.")
        )
        away = (
            button(words("Lock"), session.act(lambda _: session.lock()), disabled=busy)
            if self._is_first
            else button(words("Back"), session.act(lambda _: self._to_settings()), disabled=busy)
        )
        change = main_button(
            words("Change the passphrase"), self._working.act(self._change), disabled=busy
        )
        return sheet(
            words("Choose a passphrase"),
            text(about),
            named("old", self._old),
            *self._choosing(),
            *([notice(self._said, "bad")] if self._said else []),
            self._working.bar(words("Changing the passphrase")),
            ft.Row([away, ft.Container(change, expand=True)], spacing=theme.GAP),
        )

    def leave(self) -> bool:
        """Let go, but not in the middle; no passphrase is kept."""
        self._forget()
        return not self._working.is_busy

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys: Enter in a field changes it."""

    def _choosing(self) -> list[ft.Control]:
        session, words = self._session, self._session.words
        if self._generated:
            return [
                text(words("This is shown once. Write it down, then type it below.")),
                shown_once(self._generated),
                named("again", self._again),
                quiet_button(
                    words("Choose my own passphrase"), session.act(lambda _: self._generate(""))
                ),
            ]
        hint = words(
            "At least {number} characters; a sentence that you remember is fine.",
            number=MIN_PASSPHRASE,
        )
        return [
            text(hint, theme.SMALL, color=theme.MUTED),
            named("new", self._new),
            named("again", self._again),
            quiet_button(
                words("Make a passphrase for me"),
                session.act(lambda _: self._generate(generate_passphrase())),
                icon=ft.Icons.AUTO_AWESOME,
            ),
        ]

    def _generate(self, phrase: str) -> None:
        self._generated = phrase
        self._new.value = self._again.value = ""
        self._say("")

    async def _change(self, _: object) -> None:
        session, words, vault = self._session, self._session.words, self._vault
        old, new = self._old.value, self._generated or self._new.value
        if not old or self._again.value != new:
            self._say(
                words("The two are not the same. Type the passphrase again.")
                if old
                else words("Type your passphrase.")
            )
            return
        self._said = ""
        try:
            await self._working.do(lambda: vault.people.change_passphrase(old, new))
        except VaultLocked:
            raise
        except IntakeError as error:
            self._old.value = ""
            self._say(error.say(words))
            return
        if self._is_first:
            session.enter()
        else:
            self._to_settings()
        session.tell(words("Your passphrase was changed."))

    def _to_settings(self) -> None:
        self._session.go(Place.SETTINGS)

    def _forget(self) -> None:
        self._old.value = self._new.value = self._again.value = self._generated = ""

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self._session.refresh_if(self)

"""The wizard of a first start: the place, the first user, the passphrase."""

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from intake_app.errors import IntakeError
from intake_app.settings import Settings
from intake_app.vault import MIN_PASSPHRASE, Vault, generate_passphrase
from screens import theme
from screens.places import Still
from screens.widgets.basics import (
    button,
    field,
    main_button,
    named,
    notice,
    quiet_button,
    secret_field,
    shown_once,
    text,
)
from screens.widgets.frame import sheet

if TYPE_CHECKING:
    from screens.session import Session

_PLACE, _USER, _PASSPHRASE = range(3)


class SetupScreen(Still):
    """Three short steps; the vault is made at the end of the last."""

    def __init__(self, session: "Session") -> None:
        """Begin at the first step."""
        self._session = session
        words = session.words
        onward = session.act(self._onward)
        self._step = _PLACE
        self._organisation = field(words("Organisation"), autofocus=True, on_submit=onward)
        self._location = field(words("Location"), on_submit=onward)
        self._user = field(words("Your name"), autofocus=True, on_submit=onward)
        self._typed = secret_field(session, words("Passphrase"), on_submit=onward)
        self._again = secret_field(session, words("The same passphrase again"), on_submit=onward)
        self._generated = ""
        self._said = ""
        self._is_busy = False

    def build(self) -> ft.Control:
        """Return the sheet of the present step."""
        words = self._session.words
        make = (self._place, self._who, self._secret)[self._step]
        title, controls = make()
        said = [notice(self._said, "bad")] if self._said else []
        busy = ft.ProgressBar(semantics_label=words("Making the vault"), visible=self._is_busy)
        onward = main_button(
            words("Make the vault") if self._step == _PASSPHRASE else words("Next"),
            self._session.act(self._onward),
            disabled=self._is_busy,
        )
        steps: list[ft.Control] = [ft.Container(onward, expand=True)]
        if self._step > _PLACE:
            steps.insert(
                0, button(words("Back"), self._session.act(self._back), disabled=self._is_busy)
            )
        where = text(
            words("Step {number} of {total}", number=self._step + 1, total=3),
            theme.SMALL,
            color=theme.MUTED,
        )
        return sheet(title, where, *controls, *said, busy, ft.Row(steps, spacing=theme.GAP))

    def _place(self) -> tuple[str, list[ft.Control]]:
        words = self._session.words
        about = words(
            "Welcome. This device has no vault yet. What you enter here can be changed later."
        )
        return words("Set up this device"), [
            text(about),
            named("organisation", self._organisation),
            named("location", self._location),
        ]

    def _who(self) -> tuple[str, list[ft.Control]]:
        words = self._session.words
        about = words(
            "The first user holds interviews, places residents and administers this device."
        )
        return words("Who are you?"), [text(about), named("user", self._user)]

    def _secret(self) -> tuple[str, list[ft.Control]]:
        words, act = self._session.words, self._session.act
        warning = notice(
            words(
                "Nobody can read the interviews without this passphrase, and nobody can recover "
                "it. Keep it where only you can find it."
            )
        )
        if self._generated:
            return words("Your passphrase"), [
                text(words("This is shown once. Write it down, then type it below.")),
                shown_once(self._generated),
                named("again", self._again),
                quiet_button(words("Choose my own passphrase"), act(self._own)),
                warning,
            ]
        hint = words(
            "At least {number} characters; a sentence that you remember is fine.",
            number=MIN_PASSPHRASE,
        )
        return words("Choose a passphrase"), [
            text(hint),
            named("passphrase", self._typed),
            named("again", self._again),
            quiet_button(
                words("Make a passphrase for me"), act(self._generate), icon=ft.Icons.AUTO_AWESOME
            ),
            warning,
        ]

    def _generate(self, _: object) -> None:
        self._generated = generate_passphrase()
        self._empty_secrets()

    def _own(self, _: object) -> None:
        self._generated = ""
        self._empty_secrets()

    def _empty_secrets(self) -> None:
        self._typed.value = self._again.value = ""
        self._say("")

    def _back(self, _: object) -> None:
        self._step -= 1
        self._say("")

    async def _onward(self, _: object) -> None:
        if self._is_busy:
            return
        missing = self._missing()
        if missing or self._step < _PASSPHRASE:
            self._step += 0 if missing else 1
            self._say(missing)
            return
        await self._make()

    def _missing(self) -> str:
        """Return what is still needed at this step, as a sentence; nothing where all is well."""
        words = self._session.words
        if self._step == _PLACE:
            if not (_filled(self._organisation) and _filled(self._location)):
                return words("Fill in the organisation and the location.")
        elif self._step == _USER:
            if not _filled(self._user):
                return words("Fill in your name, as colleagues know it.")
        elif not self._generated and len(self._typed.value) < MIN_PASSPHRASE:
            return words(
                "A passphrase has at least {minimum} characters. Longer is better.",
                minimum=MIN_PASSPHRASE,
            )
        elif self._again.value != (self._generated or self._typed.value):
            return words("The two are not the same. Type the passphrase again.")
        return ""

    async def _make(self) -> None:
        session = self._session
        services = session.services
        settings = Settings(
            organisation=self._organisation.value.strip(), location=self._location.value.strip()
        )
        self._is_busy = True
        self._say("")
        try:
            vault = await asyncio.to_thread(
                Vault.create,
                services.folder,
                device=services.device,
                user_name=self._user.value.strip(),
                passphrase=self._again.value,
                settings=settings.to_json(),
                clock=services.clock,
            )
        except IntakeError as error:
            self._is_busy = False
            self._say(error.say(session.words))
            return
        self._generated = ""
        self._typed.value = self._again.value = ""
        session.unlocked(vault)

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self._session.refresh()


def _filled(control: ft.TextField) -> bool:
    return bool(control.value.strip())

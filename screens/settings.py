"""Settings: whose device this is, when it locks, where profiles go, which version this is."""

from dataclasses import replace
from typing import TYPE_CHECKING

import flet as ft

from intake_app import __version__
from intake_app.settings import ORGANISATION
from screens import theme
from screens.places import Place, Still
from screens.questions.typing import ascii_digits
from screens.said import recipient_name, roles_said
from screens.widgets.basics import button, card, field, heading, main_button, named, text
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from screens.session import Session


class SettingsScreen(Still):
    """What an administrator sets; others see it."""

    def __init__(self, session: "Session") -> None:
        """Read the settings."""
        self._session = session
        words = session.words
        self._settings = session.caseload.settings
        can = "administrator" in session.caseload.vault.user.roles
        self._may_save = can
        self._organisation = field(
            words("Organisation"), value=self._settings.organisation, read_only=not can
        )
        self._location = field(words("Location"), value=self._settings.location, read_only=not can)
        self._idle = field(
            words("Lock after this many minutes without use"),
            value=str(self._settings.idle_lock_minutes),
            keyboard=ft.KeyboardType.NUMBER,
            read_only=not can,
        )

    def build(self) -> ft.Control:
        """Return the settings, by subject."""
        session, words = self._session, self._session.words
        save = main_button(words("Save"), session.act(self._save))
        device: list[ft.Control] = [
            named("organisation", self._organisation),
            named("location", self._location),
            named("idle", self._idle),
        ]
        if self._may_save:
            colleagues = button(
                words("People on this device"),
                session.act(lambda _: session.go(Place.COLLEAGUES)),
                icon=ft.Icons.GROUP_OUTLINED,
            )
            device.append(ft.Row([save, colleagues], wrap=True))
        connected = [
            ft.Column(
                [
                    text(recipient_name(session, name), bold=True),
                    text(str(endpoint.get("zaken", "")), theme.SMALL, color=theme.MUTED),
                ],
                spacing=2,
            )
            for name, endpoint in sorted(
                self._settings.endpoints.items(), key=lambda pair: (pair[0] != ORGANISATION, pair)
            )
        ]
        if not connected:
            connected = [ft.Column([text(words("No case system is connected yet."))])]
        form = session.services.form
        about = [
            words("Intake {version}", version=__version__),
            words("Questionnaire {id}, version {version}", id=form.id, version=form.version),
            words("Licence: EUPL-1.2. Fonts: Noto, OFL-1.1."),
        ]
        return framed(
            session,
            words("Settings"),
            pane(
                card(heading(words("This device"), level=2), *device),
                self._you(),
                self._secret(),
                card(heading(words("Where profiles go"), level=2), *connected),
                card(heading(words("About"), level=2), *(text(line) for line in about)),
                width=760,
            ),
            back=None
            if session.home is Place.SETTINGS
            else session.act(lambda _: session.go(session.home)),
        )

    def _secret(self) -> ft.Control:
        words, device = self._session.words, self._session.services.device
        where = {
            "file": words("In a file on this device"),
            "keyring": words("In the system's keyring"),
        }[device.kind]
        return card(
            heading(words("This device's own key"), level=2),
            text(where, bold=True),
            text(words(device.meaning)),
        )

    def _you(self) -> ft.Control:
        session, words = self._session, self._session.words
        change = button(
            words("Change my passphrase"),
            session.act(lambda _: session.go(Place.PASSPHRASE)),
            icon=ft.Icons.KEY_OUTLINED,
        )
        user = session.caseload.vault.user
        return card(
            heading(words("You"), level=2),
            text(words("You are {name}.", name=user.name)),
            text(roles_said(words, user.roles), theme.SMALL, color=theme.MUTED),
            ft.Row([change]),
        )

    def _save(self, _: object) -> None:
        session, words = self._session, self._session.words
        minutes = ascii_digits(self._idle.value.strip())
        if not minutes.isdecimal():
            session.tell(words("The idle time before locking is 1 to 60 minutes."), "bad")
            return
        settings = replace(
            self._settings,
            organisation=self._organisation.value.strip(),
            location=self._location.value.strip(),
            idle_lock_minutes=int(minutes),
        )
        session.caseload.save_settings(settings)
        self._settings = settings
        session.apply(settings)
        session.tell(words("The settings are saved."))

"""One browser session: its page, its screen, and the unlocked vault that belongs to it alone.

Every handler of a screen runs through `Session.act`: it counts as a sign of life for the idle
lock, and what goes wrong becomes one sentence on the screen, never a traceback.
"""

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flet as ft

from intake_app.caseload import Caseload
from intake_app.errors import ConfigurationError, IntakeError, VaultLocked, VaultMissing
from intake_app.settings import Settings
from intake_app.vault import Vault
from intake_app.words import Words
from screens import theme
from screens.places import Place, Plan, Screen
from screens.watch import IdleWatch
from screens.widgets.basics import icon_button, notice, patch

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault
    from screens.services import Services

logger = logging.getLogger("intake_app.screens")

#: Seconds between looks at the clock.
_WATCH = 2.0


class Session:
    """What one window shows and holds."""

    def __init__(self, page: ft.Page, services: "Services", plan: Plan) -> None:
        """Take the page of a browser session, the run's services, and which screen is where."""
        self.page = page
        self.services = services
        self._plan = plan
        self.words = Words.load(services.ui_language)
        self.vault: UnlockedVault | None = None
        self._caseload: Caseload | None = None
        self._door: Vault | None = None
        self._screen: Screen | None = None
        self._watched = IdleWatch(services.clock, limit=0.0)
        self._is_wide = True
        self._ended = False
        self._notice = ft.Container(
            visible=False, padding=ft.Padding(left=16, top=12, right=16, bottom=0)
        )
        self._stage = ft.Container(expand=True)

    # What screens ask

    @property
    def caseload(self) -> Caseload:
        """The caseload of the user who was let in; raises VaultLocked."""
        if self._caseload is None:
            raise VaultLocked
        return self._caseload

    @property
    def home(self) -> Place:
        """Where this user begins: an administrator alone works on no records."""
        purposes = self.caseload.vault.user.purposes
        return Place.PEOPLE if "records" in purposes else Place.SETTINGS

    @property
    def width(self) -> float:
        """The window's width in logical pixels."""
        return float(self.page.width or theme.WIDE)

    def act(self, do: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a handler: a sign of life, and an error becomes a sentence."""
        if inspect.iscoroutinefunction(do):

            async def later(event: object) -> None:
                self.stay()
                try:
                    await do(event)
                except Exception as error:  # noqa: BLE001 - the border to the person
                    self.complain(error)

            return later

        def now(event: object) -> None:
            self.stay()
            try:
                do(event)
            except Exception as error:  # noqa: BLE001 - the border to the person
                self.complain(error)

        return now

    def stay(self) -> None:
        """Note a sign of life: the idle lock counts from here."""
        self._watched.sign()

    def complain(self, error: Exception) -> None:
        """Say what went wrong; values of answers are neither shown nor logged."""
        if isinstance(error, VaultLocked) and self.vault is not None and self.vault.locked:
            self.lock()
        if isinstance(error, IntakeError):
            self.tell(error.say(self.words), "bad")
        else:
            trace, place = error.__traceback__, ""
            while trace is not None:
                place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
                trace = trace.tb_next
            logger.error("unexpected %s in %s", type(error).__name__, place)
            self.tell(IntakeError().say(self.words), "bad")

    def tell(self, sentence: str, kind: str = "good") -> None:
        """Show a sentence above the screen until the screen changes or it is put away."""
        close = icon_button(
            ft.Icons.CLOSE, self.words("Put this message away"), self.act(lambda _: self.hush())
        )
        self._notice.content = notice(sentence, kind, close)
        self._notice.visible = True
        patch(self._notice)

    def hush(self) -> None:
        """Put the sentence away."""
        if self._notice.visible:
            self._notice.visible = False
            self._notice.content = None
            patch(self._notice)

    def go(self, place: Place, *about: object) -> bool:
        """Leave the present screen for a place; False where the present one must stay."""
        if self._screen is not None and not self._screen.leave():
            return False
        self._show(self._plan[place](self, *about))
        return True

    def _show(self, screen: Screen) -> None:
        self.hush()
        self._screen = screen
        self._stage.content = screen.build()
        patch(self._stage)

    def refresh(self) -> None:
        """Build the present screen again, as when the window's width crossed a threshold."""
        if self._screen is not None:
            self._stage.content = self._screen.build()
            patch(self._stage)

    def refresh_if(self, screen: Screen) -> None:
        """Build a screen again where it is still the one that is shown."""
        if self._screen is screen:
            self.refresh()

    # The window's life

    def dress(self) -> None:
        """Set the page up: fonts, theme, the place for a screen, what the window tells us."""
        page, words = self.page, self.words
        page.title = words("Intake")
        page.fonts = theme.fonts()
        page.theme = theme.theme()
        page.theme_mode = ft.ThemeMode.LIGHT
        page.locale_configuration = ft.LocaleConfiguration(
            supported_locales=[ft.Locale("nl", "NL")], current_locale=ft.Locale("nl", "NL")
        )
        page.bgcolor = theme.GROUND
        self._is_wide = self.width >= theme.WIDE
        page.padding = 0
        page.spacing = 0
        page.on_keyboard_event = self.act(self._key)
        page.on_resize = self._resized
        page.on_disconnect = lambda _: self._watched.away()
        page.on_connect = lambda _: self._back_in_sight()
        page.on_close = lambda _: self.end()
        page.on_app_lifecycle_state_change = self._seen
        page.add(ft.SafeArea(ft.Column([self._notice, self._stage], spacing=0), expand=True))

    def begin(self) -> None:
        """Show the first screen and start to watch the clock."""
        self._ended = False
        self.restart()
        self.page.run_task(self._watch)

    def wait(self, screen: Screen) -> None:
        """Show a screen of a session that holds no vault."""
        self._show(screen)

    def restart(self) -> None:
        """Show what a locked device shows: unlock, or the wizard where there is no vault yet."""
        self._close_door()
        services = self.services
        try:
            self._door = Vault.open(services.folder, device=services.device, clock=services.clock)
            self.go(Place.UNLOCK, self._door)
        except VaultMissing:
            self.go(Place.SETUP)
        except IntakeError as error:
            self.go(Place.TROUBLE, error)

    def unlocked(self, vault: "UnlockedVault") -> None:
        """Take an unlocked vault; a passphrase that was given is changed before anything else."""
        self.vault = vault
        try:
            self.apply(Settings.load(vault.settings()))
        except ConfigurationError as error:
            self._forget()
            self.go(Place.TROUBLE, error)
            return
        self._watched.begin()
        if vault.user.temporary:
            self.go(Place.PASSPHRASE)
        else:
            self.enter()

    def enter(self) -> None:
        """Let the user in: until here there is no caseload, so that no other screen works."""
        if self.vault is None:
            raise VaultLocked
        services = self.services
        self._caseload = Caseload(self.vault, services.form, services.library, services.clock)
        self.go(self.home)
        self.rewrap()

    def rewrap(self) -> None:
        """Bring to the newest keys what this user's keys open, while the screens go on."""
        self.page.run_task(self._rewrap)

    async def _rewrap(self) -> None:
        vault = self.vault
        if vault is None:
            return
        try:
            await asyncio.to_thread(
                vault.people.rewrap, cancelled=lambda: vault.locked or vault.only_delivers
            )
        except VaultLocked:
            pass  # whoever unlocks next goes on
        except IntakeError as error:
            # Nobody asked for it, and whoever unlocks next tries again.
            logger.warning("re-wrapping stopped: %s", type(error).__name__)

    def apply(self, settings: Settings) -> None:
        """Take over what the settings say about this session."""
        self._watched.limit = settings.idle_lock_minutes * 60.0

    def lock(self) -> None:
        """Save what is typed, forget the keys and show the unlock screen."""
        self._forget()
        self.restart()

    def lock_if_idle(self) -> None:
        """Lock when the session was left alone for longer than the settings allow.

        What only delivers may do so out of sight: there is nothing in it to be read.
        """
        if self.vault is None:
            return
        delivers = self.vault.only_delivers
        if self._watched.is_idle if delivers else self._watched.is_over:
            self.lock()
            self.tell(self.words("Locked after a time without use. All answers are saved."))

    def end(self) -> None:
        """Lock and let the vault go: the window is gone, or another one took over."""
        self._ended = True
        self._forget()
        self._close_door()

    @property
    def is_gone(self) -> bool:
        """Whether nobody looks at this window any more."""
        return self.page.session.connection is None

    def _forget(self) -> None:
        if self._screen is not None and self.vault is not None:
            with contextlib.suppress(IntakeError):
                self._screen.leave()
        self._screen = None
        self._caseload = None
        if self.vault is not None:
            self.vault.close()
            self.vault = self._door = None

    def _close_door(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None

    async def _watch(self) -> None:
        while not self._ended:
            await asyncio.sleep(_WATCH)
            self.lock_if_idle()

    def _key(self, event: ft.KeyboardEvent) -> None:
        if self._screen is not None:
            self._screen.key(event)

    def _resized(self, event: ft.PageResizeEvent) -> None:
        if self._is_wide != (event.width >= theme.WIDE):
            self._is_wide = event.width >= theme.WIDE
            self.refresh()

    def _back_in_sight(self) -> None:
        self._watched.back()
        self.lock_if_idle()

    def _seen(self, event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state in {ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE}:
            self._watched.away()
        elif event.state in {ft.AppLifecycleState.SHOW, ft.AppLifecycleState.RESUME}:
            self._back_in_sight()

"""One browser session: its page, its screen, and the unlocked vault that belongs to it alone.

Every handler of a screen runs through `Session.act`: it counts as a sign of life for the idle
lock, and what goes wrong becomes one sentence on the screen, never a traceback.
"""

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import flet as ft

from intake_app.caseload import Caseload
from intake_app.errors import IntakeError, VaultLocked, VaultMissing
from intake_app.settings import Settings
from intake_app.vault import Vault
from intake_app.words import Words
from screens import theme
from screens.widgets.basics import icon_button, notice, patch

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault
    from screens.services import Services

logger = logging.getLogger("intake_app.screens")

#: Seconds between looks at the clock.
_WATCH = 2.0
#: Seconds that the app may be out of sight, or its browser away, before it locks.
_AWAY = 60.0


class Screen(Protocol):
    """What fills the window."""

    def build(self) -> ft.Control:
        """Return the screen's controls, made new."""
        ...

    def leave(self) -> bool:
        """Save what is typed; False where it could not be saved and must stay on the screen."""
        ...

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take a key that was pressed."""
        ...


class Session:
    """What one window shows and holds."""

    def __init__(self, page: ft.Page, services: "Services") -> None:
        """Take the page of a browser session, and the services of the run."""
        self.page = page
        self.services = services
        self.words = Words.load(services.ui_language)
        self.vault: UnlockedVault | None = None
        self._caseload: Caseload | None = None
        self._door: Vault | None = None
        self._screen: Screen | None = None
        self._idle_limit = 0.0
        self._last_act = services.clock.elapsed()
        self._away_since: float | None = None
        self._ended = False
        self._notice = ft.Container(
            visible=False, padding=ft.Padding(left=16, top=12, right=16, bottom=0)
        )
        self._stage = ft.Container(expand=True)

    # What screens ask

    @property
    def caseload(self) -> Caseload:
        """The caseload of the unlocked vault; raises VaultLocked."""
        if self._caseload is None:
            raise VaultLocked
        return self._caseload

    @property
    def width(self) -> float:
        """The window's width in logical pixels."""
        return float(self.page.width or theme.WIDE)

    def act(self, do: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a handler: a sign of life, and an error becomes a sentence."""
        if inspect.iscoroutinefunction(do):

            async def later(event: object) -> None:
                self._last_act = self.services.clock.elapsed()
                try:
                    await do(event)
                except Exception as error:  # noqa: BLE001 - the border to the person
                    self.complain(error)

            return later

        def now(event: object) -> None:
            self._last_act = self.services.clock.elapsed()
            try:
                do(event)
            except Exception as error:  # noqa: BLE001 - the border to the person
                self.complain(error)

        return now

    def complain(self, error: Exception) -> None:
        """Say what went wrong; values of answers are neither shown nor logged."""
        if isinstance(error, VaultLocked) and self._caseload is not None:
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

    def show(self, screen: Screen) -> bool:
        """Leave the present screen and show another; False where the present one must stay."""
        if self._screen is not None and not self._screen.leave():
            return False
        self._show(screen)
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
        page.padding = 0
        page.spacing = 0
        page.on_keyboard_event = self.act(self._key)
        page.on_resize = self._resized
        page.on_disconnect = self._went
        page.on_connect = self._came
        page.on_close = lambda _: self.end()
        page.on_app_lifecycle_state_change = self._seen
        page.on_error = lambda _: None
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
        from screens.setup import SetupScreen  # noqa: PLC0415 - these screens come back here
        from screens.trouble import TroubleScreen  # noqa: PLC0415
        from screens.unlock import UnlockScreen  # noqa: PLC0415

        self._close_door()
        services = self.services
        try:
            self._door = Vault.open(services.folder, device=services.device, clock=services.clock)
            self._show(UnlockScreen(self, self._door))
        except VaultMissing:
            self._show(SetupScreen(self))
        except IntakeError as error:
            self._show(TroubleScreen(self, error))

    def unlocked(self, vault: "UnlockedVault") -> None:
        """Take an unlocked vault and show the caseload."""
        from screens.people import PeopleScreen  # noqa: PLC0415 - this screen comes back here

        self.vault = vault
        services = self.services
        self._caseload = Caseload(vault, services.form, services.library, services.clock)
        self.apply(self._caseload.settings)
        self._last_act = services.clock.elapsed()
        self._show(PeopleScreen(self))

    def apply(self, settings: Settings) -> None:
        """Take over what the settings say about this session."""
        self._idle_limit = settings.idle_lock_minutes * 60.0

    def lock(self) -> None:
        """Save what is typed, forget the keys and show the unlock screen."""
        self._forget()
        self.restart()

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
        if self._screen is not None and self._caseload is not None:
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
            if self._caseload is not None and self._is_idle():
                self.lock()
                self.tell(self.words("Locked after a time without use. All answers are saved."))

    def _is_idle(self) -> bool:
        now = self.services.clock.elapsed()
        away = self._away_since is not None and now - self._away_since > _AWAY
        return away or now - self._last_act > self._idle_limit

    def _key(self, event: ft.KeyboardEvent) -> None:
        if self._screen is not None:
            self._screen.key(event)

    def _resized(self, event: ft.PageResizeEvent) -> None:
        was_wide = getattr(self, "_was_wide", None)
        is_wide = event.width >= theme.WIDE
        self._was_wide = is_wide
        if was_wide is not None and was_wide != is_wide:
            self.refresh()

    def _went(self, _: object) -> None:
        self._away_since = self.services.clock.elapsed()

    def _came(self, _: object) -> None:
        self._away_since = None

    def _seen(self, event: ft.AppLifecycleStateChangeEvent) -> None:
        hidden = {ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE}
        if event.state in hidden:
            self._away_since = self.services.clock.elapsed()
        elif event.state in {ft.AppLifecycleState.SHOW, ft.AppLifecycleState.RESUME}:
            self._away_since = None

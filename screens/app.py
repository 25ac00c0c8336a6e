"""Where a browser session becomes a session of the app: one a run may hold the vault."""

from collections.abc import Callable
from types import MappingProxyType

import flet as ft

from screens.colleague import ColleagueScreen
from screens.colleagues import ColleaguesScreen
from screens.earlier import EarlierScreen
from screens.interview import InterviewScreen
from screens.language import LanguageScreen
from screens.outbox import OutboxScreen
from screens.over_term import OverTermScreen
from screens.passphrase import PassphraseScreen
from screens.people import PeopleScreen
from screens.places import Place, Plan
from screens.record import RecordScreen
from screens.review import ReviewScreen
from screens.services import DemoHints, Services
from screens.session import Session
from screens.settings import SettingsScreen
from screens.setup import SetupScreen
from screens.summary import SummaryScreen
from screens.trouble import TakenScreen, TroubleScreen
from screens.unlock import UnlockScreen

__all__ = ["PLAN", "DemoHints", "Seat", "Services", "make_main"]

PLAN: Plan = MappingProxyType(
    {
        Place.TROUBLE: TroubleScreen,
        Place.SETUP: SetupScreen,
        Place.UNLOCK: UnlockScreen,
        Place.PASSPHRASE: PassphraseScreen,
        Place.PEOPLE: PeopleScreen,
        Place.LANGUAGE: LanguageScreen,
        Place.INTERVIEW: InterviewScreen,
        Place.EARLIER: EarlierScreen,
        Place.REVIEW: ReviewScreen,
        Place.SUMMARY: SummaryScreen,
        Place.RECORD: RecordScreen,
        Place.OUTBOX: OutboxScreen,
        Place.OVER_TERM: OverTermScreen,
        Place.SETTINGS: SettingsScreen,
        Place.COLLEAGUES: ColleaguesScreen,
        Place.COLLEAGUE: ColleagueScreen,
    }
)


class Seat:
    """The one place at the vault. A second window is told so; it may take over, and unlocks."""

    def __init__(self) -> None:
        """Begin with nobody in it."""
        self._holder: Session | None = None

    def enter(self, session: Session, *, by_force: bool = False) -> None:
        """Give a session the place, or tell it that another window has it."""
        holder = self._holder
        if holder is None or holder is session or holder.is_gone or by_force:
            self._holder = session
            if holder is not None and holder is not session:
                holder.end()
                if not holder.is_gone:
                    self._tell(holder)
            session.begin()
        else:
            self._tell(session)

    def _tell(self, session: Session) -> None:
        session.wait(TakenScreen(session, lambda: self.enter(session, by_force=True)))


def make_main(services: Services) -> Callable[[ft.Page], None]:
    """Return what Flet calls for each browser session of this run."""
    seat = Seat()

    def main(page: ft.Page) -> None:
        session = Session(page, services, PLAN)
        session.dress()
        seat.enter(session)

    return main

"""The resident's language: chosen at the start, and shown beside the screener's."""

from typing import TYPE_CHECKING

import flet as ft

from intake_app.draft import LANGUAGE
from screens import theme
from screens.places import Place, Still
from screens.widgets.basics import notice, text
from screens.widgets.choices import Option, OptionList
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from screens.session import Session


def languages_of(session: "Session", draft: "Draft") -> tuple[str, ...]:
    """Return the languages to show: the screener's, and the resident's where it is another."""
    own = session.words.language
    resident = draft.interview.node(LANGUAGE).value
    known = {language.code for language in draft.interview.form.languages}
    return (own, resident) if resident in known and resident != own else (own,)


class LanguageScreen(Still):
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
        return framed(
            session,
            words("The language of the interview"),
            pane(
                text(
                    words("The resident reads along in this language, beside Dutch."),
                    color=theme.MUTED,
                ),
                *picks,
                notice(words("One interview for each adult, not one for a household.")),
                width=640,
            ),
            back=session.act(lambda _: session.go(Place.PEOPLE)),
        )

    def _start(self, language: str) -> None:
        draft = self._session.caseload.start(language)
        steps = draft.interview.steps()
        first = next((each.path for each in steps if each.path != LANGUAGE), "")
        self._session.go(Place.INTERVIEW, draft, first)

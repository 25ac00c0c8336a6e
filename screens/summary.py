"""The read-back: what was answered, in two languages, and the resident's word on it."""

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from intake_app.profile.summary import summary
from intake_app.words import Words, is_right_to_left
from screens import theme
from screens.language import languages_of
from screens.places import Place
from screens.questions.card import QuestionCard
from screens.widgets.basics import (
    button,
    card,
    heading,
    icon_button,
    main_button,
    notice,
    patch,
    text,
)
from screens.widgets.bilingual import bilingual
from screens.widgets.frame import framed, pane

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.session import Change
    from intake_app.profile.summary import SummaryLine, SummarySection
    from screens.session import Session

#: The section of the questionnaire that this screen asks.
SUMMARY = "/data/summary/"


class SummaryScreen:
    """Everything on one page, to be read aloud; then the resident's word on it."""

    def __init__(self, session: "Session", draft: "Draft") -> None:
        """Take the draft."""
        self._session = session
        self._draft = draft
        self._languages = languages_of(session, draft)
        self._cards: dict[str, QuestionCard] = {}
        self._asks = ft.Column(spacing=theme.WIDE_GAP)
        self._end = ft.Container()
        self._busy = ft.ProgressBar(visible=False, semantics_label=session.words("Finishing"))
        self._is_busy = False

    def build(self) -> ft.Control:
        """Return the read-back, the question about it, and the end."""
        session, words, act = self._session, self._session.words, self._session.act
        intro = [words("This is what I wrote down. Please tell me what is not right.")]
        if len(self._languages) > 1:
            resident = Words.load(self._languages[1])
            intro.append(
                resident.about(
                    "resident", "This is what I wrote down. Please tell me what is not right."
                )
            )
        self._fill()
        return framed(
            session,
            words("Summary for the resident"),
            pane(
                card(bilingual(tuple(intro), self._languages, theme.LEAD, bold=True)),
                *self._sections(),
                self._asks,
                self._end,
                width=980,
            ),
            back=act(lambda _: self._to("")),
        )

    def leave(self) -> bool:
        """Keep what is typed."""
        return all(each.flush() for each in self._cards.values())

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys: the page is read, not walked."""

    def _sections(self) -> list[ft.Control]:
        """Return the summary in each language, section by section, side by side."""
        library = self._session.services.library
        told = [summary(self._draft.interview, each, library) for each in self._languages]
        return [self._section(same) for same in zip(*told, strict=True)]

    def _section(self, same: "tuple[SummarySection, ...]") -> ft.Control:
        """Return one section as each language has it."""
        titles = tuple(each.title for each in same)
        head = bilingual(
            titles, self._languages, theme.LEAD, bold=True, color=theme.ACCENT, heading_level=2
        )
        rows: list[ft.Control] = []
        for lines in zip(*(each.lines for each in same), strict=True):
            rows += [ft.Divider(height=1, color=theme.LINE), self._line(lines)]
        return card(head, *rows)

    def _line(self, same: "tuple[SummaryLine, ...]") -> ft.Control:
        """Return one question and its answer as each language has it."""
        questions = tuple(each.question for each in same)
        answers = tuple(map(self._said, same, self._languages))
        words = self._session.words
        mend = icon_button(
            ft.Icons.EDIT_OUTLINED,
            words("Change: {question}", question=questions[0]),
            self._session.act(lambda _: self._to(same[0].path)),
        )
        said = [
            ft.Container(
                ft.Column(
                    [
                        text(question, theme.SMALL, language=language, color=theme.MUTED),
                        text(answer, 18, language=language),
                    ],
                    spacing=4,
                ),
                rtl=is_right_to_left(language),
                expand=True,
            )
            for question, answer, language in zip(questions, answers, self._languages, strict=True)
        ]
        return ft.Row(
            [*said, mend], spacing=theme.GAP, vertical_alignment=ft.CrossAxisAlignment.START
        )

    def _said(self, line: "SummaryLine", language: str) -> str:
        words = self._session.words
        is_own = language == words.language
        resident = words if is_own else Words.load(language)
        if line.status == "declined":
            return words("No answer") if is_own else resident.about("resident", "No answer")
        if line.status == "unknown":
            return words("Not known") if is_own else resident.about("resident", "Not known")
        return line.answer or line.own_words

    def _fill(self) -> None:
        """Show the questions of the summary that are relevant now, and the end."""
        paths = [
            step.path for step in self._draft.interview.steps() if step.path.startswith(SUMMARY)
        ]
        for path in paths:
            if path not in self._cards:
                self._cards[path] = QuestionCard(
                    self._session,
                    self._draft,
                    path,
                    self._languages,
                    on_change=self._changed,
                    on_wait=lambda: None,
                    onward=lambda: None,
                )
        self._cards = {path: self._cards[path] for path in paths}
        self._asks.controls = [card(each.control) for each in self._cards.values()]
        self._show_end()

    def _changed(self, _: "Change") -> None:
        self._fill()
        patch(self._asks)
        patch(self._end)

    def _show_end(self) -> None:
        words, act = self._session.words, self._session.act
        problems = self._draft.interview.problems()
        elsewhere = [each for each in problems if not each.path.startswith(SUMMARY)]
        finish = main_button(
            words("Finish the interview"),
            act(self._finish),
            icon=ft.Icons.TASK_ALT,
            disabled=bool(problems) or self._is_busy,
        )
        if elsewhere:
            sentence = words.plural(
                "{number} question is still open or not right.",
                "{number} questions are still open or not right.",
                len(elsewhere),
            )
            show = button(words("Show what is open"), act(lambda _: self._review()))
            self._end.content = notice(sentence, "warn", show)
            return
        about = words(
            "After this nothing can be changed here. The profile waits, sealed, in the outbox, "
            "and what was said about health can be opened by the placement officer only."
        )
        self._end.content = card(
            heading(words("Finish"), level=2),
            text(about, color=theme.MUTED),
            self._busy,
            ft.Row([finish]),
        )

    async def _finish(self, _: object) -> None:
        if self._is_busy or not self.leave():
            return
        self._set_busy(busy=True)
        try:
            await asyncio.to_thread(self._draft.finalise)
        finally:
            self._set_busy(busy=False)
        session = self._session
        session.go(Place.RECORD, self._draft.record_id)
        session.tell(session.words("The interview is finished and sealed."))

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        self._busy.visible = busy
        self._show_end()
        patch(self._end)

    def _to(self, path: str) -> None:
        self._session.go(Place.INTERVIEW, self._draft, path)

    def _review(self) -> None:
        self._session.go(Place.REVIEW, self._draft)

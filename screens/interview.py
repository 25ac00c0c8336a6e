"""The interview: one question at a time in two languages, with an outline to jump anywhere."""

import re
import time
from typing import TYPE_CHECKING

import flet as ft
from babel.dates import format_time

from intake_app.draft import LANGUAGE, READY
from screens import theme
from screens.language import languages_of
from screens.outline import Outline
from screens.places import Place
from screens.questions.card import QuestionCard
from screens.questions.repeat import RepeatCard
from screens.summary import SUMMARY
from screens.walk import following, preceding
from screens.widgets.basics import button, main_button, notice, patch, text
from screens.widgets.bilingual import bilingual
from screens.widgets.frame import framed

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.session import Change
    from screens.session import Session

#: Seconds within which a second step forward is the same press of a key, seen twice.
_ONE_PRESS = 0.25
_DIGIT = re.compile(r"(?:Digit |Numpad )?([1-9])")


class InterviewScreen:
    """A draft, walked through step by step."""

    def __init__(self, session: "Session", draft: "Draft", path: str = "") -> None:
        """Take the draft and where to go on: a step, else where it was left, else its start."""
        self._session = session
        self._draft = draft
        steps = [step.path for step in draft.interview.steps()]
        self._path = next(each for each in (path, draft.at, steps[0]) if each in steps)
        self._card: QuestionCard | RepeatCard | None = None
        self._moved_at = 0.0
        self._tabbed = False
        self._outline_is_open = False
        self._outline = Outline(session, draft, self._go)
        self._place = ft.Column(
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
        self._side = ft.Container(visible=False)
        self._saved = ft.Row(spacing=6, tight=True)
        self._bar = ft.ProgressBar(
            value=0,
            bar_height=6,
            color=theme.ACCENT,
            bgcolor=theme.LINE,
            semantics_label=session.words("Progress"),
        )
        self._count = text("", theme.SMALL, color=theme.MUTED)
        self._after = ft.Container(visible=False)
        undo = session.words("Undo")
        self._undo_button = button(undo, session.act(lambda _: self._undo()), icon=ft.Icons.UNDO)
        self._undo_button.tooltip = ft.Tooltip(
            session.words("Take back what was done last (Ctrl+Z)"), exclude_from_semantics=True
        )

    def build(self) -> ft.Control:
        """Return the whole screen for the window's width."""
        session, words, act = self._session, self._session.words, self._session.act
        is_wide = session.width >= theme.WIDE
        if self._card is None:
            self._ask()
        self._outline.fill(self._path)
        self._side = ft.Container(
            self._outline.control,
            width=300 if is_wide else None,
            expand=not is_wide,
            bgcolor=theme.SURFACE,
            border=ft.Border.only(right=ft.BorderSide(1, theme.LINE)),
            visible=is_wide or self._outline_is_open,
        )
        self._middle = ft.Container(
            ft.Column(
                [
                    ft.Container(
                        self._place,
                        expand=True,
                        padding=ft.Padding(left=24, top=20, right=24, bottom=0),
                    ),
                    self._footer(),
                ],
                spacing=0,
                expand=True,
            ),
            expand=True,
            visible=is_wide or not self._outline_is_open,
        )
        self._show_progress()
        self._say_saved()
        tools: list[ft.Control] = [self._saved]
        if not is_wide:
            tools.append(button(words("Overview"), act(self._toggle_outline), icon=ft.Icons.LIST))
        return framed(
            session,
            words("Interview"),
            ft.Column(
                [
                    ft.MergeSemantics(
                        content=ft.Semantics(label=words("Progress"), content=self._bar)
                    ),
                    ft.Row([self._side, self._middle], spacing=0, expand=True),
                ],
                spacing=0,
                expand=True,
            ),
            back=act(lambda _: self._close()),
            tools=tuple(tools),
        )

    def leave(self) -> bool:
        """Keep what is typed."""
        return self._card is None or self._card.flush()

    def key(self, event: ft.KeyboardEvent) -> None:
        """Go on and back with ctrl and the arrows, choose with a digit, go on with Enter.

        Ctrl+Z takes back what was done last; in a text it belongs to the text.
        """
        card = self._card
        if event.key == "Tab":
            self._tabbed = True
        if card is None or event.alt or event.meta:
            return
        digit = _DIGIT.fullmatch(event.key)
        if event.ctrl:
            if event.key == "Arrow Right":
                self._onward()
            elif event.key == "Arrow Left":
                self._back()
            elif event.key == "Z" and not (event.shift or card.is_typing):
                self._undo()
        elif digit and not card.is_typing:
            card.press(int(digit[1]))
        elif event.key in {"Enter", "Numpad Enter"} and not (card.has_focus or self._tabbed):
            self._onward()

    # Moving

    def _onward(self) -> None:
        now = time.monotonic()
        if now - self._moved_at < _ONE_PRESS or self._card is None:
            return
        if not self._card.flush() or self._card.is_news:
            # What is not kept, or was only just said to be wrong, is looked at first.
            return
        self._moved_at = now
        path = following(self._draft.interview, self._path)
        if path is None:
            self._session.go(Place.SUMMARY, self._draft)
        else:
            self._go(path)

    def _back(self) -> None:
        path = preceding(self._draft.interview, self._path)
        if path is not None:
            self._go(path)

    def _undo(self) -> None:
        """Take back what was done last, go to where that was, and say what it was."""
        draft, card = self._draft, self._card
        if card is None or not card.flush():
            return
        path = draft.interview.last
        try:
            if not draft.undoable:
                return
            draft.undo()
        finally:
            # A save that fails takes the list of what was done with it.
            self._undo_button.disabled = not draft.undoable
            patch(self._undo_button)
        card.end()
        self._card = None
        self._go(self._near(path))
        words = self._session.words
        label = draft.interview.text(path, "label", words.language)
        self._session.tell(words("Taken back: {question}", question=label))

    def _near(self, path: str) -> str:
        """Return the step at a path, or the repeat that it is an instance of."""
        steps = [step.path for step in self._draft.interview.steps()]
        wanted = (path, path.rpartition("[")[0], self._path, steps[0])
        return next(each for each in wanted if each in steps)

    def _go(self, path: str) -> None:
        if self._card is not None and not self._card.flush():
            return
        if path.startswith(SUMMARY):
            self._session.go(Place.SUMMARY, self._draft)
            return
        self._path = path
        self._draft.move_to(path)
        self._outline_is_open = False
        is_wide = self._session.width >= theme.WIDE
        self._side.visible = is_wide
        self._middle.visible = True
        self._tabbed = False
        self._ask()
        self._outline.fill(path)
        self._show_progress()
        self._session.hush()
        self._session.page.update()

    def _close(self) -> None:
        self._session.go(Place.PEOPLE)

    # Showing

    def _ask(self) -> None:
        """Make the card of the present step."""
        session, draft = self._session, self._draft
        languages = languages_of(session, draft)
        step = next(each for each in draft.interview.steps() if each.path == self._path)
        if step.kind == "repeat":
            self._card = RepeatCard(
                session, draft, self._path, languages, on_change=self._changed, go=self._go
            )
        else:
            self._card = QuestionCard(
                session,
                draft,
                self._path,
                languages,
                on_change=self._changed,
                on_wait=self._say_waiting,
                onward=self._onward,
            )
        self._show_after()
        self._place.controls = [
            ft.Container(
                ft.Column([self._head(languages), self._card.control, self._after], spacing=16),
                width=980,
                bgcolor=theme.SURFACE,
                border=theme.border(),
                border_radius=theme.RADIUS,
                padding=28,
                margin=ft.Margin.only(bottom=20),
            )
        ]

    def _head(self, languages: tuple[str, ...]) -> ft.Control:
        """Return in which section this is, in the languages that there are."""
        section = "/".join(self._path.split("/")[:3])
        interview, words = self._draft.interview, self._session.words
        titles = tuple(interview.text(section, "label", language) for language in languages)
        head = bilingual(titles, languages, theme.SMALL, bold=True, color=theme.ACCENT)
        spoken = interview.node(LANGUAGE).value
        if spoken in languages:
            return head
        name = self._session.services.library["languages"].label(spoken, words.language)
        sentence = words("The questions are not there in {language} yet.", language=name)
        return ft.Column([head, text(sentence, theme.SMALL, color=theme.WARN)], spacing=8)

    def _footer(self) -> ft.Control:
        words, act = self._session.words, self._session.act
        return ft.Container(
            ft.Row(
                [
                    button(
                        words("Previous"), act(lambda _: self._back()), icon=ft.Icons.ARROW_BACK
                    ),
                    self._undo_button,
                    ft.Container(self._count, expand=True, alignment=ft.Alignment.CENTER),
                    main_button(
                        words("Next"), act(lambda _: self._onward()), icon=ft.Icons.ARROW_FORWARD
                    ),
                ],
                spacing=theme.GAP,
            ),
            bgcolor=theme.SURFACE,
            border=ft.Border.only(top=ft.BorderSide(1, theme.LINE)),
            padding=ft.Padding.symmetric(horizontal=24, vertical=12),
        )

    def _changed(self, _: "Change") -> None:
        """Show what a change that is on disk did elsewhere on the screen."""
        self._outline.fill(self._path)
        patch(self._outline.control)
        self._show_progress()
        patch(self._bar)
        patch(self._count)
        patch(self._undo_button)
        self._say_saved()
        patch(self._saved)
        self._show_after()
        patch(self._after)

    def _show_progress(self) -> None:
        answered, total = self._draft.interview.progress()
        self._bar.value = answered / total if total else 0
        self._count.value = self._session.words(
            "{answered} of {total} answered", answered=answered, total=total
        )
        self._undo_button.disabled = not self._draft.undoable

    def _say_saved(self) -> None:
        words = self._session.words
        at = format_time(
            self._draft.saved_at.astimezone(), "HH:mm:ss", locale=self._session.words.language
        )
        self._say_state(ft.Icons.CHECK_CIRCLE_OUTLINE, words("Saved {time}", time=at), theme.GOOD)

    def _say_waiting(self) -> None:
        self._say_state(ft.Icons.EDIT, self._session.words("Not saved yet"), theme.WARN)
        patch(self._saved)

    def _say_state(self, icon: ft.IconData, sentence: str, color: str) -> None:
        self._saved.controls = [
            ft.Icon(icon, size=20, color=color),
            ft.Semantics(
                identifier="saved", content=text(sentence, theme.SMALL, bold=True, color=color)
            ),
        ]

    def _show_after(self) -> None:
        """Offer the way out where the resident does not want to begin, or not now."""
        words, act = self._session.words, self._session.act
        answer = self._draft.interview.node(READY).value if self._path == READY else ""
        self._after.visible = answer in {"later", "no"}
        if answer == "later":
            sentence = words("That is fine. What was answered stays on this device until then.")
            out = button(words("Back to the list"), act(lambda _: self._close()))
            self._after.content = notice(sentence, "warn", out)
        elif answer == "no":
            sentence = words(
                "That is fine, and it has no consequences. Only that it was explained is kept."
            )
            out = button(words("Stop this interview"), act(lambda _: self._stop()))
            self._after.content = notice(sentence, "warn", out)

    def _stop(self) -> None:
        self._draft.stop()
        self._close()

    def _toggle_outline(self, _: object) -> None:
        if self._card is not None and not self._card.flush():
            return
        self._outline_is_open = not self._outline_is_open
        self._side.visible = self._outline_is_open
        self._middle.visible = not self._outline_is_open
        self._session.page.update()

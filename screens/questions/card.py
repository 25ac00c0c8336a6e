"""One question as it stands on the screen: its words in two languages, its widget, its state."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import flet as ft

from intake_app.errors import IntakeError
from screens import theme
from screens.questions import widget_for
from screens.questions.asked import Asked
from screens.widgets.basics import button, patch, text
from screens.widgets.bilingual import bilingual, joined

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.session import Change
    from screens.session import Session

#: Seconds that a message stands before moving on passes it by: leaving a field for the button
#: keeps the answer, and its message comes just before the step.
_TO_READ = 1.0
_SILENT = frozenset({"note"})


class QuestionCard:
    """A question that can be answered, declined, or said to be unknown.

    `on_change` is told of each change that is on disk; `on_wait` that something is typed and not
    kept yet; `onward` that Enter asked for the next question.
    """

    def __init__(
        self,
        session: "Session",
        draft: "Draft",
        path: str,
        languages: tuple[str, ...],
        *,
        on_change: Callable[["Change"], None],
        on_wait: Callable[[], None],
        onward: Callable[[], None],
    ) -> None:
        """Take the draft and the path of the question in it."""
        self._session = session
        self._draft = draft
        self.path = path
        self._languages = languages
        self._on_change = on_change
        self._is_over = False
        self._asked = Asked(
            session, draft, path, languages, self._give, on_wait, onward, lambda: self._is_over
        )
        self._widget = widget_for(self._asked)
        self._message = ft.Container(visible=False)
        self._told_at: float | None = None
        self._declined = self._aside_button("declined")
        self._unknown = self._aside_button("unknown")
        self.control = self._build()
        self._dress()

    @property
    def is_news(self) -> bool:
        """Whether the screen said only just now that the answer is not right."""
        told = self._told_at
        return told is not None and time.monotonic() - told < _TO_READ

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard's focus is in the widget."""
        return self._widget.has_focus

    @property
    def is_typing(self) -> bool:
        """Whether a digit that is pressed belongs to a text."""
        return self._widget.has_focus and self._asked.node.question.kind not in {
            "select_one",
            "select_multiple",
            "acknowledge",
        }

    def flush(self) -> bool:
        """Keep what is typed; False where it could not be kept."""
        return self._widget.flush()

    def end(self) -> None:
        """Let go of what is typed: it was taken back, and its field may report it once more."""
        self._is_over = True

    def press(self, number: int) -> None:
        """Take a digit."""
        self._widget.press(number)

    def _build(self) -> ft.Control:
        node, words = self._asked.node, self._session.words
        rows: list[ft.Control] = [
            bilingual(self._texts("label"), self._languages, theme.LEAD, bold=True, heading_level=2)
        ]
        if any(hints := self._texts("hint")):
            rows.append(bilingual(hints, self._languages, color=theme.MUTED))
        if not self._is_confirmed():
            mark = text(
                words("This translation has not been confirmed by a translator yet."),
                theme.SMALL,
                color=theme.WARN,
                expand=True,
            )
            rows.append(
                ft.Row([ft.Icon(ft.Icons.TRANSLATE, size=18, color=theme.WARN), mark], spacing=8)
            )
        guidance = self._draft.interview.text(self.path, "guidance", self._languages[0])
        if guidance:
            rows.append(_guidance(words("For you:"), guidance))
        rows += [self._widget.control, self._message]
        if self._may_be_set_aside():
            rows.append(ft.Row([self._declined, self._unknown], spacing=theme.GAP, wrap=True))
        return ft.Container(
            ft.Column(
                rows,
                spacing=theme.WIDE_GAP - 6,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            key=node.path,
        )

    def _texts(self, role: str) -> tuple[str, ...]:
        interview = self._draft.interview
        return tuple(interview.text(self.path, role, language) for language in self._languages)

    def _is_confirmed(self) -> bool:
        interview = self._draft.interview
        return all(
            interview.confirmed(self.path, role, language)
            for language in self._languages[1:]
            for role in ("label", "hint")
            if interview.text(self.path, role, language)
        )

    def _may_be_set_aside(self) -> bool:
        question = self._asked.node.question
        return question.kind not in _SILENT and question.intake.get("decline") != "no"

    def _aside_button(self, reason: str) -> ft.OutlinedButton:
        words, resident = self._session.words, self._asked.resident
        if reason == "declined":
            texts = [words("No answer")]
            if resident is not None:
                texts.append(resident.about("resident", "No answer"))
        else:
            texts = [words("Not known")]
            if resident is not None:
                texts.append(resident.about("resident", "Not known"))
        return button(joined(tuple(texts)), self._session.act(lambda _: self._set_aside(reason)))

    def _set_aside(self, reason: str) -> None:
        if self._asked.node.aside == reason:
            change = self._draft.clear(self.path)
        else:
            change = self._draft.set_aside(self.path, reason)
        self._widget.reset()
        self._changed(change)

    def _give(self, value: str, beside: Mapping[str, str] | None) -> bool:
        try:
            change = self._draft.answer(self.path, value, beside=beside)
        except IntakeError as error:
            self._session.complain(error)
            return False
        self._session.hush()
        self._changed(change)
        return True

    def _changed(self, change: "Change") -> None:
        self._dress()
        patch(self._message)
        if self._may_be_set_aside():
            patch(self._declined)
            patch(self._unknown)
        self._on_change(change)

    def _dress(self) -> None:
        node = self._asked.node
        if node.valid:
            self._told_at = None
        else:
            if not self._message.visible:
                self._told_at = time.monotonic()
            self._message.content = _wrong(self._texts("constraint"), self._languages)
        self._message.visible = not node.valid
        for reason, made in (("declined", self._declined), ("unknown", self._unknown)):
            is_set = node.aside == reason
            made.icon = ft.Icons.CHECK if is_set else None
            if made.style is not None:
                made.style = made.style.copy(bgcolor=theme.ACCENT_SOFT if is_set else theme.SURFACE)


def _guidance(lead: str, sentence: str) -> ft.Control:
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.RECORD_VOICE_OVER_OUTLINED, size=20, color=theme.ACCENT),
                text(f"{lead} {sentence}", expand=True),
            ],
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        bgcolor=theme.ACCENT_SOFT,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )


def _wrong(texts: tuple[str, ...], languages: tuple[str, ...]) -> ft.Control:
    return ft.Container(
        ft.Semantics(
            live_region=True,
            content=bilingual(texts, languages, bold=True, color=theme.BAD),
        ),
        bgcolor=theme.BAD_SOFT,
        border=theme.border(theme.BAD),
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )

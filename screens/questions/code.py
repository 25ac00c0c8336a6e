"""A code from a list, found by typing; or own words that are not coded yet."""

import flet as ft

from screens import theme
from screens.questions.asked import Asked
from screens.widgets.basics import button, patch, text
from screens.widgets.choices import Option, OptionList
from screens.widgets.search import CodeSearch

#: Own words are short (rule 4 of the questionnaire).
_OWN_WORDS = 120


class CodeWidget:
    """The code that was chosen, or the search; the words that were typed stay beside it."""

    def __init__(self, asked: Asked) -> None:
        """Take the question with its code list."""
        self._asked = asked
        session, words = asked.session, asked.words
        self._codes = session.services.library[asked.node.question.codelist]
        self._search = self._new_search()
        self._own = button(
            words("Keep these words, not coded yet"),
            session.act(self._keep_own),
            icon=ft.Icons.EDIT_NOTE,
        )
        self._place = ft.Column(
            spacing=theme.GAP, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
        self.control: ft.Control = self._place
        self._fill()

    def flush(self) -> bool:
        """Keep words that were typed and not chosen; a code was kept at its touch."""
        node = self._asked.node
        if node.value or node.beside.get("own_words") or not self._search.typed:
            return True
        return self._give_own()

    def reset(self) -> None:
        """Show the answer as it is now."""
        self._search = self._new_search()
        self._fill()
        patch(self._place)

    def press(self, number: int) -> None:
        """Pick a match by its number."""
        self._search.press(number)

    @property
    def has_focus(self) -> bool:
        """Whether one types here."""
        return self._search.has_focus

    def _new_search(self) -> CodeSearch:
        asked = self._asked
        words, resident = asked.words, asked.resident
        label = words("Search")
        if resident is not None:
            # Not inside the f-string: there the extractor of Python 3.11 does not see it.
            label += " · " + resident.about("resident", "Search")
        return CodeSearch(
            asked.session,
            self._codes,
            languages=asked.languages,
            label=label,
            on_pick=self._pick,
            on_type=self._typed,
            on_submit=asked.onward,
            autofocus=True,
        )

    def _fill(self) -> None:
        asked, words = self._asked, self._asked.words
        node = asked.node
        own = node.beside.get("own_words", "")
        if node.value:
            labels = tuple(self._codes.label(node.value, each) for each in asked.languages)
            chosen = OptionList(
                (Option(node.value, labels),),
                languages=asked.languages,
                chosen=node.value,
                on_choose=lambda _: None,
            )
            self._place.controls = [chosen.control]
            if own and own not in labels:
                self._place.controls.append(
                    text(words("In own words: {words}", words=own), color=theme.MUTED)
                )
        elif own:
            kept = words("Not coded yet. In own words: {words}", words=own)
            self._place.controls = [text(kept, theme.LEAD)]
        else:
            self._own.visible = bool(self._search.typed)
            self._place.controls = [self._search.control, ft.Row([self._own])]
            return
        again = button(
            words("Choose another"), asked.session.act(self._again), icon=ft.Icons.SEARCH
        )
        self._place.controls.append(ft.Row([again]))

    def _typed(self) -> None:
        self._asked.waits()
        self._own.visible = bool(self._search.typed)
        patch(self._own)

    def _pick(self, code: str) -> None:
        labels = [self._codes.label(code, each) for each in self._asked.languages]
        beside = {
            "system": self._codes.system,
            "version": self._codes.version,
            "label": labels[0],
        }
        typed = self._search.typed[:_OWN_WORDS]
        if not any(typed.casefold() in label.casefold() for label in labels):
            # The start of a label is a search; anything else is what the resident said.
            beside["own_words"] = typed
        if self._asked.give(code, beside):
            self.reset()

    def _keep_own(self, _: object) -> None:
        if self._give_own():
            self.reset()

    def _give_own(self) -> bool:
        return self._asked.give("", {"own_words": self._search.typed[:_OWN_WORDS]})

    def _again(self, _: object) -> None:
        if self._asked.give("", None):
            self.reset()

"""A repeat: the instances that there are, one more, one less, or into one of them."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import flet as ft

from intake_app.interview.definition import Group
from intake_app.profile.answer import answer_text
from intake_app.words import Words
from screens import theme
from screens.widgets.basics import button, icon_button, patch, row_button, text
from screens.widgets.bilingual import bilingual, joined

if TYPE_CHECKING:
    from intake_app.draft import Draft
    from intake_app.interview.form import Form
    from intake_app.interview.session import Change, Node
    from screens.session import Session

#: How many answers tell one instance from another.
_TOLD = 2
_INDEX = re.compile(r"\[\d+\]")


class RepeatCard:
    """The step before a repeat's instances; the next step after it lies beyond all of them."""

    is_news = False
    has_focus = False
    is_typing = False

    def __init__(
        self,
        session: "Session",
        draft: "Draft",
        path: str,
        languages: tuple[str, ...],
        *,
        on_change: Callable[["Change"], None],
        go: Callable[[str], None],
    ) -> None:
        """Take the draft, the path of the repeat, and what goes to a step."""
        self._session = session
        self._draft = draft
        self.path = path
        self._languages = languages
        self._on_change = on_change
        self._go = go
        self._asked_to_remove = 0
        self._rows = ft.Column(spacing=8, tight=True)
        self.control: ft.Control = ft.Container(
            ft.Column(
                [
                    bilingual(
                        tuple(draft.interview.text(path, "label", each) for each in languages),
                        languages,
                        theme.LEAD,
                        bold=True,
                        heading_level=2,
                    ),
                    self._rows,
                ],
                spacing=theme.WIDE_GAP,
                tight=True,
            ),
            key=path,
        )
        self._fill()

    def flush(self) -> bool:
        """Nothing is typed here."""
        return True

    def end(self) -> None:
        """Nothing is typed here."""

    def press(self, number: int) -> None:
        """Open an instance by its number."""
        if 1 <= number <= self._draft.interview.count(self.path):
            self._open(number)

    def _fill(self) -> None:
        words, act = self._session.words, self._session.act
        count, told = self._draft.interview.count(self.path), self._told()
        rows: list[ft.Control] = [
            self._row(number, ", ".join(told[number])) for number in range(1, count + 1)
        ]
        if not rows:
            rows.append(text(words("Nothing here yet. Add one, or go on."), color=theme.MUTED))
        maximum = group_at(self._draft.interview.form, self.path).maximum
        if maximum is None or count < maximum:
            label = [words("Add one")]
            if len(self._languages) > 1:
                resident = Words.load(self._languages[1])
                label.append(resident.about("resident", "Add one"))
            add = button(joined(tuple(label)), act(lambda _: self._add()), icon=ft.Icons.ADD)
            rows.append(ft.Row([add]))
        self._rows.controls = rows

    def _row(self, number: int, told: str) -> ft.Control:
        words, act = self._session.words, self._session.act
        if self._asked_to_remove == number:
            tools: list[ft.Control] = [
                text(words("Remove this with its answers?"), bold=True),
                button(words("Remove"), act(lambda _: self._remove(number))),
                button(words("Keep"), act(lambda _: self._ask(0))),
            ]
        else:
            tools = [
                icon_button(
                    ft.Icons.DELETE_OUTLINE,
                    words("Remove number {number}", number=number),
                    act(lambda _: self._ask(number)),
                )
            ]
        told = told or words("Not filled in yet")
        cells = [
            text(str(number), theme.LEAD, bold=True, color=theme.ACCENT),
            text(told, 18, expand=True),
        ]
        into = row_button(f"{number}, {told}", cells, act(lambda _: self._open(number)))
        into.expand = True
        return ft.Row([into, *tools], spacing=8)

    def _told(self) -> Mapping[int, list[str]]:
        """Return what tells each instance from the others: its first answers."""
        interview, inside = self._draft.interview, f"{self.path}["
        library, language = self._session.services.library, self._languages[0]

        def choice(node: "Node", name: str) -> str:
            return interview.choice_text(node.path, name, language)

        told: dict[int, list[str]] = defaultdict(list)
        for node in interview.nodes():
            if node.path.startswith(inside) and node.relevant and node.question.asked:
                number = int(node.path[len(inside) :].partition("]")[0])
                said = answer_text(node, language, library, choice)
                if said and len(told[number]) < _TOLD:
                    told[number].append(said)
        return told

    def _open(self, number: int) -> None:
        inside = f"{self.path}[{number}]/"
        steps = self._draft.interview.steps()
        self._go(next(step.path for step in steps if step.path.startswith(inside)))

    def _add(self) -> None:
        self._on_change(self._draft.add_repeat(self.path))
        self._open(self._draft.interview.count(self.path))

    def _ask(self, number: int) -> None:
        self._asked_to_remove = number
        self._refresh()

    def _remove(self, number: int) -> None:
        change = self._draft.remove_repeat(f"{self.path}[{number}]")
        self._asked_to_remove = 0
        self._refresh()
        self._on_change(change)

    def _refresh(self) -> None:
        self._fill()
        patch(self._rows)


def group_at(form: "Form", path: str) -> "Group":
    """Return the group of a form at a path, which may carry the numbers of instances."""
    plain = _INDEX.sub("", path)
    group = form.root
    while group.path != plain:
        group = next(
            child
            for child in group.children
            if isinstance(child, Group) and (plain + "/").startswith(child.path + "/")
        )
    return group

"""A date of which perhaps only the year is known, told in the Gregorian calendar.

The answer is EDTF (ISO 8601-2): `1994`, `1994-05`, `1994-05-12`, with `~` where it is about
right. What was typed, and in which calendar, is kept beside it.
"""

import re
from datetime import date

import flet as ft
from babel.dates import get_month_names

from intake_app.words import CATALOGUES
from screens import theme
from screens.questions.asked import Asked
from screens.questions.typing import TypingField, ascii_digits
from screens.widgets.basics import notice, patch, text
from screens.widgets.choices import Option, OptionList

_EDTF = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(~?)")
_YEAR = re.compile(r"\d{4}")
#: Syrians, Iraqis and Palestinians use the Levantine names of the months.
_MONTH_LOCALES = {**CATALOGUES, "ar": "ar_SY"}


class PartialDateWidget:
    """Year, month and day apart; each further part may be left open."""

    def __init__(self, asked: Asked) -> None:
        """Take the question."""
        self._asked = asked
        self._is_whole = asked.node.question.kind == "date"
        year, month, day, about = _parts(asked.node.value)
        words, resident = asked.words, asked.resident
        labels = [words("Year")], [words("Day")], [words("About right, not certain")]
        if resident is not None:
            labels[0].append(resident.about("resident", "Year"))
            labels[1].append(resident.about("resident", "Day"))
            labels[2].append(resident.about("resident", "About right, not certain"))
        self._year = self._part(labels[0], year, autofocus=True)
        self._day = self._part(labels[1], day)
        self._month = OptionList(
            tuple(_month(number, asked.languages) for number in range(1, 13)),
            languages=asked.languages,
            chosen=month,
            on_choose=asked.session.act(self._chosen),
            clearable=True,
            columns=2 if len(asked.languages) > 1 else 3,
        )
        self._about = OptionList(
            (Option("about", tuple(labels[2])),),
            languages=asked.languages,
            chosen="about" if about else "",
            several=True,
            on_choose=asked.session.act(self._chosen),
        )
        self._said = ft.Container(visible=False)
        self.control: ft.Control = ft.Column(
            [
                ft.Row([ft.Semantics(identifier="year", content=self._year.control)]),
                text(
                    words("Month, where it is known (touch again to take it back)"),
                    theme.SMALL,
                    color=theme.MUTED,
                ),
                self._month.control,
                ft.Row([ft.Semantics(identifier="day", content=self._day.control)]),
                self._about.control,
                self._said,
            ],
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )

    def flush(self) -> bool:
        """Keep the parts as one answer; False, and a sentence, where they make no date."""
        self._year.rest()
        self._day.rest()
        if self._asked.is_over():
            return True
        value, told, sentence = self._compose()
        self._said.visible = bool(sentence)
        self._said.content = notice(sentence) if sentence else None
        patch(self._said)
        if sentence:
            return False
        if value == self._asked.node.value:
            return True
        beside = {"calendar": "gregorian", "words": told} if value else None
        return self._asked.give(value, beside)

    def reset(self) -> None:
        """Show the answer as it is now."""
        year, month, day, about = _parts(self._asked.node.value)
        self._year.set(year)
        self._day.set(day)
        self._month.set(month)
        self._about.set("about" if about else "")

    def press(self, number: int) -> None:
        """Digits are typed, not chosen."""

    @property
    def has_focus(self) -> bool:
        """Whether one types or chooses here."""
        return any(part.has_focus for part in (self._year, self._day, self._month, self._about))

    def _part(self, labels: list[str], value: str, *, autofocus: bool = False) -> TypingField:
        return TypingField(
            self._asked.session,
            " · ".join(labels),
            value=value,
            keep=self._keep_what_is_whole,
            waits=self._asked.waits,
            onward=self._asked.onward,
            keyboard=ft.KeyboardType.NUMBER,
            autofocus=autofocus,
            width=240,
        )

    def _chosen(self, _: str) -> None:
        self._asked.waits()
        self._keep_what_is_whole()

    def _keep_what_is_whole(self) -> None:
        """Keep a date as it grows; what is not one yet is not complained about yet."""
        if not self._compose()[2]:
            self.flush()

    def _compose(self) -> tuple[str, str, str]:
        """Return the answer, the words it was told in, and what is wrong with it."""
        words = self._asked.words
        year, day = ascii_digits(self._year.value), ascii_digits(self._day.value)
        month = self._month.value
        told = " ".join(part for part in (self._day.value, month, self._year.value) if part)
        if not (year or month or day):
            return "", "", ""
        if not _YEAR.fullmatch(year):
            return "", told, words("A year has four digits, as in 1994.")
        if day and not month:
            return "", told, words("Choose the month too, or leave the day open.")
        if self._is_whole and not day:
            return "", told, words("This date needs a day, a month and a year.")
        if day:
            try:
                date(int(year), int(month), int(day))
            except ValueError:
                return "", told, words("That day does not exist in that month.")
        parts = [year, month, f"{int(day):02}" if day else ""]
        value = "-".join(part for part in parts if part)
        return value + ("~" if self._about.value else ""), told, ""


def _parts(value: str) -> tuple[str, str, str, bool]:
    found = _EDTF.fullmatch(value)
    if found is None:
        return "", "", "", False
    year, month, day, about = found.groups(default="")
    return year, month, day.lstrip("0"), bool(about)


def _month(number: int, languages: tuple[str, ...]) -> Option:
    """Return a month as a choice: its number with the screener's name, the resident's name."""
    names = [
        get_month_names("wide", "stand-alone", _MONTH_LOCALES.get(each, each))[number]
        for each in languages
    ]
    return Option(f"{number:02}", (f"{number} {names[0]}", *names[1:]))

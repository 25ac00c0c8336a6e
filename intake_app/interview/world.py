"""What expressions may ask of the interview that they run in: time, chance, language, lists."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from intake_app.clock import Clock
from intake_app.interview import answers
from intake_app.interview.definition import Choice, Element, Table, TextParts
from intake_app.interview.expression import Expression, compile_expression
from intake_app.interview.form import Form
from intake_app.interview.instance import Branch, Item, secondary
from intake_app.interview.model import Model
from intake_app.words import CATALOGUES


@dataclass(frozen=True, slots=True)
class CalendarNames:
    """Names of months and days in a language, as CLDR has them."""

    locale: str

    def month(self, number: int) -> str:
        """Return the short name of a month, from 1."""
        return str(get_month_names("abbreviated", locale=self.locale)[number])

    def day(self, number: int) -> str:
        """Return the short name of a day of the week, Monday being 0."""
        return str(get_day_names("abbreviated", locale=self.locale)[number])


class Surroundings:
    """The interview's world: passed in, never read in passing."""

    def __init__(
        self,
        form: Form,
        model: Model,
        clock: Clock,
        source: random.Random,
        instances: Mapping[str, Table | Element],
    ) -> None:
        """Take what the interview was given; `instances` come in place of the form's own."""
        self.form = form
        self.model = model
        self.clock = clock
        self.language = form.default_language
        #: The items outside repeats.
        self.singles: Mapping[int, Item] = model.singles
        self._random = source
        self._given = instances
        self._instances: dict[str, Branch] = {}
        self._outputs: dict[tuple[int, str], Expression] = {}

    @property
    def version(self) -> str:
        """The form's version."""
        return self.form.version

    def today(self) -> date:
        """Return the date where the device is."""
        return self.clock.today()

    def now(self) -> datetime:
        """Return the moment, in the zone where the device is."""
        return self.clock.now().astimezone()

    def random(self) -> float:
        """Return a random number from 0 up to 1."""
        return self._random.random()

    def names(self) -> CalendarNames:
        """Return the names of months and days in the interview's language."""
        code = CATALOGUES.get(self.language, self.language).replace("-", "_")
        try:
            Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            code = "en"
        return CalendarNames(code)

    def instance(self, name: str) -> Branch:
        """Return the document of a secondary instance."""
        if name not in self._instances:
            given = self._given.get(name)
            self._instances[name] = secondary(given or self.form.instances[name])
        return self._instances[name]

    def itext(self, key: str, item: Item, language: str | None = None) -> str:
        """Return a text with its outputs filled in, as it stands at an item."""
        key = self.form.aliases.get(key, key)
        return self.filled(self.form.text(key, language or self.language), item)

    def reworded(self, leaves: Iterable[tuple[str, Item]], before: str) -> Iterator[str]:
        """Go through the paths whose texts are others now than in the language before."""
        form = self.form
        for path, item in leaves:
            keys = item.spot.definition.texts.values()
            if any(form.text(key, before) != form.text(key, self.language) for key in keys):
                yield path

    def filled(self, parts: TextParts, item: Item) -> str:
        """Return a text's parts as one, outputs computed at an item; NaN is left out."""
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        written = []
        for part in parts:
            if isinstance(part, str):
                written.append(part)
                continue
            known = (item.spot.number, part.expression)
            output = self.form.program.outputs.get(known) or self._outputs.get(known)
            if output is None:
                output = self._outputs[known] = compile_expression(
                    part.expression, item.spot, self.form.instances
                )
            got = output.evaluate(self.model.context(item))
            written.append(answers.calculated(got, "string"))
        return "".join(written)

    def choice_text(self, item: Item, choice: Choice, language: str | None = None) -> str:
        """Return the label of a choice."""
        if choice.text is None:
            return choice.extra.get("label") or choice.name
        return self.itext(choice.text, item, language) or choice.name

    def choice_label(self, item: Item, name: str) -> str:
        """Return the label of a choice by its name; blank where it is not offered."""
        choice = self.model.offer(item).by_name.get(name)
        return "" if choice is None else self.choice_text(item, choice)

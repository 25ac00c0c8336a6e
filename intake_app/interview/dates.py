"""Dates in expressions: reading them from text and numbers, and writing them in a pattern."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Protocol

from intake_app.interview.values import (
    Partial,
    Value,
    aware,
    days,
    from_days,
    number,
    parse_moment,
    parse_time,
    single,
    text,
)


class Names(Protocol):
    """Names of months and days in a language."""

    def month(self, number: int) -> str:
        """Return the short name of a month, from 1."""
        ...

    def day(self, number: int) -> str:
        """Return the short name of a day of the week, Monday being 0."""
        ...


class World(Protocol):
    """What these functions ask of the interview."""

    def names(self) -> Names:
        """Return the names in the interview's language."""
        ...


def as_moment(value: Value) -> date | None:
    """Read a date from a date, a text or days since 1970; None for anything else."""
    match single(value):
        case date() as moment:
            return moment
        case Partial() as partial:
            return partial.first
        case str() as words:
            found = parse_moment(words)
            if found is not None or parse_time(words) is not None:
                return found
            count = number(words)
            return None if math.isnan(count) else from_days(count)
        case bool() | time():
            return None
        case counted:
            return None if math.isnan(counted) else from_days(counted)


def as_time(value: Value) -> time | None:
    """Read a time of day; None where there is none."""
    held = single(value)
    if isinstance(held, time):
        return held
    if isinstance(held, datetime):
        return held.timetz()
    if not isinstance(held, str):
        return None
    moment = parse_moment(held)
    return moment.timetz() if isinstance(moment, datetime) else parse_time(held)


def to_date(value: Value) -> Value:
    """Return the date of a text, number or moment; a blank stays blank."""
    moment = as_moment(value)
    if moment is None:
        return ""
    return moment.date() if isinstance(moment, datetime) else moment


def to_datetime(value: Value) -> Value:
    """Return the moment of a text, number or date; a blank stays blank."""
    held = single(value)
    if isinstance(held, float) and not math.isnan(held) and not math.isinf(held):
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=held)
        except OverflowError:
            return ""
    moment = as_moment(held)
    if moment is None or isinstance(moment, datetime):
        return "" if moment is None else moment
    return aware(datetime.combine(moment, time()))


def decimal(value: Value) -> Value:
    """Return days since 1970 with the part of the day; NaN for what is no date."""
    held = single(value)
    if isinstance(held, float):
        return held
    moment = as_moment(held)
    return math.nan if moment is None else days(moment)


def decimal_time(value: Value) -> Value:
    """Return the part of the day of a time, a date or a number of days; NaN for anything else."""
    found = as_time(value)
    if found is not None:
        return days(found)
    count = number(decimal(value))
    return math.nan if math.isinf(count) else count % 1


def formatted(world: World, value: Value, pattern: Value) -> Value:
    """Write a date by a pattern of `%Y`, `%m`, `%b` ...; a blank stays blank.

    An escape that ODK does not have is written as it stands.
    """
    held = single(value)
    if isinstance(held, float):
        held = single(to_datetime(held))
    moment: date | time | None = as_moment(held) if not isinstance(held, time) else held
    if moment is None:
        moment = as_time(held)
    if moment is None:
        return ""
    clock = moment if isinstance(moment, datetime | time) else time()
    day = moment if isinstance(moment, date) else date(1970, 1, 1)
    written, words = [], iter(text(pattern))
    for letter in words:
        if letter != "%":
            written.append(letter)
            continue
        escape = next(words, "")
        write = ESCAPES.get(escape)
        written.append(write(day, clock, world.names()) if write else f"%{escape}".rstrip("%"))
    return "".join(written)


#: What may stand after a `%` (ODK's form functions, and `%W`, the week, of JavaRosa).
ESCAPES: Mapping[str, Callable[[date, "datetime | time", Names], str]] = MappingProxyType(
    {
        "Y": lambda day, _, __: f"{day.year:04}",
        "y": lambda day, _, __: f"{day.year % 100:02}",
        "m": lambda day, _, __: f"{day.month:02}",
        "n": lambda day, _, __: str(day.month),
        "b": lambda day, _, names: names.month(day.month),
        "d": lambda day, _, __: f"{day.day:02}",
        "e": lambda day, _, __: str(day.day),
        "a": lambda day, _, names: names.day(day.weekday()),
        "W": lambda day, _, __: str(day.isocalendar().week),
        "H": lambda _, clock, __: f"{clock.hour:02}",
        "h": lambda _, clock, __: str(clock.hour),
        "M": lambda _, clock, __: f"{clock.minute:02}",
        "S": lambda _, clock, __: f"{clock.second:02}",
        "3": lambda _, clock, __: f"{clock.microsecond // 1000:03}",
        "%": lambda _, __, ___: "%",
    }
)

"""Values: what an answer is once its type is known, and how one kind is read as another.

    text      str       the blank is the empty text
    number    float     dates count in days since 1970-01-01, as the ODK XForms specification has it
    truth     bool
    moment    date, datetime (aware), time
    partial   Partial   a date of which only the year, or the year and month, may be known
    nodes     list      what a path found; read as its first node, as XPath 1.0 does

A blank read as a number is NaN, and every comparison with NaN is false: `'' > 3` is false and
never an error.
"""

import math
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Protocol


class Node(Protocol):
    """What a path can find: a node of the interview or of a secondary instance."""

    @property
    def value(self) -> "Scalar":
        """What the node holds, by its type; blank when it is not relevant."""
        ...

    @property
    def text(self) -> str:
        """What the node holds, as text."""
        ...

    @property
    def relevant(self) -> bool:
        """Whether the node counts."""
        ...

    @property
    def up(self) -> "Node | None":
        """The node around it."""
        ...

    def named(self, name: str, /) -> "list[Node]":
        """Return the nodes of this name inside it, in order."""
        ...

    def all(self) -> "list[Node]":
        """Return all nodes inside it, in order."""
        ...

    def attribute(self, name: str, /) -> str:
        """Return an attribute, blank where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Partial:
    """A date known to the year, the month or the day, and whether it is uncertain (EDTF `~`)."""

    first: date
    last: date
    text: str

    @property
    def exact(self) -> bool:
        """Tell whether the day is known."""
        return self.first == self.last


Scalar = str | float | bool | date | time | Partial
Value = Scalar | list[Node]

_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*", re.ASCII)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?~?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_EPOCH = date(1970, 1, 1)
_DAY = 86_400.0
#: Below this a whole number is exactly what it is written as.
_WHOLE = 1e15


def number_text(number: float) -> str:
    """Return a number as XPath 1.0 prints it: `50`, `0.5`, never an exponent (section 4.2)."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer() and abs(number) < _WHOLE:
        return str(int(number))
    return digits(repr(number))


def digits(words: str) -> str:
    """Return a number's text without exponent, needless zeros or sign."""
    # By way of Decimal, so that a long number loses no digit.
    plain = format(Decimal(words), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def moment_text(moment: date | time) -> str:
    """Return a date as `2026-11-23`, a date with a time with its milliseconds and offset."""
    if isinstance(moment, datetime | time):
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return moment.isoformat()


def text(value: Value) -> str:
    """Read any value as text."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case date() | time():
            return moment_text(value)
        case Partial():
            return value.text
        case _:
            return value[0].text if value else ""


def single(value: Value) -> Scalar:
    """Read nodes as the value of the first, blank where there is none."""
    if isinstance(value, list):
        return value[0].value if value else ""
    return value


def number(value: Value) -> float:
    """Read any value as a number; what is not one is NaN."""
    match single(value):
        case float() as n:
            return n
        case bool() as truth:
            return float(truth)
        case str() as words:
            if _NUMBER.fullmatch(words):
                return float(words)
            moment = parse_moment(words) or parse_time(words)
            return math.nan if moment is None else days(moment)
        case Partial() as partial:
            return days(partial.first)
        case date() | time() as moment:
            return days(moment)


def truth(value: Value) -> bool:
    """Read any value as true or false: a blank, 0 and NaN are false."""
    if isinstance(value, list):
        return len(value) > 1 or (len(value) == 1 and _holds(value[0]))
    if isinstance(value, bool):
        return value
    if isinstance(value, float | int):
        return value != 0 and not math.isnan(value)
    return value != ""


def _holds(node: Node) -> bool:
    return bool(node.all()) or truth(node.value)


def days(moment: date | time) -> float:
    """Return days since 1970-01-01 in the moment's own zone; of a time, the part of its day."""
    if isinstance(moment, datetime):
        return (aware(moment) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() / _DAY
    if isinstance(moment, time):
        return (
            moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
        ) / _DAY
    return float((moment - _EPOCH).days)


def from_days(count: float) -> date | None:
    """Return the date that is so many days from 1970-01-01; None outside the calendar."""
    try:
        return _EPOCH + timedelta(days=math.floor(count))
    except (OverflowError, ValueError):
        return None


def parse_moment(words: str) -> date | None:
    """Read `2026-11-23` or `2026-11-23T09:00:00+01:00`; None for anything else."""
    words = words.strip()
    try:
        if _DATE.fullmatch(words):
            return date.fromisoformat(words)
        if _DATETIME.fullmatch(words):
            moment = datetime.fromisoformat(words)
            return aware(moment)
    except ValueError:
        pass
    return None


def aware(moment: datetime) -> datetime:
    """Return a moment with its zone: the device's own, where it has none.

    At the edges of the calendar, and on some systems before 1970, the device does not know its
    own zone; then it is UTC.
    """
    if moment.tzinfo is not None:
        return moment
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return moment.replace(tzinfo=UTC)


def parse_time(words: str) -> time | None:
    """Read `09:30` with or without seconds and offset; None for anything else."""
    try:
        return time.fromisoformat(words) if _TIME.fullmatch(words) else None
    except ValueError:
        return None


def parse_partial(words: str) -> Partial | None:
    """Read an EDTF date (ISO 8601-2 level 1): `1994`, `1994-05`, `1994-05-12`, each with `~`."""
    found = _PARTIAL.fullmatch(words)
    if found is None:
        return None
    month, day = (int(part) if part else None for part in found.groups()[1:])
    try:
        first = date(int(found[1]), 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    last = first
    if month is None:
        last = first.replace(month=12, day=31)
    elif day is None:
        last = first.replace(day=monthrange(first.year, first.month)[1])
    return Partial(first, last, words)


def rounded(value: float, places: int = 0) -> float:
    """Round half up at 0 places, as XPath does; else half away from minus infinity."""
    if math.isnan(value) or math.isinf(value):
        return value
    if places == 0:
        return float(math.floor(value + 0.5))
    way = ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN
    exact = Decimal(repr(value))
    if -places > exact.adjusted() + 1:
        return 0.0
    # No more places than a number has, and room for all of its digits.
    unit = Decimal(1).scaleb(-min(places, 340))
    return float(exact.quantize(unit, rounding=way, context=Context(prec=700)))


# Comparison


def equal(left: Value, right: Value) -> bool:
    """Compare as XPath's `=`: nodes match if any does; no node at all is a blank."""
    return _any_pair(left, right, _equal)


def unequal(left: Value, right: Value) -> bool:
    """Compare as XPath's `!=`: over nodes, true if any differs."""
    return _any_pair(left, right, lambda a, b: not _equal(a, b))


def ordered(left: Value, right: Value, holds: Callable[[float, float], bool]) -> bool:
    """Compare as numbers with `<` or `<=` (a caller turns `>` round).

    A partial date is compared as far as it is known: `1994 < 1994-05` may be so, and so holds.
    """

    def compare(a: Scalar, b: Scalar) -> bool:
        low = days(a.first) if isinstance(a, Partial) else number(a)
        high = days(b.last) if isinstance(b, Partial) else number(b)
        return holds(low, high)

    return _any_pair(left, right, compare)


def _any_pair(left: Value, right: Value, holds: Callable[[Scalar, Scalar], bool]) -> bool:
    if not isinstance(left, list) and not isinstance(right, list):
        return holds(left, right)
    ones = ([node.value for node in left] or [""]) if isinstance(left, list) else [left]
    others = ([node.value for node in right] or [""]) if isinstance(right, list) else [right]
    return any(holds(a, b) for a in ones for b in others)


def _equal(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        words = {left, right} & {"true", "false"}
        return text(left) == text(right) if words else truth(left) == truth(right)
    if isinstance(left, Partial) or isinstance(right, Partial):
        return _known_equal(left, right)
    return number(left) == number(right)


def _known_equal(left: Scalar, right: Scalar) -> bool:
    # `1994` as text or number equals the partial date 1994; a full date equals a full date.
    if text(left).rstrip("~") == text(right).rstrip("~"):
        return True
    exact = all(not isinstance(side, Partial) or side.exact for side in (left, right))
    return exact and number(left) == number(right)

"""Why an answer is not of its type: one sentence for a person, for each way to be wrong.

A partial date is EDTF (ISO 8601-2) as far as a person tells dates: `1994`, `1994-05`,
`1994-05-12`, each with `~` where it is uncertain. Of level 1 nothing else is taken: what `?`, `%`,
`X` and periods say can be said with `~`, or with less.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from intake_app.interview.values import parse_moment, parse_partial, parse_time
from intake_app.words import mark

_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_POINT = re.compile(r"-?\d+(\.\d+)?( -?\d+(\.\d+)?){1,3}", re.ASCII)
_PARTS = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?~?", re.ASCII)
_MONTHS = 12
_YEAR = mark("A year lies between 0001 and 9999.")
#: What else EDTF has, and what people write.
_NOT_PARTIAL = (
    (re.compile(r"/|\.\."), mark("Give one date, not a period.")),
    (re.compile(r"\d[Xx]|[Xx]\d|XX"), mark("Leave away what is not known: 1994, or 1994-05.")),
    (re.compile(r"[?%~]"), mark("Mark an uncertain date with ~ at its end, and nothing else.")),
    (re.compile(r"^([-+Yy]?\d{5,}|-\d{1,4}|\d{1,3})(-.*)?$", re.ASCII), _YEAR),
)


def _whole(words: str) -> str:
    return "" if _WHOLE.fullmatch(words) else mark("This is not a whole number.")


def _number(words: str) -> str:
    return "" if _NUMBER.fullmatch(words) else mark("This is not a number.")


def _date(words: str) -> str:
    found = parse_moment(words)
    if found is not None:
        return mark("A date has no time.") if isinstance(found, datetime) else ""
    parts = _PARTS.fullmatch(words)
    if parts is None or not parts[3] or words.endswith("~"):
        return mark("A date is written as 2026-11-23: year, month and day.")
    return _calendar(words)


def _moment(words: str) -> str:
    if isinstance(parse_moment(words), datetime):
        return ""
    day, _, hour = words.partition("T")
    if hour and _PARTS.fullmatch(day):
        return _calendar(day) or mark("A time lies between 00:00 and 23:59.")
    return mark("A date with a time is written as 2026-11-23T09:30.")


def _time(words: str) -> str:
    if parse_time(words) is not None:
        return ""
    if re.match(r"\d\d:\d\d", words, re.ASCII):
        return mark("A time lies between 00:00 and 23:59.")
    return mark("A time is written as 09:30.")


def _partial(words: str) -> str:
    if parse_partial(words) is not None:
        return ""
    if _PARTS.fullmatch(words):
        return _calendar(words)
    return next(
        (reason for wrong, reason in _NOT_PARTIAL if wrong.search(words)),
        mark("A date is written as 1994, 1994-05 or 1994-05-12."),
    )


def _calendar(words: str) -> str:
    """Return why the numbers of a date are none of the calendar's."""
    year, month, day = (int(part) for part in (*words.rstrip("~").split("-"), "1", "1")[:3])
    if not year:
        return _YEAR
    if not 1 <= month <= _MONTHS:
        return mark("A year has 12 months.")
    try:
        date(year, month, day)
    except ValueError:
        return mark("That month does not have this day.")
    return ""


def _point(words: str) -> str:
    if _POINT.fullmatch(words) is None:
        return mark("A place is written as its latitude and longitude, in degrees.")
    latitude, longitude = (float(part) for part in words.split(" ")[:2])
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 (the globe's own bounds)
        return mark("A latitude lies between -90 and 90, a longitude between -180 and 180.")
    return ""


def _line(words: str) -> str:
    return _points(words, 2, mark("A line has at least two points."))


def _shape(words: str) -> str:
    return _points(words, 3, mark("A shape has at least three points."))


def _points(words: str, least: int, too_few: str) -> str:
    points = [point.strip() for point in words.rstrip("; ").split(";")]
    wrong = next((reason for reason in map(_point, points) if reason), "")
    return wrong or ("" if len(points) >= least else too_few)


def _code(words: str) -> str:
    return mark("A code has no spaces.") if words.split() != [words] else ""


def _truth(words: str) -> str:
    return "" if words in {"true", "false", "1", "0"} else mark("This is neither true nor false.")


def _acknowledged(words: str) -> str:
    return "" if words == "OK" else mark("This can only be marked as read.")


#: By the type of a question; a type that is not here takes any text.
FAULTS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "int": _whole,
        "decimal": _number,
        "date": _date,
        "dateTime": _moment,
        "time": _time,
        "partial-date": _partial,
        "code": _code,
        "geopoint": _point,
        "geotrace": _line,
        "geoshape": _shape,
        "boolean": _truth,
        "acknowledge": _acknowledged,
    }
)

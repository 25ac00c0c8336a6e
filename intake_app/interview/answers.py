"""The types of answers: XForms' own, and `partial-date`, `code` and `acknowledge`."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from intake_app.interview.dates import to_date, to_datetime
from intake_app.interview.faults import FAULTS
from intake_app.interview.values import (
    Partial,
    Scalar,
    Value,
    days,
    digits,
    number,
    number_text,
    parse_moment,
    parse_partial,
    parse_time,
    single,
    text,
)

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d+", re.ASCII)
_TRUTHS = MappingProxyType({"true": True, "1": True, "false": False, "0": False})


def typed(words: str, kind: str) -> Scalar:
    """Read an answer by the type of its question; what does not fit its type stays text."""
    read = _READERS.get(kind)
    if read is None or not words:
        return words
    found = read(words)
    return words if found is None else found


def valid(words: str, kind: str) -> bool:
    """Tell whether an answer is of its type; a blank is of every type."""
    return not fault(words, kind)


def fault(words: str, kind: str) -> str:
    """Return why an answer is not of its type, in a marked sentence; blank where it is."""
    found = FAULTS.get(kind)
    return found(words) if words and found is not None else ""


def order(words: str, kind: str) -> tuple[int, float, float, str]:
    """Return the key that sorts answers of one type: a total order.

    Numbers, dates and times by what they are; a partial date by its first day, the less known one
    first (`1994`, `1994-01`, `1994-01-01`), then the certain one; all others by their text. What
    is not of its type comes after those, and a blank last.
    """
    if not words:
        return (2, 0.0, 0.0, "")
    value = typed(words, kind)
    if isinstance(value, Partial):
        return (0, days(value.first), -days(value.last), words)
    if isinstance(value, str):
        return (int(kind in FAULTS and not valid(words, kind)), 0.0, 0.0, words)
    return (0, number(value), 0.0, words)


def normal(words: str, kind: str) -> str:
    """Return an answer as it is kept: numbers as XPath prints them, choices one space apart."""
    if kind == "choices":
        return " ".join(dict.fromkeys(words.split()))
    if kind in {"int", "decimal"}:
        bare = words.strip()
        return digits(bare) if bare and valid(bare, kind) else bare
    return words


def calculated(value: Value, kind: str) -> str:
    """Return what a calculation gives as its node keeps it; NaN is kept as a blank."""
    result = single(value)
    if isinstance(result, float) and math.isnan(result):
        return ""
    if kind == "dateTime" and isinstance(result, float | date):
        return text(to_datetime(result))
    if kind == "date" and isinstance(result, float | date):
        return text(to_date(result))
    if isinstance(result, float | int) and not isinstance(result, bool):
        return str(int(result)) if kind == "int" and math.isfinite(result) else number_text(result)
    return normal(text(result), kind)


_READERS: Mapping[str, Callable[[str], Scalar | None]] = MappingProxyType(
    {
        "int": lambda words: float(words) if _INTEGER.fullmatch(words) else None,
        "decimal": lambda words: float(words) if _NUMBER.fullmatch(words) else None,
        "date": parse_moment,
        "dateTime": parse_moment,
        "time": parse_time,
        "boolean": _TRUTHS.get,
        "partial-date": parse_partial,
    }
)

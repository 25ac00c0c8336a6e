"""The types of answers: XForms' own, and `partial-date`, `code` and `acknowledge`."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from intake_app.interview.values import (
    Scalar,
    Value,
    digits,
    from_days,
    moment_text,
    number_text,
    parse_moment,
    parse_partial,
    parse_time,
    single,
    text,
)
from intake_app.words import mark

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d+", re.ASCII)
_POINT = re.compile(r"-?\d+(\.\d+)?( -?\d+(\.\d+)?){1,3}", re.ASCII)
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
    fits = _CHECKS.get(kind)
    return not words or fits is None or fits(words)


def fault(words: str, kind: str) -> str:
    """Return why an answer is not of its type, as a sentence; blank where it is."""
    return "" if valid(words, kind) else mark("This is not an answer of the kind asked for.")


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
    if isinstance(result, float | int) and not isinstance(result, bool):
        if math.isnan(result):
            return ""
        if kind == "int" and not math.isinf(result):
            return str(int(result))
        if kind in {"date", "dateTime"}:
            moment = from_days(result)
            return "" if moment is None else moment_text(moment)
        return number_text(result)
    words = text(result)
    if kind == "date" and isinstance(result, datetime):
        return result.date().isoformat()
    return normal(words, kind)


def _is_date(words: str) -> bool:
    found = parse_moment(words)
    return found is not None and not isinstance(found, datetime)


def _is_point(words: str) -> bool:
    if _POINT.fullmatch(words) is None:
        return False
    latitude, longitude = (float(part) for part in words.split(" ")[:2])
    return abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 (the globe's own bounds)


def _are_points(words: str) -> bool:
    return all(_is_point(point.strip()) for point in words.rstrip("; ").split(";"))


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
_CHECKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "int": lambda words: _INTEGER.fullmatch(words) is not None,
        "decimal": lambda words: _NUMBER.fullmatch(words) is not None,
        "date": _is_date,
        "dateTime": lambda words: isinstance(parse_moment(words), datetime),
        "time": lambda words: parse_time(words) is not None,
        "boolean": lambda words: words in _TRUTHS,
        "partial-date": lambda words: parse_partial(words) is not None,
        "geopoint": _is_point,
        "geotrace": _are_points,
        "geoshape": _are_points,
        "acknowledge": lambda words: words == "OK",
    }
)

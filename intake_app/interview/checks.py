"""What can be seen to be wrong in a function's arguments before there are answers.

Each check gets the arguments, None in place of those that are no literals.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Sequence

from intake_app.errors import ExpressionError
from intake_app.interview import dates, strings
from intake_app.interview.values import number
from intake_app.words import mark

Constant = str | float | None
Check = Callable[[Sequence[Constant]], None]

#: What a form may ask about the device and its user (ODK XForms specification, preloaders).
PROPERTIES = (
    *("deviceid", "email", "username", "phonenumber", "simserial", "subscriberid"),
    *("uri:deviceid", "uri:email", "uri:username", "uri:phonenumber"),
    *("uri:simserial", "uri:subscriberid"),
)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is nearest, blank where none is near."""
    near = difflib.get_close_matches(name, list(known), 1)
    return near[0] if near else ""


def digest(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for an algorithm or encoding that there is not."""
    _, algorithm, *encoding = arguments
    known = ", ".join(strings.DIGESTS)
    if algorithm is not None and str(algorithm).upper() not in strings.DIGESTS:
        raise ExpressionError(
            mark("digest() knows {known}, not {name}."),
            remedy=mark("use one of {known}."),
            known=known,
            name=algorithm,
        )
    if encoding and isinstance(encoding[0], str) and encoding[0].lower() not in {"base64", "hex"}:
        raise ExpressionError(
            mark("digest() writes base64 or hex, not {name}."),
            remedy=mark("use 'base64' or 'hex', or leave it away."),
            name=encoding[0],
        )


def date_format(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for an escape that ODK does not have."""
    pattern = arguments[1]
    if not isinstance(pattern, str):
        return
    letters = iter(pattern)
    for letter in letters:
        escape = next(letters, "") if letter == "%" else None
        if escape is not None and escape not in dates.ESCAPES:
            raise ExpressionError(
                mark("A date cannot be written with %{escape}."),
                remedy=mark("use {known}; a percent sign is %%."),
                escape=escape,
                known=", ".join(f"%{one}" for one in dates.ESCAPES if one != "%"),
            )


def known_property(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for a property that ODK does not have."""
    name = arguments[0]
    if name is not None and str(name).lower() not in PROPERTIES:
        raise ExpressionError(
            mark("There is no property {name}."),
            remedy=mark("use one of {known}."),
            name=name,
            known=", ".join(PROPERTIES[:6]),
        )


def index(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for a place below 0."""
    at = arguments[1]
    if at is not None and not number(at) >= 0:
        raise ExpressionError(
            mark("selected-at() counts from 0, and {at} is not a place in the list."),
            remedy=mark("give 0 for the first, 1 for the second."),
            at=_written(at),
        )


def places(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for places behind the point that are no whole number."""
    _whole("round()", arguments[1] if len(arguments) > 1 else None, -300, 300)


def length(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for a length that uuid() does not give."""
    _whole("uuid()", arguments[0] if arguments else None, 1, 1_000)


def slices(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for a start or end that is no number."""
    for at in arguments[1:]:
        if at is not None and math.isnan(number(at)):
            raise ExpressionError(
                mark("substr() takes the text, then numbers, and {value} is no number."),
                remedy=mark("give the place to begin at, counted from 0."),
                value=at,
            )


def pairs(arguments: Sequence[Constant]) -> None:
    """Raise ExpressionError for an answer without a weight."""
    if len(arguments) % 2:
        raise ExpressionError(
            mark("weighted-checklist() takes pairs of an answer and its weight."),
            remedy=mark("give each answer a weight after it."),
        )


def _whole(function: str, value: Constant, least: int, most: int) -> None:
    if value is None:
        return
    found = number(value)
    if math.isnan(found) or not least <= found <= most or found != math.trunc(found):
        raise ExpressionError(
            mark("{function} takes a whole number from {least} to {most}, not {value}."),
            remedy=mark("give a whole number, without quotes."),
            function=function,
            least=least,
            most=most,
            value=_written(value),
        )


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"

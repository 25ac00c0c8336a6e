"""Arithmetic and functions on numbers: what has no answer is NaN, what is too large infinity."""

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from intake_app.interview.values import Value, number, rounded


def whole(value: Value) -> Value:
    """Leave the part behind the point away."""
    n = number(value)
    return n if math.isnan(n) or math.isinf(n) else float(math.trunc(n))


def round_to(value: Value, places: Value = 0.0) -> Value:
    """Round to a number of places behind the point; before it, where that is negative."""
    at = number(places)
    if math.isnan(at):
        return math.nan
    # A number has no more than these places, whatever is asked.
    return rounded(number(value), int(max(-400, min(at, 400))))


def guarded(function: Callable[..., float]) -> Callable[..., Value]:
    """Give NaN where mathematics has no answer, and infinity where it is too large."""

    def call(*parts: Value) -> Value:
        try:
            return float(function(*map(number, parts)))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError, TypeError):
            return math.nan

    return call


def of_whole(function: Callable[[float], float]) -> Callable[[Value], Value]:
    """Let a function to whole numbers leave NaN and infinity as they are."""

    def call(value: Value) -> Value:
        n = number(value)
        return n if math.isnan(n) or math.isinf(n) else float(function(n))

    return call


def power(base: float, exponent: float) -> float:
    """Raise to a power; as IEEE 754 has it where the result is too large or has no bound."""
    if math.isnan(exponent):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        odd = exponent == math.trunc(exponent) and math.fmod(exponent, 2) != 0
        return -math.inf if base < 0 and odd else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    """Give minus infinity for 0."""
    return lambda n: -math.inf if n == 0 else function(n)


def _divide(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _modulo(left: float, right: float) -> float:
    # The remainder has the sign of what is divided (XPath 1.0, section 3.5).
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


ARITHMETIC: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "div": _divide,
        "mod": _modulo,
    }
)

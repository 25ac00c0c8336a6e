"""The ODK function library: https://docs.getodk.org/form-operators-functions/ and XPath 1.0.

Functions take values and give one; nodes come as a list. What needs more than the values of its
arguments (`if`, `position`, `indexed-repeat` ...) is compiled in `expression.py` and stands
here with its arity only.
"""

import hashlib
import math
import operator
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from intake_app.errors import ExpressionError
from intake_app.interview import dates, geography, strings
from intake_app.interview.values import (
    Node,
    Scalar,
    Value,
    days,
    number,
    rounded,
    single,
    text,
    truth,
)
from intake_app.words import mark

MANY = 1_000


class World(Protocol):
    """What functions may ask of the interview."""

    @property
    def version(self) -> str:
        """The form's version."""
        ...

    def random(self) -> float:
        """Return a random number from 0 up to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes, and what it does.

    `nodes`: paths among its arguments come as lists; `only_nodes`: it takes nothing else.
    `world`: its first argument is the interview's world. `clock`, `language`: its result changes
    with these. `prepare` checks what stands as a literal among the arguments when the form is
    compiled.
    """

    least: int
    most: int
    call: Callable[..., Value]
    nodes: bool = False
    only_nodes: bool = False
    world: bool = False
    clock: bool = False
    language: bool = False
    prepare: Callable[..., None] | None = None


def find(name: str, count: int) -> Function:
    """Return a function for a number of arguments; ExpressionError where there is none."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(mark("There is no function {name}()."), name=name)
    check_arity(name, count, function.least, function.most)
    return function


def check_arity(name: str, count: int, least: int, most: int) -> None:
    """Raise ExpressionError where a function does not take this many arguments."""
    if least <= count <= most:
        return
    if most == MANY:
        wanted = f"{least} or more"
    else:
        wanted = str(least) if least == most else f"{least} to {most}"
    raise ExpressionError(
        mark("{name}() takes {wanted} arguments, not {count}."),
        name=name,
        wanted=wanted,
        count=count,
    )


# Sequences


def _scalars(parts: Iterable[Value]) -> list[Scalar]:
    return [
        scalar
        for part in parts
        for scalar in ([node.value for node in part] if isinstance(part, list) else [part])
    ]


def _numbers(parts: Iterable[Value]) -> list[float]:
    # A blank among the values is not there; it does not make the whole a blank.
    return [number(scalar) for scalar in _scalars(parts) if scalar != ""]


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., Value]:
    def call(*parts: Value) -> Value:
        numbers = [n for n in _numbers(parts) if not math.isnan(n)]
        return pick(numbers) if numbers else math.nan

    return call


def _join(separator: Value, *parts: Value) -> Value:
    return text(separator).join(text(scalar) for scalar in _scalars(parts))


def _count(nodes: Value) -> Value:
    return float(len(nodes)) if isinstance(nodes, list) else math.nan


def _count_non_empty(nodes: Value) -> Value:
    found = nodes if isinstance(nodes, list) else []
    return float(sum(1 for node in found if node.text != ""))


def shuffled(nodes: Sequence[Node], seed: Value) -> list[Node]:
    """Shuffle as the ODK XForms specification says: Fisher-Yates, inside out, over Park-Miller.

    A seed that is no number is read by its SHA-256, so that each text has an order of its own.
    """
    modulus = 2.0**31 - 1
    start = number(seed)
    if math.isnan(start):
        words = text(seed).encode()
        start = float(int.from_bytes(hashlib.sha256(words).digest()[:8], signed=True))
        start = start if words else 0.0
    state = 0.0 if math.isinf(start) else math.fmod(math.trunc(start), modulus)
    if state <= 0:
        state += modulus - 1
    result: list[Node] = []
    for at, node in enumerate(nodes):
        state = math.fmod(state * 16_807, modulus)
        place = math.floor((state - 1) / (modulus - 1) * (at + 1))
        result.append(node)
        result[at], result[place] = result[place], node
    return result


# Choices


def _selected(chosen: Value, name: Value) -> Value:
    sought, names = text(name).strip(), text(chosen).split()
    return sought in names if sought else not names


def _selected_at(chosen: Value, index: Value) -> Value:
    names, at = text(chosen).split(), number(index)
    return names[int(at)] if 0 <= at < len(names) else ""


def _checklist(least: Value, most: Value, *answers: Value) -> Value:
    return _within(number(least), number(most), float(sum(map(truth, answers))))


def _weighted_checklist(least: Value, most: Value, *pairs: Value) -> Value:
    flat = _scalars(pairs)
    total = sum(number(w) for a, w in zip(flat[::2], flat[1::2], strict=False) if truth(a))
    return _within(number(least), number(most), total)


def _within(least: float, most: float, total: float) -> bool:
    return (least == -1 or total >= least) and (most == -1 or total <= most)


def _boolean_from_string(words: Value) -> Value:
    value = single(words)
    return value is True or text(value) in {"1", "true"}


# Numbers


def _whole(value: Value) -> Value:
    n = number(value)
    return n if math.isnan(n) or math.isinf(n) else float(math.trunc(n))


def _round(value: Value, places: Value = 0.0) -> Value:
    at = number(places)
    return math.nan if math.isnan(at) else rounded(number(value), int(at))


def _guarded(function: Callable[..., float]) -> Callable[..., Value]:
    """Give NaN where mathematics has no answer, and infinity where it is too large."""

    def call(*parts: Value) -> Value:
        try:
            return float(function(*map(number, parts)))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError, TypeError):
            return math.nan

    return call


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
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


def _uuid(world: World, length: Value | None = None) -> Value:
    def draw(count: int) -> str:
        return "".join(f"{int(world.random() * 16):x}" for _ in range(count))

    if length is None:
        return str(uuid.UUID(hex=draw(32), version=4))
    wanted = number(length)
    return draw(int(wanted)) if 0 < wanted <= MANY else ""


def _decimal_time(value: Value) -> Value:
    found = dates.as_time(value)
    return math.nan if found is None else days(found)


def _any(call: Callable[..., Any]) -> Callable[..., Value]:
    return lambda *parts: call(*map(text, parts))


# Arities of what expression.py compiles itself.
SPECIAL: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "if": (3, 3),
        "coalesce": (2, MANY),
        "once": (1, 1),
        "current": (0, 0),
        "instance": (1, 1),
        "randomize": (1, 2),
        "last": (0, 0),
        "position": (0, 1),
        "indexed-repeat": (3, MANY),
        "jr:choice-name": (2, 2),
        "jr:itext": (1, 1),
        "pulldata": (4, 4),
    }
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        # truth
        "true": Function(0, 0, lambda: True),
        "false": Function(0, 0, lambda: False),
        "not": Function(1, 1, lambda value: not truth(value)),
        "boolean": Function(1, 1, truth),
        "boolean-from-string": Function(1, 1, _boolean_from_string),
        # sequences
        "count": Function(1, 1, _count, only_nodes=True),
        "count-non-empty": Function(1, 1, _count_non_empty, only_nodes=True),
        "sum": Function(1, 1, lambda nodes: math.fsum(_numbers([nodes])), nodes=True),
        "max": Function(1, MANY, _extreme(max), nodes=True),
        "min": Function(1, MANY, _extreme(min), nodes=True),
        "join": Function(1, MANY, _join, nodes=True),
        "concat": Function(1, MANY, lambda *parts: "".join(map(text, _scalars(parts))), nodes=True),
        # choices
        "selected": Function(2, 2, _selected),
        "is-selected": Function(2, 2, _selected),
        "selected-at": Function(2, 2, _selected_at),
        "count-selected": Function(1, 1, lambda chosen: float(len(text(chosen).split()))),
        "checklist": Function(3, MANY, _checklist),
        "weighted-checklist": Function(4, MANY, _weighted_checklist),
        # text
        "string": Function(1, 1, text),
        "string-length": Function(1, 1, lambda words: float(len(text(words)))),
        "normalize-space": Function(1, 1, lambda words: " ".join(text(words).split())),
        "contains": Function(2, 2, _any(lambda words, part: part in words)),
        "starts-with": Function(2, 2, _any(str.startswith)),
        "ends-with": Function(2, 2, _any(str.endswith)),
        "substr": Function(2, 3, strings.substr),
        "substring-before": Function(2, 2, strings.before),
        "substring-after": Function(2, 2, strings.after),
        "translate": Function(3, 3, strings.translate),
        "regex": Function(2, 2, strings.regex, prepare=strings.check_regex),
        "digest": Function(2, 3, strings.digest, prepare=strings.check_digest),
        "base64-decode": Function(1, 1, strings.base64_decode),
        # numbers
        "number": Function(1, 1, number),
        "int": Function(1, 1, _whole),
        "round": Function(1, 2, _round),
        "floor": Function(1, 1, _guarded(math.floor)),
        "ceiling": Function(1, 1, _guarded(math.ceil)),
        "abs": Function(1, 1, _guarded(abs)),
        "pow": Function(2, 2, _guarded(math.pow)),
        "sqrt": Function(1, 1, _guarded(math.sqrt)),
        "exp": Function(1, 1, _guarded(math.exp)),
        "exp10": Function(1, 1, _guarded(lambda n: math.pow(10, n))),
        "log": Function(1, 1, _guarded(_log(math.log))),
        "log10": Function(1, 1, _guarded(_log(math.log10))),
        "sin": Function(1, 1, _guarded(math.sin)),
        "cos": Function(1, 1, _guarded(math.cos)),
        "tan": Function(1, 1, _guarded(math.tan)),
        "asin": Function(1, 1, _guarded(math.asin)),
        "acos": Function(1, 1, _guarded(math.acos)),
        "atan": Function(1, 1, _guarded(math.atan)),
        "atan2": Function(2, 2, _guarded(math.atan2)),
        "pi": Function(0, 0, lambda: math.pi),
        # dates
        "today": Function(0, 0, lambda world: world.today(), world=True, clock=True),
        "now": Function(0, 0, lambda world: world.now(), world=True, clock=True),
        "date": Function(1, 1, dates.to_date),
        "date-time": Function(1, 1, dates.to_datetime),
        "decimal-date-time": Function(1, 1, dates.decimal),
        "decimal-time": Function(1, 1, _decimal_time),
        "format-date": Function(2, 2, dates.formatted, world=True, language=True),
        "format-date-time": Function(2, 2, dates.formatted, world=True, language=True),
        # places
        "area": Function(1, MANY, lambda *parts: geography.area(_points(parts)), nodes=True),
        "distance": Function(
            1, MANY, lambda *parts: geography.distance(_points(parts)), nodes=True
        ),
        "geofence": Function(
            2, 2, lambda point, around: geography.inside(text(point), _points([around]))
        ),
        # the rest
        "random": Function(0, 0, lambda world: world.random(), world=True),
        "uuid": Function(0, 1, _uuid, world=True),
        "version": Function(0, 0, lambda world: world.version, world=True),
        # Device and account are not told to a form: nothing to read here.
        "property": Function(1, 1, lambda _name: ""),
    }
)


def _points(parts: Iterable[Value]) -> list[str]:
    return [
        point.strip()
        for scalar in _scalars(parts)
        for point in text(scalar).split(";")
        if point.strip()
    ]

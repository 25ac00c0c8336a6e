"""The ODK function library: https://docs.getodk.org/form-operators-functions/ and XPath 1.0.

Functions take values and give one; nodes come as a list. What needs more than the values of its
arguments (`if`, `position`, `indexed-repeat` ...) is compiled in `calls.py` and stands here with
its arguments only.
"""

import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from intake_app.errors import ExpressionError
from intake_app.interview import checks, dates, geography, mathematics, sequences, strings
from intake_app.interview.checks import Check
from intake_app.interview.mathematics import ARITHMETIC, guarded
from intake_app.interview.values import Value, number, text, truth
from intake_app.words import mark

__all__ = ["ARITHMETIC", "FUNCTIONS", "SPECIAL", "Function", "check_arguments", "find"]

#: No author writes more arguments than this.
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
    """A function: which arguments it takes, and what it does.

    `usage` names the arguments as an author writes them: `[, x]` may be left away, `...` stands
    for more of the last. `nodes`: paths among its arguments come as lists; `only_nodes`: it takes
    nothing else; `gathers`: of one value alone there is nothing to make. `own`: without an
    argument it takes what the node itself holds. `world`: its first argument is the interview's
    world. `clock`, `language`: its result changes with these. `check` sees what stands as a
    literal among the arguments when the form is compiled.
    """

    usage: str
    call: Callable[..., Value]
    nodes: bool = False
    only_nodes: bool = False
    gathers: bool = False
    own: bool = False
    world: bool = False
    clock: bool = False
    language: bool = False
    check: Check | None = None


def find(name: str, count: int) -> Function:
    """Return a function for a number of arguments; ExpressionError where there is none."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise _unknown(name)
    check_arguments(name, function.usage, count)
    return function


def _unknown(name: str) -> ExpressionError:
    if name in REFUSED:
        return ExpressionError(
            mark("The function {name}() cannot be used here."), remedy=REFUSED[name], name=name
        )
    near = checks.nearest(name, [*FUNCTIONS, *SPECIAL])
    remedy = mark("use {near}().") if near else mark("see the ODK documentation for what there is.")
    return ExpressionError(
        mark("There is no function {name}()."), remedy=remedy, name=name, near=near
    )


def check_arguments(name: str, usage: str, count: int) -> None:
    """Raise ExpressionError where a function does not take this many arguments."""
    least, most = arity(usage)
    if least <= count <= most:
        return
    if most == MANY:
        wanted = f"{least} or more"
    else:
        wanted = str(least) if least == most else f"{least} to {most}"
    raise ExpressionError(
        mark("{name}() takes {wanted} arguments, not {count}."),
        remedy=mark("write it as {name}({usage})."),
        name=name,
        wanted=wanted,
        count=count,
        usage=usage,
    )


def arity(usage: str) -> tuple[int, int]:
    """Return how many arguments a function takes at least and at most."""
    needed = [one for one in usage.partition("[")[0].split(",") if one.strip(" .")]
    whole = [one for one in usage.replace("[", "").split(",") if one.strip(" .")]
    return len(needed), MANY if "..." in usage else len(whole)


def _uuid(world: World, length: Value | None = None) -> Value:
    def draw(count: int) -> str:
        return "".join(f"{int(world.random() * 16):x}" for _ in range(count))

    if length is None:
        return str(uuid.UUID(hex=draw(32), version=4))
    wanted = number(length)
    return draw(int(wanted)) if 0 < wanted <= MANY else ""


def _any(call: Callable[..., Any]) -> Callable[..., Value]:
    return lambda *parts: call(*map(text, parts))


def _points(parts: Iterable[Value]) -> list[str]:
    return [
        point.strip()
        for scalar in sequences.scalars(parts)
        for point in text(scalar).split(";")
        if point.strip()
    ]


#: What JavaRosa, XPath 1.0 or another tool has and we do not, with what to do instead.
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "extract-signed": mark("compare with a code list; signatures are not checked in a form."),
        "lang": mark("write the text in each language; a form's logic is the same in all."),
        "id": mark("give the path of the node."),
        "namespace-uri": mark("use local-name(); nodes are told apart by their place."),
        "search": mark("use select_one_from_file with a choice_filter."),
        "pull-data": mark("use pulldata('list', 'column', 'key column', key)."),
        "string-join": mark("use join(', ', ${{question}})."),
        "length": mark("use string-length(text)."),
        "avg": mark("use sum(${{question}}) div count(${{question}})."),
        "average": mark("use sum(${{question}}) div count(${{question}})."),
        "upper-case": mark(
            "use translate(text, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')."
        ),
        "lower-case": mark(
            "use translate(text, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')."
        ),
    }
)

#: The arguments of what calls.py compiles.
SPECIAL: Mapping[str, str] = MappingProxyType(
    {
        "if": "condition, then, otherwise",
        "coalesce": "value, value, ...",
        "once": "value",
        "current": "",
        "instance": "'list'",
        "randomize": "nodes[, seed]",
        "last": "",
        "position": "[path]",
        "indexed-repeat": "${question}, ${repeat}, number, ...",
        "jr:choice-name": "name, '${question}'",
        "jr:itext": "'text id'",
        "pulldata": "'list', 'column', 'key column', key",
        "regex": "text, 'pattern'",
        "name": "[path]",
        "local-name": "[path]",
    }
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        # truth
        "true": Function("", lambda: True),
        "false": Function("", lambda: False),
        "not": Function("value", lambda value: not truth(value)),
        "boolean": Function("value", truth),
        "boolean-from-string": Function("text", sequences.boolean_from_string),
        # sequences
        "count": Function("nodes", sequences.count, only_nodes=True, gathers=True),
        "count-non-empty": Function(
            "nodes", sequences.count_non_empty, only_nodes=True, gathers=True
        ),
        "sum": Function("nodes", sequences.total, only_nodes=True, gathers=True),
        "max": Function("value, ...", sequences.extreme(max), nodes=True, gathers=True),
        "min": Function("value, ...", sequences.extreme(min), nodes=True, gathers=True),
        "join": Function("separator, value, ...", sequences.join, nodes=True, gathers=True),
        "concat": Function("value, ...", sequences.concat, nodes=True),
        # choices
        "selected": Function("${question}, name", sequences.selected),
        "is-selected": Function("${question}, name", sequences.selected),
        "selected-at": Function("${question}, number", sequences.selected_at, check=checks.index),
        "count-selected": Function("${question}", lambda chosen: float(len(text(chosen).split()))),
        "checklist": Function("least, most, answer, ...", sequences.checklist, nodes=True),
        "weighted-checklist": Function(
            "least, most, answer, weight, ...",
            sequences.weighted_checklist,
            nodes=True,
            check=checks.pairs,
        ),
        # text
        "string": Function("[value]", text, own=True),
        "string-length": Function("[text]", lambda words: float(len(text(words))), own=True),
        "normalize-space": Function(
            "[text]", lambda words: " ".join(text(words).split()), own=True
        ),
        "contains": Function("text, part", _any(lambda words, part: part in words)),
        "starts-with": Function("text, part", _any(str.startswith)),
        "ends-with": Function("text, part", _any(str.endswith)),
        "substr": Function("text, start[, end]", strings.substr, check=checks.slices),
        "substring": Function("text, start[, length]", strings.substring),
        "substring-before": Function("text, part", strings.before),
        "substring-after": Function("text, part", strings.after),
        "translate": Function("text, letters, others", strings.translate),
        "digest": Function("text, 'algorithm'[, 'encoding']", strings.digest, check=checks.digest),
        "base64-decode": Function("text", strings.base64_decode),
        # numbers
        "number": Function("[value]", number, own=True),
        "int": Function("number", mathematics.whole),
        "round": Function("number[, places]", mathematics.round_to, check=checks.places),
        "floor": Function("number", mathematics.of_whole(math.floor)),
        "ceiling": Function("number", mathematics.of_whole(math.ceil)),
        "abs": Function("number", guarded(abs)),
        "pow": Function("number, power", guarded(mathematics.power)),
        "sqrt": Function("number", guarded(math.sqrt)),
        "exp": Function("number", guarded(math.exp)),
        "exp10": Function("number", guarded(lambda n: math.pow(10, n))),
        "log": Function("number", guarded(mathematics.logarithm(math.log))),
        "log10": Function("number", guarded(mathematics.logarithm(math.log10))),
        "sin": Function("number", guarded(math.sin)),
        "cos": Function("number", guarded(math.cos)),
        "tan": Function("number", guarded(math.tan)),
        "asin": Function("number", guarded(math.asin)),
        "acos": Function("number", guarded(math.acos)),
        "atan": Function("number", guarded(math.atan)),
        "atan2": Function("y, x", guarded(math.atan2)),
        "pi": Function("", lambda: math.pi),
        # dates
        "today": Function("", lambda world: world.today(), world=True, clock=True),
        "now": Function("", lambda world: world.now(), world=True, clock=True),
        "date": Function("value", dates.to_date),
        "date-time": Function("value", dates.to_datetime),
        "decimal-date-time": Function("value", dates.decimal),
        "decimal-time": Function("time", dates.decimal_time),
        "format-date": Function(
            "date, 'format'", dates.formatted, world=True, language=True, check=checks.date_format
        ),
        "format-date-time": Function(
            "time, 'format'", dates.formatted, world=True, language=True, check=checks.date_format
        ),
        # places
        "area": Function("shape, ...", lambda *parts: geography.area(_points(parts)), nodes=True),
        "enclosed-area": Function(
            "shape, ...", lambda *parts: geography.area(_points(parts)), nodes=True
        ),
        "distance": Function(
            "line, ...", lambda *parts: geography.distance(_points(parts)), nodes=True
        ),
        "geofence": Function(
            "point, shape", lambda point, around: geography.inside(text(point), _points([around]))
        ),
        "intersects": Function("line", lambda line: geography.crosses_itself(_points([line]))),
        # the rest
        "depend": Function("value, ...", lambda first, *_: first),
        "random": Function("", lambda world: world.random(), world=True),
        "uuid": Function("[length]", _uuid, world=True, check=checks.length),
        "version": Function("", lambda world: world.version, world=True),
        # Device and account are not told to a form: nothing to read here.
        "property": Function("'name'", lambda _name: "", check=checks.known_property),
    }
)

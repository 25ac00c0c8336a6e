"""What one value of a form may still be, once some conditions about it are known to hold.

An over-estimate: what is possible is always in it, so that where nothing is left, nothing can
be. It speaks of answers that are of their question's type.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from intake_app.interview import values
from intake_app.interview.values import Scalar

#: `any`: a calculation or what an action sets, which may be a text, a number or a truth.
Kind = Literal["text", "number", "many", "any"]

#: Whole numbers are gone through one by one only where there are no more than these.
_FEW = 1_000

_Test = Callable[[Scalar, Scalar], bool]
#: What each sign of comparison tests.
TESTS: Mapping[str, _Test] = MappingProxyType(
    {
        "=": values.equal,
        "!=": values.unequal,
        "<": lambda left, right: values.ordered(left, right, operator.lt),
        "<=": lambda left, right: values.ordered(left, right, operator.le),
        ">": lambda left, right: values.ordered(right, left, operator.lt),
        ">=": lambda left, right: values.ordered(right, left, operator.le),
    }
)
_OPPOSITE = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<"})


@dataclass(frozen=True, slots=True)
class Possible:
    """What a value may be.

    `values`: one of these, where they are known. `numeric`: it is a number (no blank, no NaN),
    between `low` and `high`; `above` and `under` tell that it is not these themselves. `whole`:
    as a number it is a whole one. `without`: it is none of these. `has` and `lacks`: names that
    are and are not among what was chosen; `names`: what there is to choose.
    """

    kind: Kind = "any"
    values: frozenset[Scalar] | None = None
    numeric: bool = False
    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    under: bool = False
    whole: bool = False
    without: frozenset[Scalar] = frozenset()
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    names: frozenset[str] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing that it can be."""
        if self.values is not None:
            return not any(map(self._fits, self.values))
        if self.has & self.lacks or (self.names is not None and not self.has <= self.names):
            return True
        return self.numeric and self._no_number()

    @property
    def blank(self) -> bool:
        """Whether it can be blank."""
        if self.values is not None:
            return "" in self.values and self._fits("")
        return not (self.numeric or self.has or "" in self.without)

    def remaining(self) -> frozenset[Scalar] | None:
        """Return what it can be, None where that is not a list of values."""
        return None if self.values is None else frozenset(filter(self._fits, self.values))

    def compared(self, sign: str, other: Scalar, *, holds: bool = True) -> "Possible":
        """Return what is left where a comparison with a constant holds, or does not."""
        if self.values is not None:
            test = TESTS[sign]
            left = {one for one in self.values if test(one, other) == holds}
            return replace(self, values=frozenset(left))
        if sign in {"=", "!="}:
            return self._equal(other) if (sign == "=") == holds else self._unequal(other)
        if holds:
            return self.ordered(sign, values.number(other))
        # What is no number compares with nothing, so that the opposite need not hold either.
        return self.ordered(_OPPOSITE[sign], values.number(other)) if self.numeric else self

    def ordered(self, sign: str, number: float) -> "Possible":
        """Return what is left where it lies on one side of a number."""
        if math.isnan(number):
            return replace(self, values=frozenset())
        made, strict = replace(self, numeric=True), sign in {"<", ">"}
        if sign in {"<", "<="}:
            if number < self.high or (number == self.high and strict):
                return replace(made, high=number, under=strict)
        elif number > self.low or (number == self.low and strict):
            return replace(made, low=number, above=strict)
        return made

    def chosen(self, name: str, *, holds: bool = True) -> "Possible":
        """Return what is left where a name is among what was chosen, or is not."""
        if not name:
            return self
        if holds:
            return replace(self, has=self.has | {name})
        return replace(self, lacks=self.lacks | {name})

    def true(self, *, holds: bool = True) -> "Possible":
        """Return what is left where it is read as true, or as false."""
        if self.values is not None:
            left = {one for one in self.values if values.truth(one) == holds}
            return replace(self, values=frozenset(left))
        if holds:
            return replace(self, without=self.without | {""})
        return replace(self, values=frozenset({""})) if self.kind in {"text", "many"} else self

    def _equal(self, other: Scalar) -> "Possible":
        if self.kind == "any" or isinstance(other, bool):
            return self
        if other == "" or (isinstance(other, str) and self.kind != "number"):
            return replace(self, values=frozenset({other}))
        if self.kind == "many":
            return self
        number = values.number(other)
        return self.ordered("<=", number).ordered(">=", number)

    def _unequal(self, other: Scalar) -> "Possible":
        if isinstance(other, bool) or (self.kind == "any" and other != ""):
            return self
        return replace(self, without=self.without | {other})

    def _no_number(self) -> bool:
        if self.low > self.high or (self.low == self.high and (self.above or self.under)):
            return True
        if self.low == self.high:
            return not self._fits(self.low) or (self.whole and self.low != math.floor(self.low))
        if not self.whole or not self.high - self.low <= _FEW:
            return False
        first, last = math.ceil(self.low), math.floor(self.high)
        return not any(self._fits(float(number)) for number in range(first, last + 1))

    def _fits(self, value: Scalar) -> bool:
        if any(values.equal(value, other) for other in self.without):
            return False
        if self.has or self.lacks or self.kind == "many":
            chosen = set(values.text(value).split())
            known = self.names is None or chosen <= self.names
            if not known or not self.has <= chosen or self.lacks & chosen:
                return False
        if not self.numeric:
            return True
        number = values.number(value)
        over = number > self.low if self.above else number >= self.low
        return over and (number < self.high if self.under else number <= self.high)

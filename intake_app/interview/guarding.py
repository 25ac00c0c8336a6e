"""How well an answer is guarded: what was told under one sensitivity is told to no more people.

    safety      for the placement officer alone; in no document
    health      sealed apart, and for who needs it
    unknown     not known any more, and so guarded as well as any

All others lie with the rest of the interview.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: The sensitivity of an answer whose question is not known.
UNKNOWN: Final = "unknown"
_LEVELS: Final[Mapping[str, int]] = MappingProxyType({"safety": 2, "health": 1, UNKNOWN: 2})


def level(sensitivity: str) -> int:
    """Return how well a sensitivity guards: the higher the better, 0 where nothing is sealed."""
    return _LEVELS.get(sensitivity, 0)


def stricter(one: str, other: str) -> str:
    """Return which of two sensitivities guards better; the first where both do as well."""
    return other if level(other) > level(one) else one

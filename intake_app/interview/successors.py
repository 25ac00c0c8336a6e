"""Which node of a newer form each node of an older one became: by path, by earlier name, by name.

    the same path                       it is the same node, whatever else the newer form says
    `bind::intake:was`                  earlier names or paths that the author wrote down
    the same name in what its group     a group that was renamed or moved takes along what is
    became                              inside it
    the same name, once in each form    it was moved to another group

The same path comes first, so that `was` may stay in the questionnaire for ever: a name that is
used again for something else cannot be told from its first use, and needs a new name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake_app.interview.form import Form
from intake_app.interview.spot import Spot

_INDEX = re.compile(r"\[\d+\]")


def bare(path: str) -> str:
    """Return a path without the numbers of rows."""
    return _INDEX.sub("", path)


@dataclass(frozen=True, slots=True)
class Older:
    """What is known of an older node: whether it is a question, and its own earlier names."""

    asked: bool
    was: tuple[str, ...] = ()


def outline(form: Form) -> dict[str, Older]:
    """Return the nodes of a form by path."""
    return {spot.path: Older(spot.question is not None, _was(spot)) for spot in form.program.spots}


def outline_of(questions: Iterable[str], repeats: Iterable[str]) -> dict[str, Older]:
    """Return what a state alone tells of its form: its answers, and the groups around them."""
    asked, groups = {bare(path) for path in questions}, {bare(path) for path in repeats}
    around = {
        "/".join(path.split("/")[:depth])
        for path in asked | groups
        for depth in range(2, _deep(path))
    }
    return {
        **dict.fromkeys(around | groups, Older(asked=False)),
        **dict.fromkeys(asked, Older(asked=True)),
    }


@dataclass(frozen=True, slots=True)
class Successors:
    """The node of the newer form that each older path became, where there is one."""

    older: Mapping[str, Older]
    spots: Mapping[str, Spot]

    @classmethod
    def between(cls, older: Mapping[str, Older], form: Form) -> "Successors":
        """Compare the nodes of an older form, by path, with a newer form."""
        newer = form.program.by_path
        root = form.program.spots[0]
        found = {path: root for path in older if _deep(path) == 2}  # noqa: PLR2004 - "", root
        found |= {
            path: newer[path]
            for path, each in older.items()
            if path in newer and (newer[path].question is not None) is each.asked
        }
        search = _Search(older, form, found)
        for path in sorted(set(older) - set(found), key=lambda path: (_deep(path), path)):
            spot = search.look(path)
            if spot is not None:
                found[path] = spot
        return cls(older, found)

    def of(self, path: str) -> Spot | None:
        """Return what an older path, without numbers of rows, became."""
        return self.spots.get(path)


class _Search:
    """Looks for a node that is not where it was; nothing becomes two things, nor two one."""

    def __init__(self, older: Mapping[str, Older], form: Form, found: dict[str, Spot]) -> None:
        self._older, self._found = older, found
        spots = form.program.spots[1:]
        # What a form notes about itself is nobody's answer.
        self._spots = [spot for spot in spots if spot.chain()[1].name != "meta"]
        self._once = _once(spot.name for spot in self._spots)
        self._older_once = _once(_name(path) for path in older)

    def look(self, path: str) -> Spot | None:
        """Return the node that one older path became; None where there is none."""
        older, name = self._older[path], _name(path)
        taken = {spot.path for spot in self._found.values()}
        free = [
            spot
            for spot in self._spots
            if spot.path not in taken and (spot.question is not None) is older.asked
        ]
        around, alone = self._found.get(path.rpartition("/")[0]), name in self._older_once
        inside = [spot for spot in free if around is not None and spot.parent is around]
        # An app that was put back a version meets the newer names, which say what they were.
        found = [
            *(spot for spot in free if path in _was(spot) or spot.path in older.was),
            *(spot for spot in inside if name in _was(spot) or spot.name in older.was),
            *(spot for spot in free if alone and name in _was(spot)),
            *(spot for spot in inside if spot.name == name),
            *(spot for spot in free if alone and name in self._once and spot.name == name),
        ]
        return found[0] if found else None


def _was(spot: Spot) -> tuple[str, ...]:
    return tuple(spot.definition.intake.get("was", "").split())


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _deep(path: str) -> int:
    return len(path.split("/"))


def _once(names: Iterable[str]) -> frozenset[str]:
    numbers = Counter(names)
    return frozenset(name for name in numbers if numbers[name] == 1)

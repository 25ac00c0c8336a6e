"""One form in both engines: the same actions go to both, and what differs is told."""

import json
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # it ships no types

from intake_app.authoring.loading import load_any
from intake_app.authoring.replay import replay
from tests.differential.javarosa import Act, JavaRosa, JavaRosaGaveUp, Nodes

_ASPECTS = ("relevant", "required", "readonly", "value", "valid", "label", "choices")
#: A number of more letters than this is a long fraction.
_PRINTED = 14
_INDEX = re.compile(r"\[\d+\]")


def bare(path: str) -> str:
    """Return a path without the indexes of rows: the same for all instances of a question."""
    return _INDEX.sub("", path)


@dataclass(frozen=True)
class Difference:
    """Where the two stand apart: a path, what about it, and what each of them has."""

    path: str
    aspect: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.path} {self.aspect}: ours {self.ours!r}, JavaRosa's {self.theirs!r}"


class Beside:
    """A form that is open in both."""

    def __init__(self, source: Path, folder: Path, javarosa: JavaRosa) -> None:
        """Take a form; its XForm XML goes into a folder, where the files beside it lie too."""
        self.form = load_any(source)
        self.name = source.stem
        self.today = datetime.now(UTC).date()
        self.nodes: Nodes = {}
        self._javarosa = javarosa
        self._xform = source
        if source.suffix != ".xml":
            made = convert(source.read_bytes(), file_type=source.suffix, form_name="data")
            self._xform = folder / f"{source.stem}.xml"
            self._xform.write_text(made.xform, encoding="utf-8")
        self._waiting: deque[str] = deque()
        self._lines: Iterator[dict[str, Any]] = iter(())

    def begin(self) -> list[Difference]:
        """Open the form anew in both."""
        self._waiting.clear()
        self.today = datetime.now(UTC).date()
        self._lines = replay(self.form, self._script(), today=self.today)
        self.nodes = next(self._lines)["nodes"]
        return self._apart(self._javarosa.load(self._xform))

    def act(self, action: Act) -> list[Difference]:
        """Do the same in both; where both refuse, nothing differs."""
        self._waiting.append(json.dumps(action))
        line = next(self._lines)
        try:
            theirs = self._javarosa.act(action)
        except JavaRosaGaveUp as error:
            return [Difference(next(iter(action.values())), "gave-up", "", str(error))]
        if ("error" in line) != (theirs is None):
            ours = line.get("error", "done")
            told = "refused" if theirs is None else "done"
            return [Difference(next(iter(action.values())), "done", ours, told)]
        if theirs is None:
            return []
        self.nodes = line["nodes"]
        return self._apart(theirs)

    def _script(self) -> Iterator[str]:
        while self._waiting:
            yield self._waiting.popleft()

    def _apart(self, theirs: Nodes) -> list[Difference]:
        # A node that no question shows is not in a snapshot of ours.
        shown = {path: node for path, node in theirs.items() if bare(path) in self.form.questions}
        found = [
            Difference(path, "there", path in self.nodes, path in shown)
            for path in [*self.nodes.keys() - shown.keys(), *shown.keys() - self.nodes.keys()]
        ]
        for path in self.nodes.keys() & shown.keys():
            kind = self.form.questions[bare(path)].type
            for aspect in _ASPECTS:
                ours, other = self.nodes[path].get(aspect), shown[path].get(aspect)
                if not _same(aspect, kind, ours, other):
                    found.append(Difference(path, aspect, _told(ours), _told(other)))
        return sorted(found, key=str)


def _told(value: object) -> object:
    return " ".join(value) if isinstance(value, list) else value


def _same(aspect: str, kind: str, ours: object, theirs: object) -> bool:
    if ours == theirs:
        return True
    if aspect == "label":
        # What nobody is shown has no label there; how wide a gap is nobody sees.
        return str(ours or "").split() == str(theirs or "").split()
    return aspect == "value" and same_value(kind, str(ours), str(theirs))


def same_value(kind: str, ours: str, theirs: str) -> bool:
    """Tell whether two texts are the same answer: the same number, moment, points or text."""
    if ours == theirs:
        return True
    if kind in {"time", "dateTime"}:
        return _moment(kind, ours) == _moment(kind, theirs) is not None
    if kind.startswith("geo"):
        return _points(ours) == _points(theirs) is not None
    one, other = _number(ours), _number(theirs)
    if one is None or other is None:
        return False
    # Far behind the point lies the order in which sums were done; else numbers look the same.
    return (
        one == other
        if kind in {"int", "decimal"}
        else (max(len(ours), len(theirs)) > _PRINTED and math.isclose(one, other, rel_tol=1e-9))
    )


def _moment(kind: str, words: str) -> date | time | None:
    try:
        if kind == "time":
            found = time.fromisoformat(words)
            return found.replace(tzinfo=found.tzinfo or UTC)
        moment = datetime.fromisoformat(words)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None


def _number(words: str) -> float | None:
    try:
        return float(words)
    except ValueError:
        return None


def _points(words: str) -> list[list[float | None]]:
    return [[_number(part) for part in point.split()] for point in words.split(";")]

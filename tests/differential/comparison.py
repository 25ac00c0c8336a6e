"""What is done to a form in both engines, and what differs: decisions, and bugs."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.differential.beside import Beside, Difference
from tests.differential.decisions import Decision, covering
from tests.differential.javarosa import Act, JavaRosa
from tests.differential.walks import Walker

FORMS = Path(__file__).parent / "forms"
STEPS = 40


@dataclass
class Comparison:
    """Forms side by side, each gone through once, whoever asks for it first."""

    folder: Path
    javarosa: JavaRosa
    walks: int
    met: dict[Path, set[Decision]] = field(default_factory=dict)
    bugs: dict[Path, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the files that forms read where their XForm XML goes."""
        for name in ("towns.csv", "places.geojson", "things.xml"):
            shutil.copy(FORMS / name, self.folder)

    def of(self, source: Path) -> list[str]:
        """Return what differs on a form and is no decision: after its script, and random walks.

        In a script a blank line begins anew; it holds what chance seldom does.
        """
        if source not in self.bugs:
            self.bugs[source], self.met[source] = [], set()
            both = Beside(source, self.folder, self.javarosa)
            script = source.with_suffix(".jsonl")
            parts = script.read_text(encoding="utf-8").split("\n\n") if script.exists() else ()
            for part in parts:
                self._follow(source, both, map(json.loads, part.splitlines()))
            for number in range(self.walks):
                walker = Walker(both.form, f"{source.stem} {number}")
                self._follow(source, both, (walker.step(both.nodes) for _ in range(STEPS)))
        return self.bugs[source]

    def _follow(self, source: Path, both: Beside, actions: Iterable[Act]) -> None:
        """Do the actions in both, up to where a decision parts their ways."""
        done: list[Act] = []
        parted = self._parted(source, both, both.begin(), done)
        for action in () if parted else actions:
            done.append(action)
            if self._parted(source, both, both.act(action), done):
                return

    def _parted(
        self, source: Path, both: Beside, differences: list[Difference], done: list[Act]
    ) -> bool:
        known = {difference: covering(both.name, difference) for difference in differences}
        bugs = [str(difference) for difference, decisions in known.items() if not decisions]
        found = frozenset[Decision]().union(*known.values())
        self.met[source] |= found
        # Past midnight the two live on different days.
        if bugs and both.today == datetime.now(UTC).date():
            self.bugs[source].append("\n".join([*bugs, "after", *map(json.dumps, done)]))
        return bool(bugs) or any(decision.parts for decision in found)

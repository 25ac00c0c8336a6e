"""Forms in both engines at once, step by step: what differs is a decision, or a bug."""

import json
import re
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.differential.beside import Beside, Difference
from tests.differential.decisions import DECISIONS, NOT_SHOWN, TOPICS, covering
from tests.differential.javarosa import Act, JavaRosa
from tests.differential.walks import Walker

HERE = Path(__file__).parent / "forms"
FORMS = sorted([*HERE.glob("*.md"), *HERE.glob("xform_*.xml")])
RECORD = Path(__file__).parents[2] / "docs" / "adr" / "0003-where-odk-engines-disagree.md"
STEPS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the XForm XML, with the files that forms read."""
    made = tmp_path_factory.mktemp("forms")
    for name in ("towns.csv", "places.geojson", "things.xml"):
        shutil.copy(HERE / name, made)
    return made


@pytest.mark.parametrize("source", FORMS, ids=lambda source: source.stem)
def test_what_is_done_at_random_gives_the_same(
    source: Path, folder: Path, javarosa: JavaRosa, walks: int
) -> None:
    """After each action all nodes are alike: value, relevance, label, choices and the rest."""
    both = Beside(source, folder, javarosa)
    for number in range(walks):
        walker = Walker(both.form, f"{source.stem} {number}")
        _follow(both, (walker.step(both.nodes) for _ in range(STEPS)))


@pytest.mark.parametrize("script", sorted(HERE.glob("*.jsonl")), ids=lambda script: script.stem)
def test_what_is_written_down_gives_the_same(
    script: Path, folder: Path, javarosa: JavaRosa
) -> None:
    """Scripts for what chance seldom does; a blank line begins anew."""
    both = Beside(next(one for one in FORMS if one.stem == script.stem), folder, javarosa)
    for part in script.read_text(encoding="utf-8").split("\n\n"):
        _follow(both, map(json.loads, part.splitlines()))


def test_each_decision_stands_in_the_record() -> None:
    """And each row of the record is looked at here, or needs no looking at."""
    rows = re.findall(r"^\| (.+?) \| ", RECORD.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) - {"topic"} == TOPICS | NOT_SHOWN


def test_a_decision_names_forms_that_there_are() -> None:
    """A form that was renamed takes its decisions along."""
    assert {one.form for one in DECISIONS} - {""} <= {form.stem for form in FORMS}


def _follow(both: Beside, actions: Iterable[Act]) -> None:
    """Do the actions in both, up to where a decision parts their ways."""
    done: list[Act] = []
    parted = _parted(both, both.begin(), done)
    for action in () if parted else actions:
        done.append(action)
        if _parted(both, both.act(action), done):
            return


def _parted(both: Beside, differences: list[Difference], done: list[Act]) -> bool:
    known = {difference: covering(both.name, difference) for difference in differences}
    bugs = [str(difference) for difference, decision in known.items() if decision is None]
    if bugs and both.today == datetime.now(UTC).date():
        pytest.fail("\n".join([*bugs, "after", *map(json.dumps, done)]))
    # Past midnight the two live on different days.
    return bool(bugs) or any(decision.parts for decision in known.values() if decision)

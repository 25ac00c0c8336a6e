"""Forms in both engines at once, step by step: what differs is a decision, or a bug."""

import re
from pathlib import Path

import pytest

from tests.differential.comparison import FORMS, Comparison
from tests.differential.decisions import DECISIONS, NOT_SHOWN, TOPICS
from tests.differential.javarosa import JavaRosa

SOURCES = sorted([*FORMS.glob("*.md"), *FORMS.glob("xform_*.xml")])
RECORD = Path(__file__).parents[2] / "docs" / "adr" / "0003-where-odk-engines-disagree.md"


@pytest.fixture(scope="module")
def comparison(
    tmp_path_factory: pytest.TempPathFactory, javarosa: JavaRosa, walks: int
) -> Comparison:
    """What was found on each form, once it was gone through."""
    return Comparison(tmp_path_factory.mktemp("forms"), javarosa, walks)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_what_is_done_to_a_form_gives_the_same(source: Path, comparison: Comparison) -> None:
    """After each action all nodes are alike: value, relevance, label, choices and the rest."""
    found = comparison.of(source)
    assert not found, found[0]


def test_each_decision_shows_on_the_form_that_it_names(comparison: Comparison) -> None:
    """One that makes no difference any more would only hide what goes wrong there."""
    for source in SOURCES:
        comparison.of(source)
    met = set[object]().union(*comparison.met.values())
    unmet = [f"{one.topic}, {one.form or 'any form'}" for one in DECISIONS if one not in met]
    assert not unmet, "\n".join(unmet)


def test_each_decision_stands_in_the_record() -> None:
    """And each row of the record is looked at here, or needs no looking at."""
    rows = re.findall(r"^\| (.+?) \| ", RECORD.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) - {"topic"} == TOPICS | NOT_SHOWN


def test_a_decision_names_forms_and_questions_that_there_are() -> None:
    """A form that was renamed takes its decisions along."""
    written = {source.stem: source.read_text(encoding="utf-8") for source in SOURCES}
    for decision in DECISIONS:
        words = set(re.findall(r"\w+", written[decision.form])) if decision.form else set[str]()
        # pyxform makes a node for a count.
        assert decision.nodes <= words | {f"{word}_count" for word in words}

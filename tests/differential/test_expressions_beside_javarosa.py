"""Fifteen thousand expressions in both engines: every function and operator, with odd arguments."""

from datetime import UTC, datetime

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview
from tests.differential.beside import same_value
from tests.differential.decisions import EXPRESSIONS, explaining
from tests.differential.expressions import expressions, xform
from tests.differential.javarosa import JavaRosa


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each expression gives here; those that are refused when compiled are not among them."""
    folder = tmp_path_factory.mktemp("expressions")
    asked = expressions()
    faults = Form.read(compile_xform(xform(asked).encode(), folder)).program.faults
    refused = {int(fault.path.removeprefix("/data/c")) for fault in faults}
    sound = [words for at, words in enumerate(asked) if at not in refused]
    form = Form.load(compile_xform(xform(sound).encode(), folder))
    interview = Interview(form, clock=FixedClock(datetime.now(UTC)))
    values = {words: interview.node(f"/data/c{at}").value for at, words in enumerate(sound)}
    # At midnight a moment and its date are the same to JavaRosa.
    return {words: value.replace("T00:00:00.000Z", "") for words, value in values.items()}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory, javarosa: JavaRosa) -> dict[str, str | None]:
    """What each gives there; None where JavaRosa raises an error."""
    form = tmp_path_factory.mktemp("expressions") / "expressions.xml"
    form.write_text(xform([]), encoding="utf-8")
    javarosa.load(form)
    asked = expressions()
    results = javarosa.ask({"evaluate": asked})["results"]
    return {words: one.get("text") for words, one in zip(asked, results, strict=True)}


@pytest.fixture(scope="module")
def explained(ours: dict[str, str], theirs: dict[str, str | None]) -> dict[str, set[str]]:
    """The expressions that differ, and the decisions that say why; an error there is no value."""
    return {
        f"{words}: ours {value!r}, JavaRosa's {other!r}": explaining(words, value, other)
        for words, value in ours.items()
        if (other := theirs[words]) is not None and not same_value("string", value, other)
    }


def test_each_expression_gives_the_same(explained: dict[str, set[str]]) -> None:
    """Or what a decision of the record says."""
    apart = [said for said, decisions in explained.items() if not decisions]
    assert not apart, "\n".join(apart)


def test_each_decision_shows_in_an_expression(explained: dict[str, set[str]]) -> None:
    """One that makes no difference any more would only hide what goes wrong."""
    assert {topic for topic, _, _ in EXPRESSIONS} == set[str]().union(*explained.values())


def test_few_are_refused_or_beyond_javarosa(
    ours: dict[str, str], theirs: dict[str, str | None]
) -> None:
    """So that the comparison stays one of nearly all of them."""
    assert len(ours) > 0.98 * len(theirs)
    assert sum(value is not None for value in theirs.values()) > 0.9 * len(theirs)

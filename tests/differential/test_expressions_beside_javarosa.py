"""Fifteen thousand expressions in both engines: every function and operator, with odd arguments."""

from datetime import UTC, datetime

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview
from tests.differential.beside import same_value
from tests.differential.decisions import explains
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


def test_each_expression_gives_the_same(
    ours: dict[str, str], theirs: dict[str, str | None]
) -> None:
    """Or what a decision of the record says; an error of JavaRosa's is never one of ours."""
    apart = [
        f"{words}: ours {value!r}, JavaRosa's {other!r}"
        for words, value in ours.items()
        if (other := theirs[words]) is not None
        and not same_value("string", value, other)
        and not explains(words, value, other)
    ]
    assert not apart, "\n".join(apart)


def test_few_are_refused_or_beyond_javarosa(
    ours: dict[str, str], theirs: dict[str, str | None]
) -> None:
    """So that the comparison stays one of nearly all of them."""
    assert len(ours) > 0.98 * len(theirs)
    assert sum(value is not None for value in theirs.values()) > 0.9 * len(theirs)

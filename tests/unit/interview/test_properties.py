"""Whatever is answered in whatever order: the state is what computing all from nothing gives."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.authoring.loading import load_any
from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Form, Interview

CHAINS = """
| survey |
|        | type         | name  | label | relevant         | calculation             | constraint | required |
|        | integer      | a     | A     |                  |                         | . < 50     | ${b} = '' |
|        | integer      | b     | B     | ${a} > 3         |                         | . > ${a}   | yes |
|        | integer      | c     | C     | ${b} != '' or ${a} = 1 |                   | | |
|        | calculate    | ab    |       |                  | coalesce(${a}, 0) + coalesce(${b}, 0) | | |
|        | calculate    | abc   |       |                  | ${ab} * 2 + coalesce(${c}, 0) | | |
|        | begin group  | g     | G     | ${abc} mod 2 = 0 |                         | | |
|        | text         | d     | D ${abc} |               |                         | | |
|        | calculate    | deep  |       |                  | concat(${d}, '-', ${abc}) | | |
|        | begin group  | h     | H     | ${d} != 'x'      |                         | | |
|        | integer      | e     | E     |                  |                         | | ${abc} > 10 |
|        | end group    |       |       |                  |                         | | |
|        | end group    |       |       |                  |                         | | |
|        | calculate    | end   |       |                  | join(',', ${d}, ${e}, ${deep}) | | |
"""  # noqa: E501 (a table is read across)
ROWS = """
| survey |
|        | type         | name  | label | relevant     | calculation | choice_filter | repeat_count |
|        | integer      | n     | N     | | | | |
|        | select_one l | land  | Land  | | | | |
|        | begin repeat | r     | R     | ${n} != 9    | | | |
|        | text         | t     | T     | | | | |
|        | select_one s | s     | S     | | | land=${land} or land=${t} | |
|        | begin repeat | k     | K     | ${t} != 'x'  | | | ${n} |
|        | integer      | v     | V     | | | | |
|        | calculate    | p     |       | | position(..) * 10 + position(../..) | | |
|        | end repeat   |       |       | | | | |
|        | calculate    | sum   |       | | sum(${v}) | | |
|        | calculate    | run   |       | | ${sum} + coalesce(indexed-repeat(${run}, ${r}, position(..) - 1), 0) | | |
|        | end repeat   |       |       | | | | |
|        | calculate    | all   |       | | concat(sum(${v}), ' ', count(${r}), ' ', count(${k}), ' ', join(',', ${t}), max(${p})) | | |
|        | calculate    | names |       | | concat(join(',', ${s}), jr:choice-name(${land}, '${land}')) | | |
| choices |
|         | list_name | name | label | land |
|         | l         | x    | X     | |
|         | l         | y    | Y     | |
|         | s         | a    | A     | x |
|         | s         | b    | B     | y |
|         | s         | c    | C     | y |
"""  # noqa: E501 (a table is read across)

_TOLD = st.sampled_from(["", "1", "2", "4", "8", "9", "60", "x", "y", "a", "b", "kok"])
_ACTIONS = st.lists(
    st.tuples(st.sampled_from(["answer", "answer", "answer", "add", "remove"]),
              st.integers(0, 40), _TOLD),
    max_size=25,
)  # fmt: skip
_MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module", params=[CHAINS, ROWS], ids=["chains", "rows"])
def form(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Form:
    """Each of the forms."""
    source = tmp_path_factory.mktemp("form") / "form.md"
    source.write_text(request.param, encoding="utf-8")
    return load_any(source)


def _play(interview: Interview, actions: list[tuple[str, int, str]]) -> None:
    for action, at, value in actions:
        nodes = list(interview.nodes())
        path = nodes[at % len(nodes)].path
        row = path.rpartition("]")[0]
        try:
            if action == "answer":
                interview.answer(path, value)
            elif action == "add":
                interview.add_repeat("/data/r")
            elif row:
                interview.remove_repeat(f"{row.partition(']')[0]}]")
        except InterviewError:
            continue
        for node in interview.nodes():
            interview.choices(node.path)


def _only_told(state: dict[str, Any]) -> dict[str, Any]:
    told = {path: node for path, node in state["nodes"].items() if "at" in node}
    return {**state, "nodes": told}


@_MANY
@given(actions=_ACTIONS)
def test_answering_gives_what_computing_from_nothing_gives(
    form: Form, actions: list[tuple[str, int, str]]
) -> None:
    """Recomputing only what an answer touches leaves nothing stale."""
    interview = Interview(form, clock=FixedClock())
    _play(interview, actions)
    fresh = Interview(form, clock=FixedClock(), state=_only_told(interview.export()))
    assert list(fresh.nodes()) == list(interview.nodes())
    assert fresh.steps() == interview.steps()
    assert [fresh.choices(node.path) for node in fresh.nodes()] == [
        interview.choices(node.path) for node in interview.nodes()
    ]


@_MANY
@given(actions=_ACTIONS, at=st.integers(0, 40), value=_TOLD)
def test_a_change_names_every_node_that_differs(
    form: Form, actions: list[tuple[str, int, str]], at: int, value: str
) -> None:
    """A screen that redraws what is named shows the truth."""
    interview = Interview(form, clock=FixedClock())
    _play(interview, actions)
    before = {node.path: (node, interview.text(node.path)) for node in interview.nodes()}
    path = list(before)[at % len(before)]
    try:
        change = interview.answer(path, value)
    except InterviewError:
        return
    after = {node.path: (node, interview.text(node.path)) for node in interview.nodes()}
    differing = {path for path in after if after[path] != before.get(path)}
    assert differing <= set(change.changed)
    if set(after) != set(before):
        assert change.structure


@_MANY
@given(
    told=st.permutations(
        [("/data/n", "2"), ("/data/land", "y"), ("/data/r[1]/t", "x"), ("/data/n", "1")]
    )
)
def test_the_order_of_answers_does_not_matter(form: Form, told: list[tuple[str, str]]) -> None:
    """Only what was said last of each question does."""
    if "/data/r/t" not in form.questions:
        told = [("/data/a", value) for _, value in told if value.isdigit()]
    interview = Interview(form, clock=FixedClock())
    for path, value in told:
        interview.answer(path, value)
    last = Interview(form, clock=FixedClock())
    for path, value in sorted(dict(told).items()):
        last.answer(path, value)
    assert list(last.nodes()) == list(interview.nodes())

"""Over random forms and random actions: never stale, told exactly, taken back, kept whole."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Change, Form, Interview, answers, values
from intake_app.interview.instance import Item
from tests.unit.interview.generated import ANSWERS, Written, forms

Snapshot = dict[str, tuple[object, ...]]

_KINDS = ["answer"] * 8 + ["aside", "clear", "add", "add", "remove", "undo", "language"]


@st.composite
def _actions(draw: st.DrawFn) -> list[tuple[str, int]]:
    chance = Random(draw(st.integers(0, 2**32)))  # noqa: S311 (a test's chance is no secret)
    number = draw(st.integers(10, 25))
    return [(chance.choice(_KINDS), chance.randrange(10**6)) for _ in range(number)]


_slow = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _begin(form: Form, state: Mapping[str, Any] | None = None) -> Interview:
    return Interview(form, clock=FixedClock(), random=Random(1), state=state, actor="screener")  # noqa: S311 (a test's chance is no secret)


def _act(interview: Interview, action: str, at: int) -> Change | None:
    """Do something, and return what it changed; None where it was refused."""
    asked = [node for node in interview.nodes() if node.question.asked]
    repeats = [step.path for step in interview.steps() if step.kind == "repeat"]
    if not asked:
        return None
    node, repeat = asked[at % len(asked)], repeats[at % len(repeats)] if repeats else "/data/none"
    offered = [choice.name for choice in interview.choices(node.path)]
    told = [*ANSWERS.get(node.question.type, ["x", "kok", ""]), *offered, " ".join(offered)]
    value, beside = told[at // 97 % len(told)], {"words": "kok"} if at % 7 == 0 else {}
    act: Mapping[str, Callable[[], Change]] = {
        "answer": lambda: interview.answer(node.path, value, beside=beside),
        "aside": lambda: interview.set_aside(node.path, "unknown"),
        "clear": lambda: interview.clear(node.path),
        "add": lambda: interview.add_repeat(repeat),
        "remove": lambda: interview.remove_repeat(f"{repeat}[{at // 97 % 3 + 1}]"),
        "undo": interview.undo,
        "language": lambda: interview.set_language(("nl", "ar")[at % 2]),
    }
    try:
        return act[action]()
    except InterviewError:
        return None


def _seen(interview: Interview) -> Snapshot:
    """Return all that a person may see of each question."""
    return {
        node.path: (
            (node.value, node.relevant, node.required, node.readonly, node.valid, node.aside),
            dict(node.beside),
            [
                interview.text(node.path, role, language)
                for role in node.question.texts
                for language in ("nl", "ar")
            ],
            interview.choices(node.path),
        )
        for node in interview.nodes()
    }


def _stale(interview: Interview) -> list[str]:
    """Compute every expression anew, one by one; return those that give something else."""
    model = interview._model
    found = []
    for cell in model.program.all_cells():
        for item in model.root.below(cell.home):
            if cell.aspect == "count" or (cell.aspect == "calculate" and item.told):
                continue
            if not _holds(interview, cell.aspect, item):
                found.append(f"{item.path} {cell.aspect}")
    return found


def _holds(interview: Interview, aspect: str, item: Item) -> bool:
    model = interview._model
    cell, here = model.program.of(item.spot)[aspect], model.context(item)
    if aspect == "choices":
        made = model._offers.of(cell, item, here)
        return item.offer is None or item.offer.choices == made.choices
    if cell.evaluate is None:
        return item.shown == tuple(answers.calculated(one(here), "string") for one in cell.outputs)
    got, question = cell.evaluate(here), item.spot.question
    around = item.up is None or item.up.relevant
    match aspect:
        case "relevant":
            return item.relevant is (values.truth(got) and around)
        case "calculate":
            return item.raw == answers.calculated(got, question.type if question else "string")
        case "constraint":
            fits = question is None or answers.valid(item.text, question.type)
            return item.valid is (not item.text or (values.truth(got) and fits))
    return getattr(item, aspect) is values.truth(got)


@_slow
@given(written=forms(), actions=_actions())
def test_a_change_is_exactly_what_differs(written: Written, actions: list[tuple[str, int]]) -> None:
    """What a person may see differs at the paths that a change names, and at no others."""
    interview = _begin(written.form())
    before = _seen(interview)
    for action in actions:
        change = _act(interview, *action)
        after = _seen(interview)
        if change is None:
            assert after == before
        elif action[0] != "language":
            differing = {path for path in after if after[path] != before.get(path)}
            assert (set(change.changed), set(change.removed)) == (
                differing,
                set(before) - set(after),
            )
            relevant = {path: seen[0][1] for path, seen in before.items()}  # type: ignore[index]
            if {path: seen[0][1] for path, seen in after.items()} != relevant:  # type: ignore[index]
                assert change.structure
        before = after


@_slow
@given(written=forms(), actions=_actions())
def test_undoing_brings_back_what_was(written: Written, actions: list[tuple[str, int]]) -> None:
    """Each undo gives the state before its action, to the first; a refusal changes nothing."""
    interview = _begin(written.form())
    past = [(interview.export(), _seen(interview))]
    for action in actions:
        if action[0] in {"undo", "language"}:
            continue
        if _act(interview, *action) is None:
            assert (interview.export(), _seen(interview)) == past[-1]
        else:
            past.append((interview.export(), _seen(interview)))
    assert interview.undoable == len(past) - 1
    while interview.undoable:
        before = _seen(interview)
        past.pop()
        change = interview.undo()
        after = _seen(interview)
        assert (interview.export(), after) == past[-1]
        assert set(change.changed) == {path for path in after if after[path] != before.get(path)}
        assert set(change.removed) == set(before) - set(after)
    assert len(past) == 1


@_slow
@given(written=forms(), actions=_actions())
def test_nothing_is_stale_and_a_state_comes_back_whole(
    written: Written, actions: list[tuple[str, int]]
) -> None:
    """Computing everything from nothing gives what answering gave."""
    interview = _begin(written.form())
    for action in actions:
        _act(interview, *action)
        assert _stale(interview) == []
    state = json.loads(json.dumps(interview.export()))
    fresh = _begin(interview.form, state)
    assert fresh.export() == state
    assert list(fresh.nodes()) == list(interview.nodes())
    assert _seen(fresh) == _seen(interview)
    assert (fresh.steps(), fresh.problems(), fresh.progress(), fresh.sections()) == (
        interview.steps(), interview.problems(), interview.progress(), interview.sections(),
    )  # fmt: skip


@_slow
@given(written=forms(plain=True), actions=_actions(), order=st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(
    written: Written, actions: list[tuple[str, int]], order: Random
) -> None:
    """Whoever gives the same answers, in whatever order they can be given, sees the same."""
    interview = _begin(written.form())
    for action in actions:
        _act(interview, *action)
    told = [node for node in interview.nodes() if node.relevant]
    order.shuffle(told)
    other = _begin(interview.form)
    other.set_language(interview.language)
    for _ in range(len(told) + 1):
        _same_rows(interview, other)
        before = other.export()
        for node in told:
            try:
                if node.aside:
                    other.set_aside(node.path, node.aside)
                elif node.question.asked:
                    other.answer(node.path, node.value, beside=node.beside)
            except InterviewError:
                continue
        if other.export() == before:
            break
    assert _relevant(other) == _relevant(interview)


def _relevant(interview: Interview) -> Snapshot:
    # Rows that were added while they were relevant stay; who came another way has none.
    seen = _seen(interview)
    return {node.path: seen[node.path] for node in interview.nodes() if node.relevant}


def _same_rows(interview: Interview, other: Interview) -> None:
    for step in interview.steps():
        if step.kind != "repeat":
            continue
        try:
            while other.count(step.path) < interview.count(step.path):
                other.add_repeat(step.path)
            while other.count(step.path) > interview.count(step.path):
                other.remove_repeat(f"{step.path}[1]")
        except InterviewError:
            continue


@_slow
@given(written=forms(), actions=_actions())
def test_another_language_changes_nothing_but_words(
    written: Written, actions: list[tuple[str, int]]
) -> None:
    """There and back again all is as it was, and a change names what reads otherwise."""
    interview = _begin(written.form())
    for action in actions:
        _act(interview, *action)
    interview.set_language("nl")
    before, state = _seen(interview), interview.export()
    labels = {path: interview.text(path) for path in before}
    change = interview.set_language("ar")
    reworded = {path for path in labels if interview.text(path) != labels[path]}
    assert reworded <= set(change.changed)
    assert _told(interview.export()) == _told(state)
    interview.set_language("nl")
    assert (_seen(interview), interview.export()) == (before, state)


def _told(state: dict[str, Any]) -> dict[str, Any]:
    return {path: node for path, node in state["nodes"].items() if "at" in node}

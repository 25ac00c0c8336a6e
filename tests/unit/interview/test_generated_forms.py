"""Over random forms and random actions: never stale, told exactly, taken back, kept whole."""

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.errors import InterviewError
from intake_app.interview import Interview
from intake_app.interview.instance import Item
from tests.unit.interview.anew import stale
from tests.unit.interview.generated import Written, forms
from tests.unit.interview.played import Action, Snapshot, act, actions, begin, later, seen, way

_slow = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@_slow
@given(written=forms(), played=actions())
def test_a_change_is_exactly_what_differs(written: Written, played: list[Action]) -> None:
    """What a person may see differs at the paths that a change names, and at no others."""
    interview = begin(written.form())
    before, words = seen(interview), _words(interview)
    for action in played:
        change = act(interview, *action)
        after, others = seen(interview), _words(interview)
        if change is None:
            assert (after, others) == (before, words)
            continue
        # In another language everything reads otherwise, also where each language says the same.
        now, then = (others, words) if action[0] == "language" else (after, before)
        differing = {path for path in after if after[path] != before.get(path)}
        differing |= {path for path in now if now[path] != then.get(path)}
        assert (set(change.changed), set(change.removed)) == (differing, set(before) - set(after))
        shape = [(path, one[0][1]) for path, one in before.items()]  # type: ignore[index]
        if [(path, one[0][1]) for path, one in after.items()] != shape:  # type: ignore[index]
            assert change.structure
        before, words = after, others


def _words(interview: Interview) -> dict[str, object]:
    """Return what each question says in the language of the interview."""
    return {
        node.path: [interview.text(node.path, role) for role in node.question.texts]
        for node in interview.nodes()
    }


@_slow
@given(written=forms(), played=actions(without=["undo", "language", "tomorrow"]))
def test_undoing_brings_back_what_was(written: Written, played: list[Action]) -> None:
    """Each undo gives the state before its action, to the first; a refusal changes nothing."""
    interview = begin(written.form())
    past = [(interview.export(), seen(interview), way(interview))]
    for action in played:
        if act(interview, *action) is None:
            assert (interview.export(), seen(interview), way(interview)) == past[-1]
        else:
            past.append((interview.export(), seen(interview), way(interview)))
    assert interview.undoable == len(past) - 1
    while interview.undoable:
        before = seen(interview)
        past.pop()
        change = interview.undo()
        after = seen(interview)
        assert (interview.export(), after, way(interview)) == past[-1]
        assert set(change.changed) == {path for path in after if after[path] != before.get(path)}
        assert set(change.removed) == set(before) - set(after)
        assert stale(interview) == []
    assert len(past) == 1


@_slow
@given(written=forms(), played=actions(without=["undo", "language", "tomorrow"]))
def test_what_is_done_again_gives_the_same_again(written: Written, played: list[Action]) -> None:
    """An undo leaves nothing behind that the next action would come upon."""
    interview = begin(written.form())
    # Choices that nobody looked at are not compared, so somebody looks all the time.
    seen(interview)
    for action in played:
        change = act(interview, *action)
        after = interview.export(), seen(interview)
        if change is not None:
            interview.undo()
            seen(interview)
            assert act(interview, *action) == change
        assert (interview.export(), seen(interview)) == after


@_slow
@given(written=forms(), played=actions())
def test_nothing_is_stale(written: Written, played: list[Action]) -> None:
    """Whatever is done, all is as when it is computed anew."""
    interview = begin(written.form())
    assert stale(interview) == []
    for action in played:
        act(interview, *action)
        assert stale(interview) == []


@_slow
@given(written=forms(), played=actions(without=["undo"]))
def test_what_happened_once_stays(written: Written, played: list[Action]) -> None:
    """Whatever it was made of changes, and whatever time it is."""
    interview = begin(written.form())
    once = _happened(interview)
    for action in played:
        act(interview, *action)
        now = _happened(interview)
        assert {item: now.get(item, held) for item, held in once.items()} == once
        once = now


def _happened(interview: Interview) -> dict[Item, str]:
    """Return what was calculated with `once()`, row by row."""
    return {
        item: item.raw
        for item in interview._model.root.subtree()
        if item.raw and item.spot.definition.bind.calculate.startswith("once(")
    }


@_slow
@given(written=forms(), played=actions(without=["undo"]))
def test_what_was_told_is_kept(written: Written, played: list[Action]) -> None:
    """Rows beyond a count wait in their order; what is calculated again was told by nobody."""
    interview = begin(written.form())
    waiting, told = _counted(interview), _overruled(interview)
    for action in played:
        later(interview, seconds=1)
        act(interview, *action)
        for repeat, rows in _counted(interview).items():
            assert rows[: len(waiting.get(repeat, ()))] == waiting.get(repeat, [])
        for item, (raw, at) in _overruled(interview).items():
            assert raw == told.get(item, (raw, at))[0] or at != told[item][1] or not at
        waiting, told = _counted(interview), _overruled(interview)


def _counted(interview: Interview) -> dict[tuple[Item, str], list[Item]]:
    """Return the rows of counted repeats, those in sight and those out of it."""
    return {
        (item, name): [*rows, *reversed(item.dormant.get(name, []))]
        for item in interview._model.root.subtree()
        for name, rows in item.rows.items()
        if "count" in interview.form.program.of(item.spot.children[name])
    }


def _overruled(interview: Interview) -> dict[Item, tuple[str, str]]:
    """Return what calculated questions hold, and since when somebody said so."""
    return {
        item: (item.raw, item.at)
        for item in interview._model.root.subtree()
        if item.spot.question is not None and item.spot.question.bind.calculate
    }


@_slow
@given(written=forms(), played=actions(), onward=actions(without=["undo"]))
def test_a_state_comes_back_whole(
    written: Written, played: list[Action], onward: list[Action]
) -> None:
    """Who goes on with a state sees what was seen, and goes on as if nothing had been between."""
    interview = begin(written.form())
    for action in played:
        act(interview, *action)
    state = json.loads(json.dumps(interview.export()))
    days = (interview._clock.today() - begin(interview.form)._clock.today()).days
    fresh = begin(interview.form, state, days)
    assert fresh.export() == state
    assert (list(fresh.nodes()), seen(fresh), way(fresh)) == (
        list(interview.nodes()), seen(interview), way(interview),
    )  # fmt: skip
    assert stale(fresh) == []
    for action in onward:
        assert seen(fresh) == seen(interview)
        assert act(fresh, *action) == act(interview, *action)
        assert fresh.export() == interview.export()
    assert way(fresh) == way(interview)


@_slow
@given(
    written=forms(plain=True),
    played=actions(without=["tomorrow"]),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_answers_does_not_matter(
    written: Written, played: list[Action], order: Random
) -> None:
    """Whoever gives the same answers, in whatever order they can be given, sees the same."""
    interview = begin(written.form())
    for action in played:
        act(interview, *action)
    told = [node for node in interview.nodes() if node.relevant]
    order.shuffle(told)
    other = begin(interview.form)
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
    shown = seen(interview)
    return {node.path: shown[node.path] for node in interview.nodes() if node.relevant}


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
@given(written=forms(), played=actions())
def test_another_language_changes_nothing_but_words(written: Written, played: list[Action]) -> None:
    """There and back again all is as it was, and a change names what reads otherwise."""
    interview = begin(written.form())
    for action in played:
        act(interview, *action)
    interview.set_language("nl")
    before, state = seen(interview), interview.export()
    labels = {path: interview.text(path) for path in before}
    change = interview.set_language("ar")
    reworded = {path for path in labels if interview.text(path) != labels[path]}
    assert reworded <= set(change.changed)
    assert _told(interview.export()) == _told(state)
    interview.set_language("nl")
    assert (seen(interview), interview.export()) == (before, state)


def _told(state: dict[str, Any]) -> dict[str, Any]:
    return {path: node for path, node in state["nodes"].items() if "at" in node}

"""Whatever an author does to a form, nothing that was told is lost on the way."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Form, Interview, upgrade
from intake_app.interview.form import SCHEMA, fingerprint

NAMES = ("a", "b", "c", "d", "e")
COLOURS = ("red", "blue", "green")
KINDS = (
    ("text", "string"),
    ("integer", "int"),
    ("decimal", "decimal"),
    ("date", "date"),
    ("partial-date", "partial-date"),
    ("code", "code"),
    ("select_one", "string"),
    ("select_multiple", "string"),
    ("select_multiple", "string"),
    ("calculate", "string"),
)
TOLD = ("1", "7.5", "zeven", "1994-05-12", "1994", "red", "blue green", "Rood")
Source = dict[str, Any]
#: What the counted repeats of these forms count by.
NUMBER: Source = {"name": "n", "kind": "integer", "type": "int"}


def question(name: str, kind: tuple[str, str], was: str, colours: tuple[str, ...]) -> Source:
    """Return a question as it is compiled."""
    made: Source = {"name": name, "kind": kind[0], "type": kind[1]}
    if was:
        made["intake"] = {"was": was}
    if kind[0].startswith("select"):
        made["choices"] = {
            "nodeset": f"instance('{len(colours)}')/root/item",
            "value": "name",
            "label": "label",
            "itext": False,
        }
    return made


@st.composite
def groups(draw: st.DrawFn, depth: int = 0) -> list[Source]:
    """Draw what stands in a group: questions, and groups and repeats of them."""
    children = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)):
        was = draw(st.sampled_from(("", "", "", *NAMES, "/data/a/b")))
        shape = draw(st.sampled_from(("question", "question", "group", "repeat", "counted")))
        if shape == "question" or depth > 1:
            colours = COLOURS[: draw(st.integers(1, len(COLOURS)))]
            children.append(question(name, draw(st.sampled_from(KINDS)), was, colours))
            continue
        group: Source = {"name": name, "children": draw(groups(depth + 1))}
        if was:
            group["intake"] = {"was": was}
        if shape == "repeat":
            group["repeat"] = {"start": [{}]}
        elif shape == "counted":
            group["repeat"] = {"start": [], "count": "/data/n"}
        children.append(group)
    return children


@st.composite
def changed(draw: st.DrawFn, children: list[Source]) -> list[Source]:
    """Draw what an author makes of a group: renamed, moved, asked otherwise, or gone."""
    made: list[Source] = []
    for child in children:
        to = draw(st.sampled_from(("same", "same", "fewer", "gone", "renamed", "wrapped", "other")))
        again = dict(child)
        if "children" in child:
            again["children"] = draw(changed(child["children"])) or child["children"]
        if to == "gone":
            continue
        if to == "renamed":
            again |= {"name": f"{child['name']}2", "intake": {"was": child["name"]}}
        elif to == "wrapped":
            again = {"name": f"{child['name']}3", "children": [again]}
            if draw(st.booleans()):
                again["repeat"] = {"start": [{}]}
        elif to in {"fewer", "other"}:
            again = draw(otherwise(again, fewer=to == "fewer"))
        made.append(again)
    return made


@st.composite
def otherwise(draw: st.DrawFn, child: Source, *, fewer: bool) -> Source:
    """Draw a repeat of a group, a group of a repeat, fewer choices, or another question."""
    if "children" in child:
        single = {key: held for key, held in child.items() if key != "repeat"}
        return single if "repeat" in child else {**single, "repeat": {"start": [{}]}}
    if fewer and "choices" in child:
        return {**child, "choices": {**child["choices"], "nodeset": "instance('1')/root/item"}}
    return question(child["name"], draw(st.sampled_from(KINDS)), "", COLOURS)


def form_of(children: list[Source], version: str) -> Form:
    """Load a form of these."""
    source: Source = {
        "schema": SCHEMA,
        "id": "f",
        "version": version,
        "title": "f",
        "languages": [["Nederlands (nl)", "nl"]],
        "default_language": "nl",
        "texts": {"nl": {}},
        "instances": {
            str(number): {
                "way": ["root", "item"],
                "columns": ["name", "label"],
                "rows": [["red", "Rood"], ["blue", "Blauw"], ["green", "Groen"]][:number],
            }
            for number in range(1, len(COLOURS) + 1)
        },
        "root": {"name": "data", "children": [NUMBER, *children]},
    }
    return Form.load({**source, "hash": fingerprint(source)})


@st.composite
def told(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Draw an interview over a form, and return its state."""
    interview = Interview(form, clock=FixedClock(), actor="Test Screener")
    for _ in range(draw(st.integers(6, 16))):
        paths = [node.path for node in interview.nodes() if node.question.asked]
        steps = [step.path for step in interview.steps() if step.kind == "repeat"]
        try:
            if steps and draw(st.integers(0, 3)) == 0:
                interview.add_repeat(draw(st.sampled_from(steps)))
            elif paths:
                path = draw(st.sampled_from(paths))
                offered = [choice.name for choice in interview.choices(path)]
                several = " ".join(offered)
                value = draw(st.sampled_from((*TOLD, *offered, several, several)))
                beside = draw(st.sampled_from(({}, {"system": "S"}, {"own_words": "eigen"})))
                interview.answer(path, value, beside=beside)
        except InterviewError:
            continue
    return interview.export()


def answers(state: Mapping[str, Any]) -> Iterator[str]:
    """Go through all that is held with an answer or apart: its words, and those beside it."""
    for held in [*state["nodes"].values(), *state.get("orphans", ())]:
        yield from filter(None, (held["value"], *held.get("beside", {}).values()))


def lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what was told and is not there any more; choices may be parted."""
    there = {piece for words in answers(after) for piece in (words, *words.split())}
    told_ = {"nodes": {path: one for path, one in before["nodes"].items() if one.get("at")}}
    return [
        words for words in answers(told_) if words not in there and not set(words.split()) <= there
    ]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_nothing_that_was_told_is_lost(data: st.DataObject) -> None:
    """Each word is with an answer or kept apart, in a state that can be gone on with."""
    old = data.draw(groups())
    before = form_of(old, "1")
    after = form_of(data.draw(st.one_of(changed(old), changed(old), groups())), "2")
    state = data.draw(told(before))
    made = upgrade.plan(state, after, data.draw(st.sampled_from((before, None))))
    assert lost(state, made.state) == []
    alive = Interview(after, clock=FixedClock(), state=made.state)
    kept = alive.export()["nodes"]
    for path, held in made.state["nodes"].items():
        if held.get("at"):
            assert (kept[path]["value"], kept[path]["at"]) == (held["value"], held["at"])


@settings(deadline=None, max_examples=75)
@given(st.data())
def test_an_app_that_is_put_back_loses_nothing_either(data: st.DataObject) -> None:
    """There and back again: what did not fit there is still here."""
    old = data.draw(groups())
    between = data.draw(changed(old))
    forms = [form_of(old, "1"), form_of(between, "2"), form_of(data.draw(changed(between)), "3")]
    state = first = data.draw(told(forms[0]))
    for before, after in zip(forms, [*forms[1:], forms[0]], strict=True):
        state = upgrade.plan(state, after, before).state
    assert lost(first, state) == []


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_each_answer_is_accounted_for_once(data: st.DataObject) -> None:
    """The moves name every answer, and where each of them is now."""
    old = data.draw(groups())
    before, after = form_of(old, "1"), form_of(data.draw(changed(old)), "2")
    state = data.draw(told(before))
    made = upgrade.plan(state, after, before)
    given_ = {path for path, held in state["nodes"].items() if held.get("at")}
    assert given_ <= {move.before for move in made.moves}
    places = [move.after for move in made.moves if move.after]
    assert len(places) == len(set(places))
    assert set(places) <= set(made.state["nodes"])
    assert made.count("orphaned") == len(made.state.get("orphans", ()))

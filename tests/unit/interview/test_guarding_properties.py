"""Whatever an author does over several versions, nobody learns more than they could before."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app import compartments
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview, upgrade
from intake_app.interview.form import SCHEMA, fingerprint

SEALED, SAFE = "Geheim", "Veilig"
#: What is answered, by the sensitivity of the question; a code keeps words of its own beside it.
TOLD = {"health": SEALED, "safety": SAFE}
NAMES = ("a", "b", "c", "d")
KINDS = (("text", "string"), ("text", "string"), ("code", "code"), ("calculate", "string"))
Source = dict[str, Any]


@st.composite
def questions(draw: st.DrawFn) -> list[Source]:
    """Draw questions of any sensitivity, each with a name that another may have had before."""
    made = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        kind, type_ = draw(st.sampled_from(KINDS))
        sensitivity = draw(st.sampled_from(("", "", "proxy", "health", "health", "safety")))
        was = draw(st.sampled_from(("", "", *NAMES, "/data/g/a")))
        question: Source = {"name": name, "kind": kind, "type": type_}
        question["intake"] = {"sensitivity": sensitivity, "was": was}
        if kind == "calculate":
            other = draw(st.sampled_from([each for each in NAMES if each > name] or ["n"]))
            question["bind"] = {"calculate": f"concat(/data/g/{other}, /data/{other})"}
        made.append(question)
    return made


@st.composite
def forms(draw: st.DrawFn, version: int) -> Source:
    """Draw a version: questions in a group, some of it in rows, and outside it."""
    inside: Source = {"name": "g", "children": draw(questions())}
    if draw(st.booleans()):
        inside["repeat"] = {"start": [{}]}
    children = [inside, *draw(questions())]
    names = {*NAMES, "n"}
    here = {child["name"] for child in children}
    children += [{"name": name, "kind": "text", "type": "string"} for name in sorted(names - here)]
    there = {child["name"] for child in inside["children"]}
    rest = [{"name": name, "kind": "text", "type": "string"} for name in sorted(names - there)]
    inside["children"] += rest
    source: Source = {
        "schema": SCHEMA,
        "id": "f",
        # An author may forget to raise it.
        "version": str(draw(st.sampled_from((version, version, 1)))),
        "title": "f",
        "languages": [["Nederlands (nl)", "nl"]],
        "default_language": "nl",
        "texts": {"nl": {}},
        "instances": {},
        "root": {"name": "data", "children": children},
    }
    return {**source, "hash": fingerprint(source)}


def answered(interview: Interview) -> None:
    """Answer each question that is blank: under health and safety with what must not be seen."""
    for node in list(interview.nodes()):
        if node.question.asked and not (node.value or node.beside):
            words = TOLD.get(node.question.sensitivity, "open")
            beside = {"own_words": words} if node.question.kind == "code" else None
            interview.answer(node.path, words, beside=beside)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_what_was_told_under_a_seal_is_in_no_open_part(data: st.DataObject) -> None:
    """Over three versions, with the forms before or without.

    With them safety stays safety; without, nothing tells it from health.
    """
    form = Form.load(data.draw(forms(1)))
    interview = Interview(form, clock=FixedClock(), actor="Test Screener")
    knows = True
    for number in (2, 3, 4):
        answered(interview)
        state = interview.export()
        apart = compartments.split(state, form)
        assert not any(word in json.dumps(apart.open) for word in (SEALED, SAFE))
        paths = {*apart.sealed.get("nodes", {})}
        before, form = form, Form.load(data.draw(forms(number)))
        knows = data.draw(st.sampled_from((knows, knows, False)))
        known = before if knows else None
        made = upgrade.plan(state, form, known, apart=paths)
        interview = Interview(form, clock=FixedClock(), state=made.state, fresh=made.fresh)
        after = compartments.split(interview.export(), form)
        assert not any(word in json.dumps(after.open) for word in (SEALED, SAFE))
        told = [node for node in interview.nodes() if node.at and knows]
        safe = [node for node in told if SAFE in (node.value, node.beside.get("own_words"))]
        assert {node.question.sensitivity for node in safe} <= {"safety"}

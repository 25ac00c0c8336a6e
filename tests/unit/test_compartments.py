"""What of an interview lies with the record, and what with health and safety, apart."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake_app import compartments
from intake_app.interview.form import SCHEMA, Form, fingerprint
from intake_app.vault import Record

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(name: str, sensitivity: str = "") -> dict[str, Any]:
    """Return a question as it is compiled."""
    intake = {"intake": {"sensitivity": sensitivity}} if sensitivity else {}
    return {"name": name, "kind": "text", "type": "string", **intake}


@pytest.fixture(name="form", scope="module")
def make_form() -> Form:
    """Return a form with health in a section, in rows, and in no section."""
    calculated = {"name": "c", "kind": "calculate", "type": "string"}
    counts = {"name": "counts", "repeat": {"start": []}, "children": [calculated]}
    medicines = {"name": "medicines", "repeat": {"start": []}, "children": [asked("m", "health")]}
    kids = {
        "name": "kids",
        "repeat": {"start": []},
        "children": [asked("age"), asked("ill", "health")],
    }
    source: dict[str, Any] = {
        "schema": SCHEMA,
        "id": "f",
        "version": "1",
        "title": "f",
        "languages": [["Nederlands (nl)", "nl"]],
        "default_language": "nl",
        "texts": {"nl": {}},
        "instances": {},
        "root": {
            "name": "data",
            "children": [
                asked("name"),
                asked("sleep", "health"),
                {"name": "work", "children": [asked("title")]},
                {"name": "body", "children": [asked("since"), asked("why", "safety"), medicines]},
                kids,
                counts,
            ],
        },
    }
    return Form.load({**source, "hash": fingerprint(source)})


@pytest.fixture(name="state")
def make_state() -> dict[str, Any]:
    """Return a state with something of everything."""
    return {
        "form": "f",
        "hash": "h",
        "repeats": {"/data/kids": 2, "/data/body/medicines": 3, "/data/counts": 4},
        "hidden": {"/data/body/medicines": 1},
        "nodes": {
            path: {"value": "x", "at": "x", "by": ""}
            for path in (
                "/data/name",
                "/data/sleep",
                "/data/kids[2]/age",
                "/data/kids[2]/ill",
                "/data/gone",
                "/data/body/medicines[3]/m",
            )
        },
        "orphans": [{"path": "/data/a", "sensitivity": "unknown"}],
    }


def record(parts: compartments.Parts, body: dict[str, Any] | None = None) -> Record:
    """Return the record of both parts."""
    return Record(
        id="r",
        state="draft",
        since=MOMENT,
        revision=1,
        updated=MOMENT,
        form_id="f",
        form_version="1",
        holder="u",
        summary={},
        body={"interview": parts.open, **(body or {})},
        health=parts.sealed,
    )


def test_health_and_all_that_tells_of_it_lies_apart(form: Form, state: dict[str, Any]) -> None:
    """Answers, how many rows a repeat about health has, and the question where it was left."""
    parts = compartments.split(state, form, at="/data/body/why")
    assert list(parts.open["nodes"]) == ["/data/name", "/data/kids[2]/age"]
    assert parts.open["repeats"] == {"/data/kids": 2}
    said = json.dumps(parts.open)
    assert not [
        word for word in ("medicines", "counts", "ill", "sleep", "why", "orphan") if word in said
    ]


def test_what_was_parted_is_put_together_again(form: Form, state: dict[str, Any]) -> None:
    """As far as its user may open it."""
    parts = compartments.split(state, form, at="/data/body/why")
    whole = record(parts)
    assert compartments.join(whole) == state
    assert compartments.left_at(whole) == "/data/body/why"
    part = replace(whole, health=None)
    assert list(compartments.join(part)["nodes"]) == ["/data/name", "/data/kids[2]/age"]
    assert compartments.left_at(part) == ""
    assert compartments.apart(part) == frozenset()


def test_what_lay_apart_is_known_by_path(form: Form, state: dict[str, Any]) -> None:
    """Also what was kept apart of an earlier version."""
    parts = compartments.split(state, form)
    assert {"/data/sleep", "/data/kids[2]/ill", "/data/a"} <= compartments.apart(record(parts))
    assert "/data/name" not in compartments.apart(record(parts))


def test_a_draft_of_an_earlier_app_is_found_where_it_was_left(
    form: Form, state: dict[str, Any]
) -> None:
    """It has that in its open part still."""
    old = record(compartments.split(state, form), {"at": "/data/name"})
    assert compartments.left_at(old) == "/data/name"


@pytest.mark.parametrize(
    ("path", "called"),
    [
        ("/data/name", "/data/name"),
        ("/data/work/title", "/data/work/title"),
        ("/data/body/since", "/data/body"),
        ("/data/body/medicines[2]/m", "/data/body"),
        ("/data/body", "/data/body"),
        ("/data/kids[2]/age", "/data/kids"),
        ("/data/kids[2]/ill", "/data/kids"),
        ("/data/kids", "/data/kids"),
        ("/data/sleep", "/data"),
        ("", ""),
    ],
)
def test_the_log_does_not_name_what_stands_beside_health(
    form: Form, path: str, called: str
) -> None:
    """That it was asked would tell; a section is named as a whole, also one that repeats."""
    assert compartments.logged(form, path) == called
    assert compartments.logged(form, called) == called


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/data/work/jobs[2]/title", "/data/work"),
        ("/data/kids[2]/age", "/data/kids"),
        ("/data/sleep", "/data"),
    ],
)
def test_a_section_names_no_question_and_no_row(path: str, section: str) -> None:
    """A question in no section lies in the form."""
    assert compartments.section(path) == section

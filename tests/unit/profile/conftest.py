"""Plainly invented profiles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.interview.form import SCHEMA, Form, fingerprint
from intake_app.interview.session import Interview
from intake_app.profile.format import Code, Context, Field, Profile, Section
from intake_app.reference import Library

CONTEXT = Context(
    record_id="record-1",
    vault_id="vault-1",
    organisation="Voorbeeld Opvang",
    location="azc Voorbeeldstad",
    screener_role="screener",
    created=datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
    confirmed="yes",
    audit_head="9f2c" * 16,
    interpreter="telephone",
)
ANSWER = Field(
    item="Q7.3",
    path="/data/work/jobs[1]/occupation",
    section="work",
    group="Banen 1",
    label="Welk beroep is dat?",
    kind="code",
    value="7531",
    display="Kleermakers",
    status="answered",
    codes=(Code("7531", "ISCO-08", "2008", "Kleermakers"),),
    own_words="خياط ملابس رجالية",
    own_words_language="ar",
    calendar="",
    asked_at="2026-11-23T16:05:00+00:00",
    asked_by="screener",
    language="ar",
    interpreter="telephone",
    provenance="asked",
    evidence="self-declared",
    confirmed=True,
    sensitivity="",
)


@pytest.fixture
def context() -> Context:
    """Return what is known of an invented conversation."""
    return CONTEXT


@pytest.fixture
def answer() -> Field:
    """Return one coded answer with own words in Arabic."""
    return ANSWER


@pytest.fixture
def make_profile() -> Callable[..., Profile]:
    """Return a maker of profiles of one section."""

    def make(
        *fields: Field, recipient: str = "municipality", context: Context = CONTEXT
    ) -> Profile:
        said = tuple(
            replace(each, path=f"/data/work/jobs[{number}]/occupation")
            for number, each in enumerate(fields or (ANSWER,), start=1)
        )
        sections = (Section("work", "Werk", said),)
        return Profile(
            recipient, "1234567890", "screening", "2026112301", "ab" * 32, context, sections
        )

    return make


Asked = dict[str, Any]


def question(name: str, kind: str = "text", **intake: str) -> Asked:
    """Return a question of a form, with its `intake` attributes."""
    choices = None
    if kind.startswith("select_"):
        choices = {
            "nodeset": "instance('list')/root/item",
            "value": "name",
            "label": "itextId",
            "itext": True,
        }
    return {
        "name": name,
        "kind": kind,
        "type": "string",
        "texts": {"label": f"{name}:label"},
        "intake": intake,
        **({"choices": choices} if choices else {}),
    }


def group(name: str, *children: Asked, repeat: bool = False) -> Asked:
    """Return a group of a form, or a repeat that starts with one instance."""
    return {
        "name": name,
        "children": list(children),
        "texts": {"label": f"{name}:label"},
        **({"repeat": {"start": [{}]}} if repeat else {}),
    }


def form_of(*groups: Asked, texts: dict[str, Any] | None = None) -> Form:
    """Compile a small form: what every interview has, and the groups of a test."""
    always = (
        group("start", question("interview_language", "text", item="Q0.5", purpose="HB")),
        group("person", question("v_number", item="Q2.1", purpose="HB", provenance="prefilled")),
    )
    root = {"name": "data", "children": [*always, *groups]}

    def labels(node: Asked) -> dict[str, Any]:
        own = {f"{node['name']}:label": f"Label van {node['name']}"}
        for child in node.get("children", ()):
            own |= labels(child)
        return own

    words = {**labels(root), "choice/a": "Keuze A", "choice/b": "Keuze B", **(texts or {})}
    source = {
        "schema": SCHEMA,
        "id": "test",
        "version": "1",
        "title": "Test",
        "languages": [["Nederlands (nl)", "nl"]],
        "default_language": "nl",
        "root": root,
        "texts": {"nl": words},
        "instances": {
            "list": {
                "way": ["root", "item"],
                "columns": ["itextId", "name"],
                "rows": [["choice/a", "a"], ["choice/b", "b"]],
            }
        },
    }
    return Form.load({**source, "hash": fingerprint(source)})


def begun(form: Form) -> Interview:
    """Return an interview with a V-number, held in Arabic."""
    interview = Interview(form, clock=FixedClock(), actor="user-1")
    interview.answer("/data/start/interview_language", "ar")
    interview.answer("/data/person/v_number", "1234567890")
    return interview


@pytest.fixture
def kit() -> SimpleNamespace:
    """Return what makes small forms and interviews over them."""
    return SimpleNamespace(
        question=question,
        group=group,
        form=form_of,
        begun=begun,
        context=CONTEXT,
        library=Library.load(),
    )

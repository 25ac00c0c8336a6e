"""Questionnaires written as small files inside the tests, and interviews over them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from intake_app import paths
from intake_app.authoring.check import check
from intake_app.authoring.compile import compile_form
from intake_app.authoring.finding import Finding
from intake_app.clock import FixedClock
from intake_app.errors import FormCompileError
from intake_app.interview import Form, Interview
from tests.unit.authoring import surveys
from tests.unit.authoring.surveys import Found, Interviewed, Refused, Written, XForm

XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"
    xmlns:orx="http://openrosa.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:intake="https://example.org/intake">
<h:head><h:title>Test</h:title><model>{model}</model></h:head>
<h:body>{body}</h:body></h:html>"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file of a questionnaire."""

    def write(name: str, words: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(words), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def schema() -> Draft202012Validator:
    """The schema that every compiled form keeps to."""
    path = paths.assets("questionnaire", "form.schema.json")
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def interviewed(written: Written, schema: Draft202012Validator) -> Interviewed:
    """Begin an interview over an XLSForm written as Markdown tables, or over a file's path."""

    def begun(form: str | Path) -> Interview:
        source = form if isinstance(form, Path) else written("form.md", form)
        made = compile_form(source)
        schema.validate(made)
        clock = FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
        chance = Random(1)  # noqa: S311 (a test's chance is no secret)
        return Interview(Form.load(made), clock=clock, random=chance)

    return begun


@pytest.fixture
def found(written: Written) -> Found:
    """Check a form that is written as Markdown tables."""

    def look(tables: str) -> list[Finding]:
        return list(check(written("form.md", dedent(tables) + surveys.SETTINGS)))

    return look


@pytest.fixture
def xform(written: Written) -> XForm:
    """Write XForm XML: a main instance in the root `data`, what else the model has, a body."""

    def write(nodes: str, model: str, body: str) -> Path:
        main = f'<instance><data id="t" version="1">{nodes}</data></instance>'
        return written("form.xml", XFORM.format(model=main + model, body=body))

    return write


@pytest.fixture
def refused() -> Refused:
    """Return what is said of a questionnaire that does not compile."""

    def say(source: Path) -> str:
        with pytest.raises(FormCompileError) as caught:
            compile_form(source)
        return str(caught.value)

    return say

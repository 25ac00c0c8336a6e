"""Forms written as small tables inside the tests, and interviews over them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from intake_app.authoring.compile import compile_form
from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview
from intake_app.interview.compiled import written
from tests.unit.interview.questionnaires import REPEAT, Begin, Compile, Held, tables


@pytest.fixture
def clock() -> FixedClock:
    """Noon of the day that all these interviews are held on."""
    return FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def chance() -> Random:
    """The same chance every time."""
    return Random(1)  # noqa: S311 (a test's chance is no secret)


@pytest.fixture
def form_of(tmp_path: Path) -> Compile:
    """Compile an XLSForm written as Markdown tables."""

    def compiled(tables: str) -> Form:
        source = tmp_path / "form.md"
        source.write_text(dedent(tables), encoding="utf-8")
        return Form.load(written(compile_form(source)))

    return compiled


@pytest.fixture
def begin(form_of: Compile, clock: FixedClock, chance: Random) -> Begin:
    """Begin an interview over an XLSForm written as Markdown tables."""

    def begun(tables: str) -> Interview:
        return Interview(form_of(tables), clock=clock, random=chance, actor="Test Screener")

    return begun


@pytest.fixture
def evaluate(clock: FixedClock, chance: Random) -> Callable[[str], str]:
    """Return what an expression gives as a calculation, over three nodes with values."""

    def evaluated(expression: str) -> str:
        xml = f"""<h:html xmlns="http://www.w3.org/2002/xforms"
              xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
          <h:head><h:title>t</h:title><model>
            <instance><data id="t" version="7">
              <blank/><age>7</age><price>2.50</price><born>2000-02-29</born>
              <colours>red blue</colours>
              <result/></data></instance>
            <bind nodeset="/data/age" type="int"/><bind nodeset="/data/price" type="decimal"/>
            <bind nodeset="/data/born" type="date"/>
            <bind nodeset="/data/result" type="string" calculate={quoteattr(expression)}/>
          </model></h:head><h:body><input ref="/data/blank"><label>B</label></input></h:body>
          </h:html>"""
        form = Form.load(compile_xform(xml.encode()))
        return Interview(form, clock=clock, random=chance).node("/data/result").value

    return evaluated


@pytest.fixture(name="held")
def hold(form_of: Compile, clock: FixedClock) -> Held:
    """Hold an interview over rows and return its form and state."""

    def held(*rows: str, tell: dict[str, str]) -> tuple[Form, dict[str, Any]]:
        form = form_of(tables(*rows))
        interview = Interview(form, clock=clock, actor="Test Screener")
        for path, value in tell.items():
            beside = {"system": "S", "label": "Duits", "own_words": "allemand"}
            is_code = interview.node(path).question.kind == "code"
            interview.answer(path, value, beside=beside if is_code else None)
        return form, interview.export()

    return held


@pytest.fixture(name="two_rows")
def hold_two_rows(form_of: Compile, clock: FixedClock) -> tuple[Form, dict[str, Any]]:
    """Return a form with a repeat, and a state with two rows of it."""
    form = form_of(tables(*REPEAT))
    interview = Interview(form, clock=clock)
    interview.answer("/data/g[1]/q", "7")
    interview.add_repeat("/data/g")
    interview.answer("/data/g[2]/q", "8")
    return form, interview.export()

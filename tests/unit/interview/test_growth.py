"""What an answer costs grows with what it touches: counted in what is computed, not in seconds."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview
from intake_app.interview.model import Model

_ROWS = 300
_BINDS = """<bind nodeset="/data/r/place" calculate="position(..)"/>
  <bind nodeset="/data/r/twice" calculate="../x * 2"/>
  <bind nodeset="/data/r/upto" calculate="coalesce(../x, 0) + coalesce(
    indexed-repeat(/data/r/upto, /data/r, position(..) - 1), 0)"/>
  <bind nodeset="/data/sum" calculate="sum(/data/r/x)"/>"""


@pytest.fixture
def interview(clock: FixedClock) -> Interview:
    """Three hundred rows, each with its place, a product and a running total; and their sum."""
    row = "<x/><free/><place/><twice/><upto/>"
    xml = f"""<h:html xmlns="http://www.w3.org/2002/xforms"
        xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
      <h:head><h:title>t</h:title><model><instance><data id="t"><free/><r>{row}</r><sum/></data>
      </instance>{_BINDS}</model></h:head><h:body><input ref="/data/free"/>
      <repeat nodeset="/data/r"><input ref="/data/r/x"/><input ref="/data/r/free"/></repeat>
      </h:body></h:html>"""
    interview = Interview(Form.load(compile_xform(xml.encode())), clock=clock)
    for _ in range(_ROWS - 1):
        interview.add_repeat("/data/r")
    return interview


@pytest.mark.parametrize(
    ("act", "most"),
    [
        (lambda i: i.answer("/data/free", "x"), 0),
        (lambda i: i.answer(f"/data/r[{_ROWS}]/free", "x"), 0),
        # The product, the sum, and the running totals: each once, and once more to be sure.
        (lambda i: i.answer("/data/r[1]/x", "3"), 4 + 2 * _ROWS),
        # A new row tells the others that it is there, not that they stand somewhere else.
        (lambda i: i.add_repeat("/data/r"), 10 + 2 * _ROWS),
        (lambda i: i.remove_repeat(f"/data/r[{_ROWS}]"), 10 + 2 * _ROWS),
        (lambda i: (i.answer("/data/r[1]/free", "x"), i.undo()), 0),
    ],
)
def test_only_what_is_touched_is_computed(
    interview: Interview, act: Callable[[Interview], object], most: int
) -> None:
    """Three hundred rows cost nothing where nothing reads what was said."""
    with patch.object(Model, "_compute", autospec=True, side_effect=Model._compute) as computed:
        act(interview)
    assert computed.call_count <= most


def test_taking_back_computes_nothing(interview: Interview) -> None:
    """What was there is put back."""
    interview.answer("/data/r[1]/x", "3")
    with patch.object(Model, "_compute", autospec=True, side_effect=Model._compute) as computed:
        interview.undo()
    assert computed.call_count == 0
    assert interview.node(f"/data/r[{_ROWS}]/upto").value == "0"

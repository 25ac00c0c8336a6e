"""What the ODK XForms specification says of binds, actions, preloads and repeats, table by table.

https://getodk.github.io/xforms-spec/: sections Bind Attributes, Preloaders, Repeats, Events and
Actions.
"""

from collections.abc import Callable
from random import Random

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Form, Interview

Open = Callable[..., Interview]
_BODY = (
    '<input ref="/data/a"/><input ref="/data/b"/><group ref="/data/g"><input ref="/data/g/c"/>'
    '<group ref="/data/g/h"><input ref="/data/g/h/d"/></group></group>'
)

_LOCKED = '<bind nodeset="/data/g" readonly="/data/a = 1"/>'


@pytest.fixture
def open_form(clock: FixedClock) -> Open:
    """Open a form of four questions, `d` two groups deep and `r` a repeat, with these parts."""

    def opened(
        binds: str = "",
        body: str = _BODY,
        rows: str = '<r jr:template=""><x>new</x></r>',
    ) -> Interview:
        xml = f"""<h:html xmlns="http://www.w3.org/2002/xforms"
            xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
          <h:head><h:title>t</h:title><model><instance><data id="t" version="1">
            <a/><b/><g><c>said</c><h><d/></h></g>{rows}</data></instance>{binds}</model></h:head>
          <h:body>{body}</h:body></h:html>"""
        form = Form.load(compile_xform(xml.encode()))
        return Interview(form, clock=clock, random=Random(1))  # noqa: S311 (a test's chance is no secret)

    return opened


@pytest.mark.parametrize(
    ("binds", "path", "before", "after"),
    [
        # relevant: a group takes all inside it along; the value is blank, and comes back.
        (
            '<bind nodeset="/data/g" relevant="/data/a != 1"/>',
            "/data/g/c",
            (True, False, False, "said"),
            (False, False, False, ""),
        ),
        (
            '<bind nodeset="/data/g" relevant="/data/a != 1"/><bind nodeset="/data/g/h"/>',
            "/data/g/h/d",
            (True, False, False, ""),
            (False, False, False, ""),
        ),
        # readonly: a group too, and what is inside it cannot be less so.
        (
            f'{_LOCKED}<bind nodeset="/data/g/c" readonly="false()"/>',
            "/data/g/c",
            (True, False, False, "said"),
            (True, False, True, "said"),
        ),
        # required: of the node itself only, and of nothing that is not relevant.
        (
            '<bind nodeset="/data/g" required="/data/a = 1"/>',
            "/data/g/c",
            (True, False, False, "said"),
            (True, False, False, "said"),
        ),
        (
            '<bind nodeset="/data/g/c" required="/data/a = 1"/>',
            "/data/g/c",
            (True, False, False, "said"),
            (True, True, False, "said"),
        ),
        (
            '<bind nodeset="/data/g/c" required="true()" relevant="/data/a != 1"/>',
            "/data/g/c",
            (True, True, False, "said"),
            (False, False, False, ""),
        ),
        # calculate: again whenever what it reads changes, relevant or not.
        (
            '<bind nodeset="/data/b" calculate="concat(/data/a, \'!\')"/>',
            "/data/b",
            (True, False, False, "!"),
            (True, False, False, "1!"),
        ),
    ],
)
def test_what_a_bind_says_follows_the_answers(
    open_form: Open,
    binds: str,
    path: str,
    before: tuple[bool, bool, bool, str],
    after: tuple[bool, bool, bool, str],
) -> None:
    """Relevant, required, read-only and value: before an answer, after it, and after an undo."""
    interview = open_form(binds)
    seen = []
    for act in (lambda: None, lambda: interview.answer("/data/a", "1"), interview.undo):
        act()
        node = interview.node(path)
        seen.append((node.relevant, node.required, node.readonly, node.value))
    assert seen == [before, after, before]


@pytest.mark.parametrize(
    ("constraint", "told", "valid"),
    [
        (". &gt; 3", "4", True),
        (". &gt; 3", "2", False),
        (". &gt; 3", "", True),
        ("false()", "", True),
        ("false()", "x", False),
        (". = /data/a", "x", False),
    ],
)
def test_a_constraint_is_for_answers_that_are_there(
    open_form: Open, constraint: str, told: str, *, valid: bool
) -> None:
    """A blank is never against it."""
    interview = open_form(f'<bind nodeset="/data/b" constraint="{constraint}"/>')
    interview.answer("/data/b", told)
    assert interview.node("/data/b").valid is valid


@pytest.mark.parametrize(
    ("preload", "first", "closed"),
    [
        ('jr:preload="date" jr:preloadParams="today"', "2026-11-23", "2026-11-23"),
        ('jr:preload="uid"', "uuid:", "uuid:"),
        ('jr:preload="timestamp" jr:preloadParams="start"', "2026-11-23T", "2026-11-23T"),
        ('jr:preload="timestamp" jr:preloadParams="end"', "", "2026-11-24T"),
        ('jr:preload="property" jr:preloadParams="deviceid"', "", ""),
        ('jr:preload="property" jr:preloadParams="username"', "", ""),
    ],
)
def test_preloads_are_filled_in_at_the_first_load_or_at_the_end(
    open_form: Open, clock: FixedClock, preload: str, first: str, closed: str
) -> None:
    """What a device would tell of itself or of its user stays blank."""
    interview = open_form(f'<bind nodeset="/data/b" type="string" {preload}/>')
    begun = interview.node("/data/b").value
    assert begun.startswith(first)
    assert bool(begun) is bool(first)
    clock.move(days=1)
    again = Interview(interview.form, clock=clock, state=interview.export())
    again.close()
    ended = again.node("/data/b").value
    assert ended.startswith(closed)
    assert bool(ended) is bool(closed)
    assert ended == begun or not begun


_ROW = '<input ref="/data/r/x"/>'


@pytest.mark.parametrize(
    ("repeat", "rows", "count", "is_open"),
    [
        ("", '<r jr:template=""><x>new</x></r>', 0, True),
        ("", "<r><x>1</x></r><r><x>2</x></r>", 2, True),
        ('jr:noAddRemove="true()"', "<r><x>1</x></r><r><x>2</x></r>", 2, False),
        ('jr:count="3"', '<r jr:template=""><x>new</x></r>', 3, False),
        ('jr:count="/data/a"', '<r jr:template=""><x>new</x></r>', 0, False),
        ('jr:count="1 + 1"', '<r jr:template=""><x>new</x></r>', 2, False),
        ('jr:count="-1"', '<r jr:template=""><x>new</x></r>', 0, False),
        ('jr:count="2.7"', '<r jr:template=""><x>new</x></r>', 2, False),
        ("jr:count=\"'x'\"", '<r jr:template=""><x>new</x></r>', 0, False),
    ],
)
def test_rows_are_there_as_the_form_says(
    open_form: Open, repeat: str, rows: str, count: int, *, is_open: bool
) -> None:
    """By what stands in the instance, or by a count; and a person adds only where allowed."""
    body = f'{_BODY}<repeat nodeset="/data/r" {repeat}>{_ROW}</repeat>'
    interview = open_form(body=body, rows=rows)
    assert interview.count("/data/r") == count
    assert ("/data/r" in [step.path for step in interview.steps()]) is is_open
    if not is_open:
        with pytest.raises(InterviewError, match="cannot be added"):
            interview.add_repeat("/data/r")
        return
    interview.add_repeat("/data/r")
    assert interview.count("/data/r") == count + 1


def test_a_count_follows_its_node_and_loses_nothing(open_form: Open) -> None:
    """It shrinks and grows; rows that were there come back with what was told in them."""
    interview = open_form(
        '<bind nodeset="/data/a" type="int"/>',
        f'{_BODY}<repeat nodeset="/data/r" jr:count="/data/a">{_ROW}</repeat>',
    )
    seen = []
    for told in ("2", "0", "1", "", "3", "x"):
        interview.answer("/data/a", told)
        rows = range(1, interview.count("/data/r") + 1)
        seen.append([interview.node(f"/data/r[{row}]/x").value for row in rows])
        if told == "2":
            interview.answer("/data/r[1]/x", "told")
    assert seen == [["new", "new"], [], ["told"], [], ["told", "new", "new"], []]


@pytest.mark.parametrize(
    ("told", "holds"), [("true", True), ("1", True), ("false", False), ("0", False), ("", False)]
)
def test_an_answer_of_type_boolean_is_true_as_xml_schema_has_it(
    open_form: Open, told: str, *, holds: bool
) -> None:
    """By its word as by its number (XML Schema, part 2, section 3.2.2)."""
    interview = open_form(
        '<bind nodeset="/data/a" type="boolean"/><bind nodeset="/data/b" relevant="/data/a"/>'
    )
    interview.answer("/data/a", told)
    assert interview.node("/data/b").relevant is holds


def test_position_alone_is_the_number_of_the_row_that_it_is_about(open_form: Open) -> None:
    """XForms reads a bind for each node of its nodeset, with its place among them."""
    interview = open_form(
        '<bind nodeset="/data/r" relevant="position() &gt; 1"/>',
        f'{_BODY}<repeat nodeset="/data/r">{_ROW}</repeat>',
        rows="<r><x>1</x></r><r><x>2</x></r><r><x>3</x></r>",
    )
    rows = [interview.node(f"/data/r[{row}]/x") for row in (1, 2, 3)]
    assert [row.relevant for row in rows] == [False, True, True]
    interview.remove_repeat("/data/r[2]")
    assert interview.node("/data/r[2]/x").value == "3"


def test_a_row_that_is_there_can_go_and_one_out_of_sight_cannot(open_form: Open) -> None:
    """Whether or not there may be one more: what is told in it would be lost unseen."""
    interview = open_form(
        '<bind nodeset="/data/r" relevant="position() &lt; 3"/>',
        f'{_BODY}<repeat nodeset="/data/r">{_ROW}</repeat>',
        rows="<r><x>1</x></r><r><x>2</x></r><r><x>3</x></r>",
    )
    for path in ("/data/r[3]", "/data/r[4]"):
        with pytest.raises(InterviewError):
            interview.remove_repeat(path)
    interview.remove_repeat("/data/r[1]")
    assert [interview.node(f"/data/r[{row}]/x").value for row in (1, 2)] == ["2", "3"]


def _set(event: str, target: str, value: str) -> str:
    return f'<setvalue event="{event}" ref="{target}" value="{value}"/>'


@pytest.mark.parametrize(
    ("model", "inside", "rows", "expected"),
    [
        # at the first load: in the rows that the form has, not in those that come later
        (_set("odk-instance-first-load", "/data/r/x", "'load'"), "", "<r><x/></r>", "load,-"),
        # a new row: not those of the form
        ("", _set("odk-new-repeat", "/data/r/x", "'row'"), "<r><x/></r>", "-,row"),
        (
            "",
            _set("odk-instance-first-load odk-new-repeat", "/data/r/x", "'both'"),
            "<r><x/></r>",
            "both,both",
        ),
        ("", _set("odk-new-repeat", "/data/r/x", "position(..)"), "<r><x/></r>", "-,2"),
        ("", _set("odk-new-repeat", "/data/r/x", "../../a"), "<r><x/></r>", "-,A"),
        # one after the other, as they stand
        (
            _set("odk-instance-first-load", "/data/r/x", "'model'"),
            _set("odk-instance-first-load", "/data/r/x", "'body'"),
            "<r><x/></r>",
            "body,-",
        ),
        # anywhere inside the repeat
        ("", f"<group>{_set('odk-new-repeat', '/data/r/x', '7')}</group>", "<r><x/></r>", "-,7"),
        (
            "",
            f'<input ref="/data/r/y">{_set("odk-new-repeat", "/data/r/x", "8")}</input>',
            "<r><x/><y/></r>",
            "-,8",
        ),
        (
            "",
            f"<group>{_set('odk-instance-first-load', '/data/r/x', '9')}</group>",
            "<r><x/></r>",
            "9,-",
        ),
    ],
)
def test_actions_happen_at_their_event(
    open_form: Open, model: str, inside: str, rows: str, expected: str
) -> None:
    """And never again over a restart."""
    interview = open_form(
        model, f'{_BODY}<repeat nodeset="/data/r">{inside}{_ROW}</repeat>', rows=rows
    )
    interview.answer("/data/a", "A")
    interview.add_repeat("/data/r")
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    for one in (interview, again):
        said = [one.node(f"/data/r[{row}]/x").value or "-" for row in (1, 2)]
        assert ",".join(said) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<r jr:template=""><x/></r>', "row,row"),
        ('<r jr:template=""><x/></r><r><x/></r>', "load,row"),
        ("<r><x/></r><r><x/></r>", "load,load"),
    ],
)
def test_a_counted_row_that_the_form_writes_is_loaded_and_no_new_one(
    open_form: Open, rows: str, expected: str
) -> None:
    """Those that the count asks for beyond them are new (ODK XForms, `odk-new-repeat`)."""
    repeat = '<repeat nodeset="/data/r" jr:count="2">'
    new = _set("odk-new-repeat", "/data/r/x", "'row'")
    interview = open_form(
        _set("odk-instance-first-load", "/data/r/x", "'load'"),
        f"{_BODY}{repeat}{new}{_ROW}</repeat>",
        rows=rows,
    )
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    for one in (interview, again):
        assert ",".join(one.node(f"/data/r[{row}]/x").value for row in (1, 2)) == expected


@pytest.mark.parametrize(
    ("target", "value", "expected"),
    [
        ("/data/b", "'fixed'", "fixed"),
        ("/data/b", "/data/a", "A"),
        ("/data/g/h/d", "concat(/data/a, /data/g/c)", "Asaid"),
        ("/data/b", "", ""),
    ],
)
def test_a_changed_value_sets_another(
    open_form: Open, target: str, value: str, expected: str
) -> None:
    """When it changes, and not when the same is said again; a person may change it after."""
    body = _BODY.replace(
        '<input ref="/data/a"/>',
        f'<input ref="/data/a">{_set("xforms-value-changed", target, value)}</input>',
    )
    interview = open_form(body=body)
    interview.answer("/data/a", "A")
    assert interview.node(target).value == expected
    interview.answer(target, "own")
    interview.answer("/data/a", "A")
    assert interview.node(target).value == "own"

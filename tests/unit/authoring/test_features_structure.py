"""What stands in what, and when: groups, repeats, relevance, defaults, calculations, triggers."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from intake_app.authoring.compile import read
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
XForm = Callable[..., Path]

#: (the survey sheet, what is done, what then holds; None is a node that is not relevant)
STRUCTURES: Mapping[
    str, tuple[str, Mapping[str, str | tuple[str, str]], Mapping[str, str | None]]
] = {
    "a group inside a group gives paths inside paths": (
        """
        | | type | name | label | relevant |
        | | begin_group | a | A | |
        | | begin_group | b | B | |
        | | text | c | C | |
        | | end_group | | | |
        | | end_group | | | |
        """,
        {"/data/a/b/c": "x"},
        {"/data/a/b/c": "x"},
    ),
    "a row inside a row counts from one in each": (
        """
        | | type | name | label | calculation |
        | | begin_repeat | a | A | |
        | | begin_repeat | b | B | |
        | | calculate | c | | position(..) |
        | | calculate | d | | position(../..) |
        | | text | e | E | |
        | | end_repeat | | | |
        | | end_repeat | | | |
        """,
        {
            "+1": "/data/a",
            "+2": "/data/a[2]/b",
            "+3": "/data/a[2]/b",
            "/data/a[2]/b[1]/e": "x",
        },
        {
            "/data/a[2]/b[1]/e": "x",
            "/data/a[1]/b[1]/d": "1",
            "/data/a[2]/b[1]/d": "2",
            "/data/a[2]/b[2]/c": "2",
        },
    ),
    "a repeat has a fixed number of rows": (
        """
        | | type | name | label | repeat_count |
        | | begin_repeat | a | A | 3 |
        | | text | b | B | |
        | | end_repeat | | | |
        """,
        {},
        {"/data/a[1]/b": "", "/data/a[3]/b": "", "/data/a[4]/b": None},
    ),
    "a repeat has as many rows as an answer says": (
        """
        | | type | name | label | repeat_count |
        | | integer | n | N | |
        | | begin_repeat | a | A | ${n} |
        | | text | b | B | |
        | | end_repeat | | | |
        """,
        {"/data/n": "2"},
        {"/data/a[2]/b": "", "/data/a[3]/b": None},
    ),
    "a repeat has as many rows as an expression says": (
        """
        | | type | name | label | repeat_count |
        | | select_multiple l | n | N | |
        | | begin_repeat | a | A | count-selected(${n}) + 1 |
        | | text | b | B | |
        | | end_repeat | | | |
        | choices |
        | | list_name | name | label |
        | | l | x | X |
        | | l | y | Y |
        """,
        {"/data/n": "x y"},
        {"/data/a[3]/b": "", "/data/a[4]/b": None},
    ),
    "what is not relevant hides what is inside": (
        """
        | | type | name | label | relevant |
        | | select_one yes_no | q | Q | |
        | | begin_group | g | G | ${q} = 'yes' |
        | | text | a | A | |
        | | begin_repeat | r | R | |
        | | text | b | B | |
        | | end_repeat | | | |
        | | end_group | | | |
        | choices |
        | | list_name | name | label |
        | | yes_no | yes | Yes |
        | | yes_no | no | No |
        """,
        {"/data/q": "yes", "/data/g/a": "x", "q": ("/data/q", "no")},
        {"/data/g/a": None, "/data/g/r[1]/b": None},
    ),
    "a default is a text, or an expression that is computed once": (
        """
        | | type | name | label | default |
        | | text | a | A | hallo |
        | | date | b | B | today() |
        | | integer | c | C | 1 + 2 |
        | | text | d | D | concat(${a}, '!') |
        """,
        {"/data/a": "dag"},
        {"/data/a": "dag", "/data/b": "2026-11-23", "/data/c": "3", "/data/d": "hallo!"},
    ),
    "each new row begins with its defaults": (
        """
        | | type | name | label | default |
        | | text | a | A | x |
        | | begin_repeat | r | R | |
        | | text | b | B | ${a} |
        | | text | c | C | y |
        | | end_repeat | | | |
        """,
        {"/data/a": "z", "+1": "/data/r"},
        {"/data/r[1]/b": "x", "/data/r[2]/b": "z", "/data/r[2]/c": "y"},
    ),
    "a calculation with a trigger waits for it": (
        """
        | | type | name | label | calculation | trigger |
        | | integer | a | A | | |
        | | integer | b | B | | |
        | | integer | c | C | | |
        | | calculate | d | | ${a} + 10 | ${b}, ${c} |
        """,
        {"/data/a": "1", "/data/b": "1", "again": ("/data/a", "2"), "/data/c": "1"},
        {"/data/d": "12"},
    ),
    "a trigger in a row sets what stands in that row": (
        """
        | | type | name | label | calculation | trigger |
        | | begin_repeat | r | R | | |
        | | integer | a | A | | |
        | | calculate | b | | ${a} * 2 | ${a} |
        | | end_repeat | | | | |
        """,
        {"+1": "/data/r", "/data/r[2]/a": "4"},
        {"/data/r[1]/b": "", "/data/r[2]/b": "8"},
    ),
    "a trigger outside a repeat sets every row": (
        """
        | | type | name | label | calculation | trigger |
        | | integer | a | A | | |
        | | begin_repeat | r | R | | |
        | | text | b | B | ${a} | ${a} |
        | | end_repeat | | | | |
        """,
        {"+1": "/data/r", "/data/a": "4"},
        {"/data/r[1]/b": "4", "/data/r[2]/b": "4"},
    ),
}


@pytest.mark.parametrize("name", STRUCTURES, ids=str)
def test_a_structure_of_an_xlsform_works_as_in_odk(interviewed: Interviewed, name: str) -> None:
    """From the survey sheet, over what is done, to what holds."""
    survey, actions, wanted = STRUCTURES[name]
    interview = interviewed(f"| survey |\n{_dedented(survey)}")
    for what, said in actions.items():
        if what.startswith("+"):
            interview.add_repeat(str(said))
        elif isinstance(said, tuple):
            interview.answer(*said)
        else:
            interview.answer(what, said)
    found = {node.path: node.value if node.relevant else None for node in interview.nodes()}
    assert {path: found.get(path) for path in wanted} == wanted


def _dedented(table: str) -> str:
    return "\n".join(line.strip() for line in table.splitlines() if line.strip())


ROWS = '<input ref="/data/r/a"><label>A</label></input>'


@pytest.mark.parametrize(
    ("nodes", "repeat", "values"),
    [
        ("<r jr:template=''><a>t</a></r>", "<repeat nodeset='/data/r'>{}</repeat>", []),
        (
            "<r jr:template=''><a>t</a></r><r><a>1</a></r><r><a/></r>",
            "<group ref='/data/r'><repeat nodeset='/data/r'>{}</repeat></group>",
            ["1", ""],
        ),
        ("<r><a>1</a></r><r><a>2</a></r>", "<repeat nodeset='r'>{}</repeat>", ["1", "2"]),
        (
            "<n>3</n><r jr:template=''><a>t</a></r>",
            "<repeat nodeset='/data/r' jr:count=' /data/n '>{}</repeat>",
            ["t", "t", "t"],
        ),
        (
            "<n>3</n><r jr:template=''><a>t</a></r><r><a>1</a></r><r><a>2</a></r>",
            "<repeat nodeset='/data/r' jr:count='/data/n' jr:noAddRemove='true()'>{}</repeat>",
            ["1", "2", "t"],
        ),
        (
            "<n>1</n><r><a>1</a></r><r><a>2</a></r>",
            "<repeat nodeset='/data/r' jr:count='/data/n'>{}</repeat>",
            ["1"],
        ),
    ],
)
def test_rows_begin_as_a_hand_made_form_writes_them(
    interviewed: Interviewed, xform: XForm, nodes: str, repeat: str, values: list[str]
) -> None:
    """Its rows first, then its template; a counted repeat has as many as it counts."""
    interview = interviewed(xform(nodes, "", repeat.format(ROWS)))
    found = [node.value for node in interview.nodes() if node.path.startswith("/data/r")]
    assert found == values


def test_a_row_that_the_form_fills_in_is_no_new_one(interviewed: Interviewed, xform: XForm) -> None:
    """What a form does for a new row, it does for those after its own."""
    nodes = "<n>2</n><r jr:template=''><a/></r><r><a>own</a></r>"
    action = '<setvalue event="odk-new-repeat" ref="/data/r/a">new</setvalue>'
    repeat = f"<repeat nodeset='/data/r' jr:count='/data/n'>{action}{ROWS}</repeat>"
    interview = interviewed(xform(nodes, "", repeat))
    assert [node.value for node in interview.nodes()] == ["2", "own", "new"]


SETVALUES = """
    <bind nodeset="/data/a" type="int"/>
    <setvalue event="odk-instance-first-load" ref="a">1+1</setvalue>
    <setvalue event="xforms-ready" bind="b-id" value="/data/a + 1"/>
    <setvalue event="odk-instance-first-load" nodeset="/data/c">it's "so"</setvalue>
    <bind id="b-id" nodeset="/data/b" type="int"/>
"""
ACTIONS = """
    <setvalue event="odk-instance-first-load" ref="/data/d" value="1 + 2">no</setvalue>
    <input ref="/data/e"><label>E</label>
      <setvalue event="xforms-value-changed" ref="/data/f" value="">ignored</setvalue>
      <setvalue event="odk-instance-first-load xforms-value-changed" ref="/data/g" value="../e"/>
    </input>
    <group ref="h"><input ref="i"><label>I</label>
      <setvalue event="odk-instance-first-load" ref="/data/h/i">cheese</setvalue></input></group>
    <repeat nodeset="/data/r"><group ref="/data/r/s">
      <setvalue event="odk-new-repeat odk-instance-first-load" ref="/data/r/s/t" value="100"/>
      <input ref="/data/r/s/t"><label>T</label></input></group></repeat>
"""


def test_values_are_set_by_actions_wherever_they_stand(
    interviewed: Interviewed, xform: XForm
) -> None:
    """In the model, the body, a control or a group, by ref, nodeset or bind, as text or value."""
    nodes = "<a/><b/><c/><d/><e/><f>x</f><g/><h><i/></h><r><s><t/></s></r>"
    interview = interviewed(xform(nodes, SETVALUES, ACTIONS))
    interview.add_repeat("/data/r")
    values = {node.path: node.value for node in interview.nodes()}
    assert values == {
        "/data/a": "1+1", "/data/b": "", "/data/c": "it's \"so\"", "/data/d": "3", "/data/e": "",
        "/data/f": "x", "/data/g": "", "/data/h/i": "cheese",
        "/data/r[1]/s/t": "100", "/data/r[2]/s/t": "100",
    }  # fmt: skip
    interview.answer("/data/e", "y")
    assert (interview.node("/data/f").value, interview.node("/data/g").value) == ("", "y")


def test_an_event_that_there_is_not_is_refused(
    xform: XForm, refused: Callable[[Path], str]
) -> None:
    """A value that would never be set is no form that works."""
    source = xform("<a/>", '<setvalue event="click" ref="/data/a" value="1"/>', "")
    assert "There is no event click on which a value can be set." in refused(source)


def test_a_new_row_outside_a_repeat_is_refused(
    xform: XForm, refused: Callable[[Path], str]
) -> None:
    """Nobody ever adds one there (ODK XForms: nested in the repeat)."""
    source = xform("<a/>", '<setvalue event="odk-new-repeat" ref="/data/a" value="1"/>', "")
    assert "no repeat stands around that" in refused(source)


BEHIND = """
    | survey |
    |        | type | name | label | trigger |
    |        | text | a    | A     |         |
    |        | start-geopoint | b | B |      |
    |        | background-geopoint | c | | ${a} |
    |        | background-audio | d | D |    |
"""


def test_what_records_behind_a_persons_back_does_nothing_and_is_told(
    interviewed: Interviewed, written: Callable[[str, str], Path]
) -> None:
    """A place or a voice that nobody asked for stays blank; the author is warned."""
    source = written("form.md", BEHIND)
    assert [(one.row, one.name, one.severity) for one in read(source).warnings] == [
        (3, "b", "warning"), (5, "d", "warning"), (4, "c", "warning"),
    ]  # fmt: skip
    interview = interviewed(source)
    interview.answer("/data/a", "x")
    values = {node.path: node.value for node in interview.nodes()}
    assert values == {"/data/a": "x", "/data/b": "", "/data/c": "", "/data/d": ""}


def test_what_is_bound_but_not_there_is_left_out_with_a_warning(xform: XForm) -> None:
    """As ODK does; a question that is not there is refused (see the findings)."""
    source = xform("<a/>", '<bind nodeset="/data/gone" type="int"/>', "")
    assert [one.name for one in read(source).warnings] == ["/data/gone"]


@pytest.mark.parametrize(
    ("calculation", "value"),
    [
        ("concat('../b', ${b})", "../b3"),
        ("${b} + ${k}", "13"),
        ("concat(position(../..), ${z}, ${b})", "103"),
    ],
)
def test_a_trigger_in_a_repeat_may_set_a_question_in_a_group(
    interviewed: Interviewed, written: Callable[[str, str], Path], calculation: str, value: str
) -> None:
    """What is named there is of the same row, wherever in it the two stand."""
    table = f"""
        | survey |
        |        | type         | name | label | calculation   | trigger | default |
        |        | begin repeat | r    | R     |               |         | |
        |        | integer      | b    | B     |               |         | |
        |        | begin group  | g    | G     |               |         | |
        |        | integer      | k    | K     |               |         | 10 |
        |        | text         | y    | Y     | {calculation} | ${{b}}  | |
        |        | begin group  | h    | H     |               |         | |
        |        | integer      | z    | Z     |               |         | 0 |
        |        | end group    |      |       |               |         | |
        |        | end group    |      |       |               |         | |
        |        | end repeat   |      |       |               |         | |
        """
    interview = interviewed(written("form.md", table))
    interview.add_repeat("/data/r")
    interview.answer("/data/r[1]/b", "3")
    assert [interview.node(f"/data/r[{row}]/g/y").value for row in (1, 2)] == [value, ""]


def test_a_trigger_does_not_pick_a_row_of_a_repeat_inside(
    written: Callable[[str, str], Path], refused: Callable[[Path], str]
) -> None:
    """Which row was answered is not known at the question that is set."""
    table = """
        | survey |
        |        | type         | name | label | calculation | trigger |
        |        | begin repeat | r    | R     |             | |
        |        | begin repeat | n    | N     |             | |
        |        | integer      | c    | C     |             | |
        |        | end repeat   |      |       |             | |
        |        | text         | z    | Z     | ${c} + 1    | ${c} |
        |        | end repeat   |      |       |             | |
        """
    assert "of c there is not one here but many" in refused(written("form.md", table))

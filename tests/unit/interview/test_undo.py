"""Taking back: one action whole, with all that it set off; and a refusal leaves nothing behind."""

from collections.abc import Callable
from random import Random

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Form, Interview

FAMILY = """
    | survey |
    |        | type         | name  | label | repeat_count | calculation | relevant | trigger |
    |        | integer      | n     | Aantal | | | | |
    |        | begin repeat | kids  | Kind  | ${n} | | | |
    |        | text         | name  | Naam  | | | | |
    |        | calculate    | mark  |       | | once(random()) | | |
    |        | end repeat   | | | | | | |
    |        | calculate    | names |       | | join(',', ${name}) | | |
    |        | text         | why   | Waarom? | | | ${n} > 2 | |
    |        | text         | seen  | Gezien | | concat(${n}, ' ', random()) | | ${n} |
    |        | begin repeat | jobs  | Baan  | | | | |
    |        | text         | title | Titel | | | | |
    |        | end repeat   | | | | | | |
"""
Begin = Callable[[str], Interview]


def test_nothing_can_be_taken_back_at_the_start(begin: Begin) -> None:
    """And a sentence says so."""
    interview = begin(FAMILY)
    assert (interview.undoable, interview.last) == (0, "")
    with pytest.raises(InterviewError, match="nothing to take back"):
        interview.undo()


def test_an_undo_takes_back_all_that_an_answer_set_off(begin: Begin) -> None:
    """Rows, relevance, calculations and triggers; what came from chance comes back too."""
    interview = begin(FAMILY)
    interview.answer("/data/n", "2")
    interview.answer("/data/kids[2]/name", "Test")
    before, seen = interview.export(), list(interview.nodes())
    interview.answer("/data/n", "3")
    assert interview.node("/data/why").relevant
    assert interview.node("/data/seen").value.startswith("3 ")
    assert interview.last == "/data/n"
    change = interview.undo()
    assert change.changed == ("/data/n", "/data/names", "/data/seen", "/data/why")
    assert change.removed == ("/data/kids[3]/mark", "/data/kids[3]/name")
    assert change.structure
    assert (interview.export(), list(interview.nodes())) == (before, seen)
    assert interview.last == "/data/kids[2]/name"


def test_rows_out_of_sight_go_back_out_of_sight(begin: Begin) -> None:
    """With their answers, their calculations and their order."""
    interview = begin(FAMILY)
    interview.answer("/data/n", "3")
    for row in (1, 2, 3):
        interview.answer(f"/data/kids[{row}]/name", f"kind {row}")
    marks = [interview.node(f"/data/kids[{row}]/mark").value for row in (1, 2, 3)]
    interview.answer("/data/n", "1")
    hidden = interview.export()
    interview.answer("/data/n", "3")
    assert interview.undo().removed[-1] == "/data/kids[3]/name"
    assert interview.export() == hidden
    interview.undo()
    assert interview.node("/data/names").value == "kind 1,kind 2,kind 3"
    assert [interview.node(f"/data/kids[{row}]/mark").value for row in (1, 2, 3)] == marks


@pytest.mark.parametrize(
    ("act", "last"),
    [
        (lambda i: i.answer("/data/jobs[1]/title", "kok", beside={"words": "x"}), "title"),
        (lambda i: i.clear("/data/jobs[2]/title"), "title"),
        (lambda i: i.set_aside("/data/jobs[2]/title", "declined"), "title"),
        (lambda i: i.add_repeat("/data/jobs"), "jobs"),
        (lambda i: i.remove_repeat("/data/jobs[1]"), "jobs[1]"),
        (lambda i: i.close(), ""),
    ],
)
def test_every_action_is_one_thing_to_take_back(
    begin: Begin, act: Callable[[Interview], object], last: str
) -> None:
    """And afterwards the state is the one before it."""
    interview = begin(FAMILY)
    interview.add_repeat("/data/jobs")
    interview.answer("/data/jobs[2]/title", "leraar", beside={"words": "leraar"})
    before, done = interview.export(), interview.undoable
    act(interview)
    assert interview.last.rpartition("/")[2] == last
    assert interview.undoable == done + 1
    interview.undo()
    assert (interview.export(), interview.undoable) == (before, done)


IN_GROUP = """
    | survey |
    |        | type        | name | label | relevant      | calculation |
    |        | text        | a    | A     | | |
    |        | text        | b    | B     | | |
    |        | begin group | g    | G     | ${a} != 'n'  | |
    |        | text        | q    | Q     | ${b} != 'n'  | |
    |        | calculate   | c    |       |               | if(${b} = 'n', true(), 'false') |
    |        | end group   |      |       | | |
    |        | calculate   | d    |       |               | if(${c}, 'ja', 'nee') |
"""


def test_after_an_undo_a_group_comes_back_as_it_would_have(begin: Begin) -> None:
    """A condition inside it that was taken back, and a truth that is a word again."""
    interview = begin(IN_GROUP)
    interview.answer("/data/b", "n")
    assert not interview.node("/data/g/q").relevant
    interview.undo()
    for told in ("n", "y"):
        interview.answer("/data/a", told)
    assert interview.node("/data/g/q").relevant
    assert interview.node("/data/d").value == "ja"


BOUNCING = """<h:html xmlns="http://www.w3.org/2002/xforms"
      xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>t</h:title><model>
    <instance><data id="t" version="1"><n/><kid jr:template=""><v/></kid></data></instance>
    <bind nodeset="/data/n" type="int"/><bind nodeset="/data/kid/v" type="int"/>
  </model></h:head><h:body><input ref="/data/n"><label>N</label></input>
  <group ref="/data/kid"><label>K</label><repeat nodeset="/data/kid" jr:count="/data/n">
    <input ref="/data/kid/v"><label>V</label>
      <setvalue event="xforms-value-changed" ref="/data/n" value="/data/kid/v"/></input>
    <setvalue event="odk-new-repeat" ref="/data/kid/v" value="position(..)"/>
  </repeat></group></h:body></h:html>"""


def test_rows_that_came_and_went_in_one_action_are_not_told(clock: FixedClock) -> None:
    """The second and third row set the number of rows back to one: nobody ever saw them."""
    interview = Interview(Form.load(compile_xform(BOUNCING.encode())), clock=clock)
    interview.answer("/data/n", "3")
    assert [node.path for node in interview.nodes()] == ["/data/n", "/data/kid[1]/v"]
    change = interview.undo()
    assert (change.changed, change.removed) == (("/data/n",), ("/data/kid[1]/v",))


def test_the_last_hundred_actions_can_be_taken_back(begin: Begin) -> None:
    """And none over a restart."""
    interview = begin(FAMILY)
    for number in range(130):
        interview.answer("/data/jobs[1]/title", str(number))
    assert interview.undoable == 100
    for _ in range(100):
        interview.undo()
    assert interview.node("/data/jobs[1]/title").value == "29"
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    assert again.undoable == 0


def test_actions_that_touch_very_much_are_remembered_less_long(clock: FixedClock) -> None:
    """The history of a long form stays small; the last action can always be taken back."""
    form = _form(
        '<bind nodeset="/data/n" type="int"/><bind nodeset="/data/m" type="int"/>'
        '<bind nodeset="/data/outer/inner/x" calculate="/data/m"/>',
        '<input ref="/data/n"/><input ref="/data/m"/><repeat nodeset="/data/outer" '
        'jr:count="/data/n"><repeat nodeset="/data/outer/inner" jr:count="9"/></repeat>',
    )
    interview = Interview(form, clock=clock)
    interview.answer("/data/n", "900")
    for told in range(16):
        before = interview.node("/data/outer[900]/inner[9]/x").value
        interview.answer("/data/m", str(told))
    assert 1 <= interview.undoable < 16
    interview.undo()
    assert interview.node("/data/outer[900]/inner[9]/x").value == before


def test_a_refusal_is_no_action(begin: Begin) -> None:
    """It cannot be taken back, and does not hide what can."""
    interview = begin(FAMILY)
    interview.answer("/data/n", "1")
    with pytest.raises(InterviewError):
        interview.answer("/data/nobody", "1")
    assert (interview.undoable, interview.last) == (1, "/data/n")


def test_a_refused_answer_takes_back_what_it_set_off(begin: Begin) -> None:
    """Too many rows: the triggers that went before them too."""
    interview = begin(FAMILY)
    interview.answer("/data/n", "2")
    before, seen = interview.export(), list(interview.nodes())
    with pytest.raises(InterviewError, match="more than 1000 instances"):
        interview.answer("/data/n", "5000")
    assert (interview.export(), list(interview.nodes())) == (before, seen)
    assert interview.answer("/data/n", "1").changed


def test_a_language_and_a_new_day_are_not_taken_back(begin: Begin, clock: FixedClock) -> None:
    """What they brought is there again after an undo, in what the undo brings back too."""
    interview = begin(
        """
        | survey |
        |        | type         | name | label::Nederlands (nl) | label::English (en) | calculation |
        |        | begin repeat | r    | R                      | R                   | |
        |        | select_one c | c    | C                      | C                   | |
        |        | calculate    | said |                        |                     | jr:choice-name(${c}, '${c}') |
        |        | calculate    | day  |                        |                     | today() |
        |        | end repeat   |      |                        |                     | |
        | choices |
        |         | list_name | name | label::Nederlands (nl) | label::English (en) |
        |         | c         | a    | Ja                     | Yes                 |
        | settings |
        |          | default_language |
        |          | Nederlands (nl)  |
        """  # noqa: E501 (a table is read across)
    )
    interview.answer("/data/r[1]/c", "a")
    interview.remove_repeat("/data/r[1]")
    interview.set_language("en")
    clock.move(days=1)
    change = interview.undo()
    assert interview.language == "en"
    assert interview.node("/data/r[1]/said").value == "Yes"
    assert interview.node("/data/r[1]/day").value == "2026-11-24"
    assert change.changed == ("/data/r[1]/c", "/data/r[1]/day", "/data/r[1]/said")
    assert interview.undo().changed == ("/data/r[1]/c", "/data/r[1]/said")


def _form(binds: str, body: str) -> Form:
    return Form.load(
        compile_xform(
            f"""<h:html xmlns="http://www.w3.org/2002/xforms"
              xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"
              xmlns:odk="http://www.opendatakit.org/xforms">
            <h:head><h:title>t</h:title><model><instance><data id="t"><n/><m/><here/>
              <outer><inner><x/></inner></outer></data></instance>{binds}</model></h:head>
            <h:body>{body}</h:body></h:html>""".encode()
        )
    )


def test_what_sets_itself_off_is_refused(clock: FixedClock) -> None:
    """A trigger that never comes to rest leaves all as it was, in bounded time."""
    form = _form(
        "",
        '<input ref="/data/n"><setvalue event="xforms-value-changed" ref="/data/m" '
        'value="/data/n"/></input><input ref="/data/m"><setvalue event="xforms-value-changed" '
        'ref="/data/n" value="concat(/data/m, 1)"/></input>',
    )
    interview = Interview(form, clock=clock, random=Random(1))  # noqa: S311 (a test's chance is no secret)
    with pytest.raises(InterviewError, match="never comes to rest"):
        interview.answer("/data/n", "1")
    assert (interview.node("/data/n").value, interview.node("/data/m").value) == ("", "")
    assert interview.undoable == 0


@pytest.mark.parametrize("told", ["1000", "101"])
def test_counted_repeats_inside_counted_repeats_are_bounded_together(
    clock: FixedClock, told: str
) -> None:
    """A thousand times a thousand rows are never made."""
    form = _form(
        '<bind nodeset="/data/n" type="int"/>',
        '<input ref="/data/n"/><repeat nodeset="/data/outer" jr:count="/data/n">'
        '<repeat nodeset="/data/outer/inner" jr:count="100"><input ref="/data/outer/inner/x"/>'
        "</repeat></repeat>",
    )
    interview = Interview(form, clock=clock)
    interview.answer("/data/n", "2")
    before = interview.export()
    with pytest.raises(InterviewError, match="no more than 10000 instances in all"):
        interview.answer("/data/n", told)
    assert interview.export() == before
    assert interview.count("/data/outer[2]/inner") == 100
    # What was made and refused is not counted any more.
    interview.answer("/data/n", "3")
    assert interview.count("/data/outer[3]/inner") == 100


def test_a_form_that_asks_for_too_many_rows_by_itself_is_refused(clock: FixedClock) -> None:
    """A billion, and nobody answered anything yet."""
    form = _form(
        "",
        '<repeat nodeset="/data/outer" jr:count="1000000000 + count(/data/n)">'
        '<input ref="/data/outer/inner/x"/>'
        "</repeat>",
    )
    with pytest.raises(InterviewError, match="/data/outer would have more than 1000 instances"):
        Interview(form, clock=clock)


def test_a_device_that_cannot_find_its_place_leaves_the_answer(clock: FixedClock) -> None:
    """`odk:setgeopoint` needs a device; here it does nothing."""
    form = _form(
        '<odk:setgeopoint event="odk-instance-first-load" ref="/data/here"/>',
        '<input ref="/data/here"/><input ref="/data/n"><odk:setgeopoint '
        'event="xforms-value-changed" ref="/data/here"/></input>',
    )
    interview = Interview(form, clock=clock)
    interview.answer("/data/here", "52.1 5.2")
    assert interview.answer("/data/n", "1").changed == ("/data/n",)
    assert interview.node("/data/here").value == "52.1 5.2"

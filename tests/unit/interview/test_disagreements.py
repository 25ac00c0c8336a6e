"""Where ODK's engines disagree: one case for each decision of ADR 3."""

from collections.abc import Callable

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Interview

Begin = Callable[[str], Interview]

FORM = """
    | survey |
    |        | type         | name   | label  | relevant     | calculation | trigger | repeat_count |
    |        | integer      | whole  | Heel   | | | | |
    |        | decimal      | part   | Deel   | | | | |
    |        | time         | hour   | Uur    | | | | |
    |        | time         | later  | Later  | | | | |
    |        | dateTime     | moment | Moment | | | | |
    |        | text         | from   | Van    | | | | |
    |        | text         | memo   | Notitie ${whole} | | once('leeg') | | |
    |        | begin repeat | row    | Rij    | ${hide} != 'yes' or position(.) != 1 | | | |
    |        | integer      | n      | Aantal | | | | |
    |        | text         | when   | Sinds  | | 'nu' | ${n} | |
    |        | calculate    | rows   | | | count(${row}) | | |
    |        | calculate    | sums   | | | sum(${row}/n) | | |
    |        | end repeat   |        | | | | | |
    |        | text         | hide   | Verberg | | | | |
    |        | calculate    | result | | | {expression} | | |
"""  # noqa: E501 (a table is read across)


def _result(begin: Begin, expression: str, **answers: str) -> str:
    interview = begin(FORM.replace("{expression}", expression))
    interview.add_repeat("/data/row")
    for name, value in answers.items():
        interview.answer(f"/data/{name}" if name != "n" else "/data/row[2]/n", value)
    return interview.node("/data/result").value


@pytest.mark.parametrize(
    ("expression", "answers", "result"),
    [
        ("sum(${n})", {"n": "4"}, "4"),
        ("max(${n})", {"n": "4"}, "4"),
        ("min(${n})", {"n": "4"}, "4"),
        ("count(${row})", {"hide": "yes"}, "1"),
        ("join('-', ${n})", {"n": "4", "hide": "yes"}, "4"),
        ("if(${from}, 'yes', 'no')", {}, "no"),
        ("boolean(${from})", {"from": "x"}, "true"),
        ("regex(${from}, 'b')", {"from": "abc"}, "false"),
        ("round(-2.5)", {}, "-2"),
        ("round(-1.25, 1)", {}, "-1.2"),
        ("number('1e3')", {}, ""),
        ("${from} > '2026-01-01'", {"from": "2026-11-23"}, "true"),
        ("concat('x', ${whole} + 1)", {}, "xNaN"),
        ("${whole} + 1", {}, ""),
        ("concat('', ${part})", {"part": "50.0"}, "50"),
        ("${whole} = ${part}", {"whole": "50", "part": "50.0"}, "true"),
        ("concat(date('2026-11-23'), '!')", {}, "2026-11-23!"),
        ("concat(${hour}, '')", {"hour": "09:30:00.000"}, "09:30:00.000"),
        ("indexed-repeat(${n}, ${row}, 0)", {"n": "4"}, ""),
        ("indexed-repeat(${n}, ${row}, ${whole})", {"n": "4"}, ""),
        ("${later} > ${hour}", {"hour": "09:30:00.000Z", "later": "23:05:00.000Z"}, "true"),
        ("${moment} > '2026-11-23'", {"moment": "2026-11-23T09:30:00.000Z"}, "true"),
        ("(${moment} - date('2026-11-23')) * 24", {"moment": "2026-11-23T12:00:00.000Z"}, "12"),
        ("${row}[2]/n", {"n": "4"}, "4"),
        ("indexed-repeat(${n}, ${row}, 2)", {"n": "4"}, "4"),
        ("max(${rows})", {}, "2"),
        ("${whole} = 'true' or not(${whole} > 3)", {"whole": "2"}, "true"),
        ("${hour} > '09:00'", {"hour": "09:30:00.000Z"}, "true"),
        ("${hour} = '09:30'", {"hour": "09:30:00.000Z"}, "true"),
        ("number('midnight')", {}, ""),
        ("checklist(1, 1, 'yes', 'no', 'x', true())", {}, "false"),
        ("weighted-checklist(2, 2, 'yes', 2, 'no', 2)", {}, "true"),
        ("boolean-from-string('TRUE')", {}, "false"),
        ("string-length(${from})", {"from": "😀a"}, "2"),
        ("substr(${from}, 1)", {"from": "😀a"}, "a"),
        ("format-date-time(${moment}, '%H:%M')", {"moment": "2026-07-01T09:30:00+02:00"}, "09:30"),
        ("concat(${row}[n]/n, '')", {"n": "4"}, "4"),
        ("format-date(${from}, '%Y')", {"from": "soon"}, ""),
        ("date(${from})", {"from": "2026-02-30"}, ""),
        ("regex('a', ${from})", {"from": "(a"}, "false"),
        ("regex(${from}, '[0-9]')", {"from": "٣"}, "false"),
        ("property('deviceid')", {}, ""),
        ("substring-after(now(), 'T') != ''", {}, "true"),
        ("max(${sums})", {"n": "4"}, "4"),
    ],
)
def test_what_we_chose(begin: Begin, expression: str, answers: dict[str, str], result: str) -> None:
    """See docs/adr/0003-where-odk-engines-disagree.md."""
    assert _result(begin, expression, **answers) == result


def test_what_was_calculated_as_false_is_false_over_a_restart(begin: Begin) -> None:
    """And when a calculation gives the text of it first; what a person tells is a text."""
    interview = begin(
        """
        | survey |
        |        | type      | name  | label | relevant | calculation |
        |        | integer   | age   | Age   |          | |
        |        | text      | adult | Adult |          | ${age} >= 18 |
        |        | text      | told  | Told  | ${adult} | |
        |        | calculate | mixed |       |          | if(${age} = 1, 'false', false()) |
        |        | text      | shown | Shown | ${mixed} | |
        """
    )
    interview.answer("/data/age", "1")
    assert interview.node("/data/shown").relevant
    interview.answer("/data/age", "2")
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    for one in (interview, again):
        assert not one.node("/data/told").relevant
        assert not one.node("/data/shown").relevant
    interview.answer("/data/adult", "false")
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    for one in (interview, again):
        assert one.node("/data/told").relevant


def test_a_trigger_does_not_fire_for_rows_that_move_up(begin: Begin) -> None:
    """Nobody answered anything."""
    interview = begin(FORM.replace("{expression}", "1"))
    interview.add_repeat("/data/row")
    interview.answer("/data/row[2]/n", "3")
    interview.clear("/data/row[2]/when")
    interview.remove_repeat("/data/row[1]")
    assert interview.node("/data/row[1]/n").value == "3"
    assert interview.node("/data/row[1]/when").value == ""


def test_what_a_trigger_sets_off(begin: Begin) -> None:
    """Also where it is calculated, in all rows that it is named for; never where nobody sees it."""
    interview = begin(
        """
        | survey |
        |        | type         | name  | label | calculation        | trigger   | relevant |
        |        | integer      | whole | Whole |                    |           | |
        |        | integer      | twice | Twice | ${whole} * 2       |           | |
        |        | text         | shown | Shown | concat(${twice})   | ${twice}  | |
        |        | integer      | aside | Aside | ${whole}           | ${whole}  | ${whole} > 5 |
        |        | text         | quiet | Quiet | 'heard'            | ${aside}  | |
        |        | begin repeat | row   | Row   |                    |           | |
        |        | text         | each  | Each  | concat('r', ${whole}, position(..)) | ${whole} | |
        |        | end repeat   |       |       |                    |           | |
        """
    )
    interview.add_repeat("/data/row")
    interview.answer("/data/whole", "3")
    values = {node.path: node.value for node in interview.nodes()}
    assert values == {
        "/data/whole": "3", "/data/twice": "6", "/data/shown": "6", "/data/aside": "",
        "/data/quiet": "", "/data/row[1]/each": "r31", "/data/row[2]/each": "r32",
    }  # fmt: skip


def test_a_row_without_a_name_is_no_choice(begin: Begin) -> None:
    """Whatever filter is there: a blank is no answer."""
    interview = begin(
        """
        | survey |
        |        | type           | name | label | choice_filter |
        |        | begin repeat   | row  | Row   | |
        |        | text           | who  | Who   | |
        |        | integer        | age  | Age   | |
        |        | end repeat     |      |       | |
        |        | select_one ${who} | head | Head | ${age} > 2 |
        """
    )
    interview.answer("/data/row[1]/age", "17")
    assert not interview.choices("/data/head")
    interview.answer("/data/row[1]/who", "Test")
    assert [choice.name for choice in interview.choices("/data/head")] == ["Test"]


def test_what_was_calculated_once_and_cleared_stays_blank(begin: Begin) -> None:
    """Over a restart too."""
    interview = begin(FORM.replace("{expression}", "1"))
    assert interview.node("/data/memo").value == "leeg"
    interview.clear("/data/memo")
    interview.answer("/data/whole", "3")
    assert interview.node("/data/memo").value == ""
    again = Interview(interview.form, clock=FixedClock(), state=interview.export())
    assert again.node("/data/memo").value == ""


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("${p} <= ${q}", "true"),
        ("${p} >= ${q}", "true"),
        ("${p} > date('1995-01-01')", "false"),
        ("${p} < date('1994-01-02')", "true"),
        ("${p} = 1994", "true"),
        ("${p} = ${q}", "false"),
        ("${q} = '1994-05'", "true"),
        ("${q} + 0 = date('1994-05-01') + 0", "true"),
        ("${p} = ''", "false"),
    ],
)
def test_partial_dates_compare_as_far_as_they_are_known(
    begin: Begin, expression: str, holds: str
) -> None:
    """What may be so, is so: a constraint never refuses what may be true."""
    interview = begin(
        f"""
        | survey |
        |        | type      | name | label | bind::intake:type | calculation |
        |        | text      | p    | P     | partial-date | |
        |        | text      | q    | Q     | partial-date | |
        |        | calculate | r    |       | | {expression} |
        | settings |
        |          | namespaces |
        |          | intake="https://example.org/intake" |
        """
    )
    interview.answer("/data/p", "1994~")
    interview.answer("/data/q", "1994-05")
    assert interview.node("/data/r").value == holds

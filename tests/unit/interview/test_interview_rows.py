"""Rows of repeats in an interview: added, removed, counted, nested."""

import json

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Interview
from tests.unit.interview.questionnaires import WORK, Begin


def test_rows_are_added_and_removed_and_those_after_move_up(begin: Begin) -> None:
    """Positions and joins follow."""
    interview = begin(WORK)
    interview.add_repeat("/data/work/jobs")
    for row, title in enumerate(("kok", "leraar"), 1):
        interview.answer(f"/data/work/jobs[{row}]/title", title)
    assert interview.node("/data/work/titles").value == "kok, leraar"
    assert interview.remove_repeat("/data/work/jobs[1]").structure
    assert interview.node("/data/work/jobs[1]/title").value == "leraar"
    assert interview.node("/data/work/jobs[1]/nr").value == "1"
    assert interview.count("/data/work/jobs") == 1
    interview.remove_repeat("/data/work/jobs[1]")
    assert interview.count("/data/work/jobs") == 0
    assert interview.node("/data/work/titles").value == ""


def test_a_counted_repeat_keeps_what_a_shrunken_count_hides(begin: Begin) -> None:
    """The rows beyond the count are out of sight, and come back with their answers."""
    interview = begin(
        """
        | survey |
        |        | type         | name  | label | repeat_count | calculation |
        |        | integer      | n     | Aantal | | |
        |        | begin repeat | kids  | Kind  | ${n} | |
        |        | integer      | age   | Leeftijd | | |
        |        | end repeat   | | | | |
        |        | calculate    | total | | | sum(${age}) |
        """
    )
    interview.answer("/data/n", "2")
    interview.answer("/data/kids[1]/age", "4")
    interview.answer("/data/kids[2]/age", "5")
    interview.answer("/data/n", "1")
    assert (interview.count("/data/kids"), interview.node("/data/total").value) == (1, "4")
    state = json.loads(json.dumps(interview.export()))
    interview = Interview(interview.form, clock=FixedClock(), state=state)
    interview.answer("/data/n", "3")
    assert interview.node("/data/kids[2]/age").value == "5"
    assert interview.node("/data/total").value == "9"
    with pytest.raises(InterviewError, match="cannot be added or removed"):
        interview.add_repeat("/data/kids")
    with pytest.raises(InterviewError, match="more than 1000 instances"):
        interview.answer("/data/n", "1000000000")
    with pytest.raises(InterviewError, match="more than 1000 instances"):
        interview.answer("/data/n", "9" * 400)
    assert (interview.node("/data/n").value, interview.count("/data/kids")) == ("3", 3)


def test_nested_repeats_keep_to_their_own_row(begin: Begin) -> None:
    """A reference inside a repeat means the own row; a running total reads the row before."""
    interview = begin(
        """
        | survey |
        |        | type         | name   | label | calculation |
        |        | begin repeat | house  | Huis  | |
        |        | text         | street | Straat | |
        |        | begin repeat | room   | Kamer | |
        |        | integer      | size   | Maat in ${street} | |
        |        | calculate    | label  | | concat(${street}, ' ', position(..)) |
        |        | end repeat   | | | |
        |        | calculate    | sizes  | | sum(${size}) |
        |        | calculate    | upto   | | ${sizes} + coalesce(indexed-repeat(${upto}, ${house}, position(..) - 1), 0) |
        |        | end repeat   | | | |
        |        | calculate    | all    | | sum(${size}) |
        |        | calculate    | houses | | count(${house}) |
        |        | calculate    | second | | indexed-repeat(${street}, ${house}, 2) |
        """  # noqa: E501 (a table is read across)
    )
    interview.add_repeat("/data/house")
    interview.add_repeat("/data/house[2]/room")
    interview.answer("/data/house[2]/street", "B")
    interview.answer("/data/house[1]/room[1]/size", "10")
    interview.answer("/data/house[2]/room[1]/size", "20")
    values = {node.path: node.value for node in interview.nodes()}
    assert values["/data/house[2]/room[1]/label"] == "B 1"
    assert interview.text("/data/house[2]/room[1]/size") == "Maat in B"
    assert [values[f"/data/house[{n}]/sizes"] for n in (1, 2)] == ["10", "20"]
    assert [values[f"/data/house[{n}]/upto"] for n in (1, 2)] == ["10", "30"]
    assert (values["/data/all"], values["/data/houses"]) == ("30", "2")
    assert values["/data/second"] == "B"
    interview.answer("/data/house[1]/room[1]/size", "1")
    assert interview.node("/data/house[2]/upto").value == "21"
    interview.remove_repeat("/data/house[1]")
    assert interview.node("/data/house[1]/upto").value == "20"


def test_a_numbered_row_inside_rows_follows_when_those_around_it_move(begin: Begin) -> None:
    """Without a number for the outer repeat it is the first that there is."""
    interview = begin(
        """
        | survey |
        |        | type         | name | label | calculation |
        |        | begin repeat | r    | R     | |
        |        | begin repeat | k    | K     | |
        |        | text         | v    | V     | |
        |        | end repeat   |      |       | |
        |        | end repeat   |      |       | |
        |        | calculate    | c    |       | indexed-repeat(${v}, ${k}, 2) |
        """
    )
    interview.add_repeat("/data/r")
    for row in (1, 2):
        while interview.count(f"/data/r[{row}]/k") < 2:
            interview.add_repeat(f"/data/r[{row}]/k")
        interview.answer(f"/data/r[{row}]/k[2]/v", f"rij {row}")
    assert interview.node("/data/c").value == "rij 1"
    change = interview.remove_repeat("/data/r[1]")
    assert interview.node("/data/c").value == "rij 2"
    assert "/data/c" in change.changed


WAITING = """
    | survey |
    |        | type         | name | label | repeat_count | calculation | default |
    |        | integer      | n    | N     | | | |
    |        | begin repeat | k    | K     | ${n} | | |
    |        | text         | v    | V     | | | |
    |        | text         | w    | W     | | concat('rij ', position(..)) | |
    |        | text         | x    | X     | | | concat('van ', ${n}) |
    |        | end repeat   |      |       | | | |
"""


def test_rows_that_wait_keep_their_order_and_what_was_told_in_them(
    begin: Begin, clock: FixedClock
) -> None:
    """Over a restart too, and also what a person told instead of a calculation."""
    interview = begin(WAITING)
    interview.answer("/data/n", "3")
    for row in (1, 2, 3):
        interview.answer(f"/data/k[{row}]/v", f"kind {row}")
    interview.answer("/data/k[3]/w", "de jongste")
    interview.answer("/data/k[3]/x", "anders")
    interview.answer("/data/n", "1")
    again = Interview(interview.form, clock=clock, state=interview.export())
    for one in (interview, again):
        one.answer("/data/n", "3")
        assert [one.node(f"/data/k[{row}]/v").value for row in (1, 2, 3)] == [
            "kind 1", "kind 2", "kind 3",
        ]  # fmt: skip
        assert one.node("/data/k[2]/w").value == "rij 2"
        assert one.node("/data/k[3]/w").value == "de jongste"
        assert one.node("/data/k[2]/x").value == "van 3"
        assert one.node("/data/k[3]/x").value == "anders"


def test_a_row_that_is_not_relevant_any_more_is_not_counted(begin: Begin) -> None:
    """Each row by its own condition."""
    interview = begin(
        """
        | survey |
        |        | type         | name | label | relevant | calculation |
        |        | text         | a    | A     | | |
        |        | begin repeat | r    | R     | ${a} != 'n' or position(.) = 1 | |
        |        | text         | v    | V     | | |
        |        | end repeat   |      |       | | |
        |        | calculate    | c    |       | | count(${r}) |
        """
    )
    interview.add_repeat("/data/r")
    assert interview.node("/data/c").value == "2"
    interview.answer("/data/a", "n")
    assert interview.node("/data/c").value == "1"

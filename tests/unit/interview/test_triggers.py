"""What a change sets off: once for each change, and only while its question is relevant."""

from intake_app.clock import FixedClock
from intake_app.interview import Interview
from tests.unit.interview.questionnaires import Begin


def test_a_change_sets_off_once(begin: Begin) -> None:
    """Not for the same answer again, and not for another question."""
    interview = begin(
        """
        | survey |
        |        | type      | name | label | trigger | calculation |
        |        | text      | a    | A     | | |
        |        | text      | b    | B     | | |
        |        | text      | log  | Log   | ${a} | concat(${log}, ${a}) |
        """
    )
    for path, told, logged in (
        ("a", "1", "1"), ("a", "2", "12"), ("a", "2", "12"), ("b", "3", "12"), ("a", "", "12"),
    ):  # fmt: skip
        interview.answer(f"/data/{path}", told)
        assert interview.node("/data/log").value == logged


def test_what_is_not_relevant_sets_off_nothing(begin: Begin, clock: FixedClock) -> None:
    """A calculation goes on there, and nobody sees it; nor does opening it again set off."""
    interview = begin(
        """
        | survey |
        |        | type    | name  | label | relevant   | trigger | calculation |
        |        | integer | n     | N     | | | |
        |        | text    | g     | G     | | | |
        |        | integer | twice | 2N    | ${g} = 'y' | | ${n} * 2 |
        |        | text    | log   | Log   | | ${twice} | concat(${log}, ${twice}, ' ') |
        """
    )
    interview.answer("/data/n", "1")
    interview.answer("/data/g", "y")
    assert (interview.node("/data/twice").value, interview.node("/data/log").value) == ("2", "")
    interview.answer("/data/n", "2")
    assert interview.node("/data/log").value == "4 "
    again = Interview(interview.form, clock=clock, state=interview.export())
    assert again.node("/data/log").value == "4 "

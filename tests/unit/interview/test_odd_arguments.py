"""Arguments that are not what a function is meant for, as JavaRosa takes them."""

import math
from collections.abc import Callable
from datetime import date

import pytest

from intake_app.interview import answers
from intake_app.interview.values import Value

Evaluate = Callable[[str], str]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("format-date('2024-02-29', 2)", "2"),
        ("format-date('2024-02-29', true())", "true"),
        ("format-date-time(2.5, '%Y-%m-%d %H:%M')", "1970-01-03 12:00"),
        ("format-date(1 div 0, '%Y')", ""),
        ("decimal-date-time(2.5)", "2.5"),
        ("decimal-date-time(/data/born)", "11016"),
        ("decimal-date-time('x')", ""),
        ("decimal-time(2.25)", "0.25"),
        ("decimal-time(/data/born)", "0"),
        ("decimal-time('12:00:00.000Z')", "0.5"),
        ("decimal-time(1 div 0)", ""),
        ("decimal-time('')", ""),
        ("coalesce(/data/blank + 1, 3)", "3"),
        ("coalesce(0 div 0, 0 div 0)", ""),
        ("pow(1, 0 div 0)", ""),
    ],
)
def test_what_no_number_or_date_is_does_not_come_through(
    evaluate: Evaluate, expression: str, result: str
) -> None:
    """NaN counts as a blank; a number where a date is meant counts days; a pattern is a text."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (date(2020, 1, 1), "2020-01-01T00:00"),
        (18262.5, "2020-01-01T12:00"),
        (math.nan, ""),
        ("soon", "soon"),
    ],
)
def test_a_moment_that_was_calculated_has_an_hour(value: Value, kept: str) -> None:
    """A date is its midnight, so that what is calculated is of its question's type."""
    words = answers.calculated(value, "dateTime")
    # What follows is the zone of the device.
    assert words[:16] == kept
    assert answers.valid(words, "dateTime") is (kept != "soon")

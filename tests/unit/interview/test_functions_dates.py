"""Functions on dates and times, and the names that languages have for days and months."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview

Evaluate = Callable[[str], str]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("today()", "2026-11-23"),
        ("date(now())", "2026-11-23"),
        ("now() > today()", "true"),
        ("date('2026-11-23')", "2026-11-23"),
        ("date('2026-11-23T10:30:00.000+01:00')", "2026-11-23"),
        ("date('2026-02-30')", ""),
        ("date('x')", ""),
        ("date('')", ""),
        ("date(0)", "1970-01-01"),
        ("date(1.5)", "1970-01-02"),
        ("date(-1)", "1969-12-31"),
        ("date(pow(10, 20))", ""),
        ("date(/data/born + 1)", "2000-03-01"),
        ("date-time('x')", ""),
        ("date-time(pow(10, 20))", ""),
        ("date-time(0.5)", "1970-01-01T12:00:00.000Z"),
        ("date-time('2026-11-23T10:30:00+01:00')", "2026-11-23T10:30:00.000+01:00"),
        ("decimal-date-time('1970-01-03')", "2"),
        ("decimal-date-time('1970-01-01T06:00:00Z')", "0.25"),
        ("decimal-date-time('x')", ""),
        ("decimal-time('12:00')", "0.5"),
        ("decimal-time('18:00:00.000Z')", "0.75"),
        ("decimal-time('2026-11-23T06:00:00Z')", "0.25"),
        ("decimal-time('noon')", ""),
        ("format-date('2026-01-05', '%Y %y %m %n %d %e')", "2026 26 01 1 05 5"),
        ("format-date('2026-01-05', '%b %a')", "Jan Mon"),
        ("format-date('2026-01-05', 'week %W')", "week 2"),
        ("format-date('2026-01-05', '100%%')", "100%"),
        ("format-date('2026-01-05', '')", ""),
        ("format-date('x', '%Y')", ""),
        ("format-date('', '%Y')", ""),
        ("format-date(0, '%Y')", "1970"),
        ("format-date('1994', '%Y')", "1975"),
        ("format-date('0001-01-01', '%Y')", "0001"),
        ("format-date('2026-01-05', concat('%', 'Q'))", "%Q"),
        ("format-date-time('2026-11-23T09:05:07.089+01:00', '%H:%M:%S.%3 %h')", "09:05:07.089 9"),
        ("format-date-time('09:05', '%H:%M')", "09:05"),
        ("format-date-time('2026-11-23', '%H:%M')", "00:00"),
    ],
)
def test_functions_on_dates(evaluate: Evaluate, expression: str, result: str) -> None:
    """What is no date is blank, never an error; years reach from 1 to 9999."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("nl", "ma 5 jan 2026"),
        ("en", "Mon 5 Jan 2026"),
        ("ar", "الاثنين 5 يناير 2026"),
        ("fa", "دوشنبه 5 ژانویه 2026"),
        ("prs", "دوشنبه 5 جنو 2026"),
        ("ps", "دونۍ 5 جنوري 2026"),
        ("kmr", "dşm 5 rbn 2026"),
        ("ckb", "دووشەممە 5 کانوونی دووەم 2026"),
        ("ti", "ሰኑ 5 ጥሪ 2026"),
        ("so", "Isn 5 Jan 2026"),
        ("tr", "Pzt 5 Oca 2026"),
        ("uk", "пн 5 січ. 2026"),
        ("x-none", "Mon 5 Jan 2026"),
    ],
)
def test_days_and_months_have_the_names_of_the_language(
    form_of: Callable[[str], Form], language: str, written: str
) -> None:
    """As CLDR has them, in the calendar and the digits that ODK writes."""
    form = form_of(
        f"""
        | survey |
        |        | type      | name | label::Taal ({language}) | calculation |
        |        | text      | q    | Q | |
        |        | calculate | r    |   | format-date('2026-01-05', '%a %e %b %Y') |
        """
    )
    interview = Interview(form, clock=FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    assert interview.node("/data/r").value == written

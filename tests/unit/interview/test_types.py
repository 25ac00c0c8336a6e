"""The types of answers: valid or not with reasons, in an order, compared as far as known."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_app.interview import answers, values
from intake_app.interview.faults import FAULTS


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *(("int", words) for words in ("0", "-3", "+4", "007", "9" * 400)),
        *(("decimal", words) for words in ("0", "-0.5", ".5", "5.", "1234567890.123")),
        *(("date", words) for words in ("2026-11-23", "2024-02-29", "0001-01-01")),
        *(("dateTime", words) for words in ("2026-11-23T09:30", "2026-11-23T09:30:00.000+01:00")),
        *(("time", words) for words in ("09:30", "23:59:59.999", "09:30:00.000Z", "09:30+01:00")),
        *(("partial-date", words) for words in ("1994", "1994-05", "1994-05-12", "1994~")),
        *(("partial-date", words) for words in ("1994-05~", "2024-02-29~", "0001", "9999-12-31")),
        *(("code", words) for words in ("2211", "0363", "nl-NL", "ISCO:2211")),
        *(("geopoint", words) for words in ("52.1 4.3", "52.1 4.3 0 0", "-90 180")),
        ("geotrace", "52.1 4.3;52.2 4.3"),
        ("geotrace", "52.1 4.3 0 0; 52.2 4.3 0 0;"),
        ("geoshape", "52 4;53 4;53 5;52 4"),
        *(("boolean", words) for words in ("true", "false", "1", "0")),
        ("acknowledge", "OK"),
        ("string", "anything at all"),
        *((kind, "") for kind in FAULTS),
    ],
)
def test_what_is_of_its_type_has_no_fault(kind: str, words: str) -> None:
    """A blank is of every type."""
    assert answers.fault(words, kind) == ""
    assert answers.valid(words, kind)


@pytest.mark.parametrize(
    ("kind", "words", "reason"),
    [
        *(("int", words, "no whole number") for words in ("1.5", "1e3", "abc", "1 000", "١٢")),
        *(("decimal", words, "This is not a number.") for words in ("1,5", "1e3", "", "-", "NaN")),
        ("date", "2026", "A date is written as 2026-11-23: year, month and day."),
        ("date", "23-11-2026", "A date is written as 2026-11-23: year, month and day."),
        ("date", "2026-11-23~", "A date is written as 2026-11-23: year, month and day."),
        ("date", "2026-13-01", "A year has 12 months."),
        ("date", "2026-02-29", "That month does not have this day."),
        ("date", "2026-00-01", "A year has 12 months."),
        ("date", "0000-01-01", "A year lies between 0001 and 9999."),
        ("date", "2026-11-23T10:00", "A date has no time."),
        ("dateTime", "2026-11-23", "A date with a time is written as 2026-11-23T09:30."),
        ("dateTime", "2026-02-30T10:00", "That month does not have this day."),
        ("dateTime", "2026-02-20T25:00", "A time lies between 00:00 and 23:59."),
        ("time", "9:30", "A time is written as 09:30."),
        ("time", "24:30", "A time lies between 00:00 and 23:59."),
        ("partial-date", "1994-13", "A year has 12 months."),
        ("partial-date", "1994-00", "A year has 12 months."),
        ("partial-date", "1994-02-30", "That month does not have this day."),
        ("partial-date", "1994-04-31~", "That month does not have this day."),
        ("partial-date", "1994-05-00", "That month does not have this day."),
        ("partial-date", "0000", "A year lies between 0001 and 9999."),
        ("partial-date", "10000", "A year lies between 0001 and 9999."),
        ("partial-date", "Y12024-05", "A year lies between 0001 and 9999."),
        ("partial-date", "-0044-03-15", "A year lies between 0001 and 9999."),
        ("partial-date", "94", "A year lies between 0001 and 9999."),
        ("partial-date", "199X", "Leave away what is not known: 1994, or 1994-05."),
        ("partial-date", "1994-XX", "Leave away what is not known: 1994, or 1994-05."),
        ("partial-date", "1990/1994", "Give one date, not a period."),
        ("partial-date", "1990..", "Give one date, not a period."),
        ("partial-date", "1994?", "Mark an uncertain date with ~ at its end, and nothing else."),
        ("partial-date", "1994%", "Mark an uncertain date with ~ at its end, and nothing else."),
        ("partial-date", "~1994", "Mark an uncertain date with ~ at its end, and nothing else."),
        ("partial-date", "1994~~", "Mark an uncertain date with ~ at its end, and nothing else."),
        ("partial-date", "spring", "A date is written as 1994, 1994-05 or 1994-05-12."),
        ("partial-date", "1994-5", "A date is written as 1994, 1994-05 or 1994-05-12."),
        ("partial-date", "1994-05-12T10:00", "A date is written as 1994, 1994-05 or 1994-05-12."),
        ("code", "two words", "A code has no spaces."),
        ("code", " 2211", "A code has no spaces."),
        ("geopoint", "52.1", "A place is written as its latitude and longitude, in degrees."),
        (
            "geopoint",
            "91 4",
            "A latitude lies between -90 and 90, a longitude between -180 and 180.",
        ),
        ("geotrace", "52 4", "A line has at least two points."),
        (
            "geotrace",
            "52 4;x",
            "A place is written as its latitude and longitude, in degrees.",
        ),
        ("geoshape", "52 4;53 4", "A shape has at least three points."),
        ("boolean", "yes", "This is neither true nor false."),
        ("acknowledge", "yes", "This can only be marked as read."),
    ],
)
def test_what_is_not_of_its_type_says_why(kind: str, words: str, reason: str) -> None:
    """One sentence for each way to be wrong."""
    expected = {"no whole number": "This is not a whole number."}.get(reason, reason)
    assert answers.fault(words, kind) == (expected if words else "")


@given(st.sampled_from(sorted(FAULTS)), st.text("0123456789-~T:.XZ;+ /?", max_size=12))
def test_every_text_is_of_a_type_or_not(kind: str, words: str) -> None:
    """What is of its type is read as that type, and nothing raises an error."""
    assert isinstance(answers.fault(words, kind), str)
    value = answers.typed(words, kind)
    if kind in {"int", "decimal", "date", "dateTime", "time", "partial-date"} and words:
        assert isinstance(value, str) is not answers.valid(words, kind) or kind in {
            "date",
            "dateTime",
        }


@pytest.mark.parametrize(
    ("kind", "ordered"),
    [
        ("int", ["-3", "0", "4", "10", "ten", ""]),
        ("decimal", ["-0.5", ".5", "3", "10.25", "1,5", ""]),
        ("date", ["1994-05-12", "2026-11-23", "1994", ""]),
        (
            "partial-date",
            [
                "0001",
                "1993-12-31",
                "1994",
                "1994~",
                "1994-01",
                "1994-01-01",
                "1994-01-01~",
                "1994-05",
                "1995",
                "199X",
                "",
            ],
        ),
        ("time", ["00:00", "09:30", "23:59", "9:30", ""]),
        ("code", ["0363", "2211", "2212", "two words", ""]),
        ("string", ["Ali", "Bea", ""]),
    ],
)
def test_answers_of_a_type_have_an_order(kind: str, ordered: list[str]) -> None:
    """What is not of its type comes after what is, and a blank last."""
    for shuffled in (ordered[::-1], sorted(ordered)):
        assert sorted(shuffled, key=lambda words: answers.order(words, kind)) == ordered


@given(st.lists(st.text("0149-~", max_size=8), min_size=3, max_size=3))
def test_the_order_of_partial_dates_is_total(words: list[str]) -> None:
    """Two texts have the same place only when they are the same."""
    keys = [answers.order(one, "partial-date") for one in words]
    for (a, left), (b, right) in itertools.combinations(zip(words, keys, strict=True), 2):
        assert (left == right) is (a == b)
        assert (left < right) is not (left >= right)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("1994", date(1994, 1, 1), date(1994, 12, 31)),
        ("1994-02", date(1994, 2, 1), date(1994, 2, 28)),
        ("2024-02~", date(2024, 2, 1), date(2024, 2, 29)),
        ("1994-12", date(1994, 12, 1), date(1994, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("1994-05-12", date(1994, 5, 12), date(1994, 5, 12)),
    ],
)
def test_a_partial_date_is_the_days_that_it_may_be(words: str, first: date, last: date) -> None:
    """From its first day up to and with its last."""
    found = values.parse_partial(words)
    assert found is not None
    assert (found.first, found.last, found.text) == (first, last, words)

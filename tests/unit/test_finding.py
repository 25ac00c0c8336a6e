"""Finding somebody in the list as one types."""

from datetime import UTC, date, datetime

import pytest

from intake_app.caseload import Person
from intake_app.finding import Finder

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def person(record_id: str, name: str, **told: str) -> Person:
    """Return a line of the list."""
    about = {"called": "", "own_script": "", "v_number": "", **told}
    return Person(
        record_id, "draft", MOMENT, name, **about, language="ar", answered=1, total=2,
        placement="", due=date(2026, 12, 1), overdue=False,
    )  # fmt: skip


PEOPLE = (
    person("first", "Voorbeeld Bewonér", called="Tést", v_number="2345678901"),
    person("second", "Test Ahmadī", own_script="أحمد المثال", v_number="9999.888.777"),
    person("third", "", called=""),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["first", "second", "third"]),
        ("   ", ["first", "second", "third"]),
        ("bewoner", ["first"]),
        ("BEWONÉR vOOr", ["first"]),
        ("test", ["first", "second"]),
        ("ahmadi test", ["second"]),
        ("احمد", ["second"]),
        ("المثال", ["second"]),
        ("5678", ["first"]),
        ("2345.678", ["first"]),
        ("9999888", ["second"]),
        ("9999.888.777", ["second"]),
        ("bewoner ahmadi", []),
        ("niemand", []),
    ],
)
def test_who_is_found_by_what_is_typed(typed: str, found: list[str]) -> None:
    """Names, own script and V-number, bare of accents, capitals and dots, in the list's order."""
    assert [each.record_id for each in Finder(PEOPLE).find(typed)] == found

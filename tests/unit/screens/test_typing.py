"""What is typed, as the interview gets it."""

from pathlib import Path
from typing import Any

import pytest

from screens.questions.typing import ascii_digits
from tests.unit.screens.desk import Desk, at_desk

BIRTH = "/data/person/birth_date"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("٢٠١٥", "2015"), ("۱۹۹۴", "1994"), ("12", "12"), ("२", "2"), ("abc", "abc"), ("", "")],
)
def test_digits_of_any_script_are_digits(typed: str, meant: str) -> None:
    """Arabic, Persian and other digits; letters stay as they are."""
    assert ascii_digits(typed) == meant


@pytest.mark.parametrize(
    ("year", "month", "day", "about", "answer"),
    [
        ("1994", "", "", False, "1994"),
        ("1994", "", "", True, "1994~"),
        ("1994", "05", "", False, "1994-05"),
        ("١٩٩٤", "05", "٣", False, "1994-05-03"),
        ("1994", "02", "29", False, None),
        ("1996", "02", "29", False, "1996-02-29"),
        ("94", "", "", False, None),
        ("1994", "", "3", False, None),
        ("", "05", "", False, None),
    ],
)
def test_a_date_is_kept_as_far_as_it_is_known(
    folder: Path, year: str, month: str, day: str, *, about: bool, answer: str | None
) -> None:
    """A part that makes no date is said so and stays on the screen; nothing is guessed."""

    async def do(desk: Desk) -> None:
        await desk.begin()
        screen: Any = desk.session._screen
        draft = screen._draft
        draft.answer("/data/explanation/ready", "yes")
        screen._go(BIRTH)
        if month:
            await desk.choose(month)
        if about:
            await desk.choose("about")
        await desk.type("year", year)
        await desk.type("day", day)
        assert screen.leave() is (answer is not None)
        assert draft.interview.node(BIRTH).value == (answer or "")
        if answer:
            assert draft.interview.node(BIRTH).beside["calendar"] == "gregorian"

    at_desk(folder, do)

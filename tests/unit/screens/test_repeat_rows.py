"""The rows of a repeat: each told by its first answers, in one look at the interview."""

from pathlib import Path
from typing import Any

import pytest

from intake_app.interview.session import Interview
from intake_app.words import Words
from tests.unit.screens.desk import Desk, at_desk, make_vault

WORDS = Words.load("nl")
JOBS = "/data/work/jobs"


@pytest.fixture(name="folder")
def make_folder(tmp_path: Path) -> Path:
    """Make a vault."""
    folder = tmp_path / "vault"
    make_vault(folder)
    return folder


async def jobs(desk: Desk, number: int) -> Any:  # noqa: ANN401 - a screen, of which the inside is looked at
    """Begin an interview with so many jobs; return its screen."""
    await desk.begin()
    screen: Any = desk.session._screen
    draft = screen._draft
    draft.answer("/data/explanation/ready", "yes")
    draft.answer("/data/work/has_worked", "yes")
    for row in range(1, number + 1):
        if row > draft.interview.count(JOBS):
            draft.add_repeat(JOBS)
        draft.answer(f"{JOBS}[{row}]/title", f"Beroep nummer {row}")
    return screen


def test_each_row_is_told_by_its_own_first_answers(folder: Path) -> None:
    """In order, and one without answers says so."""

    async def do(desk: Desk) -> None:
        screen = await jobs(desk, 2)
        screen._draft.add_repeat(JOBS)
        screen._go(JOBS)
        seen = desk.texts()
        told = ["Beroep nummer 1", "Beroep nummer 2", WORDS("Not filled in yet")]
        places = [seen.index(each) for each in told]
        assert places == sorted(places)
        assert [seen.count(each) for each in told] == [1, 1, 1]

    at_desk(folder, do)


def test_the_interview_is_gone_through_once_however_many_rows_there_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows cost what they are, not their square."""
    looks = []
    through = Interview.nodes

    def counted(interview: Interview) -> Any:  # noqa: ANN401 - handed on
        looks.append(interview)
        return through(interview)

    async def do(desk: Desk) -> None:
        screen = await jobs(desk, 1)
        for rows in (2, 5):
            while screen._draft.interview.count(JOBS) < rows:
                screen._draft.add_repeat(JOBS)
            screen._go("/data/work/has_worked")
            with monkeypatch.context() as watched:
                watched.setattr(Interview, "nodes", counted)
                screen._go(JOBS)

    at_desk(folder, do)
    assert len(looks) == 2

"""Taking back what was done last: on the screen and on disk, and said in a line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from intake_app.draft import Draft
from intake_app.errors import StorageFull
from intake_app.words import Words
from tests.unit.screens.desk import Desk, at_desk

WORDS = Words.load("nl")
NAME = "/data/person/name_document"
JOBS = "/data/work/jobs"


async def begin(desk: Desk) -> tuple[Any, Draft]:
    """Begin an interview; return its screen and its draft."""
    await desk.begin()
    screen: Any = desk.session._screen
    draft: Draft = screen._draft
    draft.answer("/data/explanation/ready", "yes")
    return screen, draft


def kept(desk: Desk, draft: Draft, path: str) -> str:
    """Return what is on disk."""
    return desk.session.caseload.open(draft.record_id).interview.node(path).value


def pressed(key: str, *, shift: bool = False) -> ft.KeyboardEvent:
    """Return a key that was pressed with ctrl."""
    return ft.KeyboardEvent(
        name="keyboard_event",
        control=ft.Page,  # type: ignore[arg-type]  # nobody looks at it
        key=key,
        shift=shift,
        ctrl=True,
        alt=False,
        meta=False,
    )


def test_nothing_is_undone_before_something_is_done(folder: Path) -> None:
    """The button is there and waits."""

    async def do(desk: Desk) -> None:
        await desk.begin()
        assert desk.button(WORDS("Undo")).disabled
        await desk.choose("purpose")
        assert not desk.button(WORDS("Undo")).disabled
        await desk.press(WORDS("Undo"))
        assert desk.button(WORDS("Undo")).disabled

    at_desk(folder, do)


def test_undo_goes_to_the_question_and_says_which_it_was(folder: Path) -> None:
    """From wherever one stands; the answer from before is on the screen and on disk."""

    async def do(desk: Desk) -> None:
        screen, draft = await begin(desk)
        draft.answer(NAME, "Test Bewoner")
        draft.answer(NAME, "Test Ander")
        screen._go("/data/person/birth_date")
        await desk.press(WORDS("Undo"))
        assert screen._path == NAME
        assert desk.named("answer").value == "Test Bewoner"
        label = draft.interview.text(NAME, "label", "nl")
        assert WORDS("Taken back: {question}", question=label) in desk.texts()
        assert label not in desk.page.title
        assert kept(desk, draft, NAME) == "Test Bewoner"

    at_desk(folder, do)


def test_what_is_typed_is_what_was_done_last(folder: Path) -> None:
    """It is kept first, then taken back; the field that loses the focus does not keep it again."""

    async def do(desk: Desk) -> None:
        screen, draft = await begin(desk)
        screen._go(NAME)
        field = await desk.type("answer", "Test Bewoner")
        # The client may report on a field that has gone: here it is kept from the collector.
        gone = list(screen._place.controls)
        await desk.press(WORDS("Undo"))
        assert desk.named("answer").value == ""
        assert gone != screen._place.controls
        await field._trigger_event("blur", None)
        assert draft.interview.node(NAME).value == ""
        assert kept(desk, draft, NAME) == ""

    at_desk(folder, do)


@pytest.mark.parametrize("remove", [True, False])
def test_a_row_comes_back_or_goes_again(
    folder: Path,
    remove: bool,  # noqa: FBT001 - a table's column
) -> None:
    """One stands at its repeat then."""

    async def do(desk: Desk) -> None:
        screen, draft = await begin(desk)
        draft.answer("/data/work/has_worked", "yes")
        draft.answer(f"{JOBS}[1]/title", "Kapper")
        if remove:
            draft.remove_repeat(f"{JOBS}[1]")
        else:
            draft.add_repeat(JOBS)
            screen._go(f"{JOBS}[2]/title")
            assert desk.named("answer").value == ""
        await desk.press(WORDS("Undo"))
        assert screen._path == JOBS
        assert draft.interview.count(JOBS) == 1
        assert draft.interview.node(f"{JOBS}[1]/title").value == "Kapper"

    at_desk(folder, do)


def test_the_keyboard_undoes_where_nobody_types(folder: Path) -> None:
    """In a text ctrl+Z is the text's own."""

    async def do(desk: Desk) -> None:
        screen, draft = await begin(desk)
        draft.answer(NAME, "Test Bewoner")
        screen._go(NAME)
        await desk.type("answer", "Test Bewoner")
        screen.key(pressed("Z"))
        assert draft.interview.node(NAME).value == "Test Bewoner"
        screen._go("/data/explanation/ready")
        screen.key(pressed("Z", shift=True))
        assert draft.interview.node(NAME).value == "Test Bewoner"
        screen.key(pressed("Z"))
        assert draft.interview.node(NAME).value == ""

    at_desk(folder, do)


def test_a_full_disk_undoes_nothing(folder: Path, full_disk: Callable[[], None]) -> None:
    """The sentence is shown, and the answer stays."""

    async def do(desk: Desk) -> None:
        screen, draft = await begin(desk)
        draft.answer(NAME, "Test Bewoner")
        screen._go(NAME)
        full_disk()
        await desk.press(WORDS("Undo"))
        assert StorageFull().say(WORDS) in desk.texts()
        assert draft.interview.node(NAME).value == "Test Bewoner"
        assert desk.named("answer").value == "Test Bewoner"

    at_desk(folder, do)

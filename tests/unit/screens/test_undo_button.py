"""The Undo button tells whether there is anything to take back, also after a disk refused."""

from pathlib import Path
from typing import Any

import pytest

from intake_app.draft import Draft
from intake_app.errors import StorageFull
from intake_app.words import Words
from tests.invented import full_disk
from tests.unit.screens.desk import Desk, at_desk, make_vault

WORDS = Words.load("nl")
NAME, CALLED = "/data/person/name_document", "/data/person/name_called"


@pytest.mark.parametrize("refused", ["undo", "answer"])
def test_after_a_full_disk_there_is_nothing_to_take_back_and_the_button_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """What was done stands, on the screen and on disk; the next answer can be taken back again."""
    folder = tmp_path / "vault"
    make_vault(folder)

    async def do(desk: Desk) -> None:
        await desk.begin()
        screen: Any = desk.session._screen
        draft: Draft = screen._draft
        draft.answer("/data/explanation/ready", "yes")
        draft.answer(NAME, "Test Bewoner")
        screen._go(NAME)
        with monkeypatch.context() as broken:
            broken.setattr(Draft, "_save", full_disk)
            if refused == "undo":
                await desk.press(WORDS("Undo"))
            else:
                with pytest.raises(StorageFull):
                    draft.answer(NAME, "Test Ander")
                await desk.press(WORDS("Undo"))
        assert desk.button(WORDS("Undo")).disabled
        assert desk.named("answer").value == draft.interview.node(NAME).value == "Test Bewoner"
        draft.answer(CALLED, "Roep")
        screen._go(CALLED)
        await desk.press(WORDS("Undo"))
        assert desk.session.caseload.open(draft.record_id).interview.node(CALLED).value == ""

    at_desk(folder, do)

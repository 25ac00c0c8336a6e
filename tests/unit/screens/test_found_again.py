"""After a crash the interview is where it was left; beside a second app nothing is opened."""

import shutil
from pathlib import Path
from typing import Any

from intake_app.errors import VaultInUse
from intake_app.words import Words
from tests.unit.screens.desk import Desk, at_desk
from tests.unit.screens.test_sessions import onward, to_v_number

WORDS = Words.load("nl")
V_NUMBER = "/data/person/v_number"


def test_after_a_crash_a_draft_opens_at_the_question_that_was_answered_last(
    folder: Path, tmp_path: Path
) -> None:
    """The files as they lay when the power went are enough: nothing was closed or written back."""
    left: dict[str, Any] = {}

    async def answer(desk: Desk) -> None:
        await to_v_number(desk)
        await desk.type("answer", "2801234567")
        await onward(desk)
        left["record"] = desk.session._screen._draft.record_id  # type: ignore[union-attr]
        shutil.copytree(folder, tmp_path / "vault")

    async def look(desk: Desk) -> None:
        await desk.unlock()
        await desk.named(f"record-{left['record']}")._trigger_event("click", None)
        screen: Any = desk.session._screen
        assert screen._path == V_NUMBER
        assert desk.named("answer").value == "2801234567"

    at_desk(folder, answer)
    at_desk(tmp_path / "vault", look)


def test_a_second_app_on_the_same_vault_is_told_so_and_can_try_again(folder: Path) -> None:
    """It says which window to close, opens nothing meanwhile, and goes on once that is closed."""

    async def do(first: Desk) -> None:
        await first.unlock()
        second = Desk(folder)
        try:
            assert VaultInUse().say(WORDS) in second.texts()
            assert not [each for each in second.all() if getattr(each, "password", False)]
            await second.press(WORDS("Try again"))
            assert VaultInUse().say(WORDS) in second.texts()
            first.session.end()
            await second.press(WORDS("Try again"))
            assert WORDS("Intake is locked") in second.texts()
        finally:
            second.session.end()

    at_desk(folder, do)

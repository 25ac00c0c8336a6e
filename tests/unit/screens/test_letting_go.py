"""A lock takes the open interview out of the hands of the screens."""

import gc
import weakref
from pathlib import Path

from tests.unit.screens.desk import Desk, at_desk
from tests.unit.screens.test_sessions import to_v_number


def test_nothing_holds_the_interview_once_the_session_is_locked(folder: Path) -> None:
    """Neither the draft nor its interview is held anywhere: not by a screen, nor by a handler."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        draft = desk.session._screen._draft  # type: ignore[union-attr]
        held = [weakref.ref(draft), weakref.ref(draft.interview)]
        del draft
        desk.session.lock()
        gc.collect()
        assert [each() for each in held] == [None, None]

    at_desk(folder, do)

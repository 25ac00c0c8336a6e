"""What a session promises: nothing typed is lost, nothing is shown to who should not see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import IntakeError, StorageFull, VaultLocked
from intake_app.vault import FileSecret, Vault
from intake_app.words import Words
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk, make_vault

WORDS = Words.load("nl")


async def onward(desk: Desk) -> None:
    """Press the button for the next question, as long after the last time as a person takes."""
    screen: Any = desk.session._screen
    screen._moved_at = 0.0
    await desk.press(WORDS("Next"))


async def to_v_number(desk: Desk) -> None:
    """Begin, give the explanation, and come to the first question that is typed."""
    await desk.begin()
    for names in (
        ("purpose", "readers", "influence", "no_guarantee", "asylum"),
        ("skip", "see", "correct", "object"),
        ("yes",),
        ("yes",),
    ):
        for name in names:
            await desk.choose(name)
        await onward(desk)


def test_a_wrong_passphrase_opens_nothing_and_says_one_sentence(folder: Path) -> None:
    """The field is emptied, the sentence is there, no interview is."""

    async def do(desk: Desk) -> None:
        field = await desk.type("passphrase", "een andere lange wachtzin")
        await desk.press(WORDS("Unlock"))
        assert WORDS("That name and passphrase do not belong together. Please try again.") in (
            desk.texts()
        )
        assert field.value == ""
        assert desk.session.vault is None

    at_desk(folder, do)


def test_what_is_typed_is_kept_before_the_next_question(folder: Path) -> None:
    """Pressing the button is enough: no pause, no other field first."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        draft = desk.session._screen._draft  # type: ignore[union-attr]
        await desk.type("answer", "2801234567")
        assert WORDS("Not saved yet") in desk.texts()
        await onward(desk)
        assert draft.interview.node("/data/person/v_number").value == "2801234567"
        kept = desk.session.caseload.open(draft.record_id)
        assert kept.interview.node("/data/person/v_number").value == "2801234567"

    at_desk(folder, do)


def test_a_full_disk_keeps_what_was_typed_on_the_screen(
    folder: Path, full_disk: Callable[[], None]
) -> None:
    """The sentence is shown, saved is not, and the question stays."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        field = await desk.type("answer", "2801234567")
        full_disk()
        await onward(desk)
        assert StorageFull().say(WORDS) in desk.texts()
        assert WORDS("Not saved yet") in desk.texts()
        assert desk.named("answer") is field
        assert field.value == "2801234567"

    at_desk(folder, do)


def test_a_session_left_alone_locks_and_keeps_what_was_typed(folder: Path) -> None:
    """After the idle time of the settings; the answer is there after unlocking."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        record = desk.session._screen._draft.record_id  # type: ignore[union-attr]
        await desk.type("answer", "2801234568")
        desk.clock.move(minutes=11)
        desk.session.lock_if_idle()
        assert desk.session.vault is None
        assert "2801234568" not in desk.texts()
        assert WORDS("Intake is locked") in desk.texts()
        await desk.unlock()
        kept = desk.session.caseload.open(record).interview
        assert kept.node("/data/person/v_number").value == "2801234568"

    at_desk(folder, do)


def test_a_session_in_use_does_not_lock(folder: Path) -> None:
    """Each sign of life begins the count anew."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        for _ in range(3):
            desk.clock.move(minutes=6)
            await desk.type("answer", "28")
            desk.session.lock_if_idle()
        assert desk.session.vault is not None

    at_desk(folder, do)


def test_an_error_of_ours_is_said_and_an_unexpected_one_shows_no_value(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A person gets a sentence; a log gets the kind of error and its place."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        people: dict[str, str] = {}
        desk.session.act(lambda _: people["Test Bewoner"])(None)
        assert IntakeError().say(WORDS) in desk.texts()
        assert "KeyError" in caplog.text
        assert "Test Bewoner" not in caplog.text + desk.texts()

    at_desk(folder, do)


def test_settings_that_nobody_can_read_are_told_and_the_vault_is_let_go(tmp_path: Path) -> None:
    """The unlock screen does not stay busy for ever, and a way to try again is there."""
    folder = tmp_path / "vault"
    make_vault(folder)
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        unlocked.save_settings({**unlocked.settings(), "idle_lock_minutes": 0})

    async def do(desk: Desk) -> None:
        await desk.unlock()
        assert WORDS("The idle time before locking is 1 to 60 minutes.") in desk.texts()
        assert desk.session.vault is None
        assert desk.button(WORDS("Try again"))

    at_desk(folder, do)


def test_a_late_word_of_a_vault_that_was_locked_does_not_lock_the_next(folder: Path) -> None:
    """A delivery that ends after its vault was locked says so, to whoever unlocked since."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        desk.session.complain(VaultLocked())
        assert desk.session.vault is not None

    at_desk(folder, do)


def test_a_resident_who_says_no_is_let_go(folder: Path) -> None:
    """Stopping keeps only that it was explained, and the list says so."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        screen: Any = desk.session._screen
        record = screen._draft.record_id
        screen._go("/data/explanation/ready")
        await desk.choose("no")
        await desk.press(WORDS("Stop this interview"))
        person = next(each for each in desk.session.caseload.people() if each.record_id == record)
        assert person.state == "stopped"

    at_desk(folder, do)


def test_nothing_is_chosen_before_somebody_chooses(folder: Path) -> None:
    """Yes, later and no stand there alike."""

    async def do(desk: Desk) -> None:
        await to_v_number(desk)
        screen: Any = desk.session._screen
        await screen_choice_cleared(desk, screen)
        tiles = [desk.named(f"o-{name}").content for name in ("yes", "later", "no")]
        looks = {(tile.bgcolor, tile.border.top.width, tile.border.top.color) for tile in tiles}
        assert len(looks) == 1

    at_desk(folder, do)


async def screen_choice_cleared(desk: Desk, screen: Any) -> None:  # noqa: ANN401 - a screen's inside
    """Go back to the question whether to begin, as if nobody had answered it."""
    screen._draft.clear("/data/explanation/ready")
    screen._path = "/data/explanation/ready"
    screen._ask()
    desk.page.update()

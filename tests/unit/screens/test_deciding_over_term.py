"""What is here for longer than it may be: told on the list, and decided by a person."""

import shutil
from pathlib import Path

import pytest

from intake_app.words import Words
from screens.places import Place
from tests.unit.screens.desk import Desk, at_desk, make_vault

WORDS = Words.load("nl")


@pytest.fixture(name="made", scope="module")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for the module."""
    folder = tmp_path_factory.mktemp("term") / "vault"
    make_vault(folder)
    return folder


@pytest.fixture(name="folder")
def copy_folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(made, tmp_path / "vault"))


async def begin(desk: Desk, *, days: int) -> str:
    """Begin an interview, and come back to the list days later; return the record's id."""
    await desk.unlock()
    record_id = desk.session.caseload.start("ar").record_id
    desk.clock.move(days=days)
    desk.session.stay()
    desk.session.go(Place.PEOPLE)
    return record_id


def is_told(desk: Desk) -> bool:
    """Tell whether the list says that something is to be decided."""
    return WORDS("Decide") in [getattr(each, "content", None) for each in desk.all()]


def test_the_list_leads_to_what_is_over_its_term(folder: Path) -> None:
    """Nothing is erased before a person says so, and says so twice."""

    async def do(desk: Desk) -> None:
        record_id = await begin(desk, days=15)
        await desk.press(WORDS("Decide"))
        assert WORDS("over its term since {date}", date="7 december 2026") in desk.texts()
        await desk.named(f"ask-{record_id}")._trigger_event("click", None)
        await desk.press(WORDS("Keep"))
        assert len(desk.session.caseload.people()) == 1
        await desk.named(f"ask-{record_id}")._trigger_event("click", None)
        await desk.named(f"erase-{record_id}")._trigger_event("click", None)
        assert desk.session.caseload.people() == ()
        assert WORDS("Nothing is over its term.") in desk.texts()
        assert WORDS("The record was erased from this device.") in desk.texts()

    at_desk(folder, do)


@pytest.mark.parametrize(("days", "told"), [(13, False), (15, True)])
def test_the_list_tells_of_it_from_the_end_of_the_term_on(
    folder: Path,
    days: int,
    told: bool,  # noqa: FBT001 - a table's column
) -> None:
    """A draft may stay for two weeks."""

    async def do(desk: Desk) -> None:
        await begin(desk, days=days)
        assert is_told(desk) is told

    at_desk(folder, do)


def test_what_a_date_may_not_erase_is_left_to_a_person(folder: Path) -> None:
    """It says which, and that nobody got the profile yet where it waits."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        vault = desk.session.caseload.vault
        record_id = desk.session.caseload.start("ar").record_id
        record = vault.open_record(record_id)
        assert record.health is not None
        vault.finalise_record(
            record_id,
            revision=record.revision,
            summary=record.summary,
            body=record.body,
            health=record.health,
        )
        vault.queue(record_id, recipient="organisation", package=b"profile", state="ready")
        desk.clock.move(days=30)
        desk.session.go(Place.OVER_TERM)
        assert WORDS("Only a person decides; it stays until then.") in desk.texts()
        assert (
            WORDS("It is not delivered yet: who should get the profile gets nothing.")
            in desk.texts()
        )

    at_desk(folder, do)

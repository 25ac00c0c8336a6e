"""What a finished record shows, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import FixedClock
from intake_app.demo import Life, play
from intake_app.reference import Library
from intake_app.vault import FileSecret, UnlockedVault, Vault
from intake_app.words import Words
from screens.places import Place
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk

WORDS = Words.load("nl")
CALL = (
    "This person asked for a call before the placement: there is a place where they are not safe. "
    "Do not write down where or why."
)
#: What would tell of the flag: its own sentence, and the words of the question.
TELLING = (WORDS(CALL), "veilig", "unsafe")


@pytest.fixture(name="records", scope="module")
def finish_two(folder: Path) -> dict[str, str]:
    """Finish two interviews: of somebody who asked for a call, and of somebody who did not."""
    door = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with door.unlock(door.users()[0].id, PASSPHRASE) as vault:
        cases = Caseload(vault, load_questionnaire(), Library.load(), FixedClock())
        return dict(_finished(cases))


def _finished(cases: Caseload) -> Iterator[tuple[str, str]]:
    for name in ("shepherd_from_eritrea", "surgeon_from_syria"):
        life = Life.load(name)
        draft = cases.start(life.language)
        for _ in play(draft, life):
            pass
        draft.finalise()
        yield name, draft.record_id


async def look(desk: Desk, record_id: str, *, place: Place = Place.RECORD) -> None:
    """Unlock and look at a record, or at one of the places that show many."""
    await desk.unlock()
    desk.session.go(place, *([record_id] if place is Place.RECORD else []))


def test_the_placement_officer_sees_who_asked_for_a_call(
    folder: Path, records: dict[str, str]
) -> None:
    """Above the placement, because it comes before it."""

    async def do(desk: Desk) -> None:
        await look(desk, records["shepherd_from_eritrea"])
        lines = desk.texts().splitlines()
        assert lines.index(WORDS(CALL)) < lines.index(WORDS("Placement"))

    at_desk(folder, do)


def test_nothing_is_said_of_who_asked_for_no_call(folder: Path, records: dict[str, str]) -> None:
    """No notice is no notice."""

    async def do(desk: Desk) -> None:
        await look(desk, records["surgeon_from_syria"])
        assert WORDS("Placement") in desk.texts()
        assert WORDS(CALL) not in desk.texts()

    at_desk(folder, do)


def test_a_screener_sees_nothing_of_it(
    folder: Path, records: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is sealed away from them."""
    unlock = Vault.unlock

    def as_screener(door: Vault, user_id: str, passphrase: str) -> UnlockedVault:
        vault = unlock(door, user_id, passphrase)
        vault._work.user = replace(vault.user, roles=("screener",))
        return vault

    monkeypatch.setattr(Vault, "unlock", as_screener)

    async def do(desk: Desk) -> None:
        await look(desk, records["shepherd_from_eritrea"])
        assert not [word for word in TELLING if word in desk.texts()]

    at_desk(folder, do)


@pytest.mark.parametrize("place", [Place.PEOPLE, Place.OUTBOX])
def test_it_stands_in_no_list_title_or_log(
    folder: Path, records: dict[str, str], place: Place
) -> None:
    """Only the one screen tells it, and looking there writes nothing down."""

    async def do(desk: Desk) -> None:
        await look(desk, records["shepherd_from_eritrea"])
        vault = desk.session.caseload.vault
        before = vault.audit_head()
        desk.session.refresh()
        assert vault.audit_head() == before
        desk.session.go(place)
        seen = f"{desk.texts()}\n{desk.page.title}"
        assert not [word for word in TELLING if word in seen]

    at_desk(folder, do)

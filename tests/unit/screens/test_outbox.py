"""What a person sees of what waits to be delivered, and what they can do about it."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake_app.errors import EndpointUnreachable
from intake_app.vault import OutboxRow
from intake_app.words import Words
from screens.places import Place
from tests.invented import package
from tests.unit.screens.desk import Desk, at_desk, make_vault

WORDS = Words.load("nl")
REASON = {"reason": {"sentence": EndpointUnreachable.sentence, "values": {}}}


@pytest.fixture(name="made", scope="module")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for the module."""
    folder = tmp_path_factory.mktemp("outbox") / "vault"
    make_vault(folder)
    return folder


@pytest.fixture(name="folder")
def copy_folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it, with nothing in its outbox."""
    return Path(shutil.copytree(made, tmp_path / "vault"))


async def look(
    desk: Desk,
    state: str,
    *,
    recipient: str = "organisation",
    journal: Mapping[str, Any] | None = None,
) -> str:
    """Unlock, put one package in the outbox and look there; return the row's id."""
    await desk.unlock()
    vault = desk.session.caseload.vault
    record_id = desk.session.caseload.start("ar").record_id
    row_id = vault.queue(
        record_id, recipient=recipient, package=package().to_bytes(), state="ready"
    )
    vault.save_outbox(row_id, state=state, journal=journal)
    desk.session.go(Place.OUTBOX)
    return row_id


def waiting(desk: Desk, **wait: float) -> dict[str, Any]:
    """Return the journal of a row that was tried and waits, from the desk's time on."""
    until = desk.clock.now() + timedelta(**wait)
    return {**REASON, "attempts": 1, "not_before": until.isoformat(timespec="seconds")}


def row(desk: Desk) -> OutboxRow:
    """Return the one row."""
    (only,) = desk.session.caseload.outbox()
    return only


def buttons(desk: Desk) -> list[str]:
    """Return what stands on the buttons."""
    labels = (getattr(each, "content", None) for each in desk.all())
    return [label for label in labels if isinstance(label, str)]


def test_a_refused_profile_can_be_tried_again_by_a_person(folder: Path) -> None:
    """Its reason is there; after the button it is ready, and what was done of it is remembered."""

    async def do(desk: Desk) -> None:
        await look(desk, "refused", journal={**REASON, "delivery": {"parts": {}}})
        assert WORDS(EndpointUnreachable.sentence) in desk.texts()
        assert desk.button(WORDS("Deliver now")).disabled
        await desk.press(WORDS("Try again"))
        assert (row(desk).state, row(desk).journal) == ("ready", {"delivery": {"parts": {}}})
        assert WORDS("ready to be delivered") in desk.texts()
        assert WORDS("It goes along as soon as you press Deliver now.") in desk.texts()
        assert not desk.button(WORDS("Deliver now")).disabled
        assert WORDS("Try again") not in buttons(desk)

    at_desk(folder, do)


def test_each_profile_is_tried_again_by_itself(folder: Path) -> None:
    """The button belongs to its row."""

    async def do(desk: Desk) -> None:
        first = await look(desk, "refused", journal=REASON)
        vault = desk.session.caseload.vault
        second = vault.queue(
            row(desk).record_id, recipient="GM0193", package=package().to_bytes(), state="refused"
        )
        desk.session.refresh()
        await desk.named(f"again-{second}")._trigger_event("click", None)
        states = {each.id: each.state for each in desk.session.caseload.outbox()}
        assert states == {first: "refused", second: "ready"}

    at_desk(folder, do)


def test_a_profile_that_waits_says_until_when_and_can_be_tried_at_once(folder: Path) -> None:
    """The time is the one on the wall."""

    async def do(desk: Desk) -> None:
        await look(desk, "retry", journal=waiting(desk, minutes=40))
        until = (desk.clock.now() + timedelta(minutes=40)).astimezone()
        assert WORDS("Waits until {time}.", time=f"{until:%H:%M}") in desk.texts()
        assert WORDS(EndpointUnreachable.sentence) in desk.texts()
        await desk.press(WORDS("Try again"))
        assert row(desk).state == "ready"

    at_desk(folder, do)


@pytest.mark.parametrize(
    ("state", "wait"),
    [
        ("waiting_placement", {}),
        ("no_endpoint", {}),
        ("ready", {}),
        ("sending", {}),
        ("retry", {"minutes": 0}),
        # No failure asks for more than a day: the device's clock was set back.
        ("retry", {"days": 3}),
    ],
)
def test_what_does_not_wait_for_a_person_has_no_button(
    folder: Path, state: str, wait: dict[str, float]
) -> None:
    """It goes, or it cannot: trying again would change nothing."""

    async def do(desk: Desk) -> None:
        await look(desk, state, journal=waiting(desk, **wait) if wait else {})
        assert WORDS("Try again") not in buttons(desk)
        assert WORDS("Waits until {time}.", time="").rstrip(" .") not in desk.texts()

    at_desk(folder, do)


def test_nothing_is_tried_again_while_profiles_are_being_delivered(folder: Path) -> None:
    """The run that is on its way has the outbox."""

    async def do(desk: Desk) -> None:
        await look(desk, "refused", journal=REASON)
        screen: Any = desk.session._screen
        screen._is_busy = True
        desk.session.refresh()
        assert desk.button(WORDS("Try again")).disabled

    at_desk(folder, do)


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("ready", True),
        ("sending", True),
        ("retry", True),
        ("no_endpoint", True),
        ("waiting_placement", False),
        ("refused", False),
    ],
)
def test_delivering_is_possible_whenever_a_profile_could_go(
    folder: Path,
    state: str,
    possible: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Also where an administrator may have connected the case system since."""

    async def do(desk: Desk) -> None:
        await look(desk, state, journal=waiting(desk, minutes=5) if state == "retry" else {})
        assert desk.button(WORDS("Deliver now")).disabled is not possible

    at_desk(folder, do)


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("organisation", "your own organisation is not connected yet"),
        ("GM0193", "this municipality is not connected yet"),
    ],
)
def test_it_is_said_whose_case_system_is_not_connected(
    folder: Path, recipient: str, said: str
) -> None:
    """The own organisation is no municipality; the record says the same as the outbox."""

    async def do(desk: Desk) -> None:
        await look(desk, "no_endpoint", recipient=recipient)
        assert WORDS(said) in desk.texts().splitlines()
        desk.session.go(Place.RECORD, row(desk).record_id)
        assert WORDS(said) in desk.texts().splitlines()

    at_desk(folder, do)


async def receive(desk: Desk, content: Mapping[str, Any]) -> None:
    """Look at the receipt of a delivery at thirteen minutes to ten in the morning, UTC."""
    row_id = await look(desk, "sending")
    desk.clock.moment = datetime(2026, 11, 23, 9, 47, tzinfo=UTC)
    told = {"recipient": "organisation", "v_number": "2801234567", **content}
    desk.session.caseload.vault.add_receipt(row_id, told)
    desk.session.refresh()


def test_a_receipt_tells_when_the_case_system_had_it(folder: Path) -> None:
    """To the minute, and by the clock on the wall, whatever zone it was written in."""

    async def do(desk: Desk) -> None:
        # A zone that no device of ours is in.
        await receive(desk, {"delivered": "2026-11-23T15:31:05+05:45"})
        here = datetime(2026, 11, 23, 9, 46, tzinfo=UTC).astimezone()
        assert f"23 nov 2026 {here:%H:%M}" in desk.texts().splitlines()

    at_desk(folder, do)


def test_a_receipt_without_a_time_shows_only_its_date(folder: Path) -> None:
    """The vault rounds its own times to the hour, and that is no time to show."""

    async def do(desk: Desk) -> None:
        await receive(desk, {})
        assert "23 nov 2026" in desk.texts().splitlines()

    at_desk(folder, do)

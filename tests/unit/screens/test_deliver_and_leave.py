"""Deliver, then lock: what a person sees who leaves the device while it delivers."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from intake_app.errors import EndpointUnreachable, VaultLocked
from intake_app.vault import UnlockedVault
from intake_app.words import Words
from screens.places import Place
from tests.invented import package
from tests.unit.screens.desk import Desk, at_desk, make_vault

WORDS = Words.load("nl")
BUTTON = "Deliver, then lock"

Deliver = Callable[[UnlockedVault, Callable[[Any], None]], Any]


@pytest.fixture(name="made", scope="module")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for the module."""
    folder = tmp_path_factory.mktemp("leaving") / "vault"
    make_vault(folder)
    return folder


@pytest.fixture(name="folder")
def copy_folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(made, tmp_path / "vault"))


async def wait_with(desk: Desk, deliver: Deliver, *, state: str = "ready") -> UnlockedVault:
    """Look at the outbox with one package in it; `deliver` stands for the network's side."""
    await desk.unlock()
    vault = desk.session.caseload.vault
    record_id = desk.session.caseload.start("ar").record_id
    vault.queue(record_id, recipient="organisation", package=package().to_bytes(), state=state)
    desk.session.services = replace(desk.session.services, deliver=deliver)
    desk.session.go(Place.OUTBOX)
    return vault


def summary(**counted: int) -> SimpleNamespace:
    """Return what became of a run."""
    return SimpleNamespace(**{"delivered": 0, "failed": 0, "waiting": 0, **counted})


def test_it_delivers_without_the_keys_to_any_interview_and_then_locks(folder: Path) -> None:
    """Meanwhile nothing of a resident is on the screen; after it the result is."""

    async def do(desk: Desk) -> None:
        seen: list[str] = []

        def deliver(vault: UnlockedVault, progress: Callable[[Any], None]) -> object:
            with pytest.raises(VaultLocked):
                vault.records()
            (row,) = vault.outbox()
            progress(SimpleNamespace(recipient=row.recipient, stage="zaak"))
            seen.append(desk.texts())
            return summary(delivered=1)

        vault = await wait_with(desk, deliver)
        await desk.press(WORDS(BUTTON))
        assert WORDS("Delivering, then locking") in seen[0]
        assert WORDS("No name yet") not in seen[0]
        assert vault.locked
        assert desk.session.vault is None
        assert WORDS("Intake is locked") in desk.texts()
        assert WORDS.plural("{number} delivered.", "{number} delivered.", 1) in desk.texts()

    at_desk(folder, do)


def test_a_delivery_that_fails_locks_all_the_same(folder: Path) -> None:
    """The sentence stands on the unlock screen."""

    async def do(desk: Desk) -> None:
        def deliver(_: UnlockedVault, __: Callable[[Any], None]) -> object:
            raise EndpointUnreachable

        vault = await wait_with(desk, deliver)
        await desk.press(WORDS(BUTTON))
        assert vault.locked
        assert EndpointUnreachable().say(WORDS) in desk.texts()

    at_desk(folder, do)


def test_it_goes_on_out_of_sight_until_nothing_happens_any_more(folder: Path) -> None:
    """Who leaves need not keep the window open before them; a delivery that hangs is locked."""

    async def do(desk: Desk) -> None:
        vault = await wait_with(desk, lambda _, __: summary())
        vault.lock_to_deliver()
        desk.session._watched.away()
        desk.clock.move(minutes=2)
        desk.session.lock_if_idle()
        assert not vault.locked
        desk.clock.move(minutes=9)
        desk.session.lock_if_idle()
        assert vault.locked

    at_desk(folder, do)


def test_it_can_be_locked_at_once(folder: Path) -> None:
    """The button locks in the middle; the delivery stops, and the next one takes it up."""

    async def do(desk: Desk) -> None:
        def deliver(vault: UnlockedVault, _: Callable[[Any], None]) -> object:
            desk.session.lock()
            return vault.outbox()

        vault = await wait_with(desk, deliver)
        await desk.press(WORDS(BUTTON))
        assert vault.locked
        assert VaultLocked().say(WORDS) in desk.texts()
        await desk.unlock()
        assert len(desk.session.caseload.outbox()) == 1

    at_desk(folder, do)


def test_where_nothing_can_go_there_is_nothing_to_leave_for(folder: Path) -> None:
    """The button waits, as the one that delivers does."""

    async def do(desk: Desk) -> None:
        await wait_with(desk, lambda _, __: summary(), state="waiting_placement")
        assert desk.button(WORDS(BUTTON)).disabled

    at_desk(folder, do)

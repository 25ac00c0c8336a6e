"""Another passphrase: for everybody, and first for who was given a temporary one."""

import asyncio
import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import StorageFull, VaultLocked, WrongPassphrase
from intake_app.vault import FileSecret, Pending, People, Role, UnlockedVault, Vault
from intake_app.words import Words
from screens.places import Place
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk, make_vault

WORDS = Words.load("nl")
FIRST, SECOND = "Sam Voorbeeld", "Test Tweede"
GIVEN = "een wachtzin die gegeven is"
CHOSEN = "een wachtzin die zelf gekozen is"


@pytest.fixture(name="made", scope="module")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for the module."""
    folder = tmp_path_factory.mktemp("passphrase") / "vault"
    make_vault(folder)
    return folder


@pytest.fixture(name="folder")
def copy_folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(made, tmp_path / "vault"))


def unlocked(folder: Path, passphrase: str, name: str = FIRST) -> UnlockedVault:
    """Unlock as somebody."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    try:
        (user_id,) = [entry.id for entry in vault.users() if entry.name == name]
        return vault.unlock(user_id, passphrase)
    except WrongPassphrase:
        vault.close()
        raise


def add(folder: Path, *roles: Role) -> str:
    """Give somebody a temporary passphrase; return who."""
    with unlocked(folder, PASSPHRASE) as vault:
        return vault.people.add(SECOND, roles, GIVEN).id


async def enter(desk: Desk, user_id: str) -> None:
    """Unlock with a passphrase that was given."""
    await desk.choose(user_id)
    await desk.type("passphrase", GIVEN)
    await desk.press(WORDS("Unlock"))


async def change(desk: Desk, old: str, new: str, again: str) -> None:
    """Fill in the three fields and press the button."""
    for name, value in (("old", old), ("new", new), ("again", again)):
        await desk.type(name, value)
    await desk.press(WORDS("Change the passphrase"))


def test_who_was_given_a_passphrase_chooses_one_before_anything_else(folder: Path) -> None:
    """No other screen works until then; after it the interviews are there."""
    user_id = add(folder, "screener")

    async def do(desk: Desk) -> None:
        await enter(desk, user_id)
        assert WORDS("Choose a passphrase") in desk.texts()
        for place in (Place.PEOPLE, Place.OUTBOX, Place.SETTINGS):
            with pytest.raises(VaultLocked):
                desk.session.go(place)
        await change(desk, GIVEN, CHOSEN, CHOSEN)
        assert WORDS("Your passphrase was changed.") in desk.texts()
        assert WORDS("No interviews on this device yet") in desk.texts()

    at_desk(folder, do)
    with unlocked(folder, CHOSEN, SECOND) as vault:
        assert not vault.user.temporary


def test_who_chooses_none_can_only_lock(folder: Path) -> None:
    """Also by leaving the device alone; the passphrase that was given stays."""
    user_id = add(folder, "screener")

    async def do(desk: Desk) -> None:
        await enter(desk, user_id)
        desk.clock.move(minutes=11)
        desk.session.lock_if_idle()
        assert desk.session.vault is None
        await enter(desk, user_id)
        await desk.press(WORDS("Lock"))
        assert desk.session.vault is None
        assert WORDS("Intake is locked") in desk.texts()

    at_desk(folder, do)


def test_an_administrator_alone_begins_at_the_settings(folder: Path) -> None:
    """There is no interview that such a person may see, and no way back to a list of them."""
    user_id = add(folder, "administrator")

    async def do(desk: Desk) -> None:
        await enter(desk, user_id)
        await change(desk, GIVEN, CHOSEN, CHOSEN)
        assert desk.session.home is Place.SETTINGS
        assert WORDS("This device") in desk.texts()

    at_desk(folder, do)


def test_everybody_can_change_their_own(folder: Path) -> None:
    """From the settings and back there; the old one opens nothing from then on."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        desk.session.go(Place.SETTINGS)
        await desk.press(WORDS("Change my passphrase"))
        await change(desk, PASSPHRASE, CHOSEN, CHOSEN)
        assert WORDS("Your passphrase was changed.") in desk.texts()
        assert WORDS("Change my passphrase") in [
            getattr(each, "content", None) for each in desk.all()
        ]

    at_desk(folder, do)
    with pytest.raises(WrongPassphrase):
        unlocked(folder, PASSPHRASE)
    unlocked(folder, CHOSEN).close()


def test_one_that_was_made_here_is_shown_once_and_typed_again(folder: Path) -> None:
    """It is on the screen until the screen is left, and nowhere after."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        desk.session.go(Place.PASSPHRASE)
        await desk.press(WORDS("Make a passphrase for me"))
        phrase = desk.named("phrase").value
        assert len(phrase.split()) == 8
        await desk.type("old", PASSPHRASE)
        await desk.type("again", phrase)
        await desk.press(WORDS("Change the passphrase"))
        assert phrase not in desk.texts()
        desk.session.lock()
        await desk.type("passphrase", phrase)
        await desk.press(WORDS("Unlock"))
        assert desk.session.vault is not None

    at_desk(folder, do)


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("", CHOSEN, CHOSEN, "Type your passphrase."),
        (
            PASSPHRASE,
            CHOSEN,
            CHOSEN[1:],
            "The two are not the same. Type the passphrase again.",
        ),
        (
            PASSPHRASE,
            PASSPHRASE,
            PASSPHRASE,
            "Choose another passphrase than the one that you have.",
        ),
        (
            CHOSEN,
            GIVEN,
            GIVEN,
            "That name and passphrase do not belong together. Please try again.",
        ),
    ],
)
def test_what_cannot_be_is_said_on_the_sheet(
    folder: Path, old: str, new: str, again: str, said: str
) -> None:
    """Nothing changes; no passphrase is in what is said or logged."""

    async def do(desk: Desk) -> None:
        await desk.unlock()
        desk.session.go(Place.PASSPHRASE)
        await change(desk, old, new, again)
        assert WORDS(said) in desk.texts()
        assert GIVEN not in desk.texts()

    at_desk(folder, do)
    unlocked(folder, PASSPHRASE).close()


def test_what_can_be_is_re_wrapped_after_an_unlocking(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks for it and nobody waits for it."""
    done, rewrap = threading.Event(), People.rewrap

    def rewrap_and_tell(people: People, *, cancelled: Callable[[], bool]) -> Pending:
        pending = rewrap(people, cancelled=cancelled)
        done.set()
        return pending

    monkeypatch.setattr(People, "rewrap", rewrap_and_tell)
    with unlocked(folder, PASSPHRASE) as vault:
        vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
        assert vault.people.rotate().here == 1

    async def do(desk: Desk) -> None:
        await desk.unlock()
        assert await asyncio.to_thread(done.wait, 20)
        assert desk.session.caseload.vault.people.pending().done

    at_desk(folder, do)


@pytest.mark.parametrize(("error", "logged"), [(VaultLocked, ""), (StorageFull, "StorageFull")])
def test_re_wrapping_that_breaks_off_disturbs_nobody(
    folder: Path,
    error: type[Exception],
    logged: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A lock in the middle is nothing; what else went wrong is logged by its kind."""
    tried = threading.Event()

    def fail(*_: object, **__: object) -> None:
        tried.set()
        raise error

    monkeypatch.setattr(People, "rewrap", fail)

    async def do(desk: Desk) -> None:
        await desk.unlock()
        await asyncio.to_thread(tried.wait, 20)
        before = desk.texts()
        desk.session.refresh()
        assert desk.texts() == before
        assert desk.session.vault is not None

    with caplog.at_level(logging.WARNING):
        at_desk(folder, do)
    assert caplog.text.count("re-wrapping stopped") == bool(logged)
    assert logged in caplog.text

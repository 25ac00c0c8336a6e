"""What an administrator sees of the people on a device, and what becomes of a change."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import UserMissing
from intake_app.vault import FileSecret, Role, User, Vault
from intake_app.words import Words
from screens.places import Place
from screens.said import role_said
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk, make_vault

WORDS = Words.load("nl")
GIVEN = "een wachtzin die gegeven is"
ROLES: tuple[Role, ...] = ("screener", "placement", "administrator")


@pytest.fixture(name="made", scope="module")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one vault for the module, with a screener beside its first user."""
    folder = tmp_path_factory.mktemp("people") / "vault"
    make_vault(folder)
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as first:
        first.people.add("Test Tweede", ["screener"], GIVEN, temporary=False)
    return folder


@pytest.fixture(name="folder")
def copy_folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(made, tmp_path / "vault"))


def people(desk: Desk) -> dict[str, User]:
    """Return who is here, by name."""
    return {user.name: user for user in desk.session.caseload.vault.people.users()}


async def unlock(desk: Desk, name: str = "Sam Voorbeeld", passphrase: str = PASSPHRASE) -> None:
    """Unlock as somebody."""
    door = desk.session._door
    assert door is not None
    (user_id,) = [entry.id for entry in door.users() if entry.name == name]
    await desk.choose(user_id)
    await desk.type("passphrase", passphrase)
    await desk.press(WORDS("Unlock"))


async def look(desk: Desk, name: str = "Test Tweede") -> None:
    """Unlock, and go to somebody by way of the settings and the list."""
    await unlock(desk)
    desk.session.go(Place.SETTINGS)
    await desk.press(WORDS("People on this device"))
    await desk.named(f"user-{people(desk)[name].id}")._trigger_event("click", None)


def chosen(desk: Desk) -> str:
    """Return which roles are chosen on the screen."""
    screen: Any = desk.session._screen
    return str(screen._roles.value)


def test_the_list_tells_who_is_here_and_as_what(folder: Path) -> None:
    """Names with their roles in words."""

    async def do(desk: Desk) -> None:
        await unlock(desk)
        desk.session.go(Place.COLLEAGUES)
        for name, user in people(desk).items():
            assert name in desk.texts()
            assert all(role_said(WORDS, role) in desk.texts() for role in user.roles)
        assert WORDS("Has yet to choose a passphrase.") not in desk.texts()

    at_desk(folder, do)


def test_who_is_no_administrator_is_not_led_there(folder: Path) -> None:
    """The settings show no button for it."""

    async def do(desk: Desk) -> None:
        await unlock(desk, "Test Tweede", GIVEN)
        desk.session.go(Place.SETTINGS)
        labels = [getattr(each, "content", None) for each in desk.all()]
        assert WORDS("People on this device") not in labels

    at_desk(folder, do)


def test_who_is_added_unlocks_with_the_passphrase_that_is_shown_once(folder: Path) -> None:
    """No role is chosen before somebody chooses; the phrase is gone with the screen."""

    async def do(desk: Desk) -> None:
        await unlock(desk)
        desk.session.go(Place.COLLEAGUES)
        assert chosen(desk) == ""
        await desk.type("name", "Test Nieuw")
        await desk.choose("placement")
        await desk.press(WORDS("Add"))
        added = people(desk)["Test Nieuw"]
        assert (added.roles, added.temporary) == (("placement",), True)
        phrase = desk.named("phrase").value
        await desk.press(WORDS("I have written it down"))
        assert phrase not in desk.texts()
        desk.session.go(Place.COLLEAGUES)
        assert WORDS("Has yet to choose a passphrase.") in desk.texts()
        desk.session.lock()
        await unlock(desk, "Test Nieuw", phrase)
        assert WORDS("The temporary passphrase") == desk.named("old").label

    at_desk(folder, do)


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("", "screener", "A person needs a name."),
        (
            "Test Nieuw",
            "",
            "A person has at least one role: screener, placement officer, administrator.",
        ),
        (
            "test tweede",
            "screener",
            "Somebody on this device has this name already. Add something to tell apart.",
        ),
    ],
)
def test_who_cannot_be_added_is_not(folder: Path, name: str, role: str, said: str) -> None:
    """A sentence says why; what was typed stays, and no passphrase is shown."""

    async def do(desk: Desk) -> None:
        await unlock(desk)
        desk.session.go(Place.COLLEAGUES)
        await desk.type("name", name)
        if role:
            await desk.choose(role)
        await desk.press(WORDS("Add"))
        assert WORDS(said) in desk.texts()
        assert desk.named("name").value == name
        assert len(people(desk)) == 2

    at_desk(folder, do)


def test_a_name_and_roles_are_changed(folder: Path) -> None:
    """The roles that somebody has are the ones that are chosen at first."""

    async def do(desk: Desk) -> None:
        await look(desk)
        assert chosen(desk) == "screener"
        await desk.type("name", " Test  Anders ")
        await desk.press(WORDS("Change the name"))
        assert WORDS("The name is changed.") in desk.texts()
        await desk.choose("placement")
        await desk.press(WORDS("Change the roles"))
        assert people(desk)["Test Anders"].roles == ("screener", "placement")

    at_desk(folder, do)


def test_who_leaves_is_removed_after_a_question_that_tells_of_the_drafts(folder: Path) -> None:
    """Whose they are, where the administrator may read that; and that somebody has to take them."""

    async def do(desk: Desk) -> None:
        await unlock(desk, "Test Tweede", GIVEN)
        desk.session.caseload.start("ar")
        desk.session.lock()
        await look(desk)
        assert WORDS("No name yet") in desk.texts()
        told = WORDS.plural(
            "{number} open interview is then held by nobody: a placement officer gives it to a "
            "colleague.",
            "",
            1,
        )
        assert told in desk.texts()
        await desk.press(WORDS("Remove from this device"))
        await desk.press(WORDS("No"))
        assert "Test Tweede" in people(desk)
        await desk.press(WORDS("Remove from this device"))
        await desk.press(WORDS("Yes"))
        assert list(people(desk)) == ["Sam Voorbeeld"]
        assert told in desk.texts()
        assert "Test Tweede" in desk.texts()

    at_desk(folder, do)


def test_a_lost_passphrase_is_replaced_by_one_that_is_shown_once(folder: Path) -> None:
    """The old one opens nothing any more; the person chooses another first."""

    async def do(desk: Desk) -> None:
        await look(desk)
        await desk.press(WORDS("Give a temporary passphrase"))
        await desk.press(WORDS("Yes"))
        phrase = desk.named("phrase").value
        desk.session.lock()
        await unlock(desk, "Test Tweede", GIVEN)
        assert desk.session.vault is None
        await unlock(desk, "Test Tweede", phrase)
        assert WORDS("Choose a passphrase") in desk.texts()

    at_desk(folder, do)


def test_nobody_removes_themselves(folder: Path) -> None:
    """There is no button for it; giving up the administrator's role is refused with a sentence."""

    async def do(desk: Desk) -> None:
        await look(desk, "Sam Voorbeeld")
        labels = [getattr(each, "content", None) for each in desk.all()]
        assert WORDS("Remove from this device") not in labels
        assert WORDS("Give a temporary passphrase") not in labels
        await desk.choose("administrator")
        await desk.press(WORDS("Change the roles"))
        assert people(desk)["Sam Voorbeeld"].roles == ROLES

    at_desk(folder, do)


def test_an_administrator_who_takes_a_role_has_it_at_once(folder: Path) -> None:
    """The way home leads to the interviews from then on."""

    async def do(desk: Desk) -> None:
        await look(desk, "Sam Voorbeeld")
        homes = []
        for _ in range(2):
            for role in ("screener", "placement"):
                await desk.choose(role)
            await desk.press(WORDS("Change the roles"))
            homes.append(desk.session.home)
        assert homes == [Place.SETTINGS, Place.PEOPLE]
        desk.session.go(Place.PEOPLE)
        assert WORDS("No interviews on this device yet") in desk.texts()
        assert desk.session.caseload.start("ar").record_id

    at_desk(folder, do)


def test_who_is_gone_meanwhile_is_not_shown(folder: Path) -> None:
    """A sentence instead of a screen."""

    async def do(desk: Desk) -> None:
        await unlock(desk)
        with pytest.raises(UserMissing):
            desk.session.go(Place.COLLEAGUE, "nobody")

    at_desk(folder, do)


def test_the_settings_say_where_the_devices_own_key_lies(folder: Path) -> None:
    """And what that means, in the words of where it is kept."""

    async def do(desk: Desk) -> None:
        await unlock(desk, "Test Tweede", GIVEN)
        desk.session.go(Place.SETTINGS)
        assert WORDS("In a file on this device") in desk.texts()
        assert WORDS(FileSecret(folder).meaning) in desk.texts()

    at_desk(folder, do)

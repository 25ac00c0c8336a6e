"""An administrator's way with the people of a device, as it is drawn."""

import pytest
from playwright.sync_api import Browser

from intake_app.words import Words
from tests.e2e.app_driver import Window
from tests.e2e.behind import PASSPHRASE, USER, caseload, make_vault
from tests.e2e.conftest import RunningApp
from tests.e2e.test_whole_way import unlock

pytestmark = pytest.mark.browser

WORDS = Words.load("nl")
NEW = "Noor Verzonnen"
OWN = "een eigen zin van Noor voor later"


def to_people(window: Window) -> None:
    """Go from the interviews to the people of the device."""
    window.touch(window.button(WORDS("Settings")))
    window.press(WORDS("People on this device"))
    window.sees(WORDS("Add somebody"))


def sign_in(window: Window, name: str, passphrase: str) -> None:
    """Unlock as one of several."""
    window.sees(name)
    window.touch(window.page.get_by_role("radio", name=name))
    window.fill("passphrase", passphrase)
    window.press(WORDS("Unlock"))


def test_somebody_comes_chooses_a_passphrase_and_leaves(app: RunningApp, chromium: Browser) -> None:
    """The passphrase that was given is shown once and changed first; who left is gone."""
    make_vault(app.folder)
    window = Window.opened(chromium, app.start())
    unlock(window)
    to_people(window)
    window.fill("name", NEW)
    window.choose("screener")
    window.pictures("24-people-here")
    window.press(WORDS("Add"))
    window.sees(WORDS("A temporary passphrase"))
    window.pictures("25-temporary")
    given = window.named("phrase").inner_text().strip()
    window.press(WORDS("I have written it down"))
    window.press(WORDS("Lock"))
    sign_in(window, NEW, given)
    window.sees(WORDS("Choose a passphrase"))
    window.picture("26-choose-own")
    for field, value in (("old", given), ("new", OWN), ("again", OWN)):
        window.fill(field, value)
    window.press(WORDS("Change the passphrase"))
    window.sees(WORDS("Interviews"))
    window.press(WORDS("Lock"))
    sign_in(window, USER, PASSPHRASE)
    window.sees(WORDS("Interviews"))
    to_people(window)
    window.touch(window.button(NEW))
    window.sees(WORDS("Leaving"))
    window.press(WORDS("Remove from this device"))
    window.sees(WORDS("Remove {name}? This cannot be undone.", name=NEW))
    window.pictures("27-leaving")
    window.touch(window.button(WORDS("Yes"), exact=True))
    window.sees(WORDS("{name} is removed.", name=NEW))
    app.kill()
    with caseload(app.folder) as cases:
        assert [user.name for user in cases.vault.people.users()] == [USER]
        assert cases.vault.verify().ok

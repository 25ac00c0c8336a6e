"""One interview from the wizard to the receipt, in a real browser, with a kill on the way."""

import re

import pytest
from playwright.sync_api import Browser, expect

from intake_app.settings import ORGANISATION
from intake_app.words import Words
from sync.catalogue import MUNICIPAL, PLACEMENT
from sync.sandbox import Sandbox
from tests.e2e.app_driver import Window
from tests.e2e.behind import PASSPHRASE, USER, answer_what_is_open, caseload, connect, make_vault
from tests.e2e.conftest import RunningApp

pytestmark = pytest.mark.browser

WORDS = Words.load("nl")
RESIDENT = Words.load("ar")


def unlock(window: Window) -> None:
    """Unlock as the one user of the vault."""
    window.sees(USER)
    window.fill("passphrase", PASSPHRASE)
    window.press(WORDS("Unlock"))
    window.sees(WORDS("Interviews"))


def onward(window: Window) -> None:
    """Go to the next question."""
    window.press(WORDS("Next"))
    window.settle()


def saved(window: Window) -> None:
    """Wait until the screen says that what was given is on disk."""
    expect(window.named("saved")).to_contain_text(WORDS("Saved {time}", time=""))


def set_up(window: Window) -> None:
    """Walk the wizard."""
    window.sees(WORDS("Set up this device"))
    window.picture("01-wizard")
    window.press(WORDS("Next"))
    window.sees(WORDS("Fill in the organisation and the location."))
    window.fill("organisation", "Voorbeeldorganisatie")
    window.fill("location", "azc Voorbeeldstad")
    window.press(WORDS("Next"))
    window.sees(WORDS("Who are you?"))
    window.fill("user", USER)
    window.press(WORDS("Next"))
    window.sees(WORDS("Choose a passphrase"))
    window.fill("passphrase", "te kort")
    window.press(WORDS("Make the vault"))
    window.sees(re.compile("15"))
    window.picture("02-passphrase")
    window.fill("passphrase", PASSPHRASE)
    window.fill("again", PASSPHRASE)
    window.press(WORDS("Make the vault"))
    window.sees(WORDS("No interviews on this device yet"))
    window.pictures("03-nobody-yet")


def explain(window: Window) -> None:
    """Begin in Arabic and give the explanation."""
    window.press(WORDS("New interview"))
    window.sees(WORDS("The language of the interview"))
    window.pictures("04-language")
    window.choose("ar")
    window.sees("معلومات مهمة عن هذه المقابلة")
    window.choose("purpose", "readers", "influence", "no_guarantee", "asylum")
    saved(window)
    window.pictures("05-explanation")
    onward(window)
    window.choose("skip", "see", "correct", "object")
    onward(window)
    window.choose("yes")
    onward(window)
    window.pictures("06-yes-later-no")
    window.choose("yes")
    onward(window)


def ask_who(window: Window) -> None:
    """Ask the person: a constraint, typed text in two scripts, a partial date."""
    window.fill("answer", "123")
    onward(window)
    window.sees(re.compile("precies 10 cijfers"))
    window.pictures("07-not-right")
    window.fill("answer", "1234567890")
    onward(window)
    window.fill("answer", "Test Bewoner")
    window.page.keyboard.press("Enter")
    window.sees("Hoe wilt u genoemd worden?")
    window.press(f"{WORDS('No answer')} · {RESIDENT.about('resident', 'No answer')}")
    saved(window)
    window.pictures("08-no-answer")
    onward(window)
    window.fill("answer", "تجربة")
    window.page.keyboard.press("Control+ArrowRight")
    window.sees("Wanneer bent u geboren?")
    window.fill("year", "1994")
    window.choose("05")
    saved(window)
    window.pictures("09-date")


def ask_household(window: Window) -> None:
    """Ask by keyboard and in digits of the resident's own; go into a repeat and search a code."""
    window.page.keyboard.press("Control+ArrowRight")
    window.sees("Met wie gaat u samen wonen?")
    window.page.keyboard.press("1")
    saved(window)
    expect(window.choice("alone")).to_be_checked()
    window.touch(window.named("section-criteria"))
    window.sees(re.compile("Woont er een ouder"))
    window.choose("yes")
    onward(window)
    window.sees("Familie in Nederland")
    onward(window)
    window.choose("parent")
    onward(window)
    window.fill("search", "utrect")  # a typo finds it too
    window.pictures("10-search")
    window.choose("GM0344")
    saved(window)
    onward(window)
    window.sees(re.compile("vader of moeder, Utrecht"))
    window.pictures("11-repeat")


def test_one_interview_goes_the_whole_way(
    app: RunningApp, window: Window, chromium: Browser, sandbox: Sandbox
) -> None:
    """Wizard, interview, kill, read-back, delivery, receipt: and the record is gone."""
    set_up(window)
    explain(window)
    ask_who(window)
    ask_household(window)
    app.kill()

    with caseload(app.folder) as cases:
        connect(
            cases,
            {ORGANISATION: sandbox.endpoint(PLACEMENT), "GM0193": sandbox.endpoint(MUNICIPAL)},
        )
        (person,) = cases.people()
        draft = cases.open(person.record_id)
        kept = {node.path: node.value for node in draft.interview.nodes() if node.value}
        assert kept["/data/person/v_number"] == "1234567890"
        assert kept["/data/person/name_own_script"] == "تجربة"
        assert kept["/data/person/birth_date"] == "1994-05"
        assert kept["/data/household/living_with"] == "alone"
        assert kept["/data/criteria/family[1]/relation_municipality"] == "GM0344"
        assert draft.interview.node("/data/person/name_called").aside == "declined"
        answer_what_is_open(draft, cases.library)

    finish_and_deliver(Window.opened(chromium, app.start()), person.record_id)
    app.kill()

    assert sandbox.cases() == 2
    with caseload(app.folder) as cases:
        assert cases.people() == ()
        assert cases.outbox() == ()
        assert [receipt.content["v_number"] for receipt in cases.receipts()] == ["1234567890"] * 2


def finish_and_deliver(again: Window, record_id: str) -> None:
    """Read back, finish, place and deliver."""
    unlock(again)
    again.pictures("12-people")
    again.touch(again.named(f"record-{record_id}"))
    again.touch(again.named("section-summary"))
    again.sees(WORDS("Summary for the resident"))
    again.pictures("13-summary")
    again.choose("yes")
    again.picture("14-finish")
    again.press(WORDS("Finish the interview"))
    again.sees(WORDS("The interview is finished and sealed."))
    again.fill("search", "groningen")
    again.choose("GM0014")
    again.press(WORDS("No"))
    again.fill("search", "zwolle")
    again.choose("GM0193")
    again.press(WORDS("Yes, place here"))
    again.sees(WORDS("Will live in {municipality}.", municipality="Zwolle"))
    again.pictures("15-placed")
    again.press(WORDS("To the outbox"))
    again.pictures("16-outbox")
    again.press(WORDS("Deliver now"))
    again.sees(re.compile("1234567890"))
    again.pictures("17-receipts")
    assert again.elsewhere == []
    again.page.context.close()


def test_a_reload_loses_nothing(app: RunningApp, chromium: Browser) -> None:
    """The page that is loaded again stands where it was, with what was typed and kept."""
    make_vault(app.folder)
    window = Window.opened(chromium, app.start())
    unlock(window)
    window.press(WORDS("New interview"))
    window.choose("ar")
    window.choose("purpose", "readers")
    saved(window)
    window.reload()
    window.sees("معلومات مهمة عن هذه المقابلة")
    expect(window.choice("purpose")).to_be_checked()
    window.page.context.close()


def test_a_second_window_is_told_so_and_may_take_over(app: RunningApp, chromium: Browser) -> None:
    """One window at a time holds the vault; who takes over must unlock."""
    make_vault(app.folder)
    first = Window.opened(chromium, app.start())
    unlock(first)
    second = Window(first.page.context.new_page())
    second.page.goto(first.page.url)
    second.wake()
    second.sees(WORDS("The app is open in another window"))
    second.picture("18-other-window")
    second.press(WORDS("Take over here"))
    second.sees(WORDS("Intake is locked"))
    first.sees(WORDS("The app is open in another window"))
    first.page.context.close()


def test_the_lock_button_hides_everything(app: RunningApp, chromium: Browser) -> None:
    """A locked window shows no interview, and a wrong passphrase opens nothing."""
    make_vault(app.folder)
    window = Window.opened(chromium, app.start())
    unlock(window)
    window.press(WORDS("Lock"))
    window.sees(WORDS("Intake is locked"))
    window.fill("passphrase", "een andere lange wachtzin")
    window.page.keyboard.press("Enter")
    window.sees(WORDS("That name and passphrase do not belong together. Please try again."))
    window.pictures("19-locked")
    assert window.page.title() == WORDS("Intake")
    assert window.page.url.endswith(":" + window.page.url.rsplit(":", 1)[1])
    window.page.context.close()

"""Undo and the answers to an earlier questionnaire, as they are drawn."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from intake_app import paths
from intake_app.caseload import Caseload
from intake_app.clock import SystemClock
from intake_app.interview.form import Form, fingerprint
from intake_app.reference import Library
from intake_app.vault import Vault, device_secret
from intake_app.words import Words
from tests.e2e.app_driver import Window
from tests.e2e.behind import PASSPHRASE, make_vault
from tests.e2e.conftest import RunningApp
from tests.e2e.test_whole_way import saved, unlock

pytestmark = pytest.mark.browser

WORDS = Words.load("nl")


def older() -> Form:
    """Return a version of the questionnaire that asks one thing more."""
    source: dict[str, Any] = json.loads(
        paths.assets("questionnaire", "screening.json").read_bytes()
    )
    person = next(each for each in source["root"]["children"] if each["name"] == "person")
    person["children"].append({"kind": "text", "type": "string", "name": "hobby"})
    source["version"] = "older"
    return Form.load({**source, "hash": fingerprint(source)})


def hold_interview(folder: Path) -> str:
    """Hold half an interview with the older version; return its record."""
    door = Vault.open(folder, device=device_secret(folder), clock=SystemClock())
    try:
        vault = door.unlock(door.users()[0].id, PASSPHRASE)
        draft = Caseload(vault, older(), Library.load(), SystemClock()).start("ar")
        draft.answer("/data/explanation/ready", "yes")
        draft.answer("/data/person/hobby", "vliegeren")
        draft.answer("/data/household/living_with", "family")
        return draft.record_id
    finally:
        door.close()


def test_a_draft_of_before_goes_on_and_an_answer_is_taken_back(
    app: RunningApp, chromium: Browser
) -> None:
    """What was kept apart is a touch away; a slip is undone by a button or by the keyboard."""
    make_vault(app.folder)
    record = hold_interview(app.folder)
    window = Window.opened(chromium, app.start())
    unlock(window)
    window.touch(window.named(f"record-{record}"))
    window.sees(WORDS("Answers that are kept apart: {number}. See the overview.", number=1))
    window.pictures("20-upgraded")
    window.choose("alone")
    saved(window)
    window.press(WORDS("Undo"))
    window.sees(WORDS("Taken back: {question}", question=""))
    expect(window.choice("family")).to_be_checked()
    window.pictures("21-taken-back")
    window.choose("alone")
    expect(window.choice("alone")).to_be_checked()
    window.page.keyboard.press("Control+z")
    expect(window.choice("family")).to_be_checked()
    window.touch(window.named("earlier"))
    window.sees("vliegeren")
    window.pictures("22-earlier-answers")
    window.press(WORDS("Erase this answer"))
    window.sees(WORDS("Erase this answer? This cannot be undone."))
    window.picture("23-erase-answer")
    window.touch(window.button(WORDS("Erase"), exact=True))
    window.sees(WORDS("The answer was erased."))
    assert window.page.title() == WORDS("Intake")
    window.page.context.close()

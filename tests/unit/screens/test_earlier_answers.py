"""What the screens show of a draft that was begun with an earlier questionnaire."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake_app import earlier, paths
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.interview.form import Form, fingerprint
from intake_app.reference import Library
from intake_app.vault import FileSecret, UnlockedVault, Vault
from intake_app.words import Words
from screens.places import Place
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk, make_vault

WORDS = Words.load("nl")
TITLE = "Answers from an earlier questionnaire"


@pytest.fixture(name="older", scope="module")
def make_older() -> Form:
    """Return a version that asks two things more: one of them about health."""
    source: dict[str, Any] = json.loads(
        paths.assets("questionnaire", "screening.json").read_bytes()
    )
    person = next(each for each in source["root"]["children"] if each["name"] == "person")
    for name, label, sensitivity in (
        ("hobby", "Wat doet u graag?", ""),
        ("sleep", "Slaapt u goed?", "health"),
    ):
        key = f"person/{name}:label"
        source["texts"]["nl"][key] = label
        intake = {"sensitivity": sensitivity} if sensitivity else {}
        asked = {"kind": "text", "type": "string", "name": name, "texts": {"label": key}}
        person["children"].append({**asked, "intake": intake})
    source["version"] = "older"
    return Form.load({**source, "hash": fingerprint(source)})


@pytest.fixture(name="folder")
def hold_interview(tmp_path: Path, older: Form, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a vault with a draft of that version, in an app that has another one."""
    folder = tmp_path / "vault"
    make_vault(folder)
    door = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with door.unlock(door.users()[0].id, PASSPHRASE) as vault:
        draft = Caseload(vault, older, Library.load(), FixedClock()).start("ar")
        draft.answer("/data/explanation/ready", "yes")
        draft.answer("/data/person/name_document", "Test Bewoner")
        draft.answer("/data/person/hobby", "vliegeren")
        draft.set_aside("/data/person/sleep", "declined")
    monkeypatch.setattr(earlier, "load", {older.hash: older}.get)
    return folder


async def open_draft(desk: Desk) -> None:
    """Unlock and open the one draft, as a person does."""
    await desk.unlock()
    (person,) = desk.session.caseload.people()
    await desk.named(f"record-{person.record_id}")._trigger_event("click", None)


def test_opening_says_once_what_became_of_the_answers(folder: Path) -> None:
    """How many were taken over, and how many are kept apart."""
    apart = WORDS("Answers that are kept apart: {number}. See the overview.", number=2)

    async def do(desk: Desk) -> None:
        await open_draft(desk)
        assert apart in desk.texts()
        desk.session.go(Place.PEOPLE)
        (person,) = desk.session.caseload.people()
        await desk.named(f"record-{person.record_id}")._trigger_event("click", None)
        assert apart not in desk.texts()

    at_desk(folder, do)


def test_the_overview_leads_to_what_is_kept_apart(folder: Path) -> None:
    """Each with its question, the answer and the day; and that nobody receives it."""

    async def do(desk: Desk) -> None:
        await open_draft(desk)
        await desk.named("earlier")._trigger_event("click", None)
        seen = desk.texts()
        for told in (WORDS(TITLE), "Wat doet u graag?", "vliegeren", "Slaapt u goed?"):
            assert told in seen
        assert WORDS("No answer") in seen
        assert WORDS("Told on {date}", date="23-11-2026") in seen
        assert "vliegeren" not in desk.page.title

    at_desk(folder, do)


def test_an_answer_is_erased_when_it_was_asked_twice(folder: Path) -> None:
    """The first touch asks; after the last one the interview goes on."""

    async def do(desk: Desk) -> None:
        await open_draft(desk)
        await desk.named("earlier")._trigger_event("click", None)
        await desk.press(WORDS("Erase this answer"))
        assert "vliegeren" in desk.texts()
        await desk.press(WORDS("Keep"))
        for left in (1, 0):
            await desk.press(WORDS("Erase this answer"))
            # The question to be sure stands in the place of that button.
            erase = next(
                each for each in desk.all() if getattr(each, "content", "") == WORDS("Erase")
            )
            await erase._trigger_event("click", None)
            (person,) = desk.session.caseload.people()
            kept = desk.session.caseload.open(person.record_id).interview.orphans
            assert len(kept) == left
        assert WORDS("The answer was erased.") in desk.texts()
        assert WORDS("Next") in desk.button(WORDS("Next")).content

    at_desk(folder, do)


def test_nothing_is_kept_apart_of_a_draft_of_this_version(tmp_path: Path) -> None:
    """Then the overview does not speak of it."""
    folder = tmp_path / "vault"
    make_vault(folder)

    async def do(desk: Desk) -> None:
        await desk.begin()
        assert WORDS(TITLE) not in desk.texts()

    at_desk(folder, do)


def test_who_may_not_see_health_answers_does_not_see_those_of_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another screener opens the draft and sees the rest."""
    read = UnlockedVault.open_record

    async def do(desk: Desk) -> None:
        await desk.unlock()
        (person,) = desk.session.caseload.people()
        desk.session.caseload.open(person.record_id)
        monkeypatch.setattr(
            UnlockedVault,
            "open_record",
            lambda vault, each: replace(read(vault, each), health=None),
        )
        desk.session.go(Place.EARLIER, desk.session.caseload.open(person.record_id))
        assert "vliegeren" in desk.texts()
        assert "Slaapt" not in desk.texts()

    at_desk(folder, do)

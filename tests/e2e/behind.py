"""What a test does behind the screens while the app is not running: work on its vault."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import SystemClock
from intake_app.draft import Draft
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import Vault, device_secret

PASSPHRASE = "een heel lange wachtzin voor de proef"
USER = "Sam Voorbeeld"
#: Answers by kind for whatever is still open; a choice takes its first.
_ANSWERS = {"integer": "3", "decimal": "3", "partial-date": "2015-03"}


@contextmanager
def caseload(folder: Path) -> Iterator[Caseload]:
    """Unlock the vault of a folder for a while."""
    door = Vault.open(folder, device=device_secret(folder), clock=SystemClock())
    try:
        vault = door.unlock(door.users()[0].id, PASSPHRASE)
        yield Caseload(vault, load_questionnaire(), Library.load(), SystemClock())
    finally:
        door.close()


def make_vault(folder: Path) -> None:
    """Make a vault as the wizard does."""
    settings = Settings(organisation="Voorbeeldorganisatie", location="azc Voorbeeldstad")
    Vault.create(
        folder,
        device=device_secret(folder),
        user_name=USER,
        passphrase=PASSPHRASE,
        settings=settings.to_json(),
        clock=SystemClock(),
    ).close()


def connect(cases: Caseload, endpoints: Mapping[str, Mapping[str, str]]) -> None:
    """Connect case systems."""
    cases.save_settings(replace(cases.settings, endpoints=endpoints))


def answer_what_is_open(draft: Draft, library: Library) -> None:
    """Answer whatever is open and required, but for the resident's word on the summary."""
    while True:
        problems = draft.interview.problems()
        path = next((each.path for each in problems if "/summary/" not in each.path), None)
        if path is None:
            return
        question = draft.interview.node(path).question
        if question.kind.startswith("select"):
            value = draft.interview.choices(path)[0].name
        elif question.kind == "code":
            value = library[question.codelist].entries("nl")[0].code
        else:
            value = _ANSWERS.get(question.kind, "Voorbeeld")
        draft.answer(path, value, beside=draft.beside(path, value))

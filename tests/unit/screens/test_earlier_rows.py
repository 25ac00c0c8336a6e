"""Answers of rows that are kept apart are told by the number of their row."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake_app import earlier, paths
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.interview.form import Form, fingerprint
from intake_app.reference import Library
from intake_app.vault import FileSecret, Vault
from screens.places import Place
from tests.unit.screens.desk import PASSPHRASE, Desk, at_desk, make_vault

JOBS = "/data/work/jobs"


@pytest.fixture(name="older")
def make_older() -> Form:
    """Return a version that asks one thing more of each job."""
    found = paths.assets("questionnaire", "screening.json").read_bytes()
    source: dict[str, Any] = json.loads(found)
    work = next(each for each in source["root"]["children"] if each["name"] == "work")
    jobs = next(each for each in work["children"] if each["name"] == "jobs")
    source["texts"]["nl"]["tools:label"] = "Welk gereedschap?"
    asked = {"kind": "text", "type": "string", "name": "tools", "texts": {"label": "tools:label"}}
    jobs["children"].append(asked)
    source["version"] = "older"
    return Form.load({**source, "hash": fingerprint(source)})


def test_which_job_it_was_is_told_with_each_answer(
    tmp_path: Path, older: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two answers to one question are not alike."""
    folder = tmp_path / "vault"
    make_vault(folder)
    door = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with door.unlock(door.users()[0].id, PASSPHRASE) as vault:
        draft = Caseload(vault, older, Library.load(), FixedClock()).start("ar")
        draft.answer("/data/explanation/ready", "yes")
        draft.answer("/data/work/has_worked", "yes")
        draft.add_repeat(JOBS)
        for row, tool in enumerate(("schaar", "hamer"), 1):
            draft.answer(f"{JOBS}[{row}]/tools", tool)
    monkeypatch.setattr(earlier, "load", {older.hash: older}.get)

    async def do(desk: Desk) -> None:
        await desk.unlock()
        session = desk.session
        (person,) = session.caseload.people()
        session.go(Place.EARLIER, session.caseload.open(person.record_id))
        seen = desk.texts()
        told = ["1 · Welk gereedschap?", "schaar", "2 · Welk gereedschap?", "hamer"]
        places = [seen.index(each) for each in told]
        assert places == sorted(places)

    at_desk(folder, do)

"""A draft whose save fails, or whose app is gone in the middle of it, is as it was."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from intake_app import compartments
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.demo import Life, play
from intake_app.draft import Draft
from intake_app.errors import StorageFull, VaultDamaged
from intake_app.vault import FileSecret, Record, Vault
from tests.integration.conftest import PASSPHRASE
from tests.integration.versions import NAME, begun
from tests.invented import full_disk

READY = "/data/explanation/ready"


@pytest.mark.parametrize(
    ("call", "end"),
    [
        ("queue", Draft.finalise),
        ("set_record_state", Draft.stop),
        ("save_record", Draft.stop),
    ],
)
def test_an_end_that_the_disk_refused_is_none_and_the_interview_goes_on(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch, call: str, end: Callable[[Draft], None]
) -> None:
    """The next answer is kept, and the next attempt succeeds."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    if end is Draft.stop:
        draft.answer(READY, "no")
    with monkeypatch.context() as broken:
        broken.setattr(caseload.vault, call, full_disk)
        with pytest.raises(StorageFull):
            end(draft)
    assert (draft.state, draft.undoable) == ("draft", True)
    assert caseload.vault.open_record(draft.record_id).state == "draft"
    again = draft.interview.node(READY).value
    draft.answer(READY, again)
    end(draft)
    assert caseload.vault.open_record(draft.record_id).state != "draft"


NEXT = "next"


@pytest.mark.parametrize(
    ("act", "before", "since"),
    [
        ("upgrade", ("", "Test Bewoner", 0), (NEXT, "Test Bewoner", 2)),
        ("undo", ("", "Test Bewoner", 0), ("", "Voorbeeld Chirurg", 0)),
        ("erase", (NEXT, "Test Bewoner", 2), (NEXT, "Test Bewoner", 1)),
    ],
)
def test_an_app_that_is_killed_in_the_middle_leaves_all_of_it_or_nothing(
    caseload: Caseload,
    after: Caseload,
    vault_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
    before: tuple[str, str, int],
    since: tuple[str, str, int],
) -> None:
    """What lies on the disk just before and just after it: nothing is lost, or there twice."""
    draft = begun(caseload)
    draft.answer(NAME, "Test Bewoner")
    draft = after.open(draft.record_id) if act == "erase" else draft
    store, commit = caseload.vault._work.store, caseload.vault._work.store.commit
    copies = [vault_folder.with_name("before"), vault_folder.with_name("since")]

    def commit_between_copies() -> None:
        shutil.copytree(vault_folder, copies[0])
        commit()
        shutil.copytree(vault_folder, copies[1])

    monkeypatch.setattr(store, "commit", commit_between_copies)
    acts: dict[str, Callable[[], object]] = {
        "upgrade": lambda: after.open(draft.record_id),
        "undo": draft.undo,
        "erase": lambda: draft.erase_orphan(draft.interview.orphans[0]),
    }
    acts[act]()
    assert [found(copy) for copy in copies] == [before, since]


def found(folder: Path) -> tuple[str, str, int]:
    """Open what a kill left: its version, the name, and how many answers are kept apart."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
    with vault.unlock(vault.users()[0].id, PASSPHRASE) as unlocked:
        assert unlocked.verify().ok
        (listed,) = unlocked.records()
        state = compartments.join(unlocked.open_record(listed.id))
        version = NEXT if listed.form_version == state["version"] == NEXT else ""
        return version, state["nodes"][NAME]["value"], len(state.get("orphans", ()))


def test_one_draft_that_cannot_be_moved_keeps_no_other_from_it(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told by itself: one that is damaged, and one whose answers cannot be read."""
    well, damaged, unreadable = (begun(caseload).record_id for _ in range(3))
    read = after.vault.open_record

    def broken(record_id: str) -> Record:
        if record_id == damaged:
            raise VaultDamaged
        record = read(record_id)
        if record_id == unreadable:
            return replace(record, health={"nodes": {"/data/criteria/family": {}}})
        return record

    monkeypatch.setattr(after.vault, "open_record", broken)
    told = {draft.record_id: draft.trouble for draft in after.outlooks()}
    assert told == {
        well: "",
        damaged: VaultDamaged().sentence,
        unreadable: "The state of this interview cannot be read.",
    }
    assert after.open(well).upgraded is not None

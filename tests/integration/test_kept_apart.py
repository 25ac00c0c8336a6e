"""What a new version has no question for: sealed, never delivered, erased on a person's word."""

import json
from pathlib import Path

import pytest

from intake_app import earlier
from intake_app.caseload import Caseload
from intake_app.errors import StorageFull
from intake_app.profile.summary import summary
from tests.integration.versions import FOR_WHOM, NAME, TITLE, YEARS_NOW, begun, finished
from tests.invented import full_disk


def test_what_is_kept_apart_is_sealed_as_its_question_was(
    caseload: Caseload, after: Caseload, vault_folder: Path
) -> None:
    """Health with the health answers, the rest with the record, and nothing is readable on disk."""
    draft = after.open(begun(caseload).record_id)
    record = after.vault.open_record(draft.record_id)
    assert record.health is not None
    sealed = {each["path"]: each["sensitivity"] for each in record.health["orphans"]}
    assert sealed == {FOR_WHOM: "health"}
    assert [each["path"] for each in record.body["interview"]["orphans"]] == [TITLE]
    assert FOR_WHOM not in json.dumps(record.body)
    for path in vault_folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for marker in (b"Zeldzaam", b"adaptation_for", b"orphans"):
            assert marker not in content


def test_without_the_earlier_version_all_that_is_kept_apart_is_sealed_as_health(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing tells how sensitive it is."""
    monkeypatch.setattr(earlier, "load", lambda _: None)
    draft = after.open(begun(caseload).record_id)
    assert draft.interview.node(YEARS_NOW).value == "17"
    record = after.vault.open_record(draft.record_id)
    assert record.health is not None
    assert {each["sensitivity"] for each in record.health["orphans"]} == {"unknown"}
    assert "orphans" not in record.body["interview"]


def test_nothing_that_is_kept_apart_is_read_back_or_delivered(
    caseload: Caseload, after: Caseload
) -> None:
    """Not in the summary, not in a package, not in its document's data."""
    draft = finished(caseload, after)
    assert len(draft.interview.orphans) == 2
    for language in ("nl", "ar"):
        lines = [
            line
            for section in summary(draft.interview, language, after.library)
            for line in section.lines
        ]
        assert not [line for line in lines if "Zeldzaam" in line.answer or line.path == FOR_WHOM]
    packages = [after.package(row.id) for row in after.outbox()]
    assert len(packages) == 2
    for package in packages:
        for marker in (b"Zeldzaam", b"adaptation_for", b"orphan"):
            assert marker not in package.to_bytes()
            assert marker not in package.pdf


def test_what_is_kept_apart_stays_sealed_with_a_finished_record(
    caseload: Caseload, after: Caseload
) -> None:
    """Until it is erased with it."""
    record = after.vault.open_record(finished(caseload, after).record_id)
    assert [each["path"] for each in record.body["interview"]["orphans"]] == [TITLE]
    assert record.health is not None
    assert [each["path"] for each in record.health["orphans"]] == [FOR_WHOM]
    after.erase(record.id)
    assert after.people() == ()


def test_a_no_leaves_nothing_that_was_kept_apart(caseload: Caseload, after: Caseload) -> None:
    """Of who does not want the interview only the explanation is kept."""
    draft = after.open(begun(caseload).record_id)
    draft.answer("/data/explanation/ready", "no")
    draft.stop()
    record = after.vault.open_record(draft.record_id)
    assert "Zeldzaam" not in json.dumps(record.body)
    assert record.health == {}


@pytest.mark.parametrize("path", [FOR_WHOM, TITLE])
def test_an_answer_that_is_kept_apart_is_erased_on_a_persons_word(
    caseload: Caseload, after: Caseload, path: str
) -> None:
    """It alone, from either compartment; the log names no more than its section."""
    draft = after.open(begun(caseload).record_id)
    gone = next(each for each in draft.interview.orphans if each.path == path)
    draft.erase_orphan(gone)
    left = {FOR_WHOM, TITLE} - {path}
    assert {each.path for each in draft.interview.orphans} == left
    assert {each.path for each in after.open(draft.record_id).interview.orphans} == left
    assert after.vault.audit_entries()[-1].fields == ("/".join(path.split("/")[:3]),)
    draft.answer(NAME, "Test Bewoner")
    assert after.open(draft.record_id).interview.node(NAME).value == "Test Bewoner"


def test_an_erasing_that_the_disk_refused_erases_nothing(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen and the disk say the same."""
    draft = after.open(begun(caseload).record_id)
    with monkeypatch.context() as broken:
        broken.setattr(after.vault, "save_record", full_disk)
        with pytest.raises(StorageFull):
            draft.erase_orphan(draft.interview.orphans[0])
    assert len(draft.interview.orphans) == 2

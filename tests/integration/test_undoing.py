"""Answers are taken back on disk too."""

import pytest

from intake_app.caseload import Caseload
from intake_app.errors import InterviewError, StorageFull
from tests.integration.versions import NAME, TITLE, begun, finished
from tests.invented import full_disk

# Taking back


def test_an_answer_is_taken_back_on_disk_too(caseload: Caseload) -> None:
    """With what followed from it; the log says which question it was."""
    draft = begun(caseload)
    draft.answer("/data/household/living_with", "alone")
    assert draft.undoable
    change = draft.undo()
    assert "/data/household/living_with" in change.changed
    opened = caseload.open(draft.record_id)
    assert opened.interview.node("/data/household/living_with").value == "family"
    assert opened.interview.node("/data/household/adults").value == "2"
    assert caseload.vault.audit_entries()[-1].fields == ("/data/household",)


def test_a_row_that_was_removed_comes_back_with_its_answers(caseload: Caseload) -> None:
    """An undo gives back all that an action took."""
    draft = begun(caseload)
    draft.remove_repeat("/data/work/jobs[1]")
    draft.undo()
    assert caseload.open(draft.record_id).interview.node(TITLE).value == "Zeldzaam Beroep"


def test_what_was_begun_with_is_not_taken_back(caseload: Caseload) -> None:
    """The language is how an interview began; opening it again begins the list of actions anew."""
    draft = caseload.start("ar")
    can_undo = [draft.undoable]
    with pytest.raises(InterviewError, match="nothing to take back"):
        draft.undo()
    draft.answer("/data/explanation/told", "purpose")
    can_undo += [draft.undoable, caseload.open(draft.record_id).undoable]
    assert can_undo == [False, True, False]


def test_an_undo_that_the_disk_refused_changes_nothing(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen and the disk say the same."""
    draft = begun(caseload)
    draft.answer(NAME, "Test Bewoner")
    with monkeypatch.context() as broken:
        broken.setattr(caseload.vault, "save_record", full_disk)
        with pytest.raises(StorageFull):
            draft.undo()
    assert draft.interview.node(NAME).value == "Test Bewoner"
    assert caseload.open(draft.record_id).interview.node(NAME).value == "Test Bewoner"


def test_what_is_finished_is_not_taken_back(caseload: Caseload, after: Caseload) -> None:
    """Nothing changes after the resident confirmed it."""
    draft = finished(caseload, after)
    assert not draft.undoable
    with pytest.raises(InterviewError, match="finished"):
        draft.undo()

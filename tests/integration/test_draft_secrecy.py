"""What a colleague who may not see health answers, a log or a file can learn of a draft."""

import json
from pathlib import Path

from intake_app.caseload import Caseload
from intake_app.draft import UNSAFE_PLACE
from tests.integration.versions import ADAPTATION, FOR_WHOM, NAME, begun

TREATMENT, AREA = "/data/criteria/treatment_bound", "/data/criteria/treatment_area"


def test_the_list_does_not_tell_how_many_questions_of_health_were_asked(
    caseload: Caseload,
) -> None:
    """One more would tell that somebody said yes."""
    draft = begun(caseload)
    summary = caseload.vault.open_record(draft.record_id).summary
    draft.answer(TREATMENT, "yes")
    assert draft.interview.node(AREA).relevant
    draft.answer(UNSAFE_PLACE, "yes")
    assert caseload.vault.open_record(draft.record_id).summary == summary
    draft.clear(NAME)
    now = caseload.vault.open_record(draft.record_id).summary
    assert (now["answered"], now["total"]) == (summary["answered"] - 1, summary["total"])


def test_where_it_was_left_is_sealed_with_health(caseload: Caseload) -> None:
    """That a question was come to tells the answer before it."""
    draft = begun(caseload)
    draft.answer(ADAPTATION, "wheelchair")
    draft.answer(FOR_WHOM, "family")
    record = caseload.vault.open_record(draft.record_id)
    assert "adaptation" not in json.dumps([record.body, record.summary])
    assert caseload.open(draft.record_id).at == FOR_WHOM


def test_an_answer_that_is_erased_is_in_no_file_any_more(
    caseload: Caseload, after: Caseload, vault_folder: Path
) -> None:
    """Nor is the draft as it was before it moved to this version; an undone answer is, sealed."""
    draft = begun(caseload)
    seen = [sealed(caseload, draft.record_id)]
    draft = after.open(draft.record_id)
    seen.append(sealed(after, draft.record_id))
    draft.erase_orphan(draft.interview.orphans[0])
    assert not [each for each in seen if found(vault_folder, each)]
    draft.answer("/data/person/name_called", "Roep")
    undone = sealed(after, draft.record_id)
    draft.undo()
    assert found(vault_folder, undone)
    draft.erase_orphan(draft.interview.orphans[0])
    assert not found(vault_folder, undone)


def sealed(caseload: Caseload, record_id: str) -> bytes:
    """Return a piece of the record's body, as it is sealed now."""
    row = caseload.vault._work.store.row("record", (record_id,), bulk=True)
    assert row is not None
    return bytes(row["body"])[100:140]


def found(folder: Path, piece: bytes) -> bool:
    """Tell whether some file has it."""
    return any(piece in path.read_bytes() for path in folder.rglob("*") if path.is_file())

"""A new version of the questionnaire comes to a device with drafts on it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.draft import Draft
from intake_app.errors import FormError, NotPermitted, StorageFull
from intake_app.interview import upgrade
from intake_app.interview.form import Form
from intake_app.vault import FileSecret, Vault
from tests.integration.conftest import PASSPHRASE
from tests.integration.versions import (
    FOR_WHOM,
    NAME,
    PERSONS,
    TITLE,
    YEARS,
    YEARS_NOW,
    begun,
    compiled,
    loaded,
)
from tests.invented import full_disk


def kinds(draft: Draft) -> dict[str, int]:
    """Return how many answers became what."""
    made = draft.upgraded
    assert made is not None
    return {kind: made.count(kind) for kind in ("converted", "renamed", "orphaned")}


def test_a_draft_moves_to_the_version_of_the_app_when_it_is_opened(
    caseload: Caseload, after: Caseload
) -> None:
    """It goes on as if it had begun so: what was told is with its question, or kept apart."""
    record = begun(caseload).record_id
    draft = after.open(record)
    assert kinds(draft) == {"converted": 1, "renamed": 1, "orphaned": 2}
    told = {path: draft.interview.node(path).value for path in (NAME, YEARS_NOW, PERSONS)}
    assert told == {NAME: "Voorbeeld Chirurg", YEARS_NOW: "17", PERSONS: "3"}
    assert {each.path: each.value for each in draft.interview.orphans} == {
        FOR_WHOM: "family",
        TITLE: "Zeldzaam Beroep",
    }
    draft.answer(YEARS_NOW, "18")
    assert after.open(record).interview.node(YEARS_NOW).value == "18"


def test_it_moves_once_and_the_log_says_so(caseload: Caseload, after: Caseload) -> None:
    """The next opening finds a draft of this version; no answer stands in the log."""
    record = begun(caseload).record_id
    after.open(record)
    entry = after.vault.audit_entries()[-1]
    assert (entry.what, entry.record, entry.fields) == ("record upgraded", record, ())
    head = after.vault.audit_head()
    again = after.open(record)
    assert again.upgraded is None
    assert len(again.interview.orphans) == 2
    assert after.vault.audit_head() == head
    (listed,) = after.vault.records()
    assert listed.form_version == "next"
    assert after.vault.verify().ok


def test_one_goes_on_where_it_was_left(caseload: Caseload, after: Caseload) -> None:
    """Also where that question has another name now."""
    draft = begun(caseload)
    draft.answer(YEARS, "17")
    assert after.open(draft.record_id).at == YEARS_NOW


def test_an_app_that_is_put_back_a_version_brings_it_all_back(
    caseload: Caseload, after: Caseload
) -> None:
    """The same rules; what a repeat held may not return, since its rows may have moved."""
    record = begun(caseload).record_id
    before = caseload.open(record).interview.export()["nodes"]
    after.open(record)
    back = caseload.open(record).interview
    nodes = back.export()["nodes"]
    assert nodes == {path: held for path, held in before.items() if path != TITLE}
    assert [orphan.path for orphan in back.orphans] == [TITLE]


def test_a_draft_that_the_disk_does_not_take_stays_as_it_was(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the next opening moves it."""
    record = begun(caseload).record_id
    with monkeypatch.context() as broken:
        broken.setattr(after.vault, "upgrade_record", full_disk)
        with pytest.raises(StorageFull):
            after.open(record)
    assert after.vault.open_record(record).form_version != "next"
    assert after.open(record).upgraded is not None


def test_who_has_no_key_of_the_health_answers_sees_the_draft_and_moves_nothing(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is health stays out of their sight, among the orphans too."""
    record = begun(caseload).record_id
    whole = after.vault.open_record(record)
    with monkeypatch.context() as locked:
        locked.setattr(after.vault, "open_record", lambda _: replace(whole, health=None))
        seen = after.open(record)
        assert [orphan.path for orphan in seen.interview.orphans] == [TITLE]
        assert seen.upgraded is None
        with pytest.raises(NotPermitted):
            seen.answer(NAME, "Test Bewoner")
    assert after.vault.open_record(record).revision == whole.revision
    assert len(after.open(record).interview.orphans) == 2


def test_another_questionnaire_opens_nothing(caseload: Caseload, after: Caseload) -> None:
    """It is told so, and the draft is left as it is."""
    record = begun(caseload).record_id
    other = loaded({**compiled(), "id": "other"}, "next")
    with pytest.raises(FormError, match="another questionnaire"):
        Caseload(after.vault, other, after.library, after.clock).open(record)
    assert caseload.open(record).interview.node(NAME).value == "Voorbeeld Chirurg"


def test_an_outlook_names_questions_and_changes_nothing(
    caseload: Caseload, after: Caseload
) -> None:
    """A section with health in it is named as a whole."""
    record = begun(caseload).record_id
    head = after.vault.audit_head()
    (draft,) = after.outlooks()
    assert (draft.record_id, draft.whole, draft.trouble) == (record, True, "")
    assert {(move.kind, move.before, move.after) for move in draft.moves if move.why} == {
        ("converted", "/data/household", "/data/household"),
        ("orphaned", "/data/household", ""),
        ("orphaned", TITLE, ""),
        ("renamed", YEARS, YEARS_NOW),
    }
    assert "Zeldzaam" not in repr(draft)
    assert after.vault.audit_head() == head
    assert caseload.outlooks() == ()
    (other,) = caseload.outlooks(after.form)
    assert other == draft


def test_an_outlook_says_which_drafts_cannot_be_moved(
    caseload: Caseload, after: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another questionnaire, or with health answers that are sealed away."""
    record = begun(caseload).record_id
    other = loaded({**compiled(), "id": "other"}, "next")
    (draft,) = after.outlooks(other)
    assert "another questionnaire" in draft.trouble
    whole = after.vault.open_record(record)
    monkeypatch.setattr(after.vault, "open_record", lambda _: replace(whole, health=None))
    (draft,) = after.outlooks()
    assert not draft.whole
    assert upgrade.GONE in {move.why for move in draft.moves}


@pytest.fixture(name="other_day")
def reopen(vault_folder: Path, clock: FixedClock) -> Callable[[Form, Caseload], Caseload]:
    """Return a function that unlocks the vault afresh with a version of the questionnaire."""

    def reopened(form: Form, cases: Caseload) -> Caseload:
        cases.vault.close()
        vault = Vault.open(vault_folder, device=FileSecret(vault_folder), clock=clock)
        return Caseload(
            vault.unlock(vault.users()[0].id, PASSPHRASE), form, cases.library, cases.clock
        )

    return reopened


def test_what_was_moved_is_there_after_a_restart(
    caseload: Caseload,
    after: Caseload,
    newer: Form,
    other_day: Callable[[Form, Caseload], Caseload],
) -> None:
    """The upgrade is on disk before the first question is shown."""
    record = after.open(begun(caseload).record_id).record_id
    again = other_day(newer, after)
    draft = again.open(record)
    assert (draft.upgraded, len(draft.interview.orphans)) == (None, 2)
    assert again.vault.verify().ok
    again.vault.close()

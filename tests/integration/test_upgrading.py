"""A new version of the questionnaire comes to a device with drafts on it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake_app import earlier, paths
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.demo import Life, play
from intake_app.draft import Draft
from intake_app.errors import FormError, InterviewError, NotPermitted, StorageFull
from intake_app.interview import upgrade
from intake_app.interview.form import Form, fingerprint
from intake_app.profile.summary import summary
from intake_app.vault import FileSecret, Vault
from tests.integration.conftest import PASSPHRASE

NAME = "/data/person/name_document"
ADAPTATION = "/data/household/housing_adaptation"
FOR_WHOM = "/data/household/adaptation_for"
PERSONS = "/data/household/reunification_persons"
YEARS, YEARS_NOW = "/data/work/total_years", "/data/work/years_worked"
TITLE = "/data/work/jobs[1]/title"
Source = dict[str, Any]


def compiled() -> Source:
    """Return the questionnaire of this checkout, as it is compiled."""
    source: Source = json.loads(paths.assets("questionnaire", "screening.json").read_bytes())
    return source


def node(source: Source, path: str) -> Source:
    """Return a node of a compiled questionnaire."""
    found: Source = source["root"]
    for name in path.split("/")[2:]:
        found = next(child for child in found["children"] if child["name"] == name)
    return found


def without(source: Source, path: str) -> None:
    """Take a question out."""
    around, _, name = path.rpartition("/")
    group = node(source, around)
    group["children"] = [child for child in group["children"] if child["name"] != name]


def loaded(source: Source, version: str) -> Form:
    """Load it as another version."""
    source = {**source, "version": version}
    return Form.load({**source, "hash": fingerprint(source)})


@pytest.fixture(name="newer", scope="module")
def make_newer() -> Form:
    """Return a version with two questions less, one renamed, and one of another type."""
    source = compiled()
    without(source, FOR_WHOM)
    without(source, "/data/work/jobs/title")
    node(source, YEARS).update(name="years_worked", intake={"item": "Q7.3", "was": "total_years"})
    node(source, PERSONS).update(kind="decimal", type="decimal")
    return loaded(source, "next")


@pytest.fixture(name="after")
def install(
    caseload: Caseload, newer: Form, questionnaire: Form, monkeypatch: pytest.MonkeyPatch
) -> Caseload:
    """Return the caseload of an app that has the newer version, and knows the one before."""
    known = {questionnaire.hash: questionnaire, newer.hash: newer}
    monkeypatch.setattr(earlier, "load", known.get)
    return Caseload(caseload.vault, newer, caseload.library, caseload.clock)


def begun(caseload: Caseload) -> Draft:
    """Hold half an invented interview, with what the newer version has no question for."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life.before("ambitions")):
        pass
    draft.answer(ADAPTATION, "wheelchair")
    draft.answer(FOR_WHOM, "family")
    draft.remove_repeat("/data/work/jobs[2]")
    draft.answer(TITLE, "Zeldzaam Beroep")
    draft.answer(YEARS, "17")
    draft.answer(PERSONS, "3")
    return draft


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
        broken.setattr(after.vault, "upgrade_record", _full)
        with pytest.raises(StorageFull):
            after.open(record)
    assert after.vault.open_record(record).form_version != "next"
    assert after.open(record).upgraded is not None


def _full(*_: object, **__: object) -> int:
    raise StorageFull


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


def finished(caseload: Caseload, after: Caseload) -> Draft:
    """Finish an interview that was begun with the version before."""
    draft = after.open(begun(caseload).record_id)
    life = Life.load("surgeon_from_syria")
    rest = life.actions[len(life.before("ambitions").actions) :]
    for _ in play(draft, Life(life.language, rest)):
        pass
    draft.finalise()
    return draft


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
        broken.setattr(after.vault, "save_record", _full)
        with pytest.raises(StorageFull):
            draft.erase_orphan(draft.interview.orphans[0])
    assert len(draft.interview.orphans) == 2


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
        broken.setattr(caseload.vault, "save_record", _full)
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

"""Where interview, vault and profile meet."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from intake_app import paths
from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.demo import Life, play
from intake_app.errors import IntakeError, InterviewError, NotPermitted, RecordMissing, StorageFull
from intake_app.interview.form import Form, fingerprint
from intake_app.profile import document
from intake_app.settings import ORGANISATION
from tests.integration.held import NAME, begin, finished
from tests.invented import full_disk

ADAPTATION = "/data/household/housing_adaptation"


def test_an_answer_is_on_disk_when_the_call_returns(caseload: Caseload) -> None:
    """What one draft was told, another reads."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    assert caseload.open(draft.record_id).interview.node(NAME).value == "Test Bewoner"


def test_a_draft_is_found_at_the_question_where_it_was_left(caseload: Caseload) -> None:
    """The last answered question is where one goes on."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    assert caseload.open(draft.record_id).at == NAME


def test_an_answer_that_the_disk_refused_is_no_answer(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interview stays as it is on disk, and the next answer is saved as if nothing was."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    with monkeypatch.context() as broken:
        broken.setattr(caseload.vault, "save_record", full_disk)
        with pytest.raises(StorageFull):
            draft.answer(NAME, "Test Iemand Anders")
    assert draft.interview.node(NAME).value == "Test Bewoner"
    draft.answer(NAME, "Test Weer")
    assert caseload.open(draft.record_id).interview.node(NAME).value == "Test Weer"


def test_health_is_parted_from_the_rest(caseload: Caseload) -> None:
    """The body holds no health and no safety answer; together they are the interview."""
    draft = begin(caseload)
    draft.answer(ADAPTATION, "wheelchair")
    draft.answer("/data/criteria/unsafe_place", "yes")
    record = caseload.vault.open_record(draft.record_id)
    assert record.health is not None
    assert {"/data/criteria/unsafe_place", ADAPTATION} <= set(record.health["nodes"])
    assert NAME not in record.health["nodes"]
    assert "wheelchair" not in json.dumps(record.body)
    assert caseload.open(draft.record_id).interview.node(ADAPTATION).value == "wheelchair"


def test_the_log_says_which_question_and_never_the_answer(caseload: Caseload) -> None:
    """Who did what, when, at which path."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    entry = caseload.vault.audit_entries()[-1]
    assert entry.fields == (NAME,)
    assert "Test Bewoner" not in str(entry)


def test_the_log_does_not_tell_which_health_question_was_asked(caseload: Caseload) -> None:
    """Being asked a follow-up tells the answer before it: such a section is named as a whole."""
    draft = begin(caseload)
    draft.answer("/data/criteria/treatment_bound", "yes")
    draft.answer("/data/criteria/treatment_area", "region")
    draft.answer("/data/criteria/has_job", "no")
    logged = {entry.fields for entry in caseload.vault.audit_entries()[-3:]}
    assert logged == {("/data/criteria",)}


def test_who_cannot_read_the_health_answers_of_a_draft_changes_nothing_in_it(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that could not be sealed is refused, never shown as saved and lost."""
    draft = begin(caseload)
    whole = caseload.vault.open_record(draft.record_id)
    monkeypatch.setattr(caseload.vault, "open_record", lambda _: replace(whole, health=None))
    opened = caseload.open(draft.record_id)
    for path, value in ((ADAPTATION, "wheelchair"), (NAME, "Test Bewoner")):
        with pytest.raises(NotPermitted):
            opened.answer(path, value)
        assert opened.interview.node(path).value == ""


def test_a_calculation_is_sealed_with_the_health_answers(caseload: Caseload) -> None:
    """It declares nothing of its own, and may tell as much as what it reads."""
    source = json.loads(paths.assets("questionnaire", "screening.json").read_bytes())
    household = next(each for each in source["root"]["children"] if each["name"] == "household")
    calculation = {"calculate": "string(/data/household/housing_adaptation)"}
    told = {"kind": "calculate", "type": "string", "name": "told", "bind": calculation}
    household["children"].append(told)
    form = Form.load({**source, "hash": fingerprint(source)})
    draft = begin(Caseload(caseload.vault, form, caseload.library, caseload.clock))
    draft.answer(ADAPTATION, "wheelchair")
    assert draft.interview.node("/data/household/told").value == "wheelchair"
    record = caseload.vault.open_record(draft.record_id)
    assert "wheelchair" not in json.dumps(record.body)


def test_the_list_shows_who_and_how_far(caseload: Caseload) -> None:
    """The summary of a record is enough for a line in the list."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    (person,) = caseload.people()
    assert (person.name, person.language, person.state) == ("Test Bewoner", "ar", "draft")
    assert 0 < person.answered < person.total


def test_a_line_of_the_list_shows_nobody_in_a_log(caseload: Caseload) -> None:
    """Its repr names a record, never a person."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    draft.answer("/data/person/v_number", "2801234567")
    (person,) = caseload.people()
    assert draft.record_id in repr(person)
    assert not [each for each in ("Test Bewoner", "2801234567") if each in repr(person)]


def test_an_open_interview_cannot_be_finished(caseload: Caseload) -> None:
    """It stays a draft, nothing is queued, and the sentence counts what is open."""
    draft = begin(caseload)
    with pytest.raises(InterviewError, match="questions are still open"):
        draft.finalise()
    assert (draft.state, caseload.outbox()) == ("draft", ())


def test_finishing_queues_a_package_for_each_recipient(caseload: Caseload) -> None:
    """The organisation's is ready, the municipality's waits for the placement."""
    finished(caseload)
    assert [(row.recipient, row.state) for row in sorted(caseload.outbox(), key=_recipient)] == [
        ("municipality", "waiting_placement"),
        ("organisation", "ready"),
    ]


def _recipient(row: object) -> str:
    return str(getattr(row, "recipient", ""))


def test_a_package_explains_itself(caseload: Caseload) -> None:
    """Its properties tell a case worker what they need, its identifier nobody's number."""
    finished(caseload)
    row = next(row for row in caseload.outbox() if row.recipient == ORGANISATION)
    package = caseload.package(row.id)
    assert dict(package.properties) == {
        "gespreksdatum": "2026-11-23",
        "opvanglocatie": "Voorbeeldstad",
        "bevestiging": "ja",
        "gezinsgrootte": "4",
    }
    assert package.v_number not in package.identifier
    assert package.title == "Profiel voor de koppeling"
    assert json.loads(package.profile)["recipient"] == ORGANISATION


def test_the_date_of_the_conversation_is_the_day_it_began(
    caseload: Caseload, clock: FixedClock
) -> None:
    """An interview that is finished on another day was still held on the first."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    clock.move(days=2)
    draft.finalise()
    properties = dict(caseload.package(caseload.outbox()[0].id).case_properties)
    assert (properties["gespreksdatum"], properties["opgemaakt"]) == ("2026-11-23", "2026-11-25")


def test_half_a_letter_does_not_keep_an_interview_from_being_finished(caseload: Caseload) -> None:
    """What somebody pasted is kept in the record, and shown as a question mark in the profile."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    draft.answer(NAME, "Test \ud83d Bewoner")
    draft.finalise()
    assert b"Test ? Bewoner" in caseload.package(caseload.outbox()[0].id).profile


def test_when_rendering_fails_the_draft_is_as_it_was(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it or nothing: no half-finished interview, no single package."""

    def breaks(*_: object, **__: object) -> bytes:
        raise IntakeError

    monkeypatch.setattr(document, "render", breaks)
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    with pytest.raises(IntakeError):
        draft.finalise()
    assert (caseload.people()[0].state, caseload.outbox()) == ("draft", ())


@pytest.mark.parametrize("fails", [False, True])
def test_the_moment_of_the_end_is_noted_once_it_is_the_end(
    caseload: Caseload,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,  # noqa: FBT001 - a table's column
) -> None:
    """An `end` in the questionnaire stays blank when finishing fails."""
    source = json.loads(paths.assets("questionnaire", "screening.json").read_bytes())
    end = {"kind": "calculate", "type": "dateTime", "name": "end", "preload": "end"}
    source["root"]["children"].append(end)
    form = Form.load({**source, "hash": fingerprint(source)})
    life = Life.load("surgeon_from_syria")
    draft = Caseload(caseload.vault, form, caseload.library, caseload.clock).start(life.language)
    for _ in play(draft, life):
        pass
    with monkeypatch.context() as broken:
        if fails:
            broken.setattr(document, "render", full_disk)
            with pytest.raises(StorageFull):
                draft.finalise()
        else:
            draft.finalise()
    noted = draft.interview.node("/data/end").value
    assert noted == ("" if fails else "2026-11-23T09:00:00.000Z")
    assert draft.interview.node(NAME).value == "Voorbeeld Chirurg"


def test_a_finished_interview_takes_no_answers(caseload: Caseload) -> None:
    """Nothing changes after the resident confirmed it."""
    draft = finished(caseload)
    with pytest.raises(InterviewError):
        draft.answer(NAME, "Test Iemand Anders")
    with pytest.raises(InterviewError):
        caseload.open(draft.record_id).clear(NAME)


def test_saving_settings_keeps_what_a_newer_version_had_set(caseload: Caseload) -> None:
    """An app that was put back a version does not forget for the one that comes again."""
    caseload.vault.save_settings({**caseload.vault.settings(), "shines": True})
    caseload.save_settings(caseload.settings)
    assert caseload.vault.settings()["shines"] is True


def test_a_no_leaves_only_the_explanation(caseload: Caseload) -> None:
    """Somebody who does not want the interview is not kept in the record."""
    draft = begin(caseload)
    draft.answer(NAME, "Test Bewoner")
    draft.answer("/data/explanation/ready", "no")
    draft.stop()
    (person,) = caseload.people()
    assert (person.state, person.name) == ("stopped", "")
    body = json.dumps(caseload.vault.open_record(draft.record_id).body)
    assert "Test Bewoner" not in body
    assert "/data/explanation/ready" in body


def test_a_no_does_not_leave_how_many_children_or_jobs_somebody_has(caseload: Caseload) -> None:
    """Rows that were counted or added before the no are gone, and the record still opens."""
    draft = begin(caseload)
    draft.answer("/data/household/living_with", "single_parent")
    draft.answer("/data/household/children_count", "3")
    draft.answer("/data/work/has_worked", "yes")
    draft.add_repeat("/data/work/jobs")
    draft.answer("/data/explanation/ready", "no")
    draft.stop()
    kept = caseload.vault.open_record(draft.record_id).body["interview"]
    assert (kept["repeats"], kept.get("hidden", {})) == ({}, {})
    assert caseload.open(draft.record_id).interview.node("/data/explanation/ready").value == "no"


def test_only_a_no_stops_an_interview(caseload: Caseload) -> None:
    """Later is not no: such a draft waits."""
    draft = begin(caseload)
    with pytest.raises(InterviewError):
        draft.stop()


@pytest.mark.parametrize(("days", "overdue"), [(13, False), (15, True)])
def test_a_draft_that_waits_too_long_is_shown(
    caseload: Caseload,
    clock: FixedClock,
    days: int,
    overdue: bool,  # noqa: FBT001 - a table's column
) -> None:
    """After its term a person decides; nothing is erased by the clock."""
    begin(caseload)
    clock.move(days=days)
    (person,) = caseload.people()
    assert person.overdue is overdue


def test_erasing_is_for_good(caseload: Caseload) -> None:
    """The record and its packages are gone."""
    draft = finished(caseload)
    caseload.erase(draft.record_id)
    assert (caseload.people(), caseload.outbox()) == ((), ())
    with pytest.raises(RecordMissing):
        caseload.open(draft.record_id)


def test_no_answer_is_readable_on_disk(caseload: Caseload, vault_folder: Path) -> None:
    """Names, codes and packages are in no file of the vault."""
    finished(caseload)
    for path in vault_folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for marker in (b"Voorbeeld Chirurg", b"wheelchair", b"GM0344", b"%PDF", b"v_number"):
            assert marker not in content

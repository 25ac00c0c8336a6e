"""Who asked for a call is called, also when the questionnaire has changed since."""

import pytest

from intake_app import earlier
from intake_app.caseload import Caseload
from intake_app.demo import Life, play
from intake_app.draft import UNSAFE_PLACE, Draft
from intake_app.interview.form import Form
from tests.integration.versions import compiled, loaded, node, without

RENAMED = "/data/criteria/not_safe"


def finished(caseload: Caseload) -> Draft:
    """Hold an interview with somebody who says that there is such a place."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    draft.answer(UNSAFE_PLACE, "yes")
    draft.finalise()
    return draft


@pytest.fixture(name="renamed")
def make_renamed() -> Form:
    """Return a version that calls the question otherwise."""
    source = compiled()
    node(source, UNSAFE_PLACE).update(name="not_safe")
    node(source, RENAMED)["intake"]["was"] = "unsafe_place"
    return loaded(source, "next")


def test_a_finished_record_is_read_by_the_name_that_the_question_has_now(
    caseload: Caseload, renamed: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record itself stays of its own version."""
    draft = finished(caseload)
    monkeypatch.setattr(earlier, "load", {caseload.form.hash: caseload.form}.get)
    monkeypatch.setattr("intake_app.caseload.UNSAFE_PLACE", RENAMED)
    later = Caseload(caseload.vault, renamed, caseload.library, caseload.clock)
    head = caseload.vault.audit_head()
    assert later.asks_for_a_call(draft.record_id)
    assert caseload.vault.audit_head() == head


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_word_that_has_no_place_in_this_version_counts(
    caseload: Caseload, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """It is kept apart, and somebody is to be called."""
    draft = caseload.start("ar")
    draft.answer("/data/explanation/ready", "yes")
    draft.answer(UNSAFE_PLACE, answer)
    source = compiled()
    without(source, UNSAFE_PLACE)
    form = loaded(source, "next")
    monkeypatch.setattr(earlier, "load", {caseload.form.hash: caseload.form}.get)
    later = Caseload(caseload.vault, form, caseload.library, caseload.clock)
    assert [each.path for each in later.open(draft.record_id).interview.orphans] == [UNSAFE_PLACE]
    assert later.asks_for_a_call(draft.record_id) is (answer == "yes")


def test_a_record_of_another_questionnaire_is_read_as_it_is(caseload: Caseload) -> None:
    """Nothing of it is lost from sight."""
    draft = finished(caseload)
    other = loaded({**compiled(), "id": "other"}, "next")
    later = Caseload(caseload.vault, other, caseload.library, caseload.clock)
    assert later.asks_for_a_call(draft.record_id)

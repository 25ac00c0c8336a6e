"""What a person sees of terms: the list of people and what is over its term agree."""

import pytest

from intake_app.caseload import Caseload
from intake_app.clock import FixedClock
from intake_app.errors import ConfigurationError
from intake_app.settings import Retention, Settings


def test_a_draft_that_was_left_is_over_its_term_in_both(
    caseload: Caseload, clock: FixedClock
) -> None:
    """Since the day that the list shows; nothing is erased for it."""
    draft = caseload.start("ti")
    clock.move(days=15)
    (person,) = caseload.people()
    (due,) = caseload.over_term()
    assert person.overdue
    assert (due.what, due.id, due.since.date()) == ("draft", draft.record_id, person.due)
    assert due.decides == "date"


def test_within_its_term_it_is_in_neither(caseload: Caseload, clock: FixedClock) -> None:
    """To the last day."""
    caseload.start("ti")
    clock.move(days=13)
    assert caseload.over_term() == ()
    assert [person.overdue for person in caseload.people()] == [False]


def test_a_person_may_erase_what_is_over_its_term(caseload: Caseload, clock: FixedClock) -> None:
    """On their word; the certificate stays."""
    draft = caseload.start("ti")
    clock.move(days=15)
    certificate = caseload.erase(draft.record_id)
    assert certificate["reason"] == "asked"
    assert caseload.over_term() == ()
    assert caseload.people() == ()


def test_the_administrators_terms_count(caseload: Caseload, clock: FixedClock) -> None:
    """Within their bounds; outside them nothing is kept of what was set."""
    caseload.save_settings(Settings(retention=Retention(draft_days=20)))
    caseload.start("ti")
    clock.move(days=15)
    assert caseload.over_term() == ()
    with pytest.raises(ConfigurationError, match="draft_days is 2 to 28 days"):
        caseload.save_settings(Settings(retention=Retention(draft_days=200)))
    assert caseload.settings.retention.draft_days == 20

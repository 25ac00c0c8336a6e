"""At the end of a run: a date that a case system confirmed erases what is over its term."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from intake_app.clock import FixedClock
from intake_app.settings import Retention
from intake_app.vault import Due
from intake_app.vault.terms import Decides
from sync.directory import Directory
from sync.outbox import _Run
from tests.unit.sync.test_outbox import FakeVault

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault
    from sync.delivery import CaseSystem

NOW = FixedClock().now()
ENDPOINT = {
    "zaken": "https://zaken.example.nl/zaken/api/v1",
    "documenten": "https://zaken.example.nl/documenten/api/v1",
    "catalogi": "https://zaken.example.nl/catalogi/api/v1",
    "rsin": "517439943",
    "client_id": "intake",
    "secret": "a secret of more than thirty-two characters",
    "zaaktype": "screening",
}


class Told:
    """A case system that told a date, or tells one when it is asked."""

    def __init__(self, confirmed: datetime | None, when_asked: datetime | None = None) -> None:
        """Take both."""
        self.client = self
        self.confirmed = confirmed
        self._when_asked = when_asked
        self.asked = 0

    def ask_the_date(self) -> None:
        """Tell it."""
        self.asked += 1
        self.confirmed = self._when_asked


@pytest.fixture
def run() -> Iterator[_Run]:
    """Return a walk through the outbox that connected to nobody."""
    with ExitStack() as stack:
        vault = cast("UnlockedVault", FakeVault())
        directory = Directory({"organisation": ENDPOINT})
        yield _Run(vault, directory, FixedClock(), lambda _: None, lambda _: None, stack)


def systems(run: _Run, **told: Told) -> None:
    """Have the walk connected to these."""
    run.systems = {name: cast("CaseSystem", each) for name, each in told.items()}


def late(decides: Decides) -> Due:
    """Return a draft that is over its term."""
    return Due("draft", "r1", 1, NOW, decides)


def vault(run: _Run) -> FakeVault:
    """Return the vault of a walk as what it is."""
    return cast("FakeVault", run.vault)


def test_the_earliest_date_that_was_confirmed_sweeps(run: _Run) -> None:
    """Of case systems that disagree, the one that erases least; with the terms as they are."""
    vault(run).kept = {"retention": {"draft_days": 7}}
    later = NOW + timedelta(days=9)
    systems(run, GM0193=Told(later), GM0363=Told(None), GM0599=Told(NOW))
    assert run.sweep() == 3
    assert vault(run).swept == [(Retention(draft_days=7), NOW)]


def test_terms_that_cannot_be_read_erase_nothing(run: _Run) -> None:
    """Better too long than too short."""
    vault(run).kept = {"retention": "a year"}
    systems(run, GM0193=Told(NOW))
    assert run.sweep() == 0
    assert vault(run).swept == []


def test_the_organisation_is_asked_for_the_date_when_something_is_late(run: _Run) -> None:
    """Nothing was delivered today, so nobody told it yet."""
    organisation = Told(None, when_asked=NOW)
    systems(run, organisation=organisation)
    vault(run).late = [late("date")]
    assert run.sweep() == 3
    assert organisation.asked == 1
    assert [when for _, when in vault(run).swept] == [NOW]


@pytest.mark.parametrize("due", [[], [late("person")]])
def test_nobody_is_asked_when_a_date_would_erase_nothing(run: _Run, due: list[Due]) -> None:
    """A run with nothing to do opens no connection."""
    organisation = Told(None, when_asked=NOW)
    systems(run, organisation=organisation)
    vault(run).late = due
    assert run.sweep() == 0
    assert organisation.asked == 0


def test_a_case_system_without_tls_is_not_asked(run: _Run) -> None:
    """What it told would not count."""
    plain = {
        name: value.replace("https://zaken.example.nl", "http://127.0.0.1:9")
        for name, value in ENDPOINT.items()
    }
    run.directory = Directory({"organisation": plain})
    organisation = Told(None, when_asked=NOW)
    systems(run, organisation=organisation)
    vault(run).late = [late("date")]
    assert run.sweep() == 0
    assert organisation.asked == 0


def test_without_a_case_system_nothing_is_erased(run: _Run) -> None:
    """None was set, or its settings hold a mistake."""
    vault(run).late = [late("date")]
    for endpoints in ({}, {"organisation": {**ENDPOINT, "rsin": "123456789"}}):
        run.directory = Directory(endpoints)
        assert run.sweep() == 0

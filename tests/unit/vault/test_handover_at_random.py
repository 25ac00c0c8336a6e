"""Hand-overs in any order, with files lost and read again, and broken off at every write."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.errors import HandoverRefused, StorageFull, StorageRefused
from intake_app.vault import FileSecret, UnlockedVault, Vault
from tests.unit.vault.conftest import PASSPHRASE
from tests.unit.vault.crew import FIRST, Crew
from tests.unit.vault.handed import PACKAGES, begin, full_at, state_of, waiting

#: What a disk says that is full; also of traces of what it erased, which go at the next write.
DISK = (StorageFull, StorageRefused)

side = st.sampled_from((0, 1))
#: Which of the files that were written so far is read; it may be any, for anything.
which = st.integers(0, 11)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), side, which),
        st.tuples(st.just("take"), side, which),
        st.tuples(st.just("take"), side, which),
        st.tuples(st.just("decline"), side, which),
        st.tuples(st.just("settle"), side, which),
        st.tuples(st.just("settle"), side, which),
        st.tuples(st.just("whole"), side, which),
        st.tuples(st.just("save"), side, which),
        st.tuples(st.just("clock"), side, st.sampled_from((-9, 9, 27))),
        st.tuples(st.just("full"), side, st.integers(1, 30)),
    ),
    max_size=30,
)


@contextmanager
def both(made: Path, crew: Crew) -> Iterator[tuple[list[UnlockedVault], list[FixedClock]]]:
    """Open a copy of each of the two vaults, each with its own clock."""
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as closing:
        clocks, vaults = [FixedClock(), FixedClock()], []
        for number, source in enumerate((crew.folder, made)):
            folder = Path(shutil.copytree(source, Path(temporary) / str(number)))
            opened = Vault.open(folder, device=FileSecret(folder), clock=clocks[number])
            closing.callback(opened.close)
            (first,) = (user.id for user in opened.users() if user.name == FIRST)
            vaults.append(opened.unlock(first, PASSPHRASE))
        yield vaults, clocks


class Exchange:
    """One record between two devices, and every file about it that was written."""

    def __init__(self, vaults: list[UnlockedVault], state: str) -> None:
        """Make the record on the first."""
        self.vaults = vaults
        self.record = begin(vaults[0], state)
        self.state = state
        self.told = 0
        self.offers: list[tuple[int, bytes]] = []
        self.answers: list[tuple[int, bytes]] = []

    def live(self) -> list[int]:
        """Return on which devices the record can be worked on."""
        states = [state_of(vault, self.record) for vault in self.vaults]
        return [number for number, state in enumerate(states) if state not in {"", "handed"}]

    def copies(self) -> int:
        """Return on how many devices it is at all."""
        return sum(bool(state_of(vault, self.record)) for vault in self.vaults)

    def digits(self, number: int) -> str:
        """Return what is read out by whoever has a device."""
        return self.vaults[number].handover.address().fingerprint

    def offer(self, by: int) -> None:
        """Offer the record to the other device."""
        to = self.vaults[1 - by].handover
        letter = self.vaults[by].handover.offer(
            self.record, to.address_letter(), to.address().fingerprint
        )
        self.offers.append((by, letter))

    def take(self, by: int, which: int) -> None:
        """Take one of the offers, or try to."""
        sender, letter = self.offers[which % len(self.offers)]
        taken = self.vaults[by].handover.take(letter, self.digits(sender))
        self.answers.append((by, taken.answer))

    def decline(self, by: int, which: int) -> None:
        """Decline one of the offers, or try to."""
        _, letter = self.offers[which % len(self.offers)]
        self.answers.append((by, self.vaults[by].handover.decline(letter)))

    def settle(self, by: int, which: int) -> None:
        """Read one of the answers, or try to."""
        _, letter = self.answers[which % len(self.answers)]
        self.vaults[by].handover.settle(letter)

    def save(self, by: int) -> None:
        """Work on the record."""
        vault = self.vaults[by]
        record = vault.open_record(self.record)
        content: dict[str, Any] = {"summary": {}, "body": {"told": self.told + 1}, "health": {}}
        vault.save_record(self.record, revision=record.revision, **content)
        self.told += 1

    def act(self, what: str, by: int, which: int) -> None:
        """Do one thing where there is something to do it with."""
        if what == "offer" and state_of(self.vaults[by], self.record):
            self.offer(by)
        elif what in {"take", "decline"} and self.offers:
            (self.take if what == "take" else self.decline)(by, which)
        elif what == "settle" and self.answers:
            self.settle(by, which)
        elif what == "whole" and by in self.live():
            self.offer(by)
            self.take(1 - by, len(self.offers) - 1)
            self.settle(by, len(self.answers) - 1)
        elif what == "save" and by in self.live():
            self.save(by)

    def check(self) -> None:
        """Hold that there is one record, and one of each package."""
        assert len(self.live()) <= 1
        assert self.copies() >= 1
        for number in self.live():
            vault = self.vaults[number]
            record = vault.open_record(self.record)
            assert record.state == self.state
            assert not self.told or record.body == {"told": self.told}
        queued = [each for vault in self.vaults for each in waiting(vault) if each[1] != b"profile"]
        goes = bool(self.live()) and self.state == "finalised"
        assert queued == (sorted(PACKAGES, key=lambda each: each[0]) if goes else [])

    def finish(self) -> None:
        """Answer whatever is open, from the files that there are, and bring each answer back."""
        for by in (0, 1):
            if state_of(self.vaults[by], self.record) == "handed":
                self.offer(by)
        for sender, letter in self.offers:
            to = self.vaults[1 - sender].handover
            try:
                self.answers.append((1 - sender, to.decline(letter)))
            except HandoverRefused:
                self.answers.append((1 - sender, to.answer(letter)))
        for answered, letter in self.answers:
            with suppress(HandoverRefused):  # it was read before
                self.vaults[1 - answered].handover.settle(letter)
        assert len(self.live()) == self.copies() == 1
        self.check()
        assert all(vault.verify().ok for vault in self.vaults)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(("draft", "finalised")), steps)
def test_there_is_always_one_record_and_never_two(
    made_folder: Path, made_crew: Crew, state: str, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever file is read where and when; and when all is answered it lives on one device.

    With clocks that go their own ways, with disks that are full at any write, and with each file
    read again, by the wrong device, or never.
    """
    with both(made_folder, made_crew) as (vaults, clocks):
        exchange, full = Exchange(vaults, state), 0
        for what, by, number in steps:
            if what == "clock":
                clocks[by].move(days=number)
                continue
            if what == "full":
                full = number
                continue
            with suppress(HandoverRefused, *DISK), full_at(full):
                exchange.act(what, by, number)
            full = 0
            exchange.check()
        exchange.finish()


Step = Callable[[Exchange], None]
#: Each step, and what comes before it.
STEPS: dict[str, tuple[tuple[Step, ...], Step]] = {
    "offer": ((), lambda it: it.offer(0)),
    "take": ((lambda it: it.offer(0),), lambda it: it.take(1, 0)),
    "decline": ((lambda it: it.offer(0),), lambda it: it.decline(1, 0)),
    "settle what was taken": (
        (lambda it: it.offer(0), lambda it: it.take(1, 0)),
        lambda it: it.settle(0, 0),
    ),
    "settle what was declined": (
        (lambda it: it.offer(0), lambda it: it.decline(1, 0)),
        lambda it: it.settle(0, 0),
    ),
}


@pytest.mark.parametrize("late", [False, True], ids=["before a write", "after a write"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_whole_or_not_at_all(
    made_folder: Path, made_crew: Crew, step: str, *, late: bool
) -> None:
    """Broken off at each statement to the file; then it can be done again, or was done."""
    before, act = STEPS[step]
    with both(made_folder, made_crew) as (vaults, _):
        exchange = Exchange(vaults, "finalised")
        for each in before:
            each(exchange)
        was, number, broken = _all_of(exchange), 0, True
        while broken and _all_of(exchange) == was:
            number += 1
            try:
                with full_at(number, late=late):
                    act(exchange)
                broken = False
            except DISK:
                exchange.check()
        assert number > 3, "the step was broken off at several writes"
        assert _all_of(exchange) != was
        exchange.finish()


def _all_of(exchange: Exchange) -> list[object]:
    """Return all that a step could change."""
    return [
        (
            state_of(vault, exchange.record),
            waiting(vault),
            [each.id for each in vault._outgoing.receipts("handover")],
            [each.id for each in vault.certificates()],
        )
        for vault in exchange.vaults
    ]

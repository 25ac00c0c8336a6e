"""Killed at any moment while answering: every answer that was acknowledged is found again.

A process answers the real questionnaire through the caseload, as the screens do, and says after
each call that it returned. It is killed with SIGKILL at a chance moment: while it starts, unlocks,
answers, finalises or erases. The next one goes on in the same vault.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO, Any

from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import SystemClock
from intake_app.demo import Life
from intake_app.draft import DRAFT, LANGUAGE, Draft
from intake_app.errors import IntakeError
from intake_app.interview.form import Form
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, Vault
from tests.proofs.proof import Outcome, Proof, Tally, Task
from tests.proofs.specimen import PASSPHRASE, stretched_once

LIVES = ("surgeon_from_syria", "shepherd_from_eritrea", "welder_from_ukraine_with_a_contract")
#: Seconds: a process is killed within so much of its first acknowledged answer.
LONGEST = 2.0
#: So many of a hundred are killed before that, while they start, which takes about a second.
EARLY = 10
STARTING = 1.2
#: So many interviews are answered before all of them are finalised, and then erased.
DRAFTS = 4


@dataclass(slots=True)
class Told:
    """What the processes said was done, by record."""

    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    left_at: dict[str, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    lines: int = 0

    def hear(self, said: Mapping[str, Any]) -> None:
        """Take in one line."""
        self.lines += 1
        record = said["record"]
        if said["done"] == "erased":
            self.erased.add(record)
            for each in (self.answers, self.revisions, self.states, self.left_at):
                each.pop(record, None)
            return
        self.revisions[record] = said["revision"]
        self.states[record] = said["state"]
        answers = self.answers.setdefault(record, {})
        self.left_at[record] = said.get("path", "")
        if said["done"] == "answered":
            answers[said["path"]] = said["value"]


@dataclass(frozen=True, slots=True)
class Known:
    """The questionnaire and the code lists, loaded once."""

    form: Form = field(default_factory=load_questionnaire)
    library: Library = field(default_factory=Library.load)


@contextmanager
def caseload_of(folder: Path, known: Known) -> Iterator[Caseload]:
    """Open the caseload of a vault, as the program does."""
    vault = Vault.open(folder, device=FileSecret(folder), clock=SystemClock())
    try:
        unlocked = vault.unlock(vault.users()[0].id, PASSPHRASE)
        yield Caseload(unlocked, known.form, known.library, SystemClock())
    finally:
        vault.close()


def answer(folder: Path, said: IO[str]) -> None:
    """Answer, finalise and erase for ever; write a line after each call that returned."""

    def say(done: str, draft: Draft, **more: str) -> None:
        line = {"done": done, "record": draft.record_id, "state": draft.state, **more}
        said.write(json.dumps({**line, "revision": draft._revision}) + "\n")
        said.flush()

    with caseload_of(folder, Known()) as caseload:
        while True:
            drafts = [each.record_id for each in caseload.people() if each.state == DRAFT]
            for record_id in drafts:
                draft = caseload.open(record_id)
                for action in left_of(life_of(draft), draft):
                    if "set" in action:
                        path, value = action["set"], action["value"]
                        draft.answer(path, value, beside=draft.beside(path, value))
                        say("answered", draft, path=path, value=value)
                    else:
                        draft.add_repeat(action["add_repeat"])
                        say("grown", draft, path=action["add_repeat"])
            if len(drafts) < DRAFTS:
                life = Life.load(LIVES[len(caseload.people()) % len(LIVES)])
                say("begun", caseload.start(life.language))
                continue
            for record_id in drafts:
                draft = caseload.open(record_id)
                draft.finalise()
                say("finalised", draft)
            for person in caseload.people():
                caseload.erase(person.record_id)
                said.write(json.dumps({"done": "erased", "record": person.record_id}) + "\n")
                said.flush()


def life_of(draft: Draft) -> Life:
    """Return the life that a draft was begun for: each has a language of its own."""
    spoken = draft.interview.node(LANGUAGE).value
    return next(life for life in map(Life.load, LIVES) if life.language == spoken)


def left_of(life: Life, draft: Draft) -> Iterator[Mapping[str, Any]]:
    """Yield the actions of a life that its draft does not hold yet."""
    after: Iterable[Mapping[str, Any]] = (*life.actions[1:], {})
    for action, following in zip(life.actions, after, strict=True):
        if "add_repeat" in action:
            repeat = action["add_repeat"]
            row = following["set"].removeprefix(f"{repeat}[").partition("]")[0]
            if draft.interview.count(repeat) < int(row):
                yield action
        elif "set" in action and draft.interview.node(action["set"]).value != action["value"]:
            yield action


def run(task: Task) -> Outcome:
    """Kill so many processes."""
    return task.spread(_part)


def _part(task: Task) -> Outcome:
    tally, chance, told, known = Tally(task), task.chance, Told(), Known()
    folder = task.folder / "vault"
    with stretched_once():
        Vault.create(
            folder,
            device=FileSecret(folder),
            user_name="Test Screener",
            passphrase=PASSPHRASE,
            settings=Settings(organisation="Voorbeeld Opvang", location="Voorbeeldstad").to_json(),
            clock=SystemClock(),
        ).close()
        for number in range(task.size):
            before = told.lines
            if _answer_until_killed(folder, told, chance) != -signal.SIGKILL:
                tally.failed("the process ended by itself")
            tally.tried("killed while starting" if told.lines == before else "killed at work")
            for wrong in _wrong(folder, told, known):
                tally.failed(f"{wrong}; kill {number}")
    tally.count("acknowledged calls", told.lines)
    return tally.outcome()


def _answer_until_killed(folder: Path, told: Told, chance: Random) -> int:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.kills", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        if chance.randrange(100) < EARLY:
            time.sleep(chance.random() * STARTING)
        else:
            _hear(told, process.stdout.readline())
            time.sleep(chance.random() ** 2 * LONGEST)  # more often sooner
        process.send_signal(signal.SIGKILL)
        for line in process.stdout.read().splitlines(keepends=True):
            _hear(told, line)
    return process.returncode


def _hear(told: Told, line: str) -> None:
    if line.endswith("\n"):  # else it was cut short by the kill
        told.hear(json.loads(line))


def _wrong(folder: Path, told: Told, known: Known) -> Iterator[str]:
    """Yield everything that was acknowledged and is not so."""
    try:
        with caseload_of(folder, known) as caseload:
            there = {each.record_id for each in caseload.people()}
            if there & told.erased:
                yield "an erased record is back"
            for record_id, answers in told.answers.items():
                if record_id not in there:
                    # Only the record whose erasing had begun may be gone, unacknowledged.
                    if told.states[record_id] == DRAFT:
                        yield "a draft is gone"
                    continue
                yield from _wrong_record(caseload, record_id, answers, told)
            for gone in set(told.answers) - there:
                told.hear({"done": "erased", "record": gone})
            if not caseload.vault.verify().ok:
                yield "verify finds damage"
    except IntakeError as error:
        yield f"it does not open: {type(error).__name__}"


def _wrong_record(
    caseload: Caseload, record_id: str, answers: Mapping[str, str], told: Told
) -> Iterator[str]:
    draft = caseload.open(record_id)
    ahead = draft._revision - told.revisions[record_id]
    if ahead not in {0, 1}:
        yield f"a record is {ahead} revisions ahead of what was acknowledged"
    if draft.state != told.states[record_id] and not ahead:
        yield "a record's state is lost"
    if not ahead and draft.at != told.left_at[record_id]:
        yield "a draft is not at the question where it was left"
    differ = [path for path, value in answers.items() if draft.interview.node(path).value != value]
    if len(differ) > ahead:  # the answer whose call had not returned may be there already
        yield f"{len(differ)} acknowledged answers are lost"


PROOF = Proof(
    name="kills",
    tries="kill -9 at a chance moment, of a process that answers through the caseload",
    target="0 acknowledged answers lost, each draft where it was left, 0 integrity failures",
    full=1_000,
    small=6,
    run=run,
    takes="some 12 minutes",
)

if __name__ == "__main__":
    answer(Path(sys.argv[1]), sys.stdout)

"""`intake-app selftest`: whether this installation works, here, on this device.

Everything happens in a temporary folder and without a window. What the core does not know, the
network and the screens, the command line hands in.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from intake_app import demo, paths
from intake_app.caseload import Caseload, load_questionnaire
from intake_app.clock import Clock, SystemClock
from intake_app.errors import IntakeError
from intake_app.reference import Library
from intake_app.settings import ORGANISATION, Settings
from intake_app.vault import DeviceSecret, FileSecret, UnlockedVault, Vault
from intake_app.vault.known_answers import wrong_answers
from intake_app.words import Words

_PASSPHRASE = "plainly a test, not a secret"  # noqa: S105 - of a vault that lives for seconds
#: After so many answers the interviewing process is killed; each was told to be on disk.
_ANSWERS_BEFORE_THE_KILL = 25
_LIFE = "surgeon_from_syria"


@dataclass(frozen=True, slots=True)
class Ports:
    """What the command line hands in: a case system, the delivery, and the app's own port.

    `open_port` opens and closes the port of an app on a vault's folder; it returns its address.
    """

    sandbox: Callable[[], AbstractContextManager["Receiver"]]
    deliver: Callable[[UnlockedVault], object]
    open_port: Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A sandbox that runs: how to reach it, and how to count the cases that arrived."""

    placement: Mapping[str, str]
    municipal: Mapping[str, str]
    cases: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was checked, whether it held, how long it took, and why not."""

    name: str
    passed: bool
    seconds: float
    why: str = ""


class _Failed(Exception):
    """A check did not hold."""


def _must(holds: bool, why: str) -> None:  # noqa: FBT001 - the claim itself
    if not holds:
        raise _Failed(why)


class SelfTest:
    """The checks in order; each stands on what the ones before it left in the folder."""

    def __init__(self, folder: Path, ports: Ports, clock: Clock) -> None:
        """Take an empty folder, the ports and a clock."""
        self._vault = folder / "vault"
        self._device = FileSecret(folder / "device")
        self._clock = clock
        self._ports = ports
        self._folder = folder

    def run(self) -> Iterator[Check]:
        """Give one check after another, stopping at the first that fails."""
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("ciphers give the known answers", self._ciphers),
            ("assets, fonts and catalogues are there", self._assets),
            ("the questionnaire and the code lists load", self._form),
            ("the screens load and the app's own port opens", self._screens),
            ("an interview survives a kill", self._interview),
            ("it is finished, rendered and queued", self._finish),
            ("it is delivered, read back and erased", self._deliver),
            ("the vault is whole", self._verify),
        )
        for name, step in steps:
            started = time.perf_counter()
            try:
                step()
            except Exception as error:  # noqa: BLE001 - whatever it is, this check did not hold
                ours = isinstance(error, _Failed | IntakeError)
                why = str(error) if ours else type(error).__name__
                yield Check(name, passed=False, seconds=time.perf_counter() - started, why=why)
                return
            yield Check(name, passed=True, seconds=time.perf_counter() - started)

    def _ciphers(self) -> None:
        wrong = wrong_answers()
        _must(not wrong, ", ".join(wrong))

    def _assets(self) -> None:
        for font in ("NotoSans", "NotoSansArabic", "NotoSansEthiopic"):
            _must(paths.assets("fonts", f"{font}-Regular.ttf").is_file(), f"{font} is missing")
        _must(Words.load("nl")("Next") != "Next", "the Dutch catalogue is missing")

    def _form(self) -> None:
        self._questionnaire = load_questionnaire()
        self._library = Library.load()
        for name in self._library.ids():
            _must(len(self._library[name]) > 0, f"the list {name} is empty")

    def _screens(self) -> None:
        address = self._ports.open_port(self._vault)
        _must(".localhost:" in address, "the app has no address of its own")

    def _interview(self) -> None:
        Vault.create(
            self._vault,
            device=self._device,
            user_name="Zelftest",
            passphrase=_PASSPHRASE,
            settings=Settings(organisation="Zelftest", location="Zelftest").to_json(),
            clock=self._clock,
        ).close()
        told = self._answers_until_killed()
        vault = self._unlock()
        try:
            caseload = self._caseload(vault)
            (person,) = caseload.people()
            draft = caseload.open(person.record_id)
            life = demo.Life.load(_LIFE)
            given = {a["set"]: a["value"] for a in life.actions if "set" in a}
            lost = [path for path in told if draft.interview.node(path).value != given[path]]
            _must(not lost, f"{len(lost)} of {len(told)} answers that were saved are gone")
            already = set(told)
            for action in life.actions:
                if action.get("set") in already:
                    continue
                repeat = action.get("add_repeat")
                if repeat is not None and _instances(life, repeat) <= draft.interview.count(repeat):
                    continue
                for _ in demo.play(draft, demo.Life(life.language, (action,))):
                    pass
        finally:
            vault.close()

    def _answers_until_killed(self) -> list[str]:
        frozen = getattr(sys, "frozen", False)
        me = [sys.executable] if frozen else [sys.executable, "-m", "intake_app"]
        child = subprocess.Popen(  # noqa: S603 - ourselves
            [*me, "selftest", "--answer-in", str(self._folder)],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        told: list[str] = []
        with child:
            for line in child.stdout or ():
                told.append(line.strip())
                if len(told) == _ANSWERS_BEFORE_THE_KILL:
                    child.kill()
                    break
        _must(len(told) == _ANSWERS_BEFORE_THE_KILL, "the interview stopped by itself")
        return told

    def _finish(self) -> None:
        vault = self._unlock()
        try:
            caseload = self._caseload(vault)
            (person,) = caseload.people()
            draft = caseload.open(person.record_id)
            draft.finalise()
            rows = caseload.outbox()
            _must(len(rows) == len(caseload.settings.owed), "not everything was queued")
            for row in rows:
                package = caseload.package(row.id)
                _must(package.pdf.startswith(b"%PDF-"), "the profile has no PDF")
                _must(_holds(package.pdf, package.profile), "the profile is not inside its PDF")
        finally:
            vault.close()

    def _deliver(self) -> None:
        with self._ports.sandbox() as receiver:
            vault = self._unlock()
            try:
                caseload = self._caseload(vault)
                settings = caseload.settings.with_endpoint(ORGANISATION, receiver.placement)
                caseload.save_settings(settings.with_endpoint(demo.CONNECTED, receiver.municipal))
                (person,) = caseload.people()
                caseload.place(person.record_id, demo.CONNECTED)
                self._ports.deliver(vault)
                _must(len(caseload.receipts()) == len(settings.owed), "a receipt is missing")
                _must(receiver.cases() == len(settings.owed), "not every case arrived once")
                _must(not caseload.people(), "the record was not erased")
            finally:
                vault.close()

    def _verify(self) -> None:
        vault = self._unlock()
        try:
            _must(vault.verify().ok, "the vault is damaged")
        finally:
            vault.close()

    def _unlock(self) -> UnlockedVault:
        vault = Vault.open(self._vault, device=self._device, clock=self._clock)
        return vault.unlock(vault.users()[0].id, _PASSPHRASE)

    def _caseload(self, vault: UnlockedVault) -> Caseload:
        return Caseload(vault, self._questionnaire, self._library, self._clock)


def _holds(pdf: bytes, content: bytes) -> bool:
    """Tell whether one of a PDF's compressed streams is this content."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            if zlib.decompress(stream) == content:
                return True
    return False


def _instances(life: demo.Life, repeat: str) -> int:
    return 1 + sum(1 for action in life.actions if action.get("add_repeat") == repeat)


def answer_until_killed(folder: Path) -> None:
    """Be the process that interviews and is killed: print each path once it is on disk."""
    device: DeviceSecret = FileSecret(folder / "device")
    vault = Vault.open(folder / "vault", device=device, clock=SystemClock())
    unlocked = vault.unlock(vault.users()[0].id, _PASSPHRASE)
    caseload = Caseload(unlocked, load_questionnaire(), Library.load(), SystemClock())
    life = demo.Life.load(_LIFE)
    for path in demo.play(caseload.start(life.language), life):
        print(path, flush=True)  # noqa: T201 - the parent reads it


def checks(ports: Ports) -> Iterator[Check]:
    """Run everything in a temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="intake-selftest-") as folder:
        yield from SelfTest(Path(folder), ports, SystemClock()).run()

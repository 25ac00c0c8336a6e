"""Plainly invented residents: for whoever tries the app, and for its self-test.

A life is a script as `form replay` reads it (JSON Lines): `assets/demo/NAME.jsonl`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from intake_app import paths
from intake_app.caseload import Caseload
from intake_app.draft import Draft
from intake_app.settings import Settings
from intake_app.vault import Vault, generate_passphrase

if TYPE_CHECKING:
    from pathlib import Path

    from intake_app.clock import Clock
    from intake_app.interview.form import Form
    from intake_app.reference import Library
    from intake_app.vault import DeviceSecret

#: Each invented life, how far its interview went, and where a home was found.
RESIDENTS = (
    ("shepherd_from_eritrea", "placed", "GM0193"),
    ("welder_from_ukraine_with_a_contract", "finalised", ""),
    ("surgeon_from_syria", "half", ""),
)
#: The municipality whose case system a demonstration connects, by its CBS code.
CONNECTED = "GM0193"


@dataclass(frozen=True, slots=True)
class Life:
    """An invented interview: the language it is held in and the actions that answer it."""

    language: str
    actions: tuple[Mapping[str, Any], ...]

    @classmethod
    def load(cls, name: str) -> "Life":
        """Read a life from the assets."""
        text = paths.assets("demo", f"{name}.jsonl").read_text(encoding="utf-8")
        actions = tuple(json.loads(line) for line in text.splitlines() if line.strip())
        spoken = next(
            action["value"]
            for action in actions
            if action.get("set") == "/data/start/interview_language"
        )
        return cls(spoken, actions)

    def before(self, section: str) -> "Life":
        """Return the life as told until a section begins."""
        told = takewhile(
            lambda action: not str(action.get("set", "")).startswith(f"/data/{section}/"),
            self.actions,
        )
        return Life(self.language, tuple(told))


def play(draft: Draft, life: Life) -> Iterator[str]:
    """Give a life's answers one by one; yields each path once its answer is on disk."""
    for action in life.actions:
        if "set" in action:
            path, value = action["set"], action["value"]
            draft.answer(path, value, beside=draft.beside(path, value))
            yield path
        elif "add_repeat" in action:
            draft.add_repeat(action["add_repeat"])
        elif "remove_repeat" in action:
            draft.remove_repeat(action["remove_repeat"])


def prepare(
    folder: "Path",
    *,
    device: "DeviceSecret",
    form: "Form",
    library: "Library",
    clock: "Clock",
    endpoints: Mapping[str, Mapping[str, str]],
) -> str:
    """Make a vault of invented residents and return its passphrase."""
    passphrase = generate_passphrase()
    settings = Settings(
        organisation="Voorbeeldorganisatie", location="azc Voorbeeldstad", endpoints=endpoints
    )
    unlocked = Vault.create(
        folder,
        device=device,
        user_name="Sam Voorbeeld",
        passphrase=passphrase,
        settings=settings.to_json(),
        clock=clock,
    )
    try:
        caseload = Caseload(unlocked, form, library, clock)
        for name, until, municipality in RESIDENTS:
            life = Life.load(name)
            draft = caseload.start(life.language)
            for _ in play(draft, life if until != "half" else life.before("work")):
                pass
            if until != "half":
                draft.finalise()
            if municipality:
                caseload.place(draft.record_id, municipality)
    finally:
        unlocked.close()
    return passphrase

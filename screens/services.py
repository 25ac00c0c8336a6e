"""What the composition root hands to the screens, which know neither a network nor a file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake_app.clock import Clock
    from intake_app.interview.form import Form
    from intake_app.reference import Library
    from intake_app.vault import DeviceSecret, UnlockedVault


@dataclass(frozen=True, slots=True)
class DemoHints:
    """What a demonstration may show on the unlock screen: its secrets protect nobody."""

    passphrase: str = field(repr=False)
    sandbox: str


@dataclass(frozen=True, slots=True)
class Services:
    """What a session of the app needs; the same for each session of a run."""

    clock: "Clock"
    form: "Form"
    library: "Library"
    device: "DeviceSecret"
    folder: Path
    #: Delivers what is ready; is called in a thread and reports each step to its second argument.
    deliver: "Callable[[UnlockedVault, Callable[[Any], None]], Any]"
    #: Lets a row of the outbox, by its id, be tried with the next delivery, whatever it waits for.
    retry: "Callable[[UnlockedVault, str], None]"
    demo: DemoHints | None = None
    ui_language: str = "nl"

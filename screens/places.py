"""The places that a session can show, and what makes the screen of each.

A screen knows places and no other screen; `screens/app.py` knows which screen is where.

    (no vault) SETUP ─┐
    UNLOCK ───────────┴→ PEOPLE ─→ LANGUAGE ─→ INTERVIEW ⇄ SUMMARY ⇄ REVIEW
      │                    │                         └⇄ EARLIER
      │                    ├─→ RECORD (a finished one) ←──────┘
      │                    ├─→ OUTBOX
      │                    ├─→ OVER_TERM
      │                    └─→ SETTINGS (where an administrator alone begins)
      └→ PASSPHRASE ←───────────┤   (first, where it was given by an administrator)
                                └─→ COLLEAGUES ⇄ COLLEAGUE
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Protocol

import flet as ft


class Place(Enum):
    """Somewhere that a session can be."""

    TROUBLE = auto()
    SETUP = auto()
    UNLOCK = auto()
    PASSPHRASE = auto()
    PEOPLE = auto()
    LANGUAGE = auto()
    INTERVIEW = auto()
    EARLIER = auto()
    REVIEW = auto()
    SUMMARY = auto()
    RECORD = auto()
    OUTBOX = auto()
    OVER_TERM = auto()
    SETTINGS = auto()
    COLLEAGUES = auto()
    COLLEAGUE = auto()


class Screen(Protocol):
    """What fills the window."""

    def build(self) -> ft.Control:
        """Return the screen's controls, made new."""
        ...

    def leave(self) -> bool:
        """Save what is typed; False where it could not be saved and must stay on the screen."""
        ...

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take a key that was pressed."""
        ...


class Still:
    """A screen on which nothing is typed that must stay, and that takes no keys."""

    def leave(self) -> bool:
        """Let go."""
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""


#: What makes the screen of a place, given the session and what the place is about.
Plan = Mapping[Place, Callable[..., Screen]]

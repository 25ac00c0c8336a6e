"""Drives the screens without a client: a Flet session whose messages go nowhere.

It presses what a person would press, by the label on it, through the handlers that Flet calls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import flet as ft
import msgpack  # type: ignore[import-untyped]  # it ships no types
from flet.messaging.connection import Connection
from flet.messaging.protocol import Message, configure_encode_object_for_msgpack
from flet.messaging.session import Session as FletSession
from flet.pubsub.pubsub_hub import PubSubHub

from intake_app.caseload import load_questionnaire
from intake_app.clock import FixedClock
from intake_app.reference import Library
from intake_app.settings import Settings
from intake_app.vault import FileSecret, Vault
from screens.app import PLAN
from screens.services import Services
from screens.session import Session
from sync import outbox

PASSPHRASE = "een heel lange wachtzin voor de proef"


def _encode(what: object) -> None:
    """Encode as for a client: only what was encoded once is compared at the next change."""
    control = ft.BaseControl
    encode = configure_encode_object_for_msgpack(control)  # type: ignore[no-untyped-call]  # Flet's
    msgpack.packb(what, default=encode)


class _Nowhere(Connection):
    """A client that takes every message and draws nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Flet's own
        self.loop = asyncio.get_running_loop()
        self.pubsubhub = PubSubHub(loop=self.loop)

    def send_message(self, message: Message) -> None:
        """Encode it, and let it go."""
        _encode([message.action, message.body])


class Desk:
    """One session with its page; `clock` moves only when it is told to."""

    def __init__(self, folder: Path) -> None:
        """Open the app on a vault's folder, in the loop that runs."""
        self.clock = FixedClock()
        services = Services(
            clock=self.clock,
            form=load_questionnaire(),
            library=Library.load(),
            device=FileSecret(folder),
            folder=folder,
            deliver=lambda _vault, _progress: None,
            retry=outbox.retry,
        )
        self._flet = FletSession(_Nowhere())
        self.page = self._flet.page
        _encode(self._flet.get_page_patch())  # type: ignore[no-untyped-call]  # Flet's own
        self.session = Session(self.page, services, PLAN)
        self.session.dress()
        self.session.begin()

    def all(self, kind: type[ft.Control] = ft.Control) -> Iterator[Any]:
        """Go through the controls on the page, from above."""
        seen: list[Any] = [self.page.views[-1]]
        while seen:
            control = seen.pop(0)
            if isinstance(control, kind):
                yield control
            if getattr(control, "visible", True):
                inside = [getattr(control, "content", None), *getattr(control, "controls", [])]
                seen = [each for each in inside if isinstance(each, ft.Control)] + seen

    def texts(self) -> str:
        """Return everything that can be read."""
        return "\n".join(str(each.value) for each in self.all(ft.Text))

    def button(self, label: str) -> Any:  # noqa: ANN401 - one of several kinds of buttons
        """Return a button by the start of its label."""
        return next(
            each
            for each in self.all()
            if isinstance(getattr(each, "content", None), str) and each.content.startswith(label)
        )

    def named(self, identifier: str) -> Any:  # noqa: ANN401 - whatever it is
        """Return what carries an identifier."""
        found = (each for each in self.all(ft.Semantics) if each.identifier == identifier)
        return next(found).content

    async def press(self, label: str) -> None:
        """Press a button."""
        await self.button(label)._trigger_event("click", None)

    async def choose(self, name: str) -> None:
        """Touch a choice."""
        await self.named(f"o-{name}")._trigger_event("tap", None)

    async def type(self, identifier: str, value: str) -> ft.TextField:
        """Type into a field, as the client reports it: first the value, then the event."""
        field = self.named(identifier)
        assert isinstance(field, ft.TextField)
        await field._trigger_event("focus", None)
        field.value = value
        await field._trigger_event("change", value)
        return field

    async def unlock(self) -> None:
        """Unlock as the one user."""
        await self.type("passphrase", PASSPHRASE)
        await self.press(self.session.words("Unlock"))

    async def begin(self) -> None:
        """Unlock and begin an interview in Arabic."""
        await self.unlock()
        await self.press(self.session.words("New interview"))
        await self.choose("ar")


def make_vault(folder: Path) -> None:
    """Make a vault with one user."""
    settings = Settings(organisation="Voorbeeldorganisatie", location="azc Voorbeeldstad")
    Vault.create(
        folder,
        device=FileSecret(folder),
        user_name="Sam Voorbeeld",
        passphrase=PASSPHRASE,
        settings=settings.to_json(),
        clock=FixedClock(),
    ).close()


def at_desk(folder: Path, do: Callable[[Desk], Awaitable[None]]) -> None:
    """Run something at a desk, and end the session."""

    async def run() -> None:
        desk = Desk(folder)
        try:
            await do(desk)
        finally:
            desk.session.end()

    asyncio.run(run())

"""The outbox: what waits, what is being delivered, and the receipts of what was."""

import asyncio
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

import flet as ft
from babel.dates import format_datetime

from screens import theme
from screens.places import Place
from screens.said import reason, recipient_name, row_state, stage_said, waits_until
from screens.widgets.basics import button, card, heading, main_button, named, notice, patch, text
from screens.widgets.frame import framed, pane, sheet

if TYPE_CHECKING:
    from intake_app.vault import OutboxRow, Receipt
    from screens.session import Session


#: Where a delivery may find something to do; a missing endpoint may have been set meanwhile.
_CAN_GO = frozenset({"ready", "sending", "retry", "no_endpoint"})


class _Cancelled(Exception):
    """Stops a delivery between two steps; what was sent is remembered and taken up again."""


class OutboxScreen:
    """What waits to be delivered, and what was."""

    def __init__(self, session: "Session") -> None:
        """Look at nothing yet: the outbox is read when it is shown."""
        self._session = session
        self._stop = threading.Event()
        self._is_busy = False
        self._doing = text("", theme.BODY)
        self._done = 0
        self._ended: tuple[str, str] | None = None

    def build(self) -> ft.Control:
        """Return the rows, the button, the progress and the receipts."""
        session, words, act = self._session, self._session.words, self._session.act
        if session.caseload.vault.only_delivers:
            return self._on_the_way_out()
        rows = session.caseload.outbox()
        names = {person.record_id: person.name for person in session.caseload.people()}
        can_go = any(row.state in _CAN_GO for row in rows)
        deliver = main_button(
            words("Deliver now"),
            act(self._deliver),
            icon=ft.Icons.SEND_OUTLINED,
            disabled=self._is_busy or not can_go,
        )
        then_lock = button(
            words("Deliver, then lock"),
            act(self._deliver_then_lock),
            icon=ft.Icons.LOCK_CLOCK_OUTLINED,
            disabled=self._is_busy or not can_go,
        )
        parts: list[ft.Control] = []
        if self._is_busy:
            cancel = button(words("Cancel"), act(lambda _: self._stop.set()))
            parts.append(
                card(
                    heading(words("Delivering"), level=2),
                    ft.Semantics(live_region=True, content=self._doing),
                    ft.ProgressBar(semantics_label=words("Delivering")),
                    ft.Row([cancel]),
                )
            )
        elif self._ended is not None:
            parts.append(notice(*self._ended))
        waiting = [self._row(row, names.get(row.record_id, "")) for row in rows]
        if not waiting:
            waiting = [text(words("Nothing waits to be delivered."), color=theme.MUTED)]
        parts.append(
            card(
                heading(words("Waiting"), level=2),
                *waiting,
                ft.Row([deliver, then_lock], wrap=True),
            )
        )
        receipts = [self._receipt(each) for each in session.caseload.receipts()]
        if receipts:
            about = words("A profile counts as delivered after it was read back and compared.")
            parts.append(
                card(
                    heading(words("Delivered"), level=2),
                    text(about, theme.SMALL, color=theme.MUTED),
                    *receipts,
                )
            )
        demo = session.services.demo
        if demo is not None:
            look = button(words("See what arrived in the case system"), None)
            look.url = ft.Url(demo.sandbox, target=ft.UrlTarget.BLANK)
            parts.append(ft.Row([look]))
        return framed(
            session,
            words("Outbox"),
            pane(*parts, width=860),
            back=act(lambda _: session.go(Place.PEOPLE)),
        )

    def leave(self) -> bool:
        """Stop a delivery that runs; it goes on where it was the next time."""
        self._stop.set()
        return True

    def key(self, event: ft.KeyboardEvent) -> None:
        """Take no keys."""

    def _on_the_way_out(self) -> ft.Control:
        """Return what stands here while only the delivery's keys are left: no name of anybody."""
        session, words = self._session, self._session.words
        about = words(
            "Interviews are locked already, so you can leave. The device locks when the delivery "
            "is done; what could not be delivered waits."
        )
        return sheet(
            words("Delivering, then locking"),
            text(about),
            ft.Semantics(live_region=True, content=self._doing),
            ft.ProgressBar(semantics_label=words("Delivering")),
            button(
                words("Lock now"),
                session.act(lambda _: session.lock()),
                icon=ft.Icons.LOCK_OUTLINE,
            ),
        )

    def _row(self, row: "OutboxRow", name: str) -> ft.Control:
        session, words = self._session, self._session.words
        why = reason(words, row.journal)
        lines: list[ft.Control] = [
            text(name or words("No name yet"), bold=True),
            text(recipient_name(session, row.recipient)),
        ]
        if why:
            lines.append(text(why, theme.SMALL, color=theme.BAD))
        until = waits_until(row, session.services.clock.now())
        if until is not None:
            time = format_datetime(until.astimezone(), "HH:mm", locale=words.language)
            lines.append(text(words("Waits until {time}.", time=time), theme.SMALL))
        if until is not None or row.state == "refused":
            lines.append(ft.Row([self._again(row)]))
        return ft.Container(
            ft.Row(
                [
                    ft.Column(lines, spacing=2, expand=True),
                    text(row_state(words, row), theme.SMALL, bold=True, color=theme.WARN),
                ],
                spacing=16,
            ),
            padding=ft.Padding.symmetric(vertical=8),
            border=ft.Border.only(bottom=ft.BorderSide(1, theme.LINE)),
        )

    def _again(self, row: "OutboxRow") -> ft.Control:
        session, words = self._session, self._session.words

        def retry(_: object) -> None:
            session.services.retry(session.caseload.vault, row.id)
            session.refresh()
            session.tell(words("It goes along as soon as you press Deliver now."))

        again = button(
            words("Try again"),
            session.act(retry),
            icon=ft.Icons.REPLAY,
            disabled=self._is_busy,
        )
        return named(f"again-{row.id}", again)

    def _receipt(self, receipt: "Receipt") -> ft.Control:
        session, words = self._session, self._session.words
        content = receipt.content
        # The vault's own time is rounded to the hour: of that, only the date is said.
        told = content.get("delivered")
        when = format_datetime(
            (datetime.fromisoformat(told) if told else receipt.created).astimezone(),
            "d MMM y HH:mm" if told else "d MMM y",
            locale=words.language,
        )
        case = str(content.get("zaak_url") or content.get("zaak") or "")
        number = str(content.get("v_number", ""))
        who = recipient_name(session, str(content.get("recipient", "")))
        return ft.Container(
            ft.Column(
                [
                    ft.Row(
                        [
                            ft.Icon(ft.Icons.VERIFIED_OUTLINED, color=theme.GOOD, size=20),
                            text(f"{number} · {who}", bold=True, expand=True),
                            text(when, theme.SMALL, color=theme.MUTED),
                        ],
                        spacing=theme.GAP,
                    ),
                    text(case, theme.SMALL, color=theme.MUTED),
                ],
                spacing=2,
            ),
            padding=ft.Padding.symmetric(vertical=8),
        )

    async def _deliver(self, _: object) -> None:
        if self._is_busy:
            return
        session, words = self._session, self._session.words
        vault = session.caseload.vault
        loop = asyncio.get_running_loop()
        self._stop.clear()
        self._is_busy, self._ended = True, None
        self._doing.value = words("Connecting")
        session.refresh()

        def heard(progress: Any) -> None:  # noqa: ANN401 - the network's side is not known here
            if self._stop.is_set():
                raise _Cancelled
            loop.call_soon_threadsafe(self._say, progress.recipient, progress.stage)

        try:
            result = await asyncio.to_thread(session.services.deliver, vault, heard)
        except _Cancelled:
            self._ended = (
                words("Stopped. What was sent is remembered; the rest waits in the outbox."),
                "warn",
            )
        else:
            self._ended = self._result(result.delivered, result.failed, result.waiting)
        finally:
            self._is_busy = False
            session.refresh_if(self)

    async def _deliver_then_lock(self, event: object) -> None:
        if self._is_busy:
            return
        session, vault = self._session, self._session.caseload.vault
        vault.lock_to_deliver()
        try:
            await self._deliver(event)
        finally:
            if session.vault is vault:
                session.lock()
        if self._ended is not None and session.vault is None:
            session.tell(*self._ended)

    def _say(self, recipient: str, stage: str) -> None:
        words = self._session.words
        name = recipient_name(self._session, recipient)
        self._session.stay()
        self._doing.value = f"{name}: {stage_said(words, stage)}"
        patch(self._doing)

    def _result(self, delivered: int, failed: int, waiting: int) -> tuple[str, str]:
        words = self._session.words
        said = [words.plural("{number} delivered.", "{number} delivered.", delivered)]
        if failed:
            said.append(words("{number} could not be delivered yet.", number=failed))
        if waiting:
            said.append(words("{number} waits.", number=waiting))
        return " ".join(said), "warn" if failed else "good"

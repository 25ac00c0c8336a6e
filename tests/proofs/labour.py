"""What people do with a vault, in any order: the work during which it fails."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from intake_app.vault import UnlockedVault
from tests.proofs.specimen import MARKER


class Labour:
    """Work on an unlocked vault; `steps` does one thing at a time and says what it was."""

    def __init__(self, vault: UnlockedVault, chance: Random, largest: int = 60_000) -> None:
        """Take the vault, and how large in bytes an answer may be."""
        self._vault = vault
        self._chance = chance
        self._largest = largest

    def steps(self) -> Iterator[str]:
        """Do something, whole and acknowledged, at each step; for ever."""
        while True:
            yield self._once()

    def _once(self) -> str:
        may: list[tuple[float, Callable[[], object]]] = [(2, self._begin), (1, self._set)]
        may += [(0.5, self._vault.people.rotate), (0.5, self._vault.people.rewrap)]
        may += [(0.2, self._join if len(self._vault.people.users()) == 1 else self._leave)]
        states = {record.state for record in self._vault.records()}
        if "draft" in states:
            may += [(12, self._answer), (2, self._finalise), (1, self._stop), (1, self._erase)]
        if "stopped" in states:
            may += [(1, self._resume)]
        if "finalised" in states:
            may += [(2, self._queue), (1, self._erase)]
        if self._vault.outbox():
            may += [(3, self._send), (2, self._deliver)]
        weights, acts = zip(*may, strict=True)
        (act,) = self._chance.choices(acts, weights)
        act()
        return str(act.__name__).strip("_")

    def _content(self) -> dict[str, Any]:
        # Mostly small, now and then one that fills the log of the file.
        size = int(self._largest * self._chance.random() ** 4)
        mark = self._chance.randbytes(4).hex()
        return {
            "summary": {"n": MARKER + mark},
            "body": {"b": mark, "rest": MARKER * (size // len(MARKER))},
            "health": {"h": mark, "rest": "x" * (size // 9)},
        }

    def _pick(self, *states: str) -> str:
        return self._chance.choice(
            [record.id for record in self._vault.records() if record.state in states]
        )

    def _begin(self) -> None:
        self._vault.create_record(form_id="s", form_version="1", **self._content())

    def _answer(self) -> None:
        record = self._vault.open_record(self._pick("draft"))
        self._vault.save_record(record.id, revision=record.revision, **self._content())

    def _finalise(self) -> None:
        record = self._vault.open_record(self._pick("draft"))
        with self._vault.unit():
            self._vault.finalise_record(record.id, revision=record.revision, **self._content())
            self._queue(record.id)
            self._queue(record.id)

    def _stop(self) -> None:
        self._vault.set_record_state(self._pick("draft"), "stopped")

    def _resume(self) -> None:
        self._vault.set_record_state(self._pick("stopped"), "draft")

    def _erase(self) -> None:
        self._vault.erase_record(self._pick("draft", "finalised"), reason="asked")

    def _queue(self, record_id: str = "") -> None:
        self._vault.queue(
            record_id or self._pick("finalised"),
            recipient="organisation",
            package=self._chance.randbytes(self._chance.randrange(9000)),
            state="ready",
        )

    def _send(self) -> None:
        item = self._chance.choice(self._vault.outbox())
        step = self._chance.randrange(99)
        self._vault.save_outbox(item.id, state="sending", journal={MARKER: step})

    def _deliver(self) -> None:
        item = self._chance.choice(self._vault.outbox())
        self._vault.add_receipt(item.id, {"record_id": item.record_id, "r": MARKER})

    def _set(self) -> None:
        self._vault.save_settings({"s": MARKER, "n": self._chance.randrange(99)})

    def _join(self) -> None:
        self._vault.people.add(f"Test {MARKER}", ["screener"], "nog een lange zin")

    def _leave(self) -> None:
        people = self._vault.people
        people.remove(next(user.id for user in people.users() if user.id != self._vault.user.id))

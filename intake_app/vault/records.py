"""Records: drafts and finalised interviews, with the health compartment sealed apart."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from intake_app.errors import NotPermitted, RecordChanged, RecordMissing, VaultDamaged
from intake_app.vault.codec import decode, encode, hour, moment
from intake_app.vault.crypto import DataEnvelope, Place
from intake_app.vault.record_keys import KEYS, RecordKeys
from intake_app.vault.store import Row
from intake_app.vault.work import Work

RecordState = Literal["draft", "finalised", "placed", "stopped", "handed"]

#: The states that may follow one by `set_record_state`; finalising has a call of its own.
FOLLOWING: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"stopped"}),
    "stopped": frozenset({"draft"}),
    "finalised": frozenset({"placed"}),
    "placed": frozenset({"finalised"}),
    "handed": frozenset(),  # only the answer of the other device ends that: see `handover`
}
#: The states in which somebody holds a record, with the key of its health compartment.
HELD = frozenset({"draft", "stopped"})
#: Size buckets in bytes: a person's name, the health answers and the rest each hide in one.
_SMALLEST_SUMMARY = 512
_SMALLEST_HEALTH = 2048
_SMALLEST_BODY = 4096


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """A record in the list of people; `updated` and `since` are rounded down to the hour.

    `since` is when the state began, `holder` the user who holds the draft.
    """

    id: str
    state: RecordState
    since: datetime
    revision: int
    updated: datetime
    form_id: str
    form_version: str
    holder: str
    summary: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is open; `health` is None when it is sealed away from this user."""

    id: str
    state: RecordState
    since: datetime
    revision: int
    updated: datetime
    form_id: str
    form_version: str
    holder: str
    summary: dict[str, Any] = field(repr=False)
    body: dict[str, Any] = field(repr=False)
    health: dict[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of a record; `health=None` leaves that compartment as it was."""

    summary: Mapping[str, Any] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    health: Mapping[str, Any] | None = field(repr=False)


class Records:
    """The records of an unlocked vault."""

    def __init__(self, work: Work) -> None:
        """Take the unit of work."""
        self._work = work
        self.keys = RecordKeys(work)
        # The list as it was opened last, by id, each with the row that it came out of.
        self._listed: dict[str, tuple[Row, RecordSummary]] = {}

    def all(self) -> tuple[RecordSummary, ...]:
        """Return every record that this user can open, without opening more than its summary.

        One from before the user was given the role's key is left out until it is re-wrapped.
        """
        self._require_role()
        with self._work.reading():
            self._listed = {
                row["id"]: (row, self._list(row))
                for row in self._work.rows("record")
                if self._work.keyring.opens("records", row["generation"])
            }
            return tuple(listed for _, listed in self._listed.values())

    def _list(self, row: Row) -> RecordSummary:
        """Open a row for the list, unless it is the same as when it was opened last."""
        before, listed = self._listed.get(row["id"], (None, None))
        if listed is None or before != row:
            listed = RecordSummary(**_clear(row), summary=self._summary(row))
        return listed

    def create(
        self, form_id: str, form_version: str, content: Content, record_id: str = ""
    ) -> Record:
        """Store a new draft that this user holds; its id is a new one, or comes along with it."""
        self._require_role()
        work, record_id = self._work, record_id or secrets.token_hex(16)
        with work.unit():
            now = hour(work.now())
            row: Row = {
                "id": record_id,
                "state": "draft",
                "since": now,
                "revision": 1,
                "updated": now,
                "form_id": form_id,
                "form_version": form_version,
                "holder": work.user.id,
                **self.keys.make(record_id),
                **self.keys.make_health(record_id, holder=True),
            }
            row |= self._sealed(row, 1, content)
            work.insert("record", row)
            work.note("record created", record_id)
        return self.open(record_id)

    def open(self, record_id: str) -> Record:
        """Open a record's body, and its health compartment when this user may."""
        self._require_role()
        with self._work.reading():
            row = self._row(record_id, bulk=True)
            return Record(
                **_clear(row),
                summary=self._summary(row),
                body=self._body(row),
                health=self._health(row),
            )

    def check(self, record_id: str) -> None:
        """Read a record without its health compartment; raises VaultDamaged, NotPermitted."""
        self._require_role()
        with self._work.reading():
            row = self._row(record_id, bulk=True)
            _clear(row)
            self._summary(row)
            self._body(row)

    def check_health(self, record_id: str) -> None:
        """Read a health compartment; raises VaultDamaged, NotPermitted when it is sealed away."""
        self._require_role()
        with self._work.reading():
            if self._health(self._row(record_id, bulk=True)) is None:
                raise NotPermitted

    def save(
        self,
        record_id: str,
        revision: int,
        content: Content,
        *,
        fields: Iterable[str] = (),
        finalise: bool = False,
        erases: bool = False,
        form_version: str = "",
    ) -> int:
        """Store a record again, finalised or as it was; return its new revision.

        On finalising, the health compartment gets a new key that only the placement officer's
        role opens: what a screener could open before opens nothing now. With `form_version` it
        belongs to another version of its questionnaire from here on; each part is sealed to
        that, so who cannot seal the health compartment anew gets NotPermitted. Of what it replaces
        then, or with `erases`, nothing stays in the log of the file: an answer may be sealed better
        from here on, or be gone.
        """
        self._require_role()
        work = self._work
        with work.unit():
            row = self._row(record_id)
            if row["revision"] != revision or row["state"] == "handed":
                raise RecordChanged
            if finalise and row["state"] != "draft":
                raise RecordChanged
            changes: Row = {"updated": hour(work.now())}
            if row["state"] in HELD:  # it has no packages yet that would have to go before it
                changes |= self.keys.renew(row, health=content.health is not None and not finalise)
            what = "record finalised" if finalise else "record saved"
            if form_version:
                if content.health is None:
                    raise NotPermitted
                changes["form_version"], what = form_version, "record upgraded"
            if finalise:
                changes |= {"state": "finalised", "since": changes["updated"], "holder_key": None}
                if content.health is not None and self.keys.of_health(row) is not None:
                    changes |= self.keys.make_health(record_id, holder=False)
            changes |= self._sealed({**row, **changes}, revision + 1, content)
            work.update("record", row, changes)
            self._listed.pop(record_id, None)
            work.note(what, record_id, fields)
            self.keys.forget(*(row[name] for name in KEYS if name in changes))
            if finalise:
                self.keys.forget(changes.get("health_key"))
            if finalise or erases or form_version:
                work.clear_traces()
        return revision + 1

    def set_state(self, record_id: str, state: RecordState) -> None:
        """Move a record to a state that may follow its own; raises RecordChanged."""
        self._require_role()
        with self._work.unit():
            row = self._row(record_id)
            if state not in FOLLOWING[row["state"]]:
                raise RecordChanged
            changes = {"state": state, "since": hour(self._work.now())}
            self._work.update("record", row, changes)
            self._work.note(f"record {state}", record_id)
            if state == "stopped":
                self._work.clear_traces()

    def erase(self, record_id: str) -> int:
        """Remove a record; return the revision that it had."""
        with self._work.unit():
            row = self._row(record_id)
            self._work.delete("record", row)
            self.keys.forget(row["record_key"], row["health_key"])
            self._listed.pop(record_id, None)
            return int(row["revision"])

    def rewrap(self, record_id: str) -> bool:
        """Bring a record to the newest generations, as far as this user's keys reach.

        The keys of its body and its health compartment are wrapped anew and its summary is sealed
        anew; its body and its health answers stay as they are, and so does its revision. Tell
        whether there was anything to do.
        """
        with self._work.unit():
            row = self._work.row("record", record_id)
            changes = self._newest(row) if row is not None else {}
            if row is not None and changes:
                self._work.update("record", row, changes)
                self.keys.forget(*(changes.get(name) for name in KEYS))
            return bool(changes)

    def _newest(self, row: Row) -> Row:
        changes = self.keys.rewrap(row)
        if "generation" in changes:
            newest = {**row, **changes}
            changes["summary"] = self._sealed_summary(newest, row["revision"], self._summary(row))
        return changes

    def hold(self, record_id: str, user_id: str, public: bytes) -> None:
        """Give a draft to another holder, with the key of its health compartment.

        Raises RecordChanged for what is no draft any more, and NotPermitted for who neither
        holds it nor has the role that reads health answers.
        """
        self._require_role()
        with self._work.unit():
            row = self._row(record_id)
            if row["state"] not in HELD:
                raise RecordChanged
            self._work.update("record", row, self.keys.hold(row, user_id, public))
            self._work.note("record handed over", record_id, [user_id])
            self._work.clear_traces()

    def wipe(self) -> None:
        """Zero every key that was opened, and let go of the list."""
        self.keys.wipe()
        self._listed.clear()

    def _require_role(self) -> None:
        with self._work.reading():
            self._work.keyring.current("records")

    def _row(self, record_id: str, *, bulk: bool = False) -> Row:
        row = self._work.row("record", record_id, bulk=bulk)
        if row is None:
            raise RecordMissing
        return row

    def _summary(self, row: Row) -> dict[str, Any]:
        key = self._work.keyring.of("records", row["generation"])
        place = self._place_of(row, "summary", row["revision"])
        return decode(DataEnvelope.open(key.content, row["summary"], place))

    def _body(self, row: Row) -> dict[str, Any]:
        place = self._place_of(row, "body", row["revision"])
        return decode(DataEnvelope.open(self.keys.of(row), row["body"], place))

    def _health(self, row: Row) -> dict[str, Any] | None:
        """Return the health compartment, or None when it is sealed away from this user."""
        key = self.keys.of_health(row)
        if key is None:
            return None
        place = self._place_of(row, "health", row["health_revision"])
        return decode(DataEnvelope.open(key, row["health"], place))

    def _sealed_summary(self, row: Row, revision: int, summary: Mapping[str, Any]) -> bytes:
        return DataEnvelope.seal(
            self._work.keyring.of("records", row["generation"]).content,
            encode(summary),
            self._place_of(row, "summary", revision),
            smallest=_SMALLEST_SUMMARY,
        )

    def _sealed(self, row: Row, revision: int, content: Content) -> Row:
        """Seal all content anew: health at every save too, so that its changes do not show."""
        sealed: Row = {
            "revision": revision,
            "summary": self._sealed_summary(row, revision, content.summary),
            "body": DataEnvelope.seal(
                self.keys.of(row),
                encode(content.body),
                self._place_of(row, "body", revision),
                smallest=_SMALLEST_BODY,
            ),
        }
        if content.health is not None:
            health_key = self.keys.of_health(row)
            if health_key is None:
                raise NotPermitted
            place = self._place_of(row, "health", revision)
            sealed["health_revision"] = revision
            sealed["health"] = DataEnvelope.seal(
                health_key, encode(content.health), place, smallest=_SMALLEST_HEALTH
            )
        return sealed

    def _place_of(self, row: Row, column: str, revision: int) -> Place:
        return Place(
            self._work.vault_id,
            "record",
            row["id"],
            column,
            revision,
            row["form_id"],
            row["form_version"],
            row["generation"] if column == "summary" else 0,
        )


def check_state(state: str) -> RecordState:
    """Return a state as one of ours; raises VaultDamaged."""
    if state not in get_args(RecordState):
        raise VaultDamaged
    return state  # type: ignore[return-value] # it was just looked up among its values


def _clear(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "state": check_state(row["state"]),
        "since": moment(row["since"]),
        "revision": row["revision"],
        "updated": moment(row["updated"]),
        "form_id": row["form_id"],
        "form_version": row["form_version"],
        "holder": row["holder"],
    }

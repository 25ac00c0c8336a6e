"""Records: drafts and finalised interviews, with the health compartment sealed apart."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from intake_app.errors import NotPermitted, RecordChanged, RecordMissing, VaultDamaged
from intake_app.vault.codec import decode, encode, hour, moment
from intake_app.vault.crypto import (
    DataEnvelope,
    GrantEnvelope,
    Key,
    KeyEnvelope,
    Place,
    make_key,
    pack,
)
from intake_app.vault.store import Row
from intake_app.vault.work import Work

RecordState = Literal["draft", "finalised", "placed", "stopped"]

#: The states that may follow one by `set_record_state`; finalising has a call of its own.
FOLLOWING: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"stopped"}),
    "stopped": frozenset({"draft"}),
    "finalised": frozenset({"placed"}),
    "placed": frozenset({"finalised"}),
}
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
        """Take the unit of work; keys are opened when they are needed, and kept until `wipe`."""
        self._work = work
        # By the envelope or grant that each came out of, so that none outlives its row.
        self._opened: dict[bytes, Key] = {}

    def all(self) -> tuple[RecordSummary, ...]:
        """Return every record, without opening more than its summary."""
        self._require_role()
        with self._work.reading():
            rows = self._work.rows("record")
            return tuple(RecordSummary(**_clear(row), summary=self._summary(row)) for row in rows)

    def create(self, form_id: str, form_version: str, content: Content) -> Record:
        """Store a new draft that this user holds."""
        self._require_role()
        work, record_id = self._work, secrets.token_hex(16)
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
                "generation": role_key.generation,
                "record_key": wrapped,
            }
            row |= self._new_health_key(record_id, holder=True)
            row |= self._sealed(row, 1, content)
            work.insert("record", row)
            work.note("record created", record_id)
        return self.open(record_id)

    def open(self, record_id: str) -> Record:
        """Open a record's body, and its health compartment when this user may."""
        self._require_role()
        with self._work.reading():
            row = self._row(record_id, bulk=True)
            body = DataEnvelope.open(
                self._record_key(row), row["body"], self._place_of(row, "body", row["revision"])
            )
            health_key = self._health_key(row)
            health = None
            if health_key is not None:
                place = self._place_of(row, "health", row["health_revision"])
                health = decode(DataEnvelope.open(health_key, row["health"], place))
            return Record(
                **_clear(row), summary=self._summary(row), body=decode(body), health=health
            )

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
            if row["revision"] != revision or (finalise and row["state"] != "draft"):
                raise RecordChanged
            changes: Row = {"updated": hour(work.now())}
            what = "record finalised" if finalise else "record saved"
            if form_version:
                if content.health is None:
                    raise NotPermitted
                changes["form_version"], what = form_version, "record upgraded"
            if finalise:
                changes |= {"state": "finalised", "since": changes["updated"], "holder_key": None}
                if content.health is not None and self._health_key(row) is not None:
                    changes |= self._new_health_key(record_id, holder=False)
            changes |= self._sealed({**row, **changes}, revision + 1, content)
            work.update("record", row, changes)
            work.note(what, record_id, fields)
            if finalise:
                self._forget(row["health_key"], changes.get("health_key"))
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
            self._forget(row["record_key"], row["health_key"])
            return int(row["revision"])

    def wipe(self) -> None:
        """Zero every key that was opened."""
        self._forget(*self._opened)

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

    def _sealed(self, row: Row, revision: int, content: Content) -> Row:
        """Seal all content anew: health at every save too, so that its changes do not show."""
        role_key = self._work.keyring.of("records", row["generation"])
        sealed: Row = {
            "revision": revision,
            "summary": DataEnvelope.seal(
                role_key.content,
                encode(content.summary),
                self._place_of(row, "summary", revision),
                smallest=_SMALLEST_SUMMARY,
            ),
            "body": DataEnvelope.seal(
                self._record_key(row),
                encode(content.body),
                self._place_of(row, "body", revision),
                smallest=_SMALLEST_BODY,
            ),
        }
        if content.health is not None:
            health_key = self._health_key(row)
            if health_key is None:
                raise NotPermitted
            place = self._place_of(row, "health", revision)
            sealed["health_revision"] = revision
            sealed["health"] = DataEnvelope.seal(
                health_key, encode(content.health), place, smallest=_SMALLEST_HEALTH
            )
        return sealed

    def _record_key(self, row: Row) -> Key:
        key = self._opened.get(row["record_key"])
        if key is None:
            role_key = self._work.keyring.of("records", row["generation"])
            place = _place(self._work, row["id"], row["generation"])
            key = KeyEnvelope.unwrap(role_key.wrapping, row["record_key"], place)
            self._opened[row["record_key"]] = key
        return key

    def _health_key(self, row: Row) -> Key | None:
        """Return the key of the health compartment, or None when it is sealed away."""
        key = self._opened.get(row["health_key"])
        if key is not None:
            return key
        keyring, user_id = self._work.keyring, self._work.user.id
        if keyring.holds("health"):
            role_key = keyring.of("health", row["health_generation"])
            info = self._health_info(row["id"], "role", row["health_generation"])
            key = GrantEnvelope.open(role_key.private, row["health_key"], info)
        elif row["holder_key"] is not None and row["holder"] == user_id:
            info = self._health_info(row["id"], "holder", user_id)
            key = GrantEnvelope.open(keyring.private, row["holder_key"], info)
        else:
            return None
        self._opened[row["health_key"]] = key
        return key

    def _new_health_key(self, record_id: str, *, holder: bool) -> Row:
        """Make a key for the health compartment, sealed to its role and maybe to its holder."""
        generation, public = self._health_role()
        key = make_key()
        sealed = GrantEnvelope.seal(public, key, self._health_info(record_id, "role", generation))
        self._opened[sealed] = key
        holder_key = None
        if holder:
            info = self._health_info(record_id, "holder", self._work.user.id)
            holder_key = GrantEnvelope.seal(self._work.keyring.public, key, info)
        return {
            "health_generation": generation,
            "health_key": sealed,
            "holder_key": holder_key,
        }

    def _health_info(self, record_id: str, holder: str, which: str | int) -> bytes:
        return pack("intake/v1/health-key", self._work.vault_id, record_id, holder, which)

    def _health_role(self) -> tuple[int, bytes]:
        """Return the newest generation of the health role, which a screener does not hold."""
        rows = [row for row in self._work.rows("role_key") if row["role"] == "health"]
        if not rows:
            raise VaultDamaged
        newest = max(rows, key=lambda row: int(row["generation"]))
        return newest["generation"], newest["public"]

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

    def _forget(self, *envelopes: bytes | None) -> None:
        for envelope in envelopes:
            key = None if envelope is None else self._opened.pop(envelope, None)
            if key is not None:
                key.wipe()


def check_state(state: str) -> RecordState:
    """Return a state as one of ours; raises VaultDamaged."""
    if state not in get_args(RecordState):
        raise VaultDamaged
    return state  # type: ignore[return-value] # it was just looked up among its values


def _place(work: Work, record_id: str, generation: int) -> Place:
    return Place(work.vault_id, "record", record_id, "record_key", generation=generation)


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

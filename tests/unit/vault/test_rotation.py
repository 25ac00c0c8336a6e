"""Keys are renewed while people work: broken off anywhere, nobody loses or gains a thing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event

import pytest

from intake_app.errors import NotPermitted, VaultDamaged, VaultLocked
from intake_app.vault import UnlockedVault
from intake_app.vault.crypto import DataEnvelope, GrantEnvelope, Key, KeyEnvelope, Place, pack
from intake_app.vault.keys import PURPOSES, RoleKey
from intake_app.vault.store import Row
from tests.unit.vault.crew import (
    ADMIN,
    FIRST,
    PASSPHRASE,
    PLACEMENT,
    ROLES,
    SCREENER,
    Crew,
    content,
    may_see,
)


def open_attempts(
    row: Row, table: str, vault_id: str, key: RoleKey
) -> dict[str, Callable[[], object]]:
    """Return each way in which a role key might open something of a row, by its name."""

    def at(column: str, revision: int = 0, form_id: str = "", form_version: str = "") -> Place:
        generation = row["generation"]
        return Place(
            vault_id, table, str(row["id"]), column, revision, form_id, form_version, generation
        )

    if table == "record":
        form = row["form_id"], row["form_version"]
        info = pack("intake/v1/health-key", vault_id, row["id"], "role", row["health_generation"])
        return {
            "body": lambda: KeyEnvelope.unwrap(key.wrapping, row["record_key"], at("record_key")),
            "summary": lambda: DataEnvelope.open(
                key.content, row["summary"], at("summary", row["revision"], *form)
            ),
            "health": lambda: GrantEnvelope.open(key.private, row["health_key"], info),
        }
    if table == "outbox":
        return {
            "package": lambda: KeyEnvelope.unwrap(key.wrapping, row["item_key"], at("item_key"))
        }
    if table == "receipt":
        return {"receipt": lambda: DataEnvelope.open(key.content, row["content"], at(row["kind"]))}
    if table == "vault":
        return {
            "secrets": lambda: DataEnvelope.open(key.content, row["secrets"], at("secrets")),
            "settings": lambda: DataEnvelope.open(
                key.content, row["settings"], at("settings", row["revision"])
            ),
        }
    return {
        "state": lambda: DataEnvelope.open(key.content, row["state"], at("state", row["revision"]))
    }


def opened_with(crew: Crew, private: Key, user_id: str, role_keys: list[RoleKey]) -> set[str]:
    """Return what somebody's old keys still open in the rows."""
    found = set()
    with crew.opened() as opened:
        vault_id, rows = opened.vault_id, opened._store.rows
        attempts = [
            attempt
            for table in ("record", "outbox", "receipt", "vault", "vault_state")
            for row in rows(table)
            for key in role_keys
            for attempt in open_attempts(row, table, vault_id, key).items()
        ]
        for row in rows("role_grant"):
            info = pack("intake/v1/grant", vault_id, row["role"], user_id, row["generation"])
            attempts.append(("a grant", partial(GrantEnvelope.open, private, row["sealed"], info)))
        for row in rows("record"):
            info = pack("intake/v1/health-key", vault_id, row["id"], "holder", user_id)
            held = row["holder_key"] or b""
            attempts.append(("a draft", partial(GrantEnvelope.open, private, held, info)))
        for name, attempt in attempts:
            with suppress(VaultDamaged):
                attempt()
                found.add(name)
    return found


OPENED = {
    SCREENER: {"body", "summary", "package", "receipt", "secrets", "settings", "state", "a grant"}
    | {"a draft"},
    PLACEMENT: {"body", "summary", "health", "package", "receipt", "secrets", "settings", "state"}
    | {"a grant"},
}


@pytest.mark.parametrize("name", OPENED)
def test_old_keys_open_nothing_of_the_new_rows(crew: Crew, name: str) -> None:
    """Neither the private key of who left nor any role key that the person ever held."""
    with crew.unlocked(name) as vault:
        held = vault._work.keyring
        private, user_id = Key(bytes(held.private.material)), vault.user.id
        role_keys = [
            RoleKey(purpose, key.generation, Key(bytes(key.secret.material)))
            for purpose in PURPOSES
            for key in held.all(purpose)
        ]
    assert opened_with(crew, private, user_id, role_keys) == OPENED[name]
    with crew.unlocked(FIRST) as vault:
        vault.people.remove(user_id)
    at_once = opened_with(crew, private, user_id, role_keys)
    assert not at_once & {"secrets", "settings", "state", "a grant", "a draft"}
    with crew.unlocked(FIRST) as vault:
        vault.people.rewrap()
    assert opened_with(crew, private, user_id, role_keys) == set()


def test_the_old_generation_goes_with_the_last_row_under_it(crew: Crew) -> None:
    """Its grants and its public key; the log's generations stay, for who reads back."""
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        vault.people.rewrap()
        left = {
            (row["role"], row["generation"])
            for table in ("role_key", "role_grant")
            for row in vault._work.rows(table)
        }
    assert left == {(purpose, 2) for purpose in PURPOSES} | {("audit", 1)}


def test_re_wrapping_leaves_no_trace_of_the_old_wraps(crew: Crew) -> None:
    """In no file of the folder."""
    with crew.opened() as opened:
        old = [row["record_key"] for row in opened._store.rows("record")]
        old += [row["sealed"] for row in opened._store.rows("role_grant") if row["role"] != "audit"]
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        vault.people.rewrap()
        files = b"".join(path.read_bytes() for path in crew.folder.iterdir())
    assert not [envelope for envelope in old if envelope in files]


@pytest.mark.parametrize("leaves", [True, False])
def test_what_a_holder_had_leaves_no_trace(crew: Crew, *, leaves: bool) -> None:
    """Neither the drafts' keys that were sealed to the person, nor the slot of who left."""
    users = crew.users()
    with crew.opened() as opened:
        old = [row["holder_key"] for row in opened._store.rows("record") if row["holder_key"]]
        if leaves:
            slot = opened._store.row("user_slot", (users[SCREENER].id,)) or {}
            old += [slot["private"], slot["profile"]]
    with crew.unlocked(FIRST) as vault:
        if leaves:
            vault.people.remove(users[SCREENER].id)
        else:
            for name in ("a draft", "a stopped one"):
                vault.people.hold(crew.records[name], users[PLACEMENT].id)
        files = b"".join(path.read_bytes() for path in crew.folder.iterdir())
    assert len(old) == (4 if leaves else 2)
    assert not [envelope for envelope in old if envelope in files]


def test_re_wrapping_tells_how_far_it_is_and_stops_when_asked(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of rows; what was done stays done."""
    monkeypatch.setattr("intake_app.vault.rotation.BATCH", 2)
    told: list[tuple[int, int]] = []
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        left = vault.people.rewrap(lambda *far: told.append(far), lambda: len(told) == 1)
        assert (told, left.here) == ([(2, 5)], 3)
        vault.people.rewrap(lambda *far: told.append(far))
        assert told == [(2, 5), (2, 3), (3, 3)]
        told.clear()
        assert vault.people.rewrap(lambda *far: told.append(far)).done
    assert told == []


def test_a_draft_that_is_saved_moves_to_the_newest_key(crew: Crew) -> None:
    """Revisions go on as if nothing had happened, and an open draft is saved as it was read."""
    draft = crew.records["a draft"]
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
    with crew.unlocked(SCREENER) as vault:
        assert vault.open_record(draft).revision == 1
        before = vault.people.pending().here
        vault.save_record(
            draft, revision=1, summary={"name": "a draft"}, body={"told": 2}, health={"sick": 2}
        )
        assert vault.people.pending().here == before - 1
    with crew.unlocked(PLACEMENT) as vault:
        assert vault.open_record(draft).body == {"told": 2}
        assert vault.open_record(draft).health == {"sick": 2}


def re_wrap_one_batch(vault: UnlockedVault) -> None:
    """Break off after one transaction."""
    told: list[int] = []
    vault.people.rewrap(lambda done, _: told.append(done), lambda: len(told) == 1)


def old_keys(vault: UnlockedVault, record_id: str) -> tuple[Key, Key]:
    """Return copies of the two keys of a record, as somebody might have kept them."""
    row, keys = vault._work.row("record", record_id) or {}, vault._records.keys
    health = keys.of_health(row)
    assert health is not None
    return Key(bytes(keys.of(row).material)), Key(bytes(health.material))


def opened_by(vault: UnlockedVault, record_id: str, keys: tuple[Key, Key]) -> list[str]:
    """Return which parts of a record two keys open as it lies on the disk now."""
    row, found = vault._work.row("record", record_id, bulk=True) or {}, []
    for column, key in zip(("body", "health"), keys, strict=True):
        revision = row["revision" if column == "body" else "health_revision"]
        place = Place(vault.vault_id, "record", record_id, column, revision, "s", "1")
        with suppress(VaultDamaged):
            DataEnvelope.open(key, row[column], place)
            found.append(column)
    return found


def test_what_is_saved_after_somebody_left_opens_with_nothing_from_before(crew: Crew) -> None:
    """Not even with a record's own keys, out of a copy of the disk: each unlocking makes new."""
    draft = crew.records["a draft"]
    with crew.unlocked(SCREENER) as vault:
        keys, screener = old_keys(vault, draft), vault.user.id
        assert opened_by(vault, draft, keys) == ["body", "health"]
    with crew.unlocked(FIRST) as vault:
        vault.people.remove(screener)
        vault.people.rewrap()
        vault.people.hold(draft, vault.user.id)
        assert opened_by(vault, draft, keys) == ["body", "health"]
    with crew.unlocked(PLACEMENT) as vault:
        vault.save_record(draft, revision=1, **content("a draft"))
        assert opened_by(vault, draft, keys) == []
        keys = old_keys(vault, draft)
        vault.save_record(draft, revision=2, **content("a draft"))
        assert opened_by(vault, draft, keys) == ["body", "health"]
    for name in (FIRST, PLACEMENT):
        assert {"body of a draft", "health of a draft"} <= crew.seen_by(name)


def test_a_colleague_saves_without_taking_the_holders_health_answers(crew: Crew) -> None:
    """A screener who does not hold the draft gives its body a new key and leaves the rest."""
    draft = crew.records["a draft"]
    with crew.unlocked(FIRST) as vault:
        vault.people.add("Test Nieuw", ["screener"], PASSPHRASE, temporary=False)
    with crew.unlocked("Test Nieuw") as vault:
        told = {**content("a draft"), "health": None}
        vault.save_record(draft, revision=1, **told)
        assert vault.open_record(draft).health is None
    with crew.unlocked(SCREENER) as vault:
        assert vault.open_record(draft).health == {"sick": "a draft"}


def test_who_cannot_open_a_draft_cannot_replace_it(crew: Crew) -> None:
    """A new colleague waits for what is older."""
    with crew.unlocked(ADMIN) as vault:
        vault.people.add("Test Nieuw", ["placement"], PASSPHRASE, temporary=False)
    draft = crew.records["a draft"]
    with crew.unlocked("Test Nieuw") as vault, pytest.raises(NotPermitted, match="colleague"):
        vault.save_record(draft, revision=1, **content("a draft"))
    assert "health of a draft" in crew.seen_by(SCREENER)


def test_who_is_new_sees_no_record_without_what_was_sent_of_it(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where re-wrapping broke off, nor where a finalised record was saved meanwhile."""
    monkeypatch.setattr("intake_app.vault.rotation.BATCH", 1)
    with crew.unlocked(ADMIN) as vault:
        vault.people.add("Test Nieuw", ["placement"], PASSPHRASE, temporary=False)
    for done in range(6):
        with crew.unlocked(PLACEMENT) as vault:
            record = vault.open_record(crew.records["a finalised one"])
            vault.save_record(
                record.id,
                revision=record.revision,
                summary=record.summary,
                body=record.body,
                health=None,
            )
            re_wrap_one_batch(vault)
        seen = crew.seen_by("Test Nieuw")
        if any(name.startswith("body") for name in seen):
            assert {"package", "receipt"} <= seen, done
    assert "body of a finalised one" in crew.seen_by("Test Nieuw")


def test_an_open_draft_is_saved_after_its_keys_were_re_wrapped(crew: Crew) -> None:
    """Re-wrapping in the background disturbs nobody: a revision is of what was told."""
    draft = crew.records["a draft"]
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        read = vault.open_record(draft).revision
        vault.people.rewrap()
        saved = vault.save_record(draft, revision=read, summary={}, body={}, health=None)
    assert saved == read + 1


def test_re_wrapping_keeps_no_key_of_a_record(crew: Crew) -> None:
    """Ten thousand keys in memory until the lock would be more than anybody is working with."""
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        vault.people.rewrap()
        assert vault._records.keys._opened == {}
        assert vault.open_record(crew.records["a draft"]).body == {"told": "a draft"}


def test_a_record_erased_meanwhile_is_passed_over(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two transactions of a re-wrapping."""
    monkeypatch.setattr("intake_app.vault.rotation.BATCH", 1)
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()

        def erase(done: int, _of: int) -> None:
            if done == 1:
                for record in vault.records():
                    vault.erase_record(record.id, reason="test")

        assert vault.people.rewrap(erase).done
        assert vault.records() == ()
        assert vault.verify().ok


def test_people_work_on_while_another_thread_re_wraps(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save waits for one transaction at most, and each revision is there."""
    monkeypatch.setattr("intake_app.vault.rotation.BATCH", 1)
    draft, revision, begun = crew.records["a draft"], 1, Event()
    with crew.unlocked(FIRST) as vault, ThreadPoolExecutor(1) as behind:
        vault.people.rotate()
        left = behind.submit(vault.people.rewrap, lambda *_: begun.set())
        assert begun.wait(30)
        for number in range(20):
            revision = vault.save_record(
                draft, revision=revision, summary={}, body={"told": number}, health={}
            )
        assert left.result().done
        assert vault.open_record(draft).body == {"told": 19}
        assert (revision, vault.verify().ok) == (21, True)


def test_a_lock_breaks_re_wrapping_off(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody leaves the device meanwhile: the rest is done after the next unlocking."""
    monkeypatch.setattr("intake_app.vault.rotation.BATCH", 2)
    with crew.unlocked(FIRST) as vault:
        vault.people.rotate()
        with pytest.raises(VaultLocked):
            vault.people.rewrap(lambda *_: vault.lock())
    with crew.unlocked(FIRST) as vault:
        assert vault.people.pending().here == 3
        assert vault.people.rewrap().done


def test_rotations_may_follow_each_other_without_re_wrapping(crew: Crew) -> None:
    """Rows of three generations lie beside each other and all are read."""
    for by in (ADMIN, FIRST, ADMIN):
        with crew.unlocked(by) as vault:
            vault.people.rotate()
    users = crew.users()
    for name in ROLES:
        assert crew.seen_by(name) == may_see(users[name], users[SCREENER].id)
    crew.finish()


def test_a_screener_never_holds_the_health_key(crew: Crew) -> None:
    """Whatever was rotated and re-wrapped, by whom."""
    for by in (ADMIN, FIRST):
        with crew.unlocked(by) as vault:
            people = {user.name: user.id for user in vault.people.users()}
            vault.people.rotate()
            vault.people.change_roles(people[SCREENER], ["screener", "administrator"])
            vault.people.change_roles(people[SCREENER], ["screener"])
        crew.finish()
    with crew.unlocked(SCREENER) as vault:
        assert not vault._work.keyring.holds("health")
        assert vault.open_record(crew.records["a finalised one"]).health is None

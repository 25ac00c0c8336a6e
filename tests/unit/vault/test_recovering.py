"""When nobody can open a vault any more: the organisation's key does, and it is rehearsed."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import (
    DeviceSecretMissing,
    NotPermitted,
    PassphraseTooWeak,
    RecoveryRefused,
    StorageFull,
    UserMissing,
    VaultDamaged,
    VaultOlder,
)
from intake_app.vault import FileSecret, RecoveryOpening, RecoveryPublic, User, Vault
from intake_app.vault.crypto import Key, derive_public, make_key
from intake_app.vault.keys import PURPOSES, RECOVERY
from intake_app.vault.store import Store
from tests.unit.vault.crew import (
    ADMIN,
    FIRST,
    PASSPHRASE,
    PLACEMENT,
    ROLES,
    SCREENER,
    Crew,
    may_see,
)

NEW = "Test Herstel"
ALL = may_see(User("", "", ROLES[FIRST]), "")
PRIVATE = Key(bytes(range(32)))
PUBLIC = RecoveryPublic(derive_public(PRIVATE))


@pytest.fixture
def recoverable(crew: Crew) -> Crew:
    """Return a vault that was given the recovery key by who holds everything."""
    with crew.unlocked(FIRST) as vault:
        assert vault.people.set_recovery(PUBLIC).done
        assert vault.people.recovery() == PUBLIC
    return crew


def opening(crew: Crew, private: Key = PRIVATE) -> "closing[RecoveryOpening]":
    """Open a vault with a recovery key."""
    return closing(
        RecoveryOpening(
            crew.folder,
            device=FileSecret(crew.folder),
            clock=FixedClock(),
            private=Key(bytes(private.material)),
        )
    )


def files(crew: Crew) -> dict[str, bytes]:
    """Return all that lies in the folder."""
    return {path.name: path.read_bytes() for path in crew.folder.iterdir()}


def test_a_rehearsal_opens_everything_and_writes_nothing(recoverable: Crew) -> None:
    """Every record with its health answers, the package, the receipt, the log."""
    before = files(recoverable)
    with opening(recoverable) as opened:
        rehearsal = opened.rehearse()
    assert rehearsal.ok
    assert rehearsal.slots
    assert (rehearsal.report.records, rehearsal.report.packages, rehearsal.report.receipts) == (
        3,
        1,
        1,
    )
    assert files(recoverable) == before


def test_a_rehearsal_tells_what_the_key_was_never_given(crew: Crew) -> None:
    """An administrator without the roles gave it: what is older waits for a colleague."""
    with crew.unlocked(ADMIN) as vault:
        assert vault.people.set_recovery(PUBLIC).elsewhere == 5
    with opening(crew) as opened:
        unopened = opened.rehearse().unopened
    assert len([name for name in unopened if name.startswith(("record", "health"))]) == 6
    assert len(unopened) == 8
    with crew.unlocked(PLACEMENT) as vault:
        vault.people.rewrap()
    with opening(crew) as opened:
        assert opened.rehearse().ok


def test_a_rehearsal_names_what_is_damaged(recoverable: Crew) -> None:
    """A body that the disk lost is named; all the rest opens."""
    draft = recoverable.records["a draft"]
    with closing(sqlite3.connect(recoverable.folder / "vault.db")) as connection:
        connection.execute("UPDATE record SET body = zeroblob(4126) WHERE id = ?", [draft])
        connection.commit()
    with opening(recoverable) as opened:
        rehearsal = opened.rehearse()
    assert (rehearsal.ok, rehearsal.unopened) == (False, (f"record {draft}",))


@pytest.mark.parametrize("given", [True, False])
def test_another_recovery_key_is_refused(crew: Crew, *, given: bool) -> None:
    """With the fingerprint of the one that fits, where there is one."""
    if given:
        with crew.unlocked(FIRST) as vault:
            vault.people.set_recovery(PUBLIC)
    with pytest.raises(RecoveryRefused) as caught:
        opening(crew, make_key())
    assert (PUBLIC.fingerprint in str(caught.value)) == given
    with crew.unlocked(FIRST):
        pass


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE record SET state = 'draft'",
        "DELETE FROM receipt",
        "UPDATE role_grant SET signature = zeroblob(64) WHERE holder = 'recovery'",
        "DELETE FROM role_grant WHERE holder = 'recovery' AND role = 'health'",
        "UPDATE vault_state SET revision = revision - 1",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    ],
)
def test_nothing_is_recovered_from_what_was_changed(recoverable: Crew, script: str) -> None:
    """State and rows are checked before anything is written."""
    with closing(sqlite3.connect(recoverable.folder / "vault.db")) as connection:
        connection.executescript(script)
    before = files(recoverable)["vault.db"]
    with pytest.raises(VaultDamaged):
        opening(recoverable)
    assert files(recoverable)["vault.db"] == before


def test_a_new_administrator_reads_everything(recoverable: Crew) -> None:
    """The others are still there; the log says what happened."""
    with opening(recoverable) as opened:
        done = opened.recover(NEW, PASSPHRASE)
    assert (done.removed, done.drafts) == ((), ())
    users = recoverable.users()
    assert set(users) == {*ROLES, NEW}
    assert recoverable.seen_by(SCREENER) == may_see(users[SCREENER], users[SCREENER].id)
    with recoverable.unlocked(NEW) as vault:
        assert recoverable.seen(vault) == ALL
        told = [(entry.who, entry.what) for entry in vault.audit_entries()]
        assert vault.verify().ok
    assert (RECOVERY, "vault recovered") in told
    with opening(recoverable) as opened:
        assert opened.rehearse().ok


def test_who_is_lost_is_removed_and_the_keys_renewed(recoverable: Crew) -> None:
    """As when an administrator removes somebody; the recovery key gets the new ones too."""
    screener = recoverable.users()[SCREENER].id
    with opening(recoverable) as opened:
        done = opened.recover(NEW, PASSPHRASE, remove=SCREENER)
    assert done.removed == (screener,)
    assert len(done.drafts) == 2
    with recoverable.unlocked(NEW) as vault:
        assert vault.people.rewrap().done
        assert recoverable.seen(vault) == ALL
    with opening(recoverable) as opened:
        assert opened.rehearse().ok


def test_who_is_to_be_removed_has_to_be_there(recoverable: Crew) -> None:
    """Nothing is changed."""
    before = recoverable.users()
    with opening(recoverable) as opened, pytest.raises(UserMissing):
        opened.recover(NEW, PASSPHRASE, remove="Test Niemand")
    assert recoverable.users() == before


def lose(crew: Crew) -> None:
    """Lose the file with the device's secret."""
    (crew.folder / "device.key").unlink()


def replace(crew: Crew) -> None:
    """Have another secret in its place."""
    (crew.folder / "device.key").write_bytes(bytes(32))


@pytest.mark.parametrize("happened", [lose, replace])
def test_without_the_device_secret_every_slot_is_dead(
    recoverable: Crew, happened: Callable[[Crew], None]
) -> None:
    """Rehearsed still; recovered only when it is said to be gone for good."""
    users = recoverable.users()
    happened(recoverable)
    with opening(recoverable) as opened:
        rehearsal = opened.rehearse()
        assert (rehearsal.ok, rehearsal.slots) == (True, False)
        with pytest.raises(RecoveryRefused, match="--new-device-secret"):
            opened.recover(NEW, PASSPHRASE)
        done = opened.recover(NEW, PASSPHRASE, new_device_secret=True)
    assert set(done.removed) == {user.id for user in users.values()}
    assert len(done.drafts) == 2
    with recoverable.unlocked(NEW) as vault:
        assert recoverable.seen(vault) == ALL
        assert vault.people.users() == (done.user,)
        vault.people.add(SCREENER, ["screener"], PASSPHRASE, temporary=False)
    assert "body of a draft" in recoverable.seen_by(SCREENER)


def test_a_refusing_keyring_removes_nobody(recoverable: Crew) -> None:
    """It may only be locked for now."""

    class Refusing(FileSecret):
        """A keyring that gives nothing at the moment."""

        def read(self) -> Key:
            """Refuse."""
            raise DeviceSecretMissing

    opened = RecoveryOpening(
        recoverable.folder,
        device=Refusing(recoverable.folder),
        clock=FixedClock(),
        private=Key(bytes(PRIVATE.material)),
    )
    with closing(opened), pytest.raises(RecoveryRefused):
        opened.recover(NEW, PASSPHRASE)
    assert set(recoverable.users()) == set(ROLES)


def test_a_recovery_that_breaks_off_changes_nothing(
    recoverable: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the new secret was made already: it can be done again."""
    lose(recoverable)
    with monkeypatch.context() as patched, opening(recoverable) as opened:
        patched.setattr(Store, "commit", full)
        with pytest.raises(StorageFull):
            opened.recover(NEW, PASSPHRASE, new_device_secret=True)
    with opening(recoverable) as opened:
        assert not opened.rehearse().slots
        opened.recover(NEW, PASSPHRASE, new_device_secret=True)
    assert recoverable.seen_by(NEW) == ALL


def full(_: Store) -> None:
    """Be a disk that is full."""
    raise StorageFull


class Remembering(FileSecret):
    """A secret that remembers a later revision than is there, until it is told of another."""

    last = 1_000

    def remembered(self, vault_id: str) -> int:
        """Return it, for any vault."""
        return self.last

    def remember(self, vault_id: str, revision: int) -> None:
        """Take another."""
        self.last = revision


def test_an_earlier_copy_is_recovered_only_when_it_is_accepted(recoverable: Crew) -> None:
    """The rehearsal tells; the log does once it was accepted, and from then on it is the one."""
    device = Remembering(recoverable.folder)
    private = Key(bytes(PRIVATE.material))
    opened = RecoveryOpening(recoverable.folder, device=device, clock=FixedClock(), private=private)
    with closing(opened):
        rehearsal = opened.rehearse()
        assert (rehearsal.ok, rehearsal.older, rehearsal.unopened) == (False, True, ())
        with pytest.raises(VaultOlder):
            opened.recover(NEW, PASSPHRASE)
        opened.recover(NEW, PASSPHRASE, accept_older=True)
    assert device.last < Remembering.last
    with recoverable.unlocked(NEW) as vault:
        assert "older vault accepted" in [entry.what for entry in vault.audit_entries()]


def test_a_short_passphrase_recovers_nothing(recoverable: Crew) -> None:
    """The new administrator gets one that is long enough."""
    with opening(recoverable) as opened, pytest.raises(PassphraseTooWeak):
        opened.recover(NEW, "te kort")
    assert set(recoverable.users()) == set(ROLES)


def test_a_last_holder_may_leave_where_recovery_stands(recoverable: Crew) -> None:
    """What only that person opened waits for the organisation's key."""
    with recoverable.unlocked(ADMIN) as vault:
        people = {user.name: user.id for user in vault.people.users()}
        vault.people.change_roles(people[FIRST], ["administrator"])
        vault.people.remove(people[SCREENER])
        left = vault.people.remove(people[PLACEMENT]).pending
    assert (left.here, left.elsewhere, left.waits_for) == (0, 5, frozenset({RECOVERY}))
    with opening(recoverable) as opened:
        assert opened.rehearse().ok
        opened.recover(NEW, PASSPHRASE)
    with recoverable.unlocked(NEW) as vault:
        assert recoverable.seen(vault) == ALL
        assert vault.people.rewrap().done


def test_a_new_recovery_key_replaces_the_old_one(recoverable: Crew) -> None:
    """The old one opens nothing; every key is renewed, and the new one opens everything."""
    other = make_key()
    with recoverable.unlocked(FIRST) as vault:
        vault.people.set_recovery(RecoveryPublic(derive_public(other)))
        assert vault.people.rewrap().done
        generations = {key: vault._work.keyring.current(key).generation for key in PURPOSES}
    assert generations == dict.fromkeys(PURPOSES, 2)
    with pytest.raises(RecoveryRefused):
        opening(recoverable)
    with opening(recoverable, other) as opened:
        assert opened.rehearse().ok


def test_a_vault_may_be_recoverable_from_its_first_day(tmp_path: Path) -> None:
    """The public half is given when it is made."""
    made = Vault.create(
        tmp_path / "v",
        device=FileSecret(tmp_path / "v"),
        user_name=FIRST,
        passphrase=PASSPHRASE,
        recovery_public=PUBLIC.material,
        settings={},
        clock=FixedClock(),
    )
    assert made.people.recovery() == PUBLIC
    made.close()
    with opening(Crew(tmp_path / "v", {})) as opened:
        assert opened.rehearse().ok
        opened.recover(NEW, PASSPHRASE, remove=FIRST)
    with Crew(tmp_path / "v", {}).unlocked(NEW) as vault:
        assert [user.name for user in vault.people.users()] == [NEW]


def test_only_an_administrator_sets_the_recovery_key(crew: Crew) -> None:
    """A screener's device is not opened by a key of the screener's own."""
    with crew.unlocked(SCREENER) as vault:
        with pytest.raises(NotPermitted):
            vault.people.set_recovery(PUBLIC)
        assert vault.people.recovery() is None


def test_a_vault_of_the_first_format_is_recovered_and_its_keys_renewed(tmp_path: Path) -> None:
    """The frozen one: what was written years ago opens with what was locked away then."""
    vectors = Path(__file__).parents[2] / "vectors"
    frozen = json.loads((vectors / "vault-1.json").read_text("utf-8"))
    crew = Crew(Path(shutil.copytree(vectors / "vault-1", tmp_path / "vault-1")), {})
    private = Key(bytes.fromhex(frozen["recovery_private"]))
    with opening(crew, private) as opened:
        assert opened.rehearse().ok
        opened.recover(NEW, PASSPHRASE, remove=frozen["users"]["second"]["name"])
    with crew.unlocked(NEW) as vault:
        assert vault.people.rewrap().done
        for name in ("draft", "finalised"):
            record = vault.open_record(frozen[name]["id"])
            assert (record.body, record.health) == (frozen[name]["body"], frozen[name]["health"])
        assert [user.name for user in vault.people.users()] == sorted(
            [NEW, frozen["users"]["first"]["name"]]
        )
    first = frozen["users"]["first"]
    with crew.unlocked(first["name"], first["passphrase"]) as vault:
        assert vault.verify().ok

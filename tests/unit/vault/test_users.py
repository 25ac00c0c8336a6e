"""Who is on a device: added, removed, given other roles, while the others are away."""

from collections.abc import Callable

import pytest

from intake_app.errors import (
    NotPermitted,
    PassphraseTooWeak,
    RecordChanged,
    TooManyAttempts,
    UserMissing,
    UserRefused,
    VaultLocked,
    WrongPassphrase,
)
from intake_app.vault import RecoveryPublic, Role, UnlockedVault, User
from tests.unit.vault.crew import (
    ADMIN,
    FIRST,
    PASSPHRASE,
    PLACEMENT,
    RECORDS,
    ROLES,
    SCREENER,
    Crew,
    may_see,
)

OTHER = "een andere lange zin"


@pytest.mark.parametrize("name", ROLES)
def test_a_role_opens_what_it_is_for(crew: Crew, name: str) -> None:
    """Health answers are the placement officer's, and a draft's holder's; the log is not theirs."""
    users = crew.users()
    assert users[name].roles == ROLES[name]
    assert crew.seen_by(name) == may_see(users[name], users[SCREENER].id)


def test_everybody_sees_who_is_here(crew: Crew) -> None:
    """By name: a screener chooses a colleague among them."""
    with crew.unlocked(SCREENER) as vault:
        assert [user.name for user in vault.people.users()] == sorted(ROLES)


CHANGES: dict[str, Callable[[UnlockedVault, User], object]] = {
    "add": lambda vault, user: vault.people.add("Test Nieuw", ["screener"], OTHER),
    "remove": lambda vault, user: vault.people.remove(user.id),
    "change_roles": lambda vault, user: vault.people.change_roles(user.id, ["screener"]),
    "rename": lambda vault, user: vault.people.rename(user.id, "Test Nieuw"),
    "reset": lambda vault, user: vault.people.reset(user.id, OTHER),
    "rotate": lambda vault, user: vault.people.rotate(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", [SCREENER, PLACEMENT])
def test_only_an_administrator_changes_who_is_here(crew: Crew, name: str, change: str) -> None:
    """Nothing is changed by anybody else."""
    before = crew.users()
    with crew.unlocked(name) as vault, pytest.raises(NotPermitted):
        CHANGES[change](vault, before[PLACEMENT])
    assert crew.users() == before


CALLS: dict[str, Callable[[UnlockedVault, User], object]] = {
    **CHANGES,
    "change_passphrase": lambda vault, user: vault.people.change_passphrase(PASSPHRASE, OTHER),
    "hold": lambda vault, user: vault.people.hold("record", user.id),
    "rewrap": lambda vault, user: vault.people.rewrap(),
    "set_recovery": lambda vault, user: vault.people.set_recovery(RecoveryPublic(bytes(32))),
}
LOOKS: dict[str, Callable[[UnlockedVault, User], object]] = {
    "users": lambda vault, user: vault.people.users(),
    "pending": lambda vault, user: vault.people.pending(),
    "recovery": lambda vault, user: vault.people.recovery(),
}


@pytest.mark.parametrize("name", [*CALLS, *LOOKS])
def test_a_locked_vault_changes_nobody(crew: Crew, name: str) -> None:
    """Nor one that only delivers any more, where no more is done than looking."""
    with crew.unlocked(FIRST) as vault:
        vault.lock_to_deliver()
        if name in CALLS:
            with pytest.raises(VaultLocked):
                CALLS[name](vault, vault.user)
        vault.lock()
        with pytest.raises(VaultLocked):
            {**CALLS, **LOOKS}[name](vault, vault.user)
    assert set(crew.users()) == set(ROLES)


@pytest.mark.parametrize("change", ["remove", "change_roles", "rename", "reset"])
def test_somebody_who_is_not_here_is_said_to_be_missing(crew: Crew, change: str) -> None:
    """An id that nobody has, or has any more."""
    nobody = User("nobody", "Test Niemand", ("screener",))
    with crew.unlocked(FIRST) as vault, pytest.raises(UserMissing):
        CHANGES[change](vault, nobody)


@pytest.mark.parametrize("by", [FIRST, ADMIN])
@pytest.mark.parametrize(
    "roles", [("screener",), ("placement",), ("administrator",), ("screener", "administrator")]
)
def test_a_new_user_reads_what_the_role_opens(crew: Crew, by: str, roles: tuple[Role, ...]) -> None:
    """At once when the administrator holds the keys, else after one colleague's re-wrapping."""
    with crew.unlocked(by) as vault:
        user = vault.people.add("Test Nieuw", roles, OTHER)
    if by == ADMIN and "records" in user.purposes:
        assert crew.seen_by("Test Nieuw", OTHER) == may_see(User("", "", roles), "") & {"log"}
        with crew.unlocked(PLACEMENT) as vault:
            assert vault.people.rewrap().done
    assert crew.seen_by("Test Nieuw", OTHER) == may_see(user, crew.users()[SCREENER].id)


def test_a_screener_re_wraps_no_health_answers(crew: Crew) -> None:
    """They wait for a placement officer, who is named; then nothing is left."""
    with crew.unlocked(ADMIN) as vault:
        officer = vault.people.add("Test Nieuw", ["placement"], OTHER)
    with crew.unlocked(SCREENER) as vault:
        people = {user.name: user.id for user in vault.people.users()}
        before = vault.people.pending()
        after = vault.people.rewrap()
    assert (before.here, before.elsewhere) == (5, 3)
    assert (after.here, after.elsewhere) == (0, 3)
    assert after.waits_for == {people[FIRST], people[PLACEMENT]}
    seen = crew.seen_by("Test Nieuw", OTHER)
    assert seen == may_see(officer, "") - {f"health of {name}" for name in RECORDS}
    with crew.unlocked(PLACEMENT) as vault:
        assert vault.people.rewrap().done
    assert crew.seen_by("Test Nieuw", OTHER) == may_see(officer, "")


def test_a_temporary_passphrase_is_to_be_changed_first(crew: Crew) -> None:
    """The flag stands until the user chose another, and the given one opens nothing then."""
    with crew.unlocked(FIRST) as vault:
        vault.people.add("Test Nieuw", ["screener"], OTHER)
    with crew.unlocked("Test Nieuw", OTHER) as vault:
        temporary = [vault.user.temporary]
        vault.people.change_passphrase(OTHER, PASSPHRASE)
        temporary.append(vault.user.temporary)
    assert temporary == [True, False]
    with pytest.raises(WrongPassphrase), crew.unlocked("Test Nieuw", OTHER):
        pass
    with crew.unlocked("Test Nieuw") as vault:
        assert not vault.user.temporary
        assert len(vault.records()) == len(RECORDS)


def test_choosing_a_passphrase_slows_guessing_too(crew: Crew) -> None:
    """Who found an unlocked device cannot try the old passphrase at leisure."""
    with crew.unlocked(SCREENER) as vault:
        for _ in range(3):
            with pytest.raises(WrongPassphrase):
                vault.people.change_passphrase("niet de goede zin", OTHER)
        with pytest.raises(TooManyAttempts):
            vault.people.change_passphrase(PASSPHRASE, OTHER)


@pytest.mark.parametrize(
    ("new", "error"), [("te kort", PassphraseTooWeak), (PASSPHRASE, UserRefused)]
)
def test_a_passphrase_that_will_not_do_is_refused(
    crew: Crew, new: str, error: type[Exception]
) -> None:
    """Too short, or the one that was there: however often, it is no wrong guess."""
    with crew.unlocked(SCREENER) as vault:
        for _ in range(4):
            with pytest.raises(error):
                vault.people.change_passphrase(PASSPHRASE, new)
        vault.people.change_passphrase(PASSPHRASE, OTHER)


def test_the_old_slot_leaves_no_trace_in_the_files(crew: Crew) -> None:
    """The private key under the old passphrase is in none of them."""
    with crew.opened() as vault:
        old = vault._store.rows("user_slot")
    with crew.unlocked(SCREENER) as vault:
        vault.people.change_passphrase(PASSPHRASE, OTHER)
        row = next(row for row in old if row["id"] == vault.user.id)
        files = b"".join(path.read_bytes() for path in crew.folder.iterdir())
    assert row["private"] not in files
    assert row["commitment"] not in files


def test_who_left_is_gone_and_the_drafts_are_told(crew: Crew) -> None:
    """The others read on; the drafts wait for somebody to hold them."""
    with crew.unlocked(FIRST) as vault:
        people = {user.name: user.id for user in vault.people.users()}
        held = vault.people.drafts(people[SCREENER])
        change = vault.people.remove(people[SCREENER])
        assert (change.user.name, change.drafts) == (SCREENER, held)
        assert set(change.drafts) == {crew.records["a draft"], crew.records["a stopped one"]}
        assert change.pending.here == 5
        assert vault.people.rewrap().done
    users = crew.users()
    assert set(users) == set(ROLES) - {SCREENER}
    for name, user in users.items():
        assert crew.seen_by(name) == may_see(user, "")


def test_an_administrator_stays(crew: Crew) -> None:
    """Nobody takes the role, the slot or the passphrase from themselves by these calls."""
    with crew.unlocked(ADMIN) as vault:
        me = vault.user.id
        for name in ("remove", "change_roles", "reset"):
            with pytest.raises(UserRefused):
                CHANGES[name](vault, vault.user)
        assert vault.people.change_roles(me, ["screener", "administrator"]).drafts == ()
        assert vault.user.roles == ("screener", "administrator")


@pytest.mark.parametrize("change", ["remove", "change_roles", "reset"])
def test_the_last_key_of_something_stored_is_not_thrown_away(crew: Crew, change: str) -> None:
    """Refused until a colleague holds it too; nothing changes."""
    with crew.unlocked(ADMIN) as vault:
        people = {user.name: user for user in vault.people.users()}
        vault.people.change_roles(people[FIRST].id, ["screener", "administrator"])
        with pytest.raises(UserRefused):
            CHANGES[change](vault, people[PLACEMENT])
        officer = vault.people.add("Test Nieuw", ["placement"], OTHER)
        with pytest.raises(UserRefused):
            CHANGES[change](vault, people[PLACEMENT])
    with crew.unlocked(PLACEMENT) as vault:
        assert vault.people.rewrap().done
    with crew.unlocked(ADMIN) as vault:
        CHANGES[change](vault, people[PLACEMENT])
    assert crew.seen_by("Test Nieuw", OTHER) >= may_see(officer, "")


def test_health_answers_are_never_sealed_to_nobody(crew: Crew) -> None:
    """Where nothing is stored the last placement officer may leave; then no draft is begun."""
    with crew.unlocked(FIRST) as vault:
        for record_id in crew.records.values():
            vault.erase_record(record_id, reason="test")
        people = {user.name: user.id for user in vault.people.users()}
        vault.people.remove(people[PLACEMENT])
        vault.people.change_roles(people[FIRST], ["screener", "administrator"])
        with pytest.raises(NotPermitted, match="placement officer"):
            vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
        vault.people.add("Test Nieuw", ["placement"], OTHER)
        made = vault.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
    with crew.unlocked("Test Nieuw", OTHER) as vault:
        assert vault.open_record(made.id).health == {}


@pytest.mark.parametrize("by", [FIRST, ADMIN])
def test_a_placement_officer_who_becomes_a_screener_reads_no_health(crew: Crew, by: str) -> None:
    """Nor after everybody has re-wrapped."""
    user = crew.users()[PLACEMENT]
    with crew.unlocked(by) as vault:
        vault.people.change_roles(user.id, ["screener"])
    for name in (PLACEMENT, SCREENER, FIRST, PLACEMENT):
        with crew.unlocked(name) as vault:
            vault.people.rewrap()
    assert crew.seen_by(PLACEMENT) == may_see(User(user.id, "", ("screener",)), "")


@pytest.mark.parametrize(
    ("by", "to", "error"),
    [
        (SCREENER, PLACEMENT, None),
        (SCREENER, FIRST, None),
        (PLACEMENT, FIRST, None),
        (FIRST, "Test Nieuw", None),
        (SCREENER, ADMIN, UserRefused),
        (ADMIN, FIRST, NotPermitted),
        ("Test Nieuw", FIRST, NotPermitted),
    ],
)
def test_a_draft_is_handed_on(crew: Crew, by: str, to: str, error: type[Exception] | None) -> None:
    """By its holder or a placement officer, to somebody who works on records."""
    with crew.unlocked(FIRST) as vault:
        vault.people.add("Test Nieuw", ["screener"], PASSPHRASE, temporary=False)
    users = crew.users()
    draft = crew.records["a draft"]
    with crew.unlocked(by) as vault:
        if error is not None:
            with pytest.raises(error):
                vault.people.hold(draft, users[to].id)
            return
        vault.people.hold(draft, users[to].id)
        reads = vault.user.roles != ("screener",) or by == to
        assert (vault.open_record(draft).health is not None) == reads
    with crew.unlocked(to) as vault:
        record = vault.open_record(draft)
        assert (record.holder, record.health) == (users[to].id, {"sick": "a draft"})
        vault.save_record(
            draft, revision=1, summary={"name": "a draft"}, body={}, health={"new": 1}
        )
    with crew.unlocked(SCREENER) as vault:
        assert vault.open_record(draft).health is None


def test_a_finalised_record_is_nobodys_to_hold(crew: Crew) -> None:
    """Its health answers are sealed away from every screener."""
    screener = crew.users()[SCREENER]
    with crew.unlocked(PLACEMENT) as vault, pytest.raises(RecordChanged):
        vault.people.hold(crew.records["a finalised one"], screener.id)


@pytest.mark.parametrize("by", [FIRST, ADMIN])
def test_a_lost_passphrase_is_replaced_by_a_new_slot(crew: Crew, by: str) -> None:
    """The drafts stay with the person where the administrator reads them, and else are told."""
    user = crew.users()[SCREENER]
    with crew.unlocked(by) as vault:
        change = vault.people.reset(user.id, OTHER)
    assert len(change.drafts) == (0 if by == FIRST else 2)
    with crew.unlocked(PLACEMENT) as vault:
        assert vault.people.rewrap().done
        for draft in change.drafts:
            vault.people.hold(draft, user.id)
    with pytest.raises(WrongPassphrase), crew.unlocked(SCREENER):
        pass
    with crew.unlocked(SCREENER, OTHER) as vault:
        assert vault.user.temporary
        assert crew.seen(vault) == may_see(user, user.id)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("  ", ("screener",)),
        ("test  SCREENER", ("screener",)),
        ("Test Nieuw", ()),
        ("Test Nieuw", ("director",)),
    ],
)
def test_a_person_has_a_name_of_their_own_and_a_role(
    crew: Crew, name: str, roles: tuple[Role, ...]
) -> None:
    """Refused with a sentence; nobody is added."""
    with crew.unlocked(FIRST) as vault:
        with pytest.raises(UserRefused):
            vault.people.add(name, roles, OTHER)
        assert len(vault.people.users()) == len(ROLES)


def test_another_name_shows_before_unlocking(crew: Crew) -> None:
    """And one's own may be kept in another spelling."""
    with crew.unlocked(FIRST) as vault:
        people = {user.name: user.id for user in vault.people.users()}
        vault.people.rename(people[SCREENER], "Test  Nieuw")
        vault.people.rename(vault.user.id, "test eerste")
        assert vault.user.name == "test eerste"
    with crew.opened() as opened:
        names = {entry.name for entry in opened.users()}
    assert names == {"test eerste", "Test Nieuw", PLACEMENT, ADMIN}


def test_the_log_tells_who_changed_whom(crew: Crew) -> None:
    """By id, with roles, never a name; and it reads on over every new generation."""
    with crew.unlocked(ADMIN) as vault:
        people = {user.name: user.id for user in vault.people.users()}
        vault.people.change_roles(people[PLACEMENT], ["screener", "placement"])
        vault.people.remove(people[SCREENER])
        vault.people.rotate()
        me = vault.user.id
    with crew.unlocked(FIRST) as vault:
        told = [
            (entry.who, entry.what, entry.fields)
            for entry in vault.audit_entries()
            if entry.what in {"roles changed", "user removed", "keys renewed"}
        ]
        assert vault.verify().ok
    assert told == [
        (me, "roles changed", (people[PLACEMENT], "screener", "placement")),
        (me, "user removed", (people[SCREENER],)),
        (me, "keys renewed", ()),
    ]


def test_settings_and_identifiers_outlive_a_rotation(crew: Crew) -> None:
    """The state key is renewed whole: what lies under it is sealed anew at once."""
    with crew.unlocked(FIRST) as vault:
        before = vault.identifier("record", "x"), vault.settings(), vault.verifying_key()
        vault.people.rotate()
        assert (vault.identifier("record", "x"), vault.settings(), vault.verifying_key()) == before
    with crew.unlocked(ADMIN) as vault:
        assert (vault.identifier("record", "x"), vault.settings(), vault.verifying_key()) == before
        vault.save_settings({"organisation": "Voorbeeld Ander"})
    with crew.unlocked(SCREENER) as vault:
        assert vault.settings() == {"organisation": "Voorbeeld Ander"}

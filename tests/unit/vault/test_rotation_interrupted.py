"""A change of people, and the rotation that it starts, broken off at every point."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake_app.errors import StorageFull
from intake_app.vault import UnlockedVault, User
from intake_app.vault.store import Store
from tests.unit.vault.crew import ADMIN, FIRST, PASSPHRASE, PLACEMENT, SCREENER, Crew, may_see

Change = Callable[[UnlockedVault, dict[str, User]], object]

#: What an administrator does, by who does it and to whom.
CHANGES: dict[str, tuple[str, str, Change]] = {
    f"{what} by {by}": (by, to, change)
    for by in (FIRST, ADMIN)
    for what, to, change in (
        (
            "screener leaves",
            SCREENER,
            lambda vault, users: vault.people.remove(users[SCREENER].id),
        ),
        (
            "officer leaves",
            PLACEMENT,
            lambda vault, users: vault.people.remove(users[PLACEMENT].id),
        ),
        (
            "officer becomes screener",
            PLACEMENT,
            lambda vault, users: vault.people.change_roles(users[PLACEMENT].id, ["screener"]),
        ),
        (
            "screener becomes officer",
            SCREENER,
            lambda vault, users: vault.people.change_roles(users[SCREENER].id, ["placement"]),
        ),
        (
            "screener becomes administrator",
            SCREENER,
            lambda vault, users: vault.people.change_roles(users[SCREENER].id, ["administrator"]),
        ),
        (
            "officer is reset",
            PLACEMENT,
            lambda vault, users: vault.people.reset(users[PLACEMENT].id, PASSPHRASE),
        ),
        (
            "officer comes",
            "Test Nieuw",
            lambda vault, users: vault.people.add("Test Nieuw", ["placement"], PASSPHRASE),
        ),
        ("all keys are renewed", "", lambda vault, users: vault.people.rotate()),
    )
}


@contextmanager
def at_statement(number: int, strike: Callable[[], None], *, late: bool = False) -> Iterator[None]:
    """Do something just before, or just after, one of the statements that are run in here."""
    run, left = Store._run, [number]

    def counted(store: Store, statement: str, values: tuple[object, ...] = ()) -> object:
        left[0] -= 1
        if left[0] == 0 and not late:
            strike()
        found = run(store, statement, values)
        if left[0] == 0 and late:
            strike()
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "_run", counted)
        patched.setattr("intake_app.vault.rotation.BATCH", 2)
        yield


def fail() -> None:
    """Be a disk that is full."""
    raise StorageFull


def make_change(vault: UnlockedVault, name: str, users: dict[str, User]) -> None:
    """Change who is there, and re-wrap what this administrator can."""
    CHANGES[name][2](vault, users)
    vault.people.rewrap()


@cache
def statements(folder: Path, name: str) -> int:
    """Return how many statements a change takes."""
    count = [0]
    crew = Crew(folder, {})
    with TemporaryDirectory() as scratch:
        copy = crew.copy(Path(scratch) / "crew")
        users = copy.users()
        with copy.unlocked(CHANGES[name][0]) as vault, pytest.MonkeyPatch.context() as patched:
            run = Store._run

            def counted(store: Store, statement: str, values: tuple[object, ...] = ()) -> object:
                count[0] += 1
                return run(store, statement, values)

            patched.setattr(Store, "_run", counted)
            patched.setattr("intake_app.vault.rotation.BATCH", 2)
            make_change(vault, name, users)
    return count[0]


def check_everybody(crew: Crew, before: dict[str, User], changed: str) -> None:
    """Hold what each person reads against the roles; who is new may read less for now."""
    after, holder = crew.users(), crew.drafts_holder()
    assert holder in {"", before[SCREENER].id}
    for name, user in after.items():
        seen, may = crew.seen_by(name), may_see(user, holder)
        assert seen <= may
        if name != changed:
            assert user == before[name]
            assert seen == may


@pytest.mark.parametrize("how", ["killed", "full", "full after it was written"])
@given(name=st.sampled_from(sorted(CHANGES)), where=st.floats(0, 1, exclude_max=True))
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an example takes seconds where something fails
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_change_may_be_broken_off_anywhere(
    made_crew: Crew, how: str, name: str, where: float
) -> None:
    """After any statement of any transaction: who may read all of it can, and nobody else."""
    by, changed, _ = CHANGES[name]
    at = 1 + int(where * statements(made_crew.folder, name))
    with TemporaryDirectory() as scratch:
        crew, left = made_crew.copy(Path(scratch) / "crew"), Path(scratch) / "left"
        before = crew.users()

        def die() -> None:
            shutil.copytree(crew.folder, left)

        with crew.unlocked(by) as vault:
            with (
                at_statement(at, die if how == "killed" else fail, late="after" in how),
                suppress(StorageFull),
            ):
                make_change(vault, name, before)
            assert crew.seen(vault) == may_see(vault.user, "")
        if how == "killed":
            crew = Crew(left, crew.records)
        check_everybody(crew, before, changed)
        crew.finish()


def test_a_change_whose_traces_cannot_be_cleared_yet_is_made(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the disk: who made it is not told that it is not. The next unit clears them."""
    screener = crew.users()[SCREENER].id
    with crew.unlocked(FIRST) as vault:
        old = vault._work.store.row("user_slot", (screener,)) or {}
        with monkeypatch.context() as patched:
            patched.setattr(Store, "truncate_log", lambda _: fail())
            assert vault.people.remove(screener).user.name == SCREENER
        vault.people.rename(vault.user.id, "Test Andere")
        files = b"".join(path.read_bytes() for path in crew.folder.iterdir())
    assert old["private"] not in files

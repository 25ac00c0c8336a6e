"""Anybody does anything, in any order: who may read something can in the end, and nobody else."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake_app.errors import NotPermitted, UserMissing, UserRefused
from intake_app.vault import Role, UnlockedVault
from tests.unit.vault.crew import PASSPHRASE, RECORDS, ROLES, Crew, content, may_see

NAMES = (*ROLES, "Test Nieuw", "Test Nieuwer")
SOME_ROLES = st.sets(
    st.sampled_from(["screener", "placement", "administrator"]), min_size=1, max_size=3
)
Act = Callable[[UnlockedVault, Crew, str, str, set[Role]], object]


def save(vault: UnlockedVault, crew: Crew, *_: object) -> None:
    """Save every record again, as it was read."""
    for record in vault.records():
        read = vault.open_record(record.id)
        told = {**content(read.summary["name"]), "health": read.health}
        vault.save_record(record.id, revision=read.revision, **told)


def hold(vault: UnlockedVault, crew: Crew, who: str, *_: object) -> None:
    """Give both drafts to somebody, or neither."""
    with vault.unit():
        for name, state in RECORDS.items():
            if state != "finalised":
                vault.people.hold(crew.records[name], who)


ACTS: dict[str, Act] = {
    "add": lambda vault, crew, who, name, roles: vault.people.add(name, roles, PASSPHRASE),
    "remove": lambda vault, crew, who, name, roles: vault.people.remove(who),
    "roles": lambda vault, crew, who, name, roles: vault.people.change_roles(who, roles),
    "reset": lambda vault, crew, who, name, roles: vault.people.reset(who, PASSPHRASE),
    "rotate": lambda vault, crew, who, name, roles: vault.people.rotate(),
    "re-wrap": lambda vault, crew, who, name, roles: vault.people.rewrap(),
    "save": save,
    "hold": hold,
}


def grants(crew: Crew) -> dict[str, set[str]]:
    """Return the keys that were given, by who was."""
    given: dict[str, set[str]] = {}
    with crew.opened() as opened:
        for row in opened._store.rows("role_grant"):
            given.setdefault(row["holder"], set()).add(row["role"])
    return given


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.sampled_from(sorted(ACTS)),
            st.sampled_from(NAMES),
            SOME_ROLES,
        ),
        min_size=4,
        max_size=8,
    )
)
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an example takes seconds where something fails
    suppress_health_check=[HealthCheck.too_slow],
)
def test_people_come_and_go_in_any_order(
    made_crew: Crew, steps: list[tuple[str, str, str, set[Role]]]
) -> None:
    """After each step nobody has or reads more than the role allows; in the end nobody less."""
    with TemporaryDirectory() as scratch:
        crew = made_crew.copy(Path(scratch) / "crew")
        for by, act, name, roles in steps:
            users = crew.users()
            if by not in users:
                continue
            who = users[name].id if name in users else "nobody"
            with (
                crew.unlocked(by) as vault,
                suppress(NotPermitted, UserMissing, UserRefused),
            ):
                ACTS[act](vault, crew, who, name, roles)
            holder, granted = crew.drafts_holder(), grants(crew)
            for each, user in crew.users().items():
                assert granted.pop(user.id) == user.purposes, (act, each)
                assert crew.seen_by(each) <= may_see(user, holder), (act, each)
            assert granted == {}
        crew.finish()

"""A vault that was closed in the middle of a rotation opens for ever, and so does its recovery."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from intake_app.clock import FixedClock
from intake_app.vault import FileSecret, RecoveryOpening, RecoveryPublic, open_recovery_file
from tests.unit.vault.crew import Crew

HERE = Path(__file__).parent
VAULT: dict[str, Any] = json.loads((HERE / "vault-1-rotated.json").read_text("utf-8"))
RECOVERY: dict[str, str] = VAULT["recovery"]


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    """Return a copy of the frozen vault."""
    folder = Path(shutil.copytree(HERE / "vault-1-rotated", tmp_path / "vault"))
    return Crew(folder, VAULT["records"])


@pytest.mark.parametrize("name", VAULT["users"])
def test_each_user_reads_what_was_readable_then(crew: Crew, name: str) -> None:
    """Rows of several generations beside each other; who was new waits for the rest."""
    user = VAULT["users"][name]
    assert sorted(crew.seen_by(name, user["passphrase"])) == user["reads"]
    with crew.unlocked(name, user["passphrase"]) as vault:
        assert (list(vault.user.roles), vault.user.temporary) == (user["roles"], user["temporary"])
        assert vault.verify().ok


def test_its_log_reads_on_over_two_generations(crew: Crew) -> None:
    """From the first line to this unlocking."""
    with crew.unlocked("Test Beheer") as vault:
        lines = [entry.what for entry in vault.audit_entries()]
    assert lines[: len(VAULT["log"])] == VAULT["log"]


def test_what_was_broken_off_is_finished(crew: Crew) -> None:
    """By anybody who holds both generations; then who was new reads everything."""
    with crew.unlocked("Test Plaatsing") as vault:
        rows = vault._work.rows("role_key")
        held = sorted([row["role"], row["generation"]] for row in rows)
        assert (held, vault.people.pending().here) == (VAULT["generations"], VAULT["pending"])
        assert vault.people.rewrap().done
    assert crew.seen_by("Test Nieuw") == crew.seen_by("Test Plaatsing")


def test_the_recovery_file_of_version_1_opens_it(crew: Crew) -> None:
    """The organisation's key, its text and its fingerprint stay what they are on paper."""
    public = RecoveryPublic.parse(RECOVERY["public"])
    assert (public.text, public.fingerprint) == (RECOVERY["public"], RECOVERY["fingerprint"])
    private = open_recovery_file(HERE / "recovery-1.json", RECOVERY["passphrase"])
    device, clock = FileSecret(crew.folder), FixedClock()
    opened = RecoveryOpening(crew.folder, device=device, clock=clock, private=private)
    with closing(opened):
        assert opened.rehearse().ok

"""The power goes while the first sector is written: never is that taken for damage."""

from pathlib import Path
from random import Random

import pytest

from intake_app.errors import VaultMissing
from tests.proofs import shim
from tests.proofs.disk import LOSSES, Disk, Losing
from tests.proofs.power_cuts import INSIDE, record
from tests.proofs.shim import Change
from tests.proofs.specimen import files_of, make_vault, open_vault, put


@pytest.fixture(scope="module")
def making(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Change]]:
    """Return the recording of a vault that is made."""
    if shim.compiler() is None:
        pytest.skip("there is no C compiler here: apt install gcc")
    folder = tmp_path_factory.mktemp("making")
    record(folder / "root", folder / "log", "1", "1", "FULL")
    return folder / "root", list(shim.recorded(folder / "log"))


@pytest.mark.parametrize("losing", LOSSES)
def test_a_making_that_is_cut_off_leaves_none(
    making: tuple[Path, list[Change]], losing: Losing, tmp_path: Path
) -> None:
    """At each of its first changes, until its log is begun: it can be made again."""
    root, changes = making
    disk = Disk(root)
    for number, change in enumerate(changes[:34]):
        if change.kind != "K":
            disk.take(change)
        for seed in range(3):
            disk.cut(losing, Random(10 * number + seed), tmp_path / "cut")  # noqa: S311 - repeatable
            with pytest.raises(VaultMissing):
                open_vault(tmp_path / "cut" / INSIDE)


def test_a_first_sector_torn_while_the_log_is_written_back_is_mended(tmp_path: Path) -> None:
    """The log still holds it: nothing is lost and nobody is told of damage."""
    with make_vault(tmp_path / "vault") as vault:
        record = vault.create_record(
            form_id="s", form_version="1", summary={}, body={"b": "x" * 90_000}, health={}
        )
        files = files_of(tmp_path / "vault")
    torn = b"\x9c" * 40 + files["vault.db"][40:]
    put(tmp_path / "cut", {**files, "vault.db": torn})
    with open_vault(tmp_path / "cut") as vault:
        assert len(vault.open_record(record.id).body["b"]) == 90_000
        assert vault.verify().ok

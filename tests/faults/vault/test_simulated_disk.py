"""The disk that the power cuts are tried on: it loses what a disk may, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.proofs import shim
from tests.proofs.disk import LOSSES, SECTOR, Disk, Losing
from tests.proofs.shim import Change

ROOT = "/somewhere"
FILE = f"{ROOT}/file"


def change(kind: str, number: int = 0, content: bytes = b"") -> Change:
    """Return an entry of a recording about the one file."""
    return Change(kind, 1, number, content)


def cut(changes: list[Change], losing: Losing, target: Path, seed: int = 1) -> bytes | None:
    """Return what the file holds after a power cut, or nothing where it is gone."""
    disk = Disk(Path(ROOT))
    for each in changes:
        disk.take(each)
    disk.cut(losing, Random(seed), target)  # noqa: S311 - a repeatable loss
    path = target / "file"
    return path.read_bytes() if path.exists() else None


MADE = [change("O", content=FILE.encode()), Change("D", 0, 0, ROOT.encode())]


@pytest.mark.parametrize("losing", LOSSES)
def test_what_was_synced_is_there(losing: Losing, tmp_path: Path) -> None:
    """However a disk loses what was not."""
    changes = [*MADE, change("W", 0, b"one"), change("W", 3, b"two"), change("S")]
    for seed in range(20):
        assert cut(changes, losing, tmp_path / "cut", seed) == b"onetwo"


def test_what_was_not_synced_may_be_gone(tmp_path: Path) -> None:
    """All of it, or what came last, or what came first."""
    one, two = change("W", 0, b"one"), change("W", 3, b"two")
    assert cut([*MADE, one, two], "all", tmp_path / "cut") == b""
    ends = {cut([*MADE, one, two], "the end", tmp_path / "cut", seed) for seed in range(60)}
    begins = {cut([*MADE, one, two], "the beginning", tmp_path / "cut", seed) for seed in range(60)}
    assert {b"", b"one", b"onetwo"} <= ends
    assert b"\0\0\0two" in begins


def test_a_write_may_reach_the_disk_in_part(tmp_path: Path) -> None:
    """Some sectors of it, and of a torn one a part."""
    changes = [*MADE, change("W", 0, b"x" * 4 * SECTOR)]
    found = {cut(changes, "any sector", tmp_path / "cut", seed) for seed in range(60)}
    assert len(found) > 5
    assert all(set(content or b"") <= set(b"x\0") for content in found)
    torn = {cut(changes, "torn sectors", tmp_path / "cut", seed) for seed in range(99)}
    assert any(set(content or b"") - set(b"x\0") for content in torn)


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([MADE[0], change("W", 0, b"x"), change("S")], None),
        ([*MADE, change("W", 0, b"x"), change("S"), change("U", content=FILE.encode())], b"x"),
        ([*MADE, change("W", 0, b"x"), change("S"), change("T", 0)], b"x"),
    ],
    ids=["a new name", "a removed name", "a cut"],
)
def test_names_and_sizes_wait_for_a_sync_too(
    changes: list[Change], left: bytes | None, tmp_path: Path
) -> None:
    """A new file is gone, a removed one back, a cut one whole, until the folder or it is synced."""
    assert cut(changes, "all", tmp_path / "cut") == left


PROGRAM = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1])
folder.mkdir()
file = os.open(folder / "file", os.O_RDWR | os.O_CREAT, 0o600)
os.write(file, b"one")
os.pwrite(file, b"two", 8)
os.fsync(file)
os.ftruncate(file, 4)
os.close(file)
(folder / "file").replace(folder / "other")
above = os.open(folder, os.O_RDONLY)
os.fsync(above)
(folder / "other").unlink()
Path(sys.argv[2]).write_text("elsewhere")
"""


@pytest.mark.skipif(shim.compiler() is None, reason="there is no C compiler here: apt install gcc")
def test_the_shim_sees_all_that_changes_a_file_below_its_folder(tmp_path: Path) -> None:
    """In its order, with offsets and bytes; and nothing of other folders."""
    root, log = tmp_path / "root", tmp_path / "log"
    root.mkdir()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root / "v"), str(tmp_path / "elsewhere")],
        env=shim.environment(root, log),
        check=True,
    )
    seen = [(each.kind, each.number, each.content) for each in shim.recorded(log)]
    folder = os.fsencode(root.resolve() / "v")
    assert [entry for entry in seen if entry[0] != "E"] == [
        ("M", 0, folder),
        ("O", 0, folder + b"/file"),
        ("W", 0, b"one"),
        ("W", 8, b"two"),
        ("S", 0, b""),
        ("T", 4, b""),
        ("R", 0, folder + b"/file\0" + folder + b"/other"),
        ("D", 0, folder),
        ("U", 0, folder + b"/other"),
    ]

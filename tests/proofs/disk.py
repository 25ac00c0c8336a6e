"""A disk that may lose what was not synced: built from a recording, cut anywhere.

POSIX promises nothing of a write before the file is synced, and nothing of a name before its
folder is. So what was not synced when the power went may be there or not, each write by itself and
in any order, in sectors of 512 bytes; the size of a file may have grown without its bytes.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal, get_args

from tests.proofs.shim import Change

SECTOR = 512

#: How a disk loses what was not synced.
Losing = Literal["all", "the end", "the beginning", "any write", "any sector", "torn sectors"]
LOSSES: tuple[Losing, ...] = get_args(Losing)


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Change]] = field(default_factory=list)


class Disk:
    """What is on the disk for sure, and what waits for a sync."""

    def __init__(self, root: Path) -> None:
        """Begin with an empty folder."""
        self._root = str(root.resolve())
        self._files: dict[int, _File] = {}
        self._names: dict[str, int | None] = {}  # None: a folder
        self._waiting_names: list[tuple[int, Change]] = []
        self._count = 0

    def take(self, change: Change) -> None:
        """Take in what happened next."""
        self._count += 1
        if change.kind in "WT":
            self._files[change.file].waiting.append((self._count, change))
        elif change.kind == "S":
            file = self._files[change.file]
            for _, waiting in file.waiting:
                _apply(file.synced, waiting)
            file.waiting.clear()
        elif change.kind == "D":
            self._sync_names(change.path)
        elif change.kind in "OMUR":
            if change.kind == "O":
                self._files[change.file] = _File()
            self._waiting_names.append((self._count, change))

    def _sync_names(self, folder: str) -> None:
        kept = []
        for count, change in self._waiting_names:
            if _folder_of(change.path.split("\0", maxsplit=1)[0]) == folder:
                _rename(self._names, change)
            else:
                kept.append((count, change))
        self._waiting_names = kept

    def cut(self, losing: Losing, chance: Random, target: Path) -> None:
        """Leave in a folder what a disk that loses in this way may hold when the power goes now."""
        fate = _Fate(losing, chance, self._count)
        names = dict(self._names)
        for count, change in self._waiting_names:
            if fate.spares(count):
                _rename(names, change)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, number in sorted(names.items()):
            path = target / name.removeprefix(self._root).lstrip("/")
            if not path.parent.is_dir():
                continue  # its folder was lost
            if number is None:
                path.mkdir(exist_ok=True)
            else:
                file = self._files[number]
                path.write_bytes(fate.content(file.synced, file.waiting))


class _Fate:
    """Which of the waiting changes a disk keeps, this time."""

    def __init__(self, losing: Losing, chance: Random, count: int) -> None:
        self._losing = losing
        self._chance = chance
        self._share = chance.choice((0.1, 0.5, 0.9))
        self._moment = chance.randrange(count + 1)

    def spares(self, count: int) -> bool:
        """Tell whether the change with this number reached the disk."""
        if self._losing == "all":
            return False
        if self._losing in {"the end", "the beginning"}:
            return (count <= self._moment) == (self._losing == "the end")
        return self._chance.random() < self._share

    def content(self, synced: bytearray, waiting: list[tuple[int, Change]]) -> bytes:
        """Return what a file holds after all."""
        content = bytearray(synced)
        for count, change in waiting:
            if change.kind == "W" and "sector" in self._losing:
                self._apply_in_sectors(content, change)
            elif self.spares(count):
                _apply(content, change)
            elif change.kind == "W" and self._chance.random() < 0.5:
                _grow(content, change.number + len(change.content))  # its size, without its bytes
        return bytes(content)

    def _apply_in_sectors(self, content: bytearray, change: Change) -> None:
        chance, at, end = self._chance, change.number, change.number + len(change.content)
        while at < end:
            until = min(end, at - at % SECTOR + SECTOR)
            piece = change.content[at - change.number : until - change.number]
            if self._losing == "torn sectors" and chance.random() < 0.1:
                half = chance.randrange(len(piece) + 1)
                # The sector that was being written: its beginning; then what was there, or noise.
                piece = piece[:half] + chance.choice((b"", chance.randbytes(len(piece) - half)))
                _apply(content, Change("W", 0, at, piece))
            elif chance.random() < self._share:
                _apply(content, Change("W", 0, at, piece))
            at = until


def _apply(content: bytearray, change: Change) -> None:
    if change.kind == "T":
        _grow(content, change.number)
        del content[change.number :]
        return
    _grow(content, change.number)
    content[change.number : change.number + len(change.content)] = change.content


def _grow(content: bytearray, size: int) -> None:
    content.extend(bytes(max(0, size - len(content))))


def _rename(names: dict[str, int | None], change: Change) -> None:
    if change.kind == "U":
        names.pop(change.path, None)
    elif change.kind == "R":
        old, new = change.path.split("\0")
        if old in names:
            names[new] = names.pop(old)
    else:
        names[change.path] = change.file if change.kind == "O" else None


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]

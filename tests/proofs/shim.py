"""Builds the shim and speaks with it."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
_HEAD = struct.Struct("<cIQI")

ONCE, ALWAYS, HALF = range(3)


def compiler() -> str | None:
    """Return the system's C compiler, or nothing: Linux alone knows how to preload the shim."""
    return shutil.which("cc") or shutil.which("gcc") if sys.platform == "linux" else None


def build() -> Path:
    """Return the shim, built by the system's compiler; once for each text of its source."""
    name = f"intake-proofs-{os.getuid()}-{sha256(SOURCE.read_bytes()).hexdigest()[:12]}"
    built = Path(tempfile.gettempdir()) / name / "shim.so"
    if not built.exists():
        built.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = built.with_name(f"{os.getpid()}.so")
        flags = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(
            [str(compiler()), *flags, "-o", str(fresh), str(SOURCE), "-ldl", "-lpthread"],
            check=True,
        )
        fresh.replace(built)
    return built


def environment(root: Path, log: Path | None = None) -> dict[str, str]:
    """Return the environment of a process that the shim watches below a folder."""
    asked = {"PROOF_ROOT": str(root.resolve()), "LD_PRELOAD": str(build())}
    if log is not None:
        asked["PROOF_LOG"] = str(log.resolve())
    return {**os.environ, **asked}


class Watched:
    """The shim beneath this very process, which was started with its environment."""

    def __init__(self) -> None:
        """Find its two functions."""
        library = ctypes.CDLL(None)
        self._mark = library.proof_mark
        self._mark.argtypes = (ctypes.c_uint64,)
        self._refuse = library.proof_refuse
        self._refuse.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_int)
        self._refuse.restype = ctypes.c_long

    def mark(self, number: int) -> None:
        """Write into the recording how far the program is."""
        self._mark(number)

    def refuse(self, at: int, error: int, how: int = ALWAYS) -> None:
        """Let the change with this number, counted from now, fail with an error of the system."""
        self._refuse(at, error, how)

    def allow(self) -> int:
        """Refuse nothing any more; return how many changes there were since it was asked last."""
        return int(self._refuse(-1, 0, 0))


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a recording; the letters stand in the source of the shim."""

    kind: str
    file: int
    number: int
    content: bytes

    @property
    def path(self) -> str:
        """The path that the entry is about."""
        return os.fsdecode(self.content)


def recorded(log: Path) -> Iterator[Change]:
    """Read a recording."""
    content, at = log.read_bytes(), 0
    while at < len(content):
        kind, file, number, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        yield Change(kind.decode(), file, number, content[at : at + length])
        at += length

"""What can be done to keep the keys in this process, and what they open, to ourselves.

Keys and opened content lie in buffers that are overwritten. What Python makes of them is not
ours to overwrite: the text that JSON is read from, the values in it, a passphrase as it was
typed, what a library keeps for a moment. Those go when nothing refers to them any more, and
their bytes stay until the memory is used again.
"""

import ctypes
import sys

_PR_SET_DUMPABLE = 4


def wipe(buffer: bytes | bytearray) -> None:
    """Overwrite a buffer with zeros; its length stays. Bytes that cannot be changed stay too."""
    if isinstance(buffer, bytearray):
        buffer[:] = bytes(len(buffer))


def make_undumpable() -> bool:
    """Forbid core dumps and other programs of this user to read our memory, where we can.

    Linux only; the composition root calls it once at start. It does not defend against root.
    Tell whether it was done.
    """
    if sys.platform != "linux":
        return False
    import resource  # noqa: PLC0415 - not on Windows

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0  # type: ignore[no-any-return]
    except (OSError, ValueError, AttributeError):
        return False

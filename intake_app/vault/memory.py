"""What can be done to keep the keys in this process to ourselves."""

import ctypes
import sys

_PR_SET_DUMPABLE = 4


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

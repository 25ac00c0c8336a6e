"""Finding the machine-readable profile inside a PDF, as far as the sandbox's page needs it."""

import re
import zlib
from typing import Final

#: The largest profile that is unpacked; bytes.
LIMIT: Final = 5_000_000

_EMBEDDED: Final = re.compile(
    rb"<<((?:(?!\bobj\b).){0,400}?/EmbeddedFile\b.{0,400}?)>>\s*stream\r?\n", re.DOTALL
)
_LENGTH: Final = re.compile(rb"/Length (\d+)")


def embedded_file(pdf: bytes) -> bytes | None:
    """Return the first file that a PDF carries, None where there is none that can be read."""
    found = _EMBEDDED.search(pdf)
    length = _LENGTH.search(found[1]) if found else None
    if found is None or length is None:
        return None
    stream = pdf[found.end() : found.end() + int(length[1])]
    if b"/FlateDecode" not in found[1]:
        return stream
    try:
        return zlib.decompressobj().decompress(stream, LIMIT)
    except zlib.error:
        return None

"""Functions on text: https://docs.getodk.org/form-operators-functions/#string-functions."""

import base64
import binascii
import hashlib
import math
from collections.abc import Mapping
from types import MappingProxyType

from intake_app.interview.values import Value, number, rounded, text


def substring(words: Value, start: Value, length: Value = math.inf) -> Value:
    """Return a part of a text as XPath 1.0 does: from a place, counted from 1, so many letters."""
    begin = rounded(number(start))
    end = begin + rounded(number(length))
    return "".join(letter for at, letter in enumerate(text(words), 1) if begin <= at < end)


def substr(words: Value, start: Value, end: Value | None = None) -> Value:
    """Return the text from one place (from 0) up to another; negative ones count from the end."""
    whole = text(words)
    first = _index(number(start), len(whole))
    last = len(whole) if end is None else _index(number(end), len(whole))
    return whole[first:last] if first < last else ""


def _index(at: float, length: int) -> int:
    if math.isnan(at):
        return 0
    bounded = int(max(-length, min(at, length)))
    return bounded + length if bounded < 0 else bounded


def translate(words: Value, old: Value, new: Value) -> Value:
    """Return the text with letters replaced by those at the same place, or left out."""
    into = text(new)
    table: dict[int, str | None] = {}
    for at, letter in enumerate(text(old)):
        table.setdefault(ord(letter), into[at] if at < len(into) else None)
    return text(words).translate(table)


def before(words: Value, part: Value) -> Value:
    """Return what stands before a part, blank where it is not there."""
    head, found, _ = text(words).partition(text(part)) if text(part) else ("", "", "")
    return head if found else ""


def after(words: Value, part: Value) -> Value:
    """Return what stands after a part, blank where it is not there."""
    return text(words).partition(text(part))[2] if text(part) else text(words)


def digest(words: Value, algorithm: Value, encoding: Value = "base64") -> Value:
    """Return the digest of a text, in base64 or hex."""
    name = DIGESTS.get(text(algorithm).upper())
    if name is None:
        return ""
    made = hashlib.new(name, text(words).encode(errors="surrogatepass"), usedforsecurity=False)
    if text(encoding).lower() == "hex":
        return made.hexdigest()
    return base64.b64encode(made.digest()).decode("ascii")


#: The algorithms of digest(), as forms name them and as Python does.
DIGESTS: Mapping[str, str] = MappingProxyType(
    {
        "MD5": "md5",
        "SHA-1": "sha1",
        "SHA-256": "sha256",
        "SHA-384": "sha384",
        "SHA-512": "sha512",
    }
)


def base64_decode(words: Value) -> Value:
    """Return what a base64 text holds, blank where it holds no text."""
    try:
        return base64.b64decode(text(words), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""

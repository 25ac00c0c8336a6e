"""A compiled form as a file: its content, the hash of that, and what was prepared from it.

    {content, in canonical JSON, "hash":"...","prepared":[...],"sealed":"..."}

The hash is over the content alone: the same questions have the same hash, whatever was prepared.
Because the content stands in the file as it was hashed, to check it nothing is written again.
What is prepared (see `intake_app.interview.prepared`) only saves time: `sealed` binds it to the
hash, and what does not fit is left aside.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: What stands in the file beside the content.
_BESIDE = frozenset({"hash", "prepared", "sealed"})


def fingerprint(source: Mapping[str, Any]) -> str:
    """Return the hash of a compiled form: SHA-256 of its content in canonical JSON."""
    return _sha256(_content(source))


def completed(source: Mapping[str, Any], prepared: list[Any]) -> dict[str, Any]:
    """Return a compiled form with what was prepared from it."""
    sealed = _seal(source["hash"], _canonical(prepared))
    return {**source, "prepared": prepared, "sealed": sealed}


def written(source: Mapping[str, Any]) -> bytes:
    """Return the bytes of a completed form's file."""
    beside = {name: source[name] for name in ("hash", "prepared", "sealed")}
    return _content(source)[:-1] + b"," + _canonical(beside)[1:] + b"\n"


def opened(data: bytes | str) -> tuple[dict[str, Any], list[Any] | None] | None:
    """Return a form whose hash fits, and what was prepared from it where that fits too.

    None where the bytes are not as `written` has them, or were changed. ValueError or
    RecursionError where they are no JSON.
    """
    if isinstance(data, str):
        data = data.encode()
    # There are no names in what is prepared, so that the last of these is the file's own.
    head, _, tail = data.rpartition(b',"prepared":')
    content, _, named = head.rpartition(b',"hash":"')
    found = _sha256(content + b"}")
    if named != found.encode() + b'"':
        return None
    prepared, _, sealed = tail.rpartition(b',"sealed":"')
    fits = sealed.rstrip() == _seal(found, prepared).encode() + b'"}'
    source = {**json.loads(content + b"}"), "hash": found}
    return source, json.loads(prepared) if fits else None


def _content(source: Mapping[str, Any]) -> bytes:
    return _canonical({name: held for name, held in source.items() if name not in _BESIDE})


def _canonical(held: object) -> bytes:
    words = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return words.encode()


def _seal(hash_: str, prepared: bytes) -> str:
    return _sha256(hash_.encode() + prepared)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

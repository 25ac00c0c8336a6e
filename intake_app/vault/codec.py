"""Content of envelopes as JSON, and times as the vault writes them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from intake_app.errors import VaultDamaged
from intake_app.vault.memory import wipe

_HOUR = 3600


def encode(content: Mapping[str, Any]) -> bytes:
    """Return compact JSON; half a surrogate pair that somebody pasted is kept as it is."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def decode(content: bytes | bytearray) -> dict[str, Any]:
    """Return what was encoded, and overwrite the buffer; raises VaultDamaged."""
    try:
        decoded = json.loads(content.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise VaultDamaged from error
    finally:
        wipe(content)
    if not isinstance(decoded, dict):
        raise VaultDamaged
    return decoded


def hour(moment: datetime) -> int:
    """Return the hour of a moment in seconds since 1970: all that is readable outside envelopes."""
    return int(moment.timestamp()) // _HOUR * _HOUR


def moment(seconds: int) -> datetime:
    """Return the moment, aware, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)

"""Letters: what two devices tell each other in files when a record goes from one to the other.

A letter is a JSON object that its device signed: `type`, `version`, its facts, and a `signature`
(base64, Ed25519) over the compact JSON of all of it without that, in the order of its fields.

    intake/address     who can be offered a record, and by which keys; signed by the device itself
    intake/offer       one record, sealed to an address; with the address of who offers it
    intake/answer      that an offer was taken, or declined
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from intake_app.errors import HandoverRefused, VaultDamaged
from intake_app.vault.codec import encode
from intake_app.vault.crypto import KEY_SIZE, Key, sign, verify
from intake_app.vault.keys import ROLES, Role
from intake_app.words import mark

Kind = Literal["address", "offer", "answer"]
Outcome = Literal["taken", "declined"]

_VERSION: Final = 1
#: A record with its packages is far smaller; more is not read into memory.
_LARGEST: Final = 64 * 1024 * 1024
_LONGEST_ID: Final = 64
_LAST_SECOND: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Address:
    """A person on a device: the user's public key (X25519), and the device's own (Ed25519)."""

    vault_id: str
    user_id: str
    name: str = field(repr=False)
    roles: tuple[Role, ...]
    public: bytes
    verifying: bytes

    def is_of_whom(self, other: "Address") -> bool:
        """Tell whether it is the same person on the same device, whatever name and keys are now."""
        return (self.vault_id, self.user_id, self.verifying) == (
            other.vault_id,
            other.user_id,
            other.verifying,
        )

    @property
    def fingerprint(self) -> str:
        """Thirty digits in groups of five, to read out to each other in any language."""
        digest = hashlib.sha256(b"intake/v1/address" + encode(self.facts())).digest()
        digits = f"{int.from_bytes(digest, 'big') % 10**30:030}"
        return " ".join(digits[at : at + 5] for at in range(0, len(digits), 5))

    def require(self, fingerprint: str) -> None:
        """Raise HandoverRefused where the digits that were read out are of another address."""
        if "".join(fingerprint.split()) != "".join(self.fingerprint.split()):
            raise HandoverRefused(
                mark(
                    "The digits are not those of this file. Ask your colleague to read them out "
                    "again; if they still differ, the file is not from that device."
                )
            )

    def facts(self) -> dict[str, Any]:
        """Return what a letter tells of it."""
        return {
            "vault": self.vault_id,
            "user": self.user_id,
            "name": self.name,
            "roles": list(self.roles),
            "public": to_text(self.public),
            "verifying": to_text(self.verifying),
        }

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> "Address":
        """Read what `facts` returned; raises ValueError, KeyError or TypeError."""
        roles = tuple(role for role in ROLES if role in facts["roles"])
        found = cls(
            to_id(facts["vault"]),
            to_id(facts["user"]),
            str(facts["name"]),
            roles,
            to_bytes(facts["public"]),
            to_bytes(facts["verifying"]),
        )
        if {len(found.public), len(found.verifying)} != {KEY_SIZE}:
            raise ValueError
        return found

    @classmethod
    def read(cls, letter: bytes) -> "Address":
        """Read the letter of an address; raises HandoverRefused."""
        facts = _parsed(letter, "address")
        try:
            found = cls.parse(facts)
        except (ValueError, KeyError, TypeError):
            raise _not_ours() from None
        _require_signed(facts, found.verifying)
        return found


@dataclass(frozen=True, slots=True)
class Offer:
    """A record that travels: a key sealed to somebody, and the content sealed by that key."""

    id: str
    sender: Address
    vault_id: str
    user_id: str
    expires: int
    key: bytes = field(repr=False)
    content: bytes = field(repr=False)

    def letter(self, signing: Key) -> bytes:
        """Return the file, signed."""
        facts = {
            "offer": self.id,
            "sender": self.sender.facts(),
            "vault": self.vault_id,
            "user": self.user_id,
            "expires": self.expires,
            "key": to_text(self.key),
            "content": to_text(self.content),
        }
        return write_letter(signing, "offer", facts)

    @classmethod
    def read(cls, letter: bytes) -> "Offer":
        """Read the letter of an offer; raises HandoverRefused."""
        facts = _parsed(letter, "offer")
        try:
            found = cls(
                to_id(facts["offer"]),
                Address.parse(facts["sender"]),
                to_id(facts["vault"]),
                to_id(facts["user"]),
                min(int(facts["expires"]), _LAST_SECOND),
                to_bytes(facts["key"]),
                to_bytes(facts["content"]),
            )
        except (ValueError, KeyError, TypeError, OverflowError):
            raise _not_ours() from None
        _require_signed(facts, found.sender.verifying)
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an offer on the other device; `sender` is the key of who offered it."""

    offer: str
    sender: bytes
    vault_id: str
    outcome: Outcome
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, letter: bytes) -> "Answer":
        """Read the letter of an answer, whose signature `require` checks."""
        facts = _parsed(letter, "answer")
        try:
            sender, vault_id = to_bytes(facts["sender"]), to_id(facts["vault"])
            return cls(to_id(facts["offer"]), sender, vault_id, _outcome(facts["outcome"]), facts)
        except (ValueError, KeyError, TypeError):
            raise _not_ours() from None

    def require(self, address: Address) -> None:
        """Raise HandoverRefused for what the device of this address did not sign."""
        if self.vault_id != address.vault_id:
            raise _changed()
        _require_signed(self.facts, address.verifying)


def write_letter(signing: Key, kind: Kind, facts: Mapping[str, Any]) -> bytes:
    """Return a letter, signed with the device's key."""
    letter = {"type": f"intake/{kind}", "version": _VERSION, **facts}
    return encode({**letter, "signature": to_text(sign(signing, encode(letter)))})


def to_text(content: bytes) -> str:
    """Return bytes as a letter has them."""
    return base64.b64encode(content).decode()


def to_bytes(text: object) -> bytes:
    """Return what `to_text` was given; raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError
    return base64.b64decode(text, validate=True)


def to_id(text: object) -> str:
    """Return an id as vaults make them; raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError
    if not (text.isascii() and text.isalnum() and len(text) <= _LONGEST_ID):
        raise ValueError
    return text


def _parsed(letter: bytes, kind: Kind) -> dict[str, Any]:
    if len(letter) > _LARGEST:
        raise _not_ours()
    try:
        facts = dict(json.loads(letter))
    except (ValueError, TypeError, RecursionError):
        raise _not_ours() from None
    if (facts.get("type"), facts.get("version")) != (f"intake/{kind}", _VERSION):
        raise _not_ours()
    return facts


def _outcome(text: str) -> Outcome:
    if text not in get_args(Outcome):
        raise ValueError
    return text  # type: ignore[return-value] # it was just looked up among its values


def _require_signed(facts: Mapping[str, Any], verifying: bytes) -> None:
    unsigned = {name: value for name, value in facts.items() if name != "signature"}
    try:
        held = verify(verifying, to_bytes(facts.get("signature")), encode(unsigned))
    except (ValueError, TypeError, VaultDamaged, RecursionError):
        held = False
    if not held:
        raise _changed()


def _not_ours() -> HandoverRefused:
    return HandoverRefused(
        mark(
            "That file cannot be read, or it is not the one that is needed here. Ask your "
            "colleague for it again."
        )
    )


def _changed() -> HandoverRefused:
    return HandoverRefused(
        mark(
            "That file was changed on its way, or another device wrote it. Nothing was changed "
            "here. Ask your colleague to write it again."
        )
    )

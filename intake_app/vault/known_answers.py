"""Whether the ciphers of this installation give the answers that they must.

Argon2id as the reference implementation computes it; a key envelope made with Python's own hmac
and AES-GCM; Ed25519 as RFC 8032 has it. A grant is random, so it is sealed and opened.
"""

from intake_app.errors import VaultDamaged
from intake_app.vault.crypto import (
    GrantEnvelope,
    Key,
    KeyEnvelope,
    Place,
    derive_argon2id,
    derive_argon2id_by_cffi,
    derive_public,
    derive_verifying,
    make_key,
    sign,
    verify,
)

_SALT = bytes(range(16))
_KEY = bytes(range(32))
_WRAPPED = bytes(range(32, 64))
_PLACE = Place("vault", "record", "row", "record_key", generation=1)

_ARGON2ID = "5102737428d1827c35eb0329c1d03599b3fb22954d6231011dbb1a07951f4cb3"
_ENVELOPE = (
    "0101000102030405060708090a0b0c0d0e0f6c482a1582e1c2c38213c3c3b3de9b50"
    "3032a7de1d8c11e0ea254a843e55900e3a9231a511731956cfdb53d6f0f50ae6"
)
#: RFC 8032, section 7.1, test 1: seed, public key, signature of the empty message.
_SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
    "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def wrong_answers() -> tuple[str, ...]:
    """Name the ciphers that do not give the known answer; none is as it should be."""
    checks = {
        "Argon2id": lambda: derive_argon2id(b"plainly a test", _SALT).hex() == _ARGON2ID,
        "Argon2id (cffi)": lambda: (
            derive_argon2id_by_cffi(b"plainly a test", _SALT).hex() == _ARGON2ID
        ),
        "AES-256-GCM": _envelope_opens,
        "HPKE": _grant_opens_for_its_holder_alone,
        "Ed25519": _signature_is_that_of_the_rfc,
    }
    return tuple(name for name, holds in checks.items() if not holds())


def _envelope_opens() -> bool:
    envelope = bytes.fromhex(_ENVELOPE)
    opened = KeyEnvelope.unwrap(Key(_KEY), envelope, _PLACE)
    flipped = envelope[:-1] + bytes((envelope[-1] ^ 1,))
    return bytes(opened.material) == _WRAPPED and not _unwraps(flipped)


def _unwraps(envelope: bytes) -> bool:
    try:
        KeyEnvelope.unwrap(Key(_KEY), envelope, _PLACE)
    except VaultDamaged:
        return False
    return True


def _grant_opens_for_its_holder_alone() -> bool:
    holder, key = make_key(), make_key()
    grant = GrantEnvelope.seal(derive_public(holder), key, b"for this")
    if GrantEnvelope.open(holder, grant, b"for this").material != key.material:
        return False
    try:
        GrantEnvelope.open(make_key(), grant, b"for this")
    except VaultDamaged:
        return True
    return False


def _signature_is_that_of_the_rfc() -> bool:
    seed, public = Key(bytes.fromhex(_SEED)), bytes.fromhex(_PUBLIC)
    signature = sign(seed, b"")
    return (
        derive_verifying(seed) == public
        and signature.hex() == _SIGNATURE
        and verify(public, signature, b"")
        and not verify(public, signature, b"another message")
    )

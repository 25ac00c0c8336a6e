"""Every use of cryptography in the program: sealing, wrapping, granting, deriving, signing.

Functions named `derive_…` give the same bytes for the same input; `make_…` are random. A key
that wraps keys never seals content: each purpose has a key of its own, derived by its label.
"""

import hmac
import secrets
import struct
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from intake_app.errors import VaultDamaged, VaultLocked
from intake_app.vault.memory import wipe

#: The version of an envelope: its first byte, and the first of its associated data. The format
#: of the tables has a number of its own (`migrations`), so that what one user cannot open need
#: not be sealed anew when only the tables change.
ENVELOPE = 1
KEY_SIZE = 32
SALT_SIZE = 16

#: Argon2id, OWASP's and RFC 9106's second choice of parameters for a device with little memory.
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_PASSES = 3
ARGON2_LANES = 4
#: The number under which a slot remembers these parameters.
KDF = 1

_SUITE = 1  # HKDF-Expand with SHA-512, AES-256-GCM
_HEADER = bytes((ENVELOPE, _SUITE))
_TAG_SIZE = 16
_LENGTH_SIZE = 4
_PART = struct.Struct(">cI")
_INTEGER = struct.Struct(">cIq")
_NONCE_SIZE = 12
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

#: What can be packed: a column of a row, a word of associated data.
Part = int | str | bytes | None


class Key:
    """Thirty-two secret bytes in a buffer that can be zeroed; its repr shows nothing."""

    __slots__ = ("_buffer",)

    def __init__(self, material: bytes | bytearray | memoryview) -> None:
        """Take a copy of the bytes."""
        if len(material) != KEY_SIZE:
            raise VaultDamaged
        self._buffer = bytearray(material)

    @property
    def material(self) -> bytearray:
        """The bytes themselves; raises VaultLocked once they were wiped."""
        if not self._buffer:
            raise VaultLocked
        return self._buffer

    def wipe(self) -> None:
        """Overwrite the bytes and forget them, as far as Python lets."""
        wipe(self._buffer)
        self._buffer.clear()

    def __repr__(self) -> str:
        """Show that it is a key and nothing of it."""
        return "Key(…)"


def pack(*parts: Part) -> bytes:
    """Return the parts as one unambiguous string: each a type letter, a length of 4 bytes, bytes.

    Integers are 8 bytes, big-endian, signed; text is UTF-8.
    """
    packed = bytearray()
    for part in parts:
        if isinstance(part, str):
            content = part.encode()
            packed += _PART.pack(b"s", len(content))
            packed += content
        elif isinstance(part, int):
            packed += _INTEGER.pack(b"i", 8, part)
        elif part is None:
            packed += _PART.pack(b"n", 0)
        else:
            packed += _PART.pack(b"b", len(part))
            packed += part
    return bytes(packed)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed thing belongs: the associated data of its envelope.

    An envelope opens only in its own vault, table, row and field, at its own revision, for its
    own version of the form and its own generation of the role key.
    """

    vault_id: str
    table: str
    row: str
    field: str
    revision: int = 0
    form_id: str = ""
    form_version: str = ""
    generation: int = 0

    def data(self) -> bytes:
        """Return the associated data."""
        return pack(
            ENVELOPE,
            self.vault_id,
            self.table,
            self.row,
            self.field,
            self.revision,
            self.form_id,
            self.form_version,
            self.generation,
        )


class DataEnvelope:
    """Content sealed under a key, padded so that its size tells little.

    ========  =====  ==============================================================
    offset    bytes  what
    ========  =====  ==============================================================
    0         1      version, 1
    1         1      suite, 1: HKDF-Expand with SHA-512, AES-256-GCM
    2         16     salt, random at every write
    18        n      ciphertext of: length of the content (4, big-endian), content,
                     zeros up to the size bucket
    18 + n    16     tag
    ========  =====  ==============================================================

    The write key (32) and nonce (12) are HKDF-Expand(key, "intake/v1/data" ‖ salt, 44), so that
    neither is ever used twice. The associated data is `Place.data()`. Buckets are an eighth of
    the largest power of two below the size, and `smallest` at least.
    """

    _LABEL = b"intake/v1/data"

    @classmethod
    def seal(
        cls, key: Key, content: bytes | bytearray, place: Place, *, smallest: int = 256
    ) -> bytes:
        """Return an envelope that only this key opens, and only in this place."""
        size = _LENGTH_SIZE + len(content)
        step = max(smallest, (1 << (size.bit_length() - 1)) // 8)
        padded = bytearray(size + -size % step)
        padded[:_LENGTH_SIZE] = len(content).to_bytes(_LENGTH_SIZE, "big")
        padded[_LENGTH_SIZE:size] = content
        try:
            return _seal(cls._LABEL, key, padded, place.data())
        finally:
            wipe(padded)

    @classmethod
    def open(cls, key: Key, envelope: bytes, place: Place) -> bytearray:
        """Return the content, for the caller to `wipe` once it was read.

        Raises VaultDamaged when a byte of it or its place differs.
        """
        padded = _open(cls._LABEL, key, envelope, place.data())
        try:
            end = _LENGTH_SIZE + int.from_bytes(padded[:_LENGTH_SIZE], "big")
            if end > len(padded) or padded.count(0, end) != len(padded) - end:
                raise VaultDamaged
            return padded[_LENGTH_SIZE:end]
        finally:
            wipe(padded)


class KeyEnvelope:
    """A key wrapped by another: laid out as `DataEnvelope`, 32 bytes inside, without padding.

    Its write key is expanded under the label "intake/v1/key", so that neither kind of envelope
    can be taken for the other.
    """

    _LABEL = b"intake/v1/key"

    @classmethod
    def wrap(cls, key: Key, wrapped: Key, place: Place) -> bytes:
        """Return an envelope of 66 bytes that holds the wrapped key."""
        return _seal(cls._LABEL, key, wrapped.material, place.data())

    @classmethod
    def unwrap(cls, key: Key, envelope: bytes, place: Place) -> Key:
        """Return the wrapped key; raises VaultDamaged."""
        return _taken(_open(cls._LABEL, key, envelope, place.data()))


class GrantEnvelope:
    """A key sealed to the holder of a private key: HPKE (RFC 9180), base mode, single shot.

    encapsulated X25519 key (32) ‖ ciphertext (32) ‖ tag (16); DHKEM(X25519, HKDF-SHA256),
    HKDF-SHA256, AES-256-GCM. The public interface takes no associated data, so what a grant is
    for is bound through `info`. Base mode does not say who sealed it: where that matters, the
    grant is signed as well.
    """

    @staticmethod
    def seal(public: bytes, key: Key, info: bytes) -> bytes:
        """Return the key sealed to a public key."""
        try:
            holder = X25519PublicKey.from_public_bytes(public)
            return _HPKE.encrypt(bytes(key.material), holder, info)
        except ValueError as error:
            raise VaultDamaged from error

    @staticmethod
    def open(private: Key, grant: bytes, info: bytes) -> Key:
        """Return the key that was sealed to us; raises VaultDamaged."""
        holder = X25519PrivateKey.from_private_bytes(private.material)
        try:
            return Key(_HPKE.decrypt(grant, holder, info))
        except (InvalidTag, ValueError) as error:
            raise VaultDamaged from error


def _expanded(key: Key, info: bytes, size: int) -> bytearray:
    expanded = bytearray(size)
    HKDFExpand(hashes.SHA512(), size, info).derive_into(key.material, expanded)
    return expanded


def _taken(buffer: bytearray) -> Key:
    """Return the key that lies in a buffer, and overwrite the buffer."""
    try:
        return Key(buffer)
    finally:
        wipe(buffer)


def _seal(label: bytes, key: Key, plain: bytearray, associated: bytes) -> bytes:
    salt = secrets.token_bytes(SALT_SIZE)
    once = _expanded(key, label + salt, KEY_SIZE + _NONCE_SIZE)
    cipher = AESGCM(memoryview(once)[:KEY_SIZE])
    sealed = cipher.encrypt(memoryview(once)[KEY_SIZE:], plain, associated)
    wipe(once)
    return _HEADER + salt + sealed


def _open(label: bytes, key: Key, envelope: bytes, associated: bytes) -> bytearray:
    start = len(_HEADER) + SALT_SIZE
    if envelope[: len(_HEADER)] != _HEADER or len(envelope) < start + _TAG_SIZE:
        raise VaultDamaged
    once = _expanded(key, label + envelope[len(_HEADER) : start], KEY_SIZE + _NONCE_SIZE)
    plain = bytearray(len(envelope) - start - _TAG_SIZE)
    try:
        cipher = AESGCM(memoryview(once)[:KEY_SIZE])
        nonce = memoryview(once)[KEY_SIZE:]
        cipher.decrypt_into(nonce, memoryview(envelope)[start:], associated, plain)
    except InvalidTag as error:
        raise VaultDamaged from error
    finally:
        wipe(once)
    return plain


def make_key() -> Key:
    """Return a new random key."""
    return Key(secrets.token_bytes(KEY_SIZE))


def make_salt() -> bytes:
    """Return a new random salt."""
    return secrets.token_bytes(SALT_SIZE)


def derive_key(key: Key, label: str, *context: Part) -> Key:
    """Return the key that HKDF-Expand with SHA-512 gives for a label and its context."""
    info = label.encode() + (pack(*context) if context else b"")
    return _taken(_expanded(key, info, KEY_SIZE))


def derive_passphrase_root(passphrase: str, salt: bytes, device: Key) -> Key:
    """Return what a passphrase (in NFKC) and the device's secret give together.

    Argon2id, then HKDF-Extract with SHA-256 salted by the device's secret: without that secret
    the passphrase cannot even be guessed at.
    """
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    stretched = derive_argon2id(typed, salt)
    return Key(HKDF.extract(hashes.SHA256(), bytes(device.material), stretched))


def derive_argon2id(secret: bytes, salt: bytes) -> bytes:
    """Return 32 bytes of Argon2id.

    OpenSSL has it from version 3.2 on; where it does not, argon2-cffi gives the same bytes.
    """
    try:
        return Argon2id(
            salt=salt,
            length=KEY_SIZE,
            iterations=ARGON2_PASSES,
            lanes=ARGON2_LANES,
            memory_cost=ARGON2_MEMORY_KIB,
        ).derive(secret)
    except UnsupportedAlgorithm:
        return derive_argon2id_by_cffi(secret, salt)


def derive_argon2id_by_cffi(secret: bytes, salt: bytes) -> bytes:
    """Return the same 32 bytes, computed by argon2-cffi."""
    return hash_secret_raw(
        secret,
        salt,
        time_cost=ARGON2_PASSES,
        memory_cost=ARGON2_MEMORY_KIB,
        parallelism=ARGON2_LANES,
        hash_len=KEY_SIZE,
        type=Type.ID,
    )


def derive_public(private: Key) -> bytes:
    """Return the X25519 public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private.material).public_key().public_bytes_raw()


def derive_verifying(signing: Key) -> bytes:
    """Return the Ed25519 public key that belongs to a signing key."""
    return Ed25519PrivateKey.from_private_bytes(signing.material).public_key().public_bytes_raw()


def derive_digest(key: Key, message: bytes) -> bytes:
    """Return HMAC-SHA-512 of a message."""
    return hmac.digest(key.material, message, "sha512")


def sign(signing: Key, message: bytes) -> bytes:
    """Return an Ed25519 signature."""
    return Ed25519PrivateKey.from_private_bytes(signing.material).sign(message)


def verify(verifying: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature is that of the message by this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(verifying).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def equal(one: bytes, other: bytes) -> bool:
    """Compare without telling by the time it takes where they differ."""
    return hmac.compare_digest(one, other)

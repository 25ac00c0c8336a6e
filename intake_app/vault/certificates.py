"""Certificates of erasure: what was erased, by whom and when, signed by the device.

A certificate names records by their random ids and nobody by name, so it may leave the device.
The organisation knows the device's public key and can check it without the device.
"""

import base64
from collections.abc import Mapping
from typing import Any

from intake_app.vault.codec import encode
from intake_app.vault.crypto import Key, derive_verifying, sign, verify

_TYPE = "intake/erasure/1"


def make_certificate(signing: Key, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate that a record was erased, signed with the device's key.

    Ed25519 over its compact JSON without the signature, in the order of its fields.
    """
    public = base64.b64encode(derive_verifying(signing)).decode()
    certificate = {"type": _TYPE, **facts, "public_key": public}
    signature = sign(signing, encode(certificate))
    return {**certificate, "signature": base64.b64encode(signature).decode()}


def certificate_holds(certificate: Mapping[str, Any], verifying: bytes) -> bool:
    """Tell whether a certificate was signed with the key that belongs to this public one."""
    unsigned = {name: value for name, value in certificate.items() if name != "signature"}
    try:
        signature = base64.b64decode(str(certificate.get("signature", "")), validate=True)
    except ValueError:
        return False
    return certificate.get("type") == _TYPE and verify(verifying, signature, encode(unsigned))

"""`intake-app vault certificates`, `check-certificate`: proof of what was erased."""

import argparse
import base64
import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from intake_app.commands.arguments import (
    FOUND,
    command,
    json_option,
    unlock,
    user_option,
    vault_option,
)
from intake_app.errors import ConfigurationError
from intake_app.words import mark

_KEY_SIZE = 32


def add_to(group: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the commands to the group of the vault."""
    certificates = command(
        group,
        "certificates",
        _certificates,
        "Print the certificates of what was erased, each signed by the device, and the public "
        "key that they can be checked with.",
    )
    vault_option(certificates)
    user_option(certificates)
    json_option(certificates)
    check = command(
        group,
        "check-certificate",
        _check,
        "Check certificates of erasure against a device's public key. No vault is needed.",
    )
    check.add_argument("file", type=Path, help="what `vault certificates --json` printed")
    check.add_argument(
        "--key",
        required=True,
        type=_public_key,
        metavar="PUBLIC",
        help="the device's public key, as it was noted when the vault was made",
    )
    json_option(check)


def _public_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_SIZE:
        raise argparse.ArgumentTypeError("that is not a device's public key: 44 characters")
    return key


def _certificates(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        vault = unlock(args, stack)
        found = [receipt.content for receipt in vault.certificates()]
        public = base64.b64encode(vault.verifying_key()).decode()
    if args.json:
        print(json.dumps({"public_key": public, "certificates": found}))
        return 0
    for each in found:
        print(f"{each['at']}  {each['record']}  {each['reason']}")
    print(f"{len(found)} certificates; the device's public key: {public}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from intake_app.vault import certificate_holds

    told = [(each, certificate_holds(each, args.key)) for each in _read(args.file)]
    if args.json:
        checked = [{"record": each.get("record"), "holds": holds} for each, holds in told]
        print(json.dumps({"certificates": checked}))
    else:
        for each, holds in told:
            said = "holds " if holds else "DOES NOT HOLD"
            print(f"{said} {each.get('at', '')}  {each.get('record', '')}")
    return 0 if told and all(holds for _, holds in told) else FOUND


def _read(file: Path) -> list[Mapping[str, Any]]:
    """Return the certificates of a file: one, or what `certificates --json` prints."""
    try:
        told = json.loads(file.read_bytes())
        return [dict(each) for each in told.get("certificates", [told])]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        raise ConfigurationError(
            mark("The certificates in {file} cannot be read."), file=file.name
        ) from None

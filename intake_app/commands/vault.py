"""`intake-app vault`: make and check a vault without a screen."""

import argparse
import base64
import json
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake_app.clock import SystemClock
from intake_app.commands import certificates, log, recovery, users
from intake_app.commands.arguments import (
    FOUND,
    a_name,
    command,
    generate_option,
    json_option,
    new_passphrase,
    passphrase,
    unlock,
    user_option,
    vault_option,
)
from intake_app.errors import ConfigurationError, StorageFull, StorageRefused, VaultDamaged
from intake_app.settings import Settings
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.vault import VerifyReport


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the group to the command line."""
    group = commands.add_parser("vault", help="Make and check a vault.")
    vaults = group.add_subparsers(metavar="COMMAND", required=True)
    init = command(
        vaults,
        "init",
        _init,
        "Make a vault. The passphrase is asked, or read from standard input.",
    )
    vault_option(init)
    init.add_argument("--organisation", type=a_name, required=True)
    init.add_argument("--location", type=a_name, required=True)
    init.add_argument("--user", type=a_name, required=True, help="the first user's name")
    init.add_argument(
        "--recovery-key",
        metavar="PUBLIC",
        help="what `vault recovery-key` printed: the organisation can open this vault too",
    )
    generate_option(init)
    init.add_argument(
        "--endpoints",
        type=Path,
        metavar="FILE",
        help="JSON with the case systems: “organisation” and CBS codes (GM0193), each with its "
        "settings; it holds secrets, so keep it as one",
    )
    json_option(init)
    verify = command(
        vaults,
        "verify",
        _verify,
        "Read and check all of a vault, thing by thing, also one that is damaged: that is only "
        "read, never written to. The passphrase is asked, or read from standard input.",
    )
    vault_option(verify)
    user_option(verify)
    verify.add_argument(
        "--accept-older",
        action="store_true",
        help="as an administrator: go on with an earlier copy of the vault that was put back",
    )
    json_option(verify)
    users.add_to(vaults)
    recovery.add_to(vaults)
    certificates.add_to(vaults)
    log.add_to(vaults)


def _init(args: argparse.Namespace) -> int:
    from intake_app.vault import RecoveryPublic, Vault, device_secret, make_undumpable

    make_undumpable()
    settings = Settings(
        organisation=args.organisation,
        location=args.location,
        endpoints=_endpoints(args.endpoints) if args.endpoints else {},
    )
    public = RecoveryPublic.parse(args.recovery_key).material if args.recovery_key else None
    chosen = new_passphrase(args)
    device = device_secret(args.vault)
    with Vault.create(
        args.vault,
        device=device,
        user_name=args.user,
        passphrase=chosen,
        recovery_public=public,
        settings=settings.to_json(),
        clock=SystemClock(),
    ) as vault:
        signs = base64.b64encode(vault.verifying_key()).decode()
    if args.json:
        told = {"vault": str(args.vault), "public_key": signs, "device_key_in": device.kind}
        print(json.dumps({**told, **({"passphrase": chosen} if args.generate else {})}))
        return 0
    print(f"A vault was made in {args.vault}")
    print(device.meaning)
    print(f"The device's public key, to note and to check certificates with: {signs}")
    if args.generate:
        print(f"The passphrase, shown this once: {chosen}")
    return 0


def _endpoints(file: Path) -> dict[str, dict[str, str]]:
    """Read the case systems of a file; each is looked at when something is delivered to it."""
    try:
        told = json.loads(file.read_bytes())
        return {str(name): dict(endpoint) for name, endpoint in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        raise ConfigurationError(
            mark("The case systems in {file} cannot be read. Nothing was made."), file=file.name
        ) from None


def _verify(args: argparse.Namespace) -> int:
    report = _read(args)
    if args.json:
        print(json.dumps(_told(report)))
    else:
        print(
            f"{report.records} records, {report.packages} packages, {report.receipts} receipts, "
            f"{report.audit_entries} log entries: {'whole' if report.ok else 'DAMAGED'}"
        )
        if report.sealed_away:
            print(f"  {report.sealed_away} sealed away from this user and so not read")
        for thing in report.damaged:
            print(f"  damaged: {thing}")
    return 0 if report.ok else FOUND


def _read(args: argparse.Namespace) -> "VerifyReport":
    """Unlock and check; what cannot be unlocked for damage is read as it lies, past the damage."""
    from intake_app.vault import device_secret, examine

    asked = cache(passphrase)
    try:
        with ExitStack() as stack:
            return unlock(args, stack, asked, accept_older=args.accept_older).verify()
    except (VaultDamaged, StorageFull, StorageRefused):
        return examine(
            args.vault,
            device=device_secret(args.vault),
            user=args.user,
            passphrase=asked(),
            clock=SystemClock(),
        )


def _told(report: "VerifyReport") -> dict[str, Any]:
    return {
        "ok": report.ok,
        "records": report.records,
        "packages": report.packages,
        "receipts": report.receipts,
        "audit_entries": report.audit_entries,
        "sealed_away": report.sealed_away,
        "damaged": report.damaged,
        "findings": [asdict(each) for each in report.findings],
    }

"""`intake-app vault recovery-key`, `set-recovery` and `recover`: the organisation's own key."""

import argparse
import json
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake_app.clock import SystemClock
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
from intake_app.errors import ConfigurationError, VaultMissing
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.vault import RecoveryOpening


def add_to(vaults: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the commands to the group of the vault."""
    make = command(
        vaults,
        "recovery-key",
        _make,
        "Make the organisation's recovery key, on a computer that is not a device. The file holds\n"
        "its private half under a passphrase, which is asked or read from standard input: keep\n"
        "the two apart, locked away. What is printed goes to every device.",
    )
    make.add_argument("file", type=Path, metavar="FILE", help="the file to write; must be new")
    generate_option(make)
    json_option(make)
    give = command(
        vaults,
        "set-recovery",
        _give,
        "Give a vault the organisation's recovery key, in place of an earlier one. The passphrase\n"
        "is asked, or read from standard input.",
    )
    give.add_argument("public", metavar="PUBLIC", help="what `vault recovery-key` printed")
    vault_option(give)
    user_option(give)
    json_option(give)
    recover = command(
        vaults,
        "recover",
        _recover,
        "Open a vault with the recovery key and make a new administrator. The passphrase of the\n"
        "key's file is asked, or read from standard input; then that of the new administrator.",
    )
    recover.add_argument("--key", type=Path, metavar="FILE", required=True)
    recover.add_argument(
        "--dry-run",
        action="store_true",
        help="open all that it would open, count it, and write nothing",
    )
    recover.add_argument("--name", type=a_name, help="the new administrator's name")
    recover.add_argument(
        "--remove", metavar="WHO", default="", help="remove who is lost, by name or id"
    )
    recover.add_argument(
        "--new-device-secret",
        action="store_true",
        help="the device's own key is gone for good: remove every user and make another",
    )
    recover.add_argument(
        "--accept-older", action="store_true", help="go on with an earlier copy of the vault"
    )
    generate_option(recover)
    vault_option(recover)
    json_option(recover)


def _make(args: argparse.Namespace) -> int:
    from intake_app.vault import make_recovery_file, make_undumpable

    make_undumpable()
    chosen = new_passphrase(args)
    public = make_recovery_file(args.file, chosen)
    told = {"file": str(args.file), "public": public.text, "fingerprint": public.fingerprint}
    given = {"passphrase": chosen} if args.generate else {}
    if args.json:
        print(json.dumps({**told, **given}))
        return 0
    print(f"The private half is in {args.file}: lock it away, and never bring it to a device.")
    print(f"The public half, for every device:  {public.text}")
    print(f"Its fingerprint, to read out:       {public.fingerprint}")
    if args.generate:
        print(f"The passphrase, shown this once:    {chosen}")
    return 0


def _give(args: argparse.Namespace) -> int:
    from intake_app.vault import RecoveryPublic

    public = RecoveryPublic.parse(args.public)
    with ExitStack() as stack:
        people = unlock(args, stack).people
        people.set_recovery(public)
        pending = people.rewrap()
    if args.json:
        print(json.dumps({"fingerprint": public.fingerprint, "pending": pending.elsewhere}))
        return 0
    print(f"This vault can be recovered with the key {public.fingerprint}")
    if pending.elsewhere:
        print(f"  all but {pending.elsewhere}, until a colleague who can open those unlocks")
    return 0


def _recover(args: argparse.Namespace) -> int:
    from intake_app.vault import (
        RecoveryOpening,
        device_secret,
        make_undumpable,
        open_recovery_file,
    )

    make_undumpable()
    if not (args.dry_run or args.name):
        raise ConfigurationError(mark("Say who is to be the new administrator with --name."))
    if not args.vault.is_dir():
        raise VaultMissing
    private = open_recovery_file(args.key, passphrase("Passphrase of the recovery key: "))
    device = device_secret(args.vault)
    opened = RecoveryOpening(args.vault, device=device, clock=SystemClock(), private=private)
    with closing(opened):
        return _rehearse(args, opened) if args.dry_run else _make_administrator(args, opened)


def _rehearse(args: argparse.Namespace, opened: "RecoveryOpening") -> int:
    rehearsal = opened.rehearse()
    report = rehearsal.report
    if args.json:
        told = {
            "ok": rehearsal.ok,
            "records": report.records,
            "packages": report.packages,
            "receipts": report.receipts,
            "audit_entries": report.audit_entries,
            "unopened": rehearsal.unopened,
            "slots": rehearsal.slots,
            "older": rehearsal.older,
            "device_key": rehearsal.device_key,
        }
        print(json.dumps(told))
    else:
        print(
            f"{report.records} records, {report.packages} packages, {report.receipts} receipts, "
            f"{report.audit_entries} log entries: "
            f"{'all of it opens' if rehearsal.ok else 'NOT ALL OF IT OPENS'}. Nothing was written."
        )
        for thing in rehearsal.unopened:
            print(f"  does not open: {thing}")
        if rehearsal.older:
            print("  this is an earlier copy of the vault: what was written later is not in it")
        if not rehearsal.slots:
            print("  the device's own key is gone: its users would have to be added again")
        print(f"The device's signing key: {rehearsal.device_key}")
    return 0 if rehearsal.ok else FOUND


def _make_administrator(args: argparse.Namespace, opened: "RecoveryOpening") -> int:
    chosen = new_passphrase(args)
    done = opened.recover(
        args.name,
        chosen,
        remove=args.remove,
        new_device_secret=args.new_device_secret,
        accept_older=args.accept_older,
    )
    given = {"passphrase": chosen} if args.generate else {}
    if args.json:
        told = {"user": done.user.id, "removed": done.removed, "drafts": done.drafts}
        print(json.dumps({**told, **given}))
        return 0
    print(f"{done.user.name} is administrator from now on, with every role")
    if args.generate:
        print(f"The passphrase, shown this once: {chosen}")
    for user_id in done.removed:
        print(f"  removed: {user_id}")
    for draft in done.drafts:
        print(f"  nobody holds the draft {draft} any more")
    if done.removed:
        print("  `intake-app vault rotate --finish` brings what is stored to the new keys")
    return 0

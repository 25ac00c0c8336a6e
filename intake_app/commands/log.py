"""`intake-app vault audit`: the log of who did what, for who has to answer for it."""

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from intake_app.commands.arguments import (
    FOUND,
    a_date,
    command,
    json_option,
    unlock,
    user_option,
    vault_option,
)

if TYPE_CHECKING:
    from intake_app.vault import AuditEntry

_HEAD_LENGTH = 64


def add_to(group: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to the group of the vault."""
    log = command(
        group,
        "audit",
        _audit,
        "Print the log: who, what, when, on which record and fields, never a value; and the head "
        "of its chain. For an administrator.",
    )
    vault_option(log)
    user_option(log)
    log.add_argument("--since", type=a_date, metavar="DATE", help="only from this date on (UTC)")
    log.add_argument(
        "--head",
        type=_head,
        metavar="HEX",
        help="a head that was sent along with a delivery: is it still in the chain?",
    )
    json_option(log)


def _head(text: str) -> str:
    try:
        if len(bytes.fromhex(text)) * 2 == len(text) == _HEAD_LENGTH:
            return text.lower()
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("a head is 64 characters 0-9 and a-f")


def _audit(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        vault = unlock(args, stack)
        entries = vault.audit_entries()
        told: dict[str, Any] = {"vault": vault.vault_id, "head": vault.audit_head()}
        if args.head:
            told["head_found_at"] = vault.entry_of_head(args.head)
        told["clock_set_back"] = vault.clock_is_back
        told["users"] = {user.id: user.name for user in vault.people.users()}
    shown = [each for each in entries if args.since is None or each.at.date() >= args.since]
    if args.json:
        print(json.dumps({**told, "entries": [_plain(each) for each in shown]}))
    else:
        for line in _lines(shown, told):
            print(line)
    return FOUND if args.head and told["head_found_at"] is None else 0


def _plain(entry: "AuditEntry") -> dict[str, Any]:
    return {**asdict(entry), "at": entry.at.isoformat()}


def _lines(entries: "list[AuditEntry]", told: Mapping[str, Any]) -> Iterator[str]:
    for each in entries:
        who = told["users"].get(each.who, each.who[:8])
        about = " ".join((each.record[:8], *each.fields))
        yield f"{each.seq:6}  {each.at:%Y-%m-%d %H:%M:%S}  {who}  {each.what}  {about}".rstrip()
    yield f"head of the chain: {told['head']}"
    if "head_found_at" in told:
        found = told["head_found_at"]
        yield (
            "the head that was given IS NOT in this chain"
            if found is None
            else f"the head that was given: after entry {found}"
        )
    if told["clock_set_back"]:
        yield "this device's clock runs behind what was written last"

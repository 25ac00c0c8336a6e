"""`intake-app vault user`, `hold`, `passphrase` and `rotate`: who may do what on a device."""

import argparse
import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any

from intake_app.commands.arguments import (
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
from intake_app.errors import UserMissing

if TYPE_CHECKING:
    from intake_app.vault import Change, Pending, People

_ROLES = ("screener", "placement", "administrator")
_ASKED = "The passphrase is asked, or read from standard input"


def add_to(vaults: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the commands to the group of the vault."""
    group = vaults.add_parser("user", help="See and change who may open a vault.")
    users = group.add_subparsers(metavar="COMMAND", required=True)
    _common(command(users, "list", _list, f"Tell who may open a vault. {_ASKED}."))
    add = command(
        users,
        "add",
        _add,
        f"Add somebody. {_ASKED};\nthen the passphrase to give to the new user, who is to choose "
        "another at the first\nunlocking.",
    )
    add.add_argument("name", type=a_name, metavar="NAME")
    _roles(add)
    generate_option(add)
    _common(add)
    remove = command(
        users,
        "remove",
        _remove,
        "Remove somebody, and renew every key that the person held. Drafts that the person held\n"
        f"are named: a placement officer gives them to a colleague. {_ASKED}.",
    )
    _who(remove)
    _common(remove)
    roles = command(users, "roles", _change_roles, f"Give somebody other roles. {_ASKED}.")
    _who(roles)
    _roles(roles)
    _common(roles)
    rename = command(users, "rename", _rename, f"Give somebody another name. {_ASKED}.")
    _who(rename)
    rename.add_argument("name", type=a_name, metavar="NEW-NAME")
    _common(rename)
    reset = command(
        users,
        "reset",
        _reset,
        "Give somebody who lost the passphrase a temporary one. Nobody can open another's slot:\n"
        f"the person gets a new one, with new keys. {_ASKED};\nthen the passphrase to give.",
    )
    _who(reset)
    generate_option(reset)
    _common(reset)
    hold = command(
        vaults,
        "hold",
        _hold,
        "Give an open draft to a colleague on the same device: its holder may, and a placement\n"
        f"officer. {_ASKED}.",
    )
    hold.add_argument("record", metavar="RECORD", help="the draft's id")
    _who(hold)
    _common(hold)
    own = command(
        vaults,
        "passphrase",
        _passphrase,
        f"Choose another passphrase of your own. {_ASKED};\nthen the new one.",
    )
    generate_option(own)
    _common(own)
    rotate = command(
        vaults,
        "rotate",
        _rotate,
        f"Renew every key, and bring what is stored to the new ones. {_ASKED}.",
    )
    rotate.add_argument(
        "--finish", action="store_true", help="make no new keys, only go on where it was broken off"
    )
    _common(rotate)


def _common(parser: argparse.ArgumentParser) -> None:
    vault_option(parser)
    user_option(parser)
    json_option(parser)


def _who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="WHO", help="the person's name or id")


def _roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", choices=_ROLES, action="append", required=True, help="may be given again"
    )


def _list(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        users = unlock(args, stack).people.users()
    if args.json:
        told = [
            {"id": each.id, "name": each.name, "roles": each.roles, "temporary": each.temporary}
            for each in users
        ]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for each in users:
        note = " (has yet to choose a passphrase)" if each.temporary else ""
        print(f"{each.id}  {each.name}: {', '.join(each.roles)}{note}")
    return 0


def _add(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        people = unlock(args, stack).people
        given = new_passphrase(args)
        user = people.add(args.name, args.role, given)
        pending = _rewrapped(people, args)
    _tell(args, f"{user.name} was added", {"user": user.id, **_given(args, given)}, pending)
    return 0


def _remove(args: argparse.Namespace) -> int:
    return _change(args, "was removed", lambda people, who: people.remove(who))


def _change_roles(args: argparse.Namespace) -> int:
    roles = ", ".join(args.role)
    return _change(
        args, f"is {roles} from now on", lambda people, who: people.change_roles(who, args.role)
    )


def _reset(args: argparse.Namespace) -> int:
    given = cache(lambda: new_passphrase(args))
    return _change(
        args,
        "has another passphrase",
        lambda people, who: people.reset(who, given()),
        lambda: _given(args, given()),
    )


def _change(
    args: argparse.Namespace,
    what: str,
    change: "Callable[[People, str], Change]",
    also: Callable[[], dict[str, str]] = dict,
) -> int:
    with ExitStack() as stack:
        people = unlock(args, stack).people
        done = change(people, _find(people, args.who))
        pending = _rewrapped(people, args)
    told = {"user": done.user.id, "drafts": list(done.drafts), **also()}
    _tell(args, f"{done.user.name} {what}", told, pending)
    return 0


def _rename(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        people = unlock(args, stack).people
        user = people.rename(_find(people, args.who), args.name)
    print(json.dumps({"user": user.id}) if args.json else f"The name is {user.name} from now on")
    return 0


def _hold(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        people = unlock(args, stack).people
        user_id = _find(people, args.who)
        people.hold(args.record, user_id)
    told = {"record": args.record, "user": user_id}
    print(json.dumps(told) if args.json else f"{args.who} holds the draft from now on")
    return 0


def _passphrase(args: argparse.Namespace) -> int:
    asked = cache(passphrase)
    with ExitStack() as stack:
        vault = unlock(args, stack, asked, temporary=True)
        chosen = new_passphrase(args)
        vault.people.change_passphrase(asked(), chosen)
        told = {"user": vault.user.id, **_given(args, chosen)}
    _tell(args, "The passphrase was changed", told, None)
    return 0


def _rotate(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        people = unlock(args, stack).people
        if not args.finish:
            people.rotate()
        pending = _rewrapped(people, args)
    what = "What can be is under the newest keys" if args.finish else "Every key was renewed"
    _tell(args, what, {}, pending)
    return 0


def _find(people: "People", who: str) -> str:
    for user in people.users():
        if who in {user.id, user.name}:
            return user.id
    raise UserMissing


def _given(args: argparse.Namespace, chosen: str) -> dict[str, str]:
    return {"passphrase": chosen} if args.generate else {}


def _rewrapped(people: "People", args: argparse.Namespace) -> "Pending":
    def tell(done: int, of: int) -> None:
        if not args.json:
            print(f"re-wrapped {done} of {of}", flush=True)

    return people.rewrap(tell)


def _tell(
    args: argparse.Namespace, what: str, told: dict[str, Any], pending: "Pending | None"
) -> None:
    if args.json:
        left = (
            {}
            if pending is None
            else {"pending": pending.elsewhere, "waits_for": sorted(pending.waits_for)}
        )
        print(json.dumps({**told, **left}))
        return
    print(what)
    if "passphrase" in told:
        print(f"The passphrase, shown this once: {told['passphrase']}")
    for draft in told.get("drafts", ()):
        print(f"  nobody holds the draft {draft} any more")
    if pending is not None and pending.elsewhere:
        who = ", ".join(sorted(pending.waits_for))
        print(f"  {pending.elsewhere} wait until one of these unlocks: {who}")

"""`intake-app form upgrade`: what a questionnaire means for the drafts on a device."""

import argparse
import json
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from intake_app.clock import SystemClock
from intake_app.commands.arguments import (
    FOUND,
    command,
    json_option,
    unlock,
    user_option,
    vault_option,
)
from intake_app.errors import IntakeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intake_app.caseload import Caseload
    from intake_app.outlook import Outlook

#: What becomes of answers, and how that is said to a person.
_KINDS: Final = MappingProxyType(
    {"kept": "kept", "converted": "converted", "renamed": "renamed", "orphaned": "kept apart"}
)
_WITHHELD = "its health answers are sealed away from this user, and were not looked at"


def add_to(forms: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the command to its group."""
    made = command(
        forms,
        "upgrade",
        _upgrade,
        "Tell what the questionnaire of this app, or another version of it, means for the\n"
        "drafts of a vault: what of each would be kept, converted, renamed or kept apart, and\n"
        "why; never what was told. Nothing is changed without --apply (opening a draft moves it\n"
        "as well). The passphrase is asked, or read from standard input.",
    )
    vault_option(made)
    user_option(made)
    which = made.add_mutually_exclusive_group()
    which.add_argument(
        "--form", type=Path, metavar="FORM", help="another version: compiled JSON or XLSForm"
    )
    which.add_argument("--apply", action="store_true", help="move the drafts to this app's version")
    json_option(made)


def _upgrade(args: argparse.Namespace) -> int:
    from intake_app.caseload import Caseload, load_questionnaire
    from intake_app.reference import Library

    form = _other(args.form) if args.form else None
    with ExitStack() as stack:
        vault = unlock(args, stack)
        cases = Caseload(vault, load_questionnaire(), Library.load(), SystemClock())
        drafts = cases.outlooks(form)
        if args.apply:
            drafts = tuple(_moved(cases, drafts))
    movable = [draft for draft in drafts if draft.whole and not draft.trouble]
    version = (form or cases.form).version
    if args.json:
        told = [{**_told(draft), "done": args.apply and draft in movable} for draft in drafts]
        print(json.dumps({"version": version, "drafts": told}, ensure_ascii=False))
    elif drafts:
        say = "moved" if args.apply else "would move"
        print(f"{len(movable)} of {len(drafts)} drafts {say} to version {version}")
        for draft in drafts:
            print("\n".join(described(draft)))
    else:
        print(f"no draft is of another version than {version}: there is nothing to move")
    return 0 if len(movable) == len(drafts) else FOUND


def _moved(cases: "Caseload", drafts: "Sequence[Outlook]") -> "Iterator[Outlook]":
    """Move each draft that can be; one that fails is told, and keeps no other from it."""
    for number, draft in enumerate(drafts, 1):
        if sys.stderr.isatty():
            end = "\n" if number == len(drafts) else ""
            print(f"\rdraft {number} of {len(drafts)}", end=end, file=sys.stderr, flush=True)
        if draft.trouble or not draft.whole:
            yield draft
            continue
        try:
            cases.open(draft.record_id)
        except IntakeError as error:
            yield replace(draft, trouble=str(error))
        else:
            yield draft


def _other(source: Path) -> Any:  # noqa: ANN401 - a Form, imported only where it is needed
    from intake_app.authoring.loading import load_any

    return load_any(source)


def _told(draft: "Outlook") -> dict[str, Any]:
    numbers = Counter[str](move.kind for move in draft.moves)
    return {
        "record": draft.record_id,
        "version": draft.version,
        **{kind: numbers[kind] for kind in _KINDS},
        "changes": [
            {"kind": move.kind, "before": move.before, "after": move.after, "why": move.why}
            for move in draft.moves
            if move.why
        ],
        "whole": draft.whole,
        "trouble": draft.trouble,
    }


def described(draft: "Outlook") -> "Iterator[str]":
    """Yield lines about one draft: what would become of its answers, by question."""
    told = _told(draft)
    numbers = ", ".join(f"{told[kind]} {said}" for kind, said in _KINDS.items())
    yield f"record {draft.record_id}, version {draft.version}: {draft.trouble or numbers}"
    if not draft.whole:
        yield f"  {_WITHHELD}"
    changes = Counter((move.kind, move.before, move.after, move.why) for move in draft.moves)
    for (kind, before, after, why), number in changes.items():
        if why:
            # A section that is named as a whole stands for each question of it.
            where = f"{number} questions in {before}" if number > 1 else before
            to = f" to {after}" if after and after != before else ""
            yield f"  {_KINDS[kind]}: {where}{to}. {why}"

"""`intake-app form`: compile and try a questionnaire, on an author's desk."""

import argparse
import json
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from intake_app import paths
from intake_app.clock import SystemClock
from intake_app.commands import upgrade
from intake_app.commands.arguments import FOUND, a_date, command, json_option
from intake_app.errors import ReplayError
from intake_app.words import mark

_COMPILE = """\
Compile an XLSForm or XForm to the JSON that a tablet runs.

A form with errors is not compiled, and what was compiled before stays. Errors and
warnings say sheet, row and column, and what to do. `form check` tells more."""
_CHECK = """\
Tell what is wrong with a questionnaire, or will be: by sheet, row and column, with what
to do. Errors cannot be meant; warnings may be.

  intake-app form check screening.xlsx"""
_DIFF = """\
Tell what changed between two versions of a questionnaire, and what it does to drafts of
the older one. What is marked with ! deserves a second look.

  intake-app form diff screening.json screening.xlsx"""
_REPLAY = """\
Run a questionnaire without a screen: after each step, which questions are relevant and
which answers are not valid; at the end, whether it is complete. The script has an action
a line. The first row of a repeat is there already, and begins where it is set:

  {"set": "/data/name", "value": "Sami"}
  {"set": "/data/jobs[1]/job", "value": "Baker"}
  {"add_repeat": "/data/jobs"}
  {"remove_repeat": "/data/jobs[2]"}"""


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the group to the command line."""
    group = commands.add_parser("form", help="Compile and try a questionnaire.")
    forms = group.add_subparsers(metavar="COMMAND", required=True)
    make = command(forms, "compile", _compile, "Compile an XLSForm or XForm to JSON.")
    make.description = _COMPILE
    _source(make)
    make.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write (default: beside the source, .json)",
    )
    _locales_option(make)
    json_option(make)
    look = command(forms, "check", _check, "Tell what is wrong with a questionnaire, or will be.")
    look.description = _CHECK
    _source(look)
    _locales_option(look)
    look.add_argument("--errors-only", action="store_true", help="leave the warnings out")
    json_option(look)
    compare = command(forms, "diff", _diff, "Tell what changed between two versions.")
    compare.description = _DIFF
    for name, which, version in (("before", "A", "older"), ("after", "B", "newer")):
        compare.add_argument(
            name,
            type=Path,
            metavar=which,
            help=f"the {version} version: compiled JSON, XLSForm or XForm XML",
        )
    _locales_option(compare)
    json_option(compare)
    replay = command(forms, "replay", _replay, "Run a questionnaire without a screen.")
    replay.description = _REPLAY
    replay.add_argument(
        "form", type=Path, metavar="FORM", help="compiled JSON, XLSForm or XForm XML"
    )
    replay.add_argument(
        "script", metavar="SCRIPT", help="JSON Lines, one action a line; - for standard input"
    )
    replay.add_argument(
        "--today", type=a_date, metavar="DATE", help="what today() gives (2026-11-23)"
    )
    replay.add_argument("--seed", type=int, default=0, help="the seed of random() and randomize()")
    json_option(replay)
    upgrade.add_to(forms)


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, metavar="FORM", help="XLSForm (.xlsx, .xls, .csv, .md) or XForm XML"
    )


def _locales_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--locales",
        type=Path,
        metavar="FOLDER",
        default=paths.locales(),
        help="folder of the catalogues (default: the app's own)",
    )


def _compile(args: argparse.Namespace) -> int:
    from intake_app.authoring.compile import compile_to
    from intake_app.authoring.finding import Finding

    target, warnings = args.output or args.source.with_suffix(".json"), list[Finding]()
    made = compile_to(args.source, target, locales=args.locales, warnings=warnings)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    told = {name: made[name] for name in ("id", "version", "hash")}
    if args.json:
        print(json.dumps({**told, "file": str(target)}))
    else:
        print(f"{told['id']} {told['version']} is compiled to {target}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from intake_app.authoring import telling
    from intake_app.authoring.check import check

    found = check(args.source, locales=args.locales)
    errors = [one for one in found if one.severity == "error"]
    told = errors if args.errors_only else found
    if args.json:
        print(json.dumps([asdict(one) for one in told], ensure_ascii=False))
    else:
        print("\n".join(telling.findings(args.source.name, told, found)))
    return FOUND if errors else 0


def _diff(args: argparse.Namespace) -> int:
    from intake_app.authoring import telling
    from intake_app.authoring.diff import diff
    from intake_app.authoring.loading import load_any

    older, newer = (load_any(path, locales=args.locales) for path in (args.before, args.after))
    found = diff(older, newer)
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        print("\n".join(telling.differences(found)))
    return 0


def _replay(args: argparse.Namespace) -> int:
    from intake_app.authoring.loading import load_any
    from intake_app.authoring.replay import replay, still_open

    failed, nodes = False, dict[str, Any]()
    with ExitStack() as stack:
        script = _script(args.script, stack)
        form, today = load_any(args.form), args.today or SystemClock().today()
        for line in replay(form, script, today=today, seed=args.seed):
            failed = failed or "error" in line
            nodes = line.get("nodes", nodes)
            if args.json:
                print(json.dumps(line, ensure_ascii=False), flush=True)
            elif "error" in line:
                print(f"step {line['step']}: {line['error']}")
            else:
                asked = sum(node["relevant"] for node in line["nodes"].values())
                wrong = [path for path, node in line["nodes"].items() if not node["valid"]]
                also = f", not valid: {', '.join(wrong)}" if wrong else ""
                print(f"step {line['step']}: {asked} questions are relevant{also}")
    if not args.json:
        waiting = ", ".join(still_open(form, nodes))
        print(f"still open: {waiting}" if waiting else "complete")
    return FOUND if failed else 0


def _script(name: str, stack: ExitStack) -> Iterable[str]:
    if name == "-":
        return sys.stdin
    try:
        return stack.enter_context(Path(name).open(encoding="utf-8-sig", errors="replace"))
    except OSError:
        raise ReplayError(mark("The script {name} cannot be read."), name=name) from None

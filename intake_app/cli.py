"""The command line, and the one place that knows everybody: core, screens and sync.

Exit codes: 0 all is well; 1 it ran and found something wrong; 2 the command was not understood;
3 the vault could not be opened; 4 the app cannot run here.
"""

import argparse
import getpass
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake_app import __version__, paths
from intake_app.clock import SystemClock
from intake_app.errors import (
    ConfigurationError,
    IntakeError,
    MissingPart,
    ReplayError,
    VaultError,
    VaultMissing,
)
from intake_app.settings import ORGANISATION
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault
    from screens.services import Services
    from sync.outbox import Progress, RunSummary

_FOUND, _NO_VAULT, _CANNOT = 1, 3, 4
_EPILOG = __doc__.partition("\n\n")[2] if __doc__ else ""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one sentence on stderr."""
    args = _parser().parse_args(argv)
    try:
        return int(args.do(args))
    except VaultError as error:
        return _complain(str(error), _NO_VAULT)
    except IntakeError as error:
        return _complain(str(error), _CANNOT)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; what was done is done.
        sys.stderr.close()
        return 0
    except ImportError as error:
        return _complain(str(MissingPart(part=error.name)), _CANNOT)
    except Exception as error:  # noqa: BLE001 - the last border: a person gets a sentence, and no values
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).stem}:{where.tb_lineno}" if where else ""
        return _complain(f"{IntakeError.sentence} ({type(error).__name__} in {place})", _CANNOT)


def _complain(sentence: str, code: int) -> int:
    print(f"intake-app: {sentence}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="intake-app",
        description="Offline intake interviews, sealed on disk and delivered once.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"intake-app {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        group: "argparse._SubParsersAction[argparse.ArgumentParser]",
        name: str,
        do: Callable[[argparse.Namespace], int],
        text: str,
    ) -> argparse.ArgumentParser:
        made = group.add_parser(
            name,
            help=text,
            description=text,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(do=do)
        return made

    start = command(commands, "run", _run, "Start the app.")
    _vault_option(start)
    _window_options(start)

    demo = command(
        commands,
        "demo",
        _demo,
        "Start the app with invented residents and a case system of its own to try it on.",
    )
    _window_options(demo)

    sandbox = command(
        commands, "sandbox", _sandbox, "Serve a case system on loopback to deliver to and look at."
    )
    sandbox.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)"
    )
    sandbox.add_argument(
        "--storage",
        type=Path,
        help="keep what arrives in this file (default: forgotten at the end)",
    )

    sync = command(
        commands,
        "sync",
        _sync,
        "Deliver what is waiting. The passphrase is asked, or read from standard input.",
    )
    _vault_option(sync)
    _user_option(sync)
    _json_option(sync)

    selftest = command(
        commands, "selftest", _selftest, "Check this installation, in a temporary folder."
    )
    _json_option(selftest)
    selftest.add_argument("--answer-in", type=Path, help=argparse.SUPPRESS)

    _form_commands(commands, command)
    _vault_commands(commands, command)
    return parser


def _form_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:  # noqa: ANN401 - argparse keeps its type private
    group = commands.add_parser("form", help="Compile and try a questionnaire.")
    forms = group.add_subparsers(metavar="COMMAND", required=True)
    make = command(forms, "compile", _form_compile, "Compile an XLSForm or XForm to JSON.")
    make.add_argument(
        "source", type=Path, metavar="FORM", help="XLSForm (.xlsx, .csv, .md) or XForm XML"
    )
    make.add_argument(
        "--output", type=Path, help="where to write (default: beside the source, .json)"
    )
    make.add_argument(
        "--locales", type=Path, help="folder of the catalogues (default: the app's own)"
    )
    _json_option(make)
    replay = command(forms, "replay", _form_replay, "Run a questionnaire without a screen.")
    replay.add_argument(
        "form", type=Path, metavar="FORM", help="compiled JSON, XLSForm or XForm XML"
    )
    replay.add_argument(
        "script", metavar="SCRIPT", help="JSON Lines, one action a line; - for standard input"
    )
    replay.add_argument("--today", type=_date, help="the date that today() gives (YYYY-MM-DD)")
    replay.add_argument("--seed", type=int, default=0, help="the seed of random() and randomize()")
    _json_option(replay)


def _vault_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:  # noqa: ANN401 - argparse keeps its type private
    group = commands.add_parser("vault", help="Make and check a vault.")
    vaults = group.add_subparsers(metavar="COMMAND", required=True)
    init = command(
        vaults,
        "init",
        _vault_init,
        "Make a vault. The passphrase is asked, or read from standard input.",
    )
    _vault_option(init)
    init.add_argument("--organisation", required=True)
    init.add_argument("--location", required=True)
    init.add_argument("--user", required=True, help="the first user's name")
    init.add_argument("--generate", action="store_true", help="make a passphrase and print it once")
    verify = command(
        vaults,
        "verify",
        _vault_verify,
        "Read and check all of a vault. The passphrase is asked, or read from standard input.",
    )
    _vault_option(verify)
    _user_option(verify)
    _json_option(verify)


def _vault_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--vault",
        type=Path,
        metavar="FOLDER",
        default=paths.vault_folder(),
        help="folder of the vault (default: this user's own)",
    )


def _user_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", help="whose passphrase it is (default: the only user)")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print for a program to read")


def _window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument(
        "--no-open",
        action="store_true",
        help="print the one-time address instead of opening a window or a browser",
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-23") from None


def _passphrase(prompt: str = "Passphrase: ") -> str:
    """Ask for a passphrase, or read it from standard input; never an argument or a variable."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


def _unlock(args: argparse.Namespace, stack: ExitStack) -> "UnlockedVault":
    from intake_app.vault import Vault, device_secret

    if not args.vault.is_dir():
        raise VaultMissing
    vault = Vault.open(args.vault, device=device_secret(args.vault), clock=SystemClock())
    stack.callback(vault.close)
    users = [user for user in vault.users() if args.user in {None, user.name, user.id}]
    if len(users) != 1:
        raise ConfigurationError(
            mark("There is more than one user: say whose passphrase it is with --user.")
        )
    unlocked = vault.unlock(users[0].id, _passphrase())
    stack.callback(unlocked.lock)
    return unlocked


def _services(args: argparse.Namespace, **more: Any) -> "Services":  # noqa: ANN401 - the fields of Services
    from intake_app.caseload import load_questionnaire
    from intake_app.reference import Library
    from intake_app.vault import device_secret, make_undumpable
    from screens.services import Services

    make_undumpable()
    return Services(
        clock=SystemClock(),
        form=load_questionnaire(),
        library=Library.load(),
        device=device_secret(args.vault),
        folder=args.vault,
        deliver=_deliver,
        **more,
    )


def _deliver(vault: "UnlockedVault", progress: "Callable[[Progress], None]") -> "RunSummary":
    from sync import outbox
    from sync.directory import Directory

    return outbox.run(vault, Directory.from_settings(vault.settings()), SystemClock(), progress)


def _run(args: argparse.Namespace) -> int:
    from screens.serving import serve

    serve(_services(args), port=args.port, open_window=not args.no_open)
    return 0


def _demo(args: argparse.Namespace) -> int:
    from intake_app import demo
    from screens.services import DemoHints
    from screens.serving import serve
    from sync.catalogue import MUNICIPAL, PLACEMENT
    from sync.sandbox import Sandbox

    with tempfile.TemporaryDirectory(prefix="intake-demo-") as folder, Sandbox() as sandbox:
        args.vault = Path(folder) / "vault"
        made = _services(args, demo=None)
        print("Inviting some plainly invented residents ...", flush=True)
        passphrase = demo.prepare(
            made.folder,
            device=made.device,
            form=made.form,
            library=made.library,
            clock=made.clock,
            endpoints={
                ORGANISATION: sandbox.endpoint(PLACEMENT),
                demo.CONNECTED: sandbox.endpoint(MUNICIPAL),
            },
        )
        print(f"The passphrase of this demonstration: {passphrase}")
        print(f"The case system that receives it:     {sandbox.url}/")
        hints = DemoHints(passphrase=passphrase, sandbox=f"{sandbox.url}/")
        serve(replace(made, demo=hints), port=args.port, open_window=not args.no_open)
    return 0


def _sandbox(args: argparse.Namespace) -> int:
    from sync import sandbox
    from sync.catalogue import MUNICIPAL, PLACEMENT

    def announce(running: sandbox.Sandbox) -> None:
        print(f"A case system to try on: {running.url}/  (stop it with Ctrl+C)")
        print("Its endpoints, for the settings of a vault:")
        for definition in (PLACEMENT, MUNICIPAL):
            print(json.dumps(running.endpoint(definition)), flush=True)

    sandbox.serve(port=args.port, storage_path=args.storage, announce=announce)
    return 0


def _sync(args: argparse.Namespace) -> int:
    def tell(progress: "Progress") -> None:
        if not args.json:
            print(f"{progress.recipient:14} {progress.record_id[:8]}  {progress.stage}", flush=True)

    with ExitStack() as stack:
        summary = _deliver(_unlock(args, stack), tell)
    done = asdict(summary)
    if args.json:
        print(json.dumps(done))
    else:
        print(", ".join(f"{number} {name}" for name, number in done.items()))
    return _FOUND if summary.failed else 0


def _selftest(args: argparse.Namespace) -> int:
    from intake_app import selftest
    from sync.catalogue import MUNICIPAL, PLACEMENT
    from sync.sandbox import Sandbox

    if args.answer_in is not None:
        selftest.answer_until_killed(args.answer_in)
        return 0

    @contextmanager
    def sandbox() -> Iterator[selftest.Receiver]:
        with Sandbox() as running:
            yield selftest.Receiver(
                placement=running.endpoint(PLACEMENT),
                municipal=running.endpoint(MUNICIPAL),
                cases=running.cases,
            )

    failed = False
    ports = selftest.Ports(sandbox, lambda vault: _deliver(vault, lambda _: None))
    for check in selftest.checks(ports):
        failed = failed or not check.passed
        if args.json:
            print(json.dumps(asdict(check)), flush=True)
        else:
            mark_ = "ok    " if check.passed else "FAILED"
            why = f": {check.why}" if check.why else ""
            print(f"{mark_} {check.name} ({check.seconds:.1f} s){why}", flush=True)
    return _FOUND if failed else 0


def _form_compile(args: argparse.Namespace) -> int:
    from intake_app.authoring import compile_to

    target = args.output or args.source.with_suffix(".json")
    made = compile_to(args.source, target, locales=args.locales or paths.locales())
    told = {name: made[name] for name in ("id", "version", "hash")}
    if args.json:
        print(json.dumps({**told, "file": str(target)}))
    else:
        print(f"{told['id']} {told['version']} is compiled to {target}")
    return 0


def _form_replay(args: argparse.Namespace) -> int:
    from intake_app.authoring import load_any, replay

    failed = False
    with ExitStack() as stack:
        script = _script(args.script, stack)
        form, today = load_any(args.form), args.today or SystemClock().today()
        for line in replay(form, script, today=today, seed=args.seed):
            failed = failed or "error" in line
            if args.json:
                print(json.dumps(line, ensure_ascii=False), flush=True)
            elif "error" in line:
                print(f"step {line['step']}: {line['error']}")
            else:
                asked = sum(node["relevant"] for node in line["nodes"].values())
                wrong = [path for path, node in line["nodes"].items() if not node["valid"]]
                also = f", not valid: {', '.join(wrong)}" if wrong else ""
                print(f"step {line['step']}: {asked} questions are relevant{also}")
    return _FOUND if failed else 0


def _script(name: str, stack: ExitStack) -> Iterable[str]:
    if name == "-":
        return sys.stdin
    try:
        return stack.enter_context(Path(name).open(encoding="utf-8"))
    except OSError:
        raise ReplayError(mark("The script {name} cannot be read."), name=name) from None


def _vault_init(args: argparse.Namespace) -> int:
    from intake_app.settings import Settings
    from intake_app.vault import Vault, device_secret, generate_passphrase

    if args.generate:
        passphrase = generate_passphrase()
        print(f"The passphrase, shown this once: {passphrase}")
    else:
        passphrase = _passphrase("A new passphrase: ")
        if sys.stdin.isatty() and _passphrase("Once more: ") != passphrase:
            raise ConfigurationError(mark("The two passphrases differ. Nothing was made."))
    settings = Settings(organisation=args.organisation, location=args.location)
    Vault.create(
        args.vault,
        device=device_secret(args.vault),
        user_name=args.user,
        passphrase=passphrase,
        settings=settings.to_json(),
        clock=SystemClock(),
    ).close()
    print(f"A vault was made in {args.vault}")
    return 0


def _vault_verify(args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        report = _unlock(args, stack).verify()
    if args.json:
        print(json.dumps({**asdict(report), "ok": report.ok}))
    else:
        print(
            f"{report.records} records, {report.packages} packages, {report.receipts} receipts, "
            f"{report.audit_entries} log entries: {'whole' if report.ok else 'DAMAGED'}"
        )
        for thing in report.damaged:
            print(f"  damaged: {thing}")
    return 0 if report.ok else _FOUND

"""The command line, and the one place that knows everybody: core, screens and sync.

Commands that need the core alone are in `intake_app.commands`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from intake_app import __version__
from intake_app.clock import SystemClock
from intake_app.commands import form, handover, vault
from intake_app.commands.arguments import (
    CANNOT,
    EXIT_CODES,
    FOUND,
    NO_VAULT,
    command,
    json_option,
    port_option,
    unlock,
    user_option,
    vault_option,
    window_options,
)
from intake_app.errors import IntakeError, MissingPart, VaultError
from intake_app.settings import ORGANISATION

if TYPE_CHECKING:
    from intake_app.vault import DeviceSecret, UnlockedVault
    from screens.services import Services
    from sync.outbox import Progress, RunSummary


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one sentence on stderr."""
    args = _parser().parse_args(argv)
    try:
        return int(args.do(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; what was done is done.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the last border: a person gets a sentence
        print(f"intake-app: {_sentence(error)}", file=sys.stderr)
        return NO_VAULT if isinstance(error, VaultError) else CANNOT


def _sentence(error: Exception) -> str:
    """Return what to say; of an error that nobody foresaw its kind and place, never its values."""
    if isinstance(error, IntakeError):
        return str(error)
    if isinstance(error, ImportError):
        return str(MissingPart(part=error.name))
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{Path(where.tb_frame.f_code.co_filename).stem}:{where.tb_lineno}" if where else ""
    return f"{IntakeError.sentence} ({type(error).__name__} in {place})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="intake-app",
        description="Offline intake interviews, sealed on disk and delivered once.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"intake-app {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    start = command(commands, "run", _run, "Start the app.")
    vault_option(start)
    window_options(start)

    demo = command(
        commands,
        "demo",
        _demo,
        "Start the app with invented residents and a case system of its own to try it on.",
    )
    window_options(demo)

    sandbox = command(
        commands, "sandbox", _sandbox, "Serve a case system on loopback to deliver to and look at."
    )
    port_option(sandbox)
    sandbox.add_argument(
        "--storage",
        type=Path,
        help="keep what arrives in this file (default: forgotten at the end)",
    )
    json_option(sandbox)

    sync = command(
        commands,
        "sync",
        _sync,
        "Deliver what is waiting. The passphrase is asked, or read from standard input.",
    )
    vault_option(sync)
    user_option(sync)
    json_option(sync)

    selftest = command(
        commands, "selftest", _selftest, "Check this installation, in a temporary folder."
    )
    json_option(selftest)
    selftest.add_argument("--answer-in", type=Path, help=argparse.SUPPRESS)

    form.add_to(commands)
    vault.add_to(commands)
    handover.add_to(commands)
    return parser


def _services(folder: Path, device: "DeviceSecret") -> "Services":
    from intake_app.caseload import load_questionnaire
    from intake_app.reference import Library
    from intake_app.vault import make_undumpable
    from screens.services import Services

    make_undumpable()
    return Services(
        clock=SystemClock(),
        form=load_questionnaire(),
        library=Library.load(),
        device=device,
        folder=folder,
        deliver=_deliver,
        retry=_retry,
    )


def _deliver(vault: "UnlockedVault", progress: "Callable[[Progress], None]") -> "RunSummary":
    from sync import outbox
    from sync.directory import Directory

    return outbox.run(vault, Directory.from_settings(vault.settings()), SystemClock(), progress)


def _retry(vault: "UnlockedVault", outbox_id: str) -> None:
    from sync import outbox

    outbox.retry(vault, outbox_id)


def _run(args: argparse.Namespace) -> int:
    from intake_app.vault import device_secret
    from screens.serving import serve

    services = _services(args.vault, device_secret(args.vault))
    serve(services, port=args.port, open_window=not args.no_open)
    return 0


def _demo(args: argparse.Namespace) -> int:
    from intake_app import demo
    from intake_app.vault import FileSecret
    from screens.services import DemoHints
    from screens.serving import serve
    from sync.catalogue import MUNICIPAL, PLACEMENT
    from sync.sandbox import Sandbox

    with tempfile.TemporaryDirectory(prefix="intake-demo-") as folder, Sandbox() as sandbox:
        # In the system's keyring an entry would outlive the vault.
        vault_folder = Path(folder) / "vault"
        made = _services(vault_folder, FileSecret(vault_folder))
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
        endpoints = {each.identificatie: running.endpoint(each) for each in (PLACEMENT, MUNICIPAL)}
        if args.json:
            print(json.dumps({"url": f"{running.url}/", "endpoints": endpoints}), flush=True)
            return
        print(f"A case system to try on: {running.url}/  (stop it with Ctrl+C)")
        print("Its endpoints, for the settings of a vault:")
        for endpoint in endpoints.values():
            print(json.dumps(endpoint), flush=True)

    sandbox.serve(port=args.port, storage_path=args.storage, announce=announce)
    return 0


def _sync(args: argparse.Namespace) -> int:
    def tell(progress: "Progress") -> None:
        if not args.json:
            print(f"{progress.recipient:14} {progress.record_id[:8]}  {progress.stage}", flush=True)

    with ExitStack() as stack:
        vault = unlock(args, stack)
        # Nothing here needs to read an interview: every key but the delivery's goes at once.
        vault.lock_to_deliver()
        summary = _deliver(vault, tell)
    done = asdict(summary)
    if args.json:
        print(json.dumps(done))
    else:
        print(", ".join(f"{number} {name}" for name, number in done.items()))
    return FOUND if summary.failed else 0


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

    def open_port(folder: Path) -> str:
        from intake_app.vault import FileSecret
        from screens.serving import AppServer

        server = AppServer(_services(folder, FileSecret(folder)))
        try:
            return server.start()
        finally:
            server.stop()

    failed = False
    ports = selftest.Ports(sandbox, lambda vault: _deliver(vault, lambda _: None), open_port)
    for check in selftest.checks(ports):
        failed = failed or not check.passed
        if args.json:
            print(json.dumps(asdict(check)), flush=True)
        else:
            mark_ = "ok    " if check.passed else "FAILED"
            why = f": {check.why}" if check.why else ""
            print(f"{mark_} {check.name} ({check.seconds:.1f} s){why}", flush=True)
    return FOUND if failed else 0

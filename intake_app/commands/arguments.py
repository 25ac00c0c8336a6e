"""What several commands share: their options, the passphrase, and how a vault is opened."""

import argparse
import getpass
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from intake_app import paths
from intake_app.clock import SystemClock
from intake_app.errors import ConfigurationError, NotPermitted, VaultMissing
from intake_app.words import mark

if TYPE_CHECKING:
    from intake_app.vault import UnlockedVault

#: Exit codes; see `EXIT_CODES`.
FOUND: Final = 1
NO_VAULT: Final = 3
CANNOT: Final = 4
EXIT_CODES: Final = (
    "Exit codes: 0 all is well; 1 it ran and found something wrong; 2 the command was not\n"
    "understood; 3 the vault could not be opened or written; 4 the app cannot run here."
)


def command(
    group: Any,  # noqa: ANN401 - argparse keeps its type private
    name: str,
    do: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    """Add a command to a group of them; `do` gets its arguments and returns the exit code."""
    made: argparse.ArgumentParser = group.add_parser(
        name,
        help=text,
        description=text,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(do=do)
    return made


def vault_option(parser: argparse.ArgumentParser) -> None:
    """Let a command say which vault."""
    parser.add_argument(
        "--vault",
        type=Path,
        metavar="FOLDER",
        default=paths.vault_folder(),
        help="folder of the vault (default: this user's own)",
    )


def user_option(parser: argparse.ArgumentParser) -> None:
    """Let a command say which user."""
    parser.add_argument("--user", help="whose passphrase it is (default: the only user)")


def generate_option(parser: argparse.ArgumentParser) -> None:
    """Let a command make the new passphrase instead of asking for it."""
    parser.add_argument(
        "--generate", action="store_true", help="make a passphrase and print it once"
    )


def json_option(parser: argparse.ArgumentParser) -> None:
    """Let a command speak to a program."""
    parser.add_argument("--json", action="store_true", help="print for a program to read")


def port_option(parser: argparse.ArgumentParser) -> None:
    """Let a command say on which port it serves."""
    parser.add_argument(
        "--port", type=_port, default=0, help="port on 127.0.0.1 (default: a free one)"
    )


def window_options(parser: argparse.ArgumentParser) -> None:
    """Let a command say how its window opens."""
    port_option(parser)
    parser.add_argument(
        "--no-open",
        action="store_true",
        help="print the one-time address instead of opening a window or a browser",
    )


def a_name(text: str) -> str:
    """Read a name; raises ArgumentTypeError where it is blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a name cannot be blank")
    return text.strip()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):  # noqa: PLR2004 - TCP has no more
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 1 to 65535, or 0 for a free one")
    return int(text)


def a_date(text: str) -> date:
    """Read a date; raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-23") from None


def passphrase(prompt: str = "Passphrase: ") -> str:
    """Ask for a passphrase, or read it from standard input; never an argument or a variable."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


def new_passphrase(args: argparse.Namespace) -> str:
    """Make a passphrase where `--generate` says so, else ask for one: twice of a person."""
    from intake_app.vault import generate_passphrase

    if args.generate:
        return generate_passphrase()
    chosen = passphrase("A new passphrase: ")
    if sys.stdin.isatty() and passphrase("Once more: ") != chosen:
        raise ConfigurationError(mark("The two passphrases differ. Nothing was made."))
    return chosen


def unlock(
    args: argparse.Namespace,
    stack: ExitStack,
    ask: Callable[[], str] = passphrase,
    *,
    temporary: bool = False,
    accept_older: bool = False,
) -> "UnlockedVault":
    """Open the vault that the arguments name, for as long as the stack lives; raises VaultError.

    `ask` gives the passphrase. A user that is not there looks like a wrong passphrase. One that
    an administrator gave is good for choosing another only: where `temporary` says so.
    `accept_older` as in `Vault.unlock`.
    """
    from intake_app.vault import Vault, device_secret, make_undumpable

    make_undumpable()
    if not args.vault.is_dir():
        raise VaultMissing
    vault = Vault.open(args.vault, device=device_secret(args.vault), clock=SystemClock())
    stack.callback(vault.close)
    users = [user.id for user in vault.users() if args.user in {None, user.name, user.id}]
    if len(users) > 1:
        raise ConfigurationError(
            mark("There is more than one user: say whose passphrase it is with --user.")
        )
    unlocked = vault.unlock(users[0] if users else args.user, ask(), accept_older=accept_older)
    stack.callback(unlocked.lock)
    if unlocked.user.temporary and not temporary:
        raise NotPermitted(
            mark(
                "Your administrator gave you this passphrase. Choose one of your own first, in "
                "the app or with “intake-app vault passphrase”."
            )
        )
    return unlocked

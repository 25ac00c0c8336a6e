"""`intake-app handover`: one record to a colleague's device and back, by files."""

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from intake_app.commands.arguments import (
    command,
    json_option,
    unlock,
    user_option,
    vault_option,
)
from intake_app.errors import ConfigurationError
from intake_app.words import mark

#: More than any letter has; a device file has no end.
_LARGEST: Final = 128 * 1024 * 1024
_ASKED: Final = "The passphrase is asked, or read from standard input"


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse keeps its type private
    """Add the group to the command line."""
    group = commands.add_parser(
        "handover", help="Hand one record over to a colleague's device, exactly once."
    )
    steps = group.add_subparsers(metavar="COMMAND", required=True)
    address = command(
        steps,
        "address",
        _address,
        "Write where you can be offered a record, and print its digits: read them out to the\n"
        f"colleague who gets the file. {_ASKED}.",
    )
    _file_out(address, "the file to bring to a colleague")
    offer = command(
        steps,
        "offer",
        _offer,
        "Offer a record to a colleague's address. It can be neither changed nor delivered here\n"
        "from then on. The same again writes the same offer again.",
    )
    offer.add_argument("record", metavar="RECORD", help="the record's id")
    offer.add_argument("address", type=Path, metavar="ADDRESS", help="the colleague's file")
    _digits(offer, "the digits that the colleague read out")
    _file_out(offer, "the file to bring to the colleague")
    take = command(
        steps,
        "take",
        _take,
        "Take a record that you were offered; bring the answer back to the colleague.",
    )
    take.add_argument("offer", type=Path, metavar="OFFER", help="the colleague's file")
    _digits(take, "the digits of the colleague's own address, read out")
    _file_out(take, "the answer to bring back")
    decline = command(
        steps,
        "decline",
        _decline,
        "Decline a record that was offered to somebody on this device; bring the answer back.",
    )
    decline.add_argument("offer", type=Path, metavar="OFFER", help="the colleague's file")
    _file_out(decline, "the answer to bring back")
    answer = command(
        steps, "answer", _answer, "Write the answer that was given to an offer once more."
    )
    answer.add_argument("offer", type=Path, metavar="OFFER", help="the colleague's file")
    _file_out(answer, "the answer to bring back")
    settle = command(
        steps,
        "settle",
        _settle,
        "Read a colleague's answer: a record that was taken is erased here, with a certificate;\n"
        "one that was declined is as it was before.",
    )
    settle.add_argument("answer", type=Path, metavar="ANSWER", help="the colleague's file")
    for step in (address, offer, take, decline, answer, settle):
        vault_option(step)
        user_option(step)
        json_option(step)


def _file_out(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=text)


def _digits(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--digits", required=True, metavar="DIGITS", help=text)


def _address(args: argparse.Namespace) -> int:
    _require_free(args.file)
    with ExitStack() as stack:
        handover = unlock(args, stack).handover
        digits = handover.address().fingerprint
        _write(args.file, handover.address_letter())
    _tell(args, f"The digits to read out: {digits}", {"digits": digits})
    return 0


def _offer(args: argparse.Namespace) -> int:
    _require_free(args.file)
    letter = _read(args.address)
    with ExitStack() as stack:
        handover = unlock(args, stack).handover
        offered = handover.offer(args.record, letter, args.digits)
        digits = handover.address().fingerprint
        _write(args.file, offered)
    said = f"The record is offered. Your own digits, to read out to the colleague: {digits}"
    _tell(args, said, {"record": args.record, "digits": digits})
    return 0


def _take(args: argparse.Namespace) -> int:
    _require_free(args.file)
    letter = _read(args.offer)
    with ExitStack() as stack:
        taken = unlock(args, stack).handover.take(letter, args.digits)
        _write(args.file, taken.answer)
    said = f"The record {taken.record_id} is on this device. Bring the answer back."
    _tell(args, said, {"record": taken.record_id})
    return 0


def _decline(args: argparse.Namespace) -> int:
    _require_free(args.file)
    letter = _read(args.offer)
    with ExitStack() as stack:
        _write(args.file, unlock(args, stack).handover.decline(letter))
    _tell(args, "The offer is declined. Bring the answer back.", {"outcome": "declined"})
    return 0


def _answer(args: argparse.Namespace) -> int:
    _require_free(args.file)
    letter = _read(args.offer)
    with ExitStack() as stack:
        _write(args.file, unlock(args, stack).handover.answer(letter))
    _tell(args, "The answer was written again. Bring it back.", {})
    return 0


def _settle(args: argparse.Namespace) -> int:
    letter = _read(args.answer)
    with ExitStack() as stack:
        done = unlock(args, stack).handover.settle(letter)
    told = {"record": done.record_id, "outcome": done.outcome, "certificate": done.certificate}
    said = "was taken, and is erased here" if done.certificate else "was declined, and is yours"
    _tell(args, f"The record {done.record_id} {said}", told)
    return 0


def _require_free(file: Path) -> None:
    """Refuse a place that cannot be written before anything is done."""
    if file.exists():
        raise ConfigurationError(mark("There is such a file already. It was left as it is."))
    if not file.absolute().parent.is_dir():
        raise _not_written(file)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError:
        raise ConfigurationError(mark("{file} cannot be read."), file=file.name) from None


def _write(file: Path, letter: bytes) -> None:
    """Write a letter; what it says is stored by now, and can be written again."""
    from intake_app.vault.device import write_durably

    try:
        write_durably(file, letter)
    except OSError:
        raise _not_written(file) from None


def _not_written(file: Path) -> ConfigurationError:
    return ConfigurationError(
        mark(
            "{file} cannot be written there. Choose another place. An offer or an answer that was "
            "made already can be written again."
        ),
        file=file.name,
    )


def _tell(args: argparse.Namespace, said: str, told: dict[str, Any]) -> None:
    print(json.dumps(told) if args.json else said)

"""Envelopes and imports that somebody made, or a fault did: none is taken for ours.

What is sealed or signed must be refused, in the one way that there is. What comes in from outside
and is not sealed may be read as something else, when the change makes something that can be meant;
it may never end in an error that is not ours.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from intake_app import paths
from intake_app.errors import IntakeError, VaultDamaged
from intake_app.interview.form import Form
from intake_app.profile.package import Package
from intake_app.settings import Settings
from intake_app.vault import crypto, recovery
from intake_app.vault.certificates import certificate_holds, make_certificate
from intake_app.vault.codec import decode
from intake_app.vault.crypto import DataEnvelope, GrantEnvelope, Key, KeyEnvelope, Place
from intake_app.vault.keys import PURPOSES, RoleKey, make_grant, open_grants
from intake_app.vault.state import State
from tests.invented import package
from tests.proofs.proof import Outcome, Proof, Tally, Task

PLACE = Place("vault", "record", "row", "body", 7, "screening", "1", 2)
CONTENT = json.dumps({"nodes": {"/data/work/ever": {"value": "yes"}}}).encode()

#: What stands where something else is expected.
ODD: tuple[Any, ...] = (None, True, 0, -1, 1e308, 2**70, "", "x", "\ud800", "é" * 99, [], {}, [[]])


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of thing: how many of a thousand are of it, and one try, which returns what came.

    `sealed` kinds must be refused each time.
    """

    name: str
    share: int
    attempt: Callable[[Random], str]
    sealed: bool = True


def mutate(content: bytes, chance: Random) -> bytes:
    """Return other bytes: flipped, cut, grown, doubled, exchanged, replaced, once or more often."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at, other = (chance.randrange(len(changed) + 1) for _ in range(2))
        start, end = min(at, other), max(at, other)
        match chance.randrange(9):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << chance.randrange(8)
            case 1 if changed:
                changed[at % len(changed)] = chance.randrange(256)
            case 2:
                del changed[start : start + chance.choice((1, 2, 16))]
            case 3:
                changed[at:at] = chance.randbytes(chance.choice((1, 2, 16)))
            case 4:
                del changed[at:]
            case 5:
                changed += chance.randbytes(chance.choice((1, 16, 4096)))
            case 6:
                changed[at:at] = changed[start : start + 32]
            case 7:
                changed[start:end] = bytes(end - start)
            case _:
                changed[start:end] = chance.randbytes(end - start)
    return bytes(changed)


def mutate_json(tree: Any, chance: Random) -> Any:  # noqa: ANN401 - any JSON
    """Return a tree in which something is of another kind, gone, doubled or from elsewhere."""
    tree = json.loads(json.dumps(tree))
    holders = list(_holders(tree))
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder = chance.choice(holders)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            continue
        key = chance.choice(keys)
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(("", "x", "nodes", "type", "0"))] = holder[key]
            case _:
                another = json.loads(json.dumps(chance.choice(holders)))
                holder[key] = chance.choice((*ODD, another))
    return tree


def _holders(tree: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    if isinstance(tree, dict | list):
        yield tree
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _holders(each)


def kinds(folder: Path) -> tuple[Kind, ...]:
    """Return every kind, around things that are made now."""
    return (*_sealed(), *_signed(), *_imported(folder))


def _refused(call: Callable[[], object]) -> str:
    try:
        call()
    except VaultDamaged:
        return "refused"
    return "ACCEPTED"


def _sealed() -> Iterator[Kind]:
    key, wrapped, private = crypto.make_key(), crypto.make_key(), crypto.make_key()
    data = DataEnvelope.seal(key, CONTENT, PLACE)
    wrap = KeyEnvelope.wrap(key, wrapped, PLACE)
    grant = GrantEnvelope.seal(crypto.derive_public(private), wrapped, b"info")

    def opens(
        open_it: Callable[[Any], object], envelope: bytes, also: bytes = b"x"
    ) -> Callable[[Random], str]:
        def attempt(chance: Random) -> str:
            changed = mutate(envelope, chance) if chance.randrange(20) else also
            return "the same" if changed == envelope else _refused(lambda: open_it(changed))

        return attempt

    def elsewhere(chance: Random) -> str:
        names = list(Place.__dataclass_fields__)
        parts = {name: getattr(PLACE, name) for name in names}
        name, other = chance.sample(names, 2)
        part = parts[name]
        parts[name] = part + chance.randrange(1, 99) if isinstance(part, int) else part + "x"
        if chance.randrange(2) and isinstance(part, str) and isinstance(parts[other], str):
            # A letter moved over the border between two parts.
            parts[name], parts[other] = part[:-1], part[-1:] + parts[other]
        place = Place(**parts)
        if place == PLACE:
            return "the same"
        return _refused(lambda: DataEnvelope.open(key, data, place))

    def another_key(chance: Random) -> str:
        other = Key(chance.randbytes(32))
        return _refused(lambda: DataEnvelope.open(other, data, PLACE))

    def open_data(envelope: bytes) -> bytearray:
        return DataEnvelope.open(key, envelope, PLACE)

    def open_key(envelope: bytes) -> Key:
        return KeyEnvelope.unwrap(key, envelope, PLACE)

    def open_grant(envelope: bytes) -> Key:
        return GrantEnvelope.open(private, envelope, b"info")

    yield Kind("envelope of data", 280, opens(open_data, data, wrap))
    yield Kind("envelope of a key", 240, opens(open_key, wrap, data))
    yield Kind("grant", 60, opens(open_grant, grant, wrap))
    yield Kind("envelope in another place", 140, elsewhere)
    yield Kind("envelope under another key", 60, another_key)


def _signed() -> Iterator[Kind]:
    signing, holder = crypto.make_key(), crypto.make_key()
    verifying = crypto.derive_verifying(signing)
    role_key = RoleKey("records", 3, crypto.make_key())
    row = make_grant("vault", role_key, "user", crypto.derive_public(holder), signing)
    certificate = make_certificate(signing, {"vault": "v", "record": "r", "revision": 3})

    def signed_grant(chance: Random) -> str:
        column = chance.choice(list(row))
        value = row[column]
        if isinstance(value, bytes):
            changed: object = mutate(value, chance)
        else:
            changed = value + 1 if isinstance(value, int) else str(value) + "x"
        if changed == value:
            return "the same"
        keys: list[object] = []
        with suppress(VaultDamaged):
            found = open_grants("vault", [{**row, column: changed}], "user", holder, verifying)
            keys += [purpose for purpose in PURPOSES if found.holds(purpose)]
        return "ACCEPTED" if keys else "refused"

    def signed_certificate(chance: Random) -> str:
        changed = mutate_json(certificate, chance)
        if changed == certificate:
            return "the same"
        return "ACCEPTED" if certificate_holds(changed, verifying) else "refused"

    yield Kind("signed grant", 60, signed_grant)
    yield Kind("certificate of erasure", 50, signed_certificate)


def _imported(folder: Path) -> Iterator[Kind]:
    waiting = package().to_bytes()
    settings = Settings(organisation="Voorbeeld").with_endpoint("GM0193", {"url": "x"}).to_json()
    form = paths.assets("questionnaire", "screening.json").read_bytes()
    state = bytes(State(5, 1, 1, bytes(32), crypto.make_key(), 9).to_bytes())
    file = folder / "recovery.json"
    public = recovery.make_recovery_file(file, "een lange zin voor later").text
    sealed_private = json.loads(file.read_bytes())

    def reads(read: Callable[[Any], object], content: bytes) -> Callable[[Random], str]:
        def attempt(chance: Random) -> str:
            changed = mutate(content, chance)
            if chance.randrange(2):
                with suppress(ValueError):
                    changed = _to_bytes(mutate_json(json.loads(content), chance))
            return _read(lambda: read(changed))

        return attempt

    def loaded(chance: Random) -> str:
        return _read(lambda: Settings.load(mutate_json(settings, chance)))

    def public_text(chance: Random) -> str:
        at, letter = chance.randrange(8, len(public)), chance.choice("ABCDEFGHIJ234567")
        changed = public[:at] + letter + public[at + chance.randrange(2) :]
        if changed.replace("-", "") == public.replace("-", ""):
            return "the same"
        return _read(lambda: recovery.RecoveryPublic.parse(changed))

    def private_file(chance: Random) -> str:
        changed = _to_bytes(mutate_json(sealed_private, chance))
        file.write_bytes(mutate(changed, chance) if chance.randrange(2) else changed)
        return _read(lambda: recovery._read(file))

    yield Kind("package", 40, reads(Package.from_bytes, waiting), sealed=False)
    yield Kind("content of an envelope", 30, reads(decode, CONTENT), sealed=False)
    yield Kind("state", 10, reads(State.from_bytes, state), sealed=False)
    yield Kind("settings", 16, loaded, sealed=False)
    yield Kind("recovery key, its text", 6, public_text, sealed=False)
    yield Kind("recovery key, its file", 6, private_file, sealed=False)
    yield Kind("questionnaire", 2, reads(Form.load, form), sealed=False)


def _to_bytes(tree: object) -> bytes:
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _read(call: Callable[[], object]) -> str:
    try:
        call()
    except IntakeError:
        return "refused"
    return "read as something else"


def run(task: Task) -> Outcome:
    """Try so many."""
    return task.spread(_part)


def _part(task: Task) -> Outcome:
    tally, chance = Tally(task), task.chance
    every = kinds(task.folder)
    shares = [kind.share for kind in every]
    for number in count():
        if tally.enough:
            break
        (kind,) = chance.choices(every, shares)
        # Each try from a chance of its own, so that one can be tried again alone.
        try:
            came = kind.attempt(Random(f"{task.seed} {task.part} {number}"))
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            tally.tried()
            tally.failed(f"{kind.name}, try {task.part}/{number}: ends in {error!r}"[:300])
            continue
        if came == "the same":
            continue
        tally.tried(f"{kind.name}: {came}")
        if kind.sealed and came != "refused":
            tally.failed(f"{kind.name}, try {task.part}/{number}: {came}")
    return tally.outcome()


PROOF = Proof(
    name="mutations",
    tries="envelopes, grants, certificates and imports, mutated",
    target="0 sealed or signed ones accepted, 0 errors that are not ours",
    full=1_000_000,
    small=4_000,
    run=run,
    takes="3 minutes",
)

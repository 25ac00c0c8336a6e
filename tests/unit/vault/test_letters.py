"""The files of a hand-over: what of them is believed, and what is not."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.errors import HandoverRefused
from intake_app.vault import Address, UnlockedVault
from intake_app.vault.crypto import make_key
from intake_app.vault.letters import Answer, Offer, write_letter
from tests.unit.vault.crew import FIRST, Crew
from tests.unit.vault.handed import Devices, begin, state_of


@pytest.fixture
def devices(crew: Crew, vault: UnlockedVault) -> Iterator[Devices]:
    """Return two devices, each in the hands of somebody with every role."""
    with crew.unlocked(FIRST) as here:
        yield Devices(here, vault)


def read_address(letter: bytes) -> object:
    """Read an address."""
    return Address.read(letter)


def read_offer(letter: bytes) -> object:
    """Read an offer."""
    return Offer.read(letter)


READ: dict[str, Callable[[bytes], object]] = {"address": read_address, "offer": read_offer}


def letters(devices: Devices) -> dict[str, bytes]:
    """Return an address and an offer."""
    return {
        "address": devices.there.handover.address_letter(),
        "offer": devices.offer(begin(devices.here)),
    }


@pytest.mark.parametrize("kind", READ)
def test_a_letter_of_which_anything_was_changed_is_refused(devices: Devices, kind: str) -> None:
    """Each fact of it, in it or left out; and what is added."""
    letter = letters(devices)[kind]
    READ[kind](letter)
    facts: dict[str, Any] = json.loads(letter)
    for name in facts:
        for changed in ({**facts, name: "MTIz"}, {**facts, name: 7}, {**facts, name: None}):
            with pytest.raises(HandoverRefused):
                READ[kind](json.dumps(changed).encode())
        with pytest.raises(HandoverRefused):
            READ[kind](json.dumps({key: facts[key] for key in facts if key != name}).encode())
    with pytest.raises(HandoverRefused):
        READ[kind](json.dumps({**facts, "more": 1}).encode())


@pytest.mark.parametrize(
    "letter",
    [b"", b"{}", b"[]", b"7", b"\xff", b"null", b"[" * 100_000, b'{"type": "intake/recovery-key"}'],
)
@pytest.mark.parametrize("read", [read_address, read_offer, Answer.read])
def test_what_is_no_letter_is_refused(letter: bytes, read: Callable[[bytes], object]) -> None:
    """With a sentence, whatever it is."""
    with pytest.raises(HandoverRefused, match="cannot be read"):
        read(letter)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_bit_of_an_offer_can_be_flipped(devices: Devices, data: st.DataObject) -> None:
    """Or the letter means what it meant: base64 and JSON say some things in two ways."""
    letter = devices.here.handover.offer(
        devices.here.records()[0].id, *devices.address(devices.there)
    )
    flipped = bytearray(letter)
    flipped[data.draw(st.integers(0, len(letter) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(HandoverRefused):
        assert Offer.read(bytes(flipped)) == Offer.read(letter)


def test_an_answer_of_another_device_is_refused(devices: Devices) -> None:
    """Whoever made it up, or changed what it says: the record stays as it is."""
    record = begin(devices.here)
    offer = devices.offer(record)
    answer: dict[str, Any] = json.loads(devices.there.handover.decline(offer))
    facts = {key: answer[key] for key in answer if key not in {"type", "version", "signature"}}
    forged = (
        write_letter(make_key(), "answer", {**facts, "outcome": "taken"}),
        write_letter(devices.here._own.signing, "answer", facts),
        json.dumps({**answer, "outcome": "taken"}).encode(),
        json.dumps({**answer, "vault": devices.here.vault_id}).encode(),
        json.dumps({**answer, "sender": answer["signature"]}).encode(),
        json.dumps({**answer, "offer": "0" * 32}).encode(),
    )
    for letter in forged:
        with pytest.raises(HandoverRefused):
            devices.settle(letter)
    assert state_of(devices.here, record) == "handed"
    assert devices.settle(json.dumps(answer).encode()).outcome == "declined"


def test_an_offer_cannot_be_signed_by_somebody_else(devices: Devices) -> None:
    """Who catches one cannot send it on as their own: its key is bound to who sealed it."""
    offer = Offer.read(devices.offer(begin(devices.here)))
    thief = Address(
        "0" * 32, "1" * 32, "Test Dief", ("placement",), *_keys(devices.there.handover.address())
    )
    stolen = Offer(
        offer.id, thief, offer.vault_id, offer.user_id, offer.expires, offer.key, offer.content
    ).letter(devices.there._own.signing)
    with pytest.raises(HandoverRefused, match="keys that you do not have"):
        devices.there.handover.take(stolen, thief.fingerprint)


def _keys(address: Address) -> tuple[bytes, bytes]:
    return address.public, address.verifying


def test_an_address_says_in_digits_what_it_is(devices: Devices) -> None:
    """Thirty of them, the same in any grouping; another name or key has others."""
    address = devices.there.handover.address()
    assert len(address.fingerprint.replace(" ", "")) == 30
    address.require(address.fingerprint.replace(" ", ""))
    assert address.fingerprint != devices.here.handover.address().fingerprint
    devices.there.people.rename(devices.there.user.id, "Test Andere")
    assert address.fingerprint != devices.there.handover.address().fingerprint

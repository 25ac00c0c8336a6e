"""Envelopes, derivations and packing."""

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.errors import VaultDamaged, VaultLocked
from intake_app.vault import crypto
from intake_app.vault.crypto import (
    DataEnvelope,
    GrantEnvelope,
    Key,
    KeyEnvelope,
    Place,
    derive_key,
    derive_public,
    make_key,
    pack,
)

KEY = Key(bytes(range(32)))
PLACE = Place("v", "record", "r", "body", 3, "screening", "1", 2)
PARTS = st.lists(
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8) | st.binary(max_size=8),
    max_size=5,
)


@given(st.binary(max_size=5000))
def test_what_is_sealed_comes_back(content: bytes) -> None:
    """Any bytes go in and the same come out."""
    assert DataEnvelope.open(KEY, DataEnvelope.seal(KEY, content, PLACE), PLACE) == content


@settings(max_examples=400)
@given(st.data())
def test_no_changed_envelope_is_accepted(data: st.DataObject) -> None:
    """Whatever is flipped, cut, repeated or put in: one error, ours, and no content."""
    sealed = DataEnvelope.seal(KEY, b"antwoord", PLACE)
    at = data.draw(st.integers(0, len(sealed)))
    changed = data.draw(
        st.sampled_from(
            [
                sealed[:at],
                sealed[at:],
                sealed[:at] + b"\0" + sealed[at:],
                sealed + sealed,
                bytes(len(sealed)),
                data.draw(st.binary(max_size=400)),
            ]
            + [
                sealed[:index] + bytes([sealed[index] ^ (1 << bit)]) + sealed[index + 1 :]
                for index in [min(at, len(sealed) - 1)]
                for bit in range(8)
            ]
        )
    )
    if changed == sealed:
        return
    with pytest.raises(VaultDamaged):
        DataEnvelope.open(KEY, changed, PLACE)
    with pytest.raises(VaultDamaged):
        KeyEnvelope.unwrap(KEY, changed, PLACE)


@pytest.mark.parametrize(
    "other",
    [
        Place("w", "record", "r", "body", 3, "screening", "1", 2),
        Place("v", "outbox", "r", "body", 3, "screening", "1", 2),
        Place("v", "record", "s", "body", 3, "screening", "1", 2),
        Place("v", "record", "r", "health", 3, "screening", "1", 2),
        Place("v", "record", "r", "body", 2, "screening", "1", 2),
        Place("v", "record", "r", "body", 3, "other", "1", 2),
        Place("v", "record", "r", "body", 3, "screening", "2", 2),
        Place("v", "record", "r", "body", 3, "screening", "1", 1),
        Place("v", "recordr", "", "body", 3, "screening", "1", 2),
    ],
)
def test_an_envelope_opens_only_in_its_own_place(other: Place) -> None:
    """Another vault, table, row, field, revision, form or generation: damaged."""
    with pytest.raises(VaultDamaged):
        DataEnvelope.open(KEY, DataEnvelope.seal(KEY, b"x", PLACE), other)


def test_an_envelope_opens_only_with_its_own_key() -> None:
    """Another key: damaged."""
    with pytest.raises(VaultDamaged):
        DataEnvelope.open(make_key(), DataEnvelope.seal(KEY, b"x", PLACE), PLACE)


def test_sealing_twice_gives_nothing_in_common() -> None:
    """Salt, key and nonce are fresh, so equal answers do not look equal."""
    one, other = (DataEnvelope.seal(KEY, b"ja", PLACE) for _ in range(2))
    assert one[2:18] != other[2:18]
    assert sum(a == b for a, b in zip(one[18:], other[18:], strict=True)) < 40


def test_a_wrapped_key_is_no_data_and_data_is_no_key() -> None:
    """The two kinds of envelope cannot be taken for one another."""
    with pytest.raises(VaultDamaged):
        DataEnvelope.open(KEY, KeyEnvelope.wrap(KEY, make_key(), PLACE), PLACE)
    with pytest.raises(VaultDamaged):
        KeyEnvelope.unwrap(KEY, DataEnvelope.seal(KEY, bytes(32), PLACE), PLACE)


@pytest.mark.parametrize(
    ("size", "smallest", "sealed"),
    [
        (0, 256, 256),
        (252, 256, 256),
        (253, 256, 512),
        (0, 4096, 4096),
        (4093, 4096, 8192),
        (20000, 4096, 20480),
        (20000, 256, 20480),
        (100_000, 4096, 106_496),
    ],
)
def test_sizes_hide_in_buckets(size: int, smallest: int, sealed: int) -> None:
    """The ciphertext is as long as its bucket, whatever lies in it."""
    envelope = DataEnvelope.seal(KEY, bytes(size), PLACE, smallest=smallest)
    assert len(envelope) == 18 + sealed + 16


def test_argon2_gives_the_same_bytes_from_both_libraries() -> None:
    """A tablet without it in OpenSSL opens what a desktop made."""
    salt = bytes(16)
    assert crypto.derive_argon2id(b"zin", salt) == crypto.derive_argon2id_by_cffi(b"zin", salt)


def test_argon2_falls_back_where_openssl_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An OpenSSL that is too old is no obstacle."""

    def refuse(**_: object) -> None:
        raise UnsupportedAlgorithm("no Argon2id here")

    expected = crypto.derive_argon2id(b"zin", bytes(16))
    monkeypatch.setattr(crypto, "Argon2id", refuse)
    assert crypto.derive_argon2id(b"zin", bytes(16)) == expected


@given(PARTS, PARTS)
def test_packing_is_unambiguous(one: list[crypto.Part], other: list[crypto.Part]) -> None:
    """Different parts never give the same bytes."""
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (pack(*one) == pack(*other)) == same


def test_a_grant_opens_only_for_its_holder_and_purpose() -> None:
    """The private key and the info must both be right."""
    private, other = make_key(), make_key()
    grant = GrantEnvelope.seal(derive_public(private), KEY, b"records")
    assert GrantEnvelope.open(private, grant, b"records").material == KEY.material
    for holder, info in ((other, b"records"), (private, b"health")):
        with pytest.raises(VaultDamaged):
            GrantEnvelope.open(holder, grant, info)


def test_labels_and_context_give_keys_of_their_own() -> None:
    """No two purposes share a key."""
    keys = [
        derive_key(KEY, "intake/v1/wrap"),
        derive_key(KEY, "intake/v1/content"),
        derive_key(KEY, "intake/v1/content", ""),
        derive_key(KEY, "intake/v1/content", "a"),
    ]
    assert len({bytes(key.material) for key in keys}) == 4


def test_a_wiped_key_is_zero_and_gone() -> None:
    """Nothing is left of it, and nothing works with it."""
    key = make_key()
    buffer = key.material
    key.wipe()
    assert buffer == b""
    with pytest.raises(VaultLocked):
        _ = key.material


def test_a_key_shows_nothing_of_itself() -> None:
    """A key in a log or a traceback is only the word."""
    assert repr(KEY) == f"{KEY}" == "Key(…)"

"""The organisation's recovery key: its text, its fingerprint, its file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_app.errors import PassphraseTooWeak, RecoveryRefused, WrongPassphrase
from intake_app.vault import RecoveryPublic, make_recovery_file, open_recovery_file
from intake_app.vault.crypto import derive_public
from tests.unit.vault.crew import PASSPHRASE, Crew

KEY = RecoveryPublic(bytes(range(32)))
KEY_TEXT = "INTAKE1-AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4IB-CEQT-CQKR-MFYY-DENB-WHA5-DYPT-HQDY"
KEY_FINGERPRINT = "82736 11514 96108 53426 03089 14116"


@given(st.binary(min_size=32, max_size=32))
def test_a_public_half_is_read_as_it_was_written(material: bytes) -> None:
    """In any case, with or without its hyphens, over several lines."""
    key = RecoveryPublic(material)
    typed = key.text.lower().replace("-", " ", 5)
    assert RecoveryPublic.parse(key.text) == key
    assert RecoveryPublic.parse(f" {typed[:30]}\n{typed[30:]} ") == key


def test_the_text_of_a_public_half_stays_what_it_is() -> None:
    """Organisations have it on paper."""
    assert (KEY.text, KEY.fingerprint) == (KEY_TEXT, KEY_FINGERPRINT)


@given(st.integers(8, len(KEY_TEXT) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_wrong_letter_is_noticed(at: int, letter: str) -> None:
    """Wherever it is."""
    typed = KEY_TEXT[:at] + letter + KEY_TEXT[at + 1 :]
    if KEY_TEXT[at] not in {"-", letter}:
        with pytest.raises(RecoveryRefused):
            RecoveryPublic.parse(typed)


@pytest.mark.parametrize("text", ["", "INTAKE1", KEY_TEXT[:-5], KEY_TEXT + "-AAAA", "sleutel", "é"])
def test_what_is_no_public_half_is_refused(text: str) -> None:
    """Cut short, too long, something else."""
    with pytest.raises(RecoveryRefused):
        RecoveryPublic.parse(text)


def test_the_file_gives_the_private_half_back(tmp_path: Path) -> None:
    """With its passphrase; and only its owner may read the file."""
    file = tmp_path / "recovery.json"
    public = make_recovery_file(file, PASSPHRASE)
    assert derive_public(open_recovery_file(file, PASSPHRASE)) == public.material
    assert file.stat().st_mode & 0o077 == 0
    assert json.loads(file.read_text("utf-8"))["public"] == public.text


def test_a_wrong_passphrase_does_not_open_the_file(tmp_path: Path) -> None:
    """Nor does a short one make it."""
    with pytest.raises(PassphraseTooWeak):
        make_recovery_file(tmp_path / "a", "te kort")
    make_recovery_file(tmp_path / "b", PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        open_recovery_file(tmp_path / "b", "een andere lange zin")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """The key of all devices is not to be overwritten by a slip."""
    file = tmp_path / "recovery.json"
    make_recovery_file(file, PASSPHRASE)
    before = file.read_bytes()
    with pytest.raises(RecoveryRefused):
        make_recovery_file(file, PASSPHRASE)
    assert file.read_bytes() == before


@pytest.mark.parametrize("place", ["missing/recovery.json", "file/recovery.json"])
def test_a_file_that_cannot_be_written_says_so(tmp_path: Path, place: str) -> None:
    """A folder that is not there, or is none."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RecoveryRefused, match="another place"):
        make_recovery_file(tmp_path / place, PASSPHRASE)


@pytest.mark.parametrize("below", [".", "deeper/still"])
def test_it_is_not_written_beside_a_vault(crew: Crew, below: str) -> None:
    """A key that lies beside its lock protects nothing."""
    (crew.folder / below).mkdir(parents=True, exist_ok=True)
    with pytest.raises(RecoveryRefused):
        make_recovery_file(crew.folder / below / "recovery.json", PASSPHRASE)
    assert not (crew.folder / below / "recovery.json").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"type": "something else"},
        {"version": 2},
        {"public": KEY_TEXT},
        {"public": "sleutel"},
        {"public": None},
        {"salt": "!"},
        {"sealed": ""},
        {"sealed": 1},
    ],
    ids=str,
)
def test_a_changed_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    """Another version, another key's text, damaged: never a key that fits nothing."""
    file = tmp_path / "recovery.json"
    make_recovery_file(file, PASSPHRASE)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises((RecoveryRefused, WrongPassphrase)):
        open_recovery_file(file, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"[" * 60_000, b"\xff", b"null"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever is in it, or where there is none."""
    file = tmp_path / "recovery.json"
    with pytest.raises(RecoveryRefused):
        open_recovery_file(file, PASSPHRASE)
    file.write_bytes(content)
    with pytest.raises(RecoveryRefused):
        open_recovery_file(file, PASSPHRASE)

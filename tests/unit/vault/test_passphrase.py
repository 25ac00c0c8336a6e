"""Generated passphrases."""

import math

import pytest

from intake_app.errors import ConfigurationError
from intake_app.vault import MIN_PASSPHRASE, check_passphrase, generate_passphrase, passphrase


def test_a_generated_phrase_is_strong_enough() -> None:
    """At least six words and 77 bits, all from the list, and long enough."""
    words = passphrase.word_list()
    phrase = generate_passphrase().split(" ")
    assert len(phrase) >= 6
    assert set(phrase) <= set(words)
    assert math.log2(len(words)) * len(phrase) >= 77
    check_passphrase(" ".join(phrase))


def test_no_two_are_the_same() -> None:
    """They are drawn by chance."""
    assert len({generate_passphrase() for _ in range(20)}) == 20


def test_the_words_are_plain() -> None:
    """Small letters only, three to twelve of them, none twice; the shortest phrase still counts."""
    words = passphrase.word_list()
    assert len(set(words)) == len(words)
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert {len(word) for word in words} <= set(range(3, 13))
    assert min(map(len, words)) * passphrase.WORDS + passphrase.WORDS - 1 >= MIN_PASSPHRASE


def test_a_missing_list_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """No phrase from fewer words than it should be."""
    monkeypatch.setattr("intake_app.paths.assets", lambda *_: tmp_path / "nothing")  # type: ignore[operator] # a path
    with pytest.raises(ConfigurationError):
        generate_passphrase()

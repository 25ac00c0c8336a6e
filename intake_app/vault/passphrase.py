"""Passphrases: long rather than complicated, and generated where a person wants one.

NIST SP 800-63B-4: at least 15 characters, no rules about their composition, any script.
"""

import secrets
import unicodedata

from intake_app import paths
from intake_app.errors import ConfigurationError, PassphraseTooWeak

MIN_PASSPHRASE = 15
#: Words in a generated phrase: from our list of 1,296 and more that is over 82 bits.
WORDS = 8
_SMALLEST_LIST = 1296


def check_passphrase(passphrase: str) -> None:
    """Refuse what is too short, counted as it is used: in NFKC, without spaces around it.

    Raises PassphraseTooWeak.
    """
    if len(unicodedata.normalize("NFKC", passphrase).strip()) < MIN_PASSPHRASE:
        raise PassphraseTooWeak(minimum=MIN_PASSPHRASE)


def same_passphrase(one: str, other: str) -> bool:
    """Tell whether two are one, in whatever form each was typed."""
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


def generate_passphrase() -> str:
    """Return a phrase of eight Dutch words in small letters, with spaces between them."""
    words = word_list()
    return " ".join(secrets.choice(words) for _ in range(WORDS))


def word_list() -> tuple[str, ...]:
    """Return our list of words; raises ConfigurationError when it is missing or too short."""
    try:
        text = paths.assets("wordlist", "nl.txt").read_text("utf-8")
    except OSError as error:
        raise ConfigurationError from error
    words = tuple(line for line in text.splitlines() if line and not line.startswith("#"))
    if len(set(words)) < _SMALLEST_LIST:
        raise ConfigurationError
    return words

r"""Sets of characters in patterns: `[a-z]`, `\d`, `\p{Lu}`, `\p{IsArabic}`.

`\d`, `\w` and `\s` are those of ASCII, as in Java and JavaScript; for the letters of other
scripts there is `\p{L}`. A script is told by the name that Unicode gives a letter or mark.
"""

import string
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

Test = Callable[[str], bool]

_LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_DIGITS = frozenset(string.digits)
_SPACES = frozenset(" \t\n\x0b\f\r")
_CATEGORIES = frozenset(
    (
        *("L", "LC", "LU", "LL", "LT", "LM", "LO", "M", "MN", "MC", "ME", "N", "ND", "NL", "NO"),
        *("P", "PC", "PD", "PS", "PE", "PI", "PF", "PO", "S", "SM", "SC", "SK", "SO"),
        *("Z", "ZS", "ZL", "ZP", "C", "CC", "CF", "CS", "CO", "CN"),
    )
)
_SCRIPTS = frozenset(
    (
        *("ARABIC", "ARMENIAN", "BENGALI", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN"),
        *("GREEK", "GUJARATI", "GURMUKHI", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA"),
        *("KHMER", "LAO", "LATIN", "MALAYALAM", "MONGOLIAN", "MYANMAR", "ORIYA", "SINHALA"),
        *("SYRIAC", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN", "TIFINAGH"),
    )
)


def same(letter: str) -> Test:
    """Return what recognises one character."""
    return lambda c: c == letter


def between(first: str, last: str) -> Test:
    """Return what recognises the characters from one up to and with another."""
    return lambda c: first <= c <= last


def either(tests: list[Test]) -> Test:
    """Return what recognises what any of these does."""
    return tests[0] if len(tests) == 1 else lambda c: any(test(c) for test in tests)


def both(tests: list[Test]) -> Test:
    """Return what recognises what all of these do."""
    return tests[0] if len(tests) == 1 else lambda c: all(test(c) for test in tests)


def other(test: Test) -> Test:
    """Return what recognises everything else."""
    return lambda c: not test(c)


def any_case(test: Test) -> Test:
    """Return what recognises a letter in either case."""
    return lambda c: test(c) or test(c.lower()) or test(c.upper())


def within_line(c: str) -> bool:
    """Tell whether a character ends no line."""
    return c not in _LINE_ENDS


def anything(_: str) -> bool:
    """Hold for every character."""
    return True


def in_word(c: str) -> bool:
    r"""Tell whether a character is part of a word, of any script, for `\b`."""
    return c.isalnum() or c == "_"


#: What `\d` and its like stand for.
CLASSES: Mapping[str, Test] = MappingProxyType(
    {
        "d": _DIGITS.__contains__,
        "D": other(_DIGITS.__contains__),
        "w": _WORD.__contains__,
        "W": other(_WORD.__contains__),
        "s": _SPACES.__contains__,
        "S": other(_SPACES.__contains__),
    }
)
#: What `\t` and its like stand for.
CONTROLS: Mapping[str, str] = MappingProxyType(
    {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
)
_PROPERTIES: Mapping[str, Test] = MappingProxyType(
    {
        "ALPHA": frozenset(string.ascii_letters).__contains__,
        "UPPER": frozenset(string.ascii_uppercase).__contains__,
        "LOWER": frozenset(string.ascii_lowercase).__contains__,
        "ALNUM": frozenset(string.ascii_letters + string.digits).__contains__,
        "DIGIT": _DIGITS.__contains__,
        "PUNCT": frozenset(string.punctuation).__contains__,
        "SPACE": _SPACES.__contains__,
        "BLANK": frozenset(" \t").__contains__,
        "XDIGIT": frozenset(string.hexdigits).__contains__,
        "ASCII": str.isascii,
        "ALPHABETIC": str.isalpha,
        "LETTER": str.isalpha,
        "UPPERCASE": str.isupper,
        "LOWERCASE": str.islower,
        "WHITE_SPACE": str.isspace,
    }
)


def property_of(name: str) -> Test | None:
    r"""Return what recognises `\p{name}`; None where there is no such property here."""
    bare = name.upper().rpartition("=")[2]
    if bare in _CATEGORIES:
        if bare == "LC":
            return lambda c: unicodedata.category(c) in {"Lu", "Ll", "Lt"}
        return lambda c: unicodedata.category(c).upper().startswith(bare)
    known = _PROPERTIES.get(bare) or _PROPERTIES.get(bare.removeprefix("IS"))
    if known is not None:
        return known
    if bare[:2] in {"IS", "IN"}:
        inner = bare[2:]
        if inner in _CATEGORIES:
            return property_of(inner)
        bare = inner
    if bare in _SCRIPTS:
        return lambda c: (
            unicodedata.category(c)[0] in "LM" and (unicodedata.name(c, "").startswith(bare))
        )
    return None

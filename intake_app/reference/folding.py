"""Folding: what two spellings of one word have in common.

A screener types without accents, a resident with or without hamza, on a Persian or an Arabic
keyboard. Both the labels and what is typed are folded before they are compared; what is shown
is never folded.
"""

# ruff: noqa: RUF001 - letters that look alike are the subject here

import unicodedata

# Letters that Unicode does not decompose, each to the one that it is taken for. Hamza on a
# carrier (أ إ آ ؤ ئ) and harakat are combining marks after decomposition and fall out there.
_LETTERS = {
    "ٱ": "ا",
    "ة": "ه",
    "ە": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ۍ": "ي",
    "ێ": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ۆ": "و",
    "ۇ": "و",
    "ڵ": "ل",
    "ڕ": "ر",
    "ı": "i",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "æ": "ae",
    "ґ": "г",
}
_DROPPED = (
    "ء"  # hamza by itself: often left out
    "\N{ARABIC TATWEEL}"
    "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
    "'`´’‘ʼʻʿʾ"
)
_TABLE = str.maketrans({**_LETTERS, **dict.fromkeys(_DROPPED, "")})


def fold(text: str) -> str:
    """Return the text in lower case, bare of marks and variants, words apart by one space."""
    # Compatibility forms (ligatures, letters in a ring) first: case folding does not know them.
    plain = unicodedata.normalize("NFKD", text.translate(_TABLE)).casefold()
    bare = unicodedata.normalize("NFKD", plain)
    kept = "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    kept = kept.translate(_TABLE)
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())

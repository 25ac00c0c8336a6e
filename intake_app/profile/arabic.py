"""Lines of Arabic script where there is no shaping engine: joined and put in order here.

A tablet has none. Letters take the presentation form that their neighbours ask for (Unicode
chapter 9.2) and stand in the order of the eye (UAX #9). Letters of Pashto and Sorani for which
Unicode has no such form stay as they are: readable, not beautiful.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFEFD))
_KINDS = frozenset({"isolated", "initial", "medial", "final"})
_LAM = "\N{ARABIC LETTER LAM}"
_ALEFS = frozenset("آأإا")
_JOINER = "\N{ZERO WIDTH JOINER}"
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def visual(line: str, *, rtl: bool) -> str:
    """Return a line as it is drawn from left to right, its letters joined."""
    direction = TextDirection.RTL if rtl else TextDirection.LTR
    ordered = BidiParagraph(text=joined(line), base_direction=direction).reorder_resolved_levels()
    return "".join(
        each.character.translate(_MIRRORED) if each.embedding_level % 2 else each.character
        for each in ordered
    )


def joined(text: str) -> str:
    """Return the text with each letter in the form that its neighbours ask for."""
    forms = _forms()
    letters = _with_ligatures(text)
    shown = []
    for place, letter in enumerate(letters):
        known = forms.get(letter, {})
        before = _neighbour(letters, place, -1)
        after = _neighbour(letters, place, 1)
        from_right = before == _JOINER or "initial" in forms.get(before, {})
        to_left = after == _JOINER or "final" in forms.get(after, {})
        kind = ("medial" if to_left else "final") if from_right else "initial" if to_left else ""
        # A letter that joins only to its right is final before a neighbour that it cannot reach.
        if kind == "medial" and kind not in known:
            kind = "final"
        shown.append(known.get(kind) or known.get("isolated") or letter)
    return "".join(shown)


def _with_ligatures(text: str) -> list[str]:
    """Part the text into letters; lam with alef is one, always (Unicode 9.2, rule L1)."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] == _LAM and letter in _ALEFS:
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _neighbour(letters: list[str], place: int, step: int) -> str:
    """Return the letter beside a place; marks do not part letters."""
    place += step
    while 0 <= place < len(letters):
        if unicodedata.category(letters[place][0]) != "Mn":
            return letters[place]
        place += step
    return ""


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """Return the presentation forms of each letter and of lam with each alef."""
    forms: dict[str, dict[str, str]] = {}
    for block in _FORMS:
        for form in map(chr, block):
            kind, *parts = unicodedata.decomposition(form).split() or [""]
            letters = "".join(chr(int(part, 16)) for part in parts)
            is_letter = len(letters) == 1
            is_lam_alef = letters[:1] == _LAM and letters[1:] in _ALEFS
            if kind.strip("<>") in _KINDS and (is_letter or is_lam_alef):
                forms.setdefault(letters, {})[kind.strip("<>")] = form
    return MappingProxyType(forms)

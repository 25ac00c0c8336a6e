"""Arabic where there is no shaping engine."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_app.profile.arabic import joined, visual


def names(text: str) -> list[str]:
    """Return which form each letter has."""
    forms = []
    for letter in text:
        kind = unicodedata.decomposition(letter).split(" ")[0].strip("<>")
        forms.append(kind if kind in {"isolated", "initial", "medial", "final"} else "as it is")
    return forms


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("بيت", ["initial", "medial", "final"]),
        ("دار", ["isolated", "isolated", "isolated"]),
        ("باب", ["initial", "final", "isolated"]),
        ("سلام", ["initial", "final", "isolated"]),
        ("لا", ["isolated"]),
        ("خياط", ["initial", "medial", "final", "isolated"]),
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", [
            "initial", "final", "as it is", "initial", "final", "isolated", "initial", "final",
        ]),
        ("مَن", ["initial", "as it is", "final"]),
        ("abc", ["as it is"] * 3),
    ],
)  # fmt: skip
def test_letters_join_as_their_neighbours_ask(word: str, forms: list[str]) -> None:
    """First, middle, last or alone; marks do not part letters and a non-joiner does."""
    assert names(joined(word)) == forms


@pytest.mark.parametrize(
    ("line", "rtl", "seen"),
    [
        ("דג 12", True, "12 גד"),
        ("(דג)", True, "(גד)"),
        ("abc (12)", False, "abc (12)"),
        ("Ik zeg דג!", False, "Ik zeg גד!"),
    ],
)
def test_a_line_stands_in_the_order_of_the_eye(line: str, *, rtl: bool, seen: str) -> None:
    """Letters from right to left, numbers from left to right, brackets turned."""
    assert visual(line, rtl=rtl) == seen


@given(st.text(alphabet=st.characters(min_codepoint=0x0620, max_codepoint=0x064A), max_size=30))
def test_joining_changes_no_letter(text: str) -> None:
    """What was written can be read back from the forms."""
    plain = unicodedata.normalize("NFKD", text)
    assert unicodedata.normalize("NFKD", joined(text)) == plain

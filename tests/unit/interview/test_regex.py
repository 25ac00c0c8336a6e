"""Patterns of `regex()`: Java's syntax, the whole text, in bounded time."""

import re
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.errors import ExpressionError
from intake_app.interview import regex


@pytest.mark.parametrize(
    ("pattern", "matching", "not_matching"),
    [
        ("", [""], ["a"]),
        ("abc", ["abc"], ["", "ab", "abcd", "ABC", "xabc"]),
        ("a|b", ["a", "b"], ["ab", ""]),
        ("a|", ["a", ""], ["aa"]),
        ("^[A-Z]{2}\\d{4}$", ["AB1234"], ["AB123", "ab1234", "AB1234\n"]),
        ("[0-9]{9}", ["123456782"], ["12345678", "١٢٣٤٥٦٧٨٢"]),
        ("\\d{4}\\s?[A-Z]{2}", ["1234AB", "1234 AB"], ["1234  AB"]),
        ("a{2,}", ["aa", "aaaaa"], ["a"]),
        ("a{0}b", ["b"], ["ab"]),
        ("(ab){1,2}?", ["ab", "abab"], ["", "ababab"]),
        ("(?:ab|cd)+", ["ab", "abcd"], ["abc"]),
        ("(?<year>\\d{4})", ["1994"], ["94"]),
        ("(?i)ja|nee", ["JA", "Nee"], ["jaa"]),
        ("(?i)[^a]", ["b"], ["a", "A"]),
        ("(?i:a)b", ["Ab"], ["AB"]),
        ("a(?i)b|c", ["aB", "C"], ["AB"]),
        (".", ["x", "é", "😀"], ["\n", "", "xy"]),
        ("(?s).", ["\n"], [""]),
        ("(?m)a$\n^b", ["a\nb"], ["ab"]),
        ("a$", ["a"], ["a\n", "ab"]),
        ("\\.\\*\\\\", [".*\\"], ["x*\\"]),
        ("\\Qa.b\\E+", ["a.b", "a.bb"], ["axb"]),
        ("\\x41\\u00e9\\t", ["Aé\t"], ["Aé"]),
        ("[abc-]", ["-", "a"], ["d"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[^\\d\\s]+", ["ab"], ["a1", "a b"]),
        ("[\\w.]+@[\\w.]+", ["a.b@c.nl"], ["a@b@c"]),
        ("[a-d&&[^bc]]", ["a", "d"], ["b", "e"]),
        ("[a[x-z]]", ["a", "y"], ["b"]),
        ("[&^]", ["&", "^"], ["a"]),
        ("\\bab\\b .*", ["ab cd"], ["abc d"]),
        ("\\p{L}+", ["Élodie", "أحمد", "ሰላም"], ["a1"]),
        ("\\p{Lu}\\p{Ll}*", ["Élodie"], ["élodie"]),
        ("\\p{IsArabic}+", ["أحمد", "کوردی"], ["Ahmad", "أ1"]),
        ("\\p{Script=Latin}+", ["Ahmad", "é"], ["أحمد"]),
        ("\\p{InCyrillic}+", ["Да"], ["Da"]),
        ("\\p{IsEthiopic}+", ["ሰላም"], ["selam"]),
        ("\\P{L}", ["1"], ["a"]),
        ("\\pL", ["a"], ["1"]),
        ("\\p{Alpha}\\p{Punct}", ["a!"], ["é!"]),
        ("[\\p{L}' -]+", ["O'Brien-de Vries"], ["x1"]),
        ("(?=.*\\d)(?=.*[a-z]).{4,8}", ["abc1", "1bcdefgh"], ["abcd", "a1"]),
        ("(?!00)\\d{2}", ["01", "10"], ["00"]),
        (".*(?<=\\d)x", ["1x"], ["ax"]),
        (".*(?<!\\d)x", ["ax", "x"], ["1x"]),
        ("(?=(?!b).)[ab]", ["a"], ["b"]),
        ("((?=a)a|b)*", ["", "abab"], ["abc"]),
        ("(a*)*", ["", "aaa"], ["b"]),
        ("(a|a)*b", ["b", "aaab"], ["aaa"]),
    ],
)
def test_what_a_pattern_matches(pattern: str, matching: list[str], not_matching: list[str]) -> None:
    """The whole text, as ODK's documentation says; letters of any script."""
    made = regex.compiled(pattern)
    assert [one for one in matching if not made.matches(one)] == []
    assert [one for one in not_matching if made.matches(one)] == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "a ( is not closed"),
        ("(?i:a", "a ( is not closed"),
        (")", "a ) closes nothing"),
        ("*a", "nothing to repeat"),
        ("a**", "nothing to repeat"),
        ("a++", "++, *+ and ?+ are not supported"),
        ("a{2", "a { without a number"),
        ("a{,2}", "a { without a number"),
        ("a{x}", "a { without a number"),
        ("a{5,2}", "how often it is repeated"),
        ("a{1001}", "how often it is repeated"),
        ("a{99999999999999999999}", "a { without a number"),
        ("[a", "it ends too soon"),
        ("[", "it ends too soon"),
        ("[z-a]", "a range runs backwards"),
        ("[a-\\d]", "a range ends in a class"),
        ("[a&&]", "&& stands at the edge"),
        ("(a)\\1", "refers back to a group"),
        ("(?<x>a)\\k<x>", "refers back to a group"),
        ("(?<x", "a group's name"),
        ("(?>a)", "(?> is not supported"),
        ("(?P<x>a)", "(?P is not supported"),
        ("(?x)a", "(?x is not supported"),
        ("\\", "it ends too soon"),
        ("\\y", "there is no \\y"),
        ("\\x4", "hexadecimal digits"),
        ("\\p{Elvish}", "there is no \\p{Elvish}"),
        ("\\p{L", "there is no \\p{L}"),
        ("(a{1000}){1000}", "the pattern is too large"),
        ("(" * 60 + ")" * 60, "nested too deeply"),
        ("[" * 60, "nested too deeply"),
        ("(" * 10_000, "it is too long"),
        ("(?=a)" + "".join(f"(?=a{{{n}}})" for n in range(30)), "too many lookaheads"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, said: str) -> None:
    """With what to do about it."""
    with pytest.raises(ExpressionError) as caught:
        regex.compiled(pattern)
    assert said in str(caught.value)
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 30_000 + "!"),
        ("(a|a)*b", "a" * 30_000),
        ("(a*)*b", "a" * 30_000),
        ("(.*)(.*)(.*)(.*)(.*)x", "a" * 30_000),
        ("((((a?){20}){20})?){2}a{9}", "a" * 1_000),
        ("(((((){1000}){1000}){1000}){1000}){1000}", "x"),
        ("(x{0}){1000}", ""),
        ("(?=(.*a){20}).*", "a" * 20_000),
        ("[ab]*a[ab]{400}c", "ab" * 2_000),
        (".*", "a" * 10_000_000),
    ],
)
def test_no_pattern_runs_for_ever(pattern: str, text: str) -> None:
    """The time is bounded by the text and the pattern, and what is beyond does not match."""
    begun = time.process_time()
    regex.compiled(pattern).matches(text)
    assert time.process_time() - begun < 5


_ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "\\b", "^", "$", "(?=a)", "(?!b)", "(?<=a)"]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counts = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.builds(lambda part, count: f"(?:{part}){count}", inner, counts),
        inner.map(lambda part: f"(?={part})"),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(_ATOMS, _grown, max_leaves=6), st.text("ab1 \n", max_size=6))
def test_it_matches_what_python_matches(pattern: str, text: str) -> None:
    """On patterns that both read alike."""
    expected = re.fullmatch(pattern, text, re.ASCII) is not None
    assert regex.compiled(pattern).matches(text) is expected


@given(st.text("ab()[]{}*+?|\\^$.,-&<>=!:iPp12dE", max_size=20), st.text(max_size=10))
def test_any_pattern_is_compiled_or_refused(pattern: str, text: str) -> None:
    """With an error of ours, and nothing else."""
    try:
        made = regex.compiled(pattern)
    except ExpressionError:
        return
    assert made.matches(text) in {True, False}


def test_what_is_remembered_of_a_pattern_is_bounded() -> None:
    """A pattern of many states over a text of many letters does not fill the memory."""
    made = regex.compiled("(.{0,500}a)*b?")
    text = "".join(chr(0x400 + n % 900) + "a" for n in range(2_000))
    tracemalloc.start()
    assert made.matches(text)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 50_000_000

"""Expressions: operators, blanks, numbers and functions as ODK documents them."""

from collections.abc import Callable

import pytest

from intake_app.errors import FormError

Evaluate = Callable[[str], str]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3 - 6 div 2", "4"),
        ("(1 + 2) * 3", "9"),
        ("5 mod 3", "2"),
        ("-5 mod 3", "-2"),
        ("1.5 mod 0.5", "0"),
        ("--2", "2"),
        ("-(-2)", "2"),
        ("1 div 0", "Infinity"),
        ("-1 div 0", "-Infinity"),
        ("0 div 0", ""),
        ("1 < 2 < 3", "true"),
        ("3 > 2 > 1", "false"),
        ("1 = '1'", "true"),
        ("'1' = '1.0'", "false"),
        ("1 = 1.0", "true"),
        ("'10' < '9'", "false"),
        ("'a' = 'A'", "false"),
        ("true() = 'true'", "true"),
        ("false() = ''", "true"),
        ("1 != 2 or 1 div 0 = 1", "true"),
        ("1 = 1 and 'x'", "true"),
    ],
)
def test_operators_follow_xpath(evaluate: Evaluate, expression: str, result: str) -> None:
    """Precedence, remainders, infinities and comparisons are those of XPath 1.0."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("'' > 3", "false"),
        ("'' < 3", "false"),
        ("'' = 0", "false"),
        ("/data/blank > 3", "false"),
        ("/data/blank <= today()", "false"),
        ("/data/blank = ''", "true"),
        ("/data/blank != 3", "true"),
        ("/data/blank + 1", ""),
        ("if(/data/blank, 'yes', 'no')", "no"),
        ("boolean(/data/blank)", "false"),
        ("not(/data/blank)", "true"),
        ("sum(/data/blank)", "0"),
        ("max(/data/blank)", ""),
        ("max(/data/blank, 3)", "3"),
        ("date(/data/blank)", ""),
        ("format-date(/data/blank, '%Y')", ""),
        ("selected(/data/blank, '')", "true"),
        ("round(/data/blank)", ""),
        ("string(0 div 0)", "NaN"),
    ],
)
def test_a_blank_is_never_an_error(evaluate: Evaluate, expression: str, result: str) -> None:
    """A blank read as a number is NaN, and a comparison with it is false."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("50.0", "50"),
        ("concat(/data/price * 20, '')", "50"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("0.000001", "0.000001"),
        ("1000000000000 * 1000000000000", "1000000000000000000000000"),
        ("-0.5 * 0", "0"),
        ("12345678.9", "12345678.9"),
        ("/data/price", "2.5"),
        ("string(1.50)", "1.5"),
    ],
)
def test_numbers_print_as_xpath_prints_them(
    evaluate: Evaluate, expression: str, result: str
) -> None:
    """Whole numbers have no point, and nothing has an exponent."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("number(' 12 ')", "12"),
        ("number('1e3')", ""),
        ("number('+12')", ""),
        ("number('12abc')", ""),
        ("int(2.7)", "2"),
        ("int(-2.7)", "-2"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(-1.25, 1)", "-1.2"),
        ("round(1234.5, -2)", "1200"),
        ("round(1.005, 2)", "1.01"),
        ("floor(-1.5)", "-2"),
        ("ceiling(-1.5)", "-1"),
        ("abs(-3)", "3"),
        ("pow(2, 10)", "1024"),
        ("pow(10, 400)", "Infinity"),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", ""),
        ("log(0)", "-Infinity"),
        ("log10(1000)", "3"),
        ("exp10(2)", "100"),
        ("round(sin(pi() div 2), 6)", "1"),
        ("round(atan2(1, 1) * 4 - pi(), 6)", "0"),
        ("max(1, 2, 'x')", "2"),
        ("min(3, '', 2)", "2"),
    ],
)
def test_numeric_functions(evaluate: Evaluate, expression: str, result: str) -> None:
    """Mathematics without an answer is NaN, kept as a blank; too large is infinite."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("concat('a', 1, true())", "a1true"),
        ("string-length('héllo')", "5"),
        ("substr('hello', 1)", "ello"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', -3)", "llo"),
        ("substr('hello', 1, -1)", "ell"),
        ("substr('hello', 10)", ""),
        ("substring-before('a-b', '-')", "a"),
        ("substring-after('a-b', '-')", "b"),
        ("substring-before('ab', '-')", ""),
        ("substring-after('ab', '')", "ab"),
        ("translate('abc', 'ab', 'X')", "Xc"),
        ("normalize-space('  a   b ')", "a b"),
        ("contains('abc', '')", "true"),
        ("starts-with('abc', 'ab')", "true"),
        ("ends-with('abc', 'ab')", "false"),
        ("join('-', 1, 'b', '')", "1-b-"),
        ("regex('abc', 'b')", "false"),
        ("regex('abc', '[a-c]+')", "true"),
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("digest('abc', 'SHA-256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("base64-decode('aGVsbG8=')", "hello"),
        ("base64-decode('*')", ""),
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('yes')", "false"),
        ("coalesce('', 'x')", "x"),
        ("if('0', 'yes', 'no')", "yes"),
        ("version()", "7"),
        ("string-length(uuid())", "36"),
        ("string-length(uuid(8))", "8"),
        ("random() < 1", "true"),
    ],
)
def test_text_functions(evaluate: Evaluate, expression: str, result: str) -> None:
    """Places count from 0, and a regular expression matches the whole text."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("selected(/data/colours, 'red')", "true"),
        ("selected(/data/colours, 're')", "false"),
        ("selected-at(/data/colours, 1)", "blue"),
        ("selected-at(/data/colours, 2)", ""),
        ("count-selected(/data/colours)", "2"),
        ("checklist(1, 2, true(), false(), true())", "true"),
        ("checklist(-1, 1, true(), true())", "false"),
        ("weighted-checklist(2, 3, true(), 2, false(), 5)", "true"),
    ],
)
def test_choice_functions(evaluate: Evaluate, expression: str, result: str) -> None:
    """Names of choices are whole words, and places count from 0."""
    assert evaluate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("today()", "2026-11-23"),
        ("today() + 1", "20781"),
        ("date(today() + 1)", "2026-11-24"),
        ("/data/born + 1 = date('2000-03-01')", "true"),
        ("/data/born < '2000-03-01'", "true"),
        ("/data/born <= today()", "true"),
        ("today() > now()", "false"),
        ("int((today() - /data/born) div 365.25)", "26"),
        ("date('2026-02-30')", ""),
        ("date('gisteren')", ""),
        ("date(20000)", "2024-10-04"),
        ("date('2026-11-23T14:05:06Z')", "2026-11-23"),
        ("date-time('2026-11-23T12:00:00Z')", "2026-11-23T12:00:00.000Z"),
        ("decimal-date-time('2026-11-23T12:00:00Z')", "20780.5"),
        ("decimal-time('06:00')", "0.25"),
        ("number('2026-11-23')", "20780"),
        ("string(date('2026-11-23'))", "2026-11-23"),
        ("format-date('2026-11-03', '%Y-%m-%d %n %e %y %a %b')", "2026-11-03 11 3 26 Tue Nov"),
        ("format-date-time('2026-11-23T14:05:06', '%H:%h:%M:%S:%3')", "14:14:05:06:000"),
        ("format-date('2026-11-03', '100%%')", "100%"),
        ("date(1e9)", None),
        ("date(10000000000)", ""),
    ],
)
def test_dates_are_numbers_when_compared(
    evaluate: Evaluate, expression: str, result: str | None
) -> None:
    """Dates count in days since 1970, and stay dates where they are written."""
    if result is None:
        with pytest.raises(FormError):
            evaluate(expression)
    else:
        assert evaluate(expression) == result


def test_places_on_the_globe(evaluate: Evaluate) -> None:
    """Areas and distances are in metres, on a sphere."""
    square = "'0 0 0 0; 0 1 0 0; 1 1 0 0; 1 0 0 0'"
    assert float(evaluate("distance('0 0 0 0', '0 1 0 0')")) == pytest.approx(111_319, abs=1)
    assert float(evaluate(f"area({square})")) == pytest.approx(1.2392e10, rel=1e-3)
    assert evaluate(f"geofence('0.5 0.5 0 0', {square})") == "true"
    assert evaluate(f"geofence('1.5 0.5 0 0', {square})") == "false"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("nonsense(1)", "There is no function nonsense()."),
        ("substr('a')", "substr() takes 2 to 3 arguments, not 1."),
        ("if(1, 2)", "if() takes 3 arguments, not 2."),
        ("(1 + 2", "It ends too soon: ) is missing."),
        ("1 + 2)", "This is left over: )"),
        ("1 +", "It ends too soon: a name or value is missing."),
        ("'open", "A quote is not closed: 'open"),
        ("1 ; 2", "This cannot be read: ; 2"),
        ("/data/nobody", "There is no node nobody in /data."),
        ("/other/age", "There is no node /other; the form's root is /data."),
        ("../../../age", "A path goes above the root of the form."),
        ("instance('none')/root/item", "There is no list or instance named none."),
        ("regex('a', '(')", "regex() cannot use this pattern: ("),
        ("digest('a', 'MD9')", "digest() knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, not MD9."),
        ("jr:choice-name('a', /data/age)", "jr:choice-name() takes the question's path in quotes"),
        ("count('a')", "A path is needed here, and this is a value."),
        ("(" * 10_000 + "1" + ")" * 10_000, "It is nested more than 100 deep."),
        ("count(" * 500 + "1" + ")" * 500, "It is nested more than 100 deep."),
        ("-" * 10_001 + "1", None),
        (" or ".join(f"/data/age = {n}" for n in range(2_000)), None),
    ],
)
def test_what_is_wrong_is_said_when_the_form_is_loaded(
    evaluate: Evaluate, expression: str, said: str | None
) -> None:
    """An unknown function, a wrong arity or a missing node never surprises an interview."""
    if said is None:
        evaluate(expression)
        return
    with pytest.raises(FormError) as caught:
        evaluate(expression)
    assert said in str(caught.value)

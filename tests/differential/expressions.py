"""Expressions for every function and operator, with arguments from a pool of edge values."""

from collections.abc import Iterator
from itertools import product
from xml.sax.saxutils import escape, quoteattr

#: Questions that are answered: name, type, answer.
ANSWERED = (
    ("blank", "string", ""),
    ("none", "int", ""),
    ("zero", "int", "0"),
    ("three", "int", "3"),
    ("below", "int", "-4"),
    ("half", "decimal", "2.5"),
    ("tenth", "decimal", "0.1"),
    ("word", "string", "hello world"),
    ("figure", "string", "12"),
    ("chosen", "string", "a b c"),
    ("arabic", "string", "مرحبا بك"),
    ("accent", "string", "één"),
    ("day", "date", "2024-02-29"),
    ("before", "date", "1931-07-04"),
    ("noday", "date", ""),
    ("moment", "dateTime", "2019-05-06T09:30:00.000Z"),
)
_NODES = tuple(f"/data/{name}" for name, _, _ in ANSWERED)
_LITERALS = (
    "''", "' '", "'0'", "'1'", "'-2.5'", "' 7 '", "'a'", "'abc'", "'true'", "'false'", "'yes'",
    "'2024-02-29'", "'b'", "0", "1", "2", "-1", "2.5", "-2.5", "0.001", "1000000", "1 div 0",
    "0 div 0", "true()", "false()", "date('2024-02-29')", "date('1931-07-04')", "/data/row/x",
    "/data/row[1]/x",
)  # fmt: skip
POOL = (*_NODES, *_LITERALS)
_FEW = (
    "/data/blank", "/data/none", "/data/zero", "/data/three", "/data/below", "/data/half",
    "/data/word", "/data/chosen", "/data/day", "/data/noday", "''", "'a'", "'2'", "2", "-1", "0.5",
    "true()", "false()", "date('2024-02-29')", "0 div 0",
)  # fmt: skip

_ONE = (
    "boolean", "boolean-from-string", "not", "number", "string", "int", "round", "abs", "sqrt",
    "exp", "exp10", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "string-length",
    "normalize-space", "count-selected", "date", "date-time", "decimal-date-time", "decimal-time",
    "base64-decode", "once", "max", "min", "concat",
)  # fmt: skip
_TWO = (
    "pow", "round", "atan2", "contains", "starts-with", "ends-with", "substr", "substring-before",
    "substring-after", "selected", "is-selected", "selected-at", "coalesce", "max", "min",
    "concat", "join", "regex", "format-date", "format-date-time",
)  # fmt: skip
_OPERATORS = ("+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or")
_WRITTEN = (
    "pi()", "true()", "false()", "version()", "-/data/three", "--2", "not(not(/data/word))",
    "count(/data/row)", "count(/data/row/x)", "count-non-empty(/data/row/x)", "sum(/data/row/x)",
    "max(/data/row/x)", "min(/data/row/x)", "join('-', /data/row/x)", "concat(/data/row/x)",
    "count(/data/row[x > 1])", "sum(/data/row[x != '']/x)", "position(/data/row[2])",
    "indexed-repeat(/data/row/x, /data/row, 1)", "indexed-repeat(/data/row/x, /data/row, 2)",
    "indexed-repeat(/data/row/x, /data/row, 3)", "today() >= date('2024-01-01')",
    "int(now() - today()) = 0", "today() - today()", "date(today() + 1) > today()",
    "checklist(1, 2, 'yes', 'no', '')", "checklist(-1, 2, true(), true(), true())",
    "checklist(1, -1, /data/three > 1, /data/three > 9)",
    "weighted-checklist(1, 5, true(), 2, false(), 9)", "string-length(uuid())",
    "random() < 1", "regex('1234AB', '[0-9]{4}[A-Z]{2}')", "regex('aab', 'a+')",
    "regex('a.b', 'a\\.b')", "regex('', '')", "digest('abc', 'MD5', 'hex')",
    "digest('abc', 'SHA-1')", "digest('één', 'SHA-256', 'base64')",
    "digest('abc', 'SHA-384', 'hex')", "digest('', 'SHA-512', 'base64')",
    "base64-decode('aGVsbG8=')", "base64-decode('w6nDqW4=')", "if(1 = 1, 'x', 1 div 0)",
    "coalesce('', '', 'last')", "translate('hello', 'el', 'ip')", "translate('hello', 'l', '')",
    "translate('aabb', 'ab', 'bbb')", "normalize-space('  a   b  ')",
    "format-date('2024-02-29', '%Y|%y|%m|%n|%d|%e|%b|%a')",
    "format-date-time('2024-02-29T08:05:09.000Z', '%H|%h|%M|%S|%3')",
    "boolean-from-string('TRUE')", "date('2024-02-30')", "date('2024-2-3')", "date(0)", "date(-1)",
    "date(19782.5)",
    "date-time('2024-02-29T08:05:09.000Z')", "decimal-date-time('2024-02-29T12:00:00.000Z')",
    "decimal-time('12:00:00.000')", "date('2024-03-01') - date('2024-02-28')",
    "selected('a b', 'a')", "selected('ab', 'a')", "selected('', '')", "selected-at('a b', 1)",
    "selected-at('a b', 9)", "count-selected(' a  b ')", "substr('hello', 1, 3)",
    "substr('hello', -3)", "substr('hello', 2, 99)", "substr('hello', 3, 1)", "1 + 2 * 3 - 4 div 2",
    "(1 + 2) * 3", "7 mod 3 * 2", "1 < 2 = true()", "1 = 1 and 2 = 3 or 4 = 4", "2 > 1 > 0",
    "'a' = 'a' != false()", "/data/three|/data/half", "string(/data/row[1]/x)",
    "concat('a', 1, 2.5, true(), date('2024-02-29'))", "round(1.005, 2)", "round(-0.5)",
    "round(0.5)", "round(1234.567, -2)", "int('3.9')", "int(-3.9)", "number('')", "number('1.')",
    "number('.5')", "number('+1')", "number('1e3')", "number('0x10')", "number(' 12 ')",
)  # fmt: skip


def expressions() -> list[str]:
    """Return all of them, each once."""
    return list(dict.fromkeys([*_WRITTEN, *_calls(), *_operations()]))


def _calls() -> Iterator[str]:
    for name, value in product(_ONE, POOL):
        yield f"{name}({value})"
    for name, (one, other) in product(_TWO, product(_FEW, _FEW)):
        yield f"{name}({one}, {other})"
    for value in POOL:
        yield f"if({value}, 'yes', 'no')"
        yield f"substr({value}, 1, 3)"
        yield f"translate({value}, 'abc', 'x')"
        yield f"format-date({value}, '%Y-%m-%d')"
        yield f"format-date-time({value}, '%Y-%m-%d %H:%M:%S')"
        yield f"selected({value}, 'a')"
        yield f"selected-at({value}, 1)"
        yield f"round({value}, 1)"
        yield f"regex({value}, '[a-z]+')"
        yield f"digest({value}, 'MD5', 'hex')"
        yield f"checklist(1, 1, {value}, false())"


def _operations() -> Iterator[str]:
    for operator, (one, other) in product(_OPERATORS, product(_FEW, _FEW)):
        yield f"{one} {operator} {other}"
    for value in POOL:
        yield f"- {value}"


def xform(calculated: list[str]) -> str:
    """Return a form with the answers, two rows, and a calculation for each expression."""
    leaves = "".join(f"<{name}>{escape(answer)}</{name}>" for name, _, answer in ANSWERED)
    binds = "".join(f'<bind nodeset="/data/{name}" type="{type_}"/>' for name, type_, _ in ANSWERED)
    inputs = "".join(
        f'<input ref="/data/{name}"><label>{name}</label></input>' for name, _, _ in ANSWERED
    )
    nodes = "".join(f"<c{at}/>" for at in range(len(calculated)))
    calculations = "".join(
        f'<bind nodeset="/data/c{at}" type="string" calculate={quoteattr(words)}/>'
        for at, words in enumerate(calculated)
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Expressions</h:title><model>'
        f'<instance><data id="expressions" version="7">{leaves}'
        f"<row><x>1</x></row><row><x>2.5</x></row>{nodes}</data></instance>{binds}"
        f'<bind nodeset="/data/row/x" type="decimal"/>{calculations}</model></h:head><h:body>'
        f'{inputs}<group ref="/data/row"><repeat nodeset="/data/row"><input ref="/data/row/x">'
        "<label>x</label></input></repeat></group></h:body></h:html>"
    )

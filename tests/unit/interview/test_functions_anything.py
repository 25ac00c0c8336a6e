"""Expressions of any kind over any values: refused when compiled, or harmless for ever."""

import math
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import ExpressionError
from intake_app.interview import Form, Interview, answers, functions, values
from intake_app.interview.context import Context
from intake_app.interview.expression import Expression, compile_expression
from intake_app.interview.values import Value

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:intake="https://example.org/intake">
  <h:head><h:title>t</h:title><model>
    <instance><data id="t" version="7">
      <a/><b/><c/><d/><e/><row><x/><y/></row><row><x>2</x><y>2020-01-01</y></row>
      <row><x>q</x><y/></row></data></instance>
    <instance id="list"><root>
      <item><name>r</name><label>Rood</label></item>
      <item><name>7</name><label>Zeven</label></item></root></instance>
    <instance id="tree"><root version="9"><land code="nl"><stad>Ede</stad></land></root></instance>
    <bind nodeset="/data/a" type="string"/><bind nodeset="/data/b" type="decimal"/>
    <bind nodeset="/data/c" type="date"/><bind nodeset="/data/d" type="geoshape"/>
    <bind nodeset="/data/e" type="string" intake:type="partial-date"/>
    <bind nodeset="/data/row/y" type="dateTime"/>
  </model></h:head>
  <h:body><input ref="/data/a"><label>A</label></input><input ref="/data/b"><label>B</label></input>
    <input ref="/data/c"><label>C</label></input><input ref="/data/d"><label>D</label></input>
    <input ref="/data/e"><label>E</label></input>
    <group ref="/data/row"><repeat nodeset="/data/row">
    <input ref="/data/row/x"><label>X</label></input></repeat></group></h:body></h:html>"""


@cache
def _form() -> Form:
    return Form.load(compile_xform(XFORM.encode()))


def _says_what_to_do(error: ExpressionError) -> None:
    assert str(error)
    assert error.remedy.endswith(".")


def _evaluated(made: Expression, interview: Interview, number: int) -> Value:
    world = interview._world
    item = world.singles[number]
    return made.evaluate(Context(world, item, item))


_PATHS = st.sampled_from(
    [
        *("/data/a", "/data/b", "/data/c", "/data/d", "/data/e", "/data/row/x", "/data/row/y"),
        *("/data/row", "/data/row[2]/x", "/data/row[x > 1]/y", "../a", ".", "..", "//x", "/data/*"),
        *("instance('list')/root/item[name = /data/a]/label", "instance('list')/root/item"),
        *("instance('tree')//@code", "instance('tree')/root/land/stad", "current()/../b"),
        *("/data/row/following::y", "/data/row/preceding-sibling::row[1]/x", "/data/a | /data/b"),
    ]
)
_LITERALS = st.one_of(
    st.floats(0, 1e18, allow_nan=False).map(values.number_text),
    st.sampled_from(["0", "1", "2", "-1", "1e9", "999999999999", "0.5", "9" * 400]),
    st.sampled_from(["''", "'a'", "'2026-11-23'", "'9999-12-31T23:59-14:00'", "'0001-01-01'"]),
    st.sampled_from(["'%Y-%m'", "'MD5'", "'hex'", "'list'", "'name'", "'(a+)+$'", "'['", "'NaN'"]),
    st.sampled_from(["'52 4;53 4;53 5;52 4'", "'nan 4;inf 5;1 1'", "'23:59:59'", "'1994~'"]),
    st.text(st.characters(exclude_characters="'"), max_size=6).map(lambda words: f"'{words}'"),
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparing = ["=", "!=", "<", "<=", ">", ">="]
    signs = st.sampled_from(["+", "-", "*", "div", "mod", "and", "or", "|", *comparing])
    usages = {name: made.usage for name, made in functions.FUNCTIONS.items()}
    names = st.sampled_from(sorted({**usages, **functions.SPECIAL}.items()))
    calls = names.flatmap(
        lambda named: st.tuples(
            st.just(named[0]),
            st.integers(*(min(count, 5) for count in functions.arity(named[1]))).flatmap(
                lambda count: st.lists(inner, min_size=count, max_size=count)
            ),
        )
    )
    return st.one_of(
        st.builds(lambda left, sign, right: f"({left} {sign} {right})", inner, signs, inner),
        calls.map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.builds(lambda one, test: f"{one}[{test}]", _PATHS, inner),
        inner.map(lambda one: f"-{one}"),
    )


_EXPRESSIONS = st.recursive(st.one_of(_PATHS, _LITERALS), _grown, max_leaves=8)
_ANSWERS = st.fixed_dictionaries(
    {
        "/data/a": st.sampled_from(["", "a b", "7", "NaN", "true", "2026-02-30", "\ud800"]),
        "/data/b": st.sampled_from(["", "0", "-2.5", "9" * 400, "1e9", "."]),
        "/data/c": st.sampled_from(["", "2026-11-23", "0001-01-01", "9999-12-31", "x"]),
        "/data/d": st.sampled_from(["", "52 4;53 4;53 5;52 4", "x;y", "91 181;0 0;1 1"]),
        "/data/e": st.sampled_from(["", "1994~", "9999", "0001-01", "199X"]),
    }
)


@settings(max_examples=500, deadline=None)
@given(_EXPRESSIONS, _ANSWERS)
def test_nothing_raises_but_an_expression_error_when_it_is_compiled(
    expression: str, told: dict[str, str]
) -> None:
    """And what gives a value is kept by every type."""
    form = _form()
    owner = form.program.by_path["/data/a"]
    try:
        made = compile_expression(expression, owner, form.instances)
    except ExpressionError as error:
        _says_what_to_do(error)
        return
    interview = Interview(form, clock=FixedClock(), random=Random(1))  # noqa: S311 (a test's chance is no secret)
    for path, words in told.items():
        interview.answer(path, words)
    got = _evaluated(made, interview, owner.number)
    for kind in ("string", "int", "decimal", "date", "dateTime", "time", "choices", "boolean"):
        assert isinstance(answers.calculated(got, kind), str)
    assert isinstance(values.truth(got), bool)
    assert isinstance(values.number(got), float) or math.isnan(values.number(got))


@settings(max_examples=300)
@given(st.text("()[]/.@*+-=<>|,:'\"$ a1x divandor", max_size=30))
def test_any_text_is_an_expression_or_is_refused(words: str) -> None:
    """With a sentence and a remedy."""
    form = _form()
    owner = form.program.by_path["/data/a"]
    try:
        made = compile_expression(words, owner, form.instances)
    except ExpressionError as error:
        _says_what_to_do(error)
        return
    got = _evaluated(made, Interview(form, clock=FixedClock()), owner.number)
    assert isinstance(values.text(got), str)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "nested more than"),
        ("-(" * 10_000 + "1" + ")" * 10_000, "nested more than"),
        ("not(" * 10_000 + "1" + ")" * 10_000, "nested more than"),
        ("/data/a[" * 5_000 + "1" + "]" * 5_000, "nested more than"),
        ("+".join(["1"] * 100_000), ""),
        ("/data/b" + " or /data/b" * 10_000, ""),
        ("|".join(["/data/a"] * 10_000), ""),
        ("(" + "+".join(["1"] * 50_000) + ")/x", "a value"),
        ("/data/row" + "[1]" * 50_000, ""),
        ("/data/a" + "/.." * 5_000, "more than 100 steps"),
        ("/data" + "//." * 90, ""),
        ("concat(" + ",".join(["1"] * 50_000) + ")", "takes 1 or more arguments, not 50000."),
        ("1" * 2_000_000, "too long"),
        ("9" * 400 + " * 10", ""),
        ("'" + "x" * 500_000 + "'", ""),
        ("if(1," * 90 + "1" + ",2)" * 90, ""),
        ("pow(10, pow(10, pow(10, 10)))", ""),
        ("round(1.5, 1000000000)", "takes a whole number from -300 to 300"),
        ("round(1.5, 10 * 100000000)", ""),
        ("uuid(1000000000)", "takes a whole number from 1 to 1000"),
        ("string-length(uuid(10 * 100000000))", ""),
        ("substr('abc', 10 * 100000000000)", ""),
    ],
)
def test_what_is_too_much_is_refused_or_done_in_bounded_time(expression: str, said: str) -> None:
    """Deep nesting is refused, long chains are worked through, huge numbers are infinity."""
    form = _form()
    owner = form.program.by_path["/data/a"]
    if said:
        with pytest.raises(ExpressionError, match=said):
            compile_expression(expression, owner, form.instances)
        return
    made = compile_expression(expression, owner, form.instances)
    _evaluated(made, Interview(form, clock=FixedClock()), owner.number)

"""What is called wrongly is an error of the form, with what to write instead."""

from functools import cache
from pathlib import Path

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.errors import ExpressionError
from intake_app.interview import Form, functions
from intake_app.interview.expression import compile_expression, compile_nodes

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>t</h:title><model>
    <instance><data id="t"><age/><colour/><home><city/></home>
      <row jr:template=""><title/></row></data></instance>
    <instance id="list"><root>
      <item><name>r</name><label>Rood</label><group>warm</group></item></root></instance>
    <instance id="tree"><root version="9"><land code="nl"><stad>Ede</stad></land></root></instance>
  </model></h:head>
  <h:body><input ref="/data/age"><label>A</label></input>
    <select1 ref="/data/colour"><label>C</label><itemset nodeset="instance('list')/root/item">
      <value ref="name"/><label ref="label"/></itemset></select1>
    <group ref="/data/home"><input ref="/data/home/city"><label>C</label></input></group>
    <group ref="/data/row"><repeat nodeset="/data/row">
    <input ref="/data/row/title"><label>X</label></input></repeat></group></h:body></h:html>"""


@cache
def _form() -> Form:
    return Form.load(compile_xform(XFORM.encode()))


def _refusal(expression: str) -> ExpressionError:
    form = _form()
    with pytest.raises(ExpressionError) as caught:
        compile_expression(expression, form.program.by_path["/data/age"], form.instances)
    return caught.value


@pytest.mark.parametrize(
    ("expression", "said", "remedy"),
    [
        # Functions that there are not
        ("selcted(/data/age, 'a')", "There is no function selcted().", "use selected()."),
        ("countselected(/data/age)", "no function countselected()", "use count-selected()."),
        ("jr:choicename('a', 'b')", "no function jr:choicename()", "use jr:choice-name()."),
        ("qqq(1)", "There is no function qqq().", "see the ODK documentation"),
        ("extract-signed('a', 'b')", "cannot be used here", "compare with a code list"),
        ("lang('nl')", "cannot be used here", "write the text in each language"),
        ("id('x')", "cannot be used here", "give the path of the node."),
        ("avg(/data/row/title)", "cannot be used here", "use sum(${question}) div count("),
        ("lower-case('A')", "cannot be used here", "use translate(text, 'ABC"),
        ("search('list')", "cannot be used here", "use select_one_from_file"),
        # Arguments
        ("today(1)", "today() takes 0 arguments, not 1.", "write it as today()."),
        ("substr('a')", "takes 2 to 3 arguments", "write it as substr(text, start[, end])."),
        ("concat()", "takes 1 or more arguments, not 0.", "write it as concat(value, ...)."),
        ("if(1, 2)", "takes 3 arguments, not 2.", "write it as if(condition, then, otherwise)."),
        ("once()", "once() takes 1 arguments, not 0.", "write it as once(value)."),
        ("coalesce(1)", "coalesce() takes 2 or more", "write it as coalesce(value, value, ...)."),
        ("selected(/data/age)", "takes 2 arguments, not 1.", "selected(${question}, name)."),
        ("sum(1, 2)", "sum() takes 1 arguments, not 2.", "write it as sum(nodes)."),
        ("position(.., 1)", "takes 0 to 1 arguments", "write it as position([path])."),
        ("weighted-checklist(1, 2, 'a')", "takes 4 or more", "answer, weight, ...)."),
        ("weighted-checklist(1, 2, 'a', 1, 'b')", "takes pairs", "give each answer a weight"),
        # Paths where values stand, and the other way round
        ("count('a')", "A path is needed here, and this is a value.", "write ${question}"),
        ("count(1 + 1)", "A path is needed here", "write ${question}"),
        ("count-non-empty(true())", "A path is needed here", "write ${question}"),
        ("sum(3)", "A path is needed here", "write ${question}"),
        ("randomize('a')", "A path is needed here", "write ${question}"),
        ("1 | /data/age", "A path is needed here", "write ${question}"),
        ("'a'[1]", "A path is needed here", "write ${question}"),
        ("'a'/b", "A path is needed here", "write ${question}"),
        ("position('x')", "position() takes a path", "write position(..)"),
        # Nodes
        ("/data/agee", "There is no node agee in /data.", "write age, if that is meant"),
        ("/data/city", "There is no node city in /data.", "write city, if that is meant"),
        ("../qqqqq", "There is no node qqqqq in /data.", "give the name of a question"),
        ("/form/age", "There is no node /form", "begin the path with /data"),
        ("../../x", "goes above the root", "leave a .. away"),
        ("//nobody", "There is no node nobody in", "give the name of a question"),
        ("/data/row[titel = 'a']/title", "There is no node titel", "write title"),
        ("/data/@version", "Answers have no attributes", "version()"),
        ("sideways::x", "There is no axis sideways.", "use one of ancestor"),
        ("namespace::x", "There is no axis namespace.", "use one of ancestor"),
        ("/data/comment()", "A form has no comment() nodes.", "give the path of a question."),
        # Lists
        ("instance('lst')/root/item", "There is no list or instance named lst.", "use list."),
        ("instance('qqq')/root/item", "no list or instance named qqq.", "give the name of a list"),
        ("instance(/data/age)/root", "takes the name of one list", "instance('list')/root/item."),
        ("instance('list')/root/itm", "The list list has no itm here.", "use item."),
        ("instance('list')/root/item[nam = 'a']/label", "has no nam here", "use name."),
        ("instance('list')/root/item[province = 'a']", "no province here", "use one of name"),
        ("instance('list')/root/item/lable", "has no lable here", "use label."),
        ("instance('list')/root/item/label/x", "has no x here", "nothing inside a column"),
        ("instance('list')/item", "The list list has no item here.", "use one of root."),
        ("instance('tree')/root/lnd", "The list tree has no lnd here.", "use land."),
        ("instance('tree')/root/land[stadt = 'a']", "has no stadt here", "use stad."),
        ("pulldata('lst', 'label', 'name', 'a')", "no list or instance named lst.", "use list."),
        ("pulldata('list', 'labl', 'name', 'a')", "has no column labl.", "use the column label."),
        ("pulldata('list', 'label', 'key', 'a')", "has no column key.", "use one of name, label"),
        ("pulldata(/data/age, 'a', 'b', 'c')", "in quotes", "write it as pulldata("),
        # Repeats, choices, texts
        ("indexed-repeat(/data/age, /data/home, 1)", "/data/home is no repeat around age.", "give"),
        ("indexed-repeat(/data/row/title, /data/row)", "takes 3 or more", "indexed-repeat("),
        ("indexed-repeat(/data/row/title, /data/row, 1, /data/row)", "pairs of a repeat", "write"),
        ("indexed-repeat('a', /data/row, 1)", "A path to a node of the form", "write ${question}"),
        ("jr:choice-name('a', /data/colour)", "in quotes", "'${question}')."),
        ("jr:choice-name('a', '/data/age')", "choice of age, which offers none.", "offers choices"),
        ("jr:choice-name('a', '/data/colr')", "There is no node colr", "write colour"),
        ("jr:choice-name('a', 'b')", "There is no node b", "give the name"),
        ("jr:choice-name('a', '1')", "A path to a node of the form", "write ${question}"),
        # Literals that can never be right
        ("regex(., '(')", "regex() cannot use this pattern", "correct the pattern"),
        ("regex(., '(a)\\1')", "refers back to a group", "write out what may stand there"),
        ("digest(., 'MD9')", "digest() knows MD5", "use one of MD5"),
        ("digest(., 'MD5', 'octal')", "writes base64 or hex, not octal", "use 'base64' or 'hex'"),
        ("format-date(., '%Q')", "A date cannot be written with %Q.", "a percent sign is %%."),
        ("format-date(., '%B')", "A date cannot be written with %B.", "use %Y"),
        ("format-date-time(., 'at %')", "cannot be written with %.", "use %Y"),
        ("selected-at(., -1)", "counts from 0, and -1 is not a place", "give 0 for the first"),
        ("selected-at(., 'first')", "counts from 0, and first is", "give 0 for the first"),
        ("round(., 'two')", "a whole number from -300 to 300, not two.", "without quotes"),
        ("round(., 1.5)", "a whole number from -300 to 300, not 1.5.", "without quotes"),
        ("uuid(0)", "a whole number from 1 to 1000, not 0.", "without quotes"),
        ("substr(., 'a')", "and a is no number.", "counted from 0."),
        ("property('nonsense')", "There is no property nonsense.", "use one of deviceid"),
        # What cannot be read
        ("1 +", "It ends too soon", "write what should stand at its end."),
        ("(1", "It ends too soon: ) is missing.", "add the )."),
        ("1 2", "This is left over: 2", "write an operator or a comma"),
        ("selected(. 'a')", ") is missing before", "add the )."),
        ("'abc", "A quote is not closed: 'abc", "close the text with the quote"),
        ("$age", "This cannot be read: $age", "write names as ${name}"),
        ("1 + * 2", "This is left over: 2", "write an operator or a comma"),
        ("", "It ends too soon", "write what should stand at its end."),
        ("a && b", "This cannot be read: && b", "write names as ${name}"),
        ("1 == 1", "A name or value is missing before: = 1", "write"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_write(expression: str, said: str, remedy: str) -> None:
    """Near names are given for functions, nodes, lists and columns."""
    error = _refusal(expression)
    assert said in str(error)
    assert remedy in error.remedy
    assert error.remedy.endswith(".")


def test_a_list_for_choices_is_checked_too() -> None:
    """A filter that names no column of the list."""
    form = _form()
    owner = form.program.by_path["/data/colour"]
    with pytest.raises(ExpressionError, match="has no grp here"):
        compile_nodes("instance('list')/root/item[grp = 'warm']", owner, form.instances)


@pytest.mark.parametrize("name", [*functions.FUNCTIONS, *functions.SPECIAL])
def test_every_function_has_cases(name: str) -> None:
    """In the tables beside this one: a new function comes with its own."""
    tables = "".join(
        table.read_text(encoding="utf-8")
        for table in Path(__file__).parent.glob("test_*.py")
        if table.name != Path(__file__).name
    )
    assert f'"{name}(' in tables or f" {name}(" in tables or f"({name}(" in tables


@pytest.mark.parametrize("name", [*functions.FUNCTIONS, *functions.SPECIAL])
def test_every_function_refuses_more_or_fewer_arguments_than_it_takes(name: str) -> None:
    """And says how it is written."""
    made = functions.FUNCTIONS.get(name)
    usage = functions.SPECIAL[name] if made is None else made.usage
    least, most = functions.arity(usage)
    for count in {least - 1, most + 1} - {-1}:
        error = _refusal(f"{name}({', '.join(['/data/age'] * count)})")
        assert f"not {count}." in str(error)
        assert error.remedy == f"write it as {name}({usage})."

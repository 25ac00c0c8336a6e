"""Paths: axes, predicates, repeats, secondary instances."""

from xml.sax.saxutils import quoteattr

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import FormError
from intake_app.interview import Form, Interview

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>t</h:title><model>
    <itext>
      <translation lang="nl" default="true()">
        <text id="hi"><value>Dag <output value="/data/who"/></value></text>
        <text id="c1"><value form="long">Rood</value><value form="image">jr://images/r.png</value>
        </text></translation>
      <translation lang="ar"><text id="hi"><value>-</value></text>
        <text id="c1"><value>أحمر</value></text></translation></itext>
    <instance><data id="t">
      <who>Test</who>
      <job jr:template=""><title/><pay/><own/></job>
      <job><title>kok</title><pay>10</pay><own/></job>
      <job><title>arts</title><pay>30</pay><own/></job>
      <job><title>kok</title><pay>20</pay><own/></job>
      <g><a>1</a><b>2</b></g><result/></data></instance>
    <instance id="flat"><root>
      <item><name>r</name><label>Rood</label><group>warm</group></item>
      <item><name>b</name><label>Blauw</label><group>koud</group></item>
      <item><name>g</name><label>Geel</label><group>warm</group></item></root></instance>
    <instance id="tree"><root version="9">
      <land code="nl"><stad>Ede</stad><stad>Goes</stad></land>
      <land code="be"><stad>Gent</stad></land></root></instance>
    <bind nodeset="/data/job/pay" type="int"/>
    <bind nodeset="/data/job/own" calculate={own}/>
    <bind nodeset="/data/result" calculate={result}/>
  </model></h:head>
  <h:body><group ref="/data/job"><repeat nodeset="/data/job">
    <input ref="/data/job/title"><label ref="jr:itext('hi')"/></input></repeat></group>
    <input ref="/data/who"><label>Wie?</label></input>
  </h:body></h:html>"""


def _interview(result: str, own: str = "''") -> Interview:
    xml = XFORM.replace("{own}", quoteattr(own)).replace("{result}", quoteattr(result))
    return Interview(Form.load(compile_xform(xml.encode())), clock=FixedClock())


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("/data/job/title", "kok"),
        ("/data/job[2]/title", "arts"),
        ("/data/job[position() = 3]/pay", "20"),
        ("/data/job[last()]/pay", "20"),
        ("/data/job[title = 'kok'][2]/pay", "20"),
        ("/data/job[9]/pay", ""),
        ("sum(/data/job[title = 'kok']/pay)", "30"),
        ("sum(/data/job[./pay > 15]/pay)", "50"),
        ("sum(/data/job[pay > /data/g/a * 15]/pay)", "50"),
        ("count(/data/job[title = current()/../who])", "0"),
        ("/data/job/title = 'arts'", "true"),
        ("/data/job/pay > 25", "true"),
        ("/data/job/pay > 35", "false"),
        ("count(/data/g/*)", "2"),
        ("sum(/data/g/* )", "3"),
        ("count(//pay)", "3"),
        ("sum(/data/descendant::pay)", "60"),
        ("../g/b", "2"),
        ("./../g/child::a", "1"),
        ("self::node()/../who", "Test"),
        ("count(/data/g/a/following-sibling::*)", "1"),
        ("/data/g/b/preceding-sibling::a", "1"),
        ("count(/data/g/b/ancestor::*)", "2"),
        ("count(/data/g/a | /data/g/b | /data/g/a)", "2"),
        ("count-non-empty(/data/job/own)", "0"),
        ("join(' ', /data/job/title)", "kok arts kok"),
        ("position(/data/job[2])", "2"),
        ("(/data/job/title)[2]", "arts"),
        ("(/data/job)[2]/title", "arts"),
        ("/data/who/text()", "Test"),
        ("instance('flat')/root/item[name = 'b']/label", "Blauw"),
        ("instance('flat')/root/item[name = /data/who]/label", ""),
        ("instance('flat')/root/item[group = 'warm'][2]/label", "Geel"),
        ("count(instance('flat')/root/item[group = 'warm' and name != 'r'])", "1"),
        ("count(instance('flat')/root/item)", "3"),
        ("join('', randomize(instance('flat')/root/item, 42)/name)", "rbg"),
        ("join('', randomize(instance('flat')/root/item, 'a')/name)", "rgb"),
        ("instance('tree')/root/land[@code = 'be']/stad", "Gent"),
        ("count(instance('tree')/root/land[stad = 'Ede']/stad)", "2"),
        ("instance('tree')/root/@version", "9"),
        ("instance('tree')/root/land[2]/../land[1]/stad[2]", "Goes"),
        ("count(instance('tree')//stad)", "3"),
        ("pulldata('flat', 'label', 'name', 'g')", "Geel"),
        ("jr:itext('hi')", "Dag Test"),
        ("jr:itext('c1')", "Rood"),
    ],
)
def test_what_a_path_finds(expression: str, result: str) -> None:
    """Read as its first node; compared as any of them."""
    assert _interview(expression).node("/data/result").value == result


@pytest.mark.parametrize(
    ("expression", "results"),
    [
        ("position(..)", ["1", "2", "3"]),
        ("../pay * 2", ["20", "60", "40"]),
        ("/data/job/pay + 1", ["11", "31", "21"]),
        ("count(/data/job)", ["3", "3", "3"]),
        ("sum(/data/job/pay)", ["60", "60", "60"]),
        ("../pay = max(/data/job/pay)", ["false", "true", "false"]),
        ("min(/data/job/pay, 15)", ["10", "10", "10"]),
        ("join('-', /data/job/pay)", ["10-30-20", "10-30-20", "10-30-20"]),
        ("count(/data/job/pay | /data/job/title)", ["6", "6", "6"]),
        ("sum((/data/job/pay)[. > 10])", ["50", "50", "50"]),
        ("max(/data/job/pay, /data/job/pay * 2)", ["20", "60", "40"]),
        ("concat(/data/job/pay, '!')", ["10!", "30!", "20!"]),
        ("sum(../pay)", ["10", "30", "20"]),
        ("count(../../job[title = current()/../title])", ["2", "1", "2"]),
        ("sum(/data/job[position() < position(current()/..)]/pay)", ["0", "10", "40"]),
        ("indexed-repeat(/data/job/title, /data/job, position(..) + 1)", ["arts", "kok", ""]),
        ("/data/job[position() = position(current()/..) - 1]/own + ../pay", ["", "", ""]),
        (
            "coalesce(/data/job[position() = position(current()/..) - 1]/own, 0) + ../pay",
            ["10", "40", "60"],
        ),
        ("count(../preceding-sibling::job)", ["0", "1", "2"]),
    ],
)
def test_what_a_path_finds_inside_a_repeat(expression: str, results: list[str]) -> None:
    """The own row, unless it says otherwise."""
    interview = _interview("''", expression)
    assert [interview.node(f"/data/job[{n}]/own").value for n in (1, 2, 3)] == results


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("/data/job[nobody = 1]/title", "no node nobody"),
        ("/data/@id/x", "Answers have no attributes"),
        ("count(3)", "a value"),
        ("position('x')", "takes a path"),
        ("indexed-repeat(/data/who, /data/g, 1)", "is no repeat around"),
        ("indexed-repeat(/data/job/title, /data/job)", "takes 3 or more arguments"),
        ("indexed-repeat(/data/job/title, /data/job, 1, /data/job)", "pairs of a repeat"),
        ("sideways::x", "no axis sideways"),
        ("/data/g/ancestor::nobody", "no node nobody"),
        ("'x'/y", "a value"),
        ("jr:itext('hello')", "There is no text hello."),
    ],
)
def test_paths_that_lead_nowhere_are_faults_of_the_form(expression: str, said: str) -> None:
    """Not surprises of an interview."""
    with pytest.raises(FormError) as caught:
        _interview(expression)
    assert said in str(caught.value)


def test_media_and_missing_translations() -> None:
    """A dash is no text: the form's own language stands in."""
    interview = _interview("''")
    form = interview.form
    assert form.texts["nl"]["job/title:label"][0] == "Dag "
    interview.set_language("ar")
    assert interview.text("/data/job[1]/title") == "Dag Test"
    assert interview.text("/data/who") == "Wie?"

"""Functions on nodes, choices, lists and places; paths of every kind; indexes."""

import time
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview

if TYPE_CHECKING:
    from collections.abc import Callable

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>t</h:title><model>
    <itext><translation lang="nl" default="true()">
      <text id="hi"><value>Dag</value></text></translation></itext>
    <instance><data id="t">
      <blank/><seven>7</seven><colour>r</colour><colours>b r</colours>
      <from>52.5 4.2 0 0</from><away>54 4</away><shape>52 4;53 4;53 5;52 4</shape>
      <cross>0 0;2 2;0 2;2 0</cross><row jr:template=""><x/><y/></row>
      <row><x>2</x><y>yes</y></row><row><x>5</x><y>no</y></row><row><x/><y>yes</y></row>
      <result/></data></instance>
    <instance id="list"><root>
      <item><name>r</name><label>Rood</label><group>warm</group><n>1</n></item>
      <item><name>b</name><label>Blauw</label><group>koud</group><n>07</n></item>
      <item><name>g</name><label>Geel</label><group>warm</group><n>7.0</n></item>
      <item><name>z</name><label>Zwart</label><n>7</n></item></root></instance>
    <instance id="tree"><root version="9"><name>Europa</name>
      <land code="nl" size="17"><stad pop="120">Ede</stad><stad>Goes</stad></land>
      <land code="be"><stad>Gent</stad></land></root></instance>
    <bind nodeset="/data/seven" type="int"/><bind nodeset="/data/row/x" type="int"/>
    <bind nodeset="/data/shape" type="geoshape"/>
    <bind nodeset="/data/result" calculate={result}/>
  </model></h:head>
  <h:body>
    <select1 ref="/data/colour"><label>C</label>
      <itemset nodeset="instance('list')/root/item"><value ref="name"/>
        <label ref="label"/></itemset>
    </select1>
    <select ref="/data/colours"><label>C</label>
      <itemset nodeset="instance('list')/root/item"><value ref="name"/>
        <label ref="label"/></itemset>
    </select>
    <group ref="/data/row"><repeat nodeset="/data/row">
    <input ref="/data/row/x"><label>X</label></input></repeat></group></h:body></h:html>"""


def _form(expression: str) -> Form:
    return Form.load(compile_xform(XFORM.replace("{result}", quoteattr(expression)).encode()))


def _result(expression: str) -> str:
    chance = Random(1)  # noqa: S311 (a test's chance is no secret)
    return (
        Interview(_form(expression), clock=FixedClock(), random=chance).node("/data/result").value
    )


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("count(/data/row)", "3"),
        ("count(/data/row[x > 1])", "2"),
        ("count(/data/row/x | /data/seven)", "4"),
        ("count-non-empty(/data/row/x)", "2"),
        ("count-non-empty(/data/blank)", "0"),
        ("sum(/data/row/x)", "7"),
        ("sum(/data/row/y)", ""),
        ("sum(/data/row[x > 9]/x)", "0"),
        ("max(/data/row/x)", "5"),
        ("max(/data/row/x, 9)", "9"),
        ("max(/data/blank)", ""),
        ("min(/data/row/x)", "2"),
        ("min(3, 1, 2)", "1"),
        ("min('', 3)", "3"),
        ("join('-', /data/row/x)", "2-5-"),
        ("join(',', 'a', /data/row/x, 'b')", "a,2,5,,b"),
        ("concat(/data/row/x, '!')", "25!"),
        ("position(/data/row[2])", "2"),
        ("indexed-repeat(/data/row/x, /data/row, 2)", "5"),
        ("indexed-repeat(/data/row/x, /data/row, 9)", ""),
        ("last()", "1"),
        ("/data/row[last()]/y", "yes"),
        ("join('', randomize(/data/row, 42)/x) = join('', randomize(/data/row, 42)/x)", "true"),
        ("string-length(join('', randomize(/data/row)/x))", "2"),
        ("selected(/data/colours, 'r')", "true"),
        ("selected(/data/colours, ' r ')", "true"),
        ("selected(/data/colours, 'red')", "false"),
        ("selected(/data/blank, '')", "true"),
        ("is-selected(/data/colours, 'b')", "true"),
        ("is-selected(/data/colours, 'red')", "false"),
        ("selected-at(/data/colours, 0)", "b"),
        ("selected-at(/data/colours, 2)", ""),
        ("selected-at(/data/colours, 0 - 1)", ""),
        ("selected-at(/data/colours, /data/blank)", ""),
        ("count-selected(/data/colours)", "2"),
        ("count-selected('  a  b ')", "2"),
        ("count-selected(/data/blank)", "0"),
        ("jr:choice-name(/data/colour, '/data/colour')", "Rood"),
        ("jr:choice-name(selected-at(/data/colours, 0), '/data/colours')", "Blauw"),
        ("jr:choice-name('nobody', '/data/colour')", ""),
        ("jr:itext('hi')", "Dag"),
        ("jr:itext(concat('h', 'i'))", "Dag"),
        ("jr:itext(concat('h', 'o'))", ""),
        ("checklist(1, 2, 'yes', 'no')", "true"),
        ("checklist(2, 2, 'yes', 'no')", "false"),
        ("checklist(1, -1, true(), false())", "true"),
        ("checklist(2, 2, 1, 5, 0)", "true"),
        ("checklist(2, 2, /data/row/y)", "true"),
        ("checklist(-1, 1, /data/row/y)", "false"),
        ("weighted-checklist(4, 4, true(), 2, 'yes', 2, 'no', 9)", "true"),
        ("weighted-checklist(-1, 3, true(), 2, true(), 2)", "false"),
        ("weighted-checklist(2, 2, /data/row/y, /data/row/x)", "false"),
        ("weighted-checklist(-1, -1, true(), '')", "true"),
    ],
)
def test_functions_on_many(expression: str, result: str) -> None:
    """Blanks among numbers are left out; rows count when they are relevant."""
    assert _result(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("round(area(/data/shape) div 1000000)", "3729"),
        ("area(/data/shape) = enclosed-area(/data/shape)", "true"),
        ("enclosed-area('52 4;53 4')", "0"),
        ("area('52 4;53 4')", "0"),
        ("area('x')", "0"),
        ("area(/data/blank)", "0"),
        ("round(distance(/data/shape))", "308632"),
        ("distance(/data/from)", "0"),
        ("distance('nan 0;inf 1')", "0"),
        ("distance('91 0;0 0')", "0"),
        ("round(distance('0 0;0 180') div 1000)", "20037"),
        ("distance('52 4', '52 4')", "0"),
        ("geofence(/data/from, /data/shape)", "true"),
        ("geofence(/data/away, /data/shape)", "false"),
        ("geofence('', /data/shape)", "false"),
        ("geofence(/data/from, '')", "false"),
        ("intersects(/data/shape)", "false"),
        ("intersects(/data/cross)", "true"),
        ("intersects('0 0;1 1;2 2')", "false"),
        ("intersects('0 0;2 0;2 1;1 0;1 3')", "true"),
        ("intersects('0 0;2 2;2 0;0 2;0 0')", "true"),
        ("intersects('x')", "false"),
        ("intersects(/data/blank)", "false"),
    ],
)
def test_functions_on_places(expression: str, result: str) -> None:
    """On the sphere that ODK reckons with; what is no place is nothing."""
    assert _result(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("pulldata('list', 'label', 'name', 'g')", "Geel"),
        ("pulldata('list', 'label', 'name', /data/colour)", "Rood"),
        ("pulldata('list', 'label', 'name', 'nobody')", ""),
        ("pulldata('list', 'label', 'n', /data/seven)", "Zwart"),
        ("pulldata('tree', 'stad', 'stad', 'Gent')", "Gent"),
        ("instance('list')/root/item[name = 'b']/label", "Blauw"),
        ("instance('list')/root/item['b' = name]/label", "Blauw"),
        ("join(' ', instance('list')/root/item[n = 7]/name)", "b g z"),
        ("join(' ', instance('list')/root/item[n = /data/seven]/name)", "b g z"),
        ("join(' ', instance('list')/root/item[n = '7']/name)", "z"),
        ("join(' ', instance('list')/root/item[n = 0 div 0]/name)", ""),
        ("join(' ', instance('list')/root/item[group = '']/name)", "z"),
        ("join(' ', instance('list')/root/item[group = /data/blank]/name)", "z"),
        ("join(' ', instance('list')/root/item[group = 'warm' and n > 1]/name)", "g"),
        ("join(' ', instance('list')/root/item[n > 1 and group = 'warm']/name)", "g"),
        ("join(' ', instance('list')/root/item[group = 'warm' and position() = 3]/name)", "g"),
        ("join(' ', instance('list')/root/item[group = 'warm'][position() = 2]/name)", "g"),
        ("join(' ', instance('list')/root/item[group = 'warm' or n = 7]/name)", "r b g z"),
        ("join(' ', instance('list')/root/item[name = /data/row/y]/name)", ""),
        ("join(' ', instance('list')/root/item[n = /data/row/x]/name)", ""),
        ("join(' ', instance('list')/root/item[name = selected-at(/data/colours, 1)]/name)", "r"),
        ("join(' ', instance('list')/root/item[selected(/data/colours, name)]/name)", "r b"),
        ("join(' ', instance('list')/root/item[name = current()/../colour]/name)", "r"),
        ("join(' ', instance('list')/root/item[name = name]/name)", "r b g z"),
        ("join(' ', instance('list')/root/item[true() = group]/name)", "r b g"),
        ("instance('list')/root/item[2]/label", "Blauw"),
        ("instance('list')/root/item[2.5]/label", ""),
        ("instance('list')/root/item[0]/label", ""),
        ("instance('list')/root/item[last()]/label", "Zwart"),
        ("instance('list')/root/item[name = 'b']/../item[1]/label", "Rood"),
        ("instance('list')/root/item[name = 'b']/following-sibling::item[1]/label", "Geel"),
        ("instance('list')/root/item[name = 'g']/preceding-sibling::item[1]/label", "Blauw"),
        ("instance('list')/root/item[name = 'b']/label/preceding-sibling::*", "b"),
        ("count(instance('list')/root/item[1]/name | instance('list')//name[. = 'r'])", "1"),
        ("join(' ', instance('list')/root/item[count(following-sibling::item) > 2]/name)", "r"),
        ("name(instance('list')/root/*[3]/*[2])", "label"),
        ("instance('tree')/root/@version", "9"),
        ("instance('tree')/root/name", "Europa"),
        ("instance('tree')/root/land[@code = 'be']/stad", "Gent"),
        ("instance('tree')/root/land[@size > 10]/@code", "nl"),
        ("join(' ', instance('tree')//@code)", "nl be"),
        ("count(instance('tree')//@*)", "5"),
        ("name(instance('tree')//@*[. = '17'])", "size"),
        ("instance('tree')//stad[@pop]/../@code", "nl"),
        ("instance('tree')/root/land/attribute::code", "nl"),
        ("sum(instance('tree')//@size) + 1", "18"),
        ("instance('tree')//@code = 'be'", "true"),
        ("join(' ', instance('tree')/root/land/stad[1])", "Ede Gent"),
        ("(instance('tree')/root/land/stad)[2]", "Goes"),
        ("join(' ', instance('tree')//stad[. != 'Goes'])", "Ede Gent"),
        ("join(' ', instance('tree')/root/land[stad[2]]/stad)", "Ede Goes"),
        ("join(' ', instance('tree')//stad[text() = 'Ede']/following::stad)", "Goes Gent"),
        ("join(' ', instance('tree')//stad[. = 'Gent']/preceding::stad)", "Ede Goes"),
        ("instance('tree')//stad[. = 'Gent']/preceding::stad[1]", "Goes"),
        ("count(instance('tree')//stad[. = 'Gent']/ancestor::*)", "3"),
        ("name(instance('tree')//stad[. = 'Gent']/ancestor::*[1])", "land"),
        ("join(' ', instance('tree')/root/land[1]/descendant::node())", "Ede Goes"),
        ("count(/data/row/following::y)", "2"),
        ("count(/data/result/preceding::x)", "3"),
        ("/data/row[2]/preceding-sibling::row[1]/x", "2"),
        ("join(' ', /data/seven | /data/blank | /data/colour)", " 7 r"),
        ("name(/data/colour | /data/seven)", "seven"),
        ("join(' ', /data/row[x][y = 'yes']/x)", "2"),
        ("join(' ', /data/row[../seven > x]/x)", "2 5"),
        ("/data/row/x[. > 2]", "5"),
        ("/data/seven/../colour", "r"),
        ("./../seven/.", "7"),
        ("current()/../seven", "7"),
        ("/data/self::data/seven", "7"),
        ("/*/seven", "7"),
        ("//seven", "7"),
        ("..//x[. = 5]", "5"),
    ],
)  # fmt: skip
def test_what_paths_find_in_lists_and_forms(expression: str, result: str) -> None:
    """Axes, attributes, unions and predicates of XPath 1.0; equations by an index or not alike."""
    assert _result(expression) == result


def test_a_list_of_fifty_thousand_is_looked_up_by_an_index() -> None:
    """By text and by number, and by pulldata(): what is asked again takes no scan."""
    items = "".join(f"<item><name>c{n}</name><n>{n}</n></item>" for n in range(50_000))
    lookups: list[Callable[[int], str]] = [
        lambda n: f"instance('list')/root/item[name = 'c{n}']/n",
        lambda n: f"instance('list')/root/item[n = {n}]/name",
        lambda n: f"instance('list')/root/item[name = concat('c', {n}) and n > 0]/n",
        lambda n: f"pulldata('list', 'n', 'name', concat('c', {n}))",
    ]
    whole = "concat('', " + ", ".join(f"{one(n)}" for one in lookups for n in range(9, 60)) + ")"
    before, _, rest = XFORM.partition('<instance id="list"><root>')
    _, _, after = rest.partition("</root></instance>")
    xml = f'{before}<instance id="list"><root>{items}</root></instance>{after}'
    xml = xml.replace('<label ref="label"/>', '<label ref="name"/>')
    form = Form.load(compile_xform(xml.replace("{result}", quoteattr(whole)).encode()))
    begun = time.process_time()
    value = Interview(form, clock=FixedClock()).node("/data/result").value
    # Two hundred scans of the list would take a minute.
    assert time.process_time() - begun < 3
    numbers = "".join(map(str, range(9, 60)))
    names = "".join(f"c{n}" for n in range(9, 60))
    assert value == numbers + names + numbers + numbers

"""Bad XML: no entity is expanded, nothing is read without end, a spoiled form is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.authoring.document import MAX_ELEMENTS
from intake_app.authoring.loading import load_any
from intake_app.authoring.xform import compile_xform
from intake_app.errors import FormCompileError
from intake_app.interview import Form
from tests.unit.authoring.surveys import NESTED, Interviewed, Refused, Written, XForm


@pytest.mark.parametrize(
    "expression",
    [
        NESTED,
        "not(" * 10_000 + "1" + ")" * 10_000,
        "/data[" * 10_000,
        "/data" + "/.." * 10_000,
        "1 +" * 10_000,
        "'" * 10_001,
    ],
)
def test_a_formula_of_xml_has_its_bounds_too(
    xform: XForm, refused: Refused, expression: str
) -> None:
    """Whatever is nested in it."""
    source = xform("<a/>", f'<bind nodeset="/data/a" calculate="{expression}"/>', "")
    assert refused(source).startswith("/data/a, column calculate: ")


LAUGHS = """<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;">]>"""
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY c SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize("doctype", [LAUGHS, EXTERNAL, PARAMETER])
def test_no_entity_is_expanded_or_fetched(
    xform: XForm, written: Written, refused: Refused, doctype: str
) -> None:
    """Neither in the form nor in a list beside it."""
    source = xform("<a/>", '<instance id="l" src="jr://file/l.xml"/>', "")
    words = source.read_text(encoding="utf-8").partition("?>")[2]
    written("l.xml", f"{doctype}<root><item>&c;</item></root>")
    assert "The file l.xml cannot be read. This XML declares a document type" in refused(source)
    source.write_text(doctype + words, encoding="utf-8")
    assert "This XML declares a document type or entities" in refused(source)


@pytest.mark.parametrize(
    ("nodes", "body"),
    [
        ("<g>" * 100_000 + "</g>" * 100_000, ""),
        ("<a/>", "<group>" * 100_000 + "</group>" * 100_000),
        ("<a/>", '<input ref="/data/a"><label>' + "<b>" * 100_000 + "</b>" * 100_000),
    ],
    ids=["nodes", "groups", "markup"],
)
def test_xml_that_nests_without_end_is_not_read_to_its_end(
    xform: XForm, refused: Refused, nodes: str, body: str
) -> None:
    """The stack of the program is never the bound."""
    assert "This form is nested too deeply." in refused(xform(nodes, "", body))


@pytest.mark.slow
def test_xml_with_a_million_nodes_is_not_read_to_its_end(xform: XForm, refused: Refused) -> None:
    """Nor is the memory."""
    assert "This XML has more than 1000000 elements." in refused(
        xform("<a/>" * MAX_ELEMENTS, "", "")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_xml_is_read_in_the_encoding_that_it_says(
    xform: XForm, interviewed: Interviewed, encoding: str
) -> None:
    """With or without a mark before it, for compiling and for loading alike."""
    source = xform("<naam/>", "", '<input ref="/data/naam"><label>Café</label></input>')
    named = {"utf-8-sig": "utf-8", "utf-16-be": "utf-16"}.get(encoding, encoding)
    words = source.read_text(encoding="utf-8").replace(
        '<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{named}"?>'
    )
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    source.write_bytes(mark + words.encode(encoding))
    assert interviewed(source).text("/data/naam") == "Café"
    assert load_any(source).id == "t"


def test_a_name_that_stands_twice_in_xml_is_refused(xform: XForm, refused: Refused) -> None:
    """One of the two would be lost without a word."""
    assert "/data/a: There are more nodes with this name" in refused(xform("<a/><b/><a/>", "", ""))


WHOLE = """<html><head><title>T</title><model>
<itext><translation lang="nl"><text id="t"><value>T <output value="/data/n"/></value></text>
</translation></itext>
<instance><data id="t"><n>1</n><g><a/></g><r jr:template=""><q/></r><r><q>x</q></r></data>
</instance>
<instance id="l"><root><item><name>x</name><id>t</id></item></root></instance>
<bind nodeset="/data/n" type="int" constraint=". &lt; 3" jr:constraintMsg="jr:itext('t')"/>
<bind id="b" nodeset="/data/g/a" calculate="sum(/data/n) + 1" relevant="../../n = 1"/>
<setvalue event="odk-instance-first-load" ref="/data/g/a" value="today()"/></model></head>
<body><input ref="/data/n"><label ref="jr:itext('t')"/></input>
<input bind="b"><hint>H</hint></input>
<group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/n"><select1 ref="/data/r/q">
<itemset nodeset="instance('l')/root/item[name = /data/n]"><value ref="name"/>
<label ref="jr:itext(id)"/></itemset></select1></repeat></group></body></html>""".replace(
    "<html>", '<html xmlns:jr="http://openrosa.org/javarosa">'
)
PIECES = re.findall(r"<[^>]*>|[^<]+", WHOLE)
SPOILED = st.sampled_from(
    ["", "/", "..", "//", "[", "'", "/data/r", "instance('x')", "jr:itext('x')"]
)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_form_that_is_spoiled_anywhere_compiles_or_is_refused(data: st.DataObject) -> None:
    """Pieces left out, doubled, exchanged, or with other words in their attributes."""
    pieces, at = list(PIECES), st.integers(0, len(PIECES) - 1)
    for _ in range(data.draw(st.integers(1, 3))):
        here, there = data.draw(at), data.draw(at)
        match data.draw(st.integers(0, 3)):
            case 0:
                pieces[here] = ""
            case 1:
                pieces[here] += pieces[there]
            case 2:
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case _:
                before, quote, rest = pieces[here].partition('"')
                spoiled = f'{data.draw(SPOILED)}"{rest.partition(quote)[2]}' if quote else ""
                pieces[here] = f"{before}{quote}{spoiled}"
    try:
        form = Form.read(compile_xform("".join(pieces).encode()))
    except FormCompileError:
        return
    assert form.questions.keys() <= form.program.by_path.keys()

"""XForm XML as people and tools write it: the same form in other words, and what is none."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from intake_app.authoring.compile import compile_form, read
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Refused = Callable[[Path], str]

INPUT = '<input ref="/data/g/a"><label>A</label></input>'
REQUIRED = '<bind nodeset="/data/g/a" required="true()"/>'


@pytest.mark.parametrize(
    ("nodes", "model", "body"),
    [
        ("<g><a/></g>", REQUIRED, INPUT),
        ("\n <g>\n  <a>\n  </a> <!-- c -->\n<?p i?></g> >\n", REQUIRED, INPUT),
        ("<orx:g><orx:a/></orx:g>", REQUIRED, INPUT),
        ('<g xmlns="https://example.org/x"><a/></g>', REQUIRED, INPUT),
        ("<g><a/></g>", '<bind nodeset=" /data/g/a " required=" true() "/>', INPUT),
        ("<g><a/></g>", '<bind nodeset="/x:data/x:g/x:a" required="true()"/>', INPUT),
        ("<g><a/></g>", '<bind nodeset="g/a" required="true()"/>', INPUT),
        ("<g><a/></g>", '<bind nodeset="./g/../g/a" required="true()"/>', INPUT),
        (
            "<g><a/></g>",
            '<bind nodeset="/data/g/a" type="string"/>' + REQUIRED,
            INPUT,
        ),
        (
            "<g><a/></g>",
            '<bind id="b" nodeset="/data/g/a" required="true()"/>',
            '<input bind="b"><label>A</label></input>',
        ),
        ("<g><a/></g>", REQUIRED, '<input ref="g/a"><label>A</label></input>'),
        ("<g><a/></g>", REQUIRED, '<input nodeset="/data/g/a"><label>A</label></input>'),
        (
            "<g><a/></g>",
            REQUIRED,
            '<group nodeset="/data/g"><input ref="a"><label>A</label></input></group>',
        ),
        (
            "<g><a/></g>",
            REQUIRED,
            f'<group><label>To show</label><group ref="g">{INPUT}</group></group>',
        ),
        ("<g><a/></g>", REQUIRED, f"<h:p>Uitleg</h:p>{INPUT}<h:hr/>"),
        ("<g><a/></g>", f'{REQUIRED}<bind nodeset="/data/g/@x" relevant="no"/>', INPUT),
    ],
)
def test_the_same_form_in_other_words_is_the_same(
    interviewed: Interviewed, xform: XForm, nodes: str, model: str, body: str
) -> None:
    """Blanks, prefixes, namespaces, ways to refer, markup around it."""
    interview = interviewed(xform(nodes, model, body))
    (node,) = interview.nodes()
    assert (node.path, node.required, node.question.kind) == ("/data/g/a", True, "text")
    assert interview.text(node.path) == "A"


@pytest.mark.parametrize(
    ("itemset", "wanted"),
    [
        (
            """<itemset nodeset="instance('l')/root/item"><label ref="label"/>
            <value ref="name"/></itemset>""",
            {"x": "X", "y": "Y"},
        ),
        (
            """<itemset nodeset=" instance( 'l' )/root/item[ name = 'y' ] ">
            <value ref=" name "/><label ref="jr:itext( id )"/></itemset>""",
            {"y": "Ypsilon"},
        ),
        ("""<itemset nodeset="instance('l')/root/item"><value ref="name"/></itemset>""",
         {"x": "x", "y": "y"}),
        ("""<itemset nodeset="randomize(instance('l')/root/item, 1)"><value ref="name"/>
            <label ref="label"/></itemset>""", {"x": "X", "y": "Y"}),
        ("""<itemset nodeset="instance('tree')/root/a/b"><value ref="name"/>
            <label ref="jr:itext(id)"/></itemset>""", {"p": "Ypsilon"}),
        ("""<itemset nodeset="instance('tree')/root/a[@n = '1']/b"><value ref="name"/>
            <label ref="../title"/></itemset>""", {"p": "Titel"}),
        ("<item><value>x</value><label>X</label></item>", {"x": "X"}),
        ("""<item><label ref="jr:itext('i-y')"/><value> y </value></item>""", {"y": "Ypsilon"}),
        ("<item><value>x</value></item>", {"x": "x"}),
    ],
)  # fmt: skip
def test_choices_of_an_xform_come_from_where_it_says(
    interviewed: Interviewed, xform: XForm, itemset: str, wanted: Mapping[str, str]
) -> None:
    """From a table or any other tree, with labels as columns, as texts, or without."""
    model = """<itext><translation lang="nl"><text id="i-y"><value>Ypsilon</value></text>
        </translation></itext>
        <instance id="l"><root><item><name>x</name><label>X</label></item>
        <item><name>y</name><label>Y</label><id>i-y</id></item></root></instance>
        <instance id="tree"><root><a n="1"><title>Titel</title><b><name>p</name><id>i-y</id></b></a>
        </root></instance>"""
    body = f'<select1 ref="/data/q"><label>Q</label>{itemset}</select1>'
    interview = interviewed(xform("<q/>", model, body))
    choices = {one.name for one in interview.choices("/data/q")}
    assert {name: interview.choice_text("/data/q", name) for name in choices} == wanted


@pytest.mark.parametrize(
    ("model", "body", "said"),
    [
        ("", '<input ref="/data/b"><label/></input>', "/data/b is in the form but not in its"),
        ("", "<input><label/></input>", "A question without ref is in the form"),
        ("", '<repeat nodeset="/data/r"/>', "/data/r is in the form but not in its instance"),
        ("", '<select1 ref="/data/a"><label/></select1>', "It offers no choices."),
        (
            "",
            """<select1 ref="/data/a"><itemset nodeset="instance('l')/root/item">
            <copy ref="."/></itemset></select1>""",
            "Its itemset has no nodeset, or no value.",
        ),
        (
            "",
            """<select1 ref="/data/a"><itemset nodeset="instance('no')/root/item">
            <value ref="name"/></itemset></select1>""",
            "column choices: There is no list or instance named no",
        ),
        ("", '<input ref="/data/a" query="towns"><label/></input>', "cannot be read"),
        ('<instance id="l"/><instance id="l"/>', "", "There are two instances with the id l."),
        ('<bind nodeset="/data/a" calculate="summ(1)"/>', "", "There is no function summ()"),
        (
            '<setvalue event="odk-instance-first-load" ref="/data/no" value="1"/>',
            "",
            "There is no node",
        ),
    ],
)
def test_what_an_xform_leaves_out_is_named(
    xform: XForm, refused: Refused, model: str, body: str, said: str
) -> None:
    """With its path, and with what to do."""
    found = refused(xform("<a/>", model, body))
    assert said in found
    assert "Remedy: " in found


def test_a_form_names_itself_and_its_version(xform: XForm) -> None:
    """By id and version of its instance, or by the name of its root."""
    source = xform("<a/>", "", "")
    words = source.read_text(encoding="utf-8")
    named = {
        '<data id="t" version="1">': ("t", "1"),
        '<data id="t" orx:version="2">': ("t", "2"),
        "<data>": ("data", ""),
    }
    for root, wanted in named.items():
        source.write_text(words.replace('<data id="t" version="1">', root), encoding="utf-8")
        made = compile_form(source)
        assert (made["id"], made["version"]) == wanted


def test_only_the_first_model_counts(xform: XForm) -> None:
    """As in ODK."""
    source = xform("<a/>", "", "")
    words = source.read_text(encoding="utf-8")
    more = "<model><instance><data id='other'><b/></data></instance></model></h:head>"
    source.write_text(words.replace("</h:head>", more), encoding="utf-8")
    assert compile_form(source)["id"] == "t"


def test_a_file_takes_the_place_of_what_stands_in_its_instance(
    written: Written, xform: XForm
) -> None:
    """An instance with an address may hold an example of what the file has."""
    written("l.csv", "name,label\na,A\n")
    dummy = "<root><item><name>_</name><label>_</label></item></root>"
    source = xform("<a/>", f'<instance id="l" src="jr://file-csv/l.csv">{dummy}</instance>', "")
    assert compile_form(source)["instances"]["l"]["rows"] == [["a", "A"]]


def test_what_a_form_notes_about_itself_is_no_question(
    interviewed: Interviewed, xform: XForm
) -> None:
    """Whatever the namespace of its meta block; expressions may read it."""
    nodes = "<a/><orx:meta><orx:instanceID/><orx:deviceID/></orx:meta>"
    model = """
        <bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>
        <bind nodeset="/data/meta/deviceID" jr:preload="property" jr:preloadParams="deviceid"/>
        <bind nodeset="/data/a" calculate="starts-with(/data/meta/instanceID, 'uuid:')"/>"""
    source = xform(nodes, model, "")
    assert [node.value for node in interviewed(source).nodes()] == ["true"]
    assert [one.name for one in read(source).warnings] == ["/data/meta/deviceID"]

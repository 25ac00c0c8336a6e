"""Compiling: what an author writes comes through, and what is wrong is said with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from intake_app.authoring.compile import compile_form, compile_to
from intake_app.authoring.loading import load_any
from intake_app.clock import FixedClock
from intake_app.errors import FormCompileError, InterviewError
from intake_app.interview import Form, Interview

Written = Callable[[str, str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file of a questionnaire."""

    def write(name: str, words: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(words), encoding="utf-8")
        return path

    return write


def _findings(source: Path) -> str:
    with pytest.raises(FormCompileError) as caught:
        compile_form(source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "| integer | a | A | |\n| calculate | b | | summ(${a}) |",
            "survey, row 3 (b), column calculation: There is no function summ(). Remedy: use sum()",
        ),
        (
            "| integer | a | A | |\n| calculate | b | | (${a} + 1 |",
            "survey, row 3 (b), column calculation: It ends too soon: ) is missing.",
        ),
        (
            "| calculate | a | | ${b} |\n| calculate | b | | ${c} |\n| calculate | c | | ${a} |",
            "It depends on itself, round a circle: ",
        ),
        ("| calculate | a | | ${a} + 1 |", "It depends on itself, round a circle: a → a"),
        ("| integer | a | A | |\n| calculate | b | | ${nobody} |", "nobody"),
        ("| integer | a | A | |\n| calculate | b | | /data/nobody |", "There is no node nobody"),
        ("| select_one none | a | A | |", "There is no list none: there is no sheet choices"),
        ("| integer | a | A | |\n| integer | a | A | |", "a"),
        ("| nonsense | a | A | |", "nonsense"),
    ],
)
def test_a_finding_says_where_what_and_what_to_do(written: Written, rows: str, said: str) -> None:
    """Sheet, row and column where they are known."""
    table = "\n".join(f"| {line}" for line in rows.splitlines())
    source = written("form.md", f"| survey |\n| | type | name | label | calculation |\n{table}\n")
    assert said in _findings(source)


def test_all_faults_come_at_once_and_rows_of_a_csv_are_its_lines(written: Written) -> None:
    """Blank lines count, for an editor counts them too."""
    source = written(
        "form.csv",
        """\
        survey
        ,type,name,label,relevant,constraint

        ,begin_group,g,G,,
        ,integer,a,A,foo(),
        ,end_group,,,,
        ,text,b,"B
        on two lines",,bar(.)
        ,text,c,C,,baz(.)
        """,
    )
    found = _findings(source)
    assert "survey, row 5 (a), column relevant: There is no function foo()." in found
    assert "survey, row 7 (b), column constraint: There is no function bar()." in found
    assert "survey, row 9 (c), column constraint: There is no function baz()." in found


BOMB = """<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>&b;</h:title></h:head></h:html>"""

NO_QUESTIONS = """<html><head><model><instance><data id="empty"/></instance></model></head>
<body/></html>"""


def _nested(depth: int) -> str:
    return NO_QUESTIONS.replace("<data", f"<data>{'<g>' * depth}<a/>{'</g>' * depth}</data><data")


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("bomb.xml", BOMB, "document type or entities"),
        ("form.xml", "<html>", "not well-formed"),
        ("form.xml", "<html/>", "no XForm"),
        ("form.xml", NO_QUESTIONS, "This form has no questions."),
        *(("form.xml", _nested(depth), "nested too deeply") for depth in (120, 400, 3_000)),
        ("form.md", "not a table", "form.md"),
        ("form.xlsx", "PK no workbook", "form.xlsx is no questionnaire that can be read"),
        ("form.csv", "a,b\n1,2\n", ""),
    ],
)
def test_what_is_no_questionnaire_is_refused(
    written: Written, name: str, words: str, said: str
) -> None:
    """With a finding, whatever the libraries underneath raise."""
    found = _findings(written(name, words))
    assert found
    if said and said != name:
        assert said in found


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """In one sentence."""
    assert "cannot be read" in _findings(tmp_path / "none.csv")
    with pytest.raises(FormCompileError, match="cannot be read"):
        load_any(tmp_path / "none.json")
    with pytest.raises(FormCompileError, match=r"\. cannot be read"):
        load_any(Path())


XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:x="https://example.org/intake"
    xmlns:orx="http://openrosa.org/xforms">
  <h:head><h:title>Hand made</h:title><model>
    <instance><data id="hand" version="2">
      <kind>b</kind>
      <visit jr:template=""><place>Hier</place><child jr:template=""><age/></child></visit>
      <visit><place>Daar</place><child><age>3</age></child><child><age/></child></visit>
      <visit><place>Hier</place></visit>
      <orx:meta><orx:instanceID/></orx:meta></data></instance>
    <bind nodeset="/data/kind" type="select1"/>
    <bind nodeset="/data/visit/child/age" type="xsd:integer" constraint=". &lt; 18"
        jr:constraintMsg="Te oud"/>
  </model></h:head>
  <h:body>
    <group><label>Alleen om te tonen</label>
    <select1 ref="/data/kind" appearance="minimal"><label>Soort</label>
      <item><label>Eerste</label><value>a</value></item>
      <item><label>Tweede</label><value>b</value></item></select1></group>
    <group ref="/data/visit"><label>Bezoek</label><repeat nodeset="/data/visit">
      <input ref="/data/visit/place"><label>Waar?</label></input>
      <group ref="/data/visit/child"><label>Kind</label><repeat nodeset="/data/visit/child">
        <input ref="/data/visit/child/age"><label>Hoe oud?</label></input></repeat></group>
    </repeat></group>
  </h:body></h:html>"""


def test_an_xform_made_by_hand_compiles(written: Written) -> None:
    """Choices in the body, rows that are there at first, words without itext."""
    interview = Interview(load_any(written("form.xml", XFORM)), clock=FixedClock())
    values = {node.path: node.value for node in interview.nodes()}
    assert values == {
        "/data/kind": "b",
        "/data/visit[1]/place": "Daar",
        "/data/visit[1]/child[1]/age": "3",
        "/data/visit[1]/child[2]/age": "",
        "/data/visit[2]/place": "Hier",
    }
    assert interview.choice_text("/data/kind", "b") == "Tweede"
    assert interview.text("/data/visit[1]/child[1]/age", "constraint") == "Te oud"
    interview.add_repeat("/data/visit")
    assert interview.node("/data/visit[3]/place").value == "Hier"
    assert interview.count("/data/visit[3]/child") == 0
    assert (interview.form.id, interview.form.version) == ("hand", "2")


def test_rows_of_a_repeat_without_template_begin_as_they_are_written(written: Written) -> None:
    """Also those inside rows; a row that a person adds is empty, with nothing inside it."""
    first = "<place>Hier</place><child><age>3</age></child><child><age>9</age></child>"
    at, to = XFORM.index("<visit jr:template"), XFORM.index("<orx:meta>")
    rows = f"<visit>{first}</visit><visit><place/><child><age>5</age></child></visit>"
    interview = Interview(
        load_any(written("form.xml", f"{XFORM[:at]}{rows}{XFORM[to:]}")), clock=FixedClock()
    )
    interview.add_repeat("/data/visit")
    interview.add_repeat("/data/visit[1]/child")
    assert {node.path: node.value for node in interview.nodes()} == {
        "/data/kind": "b",
        "/data/visit[1]/place": "Hier",
        "/data/visit[1]/child[1]/age": "3",
        "/data/visit[1]/child[2]/age": "9",
        "/data/visit[1]/child[3]/age": "",
        "/data/visit[2]/place": "",
        "/data/visit[2]/child[1]/age": "5",
        "/data/visit[3]/place": "",
    }


def test_a_blank_in_a_row_inside_a_row_is_not_the_templates(written: Written) -> None:
    """What the form writes for a row counts, not what its template would give."""
    words = XFORM.replace("<age/></child></visit>", "<age>7</age></child></visit>", 1)
    interview = Interview(load_any(written("form.xml", words)), clock=FixedClock())
    assert interview.node("/data/visit[1]/child[2]/age").value == ""
    interview.add_repeat("/data/visit[2]/child")
    assert interview.node("/data/visit[2]/child[1]/age").value == "7"


def test_a_repeat_can_forbid_that_rows_come_or_go(written: Written) -> None:
    """It keeps the rows that it has in the form."""
    fixed = '<repeat nodeset="/data/visit" jr:noAddRemove="true()">'
    words = XFORM.replace('<repeat nodeset="/data/visit">', fixed)
    interview = Interview(load_any(written("form.xml", words)), clock=FixedClock())
    with pytest.raises(InterviewError, match="cannot be added or removed"):
        interview.add_repeat("/data/visit")
    with pytest.raises(InterviewError, match="cannot be added or removed"):
        interview.remove_repeat("/data/visit[1]")
    interview.add_repeat("/data/visit[2]/child")
    assert (interview.count("/data/visit"), interview.count("/data/visit[2]/child")) == (2, 1)


def test_lists_are_read_from_files_beside_the_form(written: Written) -> None:
    """CSV and GeoJSON; one that is not there is a finding with a remedy."""
    table = """
        | survey |
        |        | type | name | label | choice_filter | calculation |
        |        | select_one_from_file towns.csv | town | Stad | land='nl' | |
        |        | select_one_from_file spots.geojson | spot | Plek | | |
        |        | calculate | size | | | pulldata('towns', 'size', 'name', ${town}) |
        """
    source = written("form.md", table)
    found = _findings(source)
    assert "towns.csv is not there. Remedy: put it beside the questionnaire." in found
    written("towns.csv", "name,label,land,size\nams,Amsterdam,nl,9\nbru,Brussel,be,8\n")
    feature = {"type": "Feature", "id": "dam", "properties": {"title": "De Dam"}}
    feature["geometry"] = {"type": "Point", "coordinates": [4.9, 52.4]}
    written("spots.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    interview = Interview(load_any(source), clock=FixedClock())
    assert [choice.name for choice in interview.choices("/data/town")] == ["ams"]
    assert interview.choice_text("/data/spot", "dam") == "De Dam"
    interview.answer("/data/town", "ams")
    assert interview.node("/data/size").value == "9"


def test_entities_are_refused(written: Written) -> None:
    """An intake makes no entities on a server."""
    source = written(
        "form.md",
        """
        | survey |
        |        | type | name | label |
        |        | text | name | Naam  |
        | entities |
        |          | list_name | label   |
        |          | people    | ${name} |
        """,
    )
    assert "take away the entities sheet" in _findings(source)


TRANSLATED = """
    | survey |
    |        | type         | name | label::Nederlands (nl) | hint::Nederlands (nl) |
    |        | begin group  | g    | Groep          | |
    |        | text         | name | Hoe heet u?    | Voluit. |
    |        | select_one c | kind | Wat is ${name}? | |
    |        | end group    |      |                | |
    | choices |
    |         | list_name | name | label::Nederlands (nl) |
    |         | c         | yes  | Ja |
    | settings |
    |          | form_id | default_language |
    |          | t       | Nederlands (nl)  |
"""
CATALOGUE = """
    msgid ""
    msgstr "Content-Type: text/plain; charset=utf-8\\n"

    # confirmed-by: Test Vertaler
    msgctxt "g/name:label"
    msgid "Hoe heet u?"
    msgstr "نام شما چیست؟"

    msgctxt "g/name:hint"
    msgid "Voluit, graag."
    msgstr "کامل"

    msgctxt "g/kind:label"
    msgid "Wat is ${name}?"
    msgstr "${name} چیست؟"

    #, fuzzy
    msgctxt "g:label"
    msgid "Groep"
    msgstr "گروه"

    msgctxt "choice/c/yes:label"
    msgid "Ja"
    msgstr "بله"
"""


def test_catalogues_become_languages_of_the_form(written: Written, tmp_path: Path) -> None:
    """Named by CLDR; stale and guessed entries stay out; confirmed ones are marked."""
    source = written("form.md", TRANSLATED)
    written("locales/fa_AF/LC_MESSAGES/questionnaire.po", CATALOGUE)
    form = Form.load(compile_form(source, locales=tmp_path / "locales"))
    assert [(one.name, one.code) for one in form.languages] == [
        ("Nederlands (nl)", "nl"), ("Dari (prs)", "prs"),
    ]  # fmt: skip
    assert set(form.texts["prs"]) == {"g/name:label", "g/kind:label", "choice/c/yes:label"}
    assert form.confirmed("g/name:label", "prs")
    assert not form.confirmed("g/kind:label", "prs")
    assert not form.confirmed("g/name:hint", "prs")
    interview = Interview(form, clock=FixedClock())
    interview.set_language("prs")
    interview.answer("/data/g/name", "Test")
    assert interview.text("/data/g/kind") == "Test چیست؟"
    assert interview.text("/data/g/name", "hint") == "Voluit."
    assert interview.choice_text("/data/g/kind", "yes") == "بله"


def test_a_translation_that_names_a_missing_question_is_a_finding(
    written: Written, tmp_path: Path
) -> None:
    """So that no resident reads a broken sentence."""
    source = written("form.md", TRANSLATED)
    broken = CATALOGUE.replace('msgstr "${name}', 'msgstr "${nam}')
    written("locales/ar/LC_MESSAGES/questionnaire.po", broken)
    with pytest.raises(FormCompileError, match="nam"):
        compile_form(source, locales=tmp_path / "locales")


def test_a_damaged_catalogue_is_a_finding(written: Written, tmp_path: Path) -> None:
    """With the language that it is of."""
    source = written("form.md", TRANSLATED)
    path = written("locales/ar/LC_MESSAGES/questionnaire.po", CATALOGUE)
    path.write_bytes(path.read_bytes() + b'msgid "\xff"')
    with pytest.raises(FormCompileError, match="The catalogue ar/questionnaire"):
        compile_form(source, locales=tmp_path / "locales")


def test_what_is_compiled_is_written_whole_and_alike(written: Written, tmp_path: Path) -> None:
    """The same source gives the same bytes, and its hash is checked on loading."""
    source = written("form.md", TRANSLATED)
    target = tmp_path / "form.json"
    compile_to(source, target)
    first = target.read_bytes()
    compile_to(source, target)
    assert target.read_bytes() == first
    assert Form.load(first).hash == json.loads(first)["hash"]
    with pytest.raises(FormCompileError, match="cannot be written"):
        compile_to(source, tmp_path / "no" / "form.json")

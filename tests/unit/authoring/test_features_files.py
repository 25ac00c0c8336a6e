"""Choices that come from a file beside the form: CSV, GeoJSON, XML, external lists, searches."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from intake_app.authoring.compile import read
from tests.unit.authoring.surveys import (
    Interviewed,
    Refused,
    Written,
    XForm,
    offered,
)

FEATURE: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "dam",
            "properties": {"title": "De Dam", "floors": 3, "open": True, "note": None},
            "geometry": {"type": "Point", "coordinates": [4.9, 52.4]},
        },
        {
            "type": "Feature",
            "properties": {"id": "ring", "title": "De Ring"},
            "geometry": {"type": "LineString", "coordinates": [[4, 52], [5, 53.5]]},
        },
    ],
}
FILES = {
    "towns.csv": "name,label,land\nams,Amsterdam,nl\nbru,Brussel,be\n",
    "dutch.csv": "\ufeffname;label;land\r\nams;Amsterdam;nl\r\n\r\nbru;Brussel, de stad;be\r\n",
    "codes.csv": 'code,text\n" 1 ","Een, twee"\n2,"Drie\nvier"\n',
    "towns.xml": "<root><item><name>ams</name><label>A</label></item><item><foo/></item></root>",
    "deep.xml": "<root><item id='1'><name>ams</name><label><b/>A</label></item></root>",
    "spots.geojson": json.dumps(FEATURE),
}


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("select_one_from_file towns.csv | q | Q | land = 'be' | ", {"bru": "Brussel"}),
        (
            "select_multiple_from_file towns.csv | q | Q | | ",
            {"ams": "Amsterdam", "bru": "Brussel"},
        ),
        (
            "select_one_from_file dutch.csv | q | Q | | ",
            {"ams": "Amsterdam", "bru": "Brussel, de stad"},
        ),
        (
            "select_one_from_file codes.csv | q | Q | | value=code label=text",
            {"1": "Een, twee", "2": "Drie\nvier"},
        ),
        ("select_one_from_file towns.xml | q | Q | | ", {"ams": "A"}),
        ("select_one_from_file deep.xml | q | Q | | ", {"ams": "ams"}),
        ("select_one_from_file spots.geojson | q | Q | | ", {"dam": "De Dam", "ring": "De Ring"}),
        (
            "select_one_from_file spots.geojson | q | Q | open='true' | value=title label=geometry",
            {"De Dam": "52.4 4.9 0 0"},
        ),
    ],
)
def test_choices_come_from_a_file_beside_the_form(
    interviewed: Interviewed, written: Written, row: str, wanted: Mapping[str, str]
) -> None:
    """CSV by comma or semicolon, XML of any shape, GeoJSON; any column as value or label."""
    for name, words in FILES.items():
        written(name, words)
    interview = interviewed(
        f"| survey |\n| | type | name | label | choice_filter | parameters |\n| | {row} |\n"
    )
    assert offered(interview, "/data/q") == wanted


EXTERNAL = """
    | survey |
    |        | type | name | label::Nederlands (nl) | choice_filter |
    |        | text | land | Land | |
    |        | select_one_external towns | town | Stad | land = ${land} |
    | choices |
    |         | list_name | name | label::Nederlands (nl) |
    |         | none | x | X |
    | external_choices |
    |                  | list_name | name | label::Nederlands (nl) | label::English (en) | land |
    |                  | towns | hag | Den Haag | The Hague | nl |
    |                  | towns | bru | Brussel | Brussels | be |
    |                  | lakes | ijs | IJsselmeer | Lake IJssel | nl |
    | settings |
    |          | default_language |
    |          | Nederlands (nl) |
"""


def test_external_choices_of_an_xlsform_are_a_list_of_its_own(interviewed: Interviewed) -> None:
    """The sheet is read from the workbook; its filter follows the answers."""
    interview = interviewed(EXTERNAL)
    assert offered(interview, "/data/town") == {}
    interview.answer("/data/land", "nl")
    assert offered(interview, "/data/town") == {"hag": "Den Haag"}
    interview.answer("/data/town", "hag")
    assert interview.node("/data/town").question.kind == "select_one"


QUERY = """<input ref="/data/town" query="instance('towns')/root/item[land= /data/land ]">
    <label>Stad</label></input>"""
ITEMSETS = 'list_name,name,label,land\n"towns","ams","Amsterdam","nl"\nlakes,ijs,IJsselmeer,nl\n'


def test_external_choices_of_an_xform_lie_in_itemsets_csv_beside_it(
    interviewed: Interviewed, written: Written, xform: XForm, refused: Refused
) -> None:
    """The file that pyxform writes; without it, the remedy is told."""
    source = xform("<land>nl</land><town/>", "", QUERY)
    assert "The file itemsets.csv is not there. Remedy: put it beside" in refused(source)
    written("itemsets.csv", ITEMSETS)
    assert offered(interviewed(source), "/data/town") == {"ams": "Amsterdam"}
    written("itemsets.csv", ITEMSETS.replace("towns", "villages"))
    assert "There is no list towns among the external choices." in refused(source)


FRUITS = (
    "name_key,label_nl,label_en,kind,code\n"
    "apple,Appel,Apple,tree,1\npear,Peer,Pear,tree,2\nBanana,Banaan,Banana,plant,3\n"
)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("search('fruits')", ["apple", "pear", "Banana"]),
        ("minimal search('fruits.csv')", ["apple", "pear", "Banana"]),
        ("search('fruits', 'matches', 'kind', 'tree')", ["apple", "pear"]),
        ("search('fruits', 'matches', 'kind', ${a})", ["apple", "pear"]),
        ("search('fruits', 'startswith', 'label_nl', 'b')", ["Banana"]),
        ("search('fruits', 'endswith', 'label_nl', 'EER')", ["pear"]),
        ("search('fruits', 'contains', 'label_nl, label_en', 'ap')", ["apple"]),
        ("search('fruits', 'contains', 'kind', '')", ["apple", "pear", "Banana"]),
        ("quick search('fruits', 'contains', 'kind', 't', 'code', '2') ", ["pear"]),
    ],
)
def test_search_is_a_filter_over_a_file(
    interviewed: Interviewed, written: Written, call: str, wanted: list[str]
) -> None:
    """As ODK Collect does it, in each language; the appearance keeps what else it says."""
    written("fruits.csv", FRUITS)
    interview = interviewed(f"""
        | survey |
        |        | type | name | label | appearance |
        |        | text | a | A | |
        |        | select_one fruits | q | Q | {call} |
        | choices |
        |         | list_name | name | label::Nederlands (nl) | label::English (en) |
        |         | fruits | name_key | label_nl | code, label_en |
        | settings |
        |          | default_language |
        |          | Nederlands (nl) |
        """)
    interview.answer("/data/a", "tree")
    assert list(offered(interview, "/data/q")) == wanted
    assert "search" not in interview.node("/data/q").question.appearance
    interview.answer("/data/q", wanted[0])
    interview.set_language("en")
    labels = {"apple": "1, Apple", "pear": "2, Pear", "Banana": "3, Banana"}
    assert offered(interview, "/data/q")[wanted[0]] == labels[wanted[0]]


def test_a_choice_with_a_number_stands_before_what_search_finds(
    interviewed: Interviewed, written: Written, xform: XForm
) -> None:
    """As the documentation of ODK has it; its label is its own."""
    written("fruits.csv", FRUITS)
    items = "".join(
        f"<item><label>{label}</label><value>{name}</value></item>"
        for name, label in (("88", "Geen"), ("name_key", "label_nl"))
    )
    appearance = "search('fruits', 'matches', 'kind', /data/a)"
    body = f'<select ref="/data/q" appearance="{appearance}"><label>Q</label>{items}</select>'
    interview = interviewed(xform("<a>plant</a><q/>", "", body))
    assert offered(interview, "/data/q") == {"88": "Geen", "Banana": "Banaan"}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("search('fruits', 'matches')", "another number of parts than 1, 4 or 6"),
        ("search(${a})", "stands where search() needs a text in quotes"),
        ("search('fruits', 'near', 'kind', 'x')", "There is no way to search called near"),
        ("search('fruits', 'matches', 'a b', 'x')", "a b is no name of a column"),
        ("search('nuts')", "The file nuts.csv is not there"),
        ("search('../fruits')", "does not lie in the questionnaire's own folder"),
        ("search('fruits', 'matches', 'kind', summ(${a}))", "There is no function summ()"),
    ],
)
def test_a_search_that_cannot_be_carried_out_is_refused(
    written: Written, refused: Refused, call: str, said: str
) -> None:
    """In words, with its row, and with an example."""
    written("fruits.csv", FRUITS)
    source = written(
        "form.md",
        f"""
        | survey |
        |        | type | name | label | appearance |
        |        | text | a | A | |
        |        | select_one fruits | q | Q | {call} |
        | choices |
        |         | list_name | name | label |
        |         | fruits | name_key | label_nl |
        """,
    )
    assert said in refused(source)


def test_a_column_that_a_search_needs_must_be_in_its_file(
    written: Written, refused: Refused
) -> None:
    """The ones that are there are named."""
    written("fruits.csv", FRUITS)
    source = written(
        "form.md",
        """
        | survey |
        |        | type | name | label | appearance |
        |        | select_one fruits | q | Q | search('fruits') |
        | choices |
        |         | list_name | name | label |
        |         | fruits | name_keys | label_nl |
        """,
    )
    assert (
        "survey, row 2 (q): The file fruits.csv has no column name_keys. "
        "Remedy: use one of: name_key, label_nl, label_en, kind, code." in refused(source)
    )


def test_a_row_that_is_longer_than_its_headings_is_told(written: Written) -> None:
    """What is beyond them would be lost without a word."""
    written("towns.csv", "name,label\nhag,Den Haag, de stad\n")
    source = written(
        "form.md",
        "| survey |\n| | type | name | label |\n| | select_one_from_file towns.csv | q | Q |\n",
    )
    (warning,) = read(source).warnings
    assert str(warning) == (
        "towns.csv, row 2: This row has more cells than there are headings. What is beyond them "
        "is lost. Remedy: put a cell that has a comma in it between quotation marks."
    )

"""Where choices come from: lists in the form, files beside it, filters, chance and `search()`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from intake_app.authoring.compile import read
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Refused = Callable[[Path], str]


def _offered(interview: Interview, path: str) -> dict[str, str]:
    return {one.name: interview.choice_text(path, one.name) for one in interview.choices(path)}


LISTS = """
| choices |
|         | list_name | name | label | land |
|         | towns | ams | Amsterdam | nl |
|         | towns | bru | Brussel | be |
|         | towns | 7 | Zeven | be |
"""


@pytest.mark.parametrize(
    ("columns", "row", "answers", "wanted"),
    [
        ("", "select_one towns | q | Q", {}, {"ams": "Amsterdam", "bru": "Brussel", "7": "Zeven"}),
        ("", "rank towns | q | Q", {}, {"ams": "Amsterdam", "bru": "Brussel", "7": "Zeven"}),
        (
            "| choice_filter",
            "select_multiple towns | q | Q | land = ${a}",
            {"/data/a": "be"},
            {"bru": "Brussel", "7": "Zeven"},
        ),
        (
            "| choice_filter",
            "select_one towns | q | Q | name = ${a}",
            {"/data/a": "7"},
            {"7": "Zeven"},
        ),
        ("| choice_filter", "select_one towns | q | Q | land = ${a}", {}, {}),
    ],
)  # fmt: skip
def test_a_list_is_offered_whole_or_as_its_filter_lets_through(
    interviewed: Interviewed,
    columns: str,
    row: str,
    answers: Mapping[str, str],
    wanted: Mapping[str, str],
) -> None:
    """A cascade follows the answer that it reads; a number is a name like any other."""
    interview = interviewed(
        f"| survey |\n| | type | name | label {columns} |\n| | text | a | A |\n| | {row} |\n{LISTS}"
    )
    for path, value in answers.items():
        interview.answer(path, value)
    assert _offered(interview, "/data/q") == wanted


def test_a_cascade_of_three_forgets_nothing_and_offers_only_what_belongs(
    interviewed: Interviewed,
) -> None:
    """An answer that is not offered any more reads as blank, and returns with its list."""
    interview = interviewed("""
        | survey |
        |        | type | name | label | choice_filter |
        |        | select_one land | land | L | |
        |        | select_one towns | town | T | land = ${land} |
        |        | select_one street | street | S | town = ${town} |
        | choices |
        |         | list_name | name | label | land | town |
        |         | land | nl | Nederland | | |
        |         | land | be | Belgie | | |
        |         | towns | ams | Amsterdam | nl | |
        |         | towns | bru | Brussel | be | |
        |         | street | dam | Dam | | ams |
        |         | street | wet | Wetstraat | | bru |
        """)
    interview.answer("/data/land", "nl")
    interview.answer("/data/town", "ams")
    interview.answer("/data/street", "dam")
    interview.answer("/data/land", "be")
    assert [interview.node(f"/data/{name}").value for name in ("town", "street")] == ["", ""]
    assert list(_offered(interview, "/data/town")) == ["bru"]
    interview.answer("/data/land", "nl")
    assert interview.node("/data/street").value == "dam"


def test_or_other_asks_which_when_other_is_chosen(interviewed: Interviewed) -> None:
    """Where the list does not have it, the choice is added."""
    interview = interviewed(
        f"| survey |\n| | type | name | label |\n| | select_one towns or_other | q | Q |\n{LISTS}"
    )
    assert list(_offered(interview, "/data/q")) == ["ams", "bru", "7", "other"]
    assert not interview.node("/data/q_other").relevant
    interview.answer("/data/q", "other")
    assert interview.node("/data/q_other").relevant


def test_randomize_keeps_all_choices_and_a_seed_their_order(interviewed: Interviewed) -> None:
    """Chance is passed in; a seed gives one order whoever asks."""
    names = "".join(f"| | l | n{number} | N{number} |\n" for number in range(12))
    interview = interviewed(
        "| survey |\n| | type | name | label | parameters |\n"
        "| | integer | s | S | |\n"
        "| | select_one l | a | A | randomize=true |\n"
        "| | select_one l | b | B | randomize=true seed=42 |\n"
        "| | rank l | c | C | randomize=true seed=${s} |\n"
        f"| choices |\n| | list_name | name | label |\n{names}"
    )
    interview.answer("/data/s", "42")
    written = [f"n{number}" for number in range(12)]
    a, b, c = (list(_offered(interview, f"/data/{name}")) for name in "abc")
    assert sorted(a) == sorted(b) == sorted(written)
    assert b == c != written


def test_one_name_may_stand_twice_in_a_list_where_the_settings_allow_it(
    interviewed: Interviewed, written: Written, refused: Refused
) -> None:
    """As a cascade needs it; without that setting it is refused, with its row."""
    table = """
        | survey |
        |        | type | name | label | choice_filter |
        |        | text | a | A | |
        |        | select_one l | q | Q | of = ${a} |
        | choices |
        |         | list_name | name | label | of |
        |         | l | x | Eerste | 1 |
        |         | l | x | Tweede | 2 |
        """
    said = refused(written("form.md", table))
    assert "choices, row 3 (l/x), column name: The list l has the name x in row 2 already." in said
    allowed = f"{table}| settings |\n        | | allow_choice_duplicates |\n        | | yes |\n"
    interview = interviewed(allowed)
    interview.answer("/data/a", "2")
    assert _offered(interview, "/data/q") == {"x": "Tweede"}


def test_a_choices_label_can_hold_an_answer(interviewed: Interviewed) -> None:
    """It follows the answer, as a question's label does, in each language."""
    interview = interviewed(
        """
        | survey |
        |        | type | name | label::Nederlands (nl) | label::English (en) |
        |        | text | a | A | A |
        |        | select_one l | q | Wie? | Who? |
        | choices |
        |         | list_name | name | label::Nederlands (nl) | label::English (en) |
        |         | l | x | Zus van ${a} | Sister of ${a} |
        | settings |
        |          | default_language |
        |          | Nederlands (nl) |
        """
    )
    interview.answer("/data/a", "An")
    assert _offered(interview, "/data/q") == {"x": "Zus van An"}
    interview.set_language("en")
    assert _offered(interview, "/data/q") == {"x": "Sister of An"}


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
    assert _offered(interview, "/data/q") == wanted


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
    assert _offered(interview, "/data/town") == {}
    interview.answer("/data/land", "nl")
    assert _offered(interview, "/data/town") == {"hag": "Den Haag"}
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
    assert _offered(interviewed(source), "/data/town") == {"ams": "Amsterdam"}
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
    assert list(_offered(interview, "/data/q")) == wanted
    assert "search" not in interview.node("/data/q").question.appearance
    interview.answer("/data/q", wanted[0])
    interview.set_language("en")
    labels = {"apple": "1, Apple", "pear": "2, Pear", "Banana": "3, Banana"}
    assert _offered(interview, "/data/q")[wanted[0]] == labels[wanted[0]]


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
    assert _offered(interview, "/data/q") == {"88": "Geen", "Banana": "Banaan"}


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


def test_choices_are_the_rows_of_a_repeat(interviewed: Interviewed) -> None:
    """Each row that is there, by the value and the label that the person gave."""
    interview = interviewed("""
        | survey |
        |        | type | name | label |
        |        | begin_repeat | people | P |
        |        | text | name | Naam |
        |        | end_repeat | | |
        |        | select_one ${name} | q | Wie? |
        """)
    interview.answer("/data/people[1]/name", "An")
    interview.add_repeat("/data/people")
    interview.answer("/data/people[2]/name", "Bo")
    assert _offered(interview, "/data/q") == {"An": "An", "Bo": "Bo"}


RANGE_TICKS = """<range ref="/data/a" start="-2.0" end="2.0" step="0.5"><label>B</label>
    <itemset nodeset="instance('ticks')/root/item"><value ref="name"/><label ref="label"/></itemset>
    </range>"""
TICKS = '<instance id="ticks"><root><item><name>0</name><label>Nul</label></item></root></instance>'


def test_the_marks_on_a_range_are_no_choices(interviewed: Interviewed, xform: XForm) -> None:
    """Any number may be answered."""
    interview = interviewed(
        xform("<a/>", TICKS + '<bind nodeset="/data/a" type="decimal"/>', RANGE_TICKS)
    )
    interview.answer("/data/a", "1.5")
    question = interview.node("/data/a").question
    assert (question.kind, question.itemset) == ("range", None)
    assert question.parameters == {"start": "-2.0", "end": "2.0", "step": "0.5"}


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

"""Where choices come from: lists in the form, files beside it, filters, chance and `search()`."""

from collections.abc import Mapping

import pytest

from tests.unit.authoring.surveys import Interviewed, Refused, Written, XForm, offered

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
    assert offered(interview, "/data/q") == wanted


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
    assert list(offered(interview, "/data/town")) == ["bru"]
    interview.answer("/data/land", "nl")
    assert interview.node("/data/street").value == "dam"


def test_or_other_asks_which_when_other_is_chosen(interviewed: Interviewed) -> None:
    """Where the list does not have it, the choice is added."""
    interview = interviewed(
        f"| survey |\n| | type | name | label |\n| | select_one towns or_other | q | Q |\n{LISTS}"
    )
    assert list(offered(interview, "/data/q")) == ["ams", "bru", "7", "other"]
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
    a, b, c = (list(offered(interview, f"/data/{name}")) for name in "abc")
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
    assert offered(interview, "/data/q") == {"x": "Tweede"}


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
    assert offered(interview, "/data/q") == {"x": "Zus van An"}
    interview.set_language("en")
    assert offered(interview, "/data/q") == {"x": "Sister of An"}


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
    assert offered(interview, "/data/q") == {"An": "An", "Bo": "Bo"}


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


@pytest.mark.parametrize("kind", ["select_multiple", "select multiple"])
def test_several_choices_from_the_rows_of_a_repeat_are_refused_with_a_reason(
    written: Written, refused: Refused, kind: str
) -> None:
    """What pyxform says of them would not help an author."""
    table = f"""
        | survey |
        |        | type         | name   | label |
        |        | begin_repeat | people | Mensen |
        |        | text         | name   | Naam |
        |        | end_repeat   |        | |
        |        | {kind} ${{name}} | q  | Wie? |
        """
    said = refused(written("form.md", table))
    assert "survey, row 5, column type: Several choices cannot come from rows" in said

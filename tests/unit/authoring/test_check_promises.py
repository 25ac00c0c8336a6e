"""`form check` of our own columns: purposes, sensitivity, where an answer comes from."""

import pytest

from intake_app.authoring.check import check
from tests.unit.authoring.surveys import Found, Written, found_as, survey_of

PROMISES = """
    | survey |
    |  | type | name | label | bind::intake:purpose | bind::intake:provenance | COLUMNS |
    |  | text | a | A? | H | asked | HELD |
    |  | select_one yn | b | B? | HBW | asked | REST |
    | choices |
    |  | list_name | name | label |
    |  | yn | yes | Ja |
"""


@pytest.mark.parametrize(
    ("columns", "held", "code", "remedy"),
    [
        ("bind::intake:sensitivty", "health", "unknown-column", "write bind::intake:sensitivity."),
        ("bind::intake:sensitivity", "healt", "unknown-value", "write health."),
        ("bind::intake:sensitivity", "health", "open-text", "let a person choose from a list."),
        ("bind::intake:type", "parital-date", "unknown-value", "write partial-date."),
        ("bind::intake:type", "code", "no-codelist", "name one in bind::intake:codelist."),
        ("bind::intake:codelist", "contries", "unknown-codelist", "write countries."),
        ("bind::intake:codelist", "isco", "no-codelist", "write code in bind::intake:type."),
        ("bind::intake:decline", "maybe", "unknown-value", "write no."),
        ("bind::intake:housing", "sometimes", "unknown-value", "write setting or yes."),
        ("bind::intake:max", "many", "not-a-number", "write a whole number from 1."),
        ("bind::intake:max", "3", "max-without-repeat", "take it away."),
        ("bind::intake:minutes", "two", "not-a-number", "write a whole number."),
        ("bind::intake:evidence", "bb", "unknown-evidence", "write b."),
        ("bind::intake:was", "old b", "was-is-there", "name only what is not there any more."),
    ],
)
def test_a_promise_in_unknown_words_is_told(
    found: Found, columns: str, held: str, code: str, remedy: str
) -> None:
    """With the column as the author wrote it, and what is known."""
    tables = PROMISES.replace("COLUMNS", columns).replace("HELD", held).replace("REST", "")
    told = [one for one in found(tables) if one.code == code]
    elsewhere = {"isco": "bind::intake:type", "code": "bind::intake:codelist"}
    column = elsewhere.get(held, columns)
    assert [(one.row, one.name, one.column, one.remedy) for one in told] == [
        (2, "a", column, remedy)
    ]


@pytest.mark.parametrize(
    ("columns", "held"),
    [
        ("bind::intake:sensitivity", "third-party"),
        ("bind::intake:type", "partial-date"),
        ("bind::intake:decline", "no"),
        ("bind::intake:housing", "setting"),
        ("bind::intake:minutes", "3"),
        ("bind::intake:evidence", "b"),
        ("bind::intake:was", "old /data/g/older"),
        ("bind::intake:ggm", "PERSOON.NAAM"),
    ],
)
def test_a_promise_in_known_words_is_not_told(found: Found, columns: str, held: str) -> None:
    """Nothing but the sensitivity of the whole form, where no question has one."""
    tables = PROMISES.replace("COLUMNS", columns).replace("HELD", held).replace("REST", "")
    assert {one.code for one in found(tables)} <= {"no-sensitivity"}


def test_who_may_read_and_where_it_comes_from_is_declared_of_every_question(found: Found) -> None:
    """Letters that nobody knows, nobody and somebody at once, and nothing at all."""
    survey = """
    | survey |
    |  | type | name | label | bind::intake:purpose | bind::intake:provenance |
    |  | text | a | A? | HX | asked |
    |  | text | b | B? | HI | told |
    |  | text | c | C? | | |
    |  | note | d | D. | | |
    """
    findings = found(survey)
    column = "bind::intake:purpose"
    assert found_as(findings, "unknown-purpose") == [
        ("survey", 2, "a", column),
        ("survey", 3, "b", column),
    ]
    assert found_as(findings, "no-purpose") == [("survey", 4, "c", column)]
    assert found_as(findings, "no-provenance") == [("survey", 4, "c", "bind::intake:provenance")]
    assert found_as(findings, "unknown-value") == [("survey", 3, "b", "bind::intake:provenance")]
    assert [one.severity for one in findings if one.code == "no-sensitivity"] == ["warning"]


def test_a_form_without_our_columns_is_told_once(found: Found) -> None:
    """Any ODK form may be checked; what it never meant to declare is one finding."""
    survey = survey_of("| text | a | A? | | | | |\n| text | b | B? | | | | |")
    told = [one for one in found(survey) if one.code == "no-purpose"]
    assert [(one.sheet, one.row, one.severity) for one in told] == [("settings", 2, "warning")]
    assert told[0].remedy == "add the column bind::intake:purpose."


def test_a_prefix_that_is_not_declared_is_told_with_what_to_write(written: Written) -> None:
    """Without it the form makes XML that cannot be read, which would say nothing."""
    source = written(
        "form.md",
        """
        | survey |
        |  | type | name | label | bind::intake:purpose |
        |  | text | a | A? | H |
        """,
    )
    (told,) = check(source)
    assert (told.code, told.sheet, told.column) == ("no-namespace", "settings", "namespaces")
    assert 'intake="urn:intake-app:xlsform"' in told.remedy


def test_letters_that_are_no_purposes_can_be_seen(found: Found) -> None:
    """A blank between two of them too, and a small letter, which looks right at a glance."""
    survey = """\
        | survey |
        |  | type | name | label | bind::intake:purpose |
        |  | text | a    | A     | h W                  |
        | settings |
        |  | form_id | namespaces                          |
        |  | t       | intake="https://example.org/intake" |
        """
    (told,) = (one for one in found(survey) if one.code == "unknown-purpose")
    assert told.problem == "There is no purpose “h”, (a blank)."
    assert told.remedy.startswith("write capital letters of H, B, W, D, I,")

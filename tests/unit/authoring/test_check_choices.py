"""`form check` of choices: what no filter ever offers."""

import pytest

from tests.unit.authoring.surveys import Found, found_as

FILTERED = """
    | survey |
    |  | type | name | label | choice_filter |
    |  | select_one land | land | Land? | |
    |  | select_one stad | stad | Stad? | FILTER |
    | choices |
    |  | list_name | name | label | land |
    |  | land | nl | Nederland | |
    |  | land | be | België | |
    |  | stad | ams | Amsterdam | nl |
    |  | stad | bru | Brussel | be |
    |  | stad | par | Parijs | fr |
    |  | los | x | Los | |
"""


def test_choices_that_no_answer_offers_and_lists_of_nobody_are_told(found: Found) -> None:
    """By the columns that the filter reads and the answers that there can be."""
    findings = found(FILTERED.replace("FILTER", "land = ${land}"))
    assert found_as(findings, "never-offered") == [("choices", 6, "stad/par", "")]
    assert found_as(findings, "unused-list") == [("choices", 7, "los", "")]
    told = {one.code: one.remedy for one in findings}
    assert told["never-offered"] == ("correct its columns or the filter, or take the choice away.")
    assert told["unused-list"] == "take the list away, or use it."


def test_a_choice_is_given_only_where_it_is_offered(found: Found) -> None:
    """Through a cascade: no town of the one country lies in the other."""
    asked = """
    |  | text | never | Nooit? | |
    |  | text | ever | Ooit? | |
    | choices |"""
    tables = FILTERED.replace("FILTER", "land = ${land}").replace("    | choices |", asked)
    tables = tables.replace("| choice_filter |", "| choice_filter | relevant |")
    tables = tables.replace("| Nooit? | |", "| Nooit? | | ${land} = 'nl' and ${stad} = 'bru' |")
    tables = tables.replace("| Ooit? | |", "| Ooit? | | ${land} = 'nl' and ${stad} = 'ams' |")
    assert found_as(found(tables), "never-asked") == [("survey", 4, "never", "relevant")]


@pytest.mark.parametrize(
    ("words", "code", "remedy"),
    [
        ("land = 'de'", "nothing-offered", "the columns of the choices fit each other"),
        ("lnd = ${land}", "unknown-column", "write land."),
        ("land = ${land} and ${land} = 'es'", "unknown-choice", "use one of its names: be, nl."),
    ],
)
def test_a_filter_that_offers_nothing_is_told(
    found: Found, words: str, code: str, remedy: str
) -> None:
    """In the cell of the filter, and its choices are not told one by one."""
    findings = found(FILTERED.replace("FILTER", words))
    assert found_as(findings, code) == [("survey", 3, "stad", "choice_filter")]
    assert remedy in next(one.remedy for one in findings if one.code == code)
    assert found_as(findings, "never-offered") == []


def test_a_filter_by_several_answers_offers_all(found: Found) -> None:
    """What cannot be decided is taken to be offered."""
    findings = found(FILTERED.replace("FILTER", "land = ${land} or land != 'nl'"))
    assert found_as(findings, "never-offered") == []
    assert found_as(findings, "nothing-offered") == []

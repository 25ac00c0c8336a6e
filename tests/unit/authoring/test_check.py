"""`form check`: each finding with its row, column and remedy, and no false alarm beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app import paths
from intake_app.authoring.check import check
from tests.unit.authoring.surveys import Found, Written, found_as, survey_of


def test_every_circle_is_told_once(found: Found) -> None:
    """Compiling stops at the first; what only waits for a circle is none."""
    survey = survey_of(
        """| calculate | a | | | | | ${b} + 1 |
        | calculate | b | | | | | ${a} + 1 |
        | calculate | c | | | | | ${c} + 1 |
        | calculate | d | | | | | ${a} + ${e} |
        | integer | e | E? | ${f} > 1 | | | |
        | integer | f | F? | ${e} > 1 | | | |"""
    )
    told = [one.problem for one in found(survey) if one.code == "circle"]
    assert told == [
        "It depends on itself, round a circle: a → b → a.",
        "It depends on itself, round a circle: c → c.",
        "It depends on itself, round a circle: e → f → e.",
    ]
    assert found_as(found(survey), "circle")[0] == ("survey", 2, "a", "calculation")
    assert found_as(found(survey), "expression") == []


def test_what_compiling_refuses_is_told_with_all_the_rest(found: Found) -> None:
    """An expression that does not parse hides nothing else."""
    survey = survey_of(
        """| integer | a | A? | summ(1) > 2 | | | |
        | integer | b | B? | ${a} > 1 and ${a} < 1 | | | |"""
    )
    findings = found(survey)
    assert found_as(findings, "expression") == [("survey", 2, "a", "relevant")]
    assert found_as(findings, "never-asked") == [("survey", 3, "b", "relevant")]


def test_habits_that_an_experienced_author_would_correct_are_told(found: Found) -> None:
    """A repeat without a bound, a calculation of nobody, a condition on what comes later."""
    survey = survey_of(
        """| begin repeat | r | Rij | | | | |
        | integer | a | A? | ${later} = 'yes' | | | |
        | calculate | place | | | | | position(..) |
        | end repeat | | | | | | |
        | select_one yn | later | Later? | | | | |
        | calculate | used | | | | | 1 + 1 |
        | note | n | Dat is ${used}. | | | | |"""
    )
    findings = found(survey)
    assert found_as(findings, "no-max") == [("survey", 2, "r", "bind::intake:max")]
    assert found_as(findings, "asked-later") == [("survey", 3, "a", "relevant")]
    assert found_as(findings, "unused-calculation") == [("survey", 4, "place", "calculation")]
    assert found_as(findings, "position-outside") == []


def test_a_heading_that_nothing_reads_is_told(written: Written) -> None:
    """A slip there is silent everywhere else; columns of one's own are not told."""
    source = written(
        "form.md",
        """
        | survey |
        |  | type | name | label | relevent | notes | requierd |
        |  | text | a | A? | | Van ons. | yes |
        | settings |
        |  | form_id | verzion |
        |  | t | 1 |
        """,
    )
    told = [
        (one.sheet, one.column, one.remedy)
        for one in check(source)
        if one.code == "unknown-heading"
    ]
    assert told == [
        ("settings", "verzion", "write version."),
        ("survey", "relevent", "write relevant."),
        ("survey", "requierd", "write required."),
    ]


def test_a_finding_about_an_xform_names_the_path(xform: Callable[..., Path]) -> None:
    """XML has no rows."""
    source = xform(
        "<a/><b/>",
        '<bind nodeset="/data/a" type="int"/>'
        '<bind nodeset="/data/b" relevant="/data/a &gt; 3 and /data/a &lt; 3"/>',
        '<input ref="/data/a"><label>A</label></input>'
        '<input ref="/data/b"><label>B</label></input>',
    )
    findings = list(check(source))
    assert found_as(findings, "never-asked") == [("", 0, "/data/b", "relevant")]
    told = next(one for one in findings if one.code == "never-asked")
    assert str(told).startswith("/data/b, column relevant: This question is never asked")


@pytest.mark.parametrize(
    ("name", "words"), [("form.md", "no table"), ("form.xml", "<html>"), ("form.csv", "a,b\n")]
)
def test_what_is_no_form_gives_the_findings_of_compiling(
    written: Written, name: str, words: str
) -> None:
    """No error is raised for a questionnaire."""
    assert [one.severity for one in check(written(name, words))] == ["error"]


def test_there_is_nothing_to_find_in_our_own_questionnaire() -> None:
    """Neither an error nor a warning."""
    assert check(paths.assets("questionnaire", "screening.csv"), locales=paths.locales()) == ()

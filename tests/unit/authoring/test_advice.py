"""What an author is told to write, who knows the formulas of Excel and not those of XLSForm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.authoring.surveys import Found, few_of

Refused = Callable[[Path], str]


@pytest.mark.parametrize(
    ("relevant", "remedy"),
    [
        ("${n} / 2 = 1", "write div to divide."),
        ("/ = 3", "write ${question} for an answer, div to divide."),
        ("/", "write ${question} for an answer, div to divide."),
        ("${n} <> 3", "write one sign: =, !=, <, <=, > or >=."),
        ("${n} => 3", "write one sign: =, !=, <, <=, > or >=."),
        ("${n} == 3", "write one sign: =, !=, <, <=, > or >=."),
        ("${n} > 3,5", "write a number with a point: 3.5."),
        ("${n} > 3 && ${m} > 3", "write and."),
        ("${n} > 3 AND ${m} > 3", "write and, or, div and mod in small letters."),
        ("${n} > 3 OF ${m} > 3", "write or."),
        ("${n} is 3", "write =."),
        ("!(${n} = 3)", "write not(…), or != for “is not”."),
        ("not ${n} = 3", "write not(…), with what does not hold between the brackets."),
        ("${t} & 'x' = 'b'", "write concat(…, …) to put texts together,"),
        ("round(${x}; 2) > 1", "write a comma between the parts of a function."),
        ("${n} ^ 2 > 4", "write pow(…, …)."),
        ("$n > 3", "write ${name}, with both braces."),
        ("{n} > 3", "write ${name}, with both braces."),
        ("n > 3", "write ${n}."),
        ("${one} = yes", "write 'yes' in quotes if it is an answer, ${name} if that question is"),
        ("IF(${n} > 3, 1, 2)", "write if()."),
        ("ALS(${n} > 3, 1, 2)", "write if()."),
        ("SOM(${n}) > 3", "write sum()."),
        ("EN(${n} > 3, ${m} > 3)", "write A and B."),
        ("ISLEEG(${t})", "write A = ''."),
        ("leeftijd(${n}) > 3", "see https://docs.getodk.org/form-operators-functions for"),
        ("(${n} > 3", "add the )."),
        ("selected(${many} 'a')", "add the )."),
    ],
)
def test_what_excel_would_take_is_told_as_xlsform_has_it(
    found: Found, relevant: str, remedy: str
) -> None:
    """With the row and the column, and the names of questions as they were written."""
    (told,) = (one for one in found(few_of(relevant)) if one.code == "expression")
    assert (told.sheet, told.row, told.column) == ("survey", 16, "relevant")
    assert told.remedy.startswith(remedy)
    assert "/data/" not in told.problem


def test_two_signs_for_one_are_told_as_the_fault(found: Found) -> None:
    """And not what stands behind them, in which nothing is wrong."""
    (told,) = (one for one in found(few_of("${t} == 'yes'")) if one.code == "expression")
    assert told.problem == "One sign too many stands here: = 'yes'"


@pytest.mark.parametrize(
    ("required", "relevant", "remedy"),
    [
        ("ja", "", "write yes."),
        ("WAAR", "", "write yes."),
        ("WAAR()", "", "write true()."),
        ("nee", "", "write no."),
        ("ONWAAR", "", "write no."),
        ("yes", "WAAR", "write true()."),
        ("yes", "${b} = FALSE", "write false()."),
        ("${b} = TRUE", "", "write true()."),
        ("${b} = ja", "", "write 'ja' in quotes if it is an answer,"),
    ],
)
def test_yes_and_no_are_told_as_xlsform_says_them(
    found: Found, required: str, relevant: str, remedy: str
) -> None:
    """A word that says so is no answer that wants quotes, in the Dutch of a spreadsheet either."""
    survey = f"""\
        | survey |
        |        | type | name | label | required   | relevant   |
        |        | text | b    | B     |            |            |
        |        | text | a    | A     | {required} | {relevant} |
        """
    (told,) = (one for one in found(survey) if one.code == "expression")
    assert told.remedy.startswith(remedy)


def test_a_path_of_xml_stays_a_path(xform: Callable[..., Path], refused: Refused) -> None:
    """Who writes XForms writes paths."""
    bind = '<bind nodeset="/data/a" relevant="/data/b = "/>'
    source = xform("<a/><b/>", bind + '<bind nodeset="/data/b" relevant="zz = 1"/>', "")
    assert "There is no node zz in /data/b." in refused(source)

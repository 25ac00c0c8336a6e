"""`form check` of conditions: what is never asked, and what no answer can meet."""

import pytest

from tests.unit.authoring.surveys import Found, few_of, found_as, survey_of

NEVER_ASKED = [
    ("${one} = 'yes' and ${one} = 'no'", "can never hold"),
    ("${one} = 'yes' and not(${one} = 'yes')", "can never hold"),
    ("${n} > 5 and ${n} < 3", "can never hold"),
    ("${n} > 5 and ${n} < 6", "can never hold"),
    ("${n} >= 5 and ${n} < 5", "can never hold"),
    ("${n} = 5 and ${n} != 5", "can never hold"),
    ("5 < ${n} and 3 >= ${n}", "can never hold"),
    ("${x} >= 1.5 and ${x} < 1.5", "can never hold"),
    ("${d} > '2026-02-01' and ${d} < date('2026-01-01')", "can never hold"),
    ("${d} > today() and ${d} < today()", "can never hold"),
    ("${n} > ${m} and ${m} > ${n}", "can never hold"),
    ("selected(${many}, 'a') and not(selected(${many}, 'a'))", "can never hold"),
    ("count-selected(${many}) > 3", "can never hold"),
    ("${many} = '' and selected(${many}, 'b')", "can never hold"),
    ("(${one} = 'yes' or ${one} = 'no') and ${one} = ''", "can never hold"),
    ("if(${one} = 'yes', ${n} > 3, false()) and ${n} < 2", "can never hold"),
    ("string-length(${t}) < 0", "can never hold"),
    ("${t} = 'x' and ${t} = 'y'", "can never hold"),
    ("${t} and ${t} = ''", "can never hold"),
    ("${n} + 1 > 5 and ${n} + 1 < 5", "can never hold"),
    ("false()", "can never hold"),
    ("1 = 2", "can never hold"),
    ("${inner} = 'yes' and ${one} = 'no'", "those of the questions that it names"),
    ("${calc} and ${n} < 2", "those of the questions that it names"),
    ("${calc} = 'false' and ${n} > 4", "those of the questions that it names"),
]


ASKED = [
    "${one} = 'yes' or ${one} = 'no'",
    "${n} > 5 or ${n} < 3",
    "${n} > 5 and ${n} < 7",
    "${x} > 5 and ${x} < 6",
    "not(${n} > 5) and not(${n} <= 5)",
    "selected(${many}, 'a') and selected(${many}, 'b') and not(selected(${many}, 'c'))",
    "count-selected(${many}) = 3",
    "${n} > ${m} or ${m} > ${n}",
    "${n} >= ${m} and ${m} >= ${n}",
    "${t} > 3 and ${t} != ''",
    "${one} != 'yes' and ${one} != 'no'",
    "${calc} = 'true' and ${n} > 5",
    "${calc} = '' and ${n} < 2",
    "random() > 0.5 and random() < 0.2",
    "${rows/r} = 1 and ${rows/r} = 2",
    "${inner} = 'yes' and ${one} = 'yes'",
    "if(${one} = 'yes', ${n} > 3, true()) and ${n} < 2",
]


@pytest.mark.parametrize(("relevant", "why"), NEVER_ASKED)
def test_a_question_that_can_never_be_relevant_is_told(
    found: Found, relevant: str, why: str
) -> None:
    """Contradictions on one node, over what it names and what stands around that."""
    findings = found(few_of(relevant))
    assert found_as(findings, "never-asked") == [("survey", 16, "asked", "relevant")]
    told = next(one for one in findings if one.code == "never-asked")
    assert (told.severity, why in told.problem) == ("error", True)
    assert told.remedy == "correct the expression, or take the row away."


@pytest.mark.parametrize("relevant", ASKED)
def test_a_question_that_may_be_relevant_is_not_told(found: Found, relevant: str) -> None:
    """What cannot be decided is taken to hold."""
    assert found_as(found(few_of(relevant)), "never-asked") == []


def test_a_partial_date_may_be_before_and_after_one_day(found: Found) -> None:
    """It is compared as far as it is known."""
    survey = """
    | survey |
    |  | type | name | label | relevant | bind::intake:type | bind::intake:purpose |
    |  | text | p | Wanneer? | | partial-date | H |
    |  | text | q | En? | ${p} > '1994-03-01' and ${p} < '1994-02-01' | | H |
    """
    assert found_as(found(survey), "never-asked") == []


def test_a_group_that_is_never_asked_is_told_once_and_what_waits_for_it_too(found: Found) -> None:
    """What is inside is told with its group; what waits for it is told with its name."""
    survey = survey_of(
        """| select_one yn | one | Een? | | | | |
        | begin group | g | Groep | ${one} = 'yes' and ${one} = 'no' | | | |
        | integer | a | A? | | | | |
        | integer | b | B? | ${a} > 3 | | | |
        | end group | | | | | | |
        | integer | c | C? | ${a} > 3 | | | |
        | begin group | h | Groep | ${one} = 'yes' | | | |
        | integer | e | E? | ${one} = 'no' | | | |
        | end group | | | | | | |"""
    )
    findings = found(survey)
    assert found_as(findings, "never-asked") == [
        ("survey", 3, "g", "relevant"),
        ("survey", 7, "c", "relevant"),
        ("survey", 9, "e", "relevant"),
    ]
    _, waits, within = (one.problem for one in findings if one.code == "never-asked")
    assert "it waits for a, which can never be answered" in waits
    assert "its condition and that of h around it" in within


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("integer", ". < 0 and . > 10"),
        ("integer", ". > 3 and . < 4"),
        ("integer", ". = 2.5"),
        ("decimal", ". < 1 and . > 1"),
        ("date", ". < '2020-01-01' and . >= '2020-01-01'"),
        ("text", "string-length(.) > 5 and string-length(.) < 3"),
        ("select_multiple abc", "selected(., 'a') and count-selected(.) = 4"),
        ("select_one abc", ". = 'a' and . = 'b'"),
        ("integer", "${first} > 5 and . < 5 and . > ${first} and . > 6"),
    ],
)
def test_a_constraint_that_no_answer_can_meet_is_told(
    found: Found, kind: str, constraint: str
) -> None:
    """With the cell of the constraint."""
    survey = survey_of(
        f"""| integer | first | Eerst? | | | | |
        | {kind} | it | Het? | | {constraint} | Nee. | |"""
    )
    assert found_as(found(survey), "never-valid") == [
        ("survey", 3, "it", "constraint")
    ] or found_as(found(survey), "not-of-type") == [("survey", 3, "it", "constraint")]


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("integer", ". >= 0 and . <= 10"),
        ("integer", ". = 5 or . = 2.5"),
        ("text", "regex(., '[0-9]{4}')"),
        ("select_multiple abc", "not(selected(., 'a') and count-selected(.) > 1)"),
        ("select_multiple abc", "count-selected(.) = 3"),
        ("date", ". <= today()"),
    ],
)
def test_a_constraint_that_some_answer_meets_is_not_told(
    found: Found, kind: str, constraint: str
) -> None:
    """Good constraints pass in silence."""
    survey = survey_of(f"| {kind} | it | Het? | | {constraint} | Nee. | |")
    assert found_as(found(survey), "never-valid") == []


def test_a_constraint_of_what_is_never_asked_is_looked_at_by_itself(found: Found) -> None:
    """So that one mistake does not hide another, nor make one of a good constraint."""
    survey = survey_of(
        """| select_one yn | b | B? | | | | |
        | integer | n | N? | ${b} = 'yse' | . > 5 and . < 3 | Nee. | |
        | integer | m | M? | ${b} = 'yse' | . > 3 and . < 5 | Nee. | |"""
    )
    assert found_as(found(survey), "never-valid") == [("survey", 3, "n", "constraint")]


def test_who_must_answer_and_never_can_is_told_that_the_interview_stops(found: Found) -> None:
    """Required, and no answer is valid."""
    survey = """
    | survey |
    |  | type | name | label | required | constraint | constraint_message |
    |  | integer | a | A? | yes | . < 0 and . > 9 | Nee. |
    """
    told = next(one for one in found(survey) if one.code == "never-valid")
    assert "the interview cannot be completed" in told.problem


@pytest.mark.parametrize(
    ("relevant", "code", "remedy"),
    [
        ("${one} = 'yse'", "unknown-choice", "write 'yes'."),
        ("${one} != 'zzz'", "unknown-choice", "use one of its names: no, yes."),
        ("selected(${many}, 'd')", "unknown-choice", "use one of its names: a, b, c."),
        ("${one} = 'Ja'", "label-for-name", "write 'yes'."),
        ("${n} = 'abc'", "not-of-type", "compare it with a whole number."),
        ("${n} = 2.5", "not-of-type", "compare it with a whole number."),
        ("${n} > 'abc'", "not-of-type", "compare it with a whole number."),
        ("${d} > '2026-13-01'", "not-of-type", "compare it with a date."),
        ("${many} = 'a'", "equals-on-multiple", "use selected(${many}, 'a')."),
        ("${many} != 'a'", "equals-on-multiple", "use not(selected(${many}, 'a'))."),
        ("${t} > 5", "text-as-number", "make t an integer or a decimal."),
        (
            "${d} > 01-02-2020",
            "date-as-number",
            "write a date in quotes, the year first: '2020-02-01'.",
        ),
        ("'${n}' = ${t}", "quoted-name", "take the quotes away."),
        ("position(..) = 1", "position-outside", "use it inside a repeat."),
    ],
)
def test_a_comparison_that_means_something_else_is_told(
    found: Found, relevant: str, code: str, remedy: str
) -> None:
    """With the nearest thing that is right."""
    told = [one for one in found(few_of(relevant)) if one.code == code]
    assert [(one.row, one.column, one.remedy) for one in told] == [(16, "relevant", remedy)]
    assert found_as(found(few_of(relevant)), "never-asked") == []


@pytest.mark.parametrize(
    "relevant",
    [
        "${one} = 'yes'",
        "${one} != ''",
        "selected(${one}, 'no')",
        "${many} = ''",
        "${n} = '5'",
        "${n} >= 2.5",
        "${d} = '2026-01-01'",
        "number(${t}) > 5",
        "${t} = 'abc'",
    ],
)
def test_a_comparison_that_can_be_meant_is_not_told(found: Found, relevant: str) -> None:
    """Each of these is good XLSForm."""
    codes = {one.code for one in found(few_of(relevant))}
    known = {"unknown-choice", "label-for-name", "not-of-type", "equals-on-multiple"}
    others = {"text-as-number", "date-as-number", "quoted-name", "position-outside"}
    assert codes & {*known, *others} == set()


@pytest.mark.parametrize(
    ("relevant", "rows"),
    [("${kind} = 'adult' and ${age} < 18", [4]), ("${kind} = 'child' and ${age} < 18", []),
     ("${kind} = 'adlut'", [4]), ("${kind} != 'adult' and ${age} >= 18", [4])],
)  # fmt: skip
def test_a_calculation_of_a_few_outcomes_is_looked_through(
    found: Found, relevant: str, rows: list[int]
) -> None:
    """What it gives, and when."""
    survey = survey_of(
        f"""| integer | age | Leeftijd? | | | | |
        | calculate | kind | | | | | if(${{age}} >= 18, 'adult', 'child') |
        | text | asked | Ooit? | {relevant} | | | |"""
    )
    assert [row for _, row, _, _ in found_as(found(survey), "never-asked")] == rows


def test_what_is_asked_only_beside_an_answer_that_is_refused_is_told(found: Found) -> None:
    """A warning: while the answer is not valid, it is asked."""
    survey = survey_of(
        """| integer | age | Leeftijd? | | . <= 120 | Te oud. | |
        | text | old | Echt? | ${age} > 200 | | | |
        | text | young | Echt? | ${age} > 100 | | | |"""
    )
    findings = found(survey)
    assert found_as(findings, "asked-when-invalid") == [("survey", 3, "old", "relevant")]
    assert found_as(findings, "never-asked") == []

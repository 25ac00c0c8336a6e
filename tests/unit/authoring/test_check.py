"""`form check`: each finding with its row, column and remedy, and no false alarm beside it."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from intake_app import paths
from intake_app.authoring.check import check
from intake_app.authoring.finding import Finding

Written = Callable[[str, str], Path]

#: What every question of ours declares, so that a table need not say it.
SETTINGS = """
| settings |
|          | form_id | version | namespaces |
|          | t       | 1       | intake="https://example.org/intake" |
"""


@pytest.fixture
def found(written: Written) -> Callable[[str], list[Finding]]:
    """Check a form that is written as Markdown tables."""

    def look(tables: str) -> list[Finding]:
        return list(check(written("form.md", dedent(tables) + SETTINGS)))

    return look


Found = Callable[[str], list[Finding]]


def _of(findings: list[Finding], code: str) -> list[tuple[str, int, str, str]]:
    return [(one.sheet, one.row, one.name, one.column) for one in findings if one.code == code]


CHOICES = """
    | choices |
    |         | list_name | name | label |
    |         | yn        | yes  | Ja    |
    |         | yn        | no   | Nee   |
    |         | abc       | a    | Eerste |
    |         | abc       | b    | Tweede |
    |         | abc       | c    | Derde  |
"""


def _survey(rows: str) -> str:
    lines = "\n".join(f"    | {line.strip()}" for line in rows.strip().splitlines())
    heading = "| type | name | label | relevant | constraint | constraint_message | calculation |"
    return f"\n    | survey |\n    | {heading}\n{lines}\n{CHOICES}"


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
FEW = """
    | select_one yn | one | Een? | | | | |
    | select_multiple abc | many | Welke? | | | | |
    | integer | n | N? | | | | |
    | integer | m | M? | | | | |
    | decimal | x | X? | | | | |
    | date | d | D? | | | | |
    | text | t | T? | | | | |
    | calculate | calc | | | | | ${n} > 3 |
    | begin group | g | Groep | ${one} = 'yes' | | | |
    | select_one yn | inner | Binnen? | | | | |
    | end group | | | | | | |
    | begin repeat | rows | Rijen | | | | |
    | integer | r | R? | | | | |
    | end repeat | | | | | | |
    | text | asked | Ooit? | RELEVANT | | | |
"""


def _few(relevant: str) -> str:
    # A path over all rows of a repeat has no name of its own in XLSForm.
    words = relevant.replace("${rows/r}", "/data/rows/r")
    return _survey(FEW.replace("RELEVANT", words))


@pytest.mark.parametrize(("relevant", "why"), NEVER_ASKED)
def test_a_question_that_can_never_be_relevant_is_told(
    found: Found, relevant: str, why: str
) -> None:
    """Contradictions on one node, over what it names and what stands around that."""
    findings = found(_few(relevant))
    assert _of(findings, "never-asked") == [("survey", 16, "asked", "relevant")]
    told = next(one for one in findings if one.code == "never-asked")
    assert (told.severity, why in told.problem) == ("error", True)
    assert told.remedy == "correct the expression, or take the row away."


@pytest.mark.parametrize("relevant", ASKED)
def test_a_question_that_may_be_relevant_is_not_told(found: Found, relevant: str) -> None:
    """What cannot be decided is taken to hold."""
    assert _of(found(_few(relevant)), "never-asked") == []


def test_a_partial_date_may_be_before_and_after_one_day(found: Found) -> None:
    """It is compared as far as it is known."""
    survey = """
    | survey |
    |  | type | name | label | relevant | bind::intake:type | bind::intake:purpose |
    |  | text | p | Wanneer? | | partial-date | H |
    |  | text | q | En? | ${p} > '1994-03-01' and ${p} < '1994-02-01' | | H |
    """
    assert _of(found(survey), "never-asked") == []


def test_a_group_that_is_never_asked_is_told_once_and_what_waits_for_it_too(found: Found) -> None:
    """What is inside is told with its group; what waits for it is told with its name."""
    survey = _survey(
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
    assert _of(findings, "never-asked") == [
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
    survey = _survey(
        f"""| integer | first | Eerst? | | | | |
        | {kind} | it | Het? | | {constraint} | Nee. | |"""
    )
    assert _of(found(survey), "never-valid") == [("survey", 3, "it", "constraint")] or _of(
        found(survey), "not-of-type"
    ) == [("survey", 3, "it", "constraint")]


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
    survey = _survey(f"| {kind} | it | Het? | | {constraint} | Nee. | |")
    assert _of(found(survey), "never-valid") == []


def test_a_constraint_of_what_is_never_asked_is_looked_at_by_itself(found: Found) -> None:
    """So that one mistake does not hide another, nor make one of a good constraint."""
    survey = _survey(
        """| select_one yn | b | B? | | | | |
        | integer | n | N? | ${b} = 'yse' | . > 5 and . < 3 | Nee. | |
        | integer | m | M? | ${b} = 'yse' | . > 3 and . < 5 | Nee. | |"""
    )
    assert _of(found(survey), "never-valid") == [("survey", 3, "n", "constraint")]


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
        ("position(..) = 1", "position-outside", "use it inside a repeat."),
    ],
)
def test_a_comparison_that_means_something_else_is_told(
    found: Found, relevant: str, code: str, remedy: str
) -> None:
    """With the nearest thing that is right."""
    told = [one for one in found(_few(relevant)) if one.code == code]
    assert [(one.row, one.column, one.remedy) for one in told] == [(16, "relevant", remedy)]
    assert _of(found(_few(relevant)), "never-asked") == []


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
    codes = {one.code for one in found(_few(relevant))}
    known = {"unknown-choice", "label-for-name", "not-of-type", "equals-on-multiple"}
    assert codes & {*known, "text-as-number", "position-outside"} == set()


@pytest.mark.parametrize(
    ("relevant", "rows"),
    [("${kind} = 'adult' and ${age} < 18", [4]), ("${kind} = 'child' and ${age} < 18", []),
     ("${kind} = 'adlut'", [4]), ("${kind} != 'adult' and ${age} >= 18", [4])],
)  # fmt: skip
def test_a_calculation_of_a_few_outcomes_is_looked_through(
    found: Found, relevant: str, rows: list[int]
) -> None:
    """What it gives, and when."""
    survey = _survey(
        f"""| integer | age | Leeftijd? | | | | |
        | calculate | kind | | | | | if(${{age}} >= 18, 'adult', 'child') |
        | text | asked | Ooit? | {relevant} | | | |"""
    )
    assert [row for _, row, _, _ in _of(found(survey), "never-asked")] == rows


def test_what_is_asked_only_beside_an_answer_that_is_refused_is_told(found: Found) -> None:
    """A warning: while the answer is not valid, it is asked."""
    survey = _survey(
        """| integer | age | Leeftijd? | | . <= 120 | Te oud. | |
        | text | old | Echt? | ${age} > 200 | | | |
        | text | young | Echt? | ${age} > 100 | | | |"""
    )
    findings = found(survey)
    assert _of(findings, "asked-when-invalid") == [("survey", 3, "old", "relevant")]
    assert _of(findings, "never-asked") == []


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
    assert _of(findings, "never-offered") == [("choices", 6, "stad/par", "")]
    assert _of(findings, "unused-list") == [("choices", 7, "los", "")]
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
    assert _of(found(tables), "never-asked") == [("survey", 4, "never", "relevant")]


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
    assert _of(findings, code) == [("survey", 3, "stad", "choice_filter")]
    assert remedy in next(one.remedy for one in findings if one.code == code)
    assert _of(findings, "never-offered") == []


def test_a_filter_by_several_answers_offers_all(found: Found) -> None:
    """What cannot be decided is taken to be offered."""
    findings = found(FILTERED.replace("FILTER", "land = ${land} or land != 'nl'"))
    assert _of(findings, "never-offered") == []
    assert _of(findings, "nothing-offered") == []


def test_every_circle_is_told_once(found: Found) -> None:
    """Compiling stops at the first; what only waits for a circle is none."""
    survey = _survey(
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
    assert _of(found(survey), "circle")[0] == ("survey", 2, "a", "calculation")
    assert _of(found(survey), "expression") == []


def test_what_compiling_refuses_is_told_with_all_the_rest(found: Found) -> None:
    """An expression that does not parse hides nothing else."""
    survey = _survey(
        """| integer | a | A? | summ(1) > 2 | | | |
        | integer | b | B? | ${a} > 1 and ${a} < 1 | | | |"""
    )
    findings = found(survey)
    assert _of(findings, "expression") == [("survey", 2, "a", "relevant")]
    assert _of(findings, "never-asked") == [("survey", 3, "b", "relevant")]


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
    assert _of(findings, "unknown-purpose") == [
        ("survey", 2, "a", column),
        ("survey", 3, "b", column),
    ]
    assert _of(findings, "no-purpose") == [("survey", 4, "c", column)]
    assert _of(findings, "no-provenance") == [("survey", 4, "c", "bind::intake:provenance")]
    assert _of(findings, "unknown-value") == [("survey", 3, "b", "bind::intake:provenance")]
    assert [one.severity for one in findings if one.code == "no-sensitivity"] == ["warning"]


def test_a_form_without_our_columns_is_told_once(found: Found) -> None:
    """Any ODK form may be checked; what it never meant to declare is one finding."""
    survey = _survey("| text | a | A? | | | | |\n| text | b | B? | | | | |")
    told = [one for one in found(survey) if one.code == "no-purpose"]
    assert [(one.sheet, one.row, one.severity) for one in told] == [("settings", 2, "warning")]
    assert told[0].remedy == "add the column bind::intake:purpose."


def test_words_that_are_missing_or_too_many_are_told(found: Found) -> None:
    """By role and width, in the column of the language."""
    survey = f"""
    | survey |
    |  | type | name | label::Nederlands (nl) | hint::Nederlands (nl) | constraint |
    |  | text | a | {"A" * 141} | {"b" * 181} | . != 'x' |
    |  | begin group | g | | | |
    |  | select_one yn | b | {"A" * 140} | {"b" * 180} | |
    |  | end group | | | | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) |
    |  | yn | yes | {"J" * 91} |
    |  | yn | no | {"N" * 90} |
    |  | yn | maybe | |
    """
    findings = found(survey)
    assert _of(findings, "too-long") == [
        ("survey", 2, "a", "hint::Nederlands (nl)"),
        ("survey", 2, "a", "label::Nederlands (nl)"),
        ("choices", 2, "yn/yes", "label::Nederlands (nl)"),
    ]
    assert _of(findings, "no-label") == [
        ("survey", 3, "g", "label::Nederlands (nl)"),
        ("choices", 4, "yn/maybe", "label::Nederlands (nl)"),
    ]
    assert _of(findings, "no-message") == [("survey", 2, "a", "constraint_message")]


def test_what_a_language_does_not_say_is_told_text_by_text(found: Found) -> None:
    """Labels, hints, messages and choices, in the column of that language."""
    survey = """
    | survey |
    |  | type | name | label::Nederlands (nl) | label::Arabic (ar) | hint::Nederlands (nl) |
    |  | text | a | Naam? | الاسم؟ | Voluit. |
    |  | select_one yn | b | Is dat ${a}? | نعم أم لا؟ | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) | label::Arabic (ar) |
    |  | yn | yes | Ja | نعم |
    |  | yn | no | Nee | |
    """
    findings = found(survey)
    assert _of(findings, "no-translation") == [
        ("survey", 2, "a", "hint::Arabic (ar)"),
        ("choices", 3, "yn/no", "label::Arabic (ar)"),
    ]
    assert _of(findings, "lost-placeholder") == [("survey", 3, "b", "label::Arabic (ar)")]
    lost = next(one for one in findings if one.code == "lost-placeholder")
    assert lost.problem == "This translation lacks ${a}, which the text fills in."


CATALOGUE = """
    msgid ""
    msgstr "Content-Type: text/plain; charset=utf-8\\n"

    msgctxt "a:label"
    msgid "Naam?"
    msgstr "الاسم؟"
"""


def test_what_a_catalogue_lacks_is_told_by_its_language(written: Written, tmp_path: Path) -> None:
    """The row is the text's own; where to translate it stands in the remedy."""
    source = written(
        "form.md",
        """
        | survey |
        |  | type | name | label::Nederlands (nl) |
        |  | text | a | Naam? |
        |  | text | b | Adres? |
        """,
    )
    written("locales/ar/LC_MESSAGES/questionnaire.po", CATALOGUE)
    written("locales/fa_AF/LC_MESSAGES/questionnaire.po", CATALOGUE.replace("Naam?", "Nee?"))
    findings = [
        one for one in check(source, locales=tmp_path / "locales") if one.code == "no-translation"
    ]
    assert [(one.row, one.column, one.problem, one.remedy) for one in findings] == [
        (
            0,
            "default_language",
            "Nothing is said in Dari (prs).",
            "translate the form in locales/fa_AF, or leave the language out.",
        ),
        (
            3,
            "label (catalogue ar)",
            "This is not said in Arabic (ar).",
            "translate it in locales/ar.",
        ),
    ]


def test_habits_that_an_experienced_author_would_correct_are_told(found: Found) -> None:
    """A repeat without a bound, a calculation of nobody, a condition on what comes later."""
    survey = _survey(
        """| begin repeat | r | Rij | | | | |
        | integer | a | A? | ${later} = 'yes' | | | |
        | calculate | place | | | | | position(..) |
        | end repeat | | | | | | |
        | select_one yn | later | Later? | | | | |
        | calculate | used | | | | | 1 + 1 |
        | note | n | Dat is ${used}. | | | | |"""
    )
    findings = found(survey)
    assert _of(findings, "no-max") == [("survey", 2, "r", "bind::intake:max")]
    assert _of(findings, "asked-later") == [("survey", 3, "a", "relevant")]
    assert _of(findings, "unused-calculation") == [("survey", 4, "place", "calculation")]
    assert _of(findings, "position-outside") == []


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
    assert _of(findings, "never-asked") == [("", 0, "/data/b", "relevant")]
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


def test_our_own_questionnaire_has_no_errors() -> None:
    """And only warnings that are known and true: texts that are read aloud point by point."""
    findings = check(paths.assets("questionnaire", "screening.csv"), locales=paths.locales())
    assert [str(one) for one in findings if one.severity == "error"] == []
    assert {(one.code, one.name) for one in findings} <= {
        ("too-long", "told/purpose"),
        ("too-long", "told/readers"),
    }

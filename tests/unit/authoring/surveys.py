"""Questionnaires of a few rows for `form check`, and what is looked at in its findings."""

from collections.abc import Callable
from pathlib import Path

from intake_app.authoring.finding import Finding
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
Refused = Callable[[Path], str]
Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Found = Callable[[str], list[Finding]]

#: More parentheses than anybody means.
NESTED = "(" * 10_000 + "1" + ")" * 10_000
#: What every question of ours declares, so that a table need not say it.
SETTINGS = """
| settings |
|          | form_id | version | namespaces |
|          | t       | 1       | intake="https://example.org/intake" |
"""


def found_as(findings: list[Finding], code: str) -> list[tuple[str, int, str, str]]:
    """Return where findings of a code stand: sheet, row, name, column."""
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


def survey_of(rows: str) -> str:
    """Return a questionnaire of rows, with two short lists of choices."""
    lines = "\n".join(f"    | {line.strip()}" for line in rows.strip().splitlines())
    heading = "| type | name | label | relevant | constraint | constraint_message | calculation |"
    return f"\n    | survey |\n    | {heading}\n{lines}\n{CHOICES}"


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


def few_of(relevant: str) -> str:
    """Return a questionnaire of most types, with a condition on its last question."""
    # A path over all rows of a repeat has no name of its own in XLSForm.
    words = relevant.replace("${rows/r}", "/data/rows/r")
    return survey_of(FEW.replace("RELEVANT", words))


def offered(interview: Interview, path: str) -> dict[str, str]:
    """Return the choices that a question offers now, by name, with their labels."""
    return {one.name: interview.choice_text(path, one.name) for one in interview.choices(path)}

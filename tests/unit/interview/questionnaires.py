"""Small questionnaires: tables of an interview, and rows of several versions."""

from collections.abc import Callable
from typing import Any

from intake_app.interview import Form, Interview

Begin = Callable[[str], Interview]
Compile = Callable[[str], Form]
Held = Callable[..., tuple[Form, dict[str, Any]]]

WORK = """
    | survey |
    |        | type         | name   | label::Nederlands (nl)  | label::Arabic (ar) | relevant           | required      | constraint | constraint_message::Nederlands (nl) | calculation | bind::intake:type | bind::intake:max | bind::intake:decline | bind::intake:item | bind::intake:purpose |
    |        | begin group  | person | Persoon                 | شخص  | | | | | | | | | | |
    |        | text         | name   | Hoe heet u?             | اسم  | | yes | | | | | | no | Q2.3 | HB |
    |        | integer      | age    | Hoe oud bent u, ${name}? | عمر | ${name} != ''      | ${name} != 'x' | . > 0 and . < 120 | Vul een leeftijd in. | | | | | | |
    |        | note         | hello  | Dag ${name}             | سلام | ${name} != '' | | | | | | | | | |
    |        | end group    | | | | | | | | | | | | | |
    |        | begin group  | work   | Werk                    | عمل  | ${age} >= 18 or ${age} = '' | | | | | | | | | |
    |        | begin repeat | jobs   | Banen                   | عمل  | | | | | | | 3 | | | |
    |        | text         | title  | Wat deed u?             | عمل  | | yes | | | | | | | | |
    |        | text         | since  | Sinds wanneer?          | عمل  | | | . <= today() | | | partial-date | | | | |
    |        | calculate    | nr     | | | | | | | position(..) | | | | | |
    |        | end repeat   | | | | | | | | | | | | | |
    |        | calculate    | titles | | | | | | | join(', ', ${title}) | | | | | |
    |        | calculate    | many   | | | | | | | count(${jobs}) > 1 | | | | | |
    |        | text         | which  | Welke was het beste?    | عمل  | ${many} | | | | | | | | | |
    |        | end group    | | | | | | | | | | | | | |
    | settings |
    |          | form_id | version | default_language | namespaces |
    |          | work    | 3       | Nederlands (nl)  | intake="https://example.org/intake" |
"""  # noqa: E501 (a table is read across)
PLACES = """
    | survey |
    |        | type                 | name    | label  | choice_filter      | calculation |
    |        | select_one land      | country | Land   | | |
    |        | select_one city      | city    | Stad   | country=${country} | |
    |        | select_multiple city | cities  | Steden | country=${country} | |
    |        | calculate            | said    | | | jr:choice-name(${city}, '${city}') |
    |        | rank land            | order   | Volgorde | | |
    | choices |
    |         | list_name | name | label     | country |
    |         | land      | nl   | Nederland | |
    |         | land      | be   | België    | |
    |         | city      | ams  | Amsterdam | nl |
    |         | city      | rot  | Rotterdam | nl |
    |         | city      | bru  | Brussel   | be |
"""
SETTINGS = """
| settings |         |            |                                             |
|          | version | form_id    | namespaces                                  |
|          | {0}     | {1}        | intake="https://example.org/xforms/intake"  |
"""
CHOICES = """
| choices |           |         |          |
|         | list_name | name    | label    |
|         | colours   | red     | Rood     |
|         | colours   | blue    | Blauw    |
|         | colours   | green   | Groen    |
|         | few       | red     | Rood     |
|         | few       | blue    | Blauw    |
"""
COLUMNS = ("type", "name", "label", "choice_filter")
INTAKE = ("was", "type", "sensitivity", "codelist")
HEAD = (
    "| survey |\n" + "|  |" + "|".join([*COLUMNS, *(f"bind::intake:{n}" for n in INTAKE)]) + "|\n"
)


def tables(*rows: str, version: str = "1", form_id: str = "f") -> str:
    """Return a questionnaire of rows `type | name | label | filter | was | type | ...`."""
    survey = HEAD + "".join(f"|        | {row} |\n" for row in map(_padded, rows))
    return survey + CHOICES + SETTINGS.format(version, form_id)


def _padded(row: str) -> str:
    cells = [cell.strip() for cell in row.split("|")]
    named = cells[2] if len(cells) > 2 and cells[2] else cells[1]
    label = "" if cells[0].startswith("end") else named
    return " | ".join([*cells[:2], label, *cells[3:], *[""] * (8 - max(len(cells), 3))])


NUMBER, TEXT, ONE = "integer | q", "text | q", "select_one colours | q"
MANY, DECIMAL, DATE = "select_multiple colours | q", "decimal | q", "date | q"
PARTIAL, CODE = "text | q | q | | | partial-date", "text | q | q | | | code | | languages"
FEW, FEW_MANY = "select_one few | q", "select_multiple few | q"
GROUP = ("begin_group | g", "integer | q", "end_group | ")
REPEAT = ("begin_repeat | g", "integer | q", "end_repeat | ")

"""Small questionnaires in several versions, written as rows."""

from collections.abc import Callable
from typing import Any

from intake_app.interview import Form

Compile = Callable[[str], Form]
Held = Callable[..., tuple[Form, dict[str, Any]]]

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

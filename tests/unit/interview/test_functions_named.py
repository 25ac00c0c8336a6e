"""No function is without a table of cases."""

import ast
import re
from pathlib import Path

import pytest

from intake_app.interview import functions

_TABLES = ("dates", "nodes", "numbers", "text")


def _cases() -> list[str]:
    """Return the expressions that stand in a table with what they give."""
    folder = Path(__file__).parent
    trees = [
        ast.parse((folder / f"test_functions_{name}.py").read_text(encoding="utf-8"))
        for name in _TABLES
    ]
    return [
        row.elts[0].value
        for tree in trees
        for row in ast.walk(tree)
        if isinstance(row, ast.Tuple)
        and all(isinstance(cell, ast.Constant) for cell in row.elts)
        and isinstance(row.elts[0], ast.Constant)
        and isinstance(row.elts[0].value, str)
        and len(row.elts) > 1
    ]


@pytest.mark.parametrize("name", sorted({*functions.SPECIAL, *functions.FUNCTIONS}))
def test_each_function_stands_in_a_table_with_what_it_gives(name: str) -> None:
    """At least twice: with what it is for, and at an edge."""
    called = re.compile(rf"(?<![\w:.-]){re.escape(name)}\(")
    assert sum(1 for case in _cases() if called.search(case)) > 1

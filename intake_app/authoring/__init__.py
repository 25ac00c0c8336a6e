"""Making questionnaires: for the author's desk, never on a tablet (compiling needs pyxform).

`compile` makes the tablet's JSON, `loading` loads any shape of a form, `replay` plays a script.
"""

#: The endings of XLSForms.
XLSFORM = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".md"})

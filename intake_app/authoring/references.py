"""Whether each `${name}` in the sheets of an XLSForm is the name of one question or group.

And whether what stands around them can be read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from intake_app.authoring import advice, sheets
from intake_app.authoring.finding import Finding
from intake_app.authoring.headings import KNOWN
from intake_app.authoring.rows import Places
from intake_app.errors import ExpressionError
from intake_app.interview import functions, grammar

_REFERENCE: Final = re.compile(r"\$\{([^{}]*)(\}?)")
#: Among so many names the nearest takes too long to find.
_MANY: Final = 2_000
_EXPRESSIONS: Final = frozenset({"relevant", "constraint", "calculation", "choice_filter"})
_LAST_SAVED: Final = "last-saved#"


def findings(places: Places) -> Iterator[Finding]:
    """Yield references that lead nowhere, or to several rows."""
    rows = places.sheets["survey"].rows
    names = Counter(one for row in rows if (one := row.cells.get("name")))
    for sheet, held in places.sheets.items():
        for row in held.rows:
            for heading, words in row.written.items():
                column = sheets.plain(heading)[0]
                if column not in KNOWN[sheet]:
                    continue
                place = Finding(
                    code="unknown-name", problem="", remedy="", sheet=sheet, row=row.number,
                    column=heading, name=row.cells.get("name", ""),
                )  # fmt: skip
                wrong = dict.fromkeys(_wrong(words, names)) if "${" in words else ()
                for problem, remedy in wrong:
                    yield replace(place, problem=problem, remedy=remedy)
                if column in _EXPRESSIONS and not wrong:
                    yield from _unread(words, place)


def _unread(words: str, place: Finding) -> Iterator[Finding]:
    """Yield why an expression cannot be read, with the functions that there are not."""
    try:
        tree = grammar.parse(_REFERENCE.sub(r"/data/\1", words))
        for part in grammar.parts(tree):
            if isinstance(part, grammar.Call) and part.name not in functions.SPECIAL:
                functions.find(part.name, len(part.arguments))
    except ExpressionError as error:
        yield replace(
            place,
            code="expression",
            problem=advice.problem(error),
            remedy=advice.remedy(error),
        )


def _wrong(words: str, names: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for inside, end in _REFERENCE.findall(words):
        name = inside.strip()
        bare = name.removeprefix(_LAST_SAVED)
        near = get_close_matches(bare, names, 1) if len(names) < _MANY else []
        if not end:
            first = re.match(r"\w[\w.-]*", name)
            written = first.group() if first else "name"
            yield f"“${{{inside[:20]}” is not closed.", f"write ${{{written}}}, with both braces."
        elif bare not in names:
            yield (
                f"There is no question or group with the name {bare}.",
                f"write ${{{near[0]}}}." if near else "write a name from the column name.",
            )
        elif name != inside:
            yield f"“${{{inside}}}” has blanks inside its braces.", f"write ${{{name}}}."
        elif names[bare] > 1:
            yield (
                f"{names[bare]} rows have the name {bare}: it is not clear which is meant.",
                "give each of them a name of its own.",
            )

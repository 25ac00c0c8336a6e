"""Slips in the sheets of an XLSForm, all of them at once: pyxform stops at the first it meets.

Looked for only in what pyxform refuses, so that nothing is told here that it would take.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from pyxform import aliases  # type: ignore[import-untyped]  # it ships no types
from pyxform.question_type_dictionary import (  # type: ignore[import-untyped]  # the same
    QUESTION_TYPE_DICT,
)

from intake_app.authoring import references, sheets
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places
from intake_app.authoring.sheets import Row

_BRACKET: Final = re.compile(
    rf"(begin|end)[\s_]({'|'.join(aliases.control)})(\s.*)?", re.IGNORECASE
)
_CHOOSES: Final = re.compile(
    rf"({'|'.join(sorted(aliases.select, key=len, reverse=True))})(?:\s+(\S+))?(\s.*)?"
)
_NAME: Final = re.compile(r"[^\W\d][\w.-]*(:[^\W\d][\w.-]*)?")
_SHOWN: Final = ("label", "hint", "image", "audio", "video")
_YES: Final = frozenset({"yes", "true", "true()"})
_FILE: Final = (".csv", ".geojson", ".xml")
#: What an author may have meant by a type that there is not.
_TYPES: Final = (
    "text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple",
    "rank", "note", "calculate", "acknowledge", "range", "barcode", "image", "audio", "video",
    "file", "geopoint", "geotrace", "geoshape", "hidden", "begin_group", "end_group",
    "begin_repeat", "end_repeat", "start", "end", "today",
)  # fmt: skip
_ALIKE: Final = 0.7


def findings(places: Places) -> Iterator[Finding]:
    """Yield what is wrong in the rows of the sheets, each by itself."""
    if _has(places, "survey", "type", "name"):
        yield from _nested(places)
        for row in places.sheets["survey"].rows:
            yield from _row(places, row)
        yield from references.findings(places)
        if _has(places, "choices", "list_name", "name"):
            yield from _choices(places)


def _has(places: Places, sheet: str, *wanted: str) -> bool:
    # Where a heading is missing, that is what is wrong, and not each row of it.
    held = places.sheets.get(sheet)
    names = {sheets.plain(one)[0] for one in held.headings} if held else set()
    return names.issuperset(wanted)


def _row(places: Places, row: Row) -> Iterator[Finding]:
    type_, name = row.cells.get("type", ""), row.cells.get("name", "")
    bracket = _BRACKET.fullmatch(type_)
    if not type_ and (name or "label" in row.cells):
        remedy = "write text, integer, select_one with a list, or what else it is; or clear the row"
        yield _of(places, row, "no-type", "type", "This row has no type.", f"{remedy}.")
    if type_ and not name and type_ != "note" and not (bracket and _ends(bracket)):
        remedy = "give it a name: a word without blanks, by which other rows refer to it."
        yield _of(places, row, "no-name", "name", "This row has no name.", remedy)
    if name and _NAME.fullmatch(name) is None and not (bracket and _ends(bracket)):
        yield _of(
            places, row, "bad-name", "name",
            f"“{name}” cannot be a name: it has blanks or other signs, or begins with a digit.",
            f"write {_proper(name)}.",
        )  # fmt: skip
    if type_ and bracket is None:
        yield from _type(places, row, type_)


def _type(places: Places, row: Row, type_: str) -> Iterator[Finding]:
    chooses = _CHOOSES.fullmatch(type_)
    known = QUESTION_TYPE_DICT.get(type_)
    if chooses and not chooses[2]:
        yield _of(
            places, row, "no-list", "type", f"{type_} does not say from which list is chosen.",
            f"write the name of a list behind it: {type_} yes_no.",
        )  # fmt: skip
    elif chooses:
        yield from _list(places, row, chooses[1], chooses[2])
    elif known is None:
        yield _of(places, row, "unknown-type", "type", f"There is no type “{type_}”.", _near(type_))
    if (chooses or (known and known.get("control"))) and not _reads(row):
        yield _of(
            places, row, "no-label", "label", "There is nothing to read at this question.",
            "give it a label.",
        )  # fmt: skip
    if type_ == "calculate" and not (row.cells.get("calculation") or row.cells.get("default")):
        yield _of(
            places, row, "no-calculation", "calculation", "It does not say what is calculated.",
            "fill in its calculation.",
        )  # fmt: skip


def _reads(row: Row) -> bool:
    # What is calculated or set off by another question may be there without words.
    quiet = row.cells.get("calculation") or row.cells.get("trigger")
    return any(row.cells.get(one) for one in _SHOWN) or bool(quiet)


def _near(type_: str) -> str:
    near = get_close_matches(type_.lower().partition(" ")[0], _TYPES, 1, _ALIKE)
    if near:
        return f"write {near[0]}."
    return "write text, integer, decimal, date, select_one LIST; https://xlsform.org has them all."


def _list(places: Places, row: Row, command: str, name: str) -> Iterator[Finding]:
    elsewhere = name.endswith(_FILE) or "${" in name or command.endswith(("file", "external"))
    if elsewhere or name in places.lists:
        return
    near = get_close_matches(name, [one for one in places.lists if one], 1)
    problem = f"There is no list {name} in the sheet choices."
    if not places.sheets["choices"].rows:
        problem = f"There is no list {name}: there is no sheet choices with rows in it."
    elif not _has(places, "choices", "list_name"):
        problem = f"There is no list {name}: the sheet choices has no column list_name."
    yield _of(
        places, row, "no-list", "type", problem,
        f"write {near[0]}." if near else "add the list, one row for each choice.",
    )  # fmt: skip


# Groups and repeats


def _nested(places: Places) -> Iterator[Finding]:
    """Look through what is begun and ended, and through the names in each group."""
    begun: list[tuple[str, Row]] = []
    names: list[dict[str, int]] = [{}]
    for row in places.sheets["survey"].rows:
        bracket = _BRACKET.fullmatch(row.cells.get("type", ""))
        if bracket and _ends(bracket):
            kind = aliases.control[bracket[2].lower()]
            if begun and begun[-1][0] == kind:
                begun.pop()
                names.pop()
            else:
                yield _not_begun(places, row, kind, begun)
            continue
        name = row.cells.get("name", "")
        if name in names[-1]:
            yield _of(
                places, row, "name-twice", "name",
                f"The name {name} stands in row {names[-1][name]} already.",
                "give each a name of its own.",
            )  # fmt: skip
        elif name:
            names[-1][name] = row.number
        if bracket:
            begun.append((aliases.control[bracket[2].lower()], row))
            names.append({})
    for kind, row in begun:
        yield _of(
            places, row, "not-ended", "type",
            f"This {kind} is begun and never ended.",
            f"add a row with the type end_{kind} below what belongs to it.",
        )  # fmt: skip


def _not_begun(places: Places, row: Row, kind: str, begun: list[tuple[str, Row]]) -> Finding:
    problem = f"Here a {kind} ends, and none is begun."
    remedy = f"take the row away, or add a row with begin_{kind} above what belongs to it."
    if begun:
        inner, first = begun[-1]
        named = first.cells.get("name", "")
        problem = f"Here a {kind} ends, while the {inner} {named} of row {first.number} is open."
        remedy = f"write end_{inner}, or add a row with it above this one."
    return _of(places, row, "not-begun", "type", problem, remedy)


def _ends(bracket: re.Match[str]) -> bool:
    return bracket[1].lower() == "end"


# Choices


def _choices(places: Places) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    allowed = (row.cells.get("allow_choice_duplicates") for row in places.settings)
    twice = any(words and words.lower() in _YES for words in allowed)
    types = (row.cells.get("type", "").split() for row in places.sheets["survey"].rows)
    several = {words[1] for words in types if words[:1] == ["select_multiple"] and words[1:]}
    for row in places.sheets["choices"].rows:
        of, name = row.cells.get("list_name", ""), row.cells.get("name", "")
        if of and not name:
            remedy = "give it a name: a word that is kept when somebody chooses it."
            yield _choice(places, row, "no-name", "This choice has no name.", remedy)
        elif (of, name) in seen and of and not twice:
            problem = f"The list {of} has the name {name} in row {seen[of, name]} already."
            yield _choice(places, row, "name-twice", problem, "give each a name of its own.")
        elif of in several and " " in name:
            problem = f"“{name}” cannot be a name where several can be chosen: it has a blank."
            yield _choice(places, row, "bad-name", problem, f"write {_proper(name)}.")
        seen.setdefault((of, name), row.number)


def _choice(places: Places, row: Row, code: str, problem: str, remedy: str) -> Finding:
    named = "/".join(filter(None, (row.cells.get("list_name"), row.cells.get("name"))))
    return Finding(
        code=code, problem=problem, remedy=remedy, sheet="choices", row=row.number,
        column=places.column("name", "", "choices"), name=named,
    )  # fmt: skip


def _of(places: Places, row: Row, code: str, column: str, problem: str, remedy: str) -> Finding:
    return Finding(
        code=code, problem=problem, remedy=remedy, sheet="survey", row=row.number,
        column=places.column(column), name=row.cells.get("name", ""),
    )  # fmt: skip


def _proper(name: str) -> str:
    """Return the nearest thing to a name that can be one."""
    made = re.sub(r"[^\w.-]+", "_", name).strip("_")
    return made if re.match(r"[^\W\d]", made) else f"q_{made}"

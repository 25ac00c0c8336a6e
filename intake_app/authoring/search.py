"""The `search()` appearance: choices that are rows of a CSV beside the form.

As ODK documents it (https://docs.getodk.org/form-datasets/): the first argument names the file;
with more, how (`contains`, `startswith`, `endswith`, `matches`), in which columns, and what is
sought; two more compare one column with one value. Among the choices one has the name of the
column that is kept, and as its label the columns that are shown; a choice with a number as its
name is itself a choice, before the others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from xml.etree.ElementTree import Element

#: The columns that we add: the choice's name, and whether it stands in the form itself.
NAME = "searchName"
_OWN = "searchOwn"

_CALL = re.compile(r"\bsearch\s*\(")
_WORD = re.compile(r"[^\W\d][\w.\-]*")
_HOW = {"contains": "contains", "startswith": "starts-with", "endswith": "ends-with", "matches": ""}
_REMEDY = "write it as search('file', 'contains', 'column', ${question})."


class NotSearchable(Exception):
    """A `search()` that cannot be carried out: why, and what to do."""

    def __init__(self, problem: str, remedy: str = _REMEDY) -> None:
        """Take the problem and the remedy, as a finding has them."""
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class Plan:
    """A `search()` as a filter: the file, the list made of it, and what is offered of that."""

    file: str
    name: str
    nodeset: str
    value: str
    shown: Mapping[str, tuple[str, ...]]
    own: tuple[tuple[str, Mapping[str, str]], ...]

    @property
    def columns(self) -> Iterator[str]:
        """The columns that the file has to have."""
        yield self.value
        for columns in self.shown.values():
            yield from columns


def called(control: Element) -> bool:
    """Tell whether the appearance of a control calls `search()`."""
    return _CALL.search(control.get("appearance", "")) is not None


def appearance(words: str) -> str:
    """Return an appearance without its call of `search()`."""
    found = _CALL.search(words)
    if found is None:
        return words
    end = words.rfind(")")
    return f"{words[: found.start()]} {words[end + 1 :] if end > 0 else ''}".strip()


def read(control: Element) -> list[str]:
    """Return the arguments of a control's `search()`, as they are written."""
    words = control.get("appearance", "")
    found = _CALL.search(words)
    end = words.rfind(")")
    if found is None or end < found.end():
        raise NotSearchable("Its search() does not end.")
    made = list(_arguments(words[found.end() : end]))
    if len(made) not in {1, 4, 6}:
        raise NotSearchable("Its search() has another number of parts than 1, 4 or 6.")
    return made


def plan(call: Sequence[str], names: Sequence[str], labels: Sequence[Mapping[str, str]]) -> Plan:
    """Return how a `search()` is carried out, with the choices that the form gives for it."""
    choices = list(zip(names, labels, strict=True))
    own = tuple((name, words) for name, words in choices if name.isdecimal())
    columns = [(name, words) for name, words in choices if not name.isdecimal()]
    if len(columns) != 1:
        raise NotSearchable(
            "A search() needs one choice that names the column which is kept.",
            "give its list a choice with the names of columns as its name and its label.",
        )
    (value, words), bare = columns[0], _literal(call[0])
    next(_columns(value))
    if "'" in bare:
        raise NotSearchable(f"{bare} cannot be the name of a file here.")
    file = bare if bare.endswith(".csv") else f"{bare}.csv"
    shown = {code: tuple(_columns(held)) for code, held in words.items()} or {"": (value,)}
    filters = list(_filters([*call]))
    predicate = " and ".join(filters)
    if predicate and own:
        predicate = f"{_OWN} = 'yes' or ({predicate})"
    listed = f"{file}#{value},{'|'.join(','.join(one) for one in shown.values())}"
    name = f"{listed},{','.join(one for one, _ in own)}" if own else listed
    nodeset = f"instance('{name}')/root/item" + (f"[{predicate}]" if predicate else "")
    return Plan(file, name, nodeset, value, shown, own)


def table(
    plan: Plan, held: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str], list[dict[str, str]]]:
    """Return the list of a plan, the names of its choices, and their words by language."""
    columns: list[str] = held["columns"]
    at = {name: number for number, name in enumerate(columns)}
    blank = [""] * len(columns)
    rows = [[*blank, name, "yes"] for name, _ in plan.own]
    names = [name for name, _ in plan.own]
    texts = [dict(words) for _, words in plan.own]
    for row in held["rows"]:
        cells = {name: row[number] for name, number in at.items()}
        rows.append([*row, cells.get(plan.value, ""), ""])
        names.append(cells.get(plan.value, ""))
        texts.append(
            {
                code: ", ".join(cells[one] for one in shown if cells.get(one))
                for code, shown in plan.shown.items()
            }
        )
    made = {"way": ["root", "item"], "columns": [*columns, NAME, _OWN], "rows": rows}
    return made, names, texts


def _filters(call: list[str]) -> Iterator[str]:
    if len(call) == 1:
        return
    how = _literal(call[1])
    if how not in _HOW:
        raise NotSearchable(f"There is no way to search called {how}.")
    sought = _from_question(call[3])
    if how == "matches":
        tests = [f"{column} = {sought}" for column in _columns(_literal(call[2]))]
    else:
        # Capitals make no difference, as in ODK Collect.
        tests = [
            f"{_HOW[how]}({_lower(column)}, {_lower(sought)})"
            for column in _columns(_literal(call[2]))
        ]
    yield f"({' or '.join(tests)})"
    if len(call) > 4:  # noqa: PLR2004 (the parts that compare one column come after four)
        yield f"{next(_columns(_literal(call[4])))} = {_from_question(call[5])}"


def _from_question(words: str) -> str:
    # Inside the filter a relative path would start from the row, not from the question.
    return f"current()/{words}" if words.startswith(".") else words


def _lower(words: str) -> str:
    return f"translate({words}, '{ascii_uppercase}', '{ascii_lowercase}')"


def _columns(words: str) -> Iterator[str]:
    for word in words.split(","):
        if _WORD.fullmatch(word.strip()) is None:
            raise NotSearchable(f"{word.strip() or 'Nothing'} is no name of a column.")
        yield word.strip()


def _literal(words: str) -> str:
    if len(words) > 1 and words[0] == words[-1] and words[0] in "\"'":
        return words[1:-1].strip()
    raise NotSearchable(f"{words or 'Nothing'} stands where search() needs a text in quotes.")


def _arguments(words: str) -> Iterator[str]:
    depth, quote, start = 0, "", 0
    for at, sign in enumerate(words):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth == 0:
            yield words[start:at].strip()
            start = at + 1
    yield words[start:].strip()

"""The sheets of an XLSForm as their author sees them: rows by number, columns by their headings."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyxform.xls2json_backends import get_xlsform  # type: ignore[import-untyped]  # it ships no types

#: What a heading may be called, and the one name that we know it by.
_ALIASES = {
    "calculate": "calculation",
    "caption": "label",
    "command": "type",
    "constraining_message": "constraint_message",
    "count": "repeat_count",
    "jr:constraintmsg": "constraint_message",
    "jr:count": "repeat_count",
    "jr:requiredmsg": "required_message",
    "readonly": "read_only",
    "relevance": "relevant",
    "requiredmsg": "required_message",
    "tag": "name",
    "value": "name",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number, as the author's editor counts, and its cells by plain heading.

    A cell of a column with a language stands under `label` in the first language that has it;
    `written` has all cells, by the headings that the author wrote.
    """

    number: int
    cells: Mapping[str, str]
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its headings as they are written, and its rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read(source: Path, content: bytes) -> dict[str, Sheet]:
    """Return the sheets of an XLSForm, which pyxform has read before, by name."""
    suffix = source.suffix.lower()
    workbook = get_xlsform(content, file_type=suffix)
    lines = _csv_lines(content) if suffix == ".csv" else {}
    made = {}
    for name in ("survey", "choices", "settings"):
        held = getattr(workbook, name) or []
        headings = tuple(
            str(heading)
            for headings in getattr(workbook, f"{name}_header") or []
            for heading in headings
            if heading
        )
        # A workbook keeps its blank rows, so that the headings are row 1 and all else follows.
        numbers = lines.get(name) or range(2, len(held) + 2)
        made[name] = Sheet(
            headings,
            tuple(
                Row(number, _cells(cells), cells)
                for number, cells in zip(numbers, _words(held), strict=False)
                if cells
            ),
        )
    return made


def plain(heading: str) -> tuple[str, str]:
    """Return the name of a heading as we know it, and its language.

    `Label::Nederlands (nl)` gives `label` and `Nederlands (nl)`; `bind::relevant` is `relevant`,
    `bind::intake:purpose` is `intake:purpose`.
    """
    name, separator, rest = heading.strip().partition("::")
    if not separator and name.lower().startswith(("label:", "hint:")):
        name, _, rest = name.partition(":")
    name, rest = _known(name), rest.strip()
    if name in {"bind", "control", "media", "body"}:
        name, _, rest = rest.partition("::")
        name = _known(name)
    return name, rest.strip()


def _known(name: str) -> str:
    bare = re.sub(r"[\s-]+", "_", name.strip().lower())
    return _ALIASES.get(bare, bare)


def _words(rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {
            heading: str(words).strip()
            for heading, words in row.items()
            if heading and words is not None
        }


def _cells(cells: Mapping[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for heading, words in cells.items():
        made.setdefault(plain(heading)[0], words)
    return made


def _csv_lines(content: bytes) -> dict[str, list[int]]:
    # In a one-file CSV rows are counted from the top of the file, as an editor shows them.
    found: dict[str, list[int]] = {}
    for name, number in _numbered(content.decode("utf-8-sig", errors="replace")):
        found.setdefault(name, []).append(number)
    return found


def _numbered(words: str) -> Iterator[tuple[str, int]]:
    reader = csv.reader(io.StringIO(words, newline=""))
    sheet, header = "", True
    start = 1
    for row in reader:
        line, start = start, reader.line_num + 1
        if row and row[0].strip():
            sheet, header = row[0].strip().lower(), True
        if any(cell.strip() for cell in row[1:]):
            if header:
                header = False
            else:
                yield sheet, line

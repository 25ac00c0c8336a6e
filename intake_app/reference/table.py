"""Code lists from tables: `assets/reference/manifest.json` and the CSV files that it names.

manifest.json   {list: {"system", "version", "source", "date", "licence", "file"}}
a table         UTF-8, comma separated, a header: `code`, `parent`, `valid_from`,
                `valid_until` (ISO dates, both days included), a column a language
                (`nl`, `ar`, …) with its label and `<language>_also` with other words for it,
                separated by `|`; every row has a code and a Dutch label
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from intake_app.errors import CodeListError
from intake_app.reference.codelist import CodeList, Entry
from intake_app.words import mark

_FIXED = frozenset({"code", "parent", "valid_from", "valid_until"})
_ALSO = "_also"
_SEPARATOR = "|"


def manifest(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return what the manifest of a folder says of each list.

    Raises CodeListError where it is missing or cannot be read.
    """
    path = folder / "manifest.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CodeListError(
            mark("The code lists are missing ({file}). Install the app again."), file=path.name
        ) from None
    except (OSError, ValueError):
        raise CodeListError(
            mark("The table of code lists cannot be read ({file}). Install the app again."),
            file=path.name,
        ) from None
    needed = ("system", "version", "file")
    if not isinstance(told, dict) or not all(
        isinstance(each, dict) and all(isinstance(each.get(key), str) for key in needed)
        for each in told.values()
    ):
        raise CodeListError(
            mark("The table of code lists is not complete ({file}). Install the app again."),
            file=path.name,
        )
    return told


def load(folder: Path, name: str, told: Mapping[str, str]) -> CodeList:
    """Read a list from its table.

    Raises CodeListError with the list and the row where the table is missing or damaged.
    """
    try:
        with (folder / told["file"]).open(encoding="utf-8-sig", newline="") as file:
            entries = tuple(_entries(name, csv.DictReader(file, strict=True)))
    except FileNotFoundError:
        raise CodeListError(
            mark("The code list “{list}” is missing. Install the app again."), list=name
        ) from None
    except UnicodeDecodeError:
        raise CodeListError(
            mark("The code list “{list}” is not in UTF-8 and was not loaded."), list=name
        ) from None
    except (OSError, csv.Error):
        raise CodeListError(
            mark("The code list “{list}” cannot be read. Install the app again."), list=name
        ) from None
    return CodeList.of(name, told["system"], told["version"], entries)


def _entries(name: str, table: "csv.DictReader[str]") -> Iterator[Entry]:
    header = tuple(table.fieldnames or ())
    if "code" not in header or "nl" not in header:
        raise CodeListError(
            mark("The code list “{list}” lacks the column “{column}” and was not loaded."),
            list=name,
            column="nl" if "code" in header else "code",
        )
    languages = tuple(each for each in header if each not in _FIXED and not each.endswith(_ALSO))
    seen = set()
    for row in table:
        code = (row["code"] or "").strip()
        # DictReader puts what is beyond the header under None and fills up with None.
        if None in row or None in row.values() or not code or not row["nl"].strip():
            raise _damaged(name, table.line_num)
        if code in seen:
            raise CodeListError(
                mark("The code list “{list}” has the code {code} twice and was not loaded."),
                list=name,
                code=code,
            )
        seen.add(code)
        try:
            begins, ends = (_day(row.get(key)) for key in ("valid_from", "valid_until"))
        except ValueError:
            raise _damaged(name, table.line_num) from None
        yield Entry(
            code,
            {each: row[each].strip() for each in languages if row[each].strip()},
            {each: _words(row.get(each + _ALSO)) for each in languages if row.get(each + _ALSO)},
            (row.get("parent") or "").strip(),
            begins,
            ends,
        )


def _words(cell: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (cell or "").split(_SEPARATOR) if word.strip())


def _day(cell: str | None) -> date | None:
    return date.fromisoformat(cell.strip()) if cell and cell.strip() else None


def _damaged(name: str, line: int) -> CodeListError:
    return CodeListError(
        mark("Line {line} of the code list “{list}” is damaged; the list was not loaded."),
        list=name,
        line=line,
    )

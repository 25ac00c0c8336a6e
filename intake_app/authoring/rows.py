"""Where each node of a form stands in its survey sheet, so that a finding can point at it."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyxform.xls2json_backends import get_xlsform  # type: ignore[import-untyped]  # it ships no types


@dataclass(frozen=True, slots=True)
class Places:
    """The row of each node, by path."""

    rows: Mapping[str, int]

    @classmethod
    def read(cls, source: Path, content: bytes) -> "Places":
        """Read an XLSForm, which pyxform has read before, for its rows."""
        suffix = source.suffix.lower()
        survey = get_xlsform(content, file_type=suffix).survey or []
        numbers = _csv_lines(content) if suffix == ".csv" else iter(range(2, len(survey) + 2))
        return cls(dict(_paths(survey, numbers)))

    def of(self, path: str) -> str:
        """Say where a node stands: sheet and row, and its name."""
        row = self.rows.get(path)
        name = path.rpartition("/")[2]
        return f"{path}" if row is None else f"survey, row {row} ({name})"


def _csv_lines(content: bytes) -> Iterator[int]:
    # In a one-file CSV rows are counted from the top of the file, as an editor shows them.
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline=""))
    sheet, header = "", True
    start = 1
    for row in reader:
        line, start = start, reader.line_num + 1
        if row and row[0].strip():
            sheet, header = row[0].strip().lower(), True
        if any(cell.strip() for cell in row[1:]):
            if header:
                header = False
            elif sheet == "survey":
                yield line


def _paths(survey: list[Mapping[str, str]], numbers: Iterator[int]) -> Iterator[tuple[str, int]]:
    around = ["/data"]
    for row, number in zip(survey, numbers, strict=False):
        kind = str(row.get("type", "")).strip().lower().replace("_", " ")
        if kind.startswith("end "):
            around = around[:-1] if len(around) > 1 else around
            continue
        name = row.get("name")
        if not name:
            continue
        path = f"{around[-1]}/{name}"
        yield path, number
        if kind.startswith("begin "):
            around.append(path)

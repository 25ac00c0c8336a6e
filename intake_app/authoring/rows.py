"""Where each part of a form stands in its sheets, so that a finding can point at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake_app.authoring import sheets
from intake_app.authoring.sheets import Row, Sheet

#: The column of the survey sheet that an aspect of a node, or a role of a text, stands in.
_COLUMNS = {
    "calculate": "calculation",
    "choices": "choice_filter",
    "constraint message": "constraint_message",
    "count": "repeat_count",
    "guidance": "guidance_hint",
    "readonly": "read_only",
    "required message": "required_message",
}


@dataclass(frozen=True, slots=True)
class Places:
    """The row of each node (by path), choice (by list and name) and list, and the headings.

    Of XForm XML, which has no rows, all are empty: a node is then known by its path.
    """

    rows: Mapping[str, int]
    choices: Mapping[tuple[str, str], int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Path, content: bytes) -> "Places":
        """Read an XLSForm, which pyxform has read before, for its rows."""
        found = sheets.read(source, content)
        choices: dict[tuple[str, str], int] = {}
        lists: dict[str, int] = {}
        for row in found["choices"].rows:
            name = row.cells.get("list_name", "")
            lists.setdefault(name, row.number)
            choices.setdefault((name, row.cells.get("name", "")), row.number)
        return cls(dict(_paths(found["survey"].rows)), choices, lists, found)

    @property
    def settings(self) -> tuple[Row, ...]:
        """The rows of the settings sheet; only the first counts."""
        return self.sheets["settings"].rows if "settings" in self.sheets else ()

    def of(self, path: str) -> str:
        """Say where a node stands: sheet and row, and its name."""
        row = self.row(path)
        return f"survey, row {row} ({path.rpartition('/')[2]})" if row else path

    def row(self, path: str) -> int:
        """Return the row of a node in the survey sheet, 0 where it is not known.

        What pyxform makes beside a row (`x_other`, `x_count`) stands in that row.
        """
        below = _below(path)
        for ending in ("", "_other", "_count"):
            row = self.rows.get(below.removesuffix(ending), 0) if below.endswith(ending) else 0
            if row:
                return row
        return 0

    def column(self, aspect: str, language: str = "", sheet: str = "survey") -> str:
        """Return the heading, as the author wrote it, of an aspect of a node or a role of a text.

        Where the sheet has no such column, the heading that XLSForm gives it.
        """
        wanted = _COLUMNS.get(aspect, aspect)
        if not self.sheets:
            return aspect
        known = [
            (heading, sheets.plain(heading))
            for heading in self.sheets.get(sheet, Sheet((), ())).headings
        ]
        named = [(heading, language_) for heading, (name, language_) in known if name == wanted]
        for heading, other in named:
            if other == language:
                return heading
        if wanted.startswith("intake:"):
            return f"bind::{wanted}"
        if language and language != "default":
            return f"{wanted}::{language}"
        return named[0][0] if named else wanted

    def node(self, path: str, aspect: str = "", language: str = "") -> dict[str, Any]:
        """Return the fields of a finding about a node: sheet, row, column and name."""
        row = self.row(path)
        return {
            "sheet": "survey" if row else "",
            "row": row,
            "name": path.rpartition("/")[2] if row else path,
            "column": self.column(aspect, language) if aspect else "",
        }

    def written(self, path: str, aspect: str) -> str:
        """Return what the author wrote in the cell of an aspect of a node; blank for nothing."""
        number, column = self.row(path), _COLUMNS.get(aspect, aspect)
        survey = self.sheets["survey"].rows if "survey" in self.sheets else ()
        return next((row.cells.get(column, "") for row in survey if row.number == number), "")

    def choice(
        self, list_name: str, name: str = "", aspect: str = "", language: str = ""
    ) -> dict[str, Any]:
        """Return the fields of a finding about a choice, or about a list as a whole."""
        row = self.choices.get((list_name, name), 0) if name else self.lists.get(list_name, 0)
        return {
            "sheet": "choices" if row else "",
            "row": row,
            "name": f"{list_name}/{name}" if name else list_name,
            "column": self.column(aspect, language, "choices") if aspect else "",
        }

    def setting(self, name: str) -> dict[str, Any]:
        """Return the fields of a finding about a setting."""
        row = self.settings[0].number if self.settings else 0
        return {"sheet": "settings" if self.sheets else "", "row": row, "column": name}


def _below(path: str) -> str:
    # The name of the root is a setting; what is below it is in the sheet.
    return "/".join(path.split("/")[2:])


def _paths(survey: tuple[Row, ...]) -> Iterator[tuple[str, int]]:
    around = [""]
    for row in survey:
        kind = row.cells.get("type", "").lower().replace("_", " ")
        if kind.startswith("end "):
            around = around[:-1] if len(around) > 1 else around
            continue
        name = row.cells.get("name")
        if not name:
            continue
        path = f"{around[-1]}{name}"
        yield path, row.number
        if kind.startswith("begin "):
            around.append(f"{path}/")

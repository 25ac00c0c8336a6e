"""`Finding`: one thing wrong with a questionnaire: where it stands, what it is, what to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an author should know.

    `row` counts as the author's editor does: from 1, headings included (in a one-file CSV, from
    the top of the file); 0 where the finding is about the form as a whole. `name` is the node's
    or the list's; `code` is a short fixed word by which tests and programs know the finding.
    An error cannot be meant, and all that keeps a form from being compiled is one; a warning may
    be. In XForm XML, which has no rows, `name` is the node's path.
    """

    code: str
    problem: str
    remedy: str
    severity: Severity = "error"
    sheet: str = ""
    row: int = 0
    column: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return `survey, row 7 (age), column relevant: It ... Remedy: do ...`."""
        named = f" ({self.name})" if self.name and self.sheet else self.name
        place = f"{self.sheet}, row {self.row}{named}" if self.row else f"{self.sheet}{named}"
        where = ", ".join(
            part for part in (place.strip(), f"column {self.column}" if self.column else "") if part
        )
        remedy = f" Remedy: {self.remedy}" if self.remedy else ""
        return f"{where}: {self.problem}{remedy}" if where else f"{self.problem}{remedy}"


def unreadable(path: Path, error: OSError) -> Finding:
    """Return the finding that a file cannot be opened."""
    return Finding(
        code="no-file",
        problem=f"{path} cannot be read: {error.strerror}.",
        remedy="give the path of a file that is there and that you may read.",
    )

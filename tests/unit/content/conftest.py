"""The questionnaire as it is written, and where the shared reference data lie."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # it ships no types

CHECKOUT = Path(__file__).resolve().parents[3]
MASTER = "Nederlands (nl)"


@dataclass(frozen=True)
class Written:
    """A row of the survey: its path below the root, its type, its texts and attributes."""

    path: str
    kind: str
    node: Mapping[str, Any]

    @property
    def bind(self) -> Mapping[str, str]:
        """The bind attributes."""
        bind: Mapping[str, str] = self.node.get("bind", {})
        return bind

    def intake(self, name: str) -> str:
        """One of our own attributes, blank where it is not given."""
        return self.bind.get(f"intake:{name}", "")

    def text(self, role: str) -> str:
        """Its Dutch label or hint."""
        return str(self.node.get(role, {}).get(MASTER, ""))

    @property
    def asks(self) -> bool:
        """Whether a person answers it."""
        return self.kind not in {"group", "repeat", "calculate", "note"}


@dataclass(frozen=True)
class Sheet:
    """A whole XLSForm as pyxform reads it."""

    rows: tuple[Written, ...]
    choices: Mapping[str, list[Mapping[str, Any]]]
    warnings: tuple[str, ...]

    @property
    def questions(self) -> tuple[Written, ...]:
        """The rows that a person answers."""
        return tuple(row for row in self.rows if row.asks)

    def __getitem__(self, path: str) -> Written:
        """Return a row by its path."""
        return next(row for row in self.rows if row.path == path)


def _rows(nodes: list[Mapping[str, Any]], above: str = "") -> Iterator[Written]:
    for node in nodes:
        if node["name"] == "meta":
            continue
        path = above + node["name"]
        yield Written(path, node["type"], node)
        if node["type"] in {"group", "repeat"}:
            yield from _rows(node["children"], f"{path}/")


@pytest.fixture(scope="session")
def screening() -> Path:
    """Find the XLSForm."""
    return CHECKOUT / "assets" / "questionnaire" / "screening.csv"


@pytest.fixture(scope="session")
def sheet(screening: Path) -> Sheet:
    """Read the questionnaire as pyxform does."""
    warnings: list[str] = []
    read = convert(str(screening), warnings=warnings)._pyxform
    return Sheet(tuple(_rows(read["children"])), read["choices"], tuple(warnings))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Find the reference data beside the checkout, or skip the test."""
    place = Path(os.environ.get("INTAKE_SHARED", CHECKOUT.parent / "shared"))
    if not (place / "reference").is_dir():
        pytest.skip(f"no reference data in {place} (set INTAKE_SHARED)")
    return place

"""Compile the message catalogues when a wheel or an editable checkout is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """Writes a `.mo` beside every `.po`; nothing but the source is kept in the repository."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile every catalogue below `locales/`."""
        compile_catalogues(Path(self.root) / "locales")


def compile_catalogues(root: Path) -> None:
    """Write `NAME.mo` beside each `NAME.po` below root."""
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)

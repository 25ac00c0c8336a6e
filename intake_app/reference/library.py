"""All code lists, each loaded when it is first asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from intake_app import paths
from intake_app.errors import CodeListError
from intake_app.reference import cldr, table
from intake_app.reference.codelist import CodeList
from intake_app.words import mark

_CLDR = MappingProxyType(
    {"countries": cldr.countries, "languages": cldr.languages, "scripts": cldr.scripts}
)


@dataclass(frozen=True)
class Library:
    """The lists by their id: those of CLDR and those of a folder with a manifest."""

    _folder: Path
    _manifest: Mapping[str, Mapping[str, Any]] = field(repr=False)
    _loaded: dict[str, CodeList] = field(default_factory=dict, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Library":
        """Read the manifest; the lists themselves are read when they are first needed.

        Raises CodeListError where the manifest is missing or damaged.
        """
        folder = folder or paths.assets("reference")
        return cls(folder, table.manifest(folder))

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all lists."""
        return tuple(sorted({*_CLDR, *self._manifest}))

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a list with this id."""
        return name in _CLDR or name in self._manifest

    def __getitem__(self, name: str) -> CodeList:
        """Return a list by its id.

        Raises CodeListError where there is no such list, or it is missing or damaged.
        """
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._read(name)
            return self._loaded[name]

    def _read(self, name: str) -> CodeList:
        if name in self._manifest:
            return table.load(self._folder, name, self._manifest[name])
        if name in _CLDR:
            return _CLDR[name]()
        raise CodeListError(mark("There is no code list “{list}”."), list=name)

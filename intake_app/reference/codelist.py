"""A code list: codes, what they are called in each language, and the search in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake_app.reference.folding import fold

#: Longer input cannot name anything in a list; what is typed beyond it is ignored.
LONGEST_QUERY = 120
# Where a label lacks in the language asked for, the first of these that is there.
_FALLBACK = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code, its labels by language (BCP 47) and the other words that people use for it."""

    code: str
    labels: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parent: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    def label(self, language: str) -> str:
        """Return the label in a language, else in Dutch, English or any; without one the code."""
        for each in (language, *_FALLBACK):
            if each in self.labels:
                return self.labels[each]
        return next(iter(self.labels.values()), self.code)

    def valid(self, on: date | None) -> bool:
        """Tell whether the code may be chosen on a day; without a day every code may."""
        if on is None:
            return True
        return (self.valid_from or on) <= on <= (self.valid_until or on)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found: its code, its label to show, and the words that matched."""

    code: str
    label: str
    match: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One name of one code, folded, with the places where its words start."""

    code: str
    name: str
    folded: str

    def starts(self) -> Iterator[str]:
        """Give the folded name from each of its words on."""
        place = 0
        while True:
            yield self.folded[place:]
            place = self.folded.find(" ", place) + 1
            if place == 0:
                return


@dataclass(frozen=True)
class CodeList:
    """Entries under a system and a version; immutable, its search indexes made on first use."""

    id: str
    system: str
    version: str
    _entries: Mapping[str, Entry] = field(repr=False)
    _rows: dict[str, tuple[_Row, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, name: str, system: str, version: str, entries: Iterable[Entry]) -> "CodeList":
        """Make a list of entries; of a code that comes twice the last one counts."""
        return cls(name, system, version, MappingProxyType({each.code: each for each in entries}))

    def __len__(self) -> int:
        """Return the number of codes."""
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        """Tell whether a code is in the list."""
        return code in self._entries

    def entry(self, code: str) -> Entry | None:
        """Return the entry of a code, or None where this version of the list has none."""
        return self._entries.get(code)

    def label(self, code: str, language: str) -> str:
        """Return the label of a code in a language; of an unknown code the code itself."""
        entry = self._entries.get(code)
        return code if entry is None else entry.label(language)

    def entries(self, language: str, *, on: date | None = None) -> tuple[Entry, ...]:
        """Return the entries that are valid on a day, sorted by their label in a language."""
        valid = (each for each in self._entries.values() if each.valid(on))
        return tuple(sorted(valid, key=lambda each: (fold(each.label(language)), each.code)))

    def search(
        self,
        words: str,
        *,
        languages: Iterable[str] = (),
        limit: int = 20,
        on: date | None = None,
    ) -> tuple[Hit, ...]:
        """Find entries as one types, best first, in several languages at once.

        Without `languages` every language of the list is searched; hits are labelled in the
        first language that is given, else in Dutch. Literal matches come before those with a
        typo: one wrong, missing, extra or swapped letter from four letters on, two from six. Where
        a whole name is typed, nothing is guessed.
        """
        wanted = fold(words[:LONGEST_QUERY])
        if not wanted:
            return ()
        asked = tuple(dict.fromkeys(languages))
        rows = [row for language in asked or self.languages() for row in self._index(language)]
        best: dict[str, tuple[tuple[int, int, int, str], _Row]] = {}

        def note(row: _Row, rank: int) -> None:
            # What is named in more languages is more often meant: Arabic before Araona.
            known = len(self._entries[row.code].labels)
            place = (rank, -known, len(row.folded), row.folded)
            if row.code not in best or place < best[row.code][0]:
                best[row.code] = (place, row)

        for row in rows:
            rank = _literal(wanted, row)
            if rank is not None:
                note(row, rank)
        whole = any(place[0] == 0 for place, _ in best.values())
        if len(best) < limit and not whole:
            literal = frozenset(best)
            for row, rank in _with_typos(wanted, [r for r in rows if r.code not in literal]):
                note(row, rank)
        shown = asked[0] if asked else _FALLBACK[0]
        found = sorted(best.values(), key=lambda each: (each[0], each[1].code))
        hits = (
            Hit(row.code, self._entries[row.code].label(shown), row.name)
            for _, row in found
            if self._entries[row.code].valid(on)
        )
        return tuple(hit for hit, _ in zip(hits, range(limit), strict=False))

    def languages(self) -> tuple[str, ...]:
        """Return the languages that any entry has a label in."""
        return tuple(dict.fromkeys(each for e in self._entries.values() for each in e.labels))

    def _index(self, language: str) -> tuple[_Row, ...]:
        if language not in self._rows:
            self._rows[language] = tuple(
                _Row(entry.code, name, fold(name))
                for entry in self._entries.values()
                for name in (entry.labels.get(language), *entry.also.get(language, ()))
                if name
            )
        return self._rows[language]


def _literal(wanted: str, row: _Row) -> int | None:
    """Rank a literal match: whole, start, start of a word, anywhere, all words anywhere."""
    folded = row.folded
    if wanted == folded or (wanted == row.code.casefold() and not wanted.isalpha()):
        return 0
    if folded.startswith(wanted):
        return 1
    if f" {wanted}" in folded:
        return 2
    if wanted in folded:
        return 3
    parts = wanted.split()
    if len(parts) > 1 and all(part in folded for part in parts):
        return 4
    return None


def _with_typos(wanted: str, rows: list[_Row]) -> Iterator[tuple[_Row, int]]:
    """Give the rows of which some word starts with what is wanted but for a typo or two.

    A slip that drops or adds a letter shifts the rest: so the start is taken one letter
    shorter and one longer too.
    """
    size = len(wanted)
    allowed = 0 if size < 4 else 1 if size < 6 else 2  # noqa: PLR2004 - see `search`
    if not allowed:
        return
    places = [(start, row) for row in rows for start in row.starts()]
    for length in (size, size - 1, size + 1):
        choices = [start[:length] for start, _ in places]
        for _, distance, index in process.extract(
            wanted, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None
        ):
            yield places[index][1], 4 + int(distance)

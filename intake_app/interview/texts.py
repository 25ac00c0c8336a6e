"""The texts of a form in one language, as they were compiled."""

from collections.abc import Iterable, Iterator, Mapping

from intake_app.interview.definition import Output, TextParts

Written = str | Iterable[str | Mapping[str, str]]


class Texts(Mapping[str, TextParts]):
    """Texts by key. Most are plain, and become parts only when they are asked for."""

    def __init__(self, entries: Mapping[str, Written]) -> None:
        """Take the texts of compiled JSON; LookupError, TypeError where that is damaged."""
        self._plain = entries
        #: Texts in which something is filled in, by key.
        self.filled = {
            key: tuple(part if isinstance(part, str) else Output(part["output"]) for part in held)
            for key, held in entries.items()
            if not isinstance(held, str)
        }

    def __getitem__(self, key: str) -> TextParts:
        """Return a text."""
        held = self._plain[key]
        return (held,) if isinstance(held, str) else self.filled[key]

    def get(  # type: ignore[override]  # of the signatures of a mapping's, the one that is used
        self, key: str, default: TextParts | None = None
    ) -> TextParts | None:
        """Return a text; the default where there is none."""
        held = self._plain.get(key)
        return (held,) if isinstance(held, str) else self.filled.get(key, default)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._plain)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._plain)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a text of a key."""
        return key in self._plain

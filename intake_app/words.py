"""The program's own words in a person's language: gettext catalogues, English in the source.

`mark` marks a sentence for the extractor where it stands as data; a `Words` turns it into a
language where it is shown. Contexts: none for the screener's screens, `resident` for what a
resident reads or hears, `document` for the profile's PDF.
"""

import gettext
from dataclasses import dataclass, field
from pathlib import Path

from intake_app import paths

#: BCP 47 code of the interview's language to the name of its catalogue (Babel's names).
CATALOGUES = {"prs": "fa_AF", "kmr": "ku"}

#: Languages that are written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "prs", "ps", "ckb"})


def mark(sentence: str) -> str:
    """Return the sentence as it is; the extractor finds it by this name."""
    return sentence


def is_right_to_left(language: str) -> bool:
    """Tell whether a language, by its BCP 47 code, is written from right to left."""
    return language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT


@dataclass(frozen=True)
class Words:
    """Sentences in one language; what the catalogue lacks stays English."""

    language: str
    _catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    @classmethod
    def load(cls, language: str, root: Path | None = None, domain: str = "app") -> "Words":
        """Load the catalogue of a language; one that is not there gives English."""
        name = CATALOGUES.get(language, language)
        catalogue = gettext.translation(
            domain, localedir=root or paths.locales(), languages=[name], fallback=True
        )
        return cls(language, catalogue)

    def __call__(self, sentence: str, /, **values: object) -> str:
        """Return the sentence in this language with its `{names}` filled in."""
        said = self._catalogue.gettext(sentence) if sentence else ""
        return said.format(**values) if values else said

    def about(self, context: str, sentence: str, /, **values: object) -> str:
        """Return the sentence of a context (`resident`, `document`) in this language."""
        said = self._catalogue.pgettext(context, sentence)
        return said.format(**values) if values else said

    def plural(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return the form for a number; both sentences may use `{number}`."""
        said = self._catalogue.ngettext(one, many, number)
        return said.format(number=number, **values)

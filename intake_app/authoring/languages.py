"""Whether the headings of the sheets name each language once, and in one way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from intake_app.authoring import sheets
from intake_app.authoring.finding import Finding
from intake_app.authoring.itext import language_code
from intake_app.authoring.rows import Places

#: Columns of which there is one for each language.
WORDED: Final = (
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
    "image", "audio", "video", "big_image",
)  # fmt: skip
#: A language without a code between brackets may be a code itself: `nl`, `kmr`.
_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class _Heading:
    sheet: str
    written: str
    name: str
    language: str

    def finding(self, code: str, problem: str, language: str) -> Finding:
        return Finding(
            code=code, problem=problem, remedy=f"write {self.name}::{language}.",
            severity="warning", sheet=self.sheet, column=self.written,
        )  # fmt: skip


def findings(places: Places) -> Iterator[Finding]:
    """Yield headings of which the language is not clear."""
    headings = list(_headings(places))
    coded = _coded(headings)
    # Where all columns are in one language, it needs no name.
    example = next((one.language for one in headings if one.language), "")
    for heading in headings:
        if not heading.language:
            several = any(one.name == heading.name and one.language for one in headings)
            if several:
                problem = f"The column {heading.written} does not say in which language it is."
                yield heading.finding(
                    "no-language", problem, "Nederlands (nl), or what language it is"
                )
        elif heading.language in coded:
            better = coded[heading.language]
            problem = f"{heading.language} and {better} are two languages here."
            yield heading.finding("language-twice", problem, better)
        elif language_code(heading.language) == heading.language and not _bare(heading.language):
            problem = f"The language {heading.language} has no code between brackets."
            better = f"{heading.language} (xx), with the code of the language for xx"
            yield heading.finding("no-language-code", problem, better)
    yield from _own(places, {one.language for one in headings}, example)


def _headings(places: Places) -> Iterator[_Heading]:
    for sheet in ("survey", "choices"):
        held = places.sheets.get(sheet)
        for written in held.headings if held else ():
            name, language = sheets.plain(written)
            if name in WORDED:
                yield _Heading(sheet, written, name, language)


def _coded(headings: list[_Heading]) -> Mapping[str, str]:
    """Return the full name of each language that also stands there without its code."""
    full = {one.language for one in headings if language_code(one.language) != one.language}
    made = {one.rpartition("(")[0].strip(): one for one in full}
    return {**made, **{language_code(one): one for one in full}}


def _bare(language: str) -> bool:
    return len(language.partition("-")[0]) <= _CODE and language.islower()


def _own(places: Places, languages: set[str], example: str) -> Iterator[Finding]:
    own = next((row.cells.get("default_language", "") for row in places.settings), "")
    if own and example and own not in languages:
        yield Finding(
            code="unknown-language",
            problem=f"No column is in the form's own language, {own}.",
            remedy=f"write it as in the headings: {example}.",
            severity="warning",
            **places.setting("default_language"),
        )

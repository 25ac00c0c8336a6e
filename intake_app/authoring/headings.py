"""Whether the headings of the sheets are ones that anything reads: a slip there is silent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from intake_app.authoring import languages, sheets
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places

_MEDIA: Final = ("audio", "big_image", "image", "video")
_SURVEY: Final = (
    "appearance",
    "autoplay",
    "calculation",
    "choice_filter",
    "constraint",
    "constraint_message",
    "default",
    "guidance_hint",
    "hint",
    "label",
    "name",
    "parameters",
    "read_only",
    "relevant",
    "repeat_count",
    "required",
    "required_message",
    "trigger",
    "type",
    *_MEDIA,
)
_SETTINGS: Final = (
    "allow_choice_duplicates",
    "default_language",
    "form_id",
    "form_title",
    "instance_name",
    "namespaces",
    "style",
    "version",
)
#: Of choices only the columns that all lists have: the others are the author's own.
_CHOICES: Final = ("label", "list_name", "name", *_MEDIA)
#: The columns that are read, by sheet.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"survey": _SURVEY, "choices": _CHOICES, "settings": _SETTINGS}
)
#: Prefixes that every XForm declares.
_DECLARED: Final = frozenset({"jr", "odk", "orx", "xsd", "h", "ev", "entities"})
_ALIKE: Final = 0.8
#: A language that stands behind a heading in another way than after two colons.
_BEHIND: Final = re.compile(r"(label|hint)[\s_-]*(\(.+\)|[\s_-][a-z]{2})", re.IGNORECASE)


_COLON: Final = re.compile(r"(\w+)\s*:\s*([^:\s][^:]*)")
#: The code of a heading that makes sheets unreadable as a whole, and other findings of no use.
ONE_COLON: Final = "one-colon"


def findings(places: Places) -> Iterator[Finding]:
    """Yield headings that are hardly meant, and prefixes that the settings do not declare."""
    for sheet, known in KNOWN.items():
        for heading in places.sheets[sheet].headings if sheet in places.sheets else ():
            near = _meant(heading, known)
            if near:
                yield Finding(
                    code="unknown-heading",
                    sheet=sheet,
                    column=heading,
                    problem=f"Nothing reads a column {heading}.",
                    remedy=f"write {near}.",
                    severity="warning",
                )
    yield from _one_colon(places)
    yield from languages.findings(places)
    yield from _undeclared(places)


def _one_colon(places: Places) -> Iterator[Finding]:
    """Yield headings with one colon where others of the sheet have two, which alone are read."""
    written = (
        (sheet, heading)
        for sheet in KNOWN
        if sheet in places.sheets and "::" in " ".join(places.sheets[sheet].headings)
        for heading in places.sheets[sheet].headings
    )
    for sheet, heading in written:
        found = _COLON.fullmatch(heading.strip())
        if found and found[1].lower() in languages.WORDED:
            yield Finding(
                code=ONE_COLON,
                sheet=sheet,
                column=heading,
                problem=f"{heading} has one colon, and other headings have two: it is not read.",
                remedy=f"write {found[1]}::{found[2]}.",
            )


def _meant(heading: str, known: Sequence[str]) -> str:
    """Return what a heading that is not known may stand for; blank where it is one's own."""
    name, language = sheets.plain(heading)
    if name in known:
        return ""
    behind = _BEHIND.fullmatch(heading.strip())
    if behind:
        return f"{behind[1].lower()}::Nederlands (nl), with the language after two colons"
    # `name` is too short a word to be meant by all that is like it.
    near = get_close_matches(name, [one for one in known if one != "name"], 1, _ALIKE)
    return near[0] + (f"::{language}" if language else "") if near else ""


def _undeclared(places: Places) -> Iterator[Finding]:
    survey, settings = places.sheets.get("survey"), places.sheets.get("settings")
    said = " ".join(row.cells.get("namespaces", "") for row in settings.rows) if settings else ""
    bound = (one for one in survey.headings if one.lower().startswith("bind::")) if survey else ()
    names = (sheets.plain(heading)[0] for heading in bound)
    prefixes = dict.fromkeys(name.partition(":")[0] for name in names if ":" in name)
    for prefix in prefixes:
        if prefix not in _DECLARED and f"{prefix}=" not in said:
            yield Finding(
                code="no-namespace",
                problem=f"The columns bind::{prefix}:… need a namespace, and none is declared.",
                remedy=f'write {prefix}="urn:intake-app:xlsform" in the column namespaces of the '
                "settings; any address will do.",
                **places.setting("namespaces"),
            )

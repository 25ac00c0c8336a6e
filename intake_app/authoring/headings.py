"""Whether the headings of the sheets are ones that anything reads: a slip there is silent."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from intake_app.authoring import sheets
from intake_app.authoring.finding import Finding
from intake_app.authoring.rows import Places

_SURVEY: Final = (
    "appearance",
    "audio",
    "autoplay",
    "big_image",
    "calculation",
    "choice_filter",
    "constraint",
    "constraint_message",
    "default",
    "guidance_hint",
    "hint",
    "image",
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
    "video",
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
#: Prefixes that every XForm declares.
_DECLARED: Final = frozenset({"jr", "odk", "orx", "xsd", "h", "ev", "entities"})
_ALIKE: Final = 0.8


def findings(places: Places) -> Iterator[Finding]:
    """Yield headings that are hardly meant, and prefixes that the settings do not declare."""
    for sheet, known in (("survey", _SURVEY), ("settings", _SETTINGS)):
        for heading in places.sheets[sheet].headings if sheet in places.sheets else ():
            name, _ = sheets.plain(heading)
            near = get_close_matches(name, known, 1, _ALIKE)
            if near and name not in known:
                yield Finding(
                    code="unknown-heading",
                    sheet=sheet,
                    column=heading,
                    problem=f"Nothing reads a column {heading}.",
                    remedy=f"write {near[0]}.",
                    severity="warning",
                )
    yield from _undeclared(places)


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

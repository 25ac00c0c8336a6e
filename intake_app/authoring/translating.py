"""Whether every language says everything, with every answer filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject
from intake_app.words import CATALOGUES

_PLACE = re.compile(r"\$\{[^}]*\}")
_CHOICE = re.compile(r"choice/([^/]+)/(.+?)(#\d+)?:label")
_ASPECTS = {"constraint": "constraint message", "required": "required message"}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose text it is: of a node in a role, or of a choice of a list."""

    role: str
    path: str = ""
    list_name: str = ""
    choice: str = ""

    def fields(self, subject: Subject, code: str) -> dict[str, Any]:
        """Return the fields of a finding about the text in a language."""
        heading = subject.heading(code)
        beside = heading if in_columns(subject, code) else ""
        if self.list_name:
            place = subject.places.choice(self.list_name, self.choice, "label", beside)
        else:
            aspect = _ASPECTS.get(self.role, self.role)
            place = subject.places.node(self.path, aspect, beside)
        if heading and not beside:
            place["column"] = f"{self.role.replace('choice', 'label')} (catalogue {code})"
        return place


def owners(subject: Subject) -> Mapping[str, Owner]:
    """Return whose text each key is."""
    made = {
        key: Owner(role, spot.path)
        for spot in subject.spots
        for role, key in spot.definition.texts.items()
    }
    keys = {key for texts in subject.form.texts.values() for key in texts}
    for key in keys - made.keys():
        found = _CHOICE.fullmatch(key)
        if found:
            made[key] = Owner("choice", list_name=found.group(1), choice=found.group(2))
    return made


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield what a language lacks, and the answers that a translation does not fill in."""
    form = subject.form
    known = owners(subject)
    keys = [key for key in _in_order(subject) if key in known]
    for language in form.languages:
        code, texts = language.code, form.texts.get(language.code, {})
        if keys and not any(key in texts for key in keys):
            yield Finding(
                code="no-translation",
                problem=f"Nothing is said in {language.name}.",
                remedy=f"translate the form{_where(subject, code)}, or leave the language out.",
                severity="warning",
                **subject.places.setting("default_language"),
            )
            continue
        for key in keys:
            place = known[key].fields(subject, code)
            if key not in texts:
                yield Finding(
                    code="no-translation",
                    problem=f"This is not said in {language.name}.",
                    remedy=f"translate it{_where(subject, code)}.",
                    severity="warning",
                    **place,
                )
            elif code != form.default_language:
                yield from _lost(subject, key, code, place)


def _lost(subject: Subject, key: str, code: str, place: dict[str, Any]) -> Iterator[Finding]:
    own = set(_PLACE.findall(subject.default_text(key)))
    lost = sorted(own - set(_PLACE.findall(subject.said(key, code))))
    if lost:
        yield Finding(
            code="lost-placeholder",
            problem=f"This translation lacks {', '.join(lost)}, which the text fills in.",
            remedy="put it where the sentence needs it.",
            severity="warning",
            **place,
        )


def _where(subject: Subject, code: str) -> str:
    return "" if in_columns(subject, code) else f" in locales/{CATALOGUES.get(code, code)}"


def _in_order(subject: Subject) -> list[str]:
    """Return the keys of all texts, those of the form's own language first."""
    texts = subject.form.texts
    own = texts.get(subject.form.default_language, {})
    others = (key for code in texts for key in texts[code])
    return list(dict.fromkeys([*own, *others]))


def in_columns(subject: Subject, code: str) -> bool:
    """Tell whether a language has columns in the sheets; else it comes from a catalogue."""
    name = subject.heading(code)
    headings = [one for sheet in subject.places.sheets.values() for one in sheet.headings]
    return not headings or any(one.endswith(f":{name}") for one in headings)

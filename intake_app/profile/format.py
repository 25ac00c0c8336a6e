"""What a profile is, and how it is written down for machines.

The format is described by `assets/profile/profile.schema.json`. Nothing in it is weighed, scored
or ranked: fields stand in the order of the questionnaire.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

#: The name and version of the format.
FORMAT = "intake-profile"
FORMAT_VERSION = 1

_Json = str | bool | int | list["_Json"] | dict[str, "_Json"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the conversation beside its answers.

    `created` is the moment of the profile, aware; `confirmed` the resident's answer to the
    summary (`yes`, `corrected`, `disagree`, or blank when it was not asked) and `disputed` the
    sections that they disagree with; `interpreter` how there was one, blank when not known;
    `audit_head` the head of the device's audit log.
    """

    record_id: str
    vault_id: str
    organisation: str
    location: str
    screener_role: str
    created: datetime
    confirmed: str
    audit_head: str
    show_housing_adaptation: bool = False
    disputed: tuple[str, ...] = ()
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code, in which system and version, and its Dutch label as it was shown."""

    code: str
    system: str
    version: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One answer, or the resident's choice not to give one, and where it comes from.

    `status` is answered, uncoded (there are own words, and no code yet), declined or unknown;
    `group` the heading under the section, with its
    number in a repeat; `display` the answer in Dutch; `own_words` what the person said, in
    `own_words_language` where it is known; `calendar` in which a date was told.
    """

    item: str
    path: str
    section: str
    group: str
    label: str
    kind: str
    value: str = field(repr=False)
    display: str = field(repr=False)
    status: str
    codes: tuple[Code, ...] = field(repr=False)
    own_words: str = field(repr=False)
    own_words_language: str
    calendar: str
    asked_at: str
    asked_by: str
    language: str
    interpreter: str
    provenance: str
    evidence: str
    confirmed: bool
    sensitivity: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the conversation, with its title in Dutch."""

    name: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What one recipient gets."""

    recipient: str
    v_number: str = field(repr=False)
    form_id: str
    form_version: str
    form_hash: str
    context: Context
    sections: tuple[Section, ...]

    def fields(self) -> tuple[Field, ...]:
        """Return all fields in the order of the questionnaire."""
        return tuple(each for section in self.sections for each in section.fields)

    def to_json(self) -> bytes:
        """Return the profile under its JSON Schema, canonical: the same profile, the same bytes.

        UTF-8, keys sorted, no spaces, no numbers but the version of the format: what RFC 8785
        makes of it too. What is blank is left out.
        """
        told = _without_blanks(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "recipient": self.recipient,
                "v_number": self.v_number,
                "created": self.context.created.isoformat(timespec="seconds"),
                "confirmation": self.context.confirmed,
                "form": {
                    "id": self.form_id,
                    "version": self.form_version,
                    "hash": self.form_hash,
                },
                "origin": {
                    "organisation": self.context.organisation,
                    "location": self.context.location,
                    "record": self.context.record_id,
                    "vault": self.context.vault_id,
                    "audit_head": self.context.audit_head,
                },
                "sections": [_section_json(section) for section in self.sections],
            }
        )
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        # Half a surrogate pair that somebody pasted is no text that could be sent.
        return text.encode("utf-8", "replace")


def _section_json(section: Section) -> dict[str, _Json]:
    return {
        "name": section.name,
        "title": section.title,
        "fields": [_field_json(each) for each in section.fields],
    }


def _field_json(each: Field) -> dict[str, _Json]:
    return {
        "item": each.item,
        "path": each.path,
        "group": each.group,
        "label": each.label,
        "type": each.kind,
        "status": each.status,
        "value": each.value,
        "display": each.display,
        "calendar": each.calendar,
        "codes": [asdict(code) for code in each.codes],
        "own_words": {"text": each.own_words, "language": each.own_words_language}
        if each.own_words
        else {},
        "asked": {
            "at": each.asked_at,
            "by": each.asked_by,
            "language": each.language,
            "interpreter": each.interpreter,
        },
        "provenance": each.provenance,
        "evidence": each.evidence,
        "confirmed": each.confirmed,
        "sensitivity": each.sensitivity,
    }


def _without_blanks(told: _Json) -> _Json:
    """Leave out what is blank, at every depth; false is not blank."""
    if isinstance(told, dict):
        kept = {key: _without_blanks(value) for key, value in told.items()}
        return {key: value for key, value in kept.items() if value not in ("", [], {})}
    if isinstance(told, list):
        return [_without_blanks(each) for each in told]
    return told

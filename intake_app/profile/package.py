"""What a delivery needs, and nothing else: one profile as it goes to one recipient.

A package is sealed as it is into the outbox when an interview is finalised, so it explains
itself: whoever delivers it opens neither the interview nor the questionnaire again.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, Self

from intake_app.errors import ProfileError
from intake_app.words import mark

#: The longest `identificatie` of a case or a document (ZGW Zaken 1.5, Documenten 1.4).
IDENTIFIER_LENGTH: Final = 40

#: The properties of a case (ZGW *zaakeigenschap*), name to definition; a name has at most 20
#: characters. A case worker finds and judges a case by them without opening the profile, so they
#: hold no more than that asks. The first four every package has of itself.
PROPERTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "opgemaakt": "Datum waarop het profiel is opgemaakt",
        "vragenlijst": "Vragenlijst en versie waarmee het gesprek is gevoerd",
        "profiel_sha256": "SHA-256 van het machineleesbare profiel in het document",
        "auditkop": "Kop van het auditlogboek van het apparaat bij het opmaken",
        "gespreksdatum": "Datum van het gesprek",
        "opvanglocatie": "Opvanglocatie waar het gesprek is gevoerd",
        "bevestiging": "Of de bewoner de samenvatting bevestigde: ja, verbeterd of niet akkoord",
        "gezinsgrootte": "Aantal personen dat samen gaat wonen",
    }
)


@dataclass(frozen=True, slots=True)
class Package:
    """One profile for one recipient, ready to be delivered.

    `identifier` is the keyed hash of record and recipient that names the case and the document
    at the recipient; `created` the ISO moment of rendering; `properties` what it has beside the
    properties that every package has of itself. Raises ProfileError where a value cannot be meant.
    """

    identifier: str
    record_id: str
    recipient: str
    v_number: str = field(repr=False)
    title: str = field(repr=False)
    created: str
    form_id: str
    form_version: str
    profile: bytes = field(repr=False)
    pdf: bytes = field(repr=False)
    properties: tuple[tuple[str, str], ...] = field(repr=False)
    audit_head: str

    def __post_init__(self) -> None:
        """Refuse what no case system could hold."""
        names = [name for name, _ in self.case_properties]
        if len(set(names)) < len(names) or not set(names) <= set(PROPERTIES):
            raise ProfileError(
                mark("The profile has a property that a case does not know. Update the app.")
            )
        if not 0 < len(self.identifier) <= IDENTIFIER_LENGTH:
            raise ProfileError(mark("The profile's identifier cannot be used. Update the app."))

    @property
    def profile_sha256(self) -> str:
        """Return the SHA-256 of the machine-readable profile, in hexadecimal."""
        return hashlib.sha256(self.profile).hexdigest()

    @property
    def pdf_sha256(self) -> str:
        """Return the SHA-256 of the document, in hexadecimal."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def case_properties(self) -> tuple[tuple[str, str], ...]:
        """Return every property of the case, name and value, those without a value left out."""
        own = (
            ("opgemaakt", self.created[:10]),
            ("vragenlijst", f"{self.form_id} {self.form_version}"),
            ("profiel_sha256", self.profile_sha256),
            ("auditkop", self.audit_head),
        )
        return tuple((name, value) for name, value in (*own, *self.properties) if value)

    def to_bytes(self) -> bytes:
        """Return the package as JSON, its bytes in base64."""
        content = asdict(self)
        content["profile"] = base64.b64encode(self.profile).decode("ascii")
        content["pdf"] = base64.b64encode(self.pdf).decode("ascii")
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a package that `to_bytes` made; raises ProfileError where it is something else."""
        try:
            content: dict[str, Any] = json.loads(data)
            content["profile"] = base64.b64decode(content["profile"], validate=True)
            content["pdf"] = base64.b64decode(content["pdf"], validate=True)
            content["properties"] = tuple((name, value) for name, value in content["properties"])
            return cls(**content)
        except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
            raise ProfileError(
                mark("A profile in the outbox cannot be read. Call your administrator.")
            ) from None

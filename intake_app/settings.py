"""The settings of an organisation's device, kept sealed in the vault."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Self

from intake_app.errors import ConfigurationError
from intake_app.words import mark

#: The organisation's own case system, which receives the placement profile the same day.
ORGANISATION = "organisation"
#: The municipality's case system, known by its CBS code once the placement is known.
MUNICIPALITY = "municipality"


#: The least and the most days of each term, about twice the proposal at most.
TERMS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "draft_days": (2, 28),
        "finalised_days": (7, 56),
        "stopped_days": (1, 28),
        "receipt_days": (28, 730),
    }
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a device keeps what; days. The defaults are those of the controllers' proposal.

    Raises ConfigurationError outside `TERMS`: a slip of the finger neither erases tomorrow what
    was asked today nor keeps it for ever.
    """

    draft_days: int = 14
    finalised_days: int = 28
    stopped_days: int = 7
    receipt_days: int = 365

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, (least, most) in TERMS.items():
            days = getattr(self, name)
            if isinstance(days, bool) or not isinstance(days, int) or not least <= days <= most:
                raise ConfigurationError(
                    mark("The term {term} is {least} to {most} days."),
                    term=name,
                    least=least,
                    most=most,
                )

    def ends(self, what: str, since: datetime, updated: datetime) -> datetime:
        """Return when the term ends of a record in a state, or of a `delivery` or an `erasure`.

        A draft's term begins with its last answer, anything else's when it became what it is.
        """
        days = {
            "draft": self.draft_days,
            "stopped": self.stopped_days,
            "delivery": self.receipt_days,
            "erasure": self.receipt_days,
        }
        begun = updated if what == "draft" else since
        return begun + timedelta(days=days.get(what, self.finalised_days))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator sets. `endpoints` holds secrets: it never shows in a repr."""

    organisation: str = ""
    location: str = ""
    ui_language: str = "nl"
    idle_lock_minutes: int = 10
    owed: tuple[str, ...] = (ORGANISATION, MUNICIPALITY)
    show_housing_adaptation: bool = False
    retention: Retention = field(default_factory=Retention)
    endpoints: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """Read settings as the vault keeps them; what is unknown there is passed over.

        Raises ConfigurationError where a value cannot be meant.
        """
        values = _known(cls, stored)
        try:
            if "retention" in values:
                values["retention"] = Retention(**_known(Retention, values["retention"]))
            if "owed" in values:
                values["owed"] = tuple(values["owed"])
            settings = cls(**values)
            settings.check()
        except (TypeError, AttributeError):
            raise ConfigurationError(
                mark("The settings on this device cannot be read. Call your administrator.")
            ) from None
        return settings

    def check(self) -> None:
        """Raise ConfigurationError where a value cannot be meant."""
        if not 1 <= self.idle_lock_minutes <= 60:  # noqa: PLR2004 - an hour is where a lock stops being one
            raise ConfigurationError(mark("The idle time before locking is 1 to 60 minutes."))
        once = set(self.owed)
        if len(once) < len(self.owed) or not once <= {ORGANISATION, MUNICIPALITY}:
            raise ConfigurationError(
                mark("The settings name a recipient that this app does not know.")
            )

    def to_json(self) -> dict[str, Any]:
        """Return what the vault keeps."""
        return asdict(self)

    def with_endpoint(self, name: str, endpoint: Mapping[str, str]) -> Self:
        """Return settings that know one endpoint more."""
        return replace(self, endpoints={**self.endpoints, name: dict(endpoint)})


def _known(kind: type[Settings | Retention], stored: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name for each in fields(kind)}
    return {name: value for name, value in stored.items() if name in known}

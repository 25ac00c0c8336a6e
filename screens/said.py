"""How the states and the names of deliveries are said."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

from intake_app.settings import MUNICIPALITY, ORGANISATION
from intake_app.vault import Role
from screens.widgets.choices import Option, OptionList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake_app.interview.upgrade import Upgrade
    from intake_app.vault import OutboxRow
    from intake_app.words import Words
    from screens.session import Session


def recipient_name(session: "Session", recipient: str) -> str:
    """Return who gets a profile: our own organisation, a municipality, or one not known yet."""
    words = session.words
    if recipient == ORGANISATION:
        return words("Own organisation (placement)")
    if recipient == MUNICIPALITY:
        return words("Municipality (not known yet)")
    name = session.services.library["municipalities"].label(recipient, words.language)
    return words("Municipality of {name}", name=name)


def role_said(words: "Words", role: Role) -> str:
    """Return what a role is, and what it may."""
    return {
        "screener": words("Screener: holds interviews"),
        "placement": words("Placement officer: reads health answers and places residents"),
        "administrator": words("Administrator: people and settings, and no interviews"),
    }[role]


def roles_said(words: "Words", roles: "Iterable[Role]") -> str:
    """Return the roles of a person, and what they may."""
    return ". ".join(role_said(words, role) for role in roles)


def role_options(words: "Words") -> tuple[Option, ...]:
    """Return the roles to choose from."""
    return tuple(Option(role, (role_said(words, role),)) for role in get_args(Role))


def roles_of(options: OptionList) -> "tuple[Role, ...]":
    """Return the roles that are chosen among `role_options`."""
    return tuple(role for role in get_args(Role) if role in options.value.split())


def record_state(words: "Words", state: str) -> str:
    """Return how far a record is."""
    return {
        "draft": words("In progress"),
        "finalised": words("Waits for placement"),
        "placed": words("Placed"),
        "stopped": words("Stopped"),
        "handed": words("Offered to a colleague"),
    }.get(state, state)


def row_state(words: "Words", row: "OutboxRow") -> str:
    """Return what a row of the outbox waits for."""
    if row.state == "no_endpoint" and row.recipient == ORGANISATION:
        return words("your own organisation is not connected yet")
    return {
        "waiting_placement": words("waits for the placement"),
        "no_endpoint": words("this municipality is not connected yet"),
        "ready": words("ready to be delivered"),
        "sending": words("was being delivered; goes on where it was"),
        "retry": words("will be tried again"),
        "refused": words("refused: needs a person"),
    }.get(row.state, row.state)


def upgrade_said(words: "Words", made: "Upgrade") -> str:
    """Return what the move to another questionnaire meant for the answers."""
    converted, apart = made.count("converted"), made.count("orphaned")
    said = [
        words(
            "This interview was begun with an earlier questionnaire. Answers that were taken "
            "over: {number}.",
            number=made.count("kept", "converted", "renamed"),
        )
    ]
    if converted:
        said.append(words("Answers of another kind now, to look at: {number}.", number=converted))
    if apart:
        said.append(words("Answers that are kept apart: {number}. See the overview.", number=apart))
    return " ".join(said)


def waits_until(row: "OutboxRow", now: datetime) -> datetime | None:
    """Return until when a row waits that was tried; None where the next delivery takes it."""
    told = row.journal.get("not_before")
    if row.state != "retry" or not told:
        return None
    until = datetime.fromisoformat(told)
    # As a delivery sees it: what waits for longer than a day comes of a clock that was set back.
    return until if now < until <= now + timedelta(days=1) else None


def reason(words: "Words", journal: Mapping[str, Any]) -> str:
    """Return why the last attempt failed, in the screener's language."""
    told = journal.get("reason")
    if not isinstance(told, Mapping):
        return ""
    return words(str(told["sentence"]), **told.get("values", {}))


def stage_said(words: "Words", stage: str) -> str:
    """Return what a delivery is doing."""
    return {
        "case type": words("looking at the case system"),
        "zaak": words("opening the case"),
        "rol": words("naming the resident by V-number"),
        "eigenschappen": words("writing the properties"),
        "document": words("sending the profile"),
        "link": words("adding the profile to the case"),
        "status": words("setting the status"),
        "read back": words("reading back and comparing"),
        "delivered": words("delivered"),
        "retry": words("will be tried again"),
        "refused": words("refused"),
        "no_endpoint": words("not connected yet"),
    }.get(stage, stage)

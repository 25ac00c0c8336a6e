"""How the states and the names of deliveries are said."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from intake_app.settings import MUNICIPALITY, ORGANISATION

if TYPE_CHECKING:
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


def row_state(words: "Words", state: str) -> str:
    """Return what a row of the outbox waits for."""
    return {
        "waiting_placement": words("waits for the placement"),
        "no_endpoint": words("this municipality is not connected yet"),
        "ready": words("ready to be delivered"),
        "sending": words("was being delivered; goes on where it was"),
        "retry": words("will be tried again"),
        "refused": words("refused: needs a person"),
    }.get(state, state)


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

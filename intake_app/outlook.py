"""What a version of the questionnaire means for a draft, before anything is done.

It names questions and reasons, never what was told. A section in which health or safety is
asked is named as a whole, as in the log: that a follow-up question was asked tells the answer
before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake_app import compartments, earlier
from intake_app.draft import DRAFT, Desk
from intake_app.errors import FormError, IntakeError, InterviewError, VaultDamaged
from intake_app.interview import upgrade
from intake_app.interview.form import Form
from intake_app.interview.session import Interview
from intake_app.interview.upgrade import Move

if TYPE_CHECKING:
    from intake_app.vault import Record


@dataclass(frozen=True, slots=True)
class Outlook:
    """One draft: what would become of each answer, by question.

    `whole` is False where its health answers are sealed away from this user: then these are not
    counted, and only who holds the draft, or the placement officer, can move it. `trouble` is a
    sentence where it cannot be moved at all.
    """

    record_id: str
    version: str
    moves: tuple[Move, ...]
    whole: bool
    trouble: str = ""


def outlooks(desk: Desk, form: Form) -> Iterator[Outlook]:
    """Go through the drafts of other versions than a form's; raises what the vault raises."""
    # An earlier version is loaded once, however many drafts there are of it.
    forms: dict[str, Form | None] = {desk.form.hash: desk.form, form.hash: form}
    for listed in desk.vault.records():
        if listed.state != DRAFT:
            continue
        try:
            record = desk.vault.open_record(listed.id)
        except VaultDamaged as error:
            yield Outlook(listed.id, listed.form_version, (), whole=False, trouble=error.sentence)
            continue
        known = str(record.body["interview"].get("hash"))
        if known not in forms:
            forms[known] = earlier.load(known)
        if known != form.hash:
            yield _outlook(desk, record, form, forms[known])


def _outlook(desk: Desk, record: "Record", form: Form, before: Form | None) -> Outlook:
    """Return what a form means for one draft of another version."""
    state, whole = compartments.join(record), record.health is not None
    apart = compartments.apart(record)
    try:
        made = upgrade.plan(state, form, before, apart=apart)
        # What cannot be gone on with cannot be moved either.
        Interview(form, clock=desk.clock, state=made.state)
    except (FormError, InterviewError) as error:
        return Outlook(record.id, record.form_version, (), whole, _said(error, form))
    # Without the form before, where an answer lay tells what it was about.
    sections = frozenset() if before else frozenset(map(compartments.section, apart))
    moves = tuple(_named(move, form, before or form, sections) for move in made.moves)
    return Outlook(record.id, record.form_version, moves, whole)


def _named(move: Move, form: Form, before: Form, sections: frozenset[str]) -> Move:
    def named(path: str) -> str:
        if compartments.section(path) in sections:
            return compartments.section(path)
        for each in (form, before):
            path = compartments.logged(each, path)
        return path

    return replace(move, before=named(move.before), after=named(move.after))


def _said(error: IntakeError, form: Form) -> str:
    """Return a sentence with its values; questions are named in it as in the log."""
    values = {
        name: compartments.logged(form, held) if isinstance(held, str) else held
        for name, held in error.values.items()
    }
    return error.sentence.format(**values)

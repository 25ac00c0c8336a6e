"""What a version of the questionnaire means for a draft, before anything is done.

It names questions and reasons, never what was told. A section in which health or safety is
asked is named as a whole, as in the log: that a follow-up question was asked tells the answer
before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake_app import compartments, earlier
from intake_app.draft import DRAFT, Desk
from intake_app.errors import FormError, InterviewError
from intake_app.interview import upgrade
from intake_app.interview.form import Form
from intake_app.interview.upgrade import Move


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
    for listed in desk.vault.records():
        if listed.state != DRAFT:
            continue
        record = desk.vault.open_record(listed.id)
        state, whole = compartments.join(record), record.health is not None
        known = str(state.get("hash"))
        if known == form.hash:
            continue
        before = desk.form if known == desk.form.hash else earlier.load(known)
        try:
            made = upgrade.plan(state, form, before)
        except (FormError, InterviewError) as error:
            yield Outlook(record.id, record.form_version, (), whole, error.sentence)
            continue
        moves = tuple(_named(move, form, before) for move in made.moves)
        yield Outlook(record.id, record.form_version, moves, whole)


def _named(move: Move, form: Form, before: Form | None) -> Move:
    was, now = move.before, move.after
    for each in (form, before or form):
        was, now = compartments.logged(each, was), compartments.logged(each, now)
    return replace(move, before=was, after=now)

"""What happens to the answers of drafts when their question changes, by the rules of upgrading.

The rules themselves are those of `intake_app/interview/carrying.py`: they are tried on answers
that the older question could have been given.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from intake_app.interview.carrying import Passage, offer
from intake_app.interview.definition import Question
from intake_app.interview.form import Form

#: Answers of each type; of a text, one that is a word and ones that are something else as well.
_ANSWERS: Final = {
    "string": ("woorden", "5", "2026-11-23", "1994", "09:30", "2.5", "true"),
    "int": ("5",),
    "decimal": ("5", "2.5"),
    "date": ("2026-11-23",),
    "dateTime": ("2026-11-23T09:30:00.000+01:00",),
    "time": ("09:30:00.000+01:00",),
    "boolean": ("true",),
    "partial-date": ("1994", "1994-05-12"),
    "code": ("5",),
    "geopoint": ("52.4 4.9 0 0",),
    "acknowledge": ("OK",),
}
_MOST: Final = 200

KEPT: Final = "answers are kept"
RELABELLED: Final = (
    "answers keep the choice, so it should still mean the same; where its words are those of "
    "another choice now, they are set apart"
)
APART: Final = "answers are set apart: kept with the draft and shown, never delivered"


def outcome(older: Form, source: Question, newer: Form, target: Question) -> str:
    """Say what becomes of answers to a question; blank where they all stay as they are."""
    if not source.asked:
        return ""
    passage = Passage(target, newer, source, older, source.sensitivity)
    kinds = set()
    for value in {*_answers(older, source), *_named(newer, source, target)}:
        carried = passage.carry({"value": value, "at": "2026-11-23T09:30:00+00:00", "by": ""})
        kinds.add("orphaned" if carried.rest else carried.kind)
    if kinds <= {"kept"}:
        return ""
    if kinds == {"orphaned"}:
        return APART
    if "orphaned" in kinds:
        return "answers that fit are kept; the others are set apart, never delivered"
    return "answers are turned into the new kind"


def _answers(form: Form, question: Question) -> Iterator[str]:
    offered = offer(form, question) if question.itemset else None
    if offered is None:
        yield from _ANSWERS.get(question.type, ("woorden",))
        return
    names = list(islice(offered, _MOST))
    yield from names
    if question.kind != "select_one":
        yield " ".join(names[:2])


def _named(form: Form, source: Question, target: Question) -> Iterator[str]:
    """Yield words that are choices of the newer question."""
    if source.itemset is None and source.type == "string":
        yield from islice(offer(form, target) or {}, _MOST)

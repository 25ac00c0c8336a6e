"""`Node`: a question as it stands, for a screen to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake_app.interview import answers
from intake_app.interview.definition import Question
from intake_app.interview.instance import Item
from intake_app.interview.world import Surroundings


@dataclass(frozen=True, slots=True)
class Node:
    """A question as it stands now.

    `reason` says why it is not `valid`: a sentence of ours where the answer is not of its type
    (English, to be translated), or the form's own message in the language of the interview;
    blank where the form has none.
    """

    path: str
    question: Question
    relevant: bool
    required: bool
    readonly: bool
    value: str = field(repr=False)
    valid: bool
    reason: str = field(repr=False)
    aside: str = field(repr=False)
    beside: Mapping[str, str] = field(repr=False)
    at: str
    by: str


def node_of(item: Item, question: Question, path: str, world: Surroundings) -> Node:
    """Return a question as it stands."""
    return Node(
        path=path,
        question=question,
        relevant=item.relevant,
        required=item.required and item.relevant,
        readonly=item.locked(),
        value=item.text,
        valid=item.valid,
        reason="" if item.valid else reason(item, question, world),
        aside=item.aside if item.relevant else "",
        beside=item.beside,
        at=item.at,
        by=item.by,
    )


def reason(item: Item, question: Question, world: Surroundings) -> str:
    """Return why an answer is not valid: not of its type, or what the form says about it."""
    if not answers.valid(item.text, question.type):
        return answers.fault(item.text, question.type)
    key = question.texts.get("constraint")
    return "" if key is None else world.itext(key, item)

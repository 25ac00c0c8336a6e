"""`form replay`: a questionnaire without a screen, from a script of actions.

A script is JSON Lines, one action a line: `{"set": PATH, "value": TEXT}`, `{"add_repeat": PATH}`,
`{"remove_repeat": PATH}`, `{"language": NAME OR CODE}`, `{"today": DATE}`. There is a line out
before the first action and one after each: `{"step": n, "nodes": {PATH: {...}}}`, or, where the
action cannot be done, `{"step": n, "error": SENTENCE}` and all stays as it was.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from intake_app.clock import FixedClock
from intake_app.errors import IntakeError, InterviewError
from intake_app.interview import Form, Interview
from intake_app.interview.successors import bare
from intake_app.words import mark

_SELECTS = frozenset({"select_one", "select_multiple", "rank"})


def replay(
    form: Form, script: Iterable[str], *, today: date, seed: int = 0
) -> Iterator[dict[str, Any]]:
    """Play a script and yield a line before it and after each of its actions.

    A line with `error` in it means that the exit code is 1: the action could not be done, and
    the interview stayed as it was. Blank lines are passed over.
    """
    clock = FixedClock(_noon(today))
    # A seed makes runs the same; nothing here is secret.
    interview = Interview(form, clock=clock, random=random.Random(seed))  # noqa: S311
    yield {"step": 0, "nodes": snapshot(interview)}
    lines = (line for line in script if line.strip())
    for step, line in enumerate(lines, 1):
        try:
            _act(interview, clock, _action(line))
        except IntakeError as error:
            yield {"step": step, "error": str(error)}
        else:
            yield {"step": step, "nodes": snapshot(interview)}


def snapshot(interview: Interview) -> dict[str, dict[str, Any]]:
    """Return all questions as they stand: leaves in form order, `meta` left out."""
    nodes = {}
    for node in interview.nodes():
        shown: dict[str, Any] = {
            "relevant": node.relevant,
            "required": node.required,
            "readonly": node.readonly,
            "value": node.value,
            "valid": node.valid,
            "label": interview.text(node.path),
        }
        if node.question.kind in _SELECTS:
            shown["choices"] = [choice.name for choice in interview.choices(node.path)]
        nodes[node.path] = shown
    return nodes


def still_open(form: Form, nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the paths of what keeps an interview from being complete, by its last snapshot."""
    return [path for path, node in nodes.items() if _is_open(form, path, node)]


def _is_open(form: Form, path: str, node: Mapping[str, Any]) -> bool:
    if not node["relevant"] or not node["valid"]:
        return bool(node["relevant"])
    waits = node["required"] and not node["value"] and not node["readonly"]
    return bool(waits) and form.questions[bare(path)].asked


def _action(line: str) -> object:
    try:
        action: object = json.loads(line)
        # Half of a surrogate pair is no text, though JSON can spell it.
        json.dumps(action, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InterviewError(mark("This line of the script is not JSON.")) from error
    return action


def _act(interview: Interview, clock: FixedClock, action: object) -> None:
    match action:
        case {"set": str(path), "value": str(value), **rest} if not rest:
            interview.answer(path, value)
        case {"set": str(path), "value": _}:
            raise InterviewError(
                mark("The value for {path} must be text, in quotation marks."), path=path
            )
        case {"add_repeat": str(path), **rest} if not rest:
            interview.add_repeat(path)
        case {"remove_repeat": str(path), **rest} if not rest:
            interview.remove_repeat(path)
        case {"language": str(language), **rest} if not rest:
            interview.set_language(language)
        case {"today": str(day), **rest} if not rest:
            try:
                clock.moment = _noon(date.fromisoformat(day))
            except ValueError as error:
                raise InterviewError(mark("{day} is no date."), day=day) from error
            interview.catch_up()
        case _:
            raise InterviewError(mark("There is no such action."))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

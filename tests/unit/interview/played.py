"""Random actions on an interview over a random form, and all that a person sees of it."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Change, Form, Interview, Node
from tests.unit.interview.generated import ANSWERS

Action = tuple[str, int]
Snapshot = dict[str, tuple[object, ...]]

#: As often as people do it.
_KINDS = {
    "answer": 10, "aside": 1, "clear": 1, "add": 2, "remove": 2,
    "undo": 1, "language": 1, "tomorrow": 1,
}  # fmt: skip


class Steady(Random):
    """A chance that is always the same, so that what is done again gives the same again."""

    def random(self) -> float:
        """Return a half."""
        return 0.5


@st.composite
def actions(draw: st.DrawFn, *, without: Iterable[str] = ()) -> list[Action]:
    """Return what somebody does, each with a number that says where and with what."""
    chance = Random(draw(st.binary(min_size=8, max_size=8)))  # noqa: S311 (a test's chance is no secret)
    often = {kind: times for kind, times in _KINDS.items() if kind not in without}
    kinds = chance.choices([*often], [*often.values()], k=chance.randint(10, 30))
    return [(kind, chance.randrange(10**6)) for kind in kinds]


def begin(form: Form, state: Mapping[str, Any] | None = None, days: int = 0) -> Interview:
    """Begin an interview, or go on with its state, some days later."""
    clock = FixedClock()
    clock.move(days=days)
    try:
        return Interview(form, clock=clock, random=Steady(), state=state, actor="screener")
    except InterviewError:
        # Some forms ask for too many rows as soon as they are opened.
        assume(state is not None)
        raise


def act(interview: Interview, action: str, at: int) -> Change | None:
    """Do something, and return what it changed; None where it was refused."""
    node = _target(interview, at)
    repeats = [step.path for step in interview.steps() if step.kind == "repeat"]
    if node is None:
        return None
    repeat = repeats[at % len(repeats)] if repeats else "/data/none"
    row = f"{repeat}[{at // 97 % (interview.count(repeat) + 1 if repeats else 1) + 1}]"
    offered = [choice.name for choice in interview.choices(node.path)]
    told = [*ANSWERS.get(node.question.type, ["x", "kok", ""]), *offered, " ".join(offered)]
    value, beside = told[at // 97 % len(told)], {"words": "kok"} if at % 7 == 0 else {}
    does: Mapping[str, Callable[[], Change]] = {
        "answer": lambda: interview.answer(node.path, value, beside=beside),
        "aside": lambda: interview.set_aside(node.path, "unknown"),
        "clear": lambda: interview.clear(node.path),
        "add": lambda: interview.add_repeat(repeat),
        "remove": lambda: interview.remove_repeat(row),
        "undo": interview.undo,
        "language": lambda: interview.set_language(("nl", "ar")[at % 2]),
        "tomorrow": lambda: later(interview, days=1),
    }
    item = interview._places.item(node.path)
    try:
        change = does[action]()
    except InterviewError:
        return None
    # What is calculated may be calculated again at once, and is nobody's word then.
    if action in {"answer", "aside", "clear"} and not node.question.bind.calculate:
        words, by_it = (value, beside) if action == "answer" else ("", {})
        aside = "unknown" if action == "aside" else ""
        said = bool(words or by_it or aside)
        assert (item.beside, item.aside, bool(item.at)) == (by_it, aside, said)
    return change


def later(interview: Interview, **by: int) -> Change:
    """Let time pass."""
    assert isinstance(interview._clock, FixedClock)
    interview._clock.move(**by)
    return interview.catch_up()


def _target(interview: Interview, at: int) -> Node | None:
    """Return a question: mostly one that takes an answer now, and that something hangs on."""
    asked = [node for node in interview.nodes() if node.question.asked]
    free = [node for node in asked if node.relevant and not node.readonly]
    program = interview.form.program
    read = [node for node in free if program.by_path[node.question.path].number in program.readers]
    pools = [pool for pool in (read, read, free, asked) if pool]
    pool = pools[at // 13 % len(pools)] if pools else []
    return pool[at % len(pool)] if pool else None


def seen(interview: Interview) -> Snapshot:
    """Return all that a person may see of each question."""
    return {
        node.path: (
            (node.value, node.relevant, node.required, node.readonly, node.valid, node.aside),
            dict(node.beside),
            [
                interview.text(node.path, role, language)
                for role in node.question.texts
                for language in ("nl", "ar")
            ],
            interview.choices(node.path),
        )
        for node in interview.nodes()
    }


def way(interview: Interview) -> tuple[object, ...]:
    """Return the way through an interview, and how far it is."""
    return (
        interview.steps(),
        interview.problems(),
        interview.progress(),
        interview.sections(),
        [(node.path, node.at, node.by, node.reason) for node in interview.nodes()],
    )

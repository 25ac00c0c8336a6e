"""What an interview ought to hold, computed anew item by item and as plainly as can be.

The engine computes only what an action touches. Here nothing is remembered: each expression is
evaluated where it stands, and relevance, validity and what others see follow as the
specification says. What is wrong is told by its path.
"""

from collections.abc import Iterator

from intake_app.interview import Interview, Node, answers, values
from intake_app.interview.instance import Item, planted
from intake_app.interview.navigation import Problem
from intake_app.interview.offer import Offers


def stale(interview: Interview) -> list[str]:
    """Return what is not as it is when it is computed anew."""
    root = interview._model.root
    found = [f"{item.path} {what}" for item in root.subtree() for what in _wrong(interview, item)]
    if interview._model.total != planted(root):
        found.append("how many rows there are")
    return [*found, *_lost_on_the_way(interview)]


def _wrong(interview: Interview, item: Item) -> Iterator[str]:
    relevant = _truth(interview, item, "relevant")
    if (item.own_relevant, item.relevant) != (relevant, relevant and _around(item)):
        yield "relevant"
    for aspect in ("required", "readonly"):
        if getattr(item, aspect) is not _truth(interview, item, aspect, without=False):
            yield aspect
    cell = interview.form.program.of(item.spot).get("text")
    here = interview._model.context(item)
    outputs = cell.outputs if cell else ()
    if item.shown != tuple(answers.calculated(one(here), "string") for one in outputs):
        yield "text"
    yield from _wrong_rows(interview, item)
    if item.spot.question is not None:
        yield from _wrong_answer(interview, item)


def _wrong_rows(interview: Interview, item: Item) -> Iterator[str]:
    for name, rows in item.rows.items():
        if [row.number for row in rows] != list(range(1, len(rows) + 1)):
            yield f"numbers of {name}"
        if not all(row.attached for row in rows) or any(
            row.attached for row in item.dormant.get(name, ())
        ):
            yield f"who is there of {name}"
        spot = item.spot.children[name]
        count = interview.form.program.of(spot).get("count")
        if count is not None and count.evaluate is not None:
            to_come = interview._model.context(Item(spot, item))
            wanted = values.number(count.evaluate(to_come))
            if len(rows) != (int(wanted) if wanted >= 1 else 0):
                yield f"count of {name}"


def _wrong_answer(interview: Interview, item: Item) -> Iterator[str]:
    question, cells = item.spot.question, interview.form.program.of(item.spot)
    assert question is not None
    here = interview._model.context(item)
    calculate, choices = cells.get("calculate"), cells.get("choices")
    if calculate is not None and calculate.evaluate is not None and not item.told:
        got = calculate.evaluate(here)
        if (item.raw, item.logical) != (
            answers.calculated(got, question.type),
            isinstance(got, bool),
        ):
            yield "calculate"
    text = item.raw if item.relevant else ""
    if choices is not None:
        offered = Offers().of(choices, item, here)
        if item.offer is not None and item.offer.choices != offered.choices:
            yield "choices"
        if choices.varies:
            picked = [text] if question.kind == "select_one" else text.split()
            names = {choice.name for choice in offered.choices}
            text = " ".join(name for name in picked if name in names)
    if item.text != text:
        yield "what others see"
    if item.value != answers.typed(text, "boolean" if item.logical else question.type):
        yield "value"
    holds = _truth(interview, item, "constraint") and answers.valid(text, question.type)
    if item.valid is not (not text or holds):
        yield "constraint"


def _truth(interview: Interview, item: Item, aspect: str, *, without: bool = True) -> bool:
    cell = interview.form.program.of(item.spot).get(aspect)
    if cell is None or cell.evaluate is None:
        return without
    return values.truth(cell.evaluate(interview._model.context(item)))


def _around(item: Item) -> bool:
    return item.up is None or item.up.relevant


# What a screen is told


def _lost_on_the_way(interview: Interview) -> Iterator[str]:
    nodes = list(interview.nodes())
    for node in nodes:
        item = interview._places.item(node.path)
        told = (node.relevant, node.required, node.readonly, node.value, node.valid, node.aside)
        if told != (
            item.relevant,
            item.required and item.relevant,
            any(around.readonly for around in _up(item)),
            item.text,
            item.valid,
            item.aside if item.relevant else "",
        ):
            yield f"{node.path} as a node"
        if interview.node(node.path) != node or item.path != node.path:
            yield f"{node.path} by its path"
    walked = [node for node in nodes if node.relevant and node.question.kind != "calculate"]
    steps = [(step.path, step.kind) for step in interview.steps() if step.kind != "repeat"]
    if steps != [(node.path, "note" if node.readonly else "question") for node in walked]:
        yield "steps"
    asked = [node for node in walked if not node.readonly]
    if interview.progress() != (sum(map(_answered, asked)), len(asked)):
        yield "progress"
    problems = [(problem.path, problem.kind) for problem in interview.problems()]
    if problems != [(node.path, kind) for node in walked if (kind := _problem(node))]:
        yield "problems"
    yield from _sections(interview, asked, interview.problems())


def _sections(
    interview: Interview, asked: list[Node], problems: tuple[Problem, ...]
) -> Iterator[str]:
    for section in interview.sections():
        inside = [node for node in asked if node.path.startswith(f"{section.path}/")]
        paths = {node.path for node in inside}
        kinds = [problem.kind for problem in problems if problem.path in paths]
        if (section.steps, section.answered, section.open_required, section.invalid) != (
            len(inside),
            sum(map(_answered, inside)),
            kinds.count("required"),
            kinds.count("invalid"),
        ):
            yield f"{section.path} as a section"


def _up(item: Item) -> Iterator[Item]:
    around: Item | None = item
    while around is not None:
        yield around
        around = around.up


def _answered(node: Node) -> bool:
    return bool(node.value or node.aside or node.beside.get("own_words"))


def _problem(node: Node) -> str:
    if node.required and not _answered(node):
        return "" if node.readonly else "required"
    return "" if node.valid else "invalid"

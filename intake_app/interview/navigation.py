"""The way through an interview: steps, sections, what is open, how far it is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from intake_app.interview.instance import Item
from intake_app.interview.model import Model
from intake_app.interview.node import reason
from intake_app.interview.places import find
from intake_app.interview.spot import Spot
from intake_app.interview.world import Surroundings


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person comes past.

    A `question`; a `note`, which is read and takes no answer (so does a read-only question); or
    a `repeat`, where instances are added and removed.
    """

    path: str
    kind: str
    section: str


@dataclass(frozen=True, slots=True)
class SectionState:
    """How a section stands: numbers of questions, and whether it is relevant at all."""

    name: str
    path: str
    relevant: bool
    steps: int
    answered: int
    open_required: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an interview is not complete: `required` and open, or `invalid`.

    `reason` is the form's own message where it has one, in the language of the interview, or
    (see `Node.reason`) a sentence of ours; it may be blank.
    """

    path: str
    kind: str
    section: str
    reason: str = ""


def steps(model: Model) -> Iterator[Step]:
    """Go through the steps of everything that is relevant, in form order."""
    yield from _inside(model, model.root, "", model.root.path)


def _inside(model: Model, item: Item, section: str, path: str) -> Iterator[Step]:
    # The path is handed down: to ask each item for its own would climb the tree at every step.
    for spot in item.spot.children.values():
        own = section
        if item.up is None and spot.question is None:
            own = spot.name
        here = f"{path}/{spot.name}"
        if not spot.repeats:
            yield from _step(model, item.children[spot.name], own, here)
            continue
        if model.open_repeat(item, spot):
            yield Step(here, "repeat", own)
        for number, row in enumerate(item.rows[spot.name], 1):
            yield from _step(model, row, own, f"{here}[{number}]")


def _step(model: Model, item: Item, section: str, path: str) -> Iterator[Step]:
    if not item.relevant:
        return
    question = item.spot.question
    if question is None:
        yield from _inside(model, item, section, path)
    elif question.kind != "calculate":
        yield Step(path, "question" if asked(item) else "note", section)


def beside(model: Model, path: str | None, way: int) -> str | None:
    """Return the path of the step after (`way` 1) or before (-1) one; of None, the first or last.

    None where there is no more. LookupError where there is no step at the path now. From where it
    stands it looks no further than the next step.
    """
    if path is None:
        return next(_within(model, model.root, way), None)
    around, part = _part(model, path)
    if next(_reached(model, around, part, way), None) != path:
        raise LookupError(path)
    place: Item | None = around
    while place is not None:
        parts = _parts(place)[::way]
        for other in parts[parts.index(part) + 1 :]:
            for found in _reached(model, place, other, way):
                return found
        part, place = (place.spot, place), place.up
    return None


_Part = tuple[Spot, Item | None]


def _part(model: Model, path: str) -> tuple[Item, _Part]:
    """Return what stands at a path, and what it lies in; LookupError where there is nothing."""
    outside, _, name = path.rpartition("/")
    around = find(model.root, outside)
    if around is not None and name in around.rows:
        return around, (around.spot.children[name], None)
    item = find(model.root, path)
    if item is None or item.up is None:
        raise LookupError(path)
    return item.up, (item.spot, item)


def _parts(item: Item) -> list[_Part]:
    """Return what stands right inside an item, in form order; before rows, their repeat (None)."""
    parts: list[_Part] = []
    for name, spot in item.spot.children.items():
        if spot.repeats:
            parts += [(spot, None), *((spot, row) for row in item.rows[name])]
        else:
            parts.append((spot, item.children[name]))
    return parts


def _within(model: Model, item: Item, way: int) -> Iterator[str]:
    for part in _parts(item)[::way]:
        yield from _reached(model, item, part, way)


def _reached(model: Model, around: Item, part: _Part, way: int) -> Iterator[str]:
    """Go through the paths of the steps in a part of an item, forwards or backwards."""
    spot, item = part
    if item is None:
        if model.open_repeat(around, spot):
            yield f"{around.path}/{spot.name}"
    elif item.relevant and spot.question is None:
        yield from _within(model, item, way)
    elif item.relevant and spot.question is not None and spot.question.kind != "calculate":
        yield item.path


def met(top: Item) -> Iterator[Item]:
    """Go through the questions and notes inside an item that are relevant, in form order."""
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if not item.relevant:
            continue
        question = item.spot.question
        if question is None:
            waiting += reversed(list(item.inside()))
        elif question.kind != "calculate":
            yield item


def asked(item: Item) -> bool:
    """Tell whether a person is asked for an answer there, and not only shown something."""
    question = item.spot.question
    return question is not None and question.kind != "note" and not item.locked()


def progress(model: Model, apart: Collection[str] = ()) -> tuple[int, int]:
    """Return how many of the relevant questions are answered, and how many there are.

    Those of a sensitivity in `apart` are left out.
    """
    questions = [item for item in met(model.root) if asked(item) and not _is_in(item, apart)]
    return sum(map(answered, questions)), len(questions)


def _is_in(item: Item, sensitivities: Collection[str]) -> bool:
    question = item.spot.question
    return question is not None and question.sensitivity in sensitivities


def sections(model: Model) -> Iterator[SectionState]:
    """Go through the top-level groups with how far each is."""
    for item in model.root.inside():
        if item.spot.question is not None or item.spot.repeats or item.spot.in_meta:
            continue
        questions = [one for one in met(item) if asked(one)]
        found = [kind for one in questions for kind in problem(one)]
        yield SectionState(
            name=item.spot.name,
            path=item.path,
            relevant=item.relevant,
            steps=len(questions),
            answered=sum(map(answered, questions)),
            open_required=found.count("required"),
            invalid=found.count("invalid"),
        )


def problems(model: Model, world: Surroundings) -> Iterator[Problem]:
    """Go through what keeps the interview from being complete, in form order."""
    for item in met(model.root):
        for kind in problem(item):
            if kind == "invalid" or asked(item):
                section = item.spot.chain()[1]
                name = section.name if section.question is None else ""
                yield Problem(item.path, kind, name, _why(item, kind, world))


def _why(item: Item, kind: str, world: Surroundings) -> str:
    question = item.spot.question
    if question is None:
        return ""
    if kind == "invalid":
        return reason(item, question, world)
    key = question.texts.get("required")
    return "" if key is None else world.itext(key, item)


def answered(item: Item) -> bool:
    """Tell whether a question is answered: so are declined, unknown, and not yet coded.

    Own words without a code answer a question that asks for one; somebody codes them later.
    """
    return bool(item.text or item.aside or item.beside.get("own_words"))


def problem(item: Item) -> Iterator[str]:
    """Say what is wrong with a question that is relevant: at most one thing."""
    if item.required and not answered(item):
        yield "required"
    elif not item.valid:
        yield "invalid"

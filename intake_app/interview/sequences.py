"""Functions on many: the nodes that a path finds, the choices of a list, the answers of a table."""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence

from intake_app.interview.values import Node, Scalar, Value, number, single, text, truth


def scalars(parts: Iterable[Value]) -> list[Scalar]:
    """Return values, with nodes as what each of them holds."""
    return [
        scalar
        for part in parts
        for scalar in ([node.value for node in part] if isinstance(part, list) else [part])
    ]


def _numbers(parts: Iterable[Value]) -> list[float]:
    # A blank among the values is not there; it does not make the whole a blank.
    return [number(scalar) for scalar in scalars(parts) if scalar != ""]


def total(nodes: Value) -> Value:
    """Add up what nodes hold; blanks are left out."""
    numbers = _numbers([nodes])
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return float(sum(numbers))


def extreme(pick: Callable[[list[float]], float]) -> Callable[..., Value]:
    """Return what picks one of many numbers; NaN where there is none."""

    def call(*parts: Value) -> Value:
        numbers = [n for n in _numbers(parts) if not math.isnan(n)]
        return pick(numbers) if numbers else math.nan

    return call


def join(separator: Value, *parts: Value) -> Value:
    """Return values as one text, with something between them."""
    return text(separator).join(text(scalar) for scalar in scalars(parts))


def concat(*parts: Value) -> Value:
    """Return values as one text."""
    return "".join(map(text, scalars(parts)))


def count(nodes: Value) -> Value:
    """Return how many nodes there are."""
    return float(len(nodes)) if isinstance(nodes, list) else math.nan


def count_non_empty(nodes: Value) -> Value:
    """Return how many nodes hold something."""
    found = nodes if isinstance(nodes, list) else []
    return float(sum(1 for node in found if node.text != ""))


def shuffled(nodes: Sequence[Node], seed: Value) -> list[Node]:
    """Shuffle as the ODK XForms specification says: Fisher-Yates, inside out, over Park-Miller.

    A seed that is no number is read by its SHA-256, so that each text has an order of its own.
    """
    modulus = 2.0**31 - 1
    start = number(seed)
    if math.isnan(start):
        words = text(seed).encode(errors="surrogatepass")
        start = float(int.from_bytes(hashlib.sha256(words).digest()[:8], signed=True))
        start = start if words else 0.0
    state = 0.0 if math.isinf(start) else math.fmod(math.trunc(start), modulus)
    if state <= 0:
        state += modulus - 1
    result: list[Node] = []
    for at, node in enumerate(nodes):
        state = math.fmod(state * 16_807, modulus)
        place = math.floor((state - 1) / (modulus - 1) * (at + 1))
        result.append(node)
        result[at], result[place] = result[place], node
    return result


# Choices


def selected(chosen: Value, name: Value) -> Value:
    """Tell whether a name is among the chosen ones; a blank is where nothing was chosen."""
    sought, names = text(name).strip(), text(chosen).split()
    return sought in names if sought else not names


def selected_at(chosen: Value, index: Value) -> Value:
    """Return the chosen name at a place, counted from 0; blank where there is none."""
    names, at = text(chosen).split(), number(index)
    return names[int(at)] if 0 <= at < len(names) else ""


def checklist(least: Value, most: Value, *answers: Value) -> Value:
    """Tell whether so many answers say yes; one path stands for all its nodes."""
    found = scalars(answers) if len(answers) == 1 else [single(one) for one in answers]
    return _within(number(least), number(most), float(sum(map(_says_yes, found))))


def weighted_checklist(least: Value, most: Value, *pairs: Value) -> Value:
    """Tell whether the answers that say yes weigh so much; pairs of an answer and a weight."""
    if len(pairs) == 2:  # noqa: PLR2004 (two paths: one of answers, one of weights)
        answers, weights = scalars(pairs[:1]), scalars(pairs[1:])
    else:
        answers, weights = [*map(single, pairs[::2])], [*map(single, pairs[1::2])]
    paired = zip(answers, weights, strict=False)
    total = float(sum(number(weight) for answer, weight in paired if _says_yes(answer)))
    return _within(number(least), number(most), total)


def _says_yes(answer: Scalar) -> bool:
    # ODK's documentation counts the text `yes`, its specification what is a number above 0.
    if isinstance(answer, str):
        return answer in {"yes", "true"} or number(answer) > 0
    return truth(answer)


def _within(least: float, most: float, total: float) -> bool:
    return (least == -1 or total >= least) and (most == -1 or total <= most)


def boolean_from_string(words: Value) -> Value:
    """Tell whether a text is `true` or `1`."""
    value = single(words)
    return value is True or text(value) in {"1", "true"}

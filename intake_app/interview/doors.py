r"""What a pattern says about a place: `^`, `$`, `\b`, a lookahead; found for all places at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from intake_app.interview import letters
from intake_app.interview.automaton import Automaton, Places, Tree, backwards


@dataclass(frozen=True, slots=True)
class Look:
    """A lookahead or lookbehind, as it is written."""

    part: Tree
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Doorway:
    """What tells where a door is open; `automaton` where it takes one to know."""

    places: Places | None
    automaton: Automaton | None = None
    ahead: bool = False
    wanted: bool = True

    @property
    def size(self) -> int:
        """The number of states that it takes."""
        return 1 if self.automaton is None else self.automaton.size


def doorway(one: Places | Look) -> Doorway:
    """Compile what a pattern says about a place; TooLarge where it has too many states."""
    if not isinstance(one, Look):
        return Doorway(one)
    part = backwards(one.part) if one.ahead else one.part
    return Doorway(None, Automaton.of(part), one.ahead, one.wanted)


def opened(doors: Sequence[Doorway], text: str) -> list[Sequence[bool]]:
    """Tell for each door and each place of a text whether it is open there."""
    # A door inside a lookahead comes before it, so that each is known when it is needed.
    known: list[Sequence[bool]] = []
    closed = [False] * (len(text) + 1)
    for door in doors:
        if door.places is not None:
            known.append(door.places(text))
        elif door.automaton is not None:
            before = [*known, *[closed] * (len(doors) - len(known))]
            if door.ahead:
                turned = [list(reversed(one)) for one in before]
                found = door.automaton.endings(text[::-1], turned)[::-1]
            else:
                found = door.automaton.endings(text, before)
            known.append([one is door.wanted for one in found])
    return known


def start(text: str) -> Sequence[bool]:
    """Tell where the text begins."""
    return [at == 0 for at in range(len(text) + 1)]


def line_start(text: str) -> Sequence[bool]:
    """Tell where a line begins."""
    return [True, *(c == "\n" for c in text)]


def _very_end(text: str) -> Sequence[bool]:
    return [at == len(text) for at in range(len(text) + 1)]


def end(text: str) -> Sequence[bool]:
    """Tell where the text ends, before a last line end too."""
    last = len(text) - 1 if text.endswith("\n") else len(text)
    return [at >= last for at in range(len(text) + 1)]


def line_end(text: str) -> Sequence[bool]:
    """Tell where a line ends."""
    return [*(c == "\n" for c in text), True]


def _border(text: str) -> Sequence[bool]:
    inside = [False, *map(letters.in_word, text), False]
    return [inside[at] != inside[at + 1] for at in range(len(text) + 1)]


def _no_border(text: str) -> Sequence[bool]:
    return [not one for one in _border(text)]


#: The doors that an escape stands for.
ESCAPES: Mapping[str, Places] = MappingProxyType(
    {"b": _border, "B": _no_border, "A": start, "z": _very_end, "Z": end}
)

"""Where a node stands in the form: the tree that paths are resolved in, once, at load."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from intake_app.interview.definition import Group, Question

#: What a form notes about itself stands here, and is for expressions only.
_META = "meta"


@dataclass(slots=True, eq=False)
class Spot:
    """A node of the form with the nodes around it; known by its number.

    `repeats` tells whether the node is a repeat, `single` that there is never more than one of
    it, `in_meta` that it is what the form notes about itself; `question` is it unless it is a
    group.
    """

    number: int
    definition: Group | Question
    parent: "Spot | None"
    depth: int
    children: "dict[str, Spot]" = field(default_factory=dict, repr=False)
    name: str = field(init=False)
    repeats: bool = field(init=False)
    single: bool = field(init=False)
    in_meta: bool = field(init=False)
    question: Question | None = field(init=False)
    _chain: "list[Spot]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find out once what is asked again and again."""
        definition = self.definition
        self.name = definition.name
        self.repeats = isinstance(definition, Group) and definition.repeats
        self.question = definition if isinstance(definition, Question) else None
        around = self.parent
        self.single = not self.repeats and (around is None or around.single)
        self.in_meta = around is not None and (
            around.in_meta or (self.depth == 1 and self.name == _META)
        )
        self._chain = [*(around.chain() if around else []), self]

    @property
    def path(self) -> str:
        """The node's path, without indexes."""
        return self.definition.path

    def chain(self) -> list["Spot"]:
        """Return the spots from the root down to this one."""
        return self._chain

    def subtree(self) -> Iterator["Spot"]:
        """Go through this spot and all below it, in form order."""
        yield self
        for child in self.children.values():
            yield from child.subtree()

    def repeated(self) -> bool:
        """Tell whether there may be more than one of it."""
        return not self.single


def grow(definition: Group | Question) -> list[Spot]:
    """Return all spots of a form by number, the root first, in form order."""
    spots: list[Spot] = []

    def add(definition: Group | Question, parent: Spot | None) -> Spot:
        spot = Spot(len(spots), definition, parent, parent.depth + 1 if parent else 0)
        spots.append(spot)
        if isinstance(definition, Group):
            for child in definition.children:
                spot.children[child.name] = add(child, spot)
        return spot

    add(definition, None)
    return spots

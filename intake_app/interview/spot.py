"""Where a node stands in the form: the tree that paths are resolved in, once, at load."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from intake_app.interview.definition import Group, Question


@dataclass(slots=True, eq=False)
class Spot:
    """A node of the form with the nodes around it; known by its number."""

    number: int
    definition: Group | Question
    parent: "Spot | None"
    depth: int
    children: "dict[str, Spot]" = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The node's name."""
        return self.definition.name

    @property
    def path(self) -> str:
        """The node's path, without indexes."""
        return self.definition.path

    @property
    def repeats(self) -> bool:
        """Whether the node is a repeat."""
        return isinstance(self.definition, Group) and self.definition.repeats

    @property
    def question(self) -> Question | None:
        """The question, None for a group."""
        return self.definition if isinstance(self.definition, Question) else None

    def chain(self) -> list["Spot"]:
        """Return the spots from the root down to this one."""
        return [*(self.parent.chain() if self.parent else []), self]

    def subtree(self) -> Iterator["Spot"]:
        """Go through this spot and all below it, in form order."""
        yield self
        for child in self.children.values():
            yield from child.subtree()

    def repeated(self) -> bool:
        """Tell whether there may be more than one of it."""
        return self.repeats or (self.parent is not None and self.parent.repeated())


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

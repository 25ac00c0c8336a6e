"""The axes of XPath 1.0 (section 2.2): from a node, and, before there are answers, from a spot.

`namespace` is not there: nodes are told apart by their place. From a node, those that are nearest
come first, as predicates count them.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from intake_app.interview.context import Context, Fetch
from intake_app.interview.instance import Item, Leaf, Row
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node

#: Leaves out of the nodes of one step those for which a predicate does not hold.
Narrow = Callable[[list[Node], Context], list[Node]]

_BACKWARDS = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


def walker(before: Fetch, axis: str, name: str, narrow: Narrow | None) -> Fetch:
    """Return what takes one step from each node that comes before it."""
    walk, backwards = AXES[axis], axis in _BACKWARDS
    plain = axis == "child" and name != "*"

    def step(node: Node, c: Context) -> list[Node]:
        if plain:
            # The list itself, which may have an index.
            near = node.named(name)
        else:
            near = [one for one in walk(node) if name in {"*", name_of(one)}]
        if narrow is not None:
            near = narrow(near, c)
        return near[::-1] if backwards else near

    def reached(c: Context) -> list[Node]:
        nodes = before(c)
        if len(nodes) == 1:
            return step(nodes[0], c)
        found = [one for node in nodes for one in step(node, c)]
        return found if axis == "child" else distinct(found)

    return reached


def distinct(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes without those that come again, in order."""
    return list({_identity(node): node for node in nodes}.values())


def union(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes of several paths, each once, those of the form in form order."""
    found = distinct(nodes)
    if all(isinstance(node, Item) for node in found):
        found.sort(key=_place)
    return found


def name_of(node: Node) -> str:
    """Return a node's name."""
    return node.spot.name if isinstance(node, Item) else str(getattr(node, "name", ""))


def _identity(node: Node) -> object:
    # A cell of a table becomes a node each time that it is asked for.
    return (id(node.up), node.name) if isinstance(node, Leaf) else id(node)


def _place(node: Node) -> list[tuple[int, int]]:
    way: list[tuple[int, int]] = []
    at: Node | None = node
    while isinstance(at, Item):
        way.append((at.spot.number, at.position))
        at = at.up
    return way[::-1]


def _inside(node: Node) -> list[Node]:
    found: list[Node] = []
    waiting = node.all()[::-1]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(reversed(one.all()))
    return found


def _around(node: Node) -> list[Node]:
    found: list[Node] = []
    while node.up is not None:
        node = node.up
        found.append(node)
    return found


def _siblings(node: Node, *, after: bool) -> list[Node]:
    around = node.up.all() if node.up is not None else [node]
    own = _identity(node)
    at = next((at for at, one in enumerate(around) if _identity(one) == own), 0)
    return around[at + 1 :] if after else around[:at][::-1]


def _apart(node: Node, *, after: bool) -> list[Node]:
    found: list[Node] = []
    for one in [node, *_around(node)]:
        for sibling in _siblings(one, after=after):
            whole = [sibling, *_inside(sibling)]
            found.extend(whole if after else reversed(whole))
    return found


def _attributes(node: Node) -> list[Node]:
    held: Mapping[str, str] = getattr(node, "attributes", {})
    around = node if not isinstance(node, Item | Leaf | Row) else None
    return [Leaf(name, words, around) for name, words in held.items()]  # type: ignore[arg-type]  # only a branch has attributes


AXES: Mapping[str, Callable[[Node], list[Node]]] = MappingProxyType(
    {
        "child": lambda node: node.all(),
        "parent": lambda node: [node.up] if node.up is not None else [],
        "self": lambda node: [node],
        "attribute": _attributes,
        "descendant": _inside,
        "descendant-or-self": lambda node: [node, *_inside(node)],
        "ancestor": _around,
        "ancestor-or-self": lambda node: [node, *_around(node)],
        "following-sibling": lambda node: _siblings(node, after=True),
        "preceding-sibling": lambda node: _siblings(node, after=False),
        "following": lambda node: _apart(node, after=True),
        "preceding": lambda node: _apart(node, after=False),
    }
)


def _level(spot: Spot) -> list[Spot]:
    return list(spot.parent.children.values()) if spot.parent else []


def _elsewhere(spot: Spot) -> list[Spot]:
    # Rows of a repeat stand before and after each other: their spots are on both sides.
    return list(spot.chain()[0].subtree())[1:]


#: The spots that a step may lead to, whatever the answers.
SPOT_AXES: Mapping[str, Callable[[Spot], list[Spot]]] = MappingProxyType(
    {
        "child": lambda spot: list(spot.children.values()),
        "parent": lambda spot: [spot.parent] if spot.parent else [],
        "self": lambda spot: [spot],
        "descendant": lambda spot: list(spot.subtree())[1:],
        "descendant-or-self": lambda spot: list(spot.subtree()),
        "ancestor": lambda spot: spot.chain()[:-1],
        "ancestor-or-self": lambda spot: spot.chain(),
        "following-sibling": _level,
        "preceding-sibling": _level,
        "following": _elsewhere,
        "preceding": _elsewhere,
    }
)

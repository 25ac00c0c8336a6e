"""Paths, resolved against the form before there are answers.

A path that can lead to one node only becomes a few steps up and down; only what fans out over
repeats, filters or searches goes through lists. As in JavaRosa, an absolute path into a repeat
that the expression stands in means the own row. Its last step, where that is the repeat itself,
means all rows.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from intake_app.errors import ExpressionError
from intake_app.interview import grammar, values
from intake_app.interview.context import Context, Dependency, Evaluate, Fetch, One
from intake_app.interview.grammar import Binary, Call, Filtered, Literal, Path, Tree
from intake_app.interview.instance import Item, Rows
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Scope:
    """The context as far as the form tells: a spot, or (None) a node that is not the form's."""

    spot: Spot | None
    anchor: Spot
    other: bool = False


@dataclass(slots=True)
class Route:
    """A path while it is resolved: one way up and down as long as it can be only one node."""

    spots: list[Spot] | None
    anchor: Spot
    other: bool
    from_origin: bool
    ups: int = 0
    downs: list[str] = field(default_factory=list)
    fetch: Fetch | None = None


class Paths:
    """Resolves the paths of one expression, and gathers what it depends on."""

    def __init__(
        self,
        owner: Spot,
        instances: Collection[str],
        value: Callable[[Tree, Scope], Evaluate],
        find: Callable[[Tree, Scope], tuple[Fetch, Scope]],
    ) -> None:
        """Take where the expression stands, and how its other parts are compiled."""
        self.owner = owner
        self.root = owner.chain()[0]
        self.instances = instances
        self.value = value
        self.find = find
        self.depends: set[Dependency] = set()

    def route(self, tree: Path, scope: Scope) -> Route:
        """Resolve a path as far as the form tells."""
        steps = tree.steps
        match tree.start:
            case None:
                spots = [scope.spot] if scope.spot else None
                route = Route(spots, scope.anchor, scope.other, from_origin=False)
                if spots is None:
                    route.fetch = lambda c: [c.here]
            case "/":
                route, steps = self.absolute(steps)
            case Call("current", ()):
                route = Route([self.owner], self.owner, other=False, from_origin=True)
            case Call("instance", (Literal(name),)):
                route = self.secondary(name, scope)
            case Call("instance", _):
                raise ExpressionError(mark("instance() takes the name of one list, in quotes."))
            case Call() | Path() | Filtered() | Binary() as start:
                fetch, found = self.find(start, scope)
                spots = [found.spot] if found.spot else None
                route = Route(spots, found.anchor, found.other, from_origin=False, fetch=fetch)
            case _:
                raise ExpressionError(mark("A path cannot start with a value."))
        for step in steps:
            self.step(route, step)
        return route

    def absolute(self, steps: tuple[grammar.Step, ...]) -> tuple[Route, tuple[grammar.Step, ...]]:
        """Begin an absolute path at the last spot that it shares with the expression's own."""
        first = steps[0]
        if first.axis == "descendant-or-self":
            return self.from_root(), steps
        if first.name not in {self.root.name, "*"}:
            raise ExpressionError(
                mark("There is no node /{name}; the form's root is /{root}."),
                name=first.name,
                root=self.root.name,
            )
        chain, shared = self.owner.chain(), 1
        for at, step in enumerate(steps[1:], 1):
            plain = step.axis == "child" and not step.predicates
            if not plain or at >= len(chain) or chain[at].name != step.name:
                break
            if chain[at].repeats and at == len(steps) - 1:
                break
            shared += 1
        spot = chain[shared - 1]
        route = Route([spot], spot, other=False, from_origin=True)
        route.ups = self.owner.depth - spot.depth
        return route, steps[shared:]

    def from_root(self) -> Route:
        """Begin a path at the root of the form."""
        route = Route([self.root], self.root, other=False, from_origin=True)
        route.ups = self.owner.depth
        return route

    def secondary(self, name: str, scope: Scope) -> Route:
        """Begin a path at a secondary instance."""
        if name not in self.instances:
            raise ExpressionError(mark("There is no list or instance named {name}."), name=name)

        def fetch(c: Context) -> list[Node]:
            return [c.world.instance(name)]

        return Route(None, scope.anchor, scope.other, from_origin=False, fetch=fetch)

    def step(self, route: Route, step: grammar.Step) -> None:
        """Take one step."""
        if step.axis == "attribute":
            raise ExpressionError(mark("An attribute can only stand at the end of a path."))
        simple = route.fetch is None and not step.predicates and route.spots is not None
        if simple and self.simple_step(route, step):
            return
        before = self.many(route)
        origins = route.spots
        after = _walker(before, step)
        if origins is not None:
            route.spots = self.static_step(origins, step)
            self.fan_out(route, step)
        if step.predicates:
            spot = route.spots[0] if route.spots else None
            after = self.filtered(after, step.predicates, Scope(spot, route.anchor, route.other))
        route.fetch = after

    def simple_step(self, route: Route, step: grammar.Step) -> bool:
        """Take a step that leads to one node only, where it is one."""
        spot = route.spots[0] if route.spots else self.root
        if step.axis == "self" and step.name == "*":
            return True
        if step.axis == "parent" and step.name == "*":
            if spot.parent is None:
                raise ExpressionError(mark("A path goes above the root of the form."))
            if route.downs:
                route.downs.pop()
            else:
                route.ups += 1
            route.spots = [spot.parent]
            if route.anchor.depth > spot.parent.depth:
                route.anchor = spot.parent
            return True
        if step.axis == "child" and step.name != "*":
            child = self.child(spot, step.name)
            if not child.repeats:
                route.downs.append(step.name)
                route.spots = [child]
                return True
        return False

    def child(self, spot: Spot, name: str) -> Spot:
        """Return the spot of a child; ExpressionError where there is none."""
        child = spot.children.get(name)
        if child is None:
            raise ExpressionError(
                mark("There is no node {name} in {path}."), name=name, path=spot.path
            )
        return child

    def static_step(self, spots: list[Spot], step: grammar.Step) -> list[Spot]:
        """Return the spots that a step can lead to."""
        if step.axis == "child" and step.name != "*":
            found = [spot.children[step.name] for spot in spots if step.name in spot.children]
            return found or [self.child(spots[0], step.name)]
        reached = [one for spot in spots for one in _STATIC_AXES[step.axis](spot)]
        found = [one for one in dict.fromkeys(reached) if step.name in {"*", one.name}]
        if not found:
            raise ExpressionError(
                mark("There is no node {name} in {path}."), name=step.name, path=spots[0].path
            )
        return found

    def fan_out(self, route: Route, step: grammar.Step) -> None:
        """Note over which repeats a step goes out."""
        own = set(self.owner.chain())
        for spot in route.spots or ():
            while route.anchor not in spot.chain():
                if route.anchor.parent is None:
                    break
                route.anchor = route.anchor.parent
            if spot.repeats:
                self.depends.add(Dependency(spot, route.anchor, rows=True))
                if step.predicates and spot in own:
                    route.other = True

    def one(self, route: Route) -> One:
        """Return what finds the one node of a simple path."""
        spot = (route.spots or [self.root])[0]
        if not spot.repeated():
            number = spot.number
            return lambda c: c.world.singles[number]
        ups, downs, from_origin = route.ups, tuple(route.downs), route.from_origin

        def find(c: Context) -> Item:
            item = c.origin if from_origin or not isinstance(c.here, Item) else c.here
            for _ in range(ups):
                item = item.up or item
            for name in downs:
                item = item.children[name]
            return item

        return find

    def many(self, route: Route) -> Fetch:
        """Return what finds all nodes of a path."""
        if route.fetch is not None:
            return route.fetch
        one = self.one(replace(route, downs=list(route.downs)))
        return lambda c: [one(c)]

    def reads(self, route: Route) -> None:
        """Note that an expression reads what a path leads to."""
        for spot in route.spots or ():
            self.depends.add(Dependency(spot, route.anchor, other=route.other))

    def filtered(self, fetch: Fetch, predicates: tuple[Tree, ...], scope: Scope) -> Fetch:
        """Return what finds the nodes for which all predicates hold."""
        for predicate in predicates:
            keep = _filter(fetch, self.value(predicate, scope))
            sought = None if scope.spot else _equation(predicate)
            if sought is not None:
                column, other = sought
                keep = _lookup(fetch, column, self.value(other, scope), keep)
            fetch = keep
        return fetch


def _filter(fetch: Fetch, test: Evaluate) -> Fetch:
    def keep(c: Context) -> list[Node]:
        candidates = fetch(c)
        kept = []
        for position, node in enumerate(candidates, 1):
            got = test(Context(c.world, node, c.origin, position, len(candidates)))
            counted = isinstance(got, float | int) and not isinstance(got, bool)
            if got == position if counted else values.truth(got):
                kept.append(node)
        return kept

    return keep


def _equation(predicate: Tree) -> tuple[str, Tree] | None:
    """Return the column and the other side of `column = something`, where that can be looked up."""
    if not isinstance(predicate, Binary) or predicate.operator != "=":
        return None
    for side, other in (
        (predicate.left, predicate.right),
        (predicate.right, predicate.left),
    ):
        match side:
            case Path(None, (grammar.Step("child", name, ()),)) if name != "*" and _fixed(other):
                return name, other
    return None


def _fixed(tree: Tree) -> bool:
    """Tell whether something is the same for every candidate: literals and absolute paths."""
    if isinstance(tree, Path):
        return tree.start in {"/", Call("current", ())} and not any(
            step.predicates for step in tree.steps
        )
    return isinstance(tree, Literal)


def _lookup(fetch: Fetch, column: str, other: Evaluate, keep: Fetch) -> Fetch:
    def find(c: Context) -> list[Node]:
        candidates, sought = fetch(c), other(c)
        if isinstance(candidates, Rows) and isinstance(sought, str):
            return candidates.where(column, sought)
        return keep(c)

    return find


def _walker(before: Fetch, step: grammar.Step) -> Fetch:
    name, walk = step.name, _AXES[step.axis]
    if step.axis == "child" and name != "*":
        return lambda c: _children(before(c), name)

    def reached(c: Context) -> list[Node]:
        return distinct(
            [one for node in before(c) for one in walk(node) if name in {"*", _name(one)}]
        )

    return reached


def _children(nodes: list[Node], name: str) -> list[Node]:
    if len(nodes) == 1:
        # The list itself, which may have an index.
        return nodes[0].named(name)
    return [inner for node in nodes for inner in node.named(name)]


def distinct(nodes: list[Node]) -> list[Node]:
    """Return nodes without those that come again, in order."""
    return list({id(node): node for node in nodes}.values())


def _name(node: Node) -> str:
    return node.spot.name if isinstance(node, Item) else str(getattr(node, "name", ""))


def _within(node: Node) -> list[Node]:
    return [reached for inner in node.all() for reached in [inner, *_within(inner)]]


def _around(node: Node) -> list[Node]:
    return [node.up, *_around(node.up)] if node.up is not None else []


def _siblings(node: Node, *, after: bool) -> list[Node]:
    around = node.up.all() if node.up is not None else [node]
    at = next((at for at, one in enumerate(around) if one is node), 0)
    return around[at + 1 :] if after else around[:at]


_AXES: Mapping[str, Callable[[Node], list[Node]]] = {
    "child": lambda node: node.all(),
    "parent": lambda node: [node.up] if node.up is not None else [],
    "self": lambda node: [node],
    "descendant": _within,
    "descendant-or-self": lambda node: [node, *_within(node)],
    "ancestor": _around,
    "ancestor-or-self": lambda node: [node, *_around(node)],
    "following-sibling": lambda node: _siblings(node, after=True),
    "preceding-sibling": lambda node: _siblings(node, after=False),
}
_STATIC_AXES: Mapping[str, Callable[[Spot], list[Spot]]] = {
    "child": lambda spot: list(spot.children.values()),
    "parent": lambda spot: [spot.parent] if spot.parent else [],
    "self": lambda spot: [spot],
    "descendant": lambda spot: list(spot.subtree())[1:],
    "descendant-or-self": lambda spot: list(spot.subtree()),
    "ancestor": lambda spot: spot.chain()[:-1],
    "ancestor-or-self": lambda spot: spot.chain(),
    "following-sibling": lambda spot: list(spot.parent.children.values()) if spot.parent else [],
    "preceding-sibling": lambda spot: list(spot.parent.children.values()) if spot.parent else [],
}

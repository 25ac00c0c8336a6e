"""Paths, resolved against the form before there are answers.

A path that can lead to one node only becomes a few steps up and down; only what fans out over
repeats, filters or searches goes through lists. As in JavaRosa, an absolute path into a repeat
that the expression stands in means the own row: forms that older tools made name all nodes so.
It means all rows where its last step is the repeat itself, and where what is made of it needs many
(`every`), as a sum does: there XPath is followed, and the ODK XForms specification since 2019.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from intake_app.errors import ExpressionError
from intake_app.interview import axes, grammar, predicates
from intake_app.interview.axes import Narrow
from intake_app.interview.checks import nearest
from intake_app.interview.context import Context, Dependency, Evaluate, Fetch, One
from intake_app.interview.definition import Element, Table
from intake_app.interview.grammar import Call, Literal, Path, Tree
from intake_app.interview.instance import Item
from intake_app.interview.shape import Shape, shape_of
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node
from intake_app.words import mark


class Scope(NamedTuple):
    """The context as far as the form tells: a spot, or (None) a node that is not the form's.

    `shape` is where that node stands in its instance, None where it is not known.
    """

    spot: Spot | None
    anchor: Spot
    other: bool = False
    shape: Shape | None = None


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
    shape: Shape | None = None

    def scope(self) -> Scope:
        """Return where its nodes stand."""
        return Scope(self.spots[0] if self.spots else None, self.anchor, self.other, self.shape)


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

    def single(self, tree: Path) -> int | None:
        """Read the node that an absolute path of names leads to, where there is only one.

        Returns the number of its spot, or None for what `route` has to look into: most paths are
        of this kind, and need not be resolved step by step.
        """
        if tree.start != "/" or tree.steps[0].name != self.root.name:
            return None
        chain, spot, anchor = self.owner.chain(), self.root, self.root
        for at, step in enumerate(tree.steps):
            if step.axis != "child" or step.predicates:
                return None
            found = spot.children.get(step.name) if at else spot
            if found is None or found.repeats:
                return None
            spot = found
            if at < len(chain) and chain[at] is spot:
                anchor = spot
        self.depends.add(Dependency(spot, anchor))
        return spot.number

    def route(self, tree: Path, scope: Scope, *, every: bool = False) -> Route:
        """Resolve a path as far as the form tells; `every`: from the root it means all rows."""
        steps = tree.steps
        match tree.start:
            case None:
                spots = [scope.spot] if scope.spot else None
                route = Route(spots, scope.anchor, scope.other, from_origin=False)
                if spots is None:
                    route.fetch, route.shape = (lambda c: [c.here]), scope.shape
            case str():
                route, steps = self.absolute(steps, every=every)
            case Call("current", ()):
                route = Route([self.owner], self.owner, other=False, from_origin=True)
            case Call("instance", (Literal(name),)):
                route = self.secondary(name, scope)
            case Call("instance", _):
                raise ExpressionError(
                    mark("instance() takes the name of one list, in quotes."),
                    remedy=mark("write it as instance('list')/root/item."),
                )
            case start:
                fetch, found = self.find(start, scope)
                spots = [found.spot] if found.spot else None
                route = Route(spots, found.anchor, found.other, from_origin=False, fetch=fetch)
                route.shape = found.shape
        for step in steps:
            self.step(route, step)
        return route

    def absolute(
        self, steps: tuple[grammar.Step, ...], *, every: bool = False
    ) -> tuple[Route, tuple[grammar.Step, ...]]:
        """Begin an absolute path at the last spot that it shares with the expression's own."""
        first = steps[0]
        if first.axis == "descendant-or-self":
            return self.from_root(), steps
        if first.name not in {self.root.name, "*"}:
            raise ExpressionError(
                mark("There is no node /{name}; the form's root is /{root}."),
                remedy=mark("begin the path with /{root}, or write ${{question}}."),
                name=first.name,
                root=self.root.name,
            )
        chain, shared = self.owner.chain(), 1
        for at, step in enumerate(steps[1:], 1):
            plain = step.axis == "child" and not step.predicates
            if not plain or at >= len(chain) or chain[at].name != step.name:
                break
            if chain[at].repeats and (every or at == len(steps) - 1):
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
        self.listed(name)

        def fetch(c: Context) -> list[Node]:
            return [c.world.instance(name)]

        route = Route(None, scope.anchor, scope.other, from_origin=False, fetch=fetch)
        source = self.source(name)
        route.shape = None if source is None else shape_of(name, source)
        return route

    def listed(self, name: str) -> None:
        """Raise ExpressionError where there is no secondary instance of a name."""
        if name in self.instances:
            return
        near = nearest(name, self.instances)
        raise ExpressionError(
            mark("There is no list or instance named {name}."),
            remedy=mark("use {near}.")
            if near
            else mark("give the name of a list of the choices sheet, or of an attached file."),
            name=name,
            near=near,
        )

    def source(self, name: str) -> Table | Element | None:
        """Return what a secondary instance holds, where that is known."""
        return self.instances.get(name) if isinstance(self.instances, Mapping) else None

    def step(self, route: Route, step: grammar.Step) -> None:
        """Take one step."""
        simple = route.fetch is None and not step.predicates and route.spots is not None
        if simple and self.simple_step(route, step):
            return
        before = self.many(route)
        if route.spots is not None:
            route.spots = self.static_step(route.spots, step)
            self.fan_out(route, step)
        elif step.axis == "child":
            route.shape = route.shape and route.shape.child(step.name)
        elif (step.axis, step.name) != ("self", "*"):
            route.shape = None
        narrow = self.narrowing(step.predicates, route.scope()) if step.predicates else None
        route.fetch = axes.walker(before, step.axis, step.name, narrow)

    def simple_step(self, route: Route, step: grammar.Step) -> bool:
        """Take a step that leads to one node only, where it is one."""
        spot = route.spots[0] if route.spots else self.root
        if step.axis == "self" and step.name == "*":
            return True
        if step.axis == "parent" and step.name == "*":
            if spot.parent is None:
                raise ExpressionError(
                    mark("A path goes above the root of the form."),
                    remedy=mark("leave a .. away, or write ${{question}}."),
                )
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
            raise self.nothing(name, spot)
        return child

    def nothing(self, name: str, spot: Spot) -> ExpressionError:
        """Return the error that there is no node of a name, with the one that may be meant."""
        near = nearest(name, spot.children) or nearest(
            name, [one.name for one in self.root.subtree()]
        )
        return ExpressionError(
            mark("There is no node {name} in {path}."),
            remedy=mark("write {near}, if that is meant, and give its path.")
            if near
            else mark("give the name of a question or group that is in the survey sheet."),
            name=name,
            path=spot.path,
            near=near,
        )

    def static_step(self, spots: list[Spot], step: grammar.Step) -> list[Spot]:
        """Return the spots that a step can lead to."""
        if step.axis == "attribute":
            raise ExpressionError(
                mark("Answers have no attributes, and {name} is asked for."),
                remedy=mark("ask for the form's version with version()."),
                name=f"@{step.name}",
            )
        reached = [one for spot in spots for one in axes.SPOT_AXES[step.axis](spot)]
        found = [one for one in dict.fromkeys(reached) if step.name in {"*", one.name}]
        if not found:
            raise self.nothing(step.name, spots[0])
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

    def narrowing(self, tests: tuple[Tree, ...], scope: Scope) -> Narrow:
        """Return what keeps the nodes for which all predicates hold."""
        narrows = [
            predicates.narrowing(test, lambda tree: self.value(tree, scope), indexed=not scope.spot)
            for test in tests
        ]
        return narrows[0] if len(narrows) == 1 else predicates.after_each_other(narrows)

"""Whether conditions of a form can hold together: is a question ever asked, a choice ever offered.

Conditions are taken apart (`and`, `or`, `not`, `if`), and what each says of one term narrows
what that may be (`possible.py`). A node that cannot be blank is relevant, so that its own
conditions, and those of the groups around it, hold too; a choice must be offered, and what a
calculation gives must come about (`outcomes.py`). What is not understood is taken to
hold, and so is what takes too many steps: "cannot hold" is certain, "can hold" is not.
"""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Final

from intake_app.authoring.filters import filled, filters, used
from intake_app.authoring.outcomes import gives
from intake_app.authoring.possible import Possible
from intake_app.authoring.terms import Term, Terms, constant, parsed
from intake_app.interview import values
from intake_app.interview.definition import Group, Question
from intake_app.interview.form import Form
from intake_app.interview.grammar import Binary, Call, Literal, Number, Path, Tree
from intake_app.interview.spot import Spot
from intake_app.interview.values import Scalar

#: The steps after which conditions are taken to be able to hold.
PATIENCE: Final = 400

_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
#: Of more choices than these it is not asked whether they are offered.
_FEW: Final = 12

_AND, _OR = partial(Binary, "and"), partial(Binary, "or")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that holds (or does not), where it stands, and what `.` means there."""

    tree: Tree
    owner: Spot
    at: Spot | None
    holds: bool = True


@dataclass(slots=True)
class _Search:
    """What is known on one way through the alternatives."""

    left: list[Condition]
    known: dict[Hashable, Possible] = field(default_factory=dict)
    relevant: set[int] = field(default_factory=set)
    valid: bool = False

    def fork(self, also: Condition) -> "_Search":
        return replace(
            self,
            left=[*self.left, also],
            known=dict(self.known),
            relevant=set(self.relevant),
        )


class Reach:
    """Answers what can be, for one form."""

    def __init__(self, form: Form) -> None:
        """Take the form."""
        self.form = form
        self.terms = Terms(form)
        self.never: set[int] = set()
        self._own: dict[int, list[Condition]] = {}
        self._steps = 0

    def own(self, spot: Spot) -> list[Condition]:
        """Return the conditions of a node itself: its relevance, and a row more than none."""
        if spot.number not in self._own:
            self._own[spot.number] = list(self._conditions(spot))
        return self._own[spot.number]

    def around(self, spot: Spot) -> list[Condition]:
        """Return the conditions under which a node is relevant, its own first."""
        return [condition for one in reversed(spot.chain()) for condition in self.own(one)]

    def constraint(self, spot: Spot) -> list[Condition]:
        """Return the constraint of a node as a condition, where it has one."""
        tree = parsed(spot.definition.bind.constraint)
        return [] if tree is None or spot.question is None else [Condition(tree, spot, spot)]

    def may_hold(
        self,
        conditions: Iterable[Condition],
        *,
        filled: Spot | None = None,
        follow: bool = True,
        valid: bool = False,
    ) -> bool:
        """Tell whether all conditions may hold at once.

        `filled` is a node that is not blank; `follow` takes in the conditions of what they name,
        and `valid` that no constraint refuses those answers.
        """
        search = _Search(list(reversed(list(conditions))), valid=valid)
        self._steps = PATIENCE
        if filled is not None:
            possible = self.terms.node(filled)
            search.known[filled.number] = possible.compared("!=", "")
            search.relevant.add(filled.number)
        return self._may(search, follow=follow)

    def _conditions(self, spot: Spot) -> Iterable[Condition]:
        definition = spot.definition
        tree = parsed(definition.bind.relevant)
        if tree is not None:
            yield Condition(tree, spot, spot)
        count = parsed(definition.count) if isinstance(definition, Group) else None
        if count is not None:
            yield Condition(Binary(">", count, Number(0.0)), spot, spot)

    def _may(self, search: _Search, *, follow: bool) -> bool:
        while search.left:
            self._steps -= 1
            if self._steps < 0:
                return True
            condition = search.left.pop()
            either = _alternatives(condition)
            if either is not None:
                return any(self._may(search.fork(one), follow=follow) for one in either)
            together = _together(condition)
            if together is not None:
                search.left.extend(reversed(together))
                continue
            if not self._narrow(search, condition, follow=follow):
                return False
        return True

    def _narrow(self, search: _Search, condition: Condition, *, follow: bool) -> bool:
        """Note what a condition says; tell whether anything is left."""
        held = constant(condition.tree)
        if held is not None:
            return values.truth(held) == condition.holds
        for term, possible in self._said(search, condition):
            if possible.empty:
                return False
            before = search.known.get(term.key)
            search.known[term.key] = possible
            if not follow or term.spot is None:
                continue
            if not self._relevant(search, term.spot, possible):
                return False
            if before is None or before.remaining() != possible.remaining():
                search.left[:0] = self._implied(term.spot, possible)
        return True

    def _relevant(self, search: _Search, spot: Spot, possible: Possible) -> bool:
        if possible.blank or spot.number in search.relevant:
            return True
        search.relevant.add(spot.number)
        if spot.number in self.never:
            return False
        for one in spot.chain():
            search.left[:0] = self.own(one)
        if search.valid:
            search.left[:0] = self.constraint(spot)
        return True

    def _implied(self, spot: Spot, possible: Possible) -> Iterable[Condition]:
        """Return what must hold for a node to be what it can be: a calculation, a choice."""
        left, question = possible.remaining(), spot.question
        if left is None or question is None or "" in left:
            return
        if self.terms.outcomes(spot) is not None:
            tree = parsed(question.bind.calculate)
            if tree is not None:
                yield Condition(gives(tree, question.type, left), spot, spot)
        elif question.kind == "select_one" and question.default not in left and len(left) <= _FEW:
            yield from self._offering(spot, question, left)

    def _offering(
        self, spot: Spot, question: Question, names: frozenset[Scalar]
    ) -> Iterable[Condition]:
        """Return that one of some choices is offered: what is not reads as blank."""
        table, itemset = self.terms.table(question), question.itemset
        found = list(filters(parsed(itemset.nodeset))) if itemset else []
        if table is None or itemset is None or not found or itemset.value not in table.columns:
            return
        at, columns = table.columns.index(itemset.value), used(found, table)
        rows = [row for row in table.rows if row[at] in names]
        held = [{name: row[one] or "" for name, one in columns.items()} for row in rows]
        ways = [reduce(_AND, (filled(tree, cells) for tree in found)) for cells in held]
        if ways:
            yield Condition(reduce(_OR, ways), spot, None)

    def _said(self, search: _Search, condition: Condition) -> Iterable[tuple[Term, Possible]]:
        tree, holds = condition.tree, condition.holds
        match tree:
            case Binary(sign, left, right) if sign in _SIGNS:
                other = constant(right)
                if other is None:
                    other, left, sign = constant(left), right, _TURNED.get(sign, sign)
                if other is None:
                    yield from self._between(search, condition)
                    return
                term = self.terms.of(left, condition.owner, condition.at)
                if term is not None:
                    possible = search.known.get(term.key, term.possible)
                    yield term, possible.compared(sign, other, holds=holds)
            case Call("selected" | "is-selected", (chosen, Literal(name))):
                term = self.terms.of(chosen, condition.owner, condition.at)
                if term is not None and term.possible.kind in {"text", "many"}:
                    possible = search.known.get(term.key, term.possible)
                    yield term, possible.chosen(name.strip(), holds=holds)
            case Path():
                term = self.terms.of(tree, condition.owner, condition.at)
                if term is not None:
                    possible = search.known.get(term.key, term.possible)
                    yield term, possible.true(holds=holds)

    def _between(self, search: _Search, condition: Condition) -> Iterable[tuple[Term, Possible]]:
        """Compare two terms: which of them is the larger is a term of its own."""
        tree = condition.tree
        if not isinstance(tree, Binary):
            return
        first = self.terms.of(tree.left, condition.owner, condition.at)
        second = self.terms.of(tree.right, condition.owner, condition.at)
        if first is None or second is None:
            return
        if first.possible.kind != "number" or second.possible.kind != "number":
            return
        sign = tree.operator
        if repr(first.key) > repr(second.key):
            first, second, sign = second, first, _TURNED.get(sign, sign)
        # NaN stands for two that do not compare, because one of them (or each) is blank.
        order = Possible("number", values=frozenset({-1.0, 0.0, 1.0, math.nan}))
        term = Term(("order", first.key, second.key), order)
        possible = search.known.get(term.key, order)
        if sign == ("=" if condition.holds else "!="):
            # Two blanks are equal, and neither larger nor smaller.
            kept = {one for one in possible.values or () if one not in {-1.0, 1.0}}
            yield term, replace(possible, values=frozenset(kept))
        else:
            yield term, possible.compared(sign, 0.0, holds=condition.holds)
        if condition.holds and sign not in {"=", "!="}:
            for one in (first, second):
                yield one, search.known.get(one.key, one.possible).compared("!=", "")


def _alternatives(condition: Condition) -> tuple[Condition, ...] | None:
    """Return what a condition leaves to choose from, None where it leaves nothing to choose."""
    tree, holds = condition.tree, condition.holds
    match tree:
        case Binary("or", left, right) if holds:
            return _also(condition, left), _also(condition, right)
        case Binary("and", left, right) if not holds:
            return _also(condition, left), _also(condition, right)
        case Call("if", (test, then, otherwise)):
            chosen, other = _also(condition, test, holds=True), _also(condition, test, holds=False)
            return (
                _both(condition, chosen, then),
                _both(condition, other, otherwise),
            )
    return None


def _both(condition: Condition, test: Condition, outcome: Tree) -> Condition:
    # `if(a, b, c)` holds where (a and b) or (not(a) and c) does.
    first = test.tree if test.holds else Call("not", (test.tree,))
    second = outcome if condition.holds else Call("not", (outcome,))
    return Condition(Binary("and", first, second), condition.owner, condition.at)


def _together(condition: Condition) -> tuple[Condition, ...] | None:
    """Return the parts that a condition is made of, None where it is one."""
    tree, holds = condition.tree, condition.holds
    match tree:
        case Binary("and" | "or", left, right):
            return _also(condition, left), _also(condition, right)
        case Call("not", (inner,)):
            return (_also(condition, inner, holds=not holds),)
        case Call("boolean", (inner,)):
            return (_also(condition, inner),)
    return None


def _also(condition: Condition, tree: Tree, *, holds: bool | None = None) -> Condition:
    wanted = condition.holds if holds is None else holds
    return Condition(tree, condition.owner, condition.at, wanted)

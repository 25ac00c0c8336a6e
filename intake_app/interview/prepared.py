"""What is known of a form's expressions before it runs: written down when it is compiled.

    [VERSION, trees, cells, texts, settings]

    trees     the distinct expressions, see `notation`
    cells     of each expression of each node, in form order: [tree, rank, when, read ...]
    texts     what is filled in in a node's texts: [spot, words, trees, rank, when, read ...]
    settings  of each action, in order: its tree

`when` is 1 where it depends on the date, 2 on the language, 3 on both. What it reads comes in
threes: target and anchor, by the numbers of their spots, and 1 for rows, 2 for other, 4 for own
(see `Dependency`). So a form is loaded without parsing, and an expression becomes closures when
it is evaluated for the first time.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from intake_app.errors import ExpressionError, FormError
from intake_app.interview.context import Context, Dependency
from intake_app.interview.definition import Action
from intake_app.interview.expression import compile_expression, compile_nodes
from intake_app.interview.grammar import parse
from intake_app.interview.notation import Noted, noted, tree_of
from intake_app.interview.program import Cell, Program, Setting, stated
from intake_app.interview.spot import Spot
from intake_app.interview.values import Node, Value
from intake_app.words import mark

#: The version of this notation; of another, a form is compiled anew when it is loaded. To be raised
#: also when what a function reads or depends on changes: that is written down here.
VERSION = 1

_DAMAGED = (ExpressionError, LookupError, TypeError, ValueError, RecursionError)
#: What an XLSForm's `yes` is, at every question that must be answered.
_YES = ["()", "true"]
_CLOCK, _LANGUAGE = 1, 2
_ROWS, _OTHER, _OWN = 1, 2, 4


def prepare(program: Program, settings: Sequence[str]) -> list[Any]:
    """Write down a program without faults; `settings` are what its actions set."""
    trees: dict[str, int] = {}

    def tree(words: str) -> int:
        return trees.setdefault(words, len(trees))

    cells = [
        [tree(words), *_facts(program.of(spot)[aspect])]
        for spot in program.spots
        for aspect, words in stated(spot.definition)
    ]
    filled: dict[int, list[str]] = {}
    for number, words in program.outputs:
        filled.setdefault(number, []).append(words)
    texts = [
        [number, words, list(map(tree, words)), *_facts(program.cells[number]["text"])]
        for number, words in filled.items()
    ]
    values = [tree(words or "''") for words in settings]
    return [VERSION, [noted(parse(words)) for words in trees], cells, texts, values]


def _facts(cell: Cell) -> Iterator[int]:
    yield cell.rank
    yield _CLOCK * cell.clock | _LANGUAGE * cell.language
    yield from chain.from_iterable(sorted(map(_numbers, cell.depends)))


def _numbers(read: Dependency) -> tuple[int, int, int]:
    how = _ROWS * read.rows | _OTHER * read.other | _OWN * read.own
    return read.target.number, read.anchor.number, how


def program_of(
    prepared: Sequence[Any],
    spots: list[Spot],
    actions: Sequence[Action],
    instances: Collection[str],
) -> Program | None:
    """Return the program that was written down; None where it is of another version.

    LookupError, TypeError or ValueError where it is damaged. What is damaged in an expression
    shows as FormError when that is evaluated.
    """
    if prepared[0] != VERSION:
        return None
    _, trees, cells, texts, settings = prepared
    program = Program(spots)
    places = [(spot, aspect) for spot in spots for aspect, _ in stated(spot.definition)]
    for number, ((spot, aspect), (tree, *facts)) in enumerate(zip(places, cells, strict=True)):
        cell = _cell(number, spot, aspect, facts, spots)
        if aspect == "choices":
            cell.fetch = _Fetching(cell, trees[tree], instances)
        else:
            held = trees[tree]
            cell.evaluate = _yes if held == _YES else _Evaluating(cell, held, instances)
        program.add(cell)
    for at, (spot, words, numbers, *facts) in enumerate(texts, len(cells)):
        cell = _cell(at, spots[spot], "text", facts, spots)
        made = [compile_expression(tree_of(trees[tree]), cell.spot, instances) for tree in numbers]
        cell.outputs = tuple(one.evaluate for one in made)
        program.outputs.update(((spot, held), one) for held, one in zip(words, made, strict=True))
        program.add(cell)
    for action, tree in zip(actions, settings, strict=True):
        target = program.by_path[action.target]
        value = compile_expression(tree_of(trees[tree]), target, instances)
        program.hang(action, Setting(target, value))
    program.listen()
    return program


def _cell(number: int, spot: Spot, aspect: str, facts: list[int], spots: list[Spot]) -> Cell:
    rank, when, *reads = facts
    depends = []
    for target, anchor, how in zip(reads[::3], reads[1::3], reads[2::3], strict=True):
        read, around = spots[target], spots[anchor]
        # What both lie in, or one of them is, is on the way down to both.
        deepest = min(around.depth, read.depth)
        if spot.chain()[around.depth] is not around or (
            read.chain()[deepest] is not around.chain()[deepest]
        ):
            raise ValueError(anchor)
        rows, other, own = bool(how & _ROWS), bool(how & _OTHER), bool(how & _OWN)
        depends.append(Dependency(read, around, rows, other, own))
    clock, language = bool(when & _CLOCK), bool(when & _LANGUAGE)
    return Cell(number, spot, aspect, frozenset(depends), clock, language, rank=int(rank))


def _yes(_: Context) -> Value:
    return True


@dataclass(slots=True)
class _Evaluating:
    """Compiles an expression when it is evaluated for the first time."""

    cell: Cell
    held: Noted
    instances: Collection[str]

    def __call__(self, c: Context) -> Value:
        cell = self.cell
        try:
            made = compile_expression(tree_of(self.held), cell.spot, self.instances)
        except _DAMAGED as error:
            raise _damaged() from error
        cell.evaluate = made.evaluate
        return made.evaluate(c)


@dataclass(slots=True)
class _Fetching:
    """Does so where it finds nodes."""

    cell: Cell
    held: Noted
    instances: Collection[str]

    def __call__(self, c: Context) -> list[Node]:
        cell = self.cell
        try:
            made = compile_nodes(tree_of(self.held), cell.spot, self.instances)
        except _DAMAGED as error:
            raise _damaged() from error
        cell.fetch = made.fetch
        return made.fetch(c)


def _damaged() -> FormError:
    return FormError(mark("This is not a compiled questionnaire. Make it with `form compile`."))

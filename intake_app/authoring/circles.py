"""All circles of expressions that wait for each other; compiling stops at the first."""

from collections import deque
from collections.abc import Iterator

from intake_app.authoring.finding import Finding
from intake_app.authoring.subject import Subject
from intake_app.interview.program import Cell, before


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield each circle once; every expression that lies on one is in one that is told."""
    program = subject.form.program
    edges = {cell.number: list(before(program, cell)) for cell in program.all_cells()}
    tangled = _tangled(edges)
    told: set[int] = set()
    for cell in program.all_cells():
        if cell.number in told or cell.number not in tangled:
            continue
        circle = _shortest(cell, edges)
        if circle:
            told.update(one.number for one in circle)
            names = [one.spot.name for one in circle]
            yield subject.at(
                circle[0].spot,
                circle[0].aspect,
                "circle",
                f"It depends on itself, round a circle: {' → '.join([*names, names[0]])}.",
                "let one of these not refer to the next.",
            )


def _tangled(edges: dict[int, list[Cell]]) -> set[int]:
    """Return the cells that wait for a circle, or lie on one: no order computes them."""
    waits = {number: len(found) for number, found in edges.items()}
    readers: dict[int, list[int]] = {}
    for number, found in edges.items():
        for one in found:
            readers.setdefault(one.number, []).append(number)
    ready = [number for number, count in waits.items() if count == 0]
    while ready:
        for reader in readers.get(ready.pop(), ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                ready.append(reader)
    return {number for number, count in waits.items() if count > 0}


def _shortest(start: Cell, edges: dict[int, list[Cell]]) -> list[Cell]:
    """Return the shortest way from a cell back to itself, in the order of who reads whom."""
    came: dict[int, Cell | None] = {}
    waiting = deque([(start, one) for one in edges[start.number]])
    while waiting:
        source, cell = waiting.popleft()
        if cell.number in came:
            continue
        came[cell.number] = source
        if cell is start:
            return _way(start, came)
        waiting.extend((cell, one) for one in edges[cell.number])
    return []


def _way(start: Cell, came: dict[int, Cell | None]) -> list[Cell]:
    way, cell = [start], came[start.number]
    while cell is not None and cell is not start:
        way.append(cell)
        cell = came[cell.number]
    return [start, *reversed(way[1:])]

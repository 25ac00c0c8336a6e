"""Findings and differences as lines for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from intake_app.authoring.difference import Difference
from intake_app.authoring.finding import Finding

#: Of what is said alike of many rows, so many are told.
_FEW: Final = 3


def findings(source: str, told: Sequence[Finding], found: Sequence[Finding]) -> Iterator[str]:
    """Yield lines: by sheet the errors and then the warnings, and at the end how many were found.

    `told` are those of `found` that are told one by one.
    """
    for sheet, of_sheet in groupby(told, lambda one: one.sheet):
        yield f"{source}, sheet {sheet}:" if sheet else f"{source}:"
        held = list(of_sheet)
        for severity in ("error", "warning"):
            yield from _alike([one for one in held if one.severity == severity])
        yield ""
    errors = sum(one.severity == "error" for one in found)
    yield f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}."


def _alike(found: Iterable[Finding]) -> Iterator[str]:
    by_words: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        by_words.setdefault((one.code, one.problem), []).append(one)
    for alike in by_words.values():
        for one in alike[:_FEW]:
            yield f"  {_place(one)}{one.severity}: {one.problem}"
            yield f"      {one.remedy}  [{one.code}]"
        if len(alike) > _FEW:
            yield f"      … and the same of {len(alike) - _FEW} more."


def _place(finding: Finding) -> str:
    parts = [f"row {finding.row}" if finding.row else "", finding.name, finding.column]
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""


def differences(found: Sequence[Difference]) -> Iterator[str]:
    """Yield lines: by subject what changed, and what that means for drafts."""
    for about, held in groupby(found, lambda one: one.about):
        yield f"{about}:"
        for one in held:
            yield f"  {'! ' if one.weighty else ''}{one.change}"
            if one.drafts:
                yield f"      drafts: {one.drafts}"
    weighty = sum(one.weighty for one in found)
    if not found:
        yield "Nothing changed."
    else:
        yield ""
        yield f"{_count(len(found), 'difference')}, {weighty} to look at twice (!)."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""From where the paths in a `setvalue` start that a trigger sets off.

XForms evaluates its value at the node that is set. pyxform writes the paths of
`${...}` as they are from the question that triggers it; where both stand in one repeat, and not
in one group, these lead nowhere.
"""

import posixpath
import re
from collections.abc import Collection, Iterable

from intake_app.authoring.finding import Finding

#: A text in quotes, or a path that begins with steps up.
_PART = re.compile(r"""'[^']*'|"[^"]*"|(?<![\w/.\])])(?:\.\./)+[\w.-]+(?:/[\w.-]+)*""")


def mended(
    action: dict[str, str],
    paths: Collection[str],
    repeats: Iterable[str],
    findings: list[Finding],
) -> dict[str, str]:
    """Return a form's action with paths that lead to a node of the form, if they do from either.

    `paths` are all of its nodes. One in a repeat that the target does not stand in is a finding:
    which of its rows is meant would not be known.
    """
    source, target = action["source"], action["target"]
    if action["event"] != "changed" or posixpath.dirname(source) == posixpath.dirname(target):
        return action
    apart = tuple(f"{one}/" for one in repeats if not target.startswith(f"{one}/"))

    def path(found: re.Match[str]) -> str:
        words = found[0]
        there = posixpath.normpath(f"{source}/{words}")
        if words[0] != "." or there not in paths:
            return words
        if posixpath.normpath(f"{target}/{words}") in paths:
            return words
        if there.startswith(apart):
            findings.append(_row_unknown(posixpath.basename(there), target))
        return posixpath.relpath(there, target)

    return {**action, "value": _PART.sub(path, action["value"])}


def _row_unknown(name: str, target: str) -> Finding:
    return Finding(
        code="trigger",
        name=target,
        problem=f"A question in another repeat sets this off, and of {name} there is not one "
        "here but many.",
        remedy=f"gather them in a calculation, as in sum(${{{name}}}), and name that here.",
    )

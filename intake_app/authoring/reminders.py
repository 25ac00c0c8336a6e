"""What an author is reminded of when a questionnaire is written in the place of another."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from intake_app.authoring.finding import Finding


def findings(made: Mapping[str, Any], target: Path) -> Iterator[Finding]:
    """Yield a version that was not raised, and by language how many texts are not translated.

    `target` is where the compiled form is to be written; what stands there is compared with it.
    """
    yield from _not_raised(made, target)
    keys = {key for texts in made["texts"].values() for key in texts}
    for name, code in made["languages"]:
        number = len(keys - made["texts"].get(code, {}).keys())
        if number:
            texts = "1 text" if number == 1 else f"{number} texts"
            yield Finding(
                code="no-translation",
                problem=f"{texts} without {name}.",
                remedy="form check tells which.",
                severity="warning",
            )


def is_raised(before: str, after: str) -> bool:
    """Tell whether a version is a later one; numbers count as numbers."""
    if before.isdecimal() and after.isdecimal():
        return int(after) > int(before)
    return after > before


def _not_raised(made: Mapping[str, Any], target: Path) -> Iterator[Finding]:
    after = made["version"]
    try:
        former = json.loads(target.read_bytes())
        before, changed = str(former["version"]), former["hash"] != made["hash"]
        changed = changed and former["id"] == made["id"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        # There was none, or none that can be read: then there is nothing to compare with.
        return
    if changed and after and not is_raised(before, after):
        still = f"still {after}" if before == after else f"{after} after {before}"
        yield Finding(
            code="version",
            problem=f"The form changed, but the version was not raised: it is {still}.",
            remedy="raise it: a device cannot tell older drafts from newer ones by it.",
            severity="warning",
            sheet="settings",
            column="version",
        )

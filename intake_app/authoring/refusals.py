"""What pyxform refuses, as findings: its own words, with the sheet and the row that they name."""

from intake_app.authoring.finding import Finding


def refused(words: str) -> tuple[Finding, ...]:
    """Return the findings that a refusal of pyxform holds, one a line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return tuple(Finding(code="xlsform", problem=line, remedy="") for line in lines)

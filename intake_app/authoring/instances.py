"""Secondary instances: the lists of a form, inside it or in files beside it."""

from typing import Any

from intake_app.authoring import files
from intake_app.authoring.document import Source, local
from intake_app.authoring.finding import Finding
from intake_app.authoring.tables import compact, table


def read(source: Source) -> dict[str, dict[str, Any]]:
    """Return the secondary instances of a form by id; what cannot be read is a finding."""
    found: dict[str, dict[str, Any]] = {}
    secondary = [one for one in source.model if local(one) == "instance"][1:]
    for instance in secondary:
        identifier, address = instance.get("id", ""), instance.get("src", "")
        if identifier in found:
            source.findings.append(
                Finding(
                    code="instance-twice",
                    name=identifier,
                    problem=f"There are two instances with the id {identifier}.",
                    remedy="give one of them another id.",
                )
            )
        if address.endswith("/last-saved"):
            source.findings.append(
                Finding(
                    code="last-saved",
                    severity="warning",
                    problem="${last-saved#...} would show what another person answered. "
                    "It stays blank.",
                    remedy="take it away.",
                )
            )
            found[identifier] = table([])
        elif address:
            found[identifier] = files.read(address, source.folder, source.findings)
        else:
            found[identifier] = compact(instance[0]) if len(instance) else table([])
    return found

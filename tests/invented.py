"""Plainly invented things that several tests need."""

from dataclasses import replace
from typing import Any, NoReturn

from intake_app.errors import StorageFull
from intake_app.profile.package import Package

_PACKAGE = Package(
    identifier="INTAKE-0",
    record_id="r1",
    recipient="organisation",
    v_number="2801234567",
    title="Screeningsprofiel Test Bewoner",
    created="2026-11-23T09:00:00+00:00",
    form_id="screening",
    form_version="1",
    profile=b'{"sections":[]}',
    pdf=b"%PDF-1.7 an invented document",
    properties=(("opvanglocatie", "Voorbeeld-azc"),),
    audit_head="ab12",
)


def package(**changes: Any) -> Package:  # noqa: ANN401 - any field of a package
    """Return a package that no interview made."""
    return replace(_PACKAGE, **changes)


def full_disk(*_: object, **__: object) -> NoReturn:
    """Stand in for anything that writes, where nothing can be written any more."""
    raise StorageFull

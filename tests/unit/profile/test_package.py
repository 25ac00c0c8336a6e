"""The package between the profile and its delivery."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_app.errors import ProfileError
from intake_app.profile.package import PROPERTIES, Package
from tests.invented import package as invented

PACKAGE = invented(identifier="INTAKE-7F3A", recipient="GM0193", profile=b'{"fields": []}')


@given(profile=st.binary(), pdf=st.binary(), location=st.text(min_size=1))
def test_a_package_reads_back_as_it_was_written(profile: bytes, pdf: bytes, location: str) -> None:
    """Whatever the bytes and the script, nothing changes on the way through the outbox."""
    package = replace(PACKAGE, profile=profile, pdf=pdf, properties=(("opvanglocatie", location),))
    assert Package.from_bytes(package.to_bytes()) == package


def test_its_own_properties_come_before_the_given_ones() -> None:
    """Hash, questionnaire, date and audit head stand on every case."""
    assert PACKAGE.case_properties == (
        ("opgemaakt", "2026-11-23"),
        ("vragenlijst", "screening 1"),
        ("profiel_sha256", hashlib.sha256(PACKAGE.profile).hexdigest()),
        ("auditkop", "ab12"),
        ("opvanglocatie", "Voorbeeld-azc"),
    )


def test_a_property_without_a_value_is_left_out() -> None:
    """A case system refuses a blank value."""
    package = replace(PACKAGE, audit_head="", properties=(("bevestiging", ""),))
    assert {"auditkop", "bevestiging"}.isdisjoint(dict(package.case_properties))


@pytest.mark.parametrize(
    "change",
    [
        {"properties": (("geloof", "x"),)},
        {"properties": (("auditkop", "x"),)},
        {"identifier": ""},
        {"identifier": "X" * 41},
    ],
)
def test_what_no_case_can_hold_is_refused(change: dict[str, object]) -> None:
    """Unknown or doubled properties, and identifiers that do not fit, stop before the outbox."""
    with pytest.raises(ProfileError):
        replace(PACKAGE, **change)  # type: ignore[arg-type]  # the table holds several types


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps({"profile": "!", "pdf": ""}).encode(),
        PACKAGE.to_bytes().replace(b'"created"', b'"made"'),
    ],
)
def test_bytes_that_are_no_package_give_our_error(data: bytes) -> None:
    """A damaged row never raises something raw."""
    with pytest.raises(ProfileError):
        Package.from_bytes(data)


def test_a_package_keeps_a_resident_out_of_its_repr() -> None:
    """An error may carry a repr into a log."""
    assert "2801234567" not in repr(PACKAGE)
    assert "Test Bewoner" not in repr(PACKAGE)


def test_the_names_fit_a_case_system() -> None:
    """An eigenschap's name has at most 20 characters, its definition 255."""
    assert all(len(name) <= 20 and len(text) <= 255 for name, text in PROPERTIES.items())

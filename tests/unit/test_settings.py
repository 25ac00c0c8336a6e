"""Settings as the vault keeps them, whoever wrote them."""

from typing import Any

import pytest

from intake_app.errors import ConfigurationError
from intake_app.settings import Retention, Settings


def test_settings_come_back_as_they_were_kept() -> None:
    """Through what the vault keeps."""
    settings = Settings("Voorbeeld Opvang", "Voorbeeldstad", retention=Retention(draft_days=7))
    assert Settings.load(settings.to_json()) == settings


def test_what_a_newer_version_set_is_passed_over() -> None:
    """An app that was put back a version still opens, terms and all."""
    stored = {"shines": True, "retention": {"draft_days": 7, "film_days": 1}}
    assert Settings.load(stored) == Settings(retention=Retention(draft_days=7))


@pytest.mark.parametrize(
    "stored",
    [
        {"idle_lock_minutes": "10"},
        {"idle_lock_minutes": None},
        {"idle_lock_minutes": 0},
        {"idle_lock_minutes": 61},
        {"owed": 1},
        {"owed": [["organisation"]]},
        {"owed": ["neighbour"]},
        {"owed": ["organisation", "organisation"]},
        {"retention": 14},
        {"retention": {"draft_days": 1}},
        {"retention": {"draft_days": 29}},
        {"retention": {"finalised_days": 3650}},
        {"retention": {"stopped_days": 0}},
        {"retention": {"receipt_days": "365"}},
        {"retention": {"receipt_days": True}},
    ],
)
def test_what_cannot_be_meant_is_our_error(stored: dict[str, Any]) -> None:
    """Never an error of Python's own."""
    with pytest.raises(ConfigurationError):
        Settings.load(stored)


def test_settings_show_no_secret() -> None:
    """An endpoint's secret is in no repr."""
    settings = Settings().with_endpoint("organisation", {"secret": "hush"})
    assert "hush" not in repr(settings)
    assert settings.endpoints["organisation"]["secret"] == "hush"

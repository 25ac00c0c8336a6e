"""The compiled form that is kept is what the sources make."""

import json
from pathlib import Path

from intake_app import paths
from intake_app.authoring.compile import compile_form
from intake_app.interview import Form


def test_the_kept_form_is_what_its_sources_make(screening: Path) -> None:
    """If this fails: `make form`."""
    kept = json.loads(screening.with_suffix(".json").read_text("utf-8"))
    assert kept == compile_form(screening, locales=paths.locales())


def test_the_form_speaks_dutch_and_arabic(screening: Path) -> None:
    """And says that no qualified translator has confirmed the Arabic yet."""
    form = Form.load(screening.with_suffix(".json").read_bytes())
    assert [language.code for language in form.languages] == ["nl", "ar"]
    assert form.default_language == "nl"
    assert form.confirmed("household/living_with:label", "nl")
    assert not form.confirmed("household/living_with:label", "ar")

"""Plainly invented profiles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake_app.profile.format import Code, Context, Field, Profile, Section

CONTEXT = Context(
    record_id="record-1",
    vault_id="vault-1",
    organisation="Voorbeeld Opvang",
    location="azc Voorbeeldstad",
    screener_role="screener",
    created=datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
    confirmed="yes",
    audit_head="9f2c" * 16,
    interpreter="telephone",
)
ANSWER = Field(
    item="Q7.3",
    path="/data/work/jobs[1]/occupation",
    section="work",
    group="Banen 1",
    label="Welk beroep is dat?",
    kind="code",
    value="7531",
    display="Kleermakers",
    status="answered",
    codes=(Code("7531", "ISCO-08", "2008", "Kleermakers"),),
    own_words="خياط ملابس رجالية",
    own_words_language="ar",
    calendar="",
    asked_at="2026-11-23T16:05:00+00:00",
    asked_by="screener",
    language="ar",
    interpreter="telephone",
    provenance="asked",
    evidence="self-declared",
    confirmed=True,
    sensitivity="",
)


@pytest.fixture
def context() -> Context:
    """Return what is known of an invented conversation."""
    return CONTEXT


@pytest.fixture
def answer() -> Field:
    """Return one coded answer with own words in Arabic."""
    return ANSWER


@pytest.fixture
def make_profile() -> Callable[..., Profile]:
    """Return a maker of profiles of one section."""

    def make(
        *fields: Field, recipient: str = "municipality", context: Context = CONTEXT
    ) -> Profile:
        said = tuple(
            replace(each, path=f"/data/work/jobs[{number}]/occupation")
            for number, each in enumerate(fields or (ANSWER,), start=1)
        )
        sections = (Section("work", "Werk", said),)
        return Profile(
            recipient, "1234567890", "screening", "2026112301", "ab" * 32, context, sections
        )

    return make

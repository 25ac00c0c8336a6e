"""The program's own words in a person's language."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from intake_app.errors import IntakeError, TooManyAttempts
from intake_app.words import Words, is_right_to_left, mark


@pytest.fixture
def dutch(tmp_path: Path) -> Words:
    """A small Dutch catalogue."""
    catalogue = Catalog(locale="nl")
    catalogue.add("Next", "Volgende")
    catalogue.add("Yes", "Ja", context="resident")
    catalogue.add(TooManyAttempts.sentence, "Wacht {seconds} seconden.")
    catalogue.add(
        ("{number} question", "{number} questions"), ("{number} vraag", "{number} vragen")
    )
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "app.mo").open("wb") as stream:
        write_mo(stream, catalogue)
    return Words.load("nl", tmp_path)


def test_a_sentence_is_said_in_the_language(dutch: Words) -> None:
    """A known sentence is translated."""
    assert dutch("Next") == "Volgende"


def test_an_unknown_sentence_stays_english(dutch: Words) -> None:
    """What the catalogue lacks is still readable."""
    assert dutch("Something new") == "Something new"


def test_an_empty_sentence_is_not_the_catalogues_header(dutch: Words) -> None:
    """Gettext keeps its header under the empty text; nobody should ever see that."""
    assert dutch("") == ""


def test_a_context_keeps_words_apart(dutch: Words) -> None:
    """A resident's yes is not any other yes."""
    assert (dutch.about("resident", "Yes"), dutch("Yes")) == ("Ja", "Yes")


@pytest.mark.parametrize(("number", "said"), [(1, "1 vraag"), (2, "2 vragen"), (0, "0 vragen")])
def test_plurals_follow_the_number(dutch: Words, number: int, said: str) -> None:
    """One question, two questions."""
    assert dutch.plural("{number} question", "{number} questions", number) == said


def test_a_language_without_a_catalogue_gives_english(tmp_path: Path) -> None:
    """No catalogue, no error."""
    assert Words.load("xx", tmp_path)("Next") == "Next"


def test_an_error_says_its_sentence_in_the_language(dutch: Words) -> None:
    """The values are filled into the translated sentence."""
    assert TooManyAttempts(30).say(dutch) == "Wacht 30 seconden."
    assert str(TooManyAttempts(30)) == "Too many wrong attempts. Try again in 30 seconds."


def test_an_error_may_bring_its_own_sentence() -> None:
    """One class, several sentences."""
    assert str(IntakeError(mark("No {thing}."), thing="tea")) == "No tea."


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ar", True), ("prs", True), ("ckb", True), ("nl", False), ("ti", False), ("ar-SY", True)],
)
def test_the_direction_of_a_script(language: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Arabic script runs from right to left."""
    assert is_right_to_left(language) is expected

"""What a resident reads is complete, in the right script, and honest about who confirmed it."""

import re
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from intake_app.authoring import catalogues

CHECKOUT: Final = Path(__file__).resolve().parents[3]
LOCALES: Final = CHECKOUT / "locales"

#: Names that stay as they are, in a language of any script.
NAMES: Final = frozenset(
    {"A1", "A2", "B1", "B2", "C1", "C2", "COA", "IND", "ISK", "azc", "mbo", "hbo", "V-number"}
    | {"V-nummer", "diplomawaardering", "PDF", "NLQF"}
)
ISOLATES: Final = {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
EMBEDDINGS: Final = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}


def _read(language: str, domain: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as stream:
        return read_po(stream, locale=language)


def _messages(language: str, domain: str) -> list[Message]:
    return [message for message in _read(language, domain) if message.id]


def _said(message: Message) -> tuple[str, ...]:
    strings = message.string
    return tuple(strings) if isinstance(strings, list | tuple) else (strings or "",)


def _sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


ALL: Final = [("ar", "questionnaire"), ("ar", "app"), ("nl", "app")]


@pytest.fixture(scope="module")
def templates(screening: Path) -> dict[tuple[str, str], Catalog]:
    """Gather what there is to translate now, by language and domain."""
    return {
        ("ar", "questionnaire"): catalogues.questionnaire_template(screening),
        ("ar", "app"): catalogues.app_template(CHECKOUT, contexts=frozenset({"resident"})),
        ("nl", "app"): catalogues.app_template(CHECKOUT),
    }


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_catalogues_are_up_to_date(
    templates: dict[tuple[str, str], Catalog], language: str, domain: str
) -> None:
    """If this fails: `make words`, then translate what is new."""
    wanted = {(each.context, each.id) for each in templates[language, domain] if each.id}
    assert {(each.context, each.id) for each in _messages(language, domain)} == wanted


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_every_sentence_is_translated(language: str, domain: str) -> None:
    """No screen falls back to another language in the middle."""
    missing = [each.id for each in _messages(language, domain) if not all(_said(each))]
    assert missing == []


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_every_placeholder_survives(language: str, domain: str) -> None:
    """What the program fills in is in every translation, and nothing else."""
    placeholder = re.compile(r"\$?\{[a-z_]*[^}]*\}")
    for message in _messages(language, domain):
        wanted = {name for source in _sources(message) for name in placeholder.findall(source)}
        for said in _said(message):
            found = set(placeholder.findall(said))
            # A form for one or two may say the number in a word.
            assert found <= wanted, message.id
            assert wanted - found <= {"{number}"}, message.id


@pytest.mark.parametrize("domain", ["questionnaire", "app"])
def test_arabic_is_written_in_arabic(domain: str) -> None:
    """No sentence was left in Latin letters; names and abbreviations may stay."""
    latin = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9-]*")
    for message in _messages("ar", domain):
        for said in _said(message):
            bare = re.sub(r"\$?\{[^}]*\}", "", said)
            assert re.search(r"[\u0621-\u064a]", bare), message.id
            assert set(latin.findall(bare)) <= NAMES, message.id
            # Persian letters and digits of other languages are slips of a keyboard.
            assert not re.search(r"[\u06a9\u06cc\u067e\u0686\u06af\u06f0-\u06f9]", bare), message.id


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_direction_marks_are_balanced(language: str, domain: str) -> None:
    """What opens a direction closes it within the same sentence."""
    closing = ISOLATES | EMBEDDINGS
    for message in _messages(language, domain):
        for said in _said(message):
            waiting: list[str] = []
            for letter in said:
                if letter in closing:
                    waiting.append(closing[letter])
                elif letter in closing.values():
                    assert waiting, message.id
                    assert waiting.pop() == letter, message.id
            assert waiting == [], message.id


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_nothing_is_guessed_and_nothing_is_called_confirmed(language: str, domain: str) -> None:
    """No qualified translator has read these yet; the catalogue does not say otherwise."""
    for message in _messages(language, domain):
        assert not message.fuzzy
        comments = [*message.user_comments, *message.auto_comments]
        assert not [comment for comment in comments if comment.startswith("confirmed-by:")]


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_a_catalogue_says_what_it_is(language: str, domain: str) -> None:
    """Language and plural forms stand in the header, as translators' tools read them."""
    catalogue = _read(language, domain)
    assert str(catalogue.locale) == language
    assert catalogue.num_plurals == {"ar": 6, "nl": 2}[language]
    assert catalogue.charset == "utf-8"


def test_arabic_addresses_nobody_as_a_man(screening: Path) -> None:
    """Verbs whose form is for a man only are avoided: most can be said in another way."""
    masculine = re.compile(r"(^|\s)(تريد|ترغب|تستطيع|تتكلم|اختر|اكتب|اذكر)(\s|؟|$)")
    found = [
        said
        for message in _messages("ar", "questionnaire")
        for said in _said(message)
        if masculine.search(said)
    ]
    assert found == []

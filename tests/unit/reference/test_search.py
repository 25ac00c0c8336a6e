"""Search in code lists as one types."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.reference import CodeList, Entry
from intake_app.reference.cldr import LANGUAGES, countries, languages, scripts

COUNTRIES = countries()
TONGUES = languages()
TRADES = CodeList.of(
    "trades",
    "Test",
    "1",
    (
        Entry("7531", {"nl": "Kleermaker", "ar": "خياط"}, {"nl": ("naaister", "coupeur")}),
        Entry("7212", {"nl": "Lasser", "ar": "لحّام"}, {"ar": ("عامل لحام",)}),
        Entry("7533", {"nl": "Naaister en borduurster", "ar": "خيّاطة وتطريز"}),
        Entry("9999", {"nl": "Oud beroep"}, valid_until=date(2020, 12, 31)),
        Entry("8888", {"nl": "Nieuw beroep"}, valid_from=date(2027, 1, 1)),
    ),
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Syrië", "SY"),
        ("syri", "SY"),
        ("syire", "SY"),
        ("sryie", "SY"),
        ("afganistan", "AF"),
        ("affghanistan", "AF"),
        ("nederlant", "NL"),
        ("nederland", "NL"),
        ("ederland", "NL"),
        ("arab emiraten", "AE"),
        ("emiraten verenigde", "AE"),
        ("eritrea", "ER"),
        ("Eritreia", "ER"),
        ("سوريا", "SY"),
        ("افغانستان", "AF"),
        ("أفغانستان", "AF"),
        ("الصوماال", "SO"),
        ("العــراق", "IQ"),
        ("الیمن", "YE"),
        ("المانيا", "DE"),
        ("turkije", "TR"),
    ],
)
def test_a_country_is_found_first_as_one_types_it(words: str, code: str) -> None:
    """Prefixes, typos, accents and Arabic variants find the country in Dutch and Arabic."""
    assert COUNTRIES.search(words, languages=("nl", "ar"))[0].code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Syria", "SY"),
        ("Suriye", "SY"),
        ("سوریه", "SY"),
        ("Сирія", "SY"),
        ("ኤርትራ", "ER"),
        ("Soomaaliya", "SO"),
        ("Sûrîye", "SY"),
        ("ئێران", "IR"),
    ],
)
def test_every_language_is_searched_where_none_is_named(words: str, code: str) -> None:
    """A name is found in whatever language it is typed."""
    assert COUNTRIES.search(words)[0].code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("dari", "prs"),
        ("دری", "prs"),
        ("kurmanji", "kmr"),
        ("kurmanci", "kmr"),
        ("کورمانجی", "kmr"),
        ("sorani", "ckb"),
        ("tigrinya", "ti"),
        ("ትግርኛ", "ti"),
        ("pasjtoe", "ps"),
        ("koerdisch", "ku"),
        ("ar", "ar"),
        ("per", "fa"),
    ],
)
def test_languages_have_the_codes_of_the_interview(words: str, code: str) -> None:
    """Dari is prs and Kurmanji kmr, whatever CLDR's own keys are."""
    assert TONGUES.search(words)[0].code == code


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("kleermaker", "7531"),
        ("naaister", "7531"),
        ("naaister en", "7533"),
        ("borduur", "7533"),
        ("lasser", "7212"),
        ("laser", "7212"),
        ("لحام", "7212"),
        ("لحامم", "7212"),
        ("عامل", "7212"),
        ("7212", "7212"),
    ],
)
def test_other_words_for_a_code_find_it_too(words: str, first: str) -> None:
    """Synonyms and codes are searched; a whole match comes before a beginning."""
    assert TRADES.search(words)[0].code == first


def test_a_hit_tells_its_label_and_what_matched() -> None:
    """The label is in the first language asked for; the match is as it stands in the list."""
    hit = TRADES.search("لحام", languages=("nl", "ar"))[0]
    assert (hit.code, hit.label, hit.match) == ("7212", "Lasser", "لحّام")


def test_nothing_is_guessed_where_a_whole_name_is_typed() -> None:
    """Who typed Iran did not mean Irak."""
    assert [hit.code for hit in COUNTRIES.search("iran", languages=("nl",))] == ["IR"]


def test_a_code_is_found_once_however_many_of_its_names_match() -> None:
    """Hits are codes, not names."""
    hits = COUNTRIES.search("iran")
    assert len({hit.code for hit in hits}) == len(hits)
    assert hits[0].code == "IR"


def test_only_the_languages_asked_for_are_searched() -> None:
    """Arabic is not found where only Dutch is asked for."""
    assert TRADES.search("خياط", languages=("nl",)) == ()


@pytest.mark.parametrize("words", ["", "   ", "!?…", "\N{ARABIC TATWEEL}"])
def test_a_query_of_nothing_finds_nothing(words: str) -> None:
    """Blank and bare punctuation are no query."""
    assert COUNTRIES.search(words) == ()


@pytest.mark.parametrize("words", ["a" * 10_000, "سوريا " * 2_000, "\x00" * 10_000])
def test_ten_thousand_letters_are_harmless(words: str) -> None:
    """A pasted book breaks nothing; of a word said a thousand times one hit is enough."""
    assert len(COUNTRIES.search(words)) <= 1


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40), st.integers(min_value=0, max_value=5))
def test_any_query_gives_at_most_the_limit(words: str, limit: int) -> None:
    """Whatever is typed, hits are codes of the list and no more than asked for."""
    hits = COUNTRIES.search(words, languages=("nl", "ar"), limit=limit)
    assert len(hits) <= limit
    assert all(hit.code in COUNTRIES for hit in hits)


def test_what_is_not_valid_on_a_day_is_neither_found_nor_listed() -> None:
    """An abolished or a future code keeps its label and cannot be chosen."""
    today = date(2026, 11, 23)
    assert [hit.code for hit in TRADES.search("beroep", on=today)] == []
    assert {hit.code for hit in TRADES.search("beroep")} == {"8888", "9999"}
    assert "9999" not in {entry.code for entry in TRADES.entries("nl", on=today)}
    assert TRADES.label("9999", "nl") == "Oud beroep"


def test_entries_are_sorted_by_their_label() -> None:
    """Accents do not send a country to the end."""
    names = [entry.label("nl") for entry in COUNTRIES.entries("nl")]
    assert names.index("Egypte") < names.index("Eritrea") < names.index("Ethiopië")
    assert names.index("Åland") < names.index("Algerije")


def test_a_label_falls_back_and_at_last_is_the_code() -> None:
    """No label in a language gives Dutch; an unknown code gives itself."""
    assert TRADES.label("9999", "ar") == "Oud beroep"
    assert TRADES.label("0000", "ar") == "0000"
    assert TRADES.entry("0000") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_countries_have_a_name_in_each_of_the_twelve_languages(language: str) -> None:
    """CLDR names the countries that residents come from in all languages of the interview."""
    for code in ("SY", "TR", "ER", "YE", "IQ", "AF", "IR", "SO", "UA", "NL"):
        entry = COUNTRIES.entry(code)
        assert entry is not None
        assert entry.labels[language]


def test_the_lists_of_cldr_hold_codes_of_their_standard_only() -> None:
    """No groupings, test codes or regional varieties."""
    assert all(len(entry.code) == 2 for entry in COUNTRIES.entries("nl"))
    assert not {"EU", "ZZ", "UN", "XA"} & {entry.code for entry in COUNTRIES.entries("nl")}
    assert len(COUNTRIES) == 250
    assert not [entry.code for entry in TONGUES.entries("nl") if "_" in entry.code]
    assert scripts().label("Arab", "nl") == "Arabisch"
    assert COUNTRIES.version.startswith("CLDR ")

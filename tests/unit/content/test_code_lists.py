"""The project's code lists agree with the official ones, and common words find their group."""

import csv
from datetime import date
from pathlib import Path

import pytest

from intake_app.reference.library import Library


@pytest.fixture(scope="module")
def library() -> Library:
    """Load all code lists."""
    return Library.load()


@pytest.fixture(scope="module")
def official(shared: Path) -> list[dict[str, str]]:
    """Read the official table of municipalities and labour-market regions."""
    table = shared / "reference" / "gemeente_arbeidsmarktregio_2023-2026_derived.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_municipalities_are_there_and_in_their_region(
    library: Library, official: list[dict[str, str]]
) -> None:
    """342 municipalities, each with its code, its name and its region."""
    ours = {
        entry.code: (entry.labels["nl"], entry.parent)
        for entry in library["municipalities"].entries("nl")
    }
    assert len(ours) == 342
    assert ours == {row["gemeentecode"]: (row["gemeente"], row["amr_code"]) for row in official}


def test_all_labour_market_regions_are_there(
    library: Library, official: list[dict[str, str]]
) -> None:
    """35 regions with their codes and names."""
    ours = {entry.code: entry.labels["nl"] for entry in library["regions"].entries("nl")}
    assert len(ours) == 35
    assert ours == {row["amr_code"]: row["amr_naam"] for row in official}


def test_fields_of_study_are_codes_of_the_standard(library: Library, shared: Path) -> None:
    """Every broad field is there, and no code that ISCED-F does not have."""
    with (shared / "reference" / "esco" / "isced_f_2013_nl_en.csv").open(encoding="utf-8") as file:
        standard = {row["code"] for row in csv.DictReader(file)}
    ours = {entry.code for entry in library["fields"].entries("nl")}
    assert ours <= standard
    assert {code for code in standard if len(code) == 2} <= ours


def test_occupation_groups_are_those_of_the_standard(library: Library, shared: Path) -> None:
    """All ten major and 43 sub-major groups of ISCO-08."""
    with (shared / "reference" / "esco" / "ISCOGroups_en.csv").open(encoding="utf-8") as file:
        standard = {row["code"] for row in csv.DictReader(file)}
    ours = {entry.code for entry in library["isco"].entries("nl")}
    assert len(ours) == 53
    assert ours == {code for code in standard if len(code) <= 2}


@pytest.mark.parametrize("name", ["municipalities", "regions", "isco", "fields"])
def test_every_entry_is_told_in_dutch_and_in_arabic(library: Library, name: str) -> None:
    """A resident who reads Arabic finds every entry in it, and each parent exists."""
    entries = library[name].entries("nl")
    codes = {entry.code for entry in entries}
    parents = {entry.code for entry in library["regions"].entries("nl")} | codes
    for entry in entries:
        assert entry.labels["nl"]
        assert any("\u0600" <= letter <= "\u06ff" for letter in entry.labels["ar"]), entry.code
        assert not entry.parent or entry.parent in parents


def test_no_two_entries_of_a_list_look_the_same(library: Library) -> None:
    """Somebody who picks from a list must see which is which."""
    for name in ("municipalities", "regions", "isco", "fields"):
        for language in ("nl", "ar"):
            labels = [entry.labels[language] for entry in library[name].entries("nl")]
            doubles = {label for label in labels if labels.count(label) > 1}
            assert doubles == set(), (name, language)


def test_a_municipality_that_ends_is_still_known(library: Library) -> None:
    """Wijdemeren joins Hilversum on 1 January 2027."""
    entry = library["municipalities"].entry("GM1696")
    assert entry is not None
    assert entry.valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("kok", "51"),
        ("kapper", "51"),
        ("vrachtwagenchauffeur", "83"),
        ("lasser", "72"),
        ("naaister", "75"),
        ("leraar", "23"),
        ("verpleegkundige", "22"),
        ("schaapherder", "61"),
        ("schoonmaakster", "91"),
        ("metselaar", "71"),
        ("verkoper", "52"),
        ("programmeur", "25"),
        ("طباخ", "51"),
        ("حلاق", "51"),
        ("سائق", "83"),
        ("لحام", "72"),
        ("خياطة", "75"),
        ("معلمة", "23"),
        ("ممرضة", "22"),
        ("راعي غنم", "61"),
        ("كهربائي", "74"),
        ("محاسب", "33"),
    ],
)
def test_a_common_word_finds_its_group_of_occupations(
    library: Library, words: str, code: str
) -> None:
    """The first of what is found is what a job coach would choose."""
    found = library["isco"].search(words, languages=("nl", "ar"))
    assert found[0].code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Den Haag", "GM0518"),
        ("Ter Apel", "GM1950"),
        ("Hoofddorp", "GM0394"),
        ("لاهاي", "GM0518"),
        ("امستردام", "GM0363"),
        ("اوتريخت", "GM0344"),
    ],
)
def test_a_place_is_found_by_the_name_that_people_use(
    library: Library, words: str, code: str
) -> None:
    """Residents name the town, not the municipality of the register."""
    assert library["municipalities"].search(words, languages=("nl", "ar"))[0].code == code

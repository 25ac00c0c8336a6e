"""Lists from tables, and what is said of one that is missing or damaged."""

import json
from pathlib import Path

import pytest

from intake_app.errors import CodeListError
from intake_app.reference import Library

TOLD = {
    "towns": {
        "system": "CBS",
        "version": "2026",
        "source": "Test",
        "date": "2026-01-01",
        "licence": "CC BY 4.0",
        "file": "towns.csv",
    }
}
HEADER = "code,parent,valid_from,valid_until,nl,ar,nl_also,ar_also\n"
ROWS = (
    "GM0193,AM07,,,Zwolle,زفوله,,\n"
    "GM0518,AM27,1970-01-01,,'s-Gravenhage,لاهاي,Den Haag|Haag,\n"
    "GM0406,AM12,,2023-12-31,Huizen,,,\n"
)


def library(
    folder: Path, table: str | bytes | None = HEADER + ROWS, told: object = TOLD
) -> Library:
    """Write a manifest and a table, and load them."""
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    if table is not None:
        content = table.encode() if isinstance(table, str) else table
        (folder / "towns.csv").write_bytes(content)
    return Library.load(folder)


def test_a_table_becomes_a_list(tmp_path: Path) -> None:
    """Codes, labels, synonyms, parents and validity are read."""
    towns = library(tmp_path)["towns"]
    hague = towns.entry("GM0518")
    assert hague is not None
    assert (towns.system, towns.version, len(towns)) == ("CBS", "2026", 3)
    assert hague.labels == {"nl": "'s-Gravenhage", "ar": "لاهاي"}
    assert (hague.parent, str(hague.valid_from)) == ("AM27", "1970-01-01")
    assert [hit.match for hit in towns.search("den haag")] == ["Den Haag"]
    assert towns.label("GM0406", "ar") == "Huizen"


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF are what Excel writes."""
    table = ("\ufeff" + HEADER + ROWS).replace("\n", "\r\n")
    assert library(tmp_path, table)["towns"].label("GM0193", "ar") == "زفوله"


def test_the_library_knows_its_lists(tmp_path: Path) -> None:
    """Those of CLDR need no table."""
    assert library(tmp_path).ids() == ("countries", "languages", "scripts", "towns")
    assert "towns" in library(tmp_path)
    assert "villages" not in library(tmp_path)


def test_a_list_is_read_once(tmp_path: Path) -> None:
    """The library keeps what it loaded."""
    books = library(tmp_path)
    assert books["towns"] is books["towns"]
    assert books["countries"] is books["countries"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (None, "“towns” is missing"),
        (b"code,nl\nGM0193,Z\xfcrich\n", "not in UTF-8"),
        ("nl,ar\nZwolle,\n", "lacks the column “code”"),
        ("code;nl\nGM0193;Zwolle\n", "lacks the column “code”"),
        ("", "lacks the column “code”"),
        ("code,ar\nGM0193,\n", "lacks the column “nl”"),
        (HEADER + ROWS + "GM0193,,,,Zwolle,,,\n", "code GM0193 twice"),
        (HEADER + ",AM07,,,Zwolle,,,\n", "Line 2"),
        (HEADER + "GM0193,AM07,,, ,,,\n", "Line 2"),
        (HEADER + "GM0193,AM07\n", "Line 2"),
        (HEADER + "GM0193,AM07,,,Zwolle,,,,,\n", "Line 2"),
        (HEADER + "GM0193,AM07,last year,,Zwolle,,,\n", "Line 2"),
        (HEADER + 'GM0193,AM07,,,"Zwolle,,,\n', "cannot be read"),
    ],
)
def test_a_damaged_table_is_told_and_not_loaded(
    tmp_path: Path, table: str | bytes | None, sentence: str
) -> None:
    """One sentence says which list and where; nothing is half loaded."""
    books = library(tmp_path, table)
    with pytest.raises(CodeListError, match=sentence):
        books["towns"]


@pytest.mark.parametrize(
    "content",
    [None, "{", "[]", '{"towns": 1}', '{"towns": {"system": "CBS"}}', '{"a": {"file": 1}}'],
)
def test_a_damaged_manifest_is_told(tmp_path: Path, content: str | None) -> None:
    """A missing or unreadable manifest names itself."""
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(CodeListError, match=r"manifest\.json"):
        Library.load(tmp_path)


def test_an_unknown_list_is_told(tmp_path: Path) -> None:
    """The id that was asked for is named."""
    with pytest.raises(CodeListError, match="“villages”"):
        library(tmp_path)["villages"]


@pytest.mark.parametrize(
    ("name", "words", "label"),
    [
        ("municipalities", "den haag", "'s-Gravenhage"),
        ("municipalities", "zwole", "Zwolle"),
        ("municipalities", "utregt", "Utrecht"),
        ("municipalities", "اوترخت", "Utrecht"),
        ("isco", "kleremaker", "Voeding, hout, kleding en leer"),
        ("isco", "خياط", "Voeding, hout, kleding en leer"),
        ("isco", "lasser", "Lassers, monteurs en metaalbewerkers"),
    ],
)
def test_the_project_s_own_lists_are_found_in_both_languages(
    name: str, words: str, label: str
) -> None:
    """What a screener types, or a resident, finds the town and the trade."""
    assert Library.load()[name].search(words, languages=("nl", "ar"))[0].label == label


def test_every_list_of_the_manifest_loads() -> None:
    """A list is there, whole, with the system and version that answers will keep."""
    books = Library.load()
    for name in books.ids():
        assert len(books[name]) > 30
        assert books[name].system
        assert books[name].version

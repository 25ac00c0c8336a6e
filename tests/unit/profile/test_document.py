"""The profile's document: what stands in it, and that it is a PDF/A-3u."""

import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it ships no types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app import paths
from intake_app.errors import ProfileError
from intake_app.profile.document import EMBEDDED, render
from intake_app.profile.format import Context, Field, Profile
from intake_app.words import Words

JOINER = "\N{ZERO WIDTH JOINER}"
ENGLISH = Words.load("en")
Make = Callable[..., Profile]


def pdf(profile: Profile) -> pypdf.PdfReader:
    """Return the document of a profile in the words of the source."""
    return pypdf.PdfReader(io.BytesIO(render(profile, ENGLISH)), strict=True)


def text(profile: Profile) -> str:
    """Return all that a reader can copy from a document, in one line."""
    pages = (page.extract_text() for page in pdf(profile).pages)
    return " ".join(" ".join(pages).replace(JOINER, "").split())


def fonts(reader: pypdf.PdfReader) -> dict[str, Any]:
    """Return the fonts of all pages by name."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"]["/Font"].values():  # type: ignore[index] # pypdf's own typing
            font = reference.get_object()
            found[str(font["/BaseFont"])] = font
    return found


def widths(told: list[Any]) -> Iterator[tuple[int, float]]:
    """Read a font's widths: `c [w1 w2 …]` and `first last w` (ISO 32000-1, 9.7.4.3)."""
    rest = list(told)
    while rest:
        first, second = rest.pop(0), rest.pop(0)
        if isinstance(second, list):
            yield from enumerate(map(float, second), start=first)
        else:
            width = float(rest.pop(0))
            yield from ((code, width) for code in range(first, second + 1))


MIXED = "كنت خياطًا في حلب 12 سنة (Siemens) Україна ፈተነ Ελλάδα"


def test_a_person_reads_question_answer_own_words_and_source(make_profile: Make) -> None:
    """Each answer stands with the question, the person's words and where it comes from."""
    said = text(make_profile())
    assert "Profile for the municipality" in said
    assert "V-number 1234567890, made on 23 november 2026" in said
    assert "Voorbeeld Opvang · azc Voorbeeldstad" in said
    assert "Werk Banen 1 Welk beroep is dat? Kleermakers" in said
    assert "خياط ملابس رجالية" in said
    assert "asked on 23 november 2026 · told by the resident · 7531 (ISCO-08 2008)" in said
    assert "Interpreter: by telephone." in said


def test_it_says_that_a_person_decides(make_profile: Make) -> None:
    """No score and no ranking, on every page."""
    said = text(make_profile())
    assert "It was made with no score and no ranking. A person decides" in said
    assert "Made with no score and no ranking; a person decides." in said


@pytest.mark.parametrize(
    ("recipient", "purpose"),
    [
        ("organisation", "For the placement officers of the reception organisation"),
        ("municipality", "For the municipality where this person will live"),
    ],
)
def test_it_says_for_whom_and_for_what_it_is(
    make_profile: Make, recipient: str, purpose: str
) -> None:
    """The purpose stands at the top: staff were unsure what they may share."""
    assert purpose in text(make_profile(recipient=recipient))


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("declined", "The resident chose not to answer."),
        ("unknown", "The resident does not know."),
    ],
)
def test_no_answer_is_told_as_such(
    make_profile: Make, answer: Field, status: str, sentence: str
) -> None:
    """Declined and unknown are answers, not gaps."""
    blank = replace(answer, status=status, value="", display="", codes=(), own_words="")
    assert f"Welk beroep is dat? {sentence}" in text(make_profile(blank))


@pytest.mark.parametrize(
    ("confirmed", "sentence"),
    [
        ("yes", "who confirmed them"),
        ("corrected", "who corrected and then confirmed them"),
        ("disagree", "does not agree with all of them"),
        ("", "were not yet read to the resident"),
    ],
)
def test_it_says_whether_the_resident_confirmed(
    make_profile: Make, context: Context, confirmed: str, sentence: str
) -> None:
    """The resident's word on the summary stands at the top."""
    assert sentence in text(make_profile(context=replace(context, confirmed=confirmed)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"confirmed": False}, "not confirmed by the resident"),
        ({"provenance": "prefilled", "evidence": "record"}, "taken over and checked on 23 nov"),
        ({"provenance": "observed", "evidence": "observed"}, "observed by the screener"),
        ({"evidence": "document-seen"}, "document seen"),
        ({"calendar": "persian"}, "calendar: persian"),
    ],
)
def test_the_small_print_tells_where_an_answer_comes_from(
    make_profile: Make, answer: Field, change: dict[str, Any], sentence: str
) -> None:
    """Provenance, evidence, confirmation and calendar are said with each answer."""
    assert sentence in text(make_profile(replace(answer, **change)))


def test_the_usual_calendar_is_not_mentioned(make_profile: Make, answer: Field) -> None:
    """Who reads it has the same."""
    assert "calendar" not in text(make_profile(replace(answer, calendar="gregorian")))


def test_what_was_typed_to_find_a_label_is_not_repeated(make_profile: Make, answer: Field) -> None:
    """Three letters that found “Kleermakers” are no words of the resident's own."""
    assert "In their own words" not in text(make_profile(replace(answer, own_words="kle")))
    assert "In their own words" in text(make_profile(replace(answer, own_words="naaister")))


def test_words_that_are_not_coded_yet_are_told(make_profile: Make, answer: Field) -> None:
    """The resident's words stand as the answer."""
    blank = replace(answer, status="uncoded", value="", display="", codes=(), own_words="strijken")
    said = text(make_profile(blank))
    assert "Welk beroep is dat? strijken" in said
    assert "not coded yet" in said


def test_the_same_profile_gives_the_same_bytes(make_profile: Make) -> None:
    """Nothing in the file is of the moment of rendering."""
    assert render(make_profile(), ENGLISH) == render(make_profile(), ENGLISH)


def test_the_profile_for_machines_is_inside(make_profile: Make) -> None:
    """It is an associated file, byte for byte, and its hash is in the foot of each page."""
    profile = make_profile()
    reader = pdf(profile)
    catalog: Any = reader.root_object
    spec = catalog["/AF"][0].get_object()
    stream = spec["/EF"]["/F"].get_object()
    assert spec["/AFRelationship"] == "/Source"
    assert spec["/UF"] == EMBEDDED
    assert stream["/Subtype"] == "/application/json"
    assert stream["/Params"]["/ModDate"].startswith("D:20261123173000")
    assert stream.get_data() == profile.to_json()
    assert catalog["/Names"]["/EmbeddedFiles"]["/Names"][1].get_object() == spec
    short = hashlib.sha256(profile.to_json()).hexdigest()[:16]
    assert all(short in page.extract_text() for page in reader.pages)


def test_it_declares_pdf_a_3u(make_profile: Make) -> None:
    """XMP, output intent, language, title and identifier are there; encryption and info are not."""
    reader = pdf(make_profile())
    catalog: Any = reader.root_object
    xmp = catalog["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>U</pdfaid:conformance>" in xmp
    assert xmp.count("2026-11-23T17:30:00+00:00") == 3
    assert "Profile for the municipality · 1234567890" in xmp
    intent = catalog["/OutputIntents"][0]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object()["/N"] == 3
    assert catalog["/Lang"] == "nl-NL"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/ID" in reader.trailer
    assert "/Encrypt" not in reader.trailer
    assert "/Info" not in reader.trailer
    assert not {"/AcroForm", "/OCProperties", "/AA"} & set(catalog)


def test_every_glyph_is_embedded_measured_and_has_a_meaning(
    make_profile: Make, answer: Field
) -> None:
    """Fonts are inside, widths are those of the font, and each code maps to Unicode."""
    found = fonts(pdf(make_profile(replace(answer, display=MIXED, own_words=MIXED))))
    assert {name.partition("+")[2] for name in found} >= {
        "NotoSans",
        "NotoSansBold",
        "NotoSansArabic",
    }
    for font in found.values():
        descendant = font["/DescendantFonts"][0].get_object()
        program = TTFont(io.BytesIO(descendant["/FontDescriptor"]["/FontFile2"].get_data()))
        metrics, order = program["hmtx"], program.getGlyphOrder()
        glyphs = descendant["/CIDToGIDMap"].get_data()
        meant = dict(
            re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", font["/ToUnicode"].get_data().decode())
        )
        scale = 1000 / program["head"].unitsPerEm
        for code, width in widths(descendant["/W"]):
            glyph = int.from_bytes(glyphs[2 * code : 2 * code + 2])
            assert abs(metrics[order[glyph]][0] * scale - width) <= 1
            assert meant[f"{code:04X}"] not in {"FEFF", "FFFE"}


def test_parts_are_in_the_outline(make_profile: Make) -> None:
    """A reader jumps to a part of the conversation."""
    titles = [each.title for each in pdf(make_profile()).outline if not isinstance(each, list)]
    assert titles == ["Werk", "About this document"]


def test_a_long_profile_fills_pages_that_are_numbered(make_profile: Make, answer: Field) -> None:
    """Each page tells its number, and which profile and part it belongs to."""
    fields = [replace(answer, group=f"Banen {number}") for number in range(1, 41)]
    pages = pdf(make_profile(*fields)).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page.extract_text()
    assert all("· 1234567890 · Werk" in page.extract_text() for page in pages[1:-1])


def test_a_heading_never_stands_alone_at_the_foot(make_profile: Make, answer: Field) -> None:
    """Wherever the page ends, what follows a heading is on its page."""
    for rows in range(11, 17):
        fields = [replace(answer, group="", label=f"Vraag {row}") for row in range(rows)]
        last = replace(answer, group="Laatste kop", label="Onder de kop")
        for page in pdf(make_profile(*fields, last)).pages:
            said = page.extract_text()
            assert ("Laatste kop" in said) == ("Onder de kop" in said)


def test_an_answer_longer_than_a_page_goes_on_upon_the_next(
    make_profile: Make, answer: Field
) -> None:
    """Every word of it is there, in its order."""
    words = [f"woord{number}" for number in range(3000)]
    said = text(make_profile(replace(answer, display=" ".join(words), own_words="")))
    assert re.findall(r"woord\d+", said) == words


def test_a_word_wider_than_its_column_is_broken(make_profile: Make, answer: Field) -> None:
    """Nothing runs off the page."""
    said = text(make_profile(replace(answer, display="x" * 500, own_words="")))
    assert said.count("x") >= 500


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("中文 😀 Հայ", "�� � ���"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\x00c", "abc"),
        ("<b>vet</b> & \\ (haken)", "<b>vet</b> & \\ (haken)"),
        ("{nb} **geen** opmaak", "{nb} **geen** opmaak"),
    ],
)
def test_what_cannot_be_shown_is_shown_as_missing(
    make_profile: Make, answer: Field, told: str, shown: str
) -> None:
    """Letters without a glyph are marked, controls dropped, and nothing is taken for markup."""
    profile = make_profile(replace(answer, display=told, own_words=""))
    assert shown in text(profile)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.text(max_size=200))
def test_whatever_was_said_can_be_rendered(make_profile: Make, answer: Field, said: str) -> None:
    """Any text gives a file that opens, with the profile whole inside it."""
    profile = make_profile(replace(answer, display=said, own_words=said[::-1]))
    catalog: Any = pdf(profile).root_object
    assert catalog["/AF"][0].get_object()["/EF"]["/F"].get_object().get_data() == profile.to_json()


def test_without_the_shaping_engine_it_is_still_a_document(
    make_profile: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tablet has no engine: Arabic letters are joined and ordered by the app itself."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    said = text(make_profile())
    assert "Welk beroep is dat? Kleermakers" in said
    drawn = "ﺧﻴﺎط ﻣﻼﺑﺲ رﺟﺎﻟﻴﺔ"
    assert unicodedata.normalize("NFKC", said).count(unicodedata.normalize("NFKC", drawn)) == 1


def test_a_missing_font_is_told(
    make_profile: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence names the file; no profile is half rendered."""
    monkeypatch.setattr(paths, "assets", tmp_path.joinpath)
    with pytest.raises(ProfileError, match=r"NotoSans-Regular\.ttf"):
        render(make_profile(), ENGLISH)

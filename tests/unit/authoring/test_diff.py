"""`form diff`: what changed, in an author's words, and what drafts notice of it."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from intake_app.authoring import drafts
from intake_app.authoring.diff import diff
from intake_app.authoring.difference import Difference
from intake_app.authoring.loading import load_any
from intake_app.clock import FixedClock
from intake_app.interview import Interview, upgrade

Written = Callable[[str, str], Path]
Compared = Callable[..., tuple[Difference, ...]]

FORM = """
    | survey |
    |  | type | name | label::Nederlands (nl) | label::Arabic (ar) | hint::Nederlands (nl) | relevant | constraint | required | calculation | choice_filter | bind::intake:purpose | bind::intake:sensitivity | bind::intake:was | bind::intake:max |
    |  | text | name | Naam? | الاسم؟ | Voluit. | | | yes | | | HB | | | |
    |  | begin group | home | Thuis | | | | | | | | | | | |
    |  | integer | adults | Volwassenen? | | | | . > 0 | | | | H | | | |
    |  | select_one kind | kind | Soort? | | | ${adults} > 1 | | | | | H | | | |
    |  | calculate | double | | | | | | | ${adults} * 2 | | | | | |
    |  | end group | | | | | | | | | | | | | |
    |  | begin repeat | jobs | Werk | | | | | | | | | | | 3 |
    |  | text | title | Wat? | | | | | | | | W | | | |
    |  | end repeat | | | | | | | | | | | | | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) | label::Arabic (ar) |
    |  | kind | flat | Flat | شقة |
    |  | kind | house | Huis | بيت |
    | settings |
    |  | form_id | version | default_language | namespaces |
    |  | t | 1 | Nederlands (nl) | intake="https://example.org/intake" |
"""  # noqa: E501 - a table of a form is as wide as its columns


@pytest.fixture
def compared(written: Written) -> Compared:
    """Compare the form with itself after some replacements, its version raised."""

    def compare(*changes: tuple[str, str], version: str = "2") -> tuple[Difference, ...]:
        after = dedent(FORM).replace("| t | 1 |", f"| t | {version} |")
        for old, new in changes:
            assert old in after, old
            after = after.replace(old, new)
        before = written("before.md", dedent(FORM))
        return diff(load_any(before), load_any(written("after.md", after)))

    return compare


def test_a_form_is_not_different_from_itself(written: Written) -> None:
    """Nothing changed, nothing said."""
    form = load_any(written("form.md", dedent(FORM)))
    assert diff(form, form) == ()


LINE = "    |  | text | name |"
CHANGES = [
    ("Naam?", "Uw naam?", "label", "/data/name",
     "The label in Nederlands (nl) was “Naam?” and is “Uw naam?”.", ""),
    ("الاسم؟", "اسمك؟", "label", "/data/name",
     "The label in Arabic (ar) was “الاسم؟” and is “اسمك؟”.", ""),
    ("Voluit.", "", "hint", "/data/name",
     "The hint in Nederlands (nl) was “Voluit.” and is blank.", ""),
    ("${adults} > 1", "${adults} > 2", "relevant", "/data/home/kind",
     "The relevance was “${adults} > 1” and is “${adults} > 2”.",
     "it may come up, or go out of sight with its answers, which are kept"),
    (". > 0", ". > 0 and . < 9", "constraint", "/data/home/adults",
     "The constraint was “. > 0” and is “. > 0 and . < 9”.",
     "answers are kept; some may not be valid any more"),
    ("| yes | | | HB |", "| | | | HB |", "required", "/data/name",
     "The required was “true()” and is blank.",
     "where it is blank now, the draft may not be complete any more"),
    ("${adults} * 2", "${adults} * 3", "calculate", "/data/home/double",
     "The calculation was “${adults} * 2” and is “${adults} * 3”.", "it is calculated again"),
    ("| HB |", "| HBW |", "purpose", "/data/name",
     "The purpose was “HB” and is “HBW”; read by work from now on.",
     "it holds for answers in drafts too; what was delivered stays delivered"),
    ("| HB | |", "| HB | proxy |", "sensitivity", "/data/name",
     "The sensitivity was blank and is “proxy”.",
     "it holds for answers in drafts too; what was delivered stays delivered"),
    ("| 3 |", "| 2 |", "max", "/data/jobs",
     "The max was “3” and is “2”.", "rows that are there are kept, also beyond it"),
    ("| kind | flat | Flat |", "| kind | flat | Appartement |", "choice-label", "list kind",
     "The label of flat in Nederlands (nl) was “Flat” and is “Appartement”.",
     drafts.RELABELLED),
    ("| kind | house |", "| kind | home |", "choice-removed", "list kind",
     "The choice house was removed.", "answers with house are set apart, never delivered"),
    ("| integer | adults |", "| decimal | adults |", "type", "/data/home/adults",
     "The type was integer and is decimal.", "answers are turned into the new kind"),
    ("| text | title |", "| integer | title |", "type", "/data/jobs/title",
     "The type was text and is integer.",
     "answers that fit are kept; the others are set apart, never delivered"),
    ("| integer | adults |", "| date | adults |", "type", "/data/home/adults",
     "The type was integer and is date.",
     "answers are set apart: kept with the draft and shown, never delivered"),
    ("| integer | adults |", "| text | adults |", "type", "/data/home/adults",
     "The type was integer and is text.", "answers are turned into the new kind"),
    ("| select_one kind |", "| select_multiple kind |", "type", "/data/home/kind",
     "The type was select_one and is select_multiple.", "answers are turned into the new kind"),
    ("begin repeat | jobs", "begin group | jobs", "type", "/data/jobs",
     "It was a repeat and is a group.",
     "answers of the first row are kept; those of other rows are set apart"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "about", "change", "effect"), CHANGES)
def test_a_change_is_told_with_what_drafts_notice(
    compared: Compared, old: str, new: str, code: str, about: str, change: str, effect: str
) -> None:
    """Old and new, in the author's own names and in the language that changed."""
    also = (("end repeat", "end group"), ("| 3 |", "| |")) if "begin group" in new else ()
    told = [one for one in compared((old, new), *also) if one.code == code]
    assert [(one.about, one.change, one.drafts) for one in told] == [(about, change, effect)]


def test_who_may_read_an_answer_stands_out(compared: Compared) -> None:
    """And so does what sets answers apart; a label does not."""
    found = compared(("| HB |", "| B |"), ("| kind | house |", "| kind | home |"), ("Wat?", "Wat"))
    assert {one.code for one in found if one.weighty} == {"purpose", "choice-removed"}
    assert {one.code for one in found if not one.weighty} >= {"version", "label", "choice-added"}
    purpose = next(one for one in found if one.code == "purpose")
    assert purpose.change.endswith("; not read by placement any more.")


def test_questions_come_and_go(compared: Compared) -> None:
    """What is new is open; what is gone keeps its answers apart."""
    found = compared(
        (
            "|  | integer | adults | Volwassenen? | | | | . > 0 | | | | H | | | |",
            "|  | date | since | Sinds? | | | | | yes | | | B | | | |",
        ),
        ("${adults} > 1", "${name} != ''"),
        ("${adults} * 2", "1"),
    )
    told = {(one.code, one.about): one for one in found}
    added, removed = told["added", "/data/home/since"], told["removed", "/data/home/adults"]
    assert added.change == "A question was added. Its purpose is B."
    assert added.drafts == (
        "it is open wherever it is asked, and has to be answered before the interview is complete"
    )
    assert (removed.change, removed.weighty) == ("This question was removed.", True)
    assert removed.drafts == "answers are set apart: kept with the draft and shown, never delivered"


def test_a_new_name_that_is_declared_takes_answers_along(compared: Compared) -> None:
    """By `bind::intake:was`; what refers to it is not a change of its own."""
    found = compared(
        ("| adults | Volwassenen? | | | | . > 0 | | | | H | | | |",
         "| grownups | Volwassenen? | | | | . > 0 | | | | H | | adults | |"),
        ("${adults}", "${grownups}"),
    )  # fmt: skip
    assert [(one.code, one.about, one.change, one.drafts) for one in found] == [
        ("version", "form", "The version was 1 and is 2.", ""),
        ("renamed", "/data/home/grownups", "It was called adults.", "answers go along"),
    ]


def test_what_moves_is_told_once(compared: Compared) -> None:
    """Into another group by its name, or past others in its own."""
    row = "|  | select_one kind | kind | Soort? | | | ${adults} > 1 | | | | | H | | | |\n"
    out = compared((row, ""), ("|  | begin repeat", row + "|  | begin repeat"))
    assert [(one.code, one.about, one.change) for one in out if one.code == "moved"] == [
        ("moved", "/data/kind", "It was moved out of /data/home.")
    ]
    calculation = "|  | calculate | double | | | | | | | ${adults} * 2 | | | | | |\n"
    past = compared((row, ""), (calculation, calculation + row))
    assert [(one.code, one.change) for one in past if one.code == "moved"] == [
        ("moved", "It comes at another place in its group.")
    ]


@pytest.mark.parametrize(
    ("version", "change"),
    [
        ("1", "The form changed, but its version is still 1."),
        ("0", "The form changed, but its version went back to 0."),
        ("10", "The version was 1 and is 10."),
    ],
)
def test_a_change_without_a_higher_version_is_told(
    compared: Compared, version: str, change: str
) -> None:
    """Numbers count as numbers."""
    told = compared(("Naam?", "Uw naam?"), version=version)[0]
    assert (told.code, told.change, told.weighty) == ("version", change, version != "10")


MORE = """
    | survey |
    |  | type | name | label::Nederlands (nl) | label::Arabic (ar) | image::Nederlands (nl) | default | calculation | trigger |
    |  | text | a | A? | الف | a.png | concat('x', 'y') | | |
    |  | begin repeat | rows | Rijen | صفوف | | | | |
    |  | select_one kind | b | B? | ب | | | | |
    |  | text | c | C? | ت | | today() | | |
    |  | end repeat | | | | | | | |
    |  | calculate | copy | | | | | ${a} | ${a} |
    |  | calculate | sought | | | | | instance('towns')/root/item[name = ${a}]/label | |
    |  | csv-external | towns | | | | | | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) | label::Arabic (ar) | audio::Nederlands (nl) |
    |  | kind | flat | Flat | شقة | flat.mp3 |
    | settings |
    |  | form_id | version | default_language |
    |  | t | 1 | Nederlands (nl) |
"""  # noqa: E501 - a table of a form is as wide as its columns


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "'y'", "'z'",
            ("default", "/data/a",
             "The calculated default was “concat('x', 'y')” and is “concat('x', 'z')”.",
             "drafts keep what they have"),
        ),
        (
            "| today() |", "| |",
            ("default", "/data/rows/c", "The calculated default was “today()” and is blank.",
             "drafts keep what they have"),
        ),
        (
            "| ${a} | ${a} |", "| concat(${a}, '!') | ${a} |",
            ("trigger", "/data/copy",
             "The calculation when ${a} changes was “${a}” and is “concat(${a}, '!')”.",
             "it is calculated when that changes next"),
        ),
        (
            "a.png", "b.png",
            ("media", "/data/a", "The image in Nederlands (nl) was “a.png” and is “b.png”.", ""),
        ),
        (
            "flat.mp3", "",
            ("media", "list kind",
             "The audio of flat in Nederlands (nl) was “flat.mp3” and is blank.", ""),
        ),
    ],
)  # fmt: skip
def test_what_a_form_sets_and_shows_is_told_too(
    written: Written, old: str, new: str, told: tuple[str, str, str, str]
) -> None:
    """Each in words of its own, once, also where a repeat sets it in several ways."""
    written("towns.csv", "name,label\nx,X\n")
    after = dedent(MORE).replace("| t | 1 |", "| t | 2 |")
    assert old in after
    forms = (written("before.md", MORE), written("after.md", after.replace(old, new)))
    _, *found = diff(*map(load_any, forms))
    assert [(one.code, one.about, one.change, one.drafts) for one in found] == [told]


def test_what_is_looked_up_and_what_was_confirmed_is_told(written: Written, tmp_path: Path) -> None:
    """A list beside the form; the translations that somebody has looked at."""
    written("towns.csv", "name,label\nx,X\n")
    catalogue = """
        msgid ""
        msgstr "Content-Type: text/plain; charset=utf-8\\n"

        # confirmed-by: A. Translator
        msgctxt "a:label"
        msgid "A?"
        msgstr "الف"
    """
    before = load_any(written("form.md", MORE))
    written("towns.csv", "name,label\nx,Y\n")
    written("locales/ar/LC_MESSAGES/questionnaire.po", catalogue)
    after = load_any(
        written("form.md", MORE.replace("| t | 1 |", "| t | 2 |")), locales=tmp_path / "locales"
    )
    assert [(one.code, one.about, one.change) for one in diff(before, after)] == [
        ("version", "form", "The version was 1 and is 2."),
        ("confirmed", "form", "In Arabic (ar) 1 text is now confirmed by a translator."),
        ("looked-up", "list towns", "What expressions look up in it changed."),
    ]


def test_what_no_question_notices_is_still_told(written: Written) -> None:
    """The hash of the form tells that something changed."""
    form = """
    | survey |
    |  | type | name | label |
    |  | text | a | A? |
    | settings |
    |  | form_id | version | instance_name |
    |  | t | 1 | concat(${a}, '1') |
    """
    before = load_any(written("before.md", form))
    after = load_any(written("after.md", form.replace("'1'", "'2'")))
    assert [(one.code, one.weighty) for one in diff(before, after)] == [
        ("version", True),
        ("other", False),
    ]


def test_languages_and_the_forms_own_name_are_compared(compared: Compared) -> None:
    """A draft in a language that is gone goes on in the form's own."""
    found = compared(("Arabic (ar)", "Dari (prs)"), ("| t | 2 |", "| u | 2 |"))
    told = {one.code: (one.change, one.drafts) for one in found if one.about == "form"}
    assert told["language-added"] == ("Dari (prs) was added.", "")
    assert told["language-removed"] == (
        "Arabic (ar) was removed.", "drafts in this language go on in the form's own",
    )  # fmt: skip
    assert told["id"] == (
        "These are two questionnaires: t and u.", "drafts cannot be carried over at all",
    )  # fmt: skip


def test_a_filter_is_told_as_its_author_wrote_it(compared: Compared) -> None:
    """With the names of questions, and the list as it is."""
    row = "| select_one kind | kind | Soort? | | | ${adults} > 1 | | | | | H |"
    found = compared((row, row.replace("| | | | | H |", "| | | | name != ${name} | H |")))
    told = next(one for one in found if one.code == "choices")
    assert told.change == (
        "The choices were “instance('kind')/root/item” and are "
        "“instance('kind')/root/item[name != ${name}]”."
    )


KINDS = ("text", "integer", "decimal", "date", "select_one kind", "select_multiple kind")
ANSWERS = {
    "text": ("woorden", "5", "2026-11-23", "flat"),
    "integer": ("5",),
    "decimal": ("2.5",),
    "date": ("2026-11-23",),
    "select_one kind": ("flat",),
    "select_multiple kind": ("flat", "flat house"),
}
QUESTION = """
    | survey |
    |  | type | name | label |
    |  | KIND | it | Het? |
    |  | select_one kind | other | Anders? |
    | choices |
    |  | list_name | name | label |
    |  | kind | flat | Flat |
    |  | kind | house | Huis |
    | settings |
    |  | form_id | version |
    |  | t | VERSION |
"""


@pytest.mark.parametrize("older", KINDS)
@pytest.mark.parametrize("newer", KINDS)
def test_what_is_said_of_drafts_is_what_upgrading_does(
    written: Written, older: str, newer: str
) -> None:
    """Each answer of a draft ends in a way that the sentence names."""
    before, after = (
        load_any(
            written(f"{version}.md", QUESTION.replace("KIND", kind).replace("VERSION", version))
        )
        for kind, version in ((older, "1"), (newer, "2"))
    )
    effects = [one.drafts for one in diff(before, after) if one.code == "type"]
    kinds = set[str]()
    for value in ANSWERS[older]:
        interview = Interview(before, clock=FixedClock())
        interview.answer("/data/it", value)
        kinds.update(move.kind for move in upgrade.plan(interview.export(), after, before).moves)
    said = {
        "answers are kept": {"kept"},
        "answers are turned into the new kind": {"kept", "converted"},
        drafts.APART: {"orphaned"},
        "answers that fit are kept; the others are set apart, never delivered": {
            "kept", "converted", "orphaned",
        },
    }  # fmt: skip
    if older == newer:
        assert (effects, kinds) == ([], {"kept"})
    else:
        assert kinds <= said[effects[0]], (effects, kinds)

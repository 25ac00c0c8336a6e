"""`form check` of headings: what nothing reads, and in which language a column is."""

import pytest

from intake_app.authoring.check import check
from tests.unit.authoring.surveys import Written

CODES = {
    "unknown-heading", "no-language", "no-language-code", "language-twice", "unknown-language",
}  # fmt: skip
AFTER = "label::Nederlands (nl), with the language after two colons"
NL, AR = "label::Nederlands (nl)", "label::Arabisch (ar)"


@pytest.mark.parametrize(
    ("survey", "choices", "own", "told"),
    [
        ((NL, AR), (NL, AR), "Nederlands (nl)", []),
        (("label",), ("label",), "", []),
        ((NL, "hint"), (NL,), "", []),
        ((NL, "label of ours", "image source"), (NL, "names"), "", []),
        (("label::nl", "label::kmr"), ("label::nl",), "", []),
        (
            (NL, "label (ar)"), (NL,), "",
            [("survey", "label (ar)", AFTER)],
        ),
        (
            (NL, "label_ar"), (NL,), "",
            [("survey", "label_ar", AFTER)],
        ),
        (
            (NL, "lable::Arabisch (ar)"), (NL,), "",
            [("survey", "lable::Arabisch (ar)", "label::Arabisch (ar)")],
        ),
        (
            (NL, "hint::Nederlands"), (NL,), "",
            [("survey", "hint::Nederlands", "hint::Nederlands (nl)")],
        ),
        ((NL,), ("label::nl",), "", [("choices", "label::nl", "label::Nederlands (nl)")]),
        (
            ("label::Nederlands",), ("label::Nederlands",), "",
            [
                (sheet, "label::Nederlands",
                 "label::Nederlands (xx), with the code of the language for xx")
                for sheet in ("survey", "choices")
            ],
        ),
        (
            (NL,), ("label",), "",
            [("choices", "label", "label::Nederlands (nl), or what language it is")],
        ),
        (
            (NL,), (NL,), "Nederlands",
            [("settings", "default_language", "it as in the headings: Nederlands (nl)")],
        ),
        ((NL,), (NL, "lable"), "", [("choices", "lable", "label")]),
    ],
)  # fmt: skip
def test_a_column_says_its_language_once_and_in_one_way(
    written: Written,
    survey: tuple[str, ...],
    choices: tuple[str, ...],
    own: str,
    told: list[tuple[str, str, str]],
) -> None:
    """What is lost or becomes a language of its own without a word is told; remarks are not."""
    table = (
        f"| survey |\n| | type | name | {' | '.join(survey)} |\n"
        f"| | select_one l | a | {' | '.join('A' for _ in survey)} |\n"
        f"| choices |\n| | list_name | name | {' | '.join(choices)} |\n"
        f"| | l | x | {' | '.join('X' for _ in choices)} |\n"
        f"| settings |\n| | form_id | version | default_language |\n| | t | 1 | {own} |\n"
    )
    found = [one for one in check(written("form.md", table)) if one.code in CODES]
    assert [(one.sheet, one.column, one.remedy) for one in found] == [
        (sheet, column, f"write {remedy}.") for sheet, column, remedy in told
    ]


def test_a_form_says_which_it_is_and_which_version(written: Written) -> None:
    """Without them a device cannot know its drafts again."""
    table = "| survey |\n| | type | name | label |\n| | text | a | A |\n"
    named = f"{table}| settings |\n| | form_id | version |\n| | t | 1 |\n"
    codes = {"no-form-id", "no-version"}
    bare, whole = (check(written(f"{len(one)}.md", one)) for one in (table, named))
    assert [(one.sheet, one.column) for one in bare if one.code in codes] == [
        ("settings", "form_id"),
        ("settings", "version"),
    ]
    assert not codes & {one.code for one in whole}


def test_one_colon_among_headings_with_two_is_told_before_what_it_causes(written: Written) -> None:
    """What is missing for it is missing in every row; alone, one colon is read as well as two."""
    survey = """\
        | survey |
        |  | type | name | label:Nederlands (nl) | hint::Nederlands (nl) |
        |  | text | a    | A                     | B |
        |  | note | b    | B                     | |
        """
    told = check(written("form.md", survey))
    assert (told[0].code, told[0].column) == ("one-colon", "label:Nederlands (nl)")
    assert told[0].remedy == "write label::Nederlands (nl)."
    alone = survey.replace("hint::Nederlands (nl)", "relevant").replace("| B |\n", "| |\n", 1)
    assert "one-colon" not in {one.code for one in check(written("form.md", alone))}

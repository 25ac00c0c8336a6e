"""`form check` of words: missing, too long, not translated."""

from pathlib import Path

from intake_app.authoring.check import check
from tests.unit.authoring.surveys import Found, Written, found_as


def test_words_that_are_missing_or_too_many_are_told(found: Found) -> None:
    """By role and width, in the column of the language."""
    survey = f"""
    | survey |
    |  | type | name | label::Nederlands (nl) | hint::Nederlands (nl) | constraint |
    |  | text | a | {"A" * 141} | {"b" * 181} | . != 'x' |
    |  | begin group | g | | | |
    |  | select_one yn | b | {"A" * 140} | {"b" * 180} | |
    |  | end group | | | | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) |
    |  | yn | yes | {"J" * 91} |
    |  | yn | no | {"N" * 90} |
    |  | yn | maybe | |
    """
    findings = found(survey)
    assert found_as(findings, "too-long") == [
        ("survey", 2, "a", "hint::Nederlands (nl)"),
        ("survey", 2, "a", "label::Nederlands (nl)"),
        ("choices", 2, "yn/yes", "label::Nederlands (nl)"),
    ]
    assert found_as(findings, "no-label") == [
        ("survey", 3, "g", "label::Nederlands (nl)"),
        ("choices", 4, "yn/maybe", "label::Nederlands (nl)"),
    ]
    assert found_as(findings, "no-message") == [("survey", 2, "a", "constraint_message")]


def test_what_a_language_does_not_say_is_told_text_by_text(found: Found) -> None:
    """Labels, hints, messages and choices, in the column of that language."""
    survey = """
    | survey |
    |  | type | name | label::Nederlands (nl) | label::Arabic (ar) | hint::Nederlands (nl) |
    |  | text | a | Naam? | الاسم؟ | Voluit. |
    |  | select_one yn | b | Is dat ${a}? | نعم أم لا؟ | |
    | choices |
    |  | list_name | name | label::Nederlands (nl) | label::Arabic (ar) |
    |  | yn | yes | Ja | نعم |
    |  | yn | no | Nee | |
    """
    findings = found(survey)
    assert found_as(findings, "no-translation") == [
        ("survey", 2, "a", "hint::Arabic (ar)"),
        ("choices", 3, "yn/no", "label::Arabic (ar)"),
    ]
    assert found_as(findings, "lost-placeholder") == [("survey", 3, "b", "label::Arabic (ar)")]
    lost = next(one for one in findings if one.code == "lost-placeholder")
    assert lost.problem == "This translation lacks ${a}, which the text fills in."


CATALOGUE = """
    msgid ""
    msgstr "Content-Type: text/plain; charset=utf-8\\n"

    msgctxt "a:label"
    msgid "Naam?"
    msgstr "الاسم؟"
"""


def test_what_a_catalogue_lacks_is_told_by_its_language(written: Written, tmp_path: Path) -> None:
    """The row is the text's own; where to translate it stands in the remedy."""
    source = written(
        "form.md",
        """
        | survey |
        |  | type | name | label::Nederlands (nl) |
        |  | text | a | Naam? |
        |  | text | b | Adres? |
        """,
    )
    written("locales/ar/LC_MESSAGES/questionnaire.po", CATALOGUE)
    written("locales/fa_AF/LC_MESSAGES/questionnaire.po", CATALOGUE.replace("Naam?", "Nee?"))
    findings = [
        one for one in check(source, locales=tmp_path / "locales") if one.code == "no-translation"
    ]
    assert [(one.row, one.column, one.problem, one.remedy) for one in findings] == [
        (
            0,
            "default_language",
            "Nothing is said in Dari (prs).",
            "translate the form in locales/fa_AF, or leave the language out.",
        ),
        (
            3,
            "label (catalogue ar)",
            "This is not said in Arabic (ar).",
            "translate it in locales/ar.",
        ),
    ]


def test_a_catalogue_of_another_questionnaire_is_no_language_of_this_one(
    written: Written, tmp_path: Path
) -> None:
    """Whoever checks a form of their own beside the app's catalogues hears nothing of those."""
    source = written("form.md", "| survey |\n| | type | name | label |\n| | text | z | Z? |\n")
    written("locales/ar/LC_MESSAGES/questionnaire.po", CATALOGUE)
    found = check(source, locales=tmp_path / "locales")
    assert found_as(list(found), "no-translation") == []

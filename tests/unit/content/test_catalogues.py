"""Catalogues keep what translators did, and change only when words do."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from intake_app.authoring import catalogues
from intake_app.errors import ConfigurationError, FormCompileError

FORM = """\
| survey   |
|          | type          | name  | label::NL (nl)  | hint::NL (nl)         | constraint             | constraint_message::NL (nl) | bind::intake:item |
|          | begin_group   | work  | Werk            |                       |                        |                             |                   |
|          | begin_repeat  | jobs  | Banen           |                       |                        |                             |                   |
|          | text          | title | Wat deed u?     | In uw eigen woorden.  | string-length(.) < 9   | Te lang.                    | Q7.2              |
|          | end_repeat    |       |                 |                       |                        |                             |                   |
|          | select_one yn | paid  | Werd u betaald? |                       |                        |                             |                   |
|          | end_group     |       |                 |                       |                        |                             |                   |
| choices  |
|          | list_name     | name  | label::NL (nl)  |
|          | yn            | yes   | Ja              |
|          | yn            | no    | Nee             |
| settings |
|          | form_id       | default_language | namespaces     |
|          | trial         | NL (nl)          | intake="urn:x" |
"""  # noqa: E501 - a table reads as a table


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """Write a small questionnaire."""
    path = tmp_path / "form.md"
    path.write_text(FORM, encoding="utf-8")
    return path


@pytest.fixture
def arabic(tmp_path: Path) -> Path:
    """Make the folder that the Arabic catalogue belongs in."""
    path = tmp_path / "locales" / "ar" / "LC_MESSAGES" / "questionnaire.po"
    path.parent.mkdir(parents=True)
    return path


def _entry(catalogue: Catalog, text: str, context: str | None) -> Message:
    message = catalogue.get(text, context)
    assert message is not None
    return message


def test_every_text_of_a_form_has_a_context_that_tells_its_place(form: Path) -> None:
    """Two questions with the same words can be translated apart."""
    found = [
        (message.context, message.id)
        for message in catalogues.questionnaire_template(form)
        if message.id
    ]
    assert found == [
        ("work:label", "Werk"),
        ("work/jobs:label", "Banen"),
        ("work/jobs/title:label", "Wat deed u?"),
        ("work/jobs/title:hint", "In uw eigen woorden."),
        ("work/jobs/title:constraint", "Te lang."),
        ("work/paid:label", "Werd u betaald?"),
        ("choice/yn/yes:label", "Ja"),
        ("choice/yn/no:label", "Nee"),
    ]


def test_an_update_keeps_translations_and_confirmations(form: Path, arabic: Path) -> None:
    """Whoever translated and whoever confirmed did it once."""
    template = catalogues.questionnaire_template(form)
    catalogue = catalogues.update_catalogue(arabic, template)
    assert _entry(catalogue, "Ja", "choice/yn/yes:label").string is None
    arabic.write_text(
        arabic.read_text("utf-8").replace(
            'msgctxt "choice/yn/yes:label"\nmsgid "Ja"\nmsgstr ""',
            '#. confirmed-by: A. Translator\nmsgctxt "choice/yn/yes:label"\n'
            'msgid "Ja"\nmsgstr "نعم"',
        ),
        encoding="utf-8",
    )
    kept = _entry(catalogues.update_catalogue(arabic, template), "Ja", "choice/yn/yes:label")
    assert kept.string == "نعم"
    assert kept.user_comments == ["confirmed-by: A. Translator"]


def test_a_changed_question_is_translated_and_confirmed_anew(form: Path, arabic: Path) -> None:
    """A translation of other words is no translation; it is not guessed from the old one."""
    arabic.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '# confirmed-by: A. Translator\nmsgctxt "choice/yn/yes:label"\n'
        'msgid "Jawel"\nmsgstr "نعم"\n',
        encoding="utf-8",
    )
    catalogue = catalogues.update_catalogue(arabic, catalogues.questionnaire_template(form))
    entry = _entry(catalogue, "Ja", "choice/yn/yes:label")
    assert not entry.string
    assert not entry.user_comments
    assert not entry.fuzzy
    assert '#~ msgstr "نعم"' in arabic.read_text("utf-8")


def test_a_second_update_changes_nothing(form: Path, arabic: Path) -> None:
    """No date and no line number of this run: the file differs only when words do."""
    template = catalogues.questionnaire_template(form)
    catalogues.update_catalogue(arabic, template)
    first = arabic.read_bytes()
    catalogues.update_catalogue(arabic, catalogues.questionnaire_template(form))
    assert arabic.read_bytes() == first


def test_the_programs_sentences_are_found_by_how_they_are_marked(tmp_path: Path) -> None:
    """Marked, said, said in a context, said in a number."""
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "page.py").write_text(
        'TITLE = mark("A title")\n'
        'said = words("Hello {name}", name=name)\n'
        'said = self.words.about("resident", "Your " "answers")\n'
        'said = words.plural("{number} answer", "{number} answers", 3)\n'
        'other("Not a sentence")\n',
        encoding="utf-8",
    )
    found = {(each.context, each.id) for each in catalogues.app_template(tmp_path) if each.id}
    assert found == {
        (None, "A title"),
        (None, "Hello {name}"),
        ("resident", "Your answers"),
        (None, ("{number} answer", "{number} answers")),
    }
    resident = catalogues.app_template(tmp_path, contexts=frozenset({"resident"}))
    assert [message.id for message in resident if message.id] == ["Your answers"]


def test_a_catalogue_tells_no_path_of_the_machine(tmp_path: Path) -> None:
    """Only where in the project a sentence stands, without its line."""
    (tmp_path / "sync").mkdir()
    (tmp_path / "sync" / "run.py").write_text('words("Sending")\n', encoding="utf-8")
    path = tmp_path / "locales" / "nl" / "LC_MESSAGES" / "app.po"
    path.parent.mkdir(parents=True)
    catalogues.update_catalogue(path, catalogues.app_template(tmp_path))
    text = path.read_text("utf-8")
    assert "#: sync/run.py\n" in text
    assert str(tmp_path) not in text


def test_each_language_gets_the_catalogues_that_it_needs(tmp_path: Path, form: Path) -> None:
    """What a language is the source of, it has no catalogue of."""
    for language in ("nl", "en", "ar"):
        (tmp_path / "locales" / language / "LC_MESSAGES").mkdir(parents=True)
    counts = catalogues.update_all(tmp_path, tmp_path / "locales", form)
    assert {str(path.relative_to(tmp_path / "locales")): told for path, told in counts.items()} == {
        "ar/LC_MESSAGES/app.po": (0, 0),
        "ar/LC_MESSAGES/questionnaire.po": (0, 8),
        "en/LC_MESSAGES/questionnaire.po": (0, 8),
        "nl/LC_MESSAGES/app.po": (0, 0),
    }


def test_a_damaged_catalogue_is_left_as_it_is(form: Path, arabic: Path) -> None:
    """A translator's work is not overwritten because a quote is missing."""
    damaged = b'msgid "Ja\nmsgstr\n'
    arabic.write_bytes(damaged)
    with pytest.raises(ConfigurationError, match="left as it is"):
        catalogues.update_catalogue(arabic, catalogues.questionnaire_template(form))
    assert arabic.read_bytes() == damaged


def test_a_folder_must_bear_the_name_of_a_language(form: Path, tmp_path: Path) -> None:
    """A slip in a folder's name is told, not compiled."""
    path = tmp_path / "locales" / "xyzzy" / "LC_MESSAGES" / "questionnaire.po"
    path.parent.mkdir(parents=True)
    with pytest.raises(ConfigurationError):
        catalogues.update_catalogue(path, catalogues.questionnaire_template(form))


def test_a_form_that_does_not_compile_is_an_error_of_ours(tmp_path: Path) -> None:
    """Nothing of pyxform's reaches whoever gathers the words."""
    path = tmp_path / "form.csv"
    path.write_text("survey,,\n,type,name\n,begin_group,work\n", encoding="utf-8")
    with pytest.raises(FormCompileError) as refusal:
        catalogues.questionnaire_template(path)
    assert "row 3 (work)" in str(refusal.value)
    assert "never ended" in str(refusal.value)

"""What a form says in each language, with answers in it: labels, hints, messages, media."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake_app.authoring.compile import compile_form
from intake_app.interview import Interview

Interviewed = Callable[..., Interview]
Written = Callable[[str, str], Path]
XForm = Callable[..., Path]
Refused = Callable[[Path], str]

WORDS = """
    | survey |
    |        | type | name | label::Nederlands (nl) | label::English (en) | hint::Nederlands (nl) | hint::English (en) | guidance_hint::Nederlands (nl) | constraint | constraint_message::Nederlands (nl) | constraint_message::English (en) | required | required_message::English (en) | calculation |
    |        | text | name | Naam | Name | Voluit | In full | Vraag door | | | | | |
    |        | select_one l | who | Wie? | Who? | | | | | | | | |
    |        | integer | age | Hoe oud is ${name}? | How old is ${name}? | Van ${who} | Of ${who} | | . < 120 | Te oud, ${name} | Too old, ${name} | yes | Needed, ${name} |
    |        | note | said | U koos ${chosen} | You chose ${chosen} | | | | | | | | |
    |        | calculate | chosen | | | | | | | | | | | jr:choice-name(${who}, '${who}') |
    | choices |
    |         | list_name | name | label::Nederlands (nl) | label::English (en) |
    |         | l | mother | Moeder | Mother |
    | settings |
    |          | default_language |
    |          | Nederlands (nl) |
"""  # noqa: E501 (a table's row is one line)


@pytest.fixture
def words(interviewed: Interviewed) -> Interview:
    """An interview that says something in two languages, with answers filled in."""
    interview = interviewed(WORDS)
    interview.answer("/data/name", "An")
    interview.answer("/data/who", "mother")
    return interview


@pytest.mark.parametrize(
    ("path", "role", "dutch", "english"),
    [
        ("/data/name", "label", "Naam", "Name"),
        ("/data/name", "hint", "Voluit", "In full"),
        ("/data/name", "guidance", "Vraag door", "Vraag door"),
        ("/data/age", "label", "Hoe oud is An?", "How old is An?"),
        ("/data/age", "hint", "Van mother", "Of mother"),
        ("/data/age", "constraint", "Te oud, An", "Too old, An"),
        ("/data/age", "required", "Needed, An", "Needed, An"),
        ("/data/said", "label", "U koos Moeder", "You chose Mother"),
    ],
)
def test_each_text_is_said_in_each_language_with_the_answers_in_it(
    words: Interview, path: str, role: str, dutch: str, english: str
) -> None:
    """Where a language lacks it, in the form's own or else in any that has it."""
    assert words.text(path, role) == dutch
    words.set_language("en")
    assert words.text(path, role) == english


MEDIA = """
    | survey |
    |        | type | name | label::Nederlands (nl) | media::image::Nederlands (nl) | media::image::English (en) | media::audio::English (en) | media::big-image | media::video |
    |        | text | a | A | a.png | en/a.png | a.mp3 | big.png | a.mp4 |
    |        | select_one l | q | Q | | | | | |
    | choices |
    |         | list_name | name | label::Nederlands (nl) | media::image::Nederlands (nl) |
    |         | l | x | X | x.png |
    | settings |
    |          | default_language |
    |          | Nederlands (nl) |
"""  # noqa: E501 (a table's row is one line)


def test_pictures_and_recordings_stand_beside_their_texts_in_each_language(
    written: Written,
) -> None:
    """By the key of the text and by what they are; a path stays inside the form's folder."""
    made = compile_form(written("form.md", MEDIA))
    assert made["media"] == {
        "nl": {
            "a:label": {"image": "a.png", "big-image": "big.png", "video": "a.mp4"},
            "choice/l/x:label": {"image": "x.png"},
        },
        "en": {"a:label": {"image": "en/a.png", "audio": "a.mp3"}},
    }


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("jr://images/a b.png", "a b.png"),
        ("jr://images/sub/a.png", "sub/a.png"),
        ("jr://images/../../etc/passwd", "passwd"),
        ("jr://images//etc/passwd", "passwd"),
    ],
)
def test_a_picture_outside_the_forms_folder_is_looked_for_inside(
    xform: XForm, address: str, name: str
) -> None:
    """No form reaches what is not its own."""
    itext = (
        '<itext><translation lang="nl"><text id="t"><value>A</value>'
        f'<value form="image">{address}</value></text></translation></itext>'
    )
    body = """<input ref="/data/a"><label ref="jr:itext('t')"/></input>"""
    made = compile_form(xform("<a/>", itext, body))
    assert made["media"] == {"nl": {"a:label": {"image": name}}}


LABELS = [
    ("<label>A <output value=' /data/b '/> c</label>", "A x c"),
    ("<label><output ref='/data/b'/></label>", "x"),
    ("<label ref='/data/b'/>", "x"),
    ("<label ref=\"jr:itext( 't' )\"/>", "Tekst x"),
    ("<label ref=\"jr:itext(concat('t', ''))\"/>", "Tekst x"),
    ("<label>\n  <h:div h:class='x'>Een <h:b>vet</h:b></h:div>\n</label>", "Een vet"),
    ("<label><![CDATA[1 < 2 & 3]]></label>", "1 < 2 & 3"),
    ("<label>een<!-- een opmerking --><?pi twee?> twee</label>", "een twee"),
    ("<label>&#233;&#x1F600;</label>", "é😀"),
    ("<label/>", ""),
]
ITEXT = """<itext><translation lang="nl"><text id="t">
    <value form="long">Tekst <output value="/data/b"/></value></text></translation></itext>"""


@pytest.mark.parametrize(("label", "said"), LABELS)
def test_a_label_of_an_xform_reads_as_it_is_written(
    interviewed: Interviewed, xform: XForm, label: str, said: str
) -> None:
    """With outputs, by reference, in markup, in CDATA, around comments and instructions."""
    body = f'<input ref="/data/a">{label}</input>'
    interview = interviewed(xform("<a/><b>x</b>", ITEXT, body))
    assert interview.text("/data/a") == said


SHADOWED = "<body/><model/><instance/><itext/><translation/><text/><title/><value/><head/><item/>"


def test_a_question_may_be_called_as_a_part_of_a_form_is(
    interviewed: Interviewed, xform: XForm
) -> None:
    """Only their places make them what they are."""
    names = SHADOWED.replace("/>", "").replace("<", " ").split()
    body = "".join(f'<input ref="/data/{name}"><label>{name}?</label></input>' for name in names)
    interview = interviewed(xform(SHADOWED, "", body))
    assert {node.path: interview.text(node.path) for node in interview.nodes()} == {
        f"/data/{name}": f"{name}?" for name in names
    }
    assert interview.form.title == "Test"


def test_two_languages_with_one_code_are_refused(written: Written, refused: Refused) -> None:
    """One of them would be lost."""
    source = written(
        "form.md",
        "| survey |\n| | type | name | label::English (en) | label::British (en) |\n"
        "| | text | a | A | B |\n",
    )
    assert "There are two languages with the code en." in refused(source)

"""Media whose names hold answers: told, where before they went away without a word."""

from intake_app.authoring.check import check
from tests.unit.authoring.surveys import Written


def test_media_that_an_answer_names_are_told_in_their_cell(written: Written) -> None:
    """Of a question and of a choice; a warning, for all else works."""
    source = written(
        "form.md",
        """
        | survey |
        |  | type | name | label | media::image |
        |  | text | a | A | a.png |
        |  | text | b | B | x${a}.png |
        |  | select_one l | c | C | |
        | choices |
        |  | list_name | name | label | audio |
        |  | l | x | X | y${a}.mp3 |
        """,
    )
    found = [one for one in check(source) if one.code == "media-filled-in"]
    assert [(one.sheet, one.row, one.name, one.column) for one in found] == [
        ("survey", 3, "b", "media::image"),
        ("choices", 2, "l/x", "audio"),
    ]
    assert {one.severity for one in found} == {"warning"}
    assert found[0].remedy == "write the name of one file."

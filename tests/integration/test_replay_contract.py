"""`form replay`: what comes out for a script, line by line."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # it ships no types

from intake_app.authoring.compile import compile_to
from intake_app.authoring.loading import load_any
from intake_app.authoring.replay import replay
from intake_app.interview import Form

TODAY = date(2026, 11, 23)
Play = Callable[..., list[dict[str, Any]]]

FORM = """
    | survey |
    |        | type            | name  | label::Nederlands (nl) | label::Arabic (ar) | relevant   | required | constraint     | calculation | choice_filter   | read_only |
    |        | integer         | age   | Leeftijd               | العمر              |            | yes      | . < 120        |             |                 |           |
    |        | decimal         | hours | Uren                   | ساعات              | ${age} > 3 | ${age} > 10 |             |             |                 |           |
    |        | select_multiple c | lang | Talen                | لغات               |            |          |                |             | min <= ${age}   |           |
    |        | begin repeat    | jobs  | Banen                  | عمل                |            |          |                |             |                 |           |
    |        | text            | title | Wat deed u?            | عمل                |            |          |                |             |                 |           |
    |        | note            | told  | U was ${title}.        | كنت ${title}       |            |          |                |             |                 |           |
    |        | end repeat      |       |                        |                    |            |          |                |             |                 |           |
    |        | calculate       | total |                        |                    |            |          |                | count(${jobs}) div 4 |        |           |
    |        | text            | fixed | Vast                   | ثابت               |            |          |                | concat('n', ${total}) |       | yes       |
    |        | date            | since | Sinds                  | منذ                |            |          | . <= today()   |             |                 |           |
    | choices |
    |         | list_name | name | label::Nederlands (nl) | label::Arabic (ar) | min |
    |         | c         | nl   | Nederlands             | هولندية            | 0   |
    |         | c         | ar   | Arabisch               | عربية              | 0   |
    |         | c         | la   | Latijn                 | لاتينية            | 12  |
    | settings |
    |          | form_id | default_language |
    |          | replay  | Nederlands (nl)  |
"""  # noqa: E501 (a table is read across)


@pytest.fixture
def form(tmp_path: Path) -> Form:
    """The form that these scripts play."""
    source = tmp_path / "form.md"
    source.write_text(dedent(FORM), encoding="utf-8")
    return load_any(source)


@pytest.fixture
def play(form: Form) -> Play:
    """Play actions on the form."""

    def played(*actions: object) -> list[dict[str, Any]]:
        return list(replay(form, _lines(actions), today=TODAY, seed=0))

    return played


def _lines(actions: Iterable[object]) -> Iterable[str]:
    return (json.dumps(action) for action in actions)


def test_there_is_a_line_before_the_first_action(play: Play) -> None:
    """Every leaf with all that the contract names, `meta` left out, choices on selects only."""
    (line,) = play()
    assert line["step"] == 0
    assert list(line["nodes"]) == [
        "/data/age", "/data/hours", "/data/lang", "/data/jobs[1]/title", "/data/jobs[1]/told",
        "/data/total", "/data/fixed", "/data/since",
    ]  # fmt: skip
    assert line["nodes"]["/data/age"] == {
        "relevant": True, "required": True, "readonly": False, "value": "", "valid": True,
        "label": "Leeftijd",
    }  # fmt: skip
    assert line["nodes"]["/data/hours"] == {
        "relevant": False, "required": False, "readonly": False, "value": "", "valid": True,
        "label": "Uren",
    }  # fmt: skip
    assert line["nodes"]["/data/lang"]["choices"] == []
    assert line["nodes"]["/data/total"]["value"] == "0.25"
    assert line["nodes"]["/data/fixed"]["readonly"]


def test_values_are_xforms_strings(play: Play) -> None:
    """Numbers as XPath prints them; several choices with a blank between."""
    *_, line = play(
        {"set": "/data/age", "value": "012"},
        {"set": "/data/hours", "value": "36.50"},
        {"set": "/data/lang", "value": "la nl"},
        {"set": "/data/since", "value": "2026-11-24"},
    )
    nodes = line["nodes"]
    assert (nodes["/data/age"]["value"], nodes["/data/hours"]["value"]) == ("12", "36.5")
    assert nodes["/data/hours"]["required"]
    assert (nodes["/data/lang"]["value"], nodes["/data/lang"]["choices"]) == (
        "la nl", ["nl", "ar", "la"],
    )  # fmt: skip
    assert (nodes["/data/since"]["value"], nodes["/data/since"]["valid"]) == ("2026-11-24", False)


def test_rows_have_indexes_and_labels_have_answers(play: Play) -> None:
    """Each instance is counted from 1, in the language that is set."""
    *_, line = play(
        {"add_repeat": "/data/jobs"},
        {"set": "/data/jobs[2]/title", "value": "kok"},
        {"language": "Arabic (ar)"},
    )
    assert line["nodes"]["/data/jobs[2]/told"]["label"] == "كنت kok"
    assert line["nodes"]["/data/age"]["label"] == "العمر"
    *_, line = play(
        {"add_repeat": "/data/jobs"},
        {"set": "/data/jobs[2]/title", "value": "kok"},
        {"remove_repeat": "/data/jobs[1]"},
        {"language": "ar"},
        {"language": "nl"},
    )
    assert line["nodes"]["/data/jobs[1]/told"]["label"] == "U was kok."
    assert line["nodes"]["/data/fixed"]["value"] == "n0.25"


def test_today_moves(play: Play) -> None:
    """And what depends on it follows."""
    lines = play({"set": "/data/since", "value": "2026-11-24"}, {"today": "2026-11-24"})
    assert [line["nodes"]["/data/since"]["valid"] for line in lines[1:]] == [False, True]


@pytest.mark.parametrize(
    "action",
    [
        {"set": "/data/nobody", "value": "1"},
        {"set": "/data/hours", "value": "1"},
        {"set": "/data/fixed", "value": "1"},
        {"set": "/data/total", "value": "1"},
        {"set": "/data/jobs[1]/told", "value": "1"},
        {"set": "/data/meta/instanceID", "value": "1"},
        {"set": "/data/jobs[9]/title", "value": "1"},
        {"set": "/data/lang", "value": "la"},
        {"set": "/data/age", "value": 3},
        {"set": "/data/age"},
        {"add_repeat": "/data/age"},
        {"remove_repeat": "/data/jobs[2]"},
        {"language": "Elvish"},
        {"today": "gisteren"},
        {"today": "0001-01-00"},
        {"sing": "a song"},
        {},
    ],
)
def test_what_cannot_be_done_is_an_error_and_changes_nothing(
    play: Play, action: dict[str, Any]
) -> None:
    """One line that says so; the next line shows the state as it was."""
    before, failed, after = play(action, {"language": "nl"})
    assert set(failed) == {"step", "error"}
    assert failed["step"] == 1
    assert failed["error"]
    assert after["nodes"] == before["nodes"]


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", "null", "[" * 100_000, '{"set": "/data/age", "value": "\\ud800"}']
)
def test_a_line_that_is_no_action_is_an_error_too(form: Form, line: str) -> None:
    """It is told in its step and the replay goes on; blank lines are passed over."""
    steps = list(replay(form, ["", line, "\n", '{"language": "nl"}'], today=TODAY))
    assert [step["step"] for step in steps] == [0, 1, 2]
    assert ["error" in step for step in steps] == [False, True, False]


def test_all_three_sources_play_alike(form: Form, tmp_path: Path) -> None:
    """XLSForm, compiled JSON and the XForm between them."""
    (tmp_path / "form.xml").write_text(convert(str(tmp_path / "form.md")).xform, "utf-8")
    compile_to(tmp_path / "form.md", tmp_path / "form.json")
    script = list(_lines([{"set": "/data/age", "value": "20"}, {"add_repeat": "/data/jobs"}]))
    expected = list(replay(form, script, today=TODAY))
    for name in ("form.xml", "form.json"):
        assert list(replay(load_any(tmp_path / name), script, today=TODAY)) == expected


def test_a_seed_makes_chance_the_same(tmp_path: Path) -> None:
    """Random numbers and shuffled choices are those of the seed."""
    source = tmp_path / "chance.md"
    rows = "\n".join(f"| | c | c{n} | C{n} |" for n in range(9))
    source.write_text(
        "| survey |\n| | type | name | label | calculation | parameters |\n"
        "| | calculate | r | | random() | |\n"
        "| | select_one c | any | Any | | randomize=true |\n"
        "| | select_one c | fix | Fix | | randomize=true, seed=42 |\n"
        f"| choices |\n| | list_name | name | label |\n{rows}\n",
        encoding="utf-8",
    )
    form = load_any(source)
    first, again, other = (next(replay(form, (), today=TODAY, seed=s))["nodes"] for s in (1, 1, 2))
    assert first == again
    assert first["/data/r"] != other["/data/r"]
    assert first["/data/any"]["choices"] != other["/data/any"]["choices"]
    assert first["/data/fix"]["choices"] == other["/data/fix"]["choices"]
    assert sorted(first["/data/any"]["choices"]) == [f"c{n}" for n in range(9)]

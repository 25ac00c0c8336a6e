"""`form check` and `form diff` on the command line, as an author and a script use them."""

import json
import time
from pathlib import Path

import pytest

from intake_app import cli
from intake_app.authoring.check import check

GOOD = """\
| survey |
|        | type    | name  | label    | constraint | constraint_message | bind::intake:purpose | bind::intake:provenance | bind::intake:sensitivity |
|        | integer | years | Hoe oud? | . < 120    | Te oud.            | H                    | asked                   | proxy |
| settings |
|          | form_id | version | namespaces |
|          | t       | 1       | intake="https://example.org/intake" |
"""  # noqa: E501 - a table of a form is as wide as its columns
BAD = GOOD.replace(". < 120 ", ". < 0 and . > 9")
WARNED = GOOD.replace("Te oud.", "")


@pytest.fixture(autouse=True)
def without_catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the app's own languages out: these forms are nobody's."""
    monkeypatch.setattr("intake_app.paths.locales", lambda: tmp_path / "locales")


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.run(["form", *arguments])
    return code, capsys.readouterr().out


def _written(folder: Path, words: str, name: str = "form.md") -> str:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "code", "last"),
    [
        (GOOD, 0, "0 errors, 0 warnings."),
        (WARNED, 0, "0 errors, 1 warning."),
        (BAD, 1, "1 error, 0 warnings."),
        ("no form", 1, "1 error, 0 warnings."),
    ],
)
def test_check_ends_with_counts_and_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str, code: int, last: str
) -> None:
    """Warnings alone are no failure."""
    got, said = _run(capsys, "check", _written(tmp_path, words))
    assert (got, said.splitlines()[-1]) == (code, last)


def test_check_says_where_what_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By sheet, with row, name and column."""
    _, said = _run(capsys, "check", _written(tmp_path, BAD))
    assert said.splitlines() == [
        "form.md, sheet survey:",
        "  row 2, years, constraint: error: No answer can ever meet this constraint.",
        "      let the constraint hold for good answers.  [never-valid]",
        "",
        "1 error, 0 warnings.",
    ]


def test_check_tells_a_program_each_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON; `--errors-only` leaves the warnings out."""
    both = _written(tmp_path, BAD.replace("Te oud.", ""))
    _, said = _run(capsys, "check", both, "--json")
    assert [(one["code"], one["sheet"], one["row"], one["column"]) for one in json.loads(said)] == [
        ("never-valid", "survey", 2, "constraint"),
        ("no-message", "survey", 2, "constraint_message"),
    ]
    code, said = _run(capsys, "check", both, "--json", "--errors-only")
    assert (code, [one["code"] for one in json.loads(said)]) == (1, ["never-valid"])
    code, said = _run(capsys, "check", both, "--errors-only")
    assert "no-message" not in said
    assert said.splitlines()[-1] == "1 error, 1 warning."


def test_what_is_alike_is_told_a_few_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And counted; a program gets all of it."""
    rows = "".join(f"|  | text | q{at} | Q{at}? | | | | asked | |\n" for at in range(7))
    source = _written(tmp_path, GOOD.replace("| settings |", rows + "| settings |"))
    code, said = _run(capsys, "check", source)
    assert code == 1
    assert said.count("This question does not say who may read its answer.") == 3
    assert "… and the same of 4 more." in said
    assert said.splitlines()[-1] == "7 errors, 0 warnings."
    _, said = _run(capsys, "check", source, "--json")
    assert len(json.loads(said)) == 7


def test_diff_tells_changes_and_what_drafts_notice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between any two shapes of a form; what is weighty is marked."""
    before = _written(tmp_path, GOOD, "before.md")
    after = _written(tmp_path, GOOD.replace("| H  ", "| HB ").replace("| 1  ", "| 2  "), "after.md")
    compiled = str(tmp_path / "before.json")
    assert _run(capsys, "compile", before, "--output", compiled)[0] == 0
    code, said = _run(capsys, "diff", compiled, after)
    assert code == 0
    assert said.splitlines() == [
        "form:",
        "  The version was 1 and is 2.",
        "/data/years:",
        "  ! The purpose was “H” and is “HB”; read by municipality from now on.",
        "      drafts: it holds for answers in drafts too; what was delivered stays delivered",
        "",
        "2 differences, 1 to look at twice (!).",
    ]
    _, said = _run(capsys, "diff", compiled, after, "--json")
    assert [(one["code"], one["about"], one["weighty"]) for one in json.loads(said)] == [
        ("version", "form", False),
        ("purpose", "/data/years", True),
    ]
    assert _run(capsys, "diff", before, compiled)[1].strip() == "Nothing changed."


def test_diff_refuses_what_is_no_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, with an exit code of its own."""
    good = _written(tmp_path, GOOD)
    assert cli.run(["form", "diff", good, str(tmp_path / "none.json")]) != 0
    assert "cannot be read" in capsys.readouterr().err


def test_a_form_of_a_thousand_questions_is_checked_in_seconds(tmp_path: Path) -> None:
    """Groups, chains of conditions and calculations, a list of 2,000 choices with a filter."""
    lines = ["| survey |", "|  | type | name | label | relevant | calculation | choice_filter |"]
    for at in range(1_000):
        condition = f"${{q{at - 1}}} > {at % 7} and ${{q{at // 2}}} != ''" if at else ""
        kind = "integer" if at % 10 else "select_one places"
        chosen = f"of = ${{q{at - 1}}}" if at and not at % 10 else ""
        if at % 25 == 1:
            lines.append(f"|  | begin group | g{at} | G | | | |")
        lines.append(f"|  | {kind} | q{at} | Vraag {at}? | {condition} | | {chosen} |")
        if at % 25 == 0 and at:
            lines.append("|  | end group | | | | | |")
        if at % 20 == 0:
            lines.append(f"|  | calculate | c{at} | | | ${{q{at}}} + 1 | |")
    lines += ["|  | end group | | | | | |", "| choices |", "|  | list_name | name | label | of |"]
    lines += [f"|  | places | p{at} | Plaats {at} | {at % 50} |" for at in range(2_000)]
    source = Path(_written(tmp_path, "\n".join(lines) + "\n"))
    start = time.process_time()
    found = check(source)
    assert time.process_time() - start < 15
    assert {one.code for one in found} >= {"unused-calculation", "no-purpose"}


def test_compile_says_on_standard_error_what_stays_blank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a program reads stays as it was."""
    words = "| survey |\n| | type | name | label |\n| | deviceid | device | |\n| | text | a | A |\n"
    source, target = _written(tmp_path, words), str(tmp_path / "out.json")
    assert cli.run(["form", "compile", source, "--output", target, "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["file"] == target
    assert err.startswith("warning: survey, row 2 (device): It would be filled in by the device")


def test_compile_reminds_of_a_version_and_of_translations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is a warning: the form is compiled all the same."""
    rows = ("type | name | label::Nederlands (nl) | label::Arabic (ar)", "text | a | A | \u0623")
    survey = "\n".join(f"| | {row} |" for row in (*rows, "text | b | B | "))
    words = f"| survey |\n{survey}\n| settings |\n| | form_id | version |\n| | t | 1 |\n"
    newer = words.replace("| B |", "| C |")
    target = str(tmp_path / "out.json")

    def warned(text: str) -> list[str]:
        assert cli.run(["form", "compile", _written(tmp_path, text), "--output", target]) == 0
        return capsys.readouterr().err.splitlines()

    untranslated = "warning: 1 text without Arabic (ar). Remedy: form check tells which."
    assert warned(words) == [untranslated]
    assert warned(words) == [untranslated]
    assert "the version was not raised: it is still 1. Remedy: raise it" in warned(newer)[0]
    assert warned(newer.replace("| t | 1 |", "| t | 2 |")) == [untranslated]
    assert "the version was not raised: it is 1 after 2." in warned(words)[0]


def test_the_script_that_help_shows_plays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of it is an action that there is."""
    with pytest.raises(SystemExit):
        cli.run(["form", "replay", "--help"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  {")]
    script = tmp_path / "script.jsonl"
    script.write_text("\n".join(lines), encoding="utf-8")
    rows = ("text | name | Name?", "begin_repeat | jobs | Work", "text | job | What?", "end_repeat")
    survey = "\n".join(f"| | {row} |" for row in ("type | name | label", *rows))
    source = _written(tmp_path, f"| survey |\n{survey}\n")
    assert len(lines) == 4
    assert _run(capsys, "replay", source, str(script))[0] == 0


@pytest.mark.parametrize(
    ("answers", "last"),
    [
        ({}, "still open: /data/name"),
        ({"name": "Sami"}, "complete"),
        ({"name": "Sami", "years": "130"}, "still open: /data/years"),
        ({"name": "Sami", "nothing": "1"}, "complete"),
    ],
)
def test_replay_ends_with_what_is_still_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: dict[str, str], last: str
) -> None:
    """A step alone does not tell an author whether the interview could end there."""
    rows = (
        "type | name | label | required | constraint | calculation",
        "text | name | Name? | yes | | ",
        "integer | years | Age? | | . < 120 | ",
        "calculate | sum | | yes | | ''",
    )
    survey = "\n".join(f"| | {row} |" for row in rows)
    source, script = _written(tmp_path, f"| survey |\n{survey}\n"), tmp_path / "script.jsonl"
    actions = ({"set": f"/data/{name}", "value": value} for name, value in answers.items())
    script.write_text("\n".join(map(json.dumps, actions)), encoding="utf-8")
    assert _run(capsys, "replay", source, str(script))[1].splitlines()[-1] == last

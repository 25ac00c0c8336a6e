"""The compiled form keeps to its schema, `assets/questionnaire/form.schema.json`."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from intake_app import paths
from intake_app.authoring.compile import compile_form

Written = Callable[[str, str], Path]
XForm = Callable[..., Path]

Wrong = Callable[[Any], list[str]]


@pytest.fixture
def wrong(schema: Draft202012Validator) -> Wrong:
    """Say what is wrong with a compiled form."""
    return lambda made: [f"{one.json_path}: {one.message}" for one in schema.iter_errors(made)]


def test_the_schema_is_a_schema(schema: Draft202012Validator) -> None:
    """Of 2020-12."""
    Draft202012Validator.check_schema(schema.schema)


def test_the_questionnaire_keeps_to_it(wrong: Wrong) -> None:
    """The one that the app runs, as it lies there and as its source compiles now."""
    folder = paths.assets("questionnaire")
    assert wrong(json.loads((folder / "screening.json").read_text(encoding="utf-8"))) == []
    assert wrong(compile_form(folder / "screening.csv", locales=paths.locales())) == []


EVERYTHING = """
    | survey |
    |        | type | name | label::Nederlands (nl) | label::English (en) | hint::Nederlands (nl) | guidance_hint::Nederlands (nl) | relevant | constraint | constraint_message::Nederlands (nl) | required | required_message::Nederlands (nl) | default | calculation | trigger | appearance | parameters | repeat_count | choice_filter | media::image::Nederlands (nl) | read_only | bind::intake:purpose |
    |        | start | start | | | | | | | | | | | | | | | | | | | |
    |        | today | today | | | | | | | | | | | | | | | | | | | |
    |        | begin_group | g | Groep | Group | | | 1 = 1 | | | | | | | | field-list | | | | | | H |
    |        | text | a | A | | h | g | | . != 'x' | nee | yes | ja | dag | | | multiline | | | | a.png | | H |
    |        | integer | b | B ${a} | B | | | | | | | | 1 + 1 | | | | | | | | yes | |
    |        | end_group | | | | | | | | | | | | | | | | | | | | |
    |        | range | r | R | R | | | | | | | | | | | | start=0 end=10 step=2 | | | | | |
    |        | select_one l | s | S | S | | | | | | | | | | | | randomize=true seed=1 | | of = ${a} | | | |
    |        | select_multiple l or_other | m | M | M | | | | | | | | | | | | | | | | | |
    |        | rank l | k | K | K | | | | | | | | | | | | | | | | | |
    |        | select_one_external towns | x | X | X | | | | | | | | | | | | | | of = ${a} | | | |
    |        | select_one_from_file towns.csv | f | F | F | | | | | | | | | | | | | | | | | |
    |        | select_one search | z | Z | Z | | | | | | | | | | | search('towns') | | | | | | |
    |        | calculate | c | | | | | | | | | | | jr:itext('l-0') | ${b} | | | | | | | |
    |        | begin_repeat | rep | R | R | | | | | | | | | | | | | ${b} | | | | |
    |        | image | i | I | I | | | | | | | | | | | | max-pixels=9 | | | | | |
    |        | begin_repeat | row | R | R | | | | | | | | | | | | | | | | | |
    |        | note | n | N | N | | | | | | | | | | | | | | | | | |
    |        | end_repeat | | | | | | | | | | | | | | | | | | | | |
    |        | end_repeat | | | | | | | | | | | | | | | | | | | | |
    | choices |
    |         | list_name | name | label::Nederlands (nl) | label::English (en) | of |
    |         | l | x | X ${a} | X | dag |
    |         | l | y | Y | Y | |
    |         | search | name | label | label | |
    | external_choices |
    |                  | list_name | name | label | of |
    |                  | towns | ams | Amsterdam | dag |
    | settings |
    |          | form_id | version | default_language | namespaces |
    |          | all | 1 | Nederlands (nl) | intake="https://example.org/intake" |
"""  # noqa: E501 (a table's row is one line)


@pytest.fixture
def everything(written: Written) -> dict[str, Any]:
    """A form with all that a form can have."""
    written("towns.csv", "name,label\nams,Amsterdam\n")
    return compile_form(written("form.md", EVERYTHING))


def test_a_form_with_everything_keeps_to_it(everything: dict[str, Any], wrong: Wrong) -> None:
    """Each feature of XLSForm has its place."""
    assert wrong(everything) == []


def test_a_form_of_xml_keeps_to_it(xform: XForm, wrong: Wrong) -> None:
    """With elements for a list, rows that are there at first, and actions."""
    made = compile_form(
        xform(
            "<r jr:template=''><a>1</a><s><b/></s></r><r><a>2</a><s><b>3</b></s></r>",
            "<instance id='l'><root x='1'><item y='2'>z</item></root></instance>"
            "<setvalue event='odk-instance-first-load' ref='/data/r/a'/>",
            "<repeat nodeset='/data/r' jr:noAddRemove='true()'><repeat nodeset='/data/r/s'>"
            "<input ref='/data/r/s/b'><label>B</label></input></repeat></repeat>",
        )
    )
    assert wrong(made) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made.update(schema=2),
        lambda made: made.update(more=1),
        lambda made: made.pop("hash"),
        lambda made: made["root"].pop("name"),
        lambda made: made["root"]["children"][0].update(kind="button"),
        lambda made: made["root"]["children"][0].update(preload="deviceid"),
        lambda made: made["root"]["children"][0].update(bind={}),
        lambda made: made["root"]["children"][0].update(bind={"relevance": "1"}),
        lambda made: made["root"]["children"][0].update(children=[]),
        lambda made: made["texts"]["nl"].update({"a:label": [{"value": "1"}]}),
        lambda made: made["languages"].append(["nl"]),
        lambda made: made["actions"].append({"event": "click"}),
        lambda made: made["instances"].update(l={"rows": []}),
    ],
)
def test_what_is_no_compiled_form_does_not_keep_to_it(
    everything: dict[str, Any], spoil: Callable[[dict[str, Any]], object], wrong: Wrong
) -> None:
    """The schema is strict: nothing is there that has no name in it."""
    made = deepcopy(everything)
    spoil(made)
    assert wrong(made)

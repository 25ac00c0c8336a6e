"""What is prepared when a form is compiled, so that loading it takes less."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_app.authoring.compile import compile_form
from intake_app.clock import FixedClock
from intake_app.errors import FormError, InterviewError
from intake_app.interview import Form, Interview
from intake_app.interview.compiled import completed, fingerprint, written
from intake_app.interview.grammar import parse
from intake_app.interview.notation import noted, tree_of
from intake_app.interview.prepared import VERSION
from intake_app.interview.program import Cell, Reader

Made = dict[str, Any]

FORM = """\
    | survey |               |        |                    |                          |                     |                  |               |
    |        | type          | name   | label              | calculation              | relevant            | constraint       | choice_filter |
    |        | today         | today  |                    |                          |                     |                  |               |
    |        | text          | name   | Wie?               | once(uuid())             | true()              |                  |               |
    |        | select_one c  | land   | Waar komt ${name}? |                          |                     |                  |               |
    |        | select_one s  | stad   | Stad?              |                          | ${land} != ''       |                  | of = ${land}  |
    |        | begin_repeat  | kids   | Kinderen           |                          |                     |                  |               |
    |        | text          | nick   | Naam?              |                          |                     |                  |               |
    |        | integer       | age    | Hoe oud is ${nick}?|                          | ../nick != ''       | . <= 18          |               |
    |        | calculate     | line   |                    | concat(position(..), '. ', ${nick}) |          |                  |               |
    |        | end_repeat    |        |                    |                          |                     |                  |               |
    |        | calculate     | total  |                    | sum(${age}) + 1 - 1 * 2  |                     |                  |               |
    |        | calculate     | where  |                    | jr:choice-name(${stad}, '${stad}') |           |                  |               |
    |        | date          | since  | Sinds ${total}?    |                          |                     | . <= today()     |               |
    |        | text          | old    |                    | indexed-repeat(${nick}, ${kids}, 2) |          |                  |               |
    | choices |    |      |       |    |
    |         | list_name | name | label | of |
    |         | c  | nl   | NL    |    |
    |         | c  | be   | BE    |    |
    |         | s  | ams  | Ams   | nl |
    |         | s  | gent | Gent  | be |
    """  # noqa: E501 (a table)


@pytest.fixture(scope="module", name="whole")
def compile_once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Compile a form that has a bit of everything."""
    source = tmp_path_factory.mktemp("prepared") / "form.md"
    source.write_text(dedent(FORM), encoding="utf-8")
    return compile_form(source)


@pytest.fixture(name="made")
def make(whole: Made) -> Made:
    """Give each test its own, to damage."""
    return deepcopy(whole)


def places(held: list[Any]) -> Iterator[tuple[list[Any], int]]:
    """Go through all places in lists inside each other."""
    for at, part in enumerate(held):
        yield held, at
        if isinstance(part, list):
            yield from places(part)


def facts(cell: Cell) -> tuple[object, ...]:
    """Return what is known of a cell before it runs."""
    reads = {
        (one.target.path, one.anchor.path, one.rows, one.other, one.own) for one in cell.depends
    }
    return cell.aspect, cell.rank, cell.clock, cell.language, reads, len(cell.outputs)


def reader(one: Reader) -> tuple[object, ...]:
    """Return what is known of a cell that reads something."""
    return one.anchor.path, one.cell.spot.path, one.cell.aspect, one.many


def program(form: Form) -> dict[str, object]:
    """Return all that a form's program says, in a shape that compares."""
    spots, held = form.program.spots, form.program
    told = [held.readers, held.row_readers, held.place_readers]
    return {
        "cells": {spot.path: [facts(cell) for cell in held.of(spot).values()] for spot in spots},
        "outputs": set(held.outputs),
        "settings": [setting.target.path for setting in held.first_load],
        "readers": [
            {number: set(map(reader, some)) for number, some in readers.items()}
            for readers in told
        ],
    }  # fmt: skip


def told(form: Form) -> list[object]:
    """Return what an interview over it holds after each of some answers."""
    interview = Interview(form, clock=FixedClock())
    seen: list[object] = []
    acts: tuple[Callable[[], object], ...] = (
        lambda: interview.answer("/data/name", "Sara"),
        lambda: interview.answer("/data/land", "be"),
        lambda: interview.answer("/data/stad", "gent"),
        lambda: interview.answer("/data/kids[1]/nick", "Sami"),
        lambda: interview.answer("/data/kids[1]/age", "19"),
        lambda: interview.add_repeat("/data/kids"),
        lambda: interview.answer("/data/kids[2]/nick", "Noor"),
    )
    for act in acts:
        change = act()
        nodes = {node.path: (node.value, node.relevant, node.valid) for node in interview.nodes()}
        texts = [interview.text(path) for path in nodes]
        seen.append((change, nodes, texts, interview.choices("/data/stad")))
    return seen


@pytest.mark.parametrize(
    "words",
    [
        "1.5",
        "'a \"quote\"'",
        ".",
        "/data/a[b = 1][2]/c",
        "../a//b/@c",
        "following-sibling::*[last()]",
        "- 3 + 4 * -x - 5 div 2",
        "a = 1 or b != '' and not(c < 2)",
        "a | b | /data/c",
        "instance('x')/root/item[name = current()/../y]/label",
        "(a | b)[1]/c",
        "if(true(), concat('a', 'b'), (1))",
        " + ".join(["1"] * 5_000),
    ],
)
def test_an_expression_comes_back_as_it_was_noted(words: str) -> None:
    """By way of JSON, however long it is."""
    tree = parse(words)
    back = tree_of(json.loads(json.dumps(noted(tree))))
    while words.startswith("1 + "):
        assert (back.operator, back.right) == (tree.operator, tree.right)  # type: ignore[union-attr]  # a sum
        back, tree, words = back.left, tree.left, words[4:]  # type: ignore[union-attr]  # too deep to compare
    assert back == tree


def test_what_was_prepared_is_what_would_be_found_out(made: Made) -> None:
    """The same cells, ranks and readers; and the same interview follows."""
    quick, slow = Form.load(written(made)), Form.load(made)
    assert program(quick) == program(slow)
    assert told(quick) == told(slow)


def test_the_hash_is_that_of_the_content_alone(made: Made) -> None:
    """What is prepared may change with the app; the questionnaire has not."""
    bare = {name: held for name, held in made.items() if name not in {"prepared", "sealed"}}
    assert (
        made["hash"] == fingerprint(bare) == Form.load(bare).hash == Form.load(written(made)).hash
    )


def test_a_file_that_was_changed_is_refused(made: Made) -> None:
    """Its hash does not fit any more."""
    data = written(made)
    with pytest.raises(FormError, match="changed after"):
        Form.load(data.replace(b'"name":"land"', b'"name":"bond"'))


def test_what_somebody_adds_to_a_file_is_not_believed(made: Made) -> None:
    """Though in JSON what comes last counts."""
    data = written(made).replace(b'"sealed":"', b'"title":"x","sealed":"')
    assert json.loads(data)["title"] == "x"
    assert Form.load(data).title == made["title"] == "data"


@pytest.mark.parametrize(
    "other",
    [
        lambda data: data.replace(b"[%d,[" % VERSION, b"[0,["),
        lambda data: data.replace(b'"sealed":"', b'"sealed":"0'),
        lambda data: json.dumps(json.loads(data), indent=1).encode(),
        lambda data: data.replace(b',"prepared":[', b',"prepared":[[],'),
    ],
    ids=["another version", "another seal", "written otherwise", "something more"],
)
def test_what_was_prepared_is_left_aside_where_it_does_not_fit(
    made: Made, other: Callable[[bytes], bytes]
) -> None:
    """The form is compiled anew then, and is the same."""
    data = written(made)
    assert other(data) != data
    assert program(Form.load(other(data))) == program(Form.load(made))


def test_what_another_version_prepared_is_left_aside(made: Made) -> None:
    """Also where it is whole."""
    older = completed(made, [0, "whatever"])
    assert program(Form.load(written(older))) == program(Form.load(made))


@pytest.mark.parametrize(
    "damage",
    [
        lambda ready: ready.clear(),
        lambda ready: ready.pop(),
        lambda ready: ready[2].pop(),
        lambda ready: ready[2].append([0, 0, 0]),
        lambda ready: ready[2][0].append(0),
        lambda ready: ready[2][0].extend([999, 0, 0]),
        lambda ready: ready[2][-1].extend([1, 5, 0]),
        lambda ready: ready[2][0].__setitem__(0, 999),
        lambda ready: ready[2][0].__setitem__(1, "first"),
        lambda ready: ready[3][0].__setitem__(2, [999]),
        lambda ready: ready[4].append(0),
        lambda ready: ready.__setitem__(1, None),
    ],
)
def test_a_form_with_damage_in_what_was_prepared_is_refused(
    made: Made, damage: Callable[[Any], None]
) -> None:
    """Also where somebody sealed it."""
    damage(made["prepared"])
    with pytest.raises(FormError):
        Form.load(written(completed(made, made["prepared"])))


@pytest.mark.parametrize(
    "tree",
    [None, {}, [], ["?"], ["/"], [".", 5], ["()", "nothing"], ["()", 1], ["=", 1, "~", 2], [[]]],
)
def test_a_damaged_expression_is_refused_when_it_is_asked_for(made: Made, tree: object) -> None:
    """Nothing else is raised than our own error."""
    ready = made["prepared"]
    ready[1] = [tree] * len(ready[1])
    ready[3] = []
    form = Form.load(written(completed(made, ready)))
    with pytest.raises(FormError, match="not a compiled questionnaire"):
        Interview(form, clock=FixedClock())


@settings(deadline=None)
@given(data=st.data())
def test_whatever_damage_somebody_seals_nothing_breaks(whole: Made, data: st.DataObject) -> None:
    """The form is refused, or the interview runs; nothing else is raised than our own errors."""
    ready = deepcopy(whole["prepared"])
    where, at = data.draw(st.sampled_from(list(places(ready))))
    where[at] = data.draw(st.sampled_from([0, -1, 5, 99, 1.5, True, None, "", ".", "()", [], {}]))
    sealed = written(completed(whole, ready))
    with suppress(FormError, InterviewError):
        told(Form.load(sealed))

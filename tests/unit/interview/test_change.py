"""What a change tells, and what a state keeps: exactly, and whatever is wrong with it refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intake_app.clock import FixedClock
from intake_app.errors import FormError, InterviewError
from intake_app.interview import Change, Interview
from intake_app.interview.definition import Table
from intake_app.interview.state import Orphan

Begin = Callable[[str], Interview]
HOUSE = """
    | survey |
    |        | type           | name  | label::Nederlands (nl)   | label::English (en) | relevant    | read_only  | required   | constraint | constraint_message::Nederlands (nl) | constraint_message::English (en) | choice_filter | calculation |
    |        | text           | who   | Wie?                     | Who?                | | | | | | | | |
    |        | begin group    | g     | Over ${who}              | About ${who}        | | ${who} = 'x' | | | | | | |
    |        | integer        | age   | Hoe oud is ${who}?       | How old is ${who}?  | ${who} != '' | | ${who} = 'y' | . < 120 | Niet ouder dan ${who}. | Not older than ${who}. | | |
    |        | select_one c   | c     | Waar?                    | Where?              | | | | | | | at = ${age} | |
    |        | end group      |       |                          |                     | | | | | | | | |
    |        | begin repeat   | r     | R                        | R                   | | | | | | | | |
    |        | text           | t     | T ${who}                 | T                   | | | | | | | | |
    |        | calculate      | nr    |                          |                     | | | | | | | | position(..) |
    |        | end repeat     |       |                          |                     | | | | | | | | |
    | choices |
    |         | list_name | name | label::Nederlands (nl) | label::English (en) | at |
    |         | c         | a    | A      | A | 3 |
    |         | c         | b    | B      | B | 4 |
    | settings |
    |          | default_language | form_id | version |
    |          | Nederlands (nl)  | house   | 2       |
"""  # noqa: E501 (a table is read across)


@pytest.fixture
def begun(begin: Begin) -> Interview:
    """An interview over this form."""
    return begin(HOUSE)


@pytest.mark.parametrize(
    ("before", "act", "changed", "structure"),
    [
        ([], ("/data/who", "Test"), ("/data/g/age", "/data/r[1]/t", "/data/who"), True),
        (["Test"], ("/data/who", "Test"), (), False),
        (["Test"], ("/data/who", "y"), ("/data/g/age", "/data/r[1]/t", "/data/who"), False),
        (["Test"], ("/data/g/age", "7"), ("/data/g/age",), False),
        (["Test"], ("/data/g/age", "3"), ("/data/g/age", "/data/g/c"), False),
        (["Test"], ("/data/g/age", "x"), ("/data/g/age",), False),
        (["Test"], ("/data/r[1]/t", "x"), ("/data/r[1]/t",), False),
        (
            ["Test"],
            ("/data/who", "x"),
            ("/data/g/age", "/data/g/c", "/data/r[1]/t", "/data/who"),
            False,
        ),
    ],
)
def test_a_change_names_what_differs_and_no_more(
    begin: Begin,
    before: list[str],
    act: tuple[str, str],
    changed: tuple[str, ...],
    *,
    structure: bool,
) -> None:
    """Value, relevance, required, read-only, validity, words that are filled in, choices."""
    interview = begin(HOUSE)
    for told in before:
        interview.answer("/data/who", told)
    assert interview.choices("/data/g/c") == ()
    assert interview.answer(*act) == Change(changed, (), structure)


def test_rows_that_move_up_are_told_by_where_they_are_now(begin: Begin) -> None:
    """What stands at a path before and after is compared; the last paths are gone."""
    interview = begin(HOUSE)
    for row, told in enumerate(("a", "a", "b"), 1):
        if row > 1:
            interview.add_repeat("/data/r")
        interview.answer(f"/data/r[{row}]/t", told)
    assert interview.remove_repeat("/data/r[1]") == Change(
        ("/data/r[2]/t",), ("/data/r[3]/nr", "/data/r[3]/t"), structure=True
    )
    assert interview.add_repeat("/data/r") == Change(
        ("/data/r[3]/nr", "/data/r[3]/t"), (), structure=True
    )


def test_another_language_tells_whose_words_are_others(begin: Begin) -> None:
    """A question that reads the same in both is not named."""
    interview = begin(HOUSE)
    interview.answer("/data/who", "Test")
    assert interview.set_language("en").changed == (
        "/data/g/age", "/data/g/c", "/data/r[1]/t", "/data/who",
    )  # fmt: skip
    assert interview.set_language("en").changed == ()


def test_what_is_not_valid_has_a_reason(begin: Begin) -> None:
    """Ours where it is no number, the form's where its rule does not hold; blank where it is."""
    interview = begin(HOUSE)
    interview.answer("/data/who", "Test")
    reasons = []
    for told in ("abc", "121", "7", ""):
        interview.answer("/data/g/age", told)
        reasons.append(interview.node("/data/g/age").reason)
    assert reasons[0]
    assert reasons[1:] == ["Niet ouder dan Test.", "", ""]
    interview.answer("/data/g/age", "121")
    interview.set_language("en")
    assert interview.node("/data/g/age").reason == "Not older than Test."
    assert [(one.kind, one.reason) for one in interview.problems()] == [
        ("invalid", "Not older than Test.")
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda s: [],
        lambda s: {},
        lambda s: {**s, "nodes": []},
        lambda s: {**s, "nodes": {"/data/who": "x"}},
        lambda s: {**s, "nodes": {"/data/who": {"value": 3}}},
        lambda s: {**s, "nodes": {"/data/who": {"value": "x", "beside": ["x"]}}},
        lambda s: {**s, "nodes": {"/data/who": {"value": "x", "beside": {"x": 1}}}},
        lambda s: {**s, "nodes": {"/data/who": {"value": "x", "at": 5}}},
        lambda s: {**s, "nodes": {"/data/nobody": {"value": "x"}}},
        lambda s: {**s, "nodes": {"/data/r[9]/t": {"value": "x"}}},
        lambda s: {**s, "nodes": {"/data/g": {"value": "x"}}},
        lambda s: {**s, "repeats": None},
        lambda s: {**s, "repeats": {"/data/r": -1}},
        lambda s: {**s, "repeats": {"/data/r": "2"}},
        lambda s: {**s, "repeats": {"/data/r": 10**9}},
        lambda s: {**s, "repeats": {"/data/r": True}},
        lambda s: {**s, "hidden": {"/data/r": 10**9}},
        lambda s: {**s, "hidden": 3},
        lambda s: {**s, "language": "tlh"},
        lambda s: {**s, "language": 5},
        lambda s: {**s, "orphans": [3]},
        lambda s: {**s, "orphans": [{"path": "/data/x"}]},
        lambda s: {**s, "orphans": {"path": "/data/x"}},
    ],
)
def test_a_damaged_state_is_refused(begin: Begin, damage: Callable[[Any], Any]) -> None:
    """Whatever its shape, with our own error and a sentence."""
    interview = begin(HOUSE)
    with pytest.raises(InterviewError, match="cannot be read"):
        Interview(interview.form, clock=FixedClock(), state=damage(interview.export()))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["/data/who", "/data/r", "/data/r[1]/t", "value", "at", "beside", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(part=st.sampled_from(["nodes", "repeats", "hidden", "orphans", "language"]), held=_JSON)
@example(part="repeats", held=[1])
def test_whatever_stands_in_a_state_is_read_or_refused(
    begun: Interview, part: str, held: object
) -> None:
    """No error but ours comes out of it."""
    state = {**begun.export(), part: held}
    try:
        interview = Interview(begun.form, clock=FixedClock(), state=state)
    except InterviewError:
        return
    assert list(interview.nodes())


@pytest.mark.parametrize("other", [{"hash": "0"}, {"form": "other"}])
def test_a_state_of_another_form_is_another_error(begin: Begin, other: dict[str, str]) -> None:
    """Nothing is wrong with it, but it is not for this form."""
    interview = begin(HOUSE)
    with pytest.raises(FormError, match="another version"):
        Interview(interview.form, clock=FixedClock(), state={**interview.export(), **other})


def test_answers_of_an_older_form_stay_with_the_interview(begin: Begin) -> None:
    """No expression reads them; they are shown, and exported as they came."""
    interview = begin(HOUSE)
    orphans = [
        {"path": "/data/shoe", "label": "Schoenmaat?", "value": "42", "sensitivity": "",
         "version": "1", "at": "2026-11-01T10:00:00+00:00", "by": "user-1"},
        {"path": "/data/hat", "label": "Hoed?", "value": "", "aside": "declined",
         "beside": {"words": "geen"}, "sensitivity": "health", "version": "1"},
    ]  # fmt: skip
    state = json.loads(json.dumps({**interview.export(), "orphans": orphans}))
    again = Interview(interview.form, clock=FixedClock(), state=state)
    assert again.orphans[0] == Orphan(
        "/data/shoe", "Schoenmaat?", "42", "", "1", at="2026-11-01T10:00:00+00:00", by="user-1"
    )
    assert again.orphans[1].beside == {"words": "geen"}
    again.answer("/data/who", "Test")
    again.undo()
    assert again.export() == state
    assert "orphans" not in interview.export()


def test_lists_can_be_passed_in(begin: Begin) -> None:
    """They come in place of the form's own of the same name."""
    form = begin(HOUSE).form
    rows = (("z", "choice/c/a:label", "5"), ("y", "choice/c/b:label", "5"))
    table = Table(("root", "item"), ("name", "itextId", "at"), rows)
    interview = Interview(form, clock=FixedClock(), instances={"c": table})
    interview.answer("/data/who", "Test")
    interview.answer("/data/g/age", "5")
    assert [choice.name for choice in interview.choices("/data/g/c")] == ["z", "y"]
    interview.answer("/data/g/c", "y")
    assert interview.choice_text("/data/g/c", "y") == "B"

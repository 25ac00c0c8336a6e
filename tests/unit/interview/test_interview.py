"""An interview over small forms: relevance, choices, repeats, languages, state."""

import json
from collections.abc import Callable

import pytest

from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import FormError, InterviewError
from intake_app.interview import Form, Interview

Begin = Callable[[str], Interview]
FormOf = Callable[[str], Form]

WORK = """
    | survey |
    |        | type         | name   | label::Nederlands (nl)  | label::Arabic (ar) | relevant           | required      | constraint | constraint_message::Nederlands (nl) | calculation | bind::intake:type | bind::intake:max | bind::intake:decline | bind::intake:item | bind::intake:purpose |
    |        | begin group  | person | Persoon                 | شخص  | | | | | | | | | | |
    |        | text         | name   | Hoe heet u?             | اسم  | | yes | | | | | | no | Q2.3 | HB |
    |        | integer      | age    | Hoe oud bent u, ${name}? | عمر | ${name} != ''      | ${name} != 'x' | . > 0 and . < 120 | Vul een leeftijd in. | | | | | | |
    |        | note         | hello  | Dag ${name}             | سلام | ${name} != '' | | | | | | | | | |
    |        | end group    | | | | | | | | | | | | | |
    |        | begin group  | work   | Werk                    | عمل  | ${age} >= 18 or ${age} = '' | | | | | | | | | |
    |        | begin repeat | jobs   | Banen                   | عمل  | | | | | | | 3 | | | |
    |        | text         | title  | Wat deed u?             | عمل  | | yes | | | | | | | | |
    |        | text         | since  | Sinds wanneer?          | عمل  | | | . <= today() | | | partial-date | | | | |
    |        | calculate    | nr     | | | | | | | position(..) | | | | | |
    |        | end repeat   | | | | | | | | | | | | | |
    |        | calculate    | titles | | | | | | | join(', ', ${title}) | | | | | |
    |        | calculate    | many   | | | | | | | count(${jobs}) > 1 | | | | | |
    |        | text         | which  | Welke was het beste?    | عمل  | ${many} | | | | | | | | | |
    |        | end group    | | | | | | | | | | | | | |
    | settings |
    |          | form_id | version | default_language | namespaces |
    |          | work    | 3       | Nederlands (nl)  | intake="https://example.org/intake" |
"""  # noqa: E501 (a table is read across)

PLACES = """
    | survey |
    |        | type                 | name    | label  | choice_filter      | calculation |
    |        | select_one land      | country | Land   | | |
    |        | select_one city      | city    | Stad   | country=${country} | |
    |        | select_multiple city | cities  | Steden | country=${country} | |
    |        | calculate            | said    | | | jr:choice-name(${city}, '${city}') |
    |        | rank land            | order   | Volgorde | | |
    | choices |
    |         | list_name | name | label     | country |
    |         | land      | nl   | Nederland | |
    |         | land      | be   | België    | |
    |         | city      | ams  | Amsterdam | nl |
    |         | city      | rot  | Rotterdam | nl |
    |         | city      | bru  | Brussel   | be |
"""


def test_an_answer_tells_exactly_what_it_changed(begin: Begin) -> None:
    """The paths whose node differs, and whether relevance did."""
    interview = begin(WORK)
    change = interview.answer("/data/person/name", "Test Bewoner")
    assert change.changed == ("/data/person/age", "/data/person/hello", "/data/person/name")
    assert change.structure
    assert interview.answer("/data/person/age", "30").changed == ("/data/person/age",)


def test_what_is_not_relevant_reads_as_blank_and_comes_back(begin: Begin) -> None:
    """Relevance is inherited from the group, and nothing that was told is lost."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    interview.answer("/data/work/jobs[1]/title", "kok")
    interview.answer("/data/person/age", "12")
    node = interview.node("/data/work/jobs[1]/title")
    assert (node.relevant, node.required, node.value, node.valid) == (False, False, "", True)
    assert interview.node("/data/work/titles").value == ""
    interview.answer("/data/person/age", "30")
    assert interview.node("/data/work/jobs[1]/title").value == "kok"
    assert interview.node("/data/work/titles").value == "kok"


def test_a_calculated_truth_is_read_as_one(begin: Begin) -> None:
    """A relevance that names a calculation is true when the calculation is."""
    interview = begin(WORK)
    assert interview.node("/data/work/many").value == "false"
    assert not interview.node("/data/work/which").relevant
    interview.add_repeat("/data/work/jobs")
    assert interview.node("/data/work/which").relevant


@pytest.mark.parametrize(
    ("value", "valid"), [("30", True), ("0", False), ("abc", False), ("3.5", False), ("", True)]
)
def test_a_value_of_the_wrong_type_is_kept_and_not_valid(
    begin: Begin, value: str, *, valid: bool
) -> None:
    """What was told is not thrown away; a blank is always valid."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    interview.answer("/data/person/age", value)
    node = interview.node("/data/person/age")
    assert (node.value, node.valid) == (value, valid)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("1994", True),
        ("1994-05", True),
        ("1994-05-12", True),
        ("1994~", True),
        ("2026", True),
        ("2026-12", False),
        ("2027", False),
        ("1994-13", False),
        ("1994-02-30", False),
        ("94", False),
        ("ooit", False),
    ],
)
def test_partial_dates_are_dates_as_far_as_they_are_known(
    begin: Begin, value: str, *, valid: bool
) -> None:
    """A year that may lie before today is before today."""
    interview = begin(WORK)
    interview.answer("/data/work/jobs[1]/since", value)
    assert interview.node("/data/work/jobs[1]/since").valid is valid


def test_rows_are_added_and_removed_and_those_after_move_up(begin: Begin) -> None:
    """Positions and joins follow."""
    interview = begin(WORK)
    interview.add_repeat("/data/work/jobs")
    for row, title in enumerate(("kok", "leraar"), 1):
        interview.answer(f"/data/work/jobs[{row}]/title", title)
    assert interview.node("/data/work/titles").value == "kok, leraar"
    assert interview.remove_repeat("/data/work/jobs[1]").structure
    assert interview.node("/data/work/jobs[1]/title").value == "leraar"
    assert interview.node("/data/work/jobs[1]/nr").value == "1"
    assert interview.count("/data/work/jobs") == 1
    interview.remove_repeat("/data/work/jobs[1]")
    assert interview.count("/data/work/jobs") == 0
    assert interview.node("/data/work/titles").value == ""


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda i: i.answer("/data/nobody", "x"), "There is no node /data/nobody."),
        (lambda i: i.answer("/data/work/jobs[2]/title", "x"), "There is no node"),
        (lambda i: i.answer("/data/work/jobs/title", "x"), "There is no node"),
        (lambda i: i.answer("/data/work/jobs[0]/title", "x"), "There is no node"),
        (lambda i: i.answer("/data/meta/instanceID", "x"), "There is no node"),
        (lambda i: i.answer("/data/person", "x"), "takes no answer"),
        (lambda i: i.answer("/data/work/titles", "x"), "takes no answer"),
        (lambda i: i.answer("/data/person/age", "3"), "is not relevant now"),
        (lambda i: i.set_aside("/data/person/name", "declined"), "must be answered"),
        (lambda i: i.set_aside("/data/work/jobs[1]/title", "bored"), "no reason bored"),
        (lambda i: i.add_repeat("/data/person"), "There is no repeat"),
        (lambda i: i.add_repeat("/data/work/jobs[1]"), "There is no repeat"),
        (lambda i: i.remove_repeat("/data/work/jobs"), "There is no node"),
        (lambda i: i.remove_repeat("/data/work/jobs[4]"), "There is no node"),
        (lambda i: i.set_language("Elvish"), "has no language Elvish"),
        (lambda i: [i.add_repeat("/data/work/jobs") for _ in range(3)], "no more than 3"),
        (lambda i: i.next("/data/person/age"), "not on the way"),
    ],
)
def test_what_cannot_be_done_is_refused(
    begin: Begin, act: Callable[[Interview], object], said: str
) -> None:
    """And a sentence says why."""
    interview = begin(WORK)
    with pytest.raises(InterviewError) as caught:
        act(interview)
    assert said in str(caught.value)


def test_a_refusal_does_not_say_the_answer(begin: Begin) -> None:
    """A sentence may end up in a log; what somebody answered may not."""
    interview = begin(PLACES)
    with pytest.raises(InterviewError) as refused:
        interview.answer("/data/country", "geheim")
    assert "geheim" not in str(refused.value)


def test_own_words_without_a_code_are_an_answer(begin: Begin) -> None:
    """What nobody can code yet is kept as it was said, by whom and when, and is not owed."""
    interview = begin(WORK)
    path = "/data/work/jobs[1]/title"
    assert path in {problem.path for problem in interview.problems()}
    interview.answer(path, "", beside={"own_words": "van alles op de markt"})
    node = interview.node(path)
    assert (node.value, node.beside["own_words"]) == ("", "van alles op de markt")
    assert node.at
    assert path not in {problem.path for problem in interview.problems()}


def test_a_question_set_aside_is_answered_and_blank(begin: Begin) -> None:
    """A required question never forces an answer; a later answer takes the mark away."""
    interview = begin(WORK)
    path = "/data/work/jobs[1]/title"
    assert [problem.path for problem in interview.problems()] == ["/data/person/name", path]
    interview.set_aside(path, "unknown")
    assert interview.node(path).aside == "unknown"
    assert interview.node(path).by == "Test Screener"
    assert [problem.path for problem in interview.problems()] == ["/data/person/name"]
    interview.answer(path, "kok")
    assert (interview.node(path).aside, interview.node(path).value) == ("", "kok")


def test_the_way_through_shows_what_is_relevant(begin: Begin) -> None:
    """A repeat without a fixed count is a step of its own, before its rows."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    assert [(step.path, step.kind) for step in interview.steps()] == [
        ("/data/person/name", "question"),
        ("/data/person/age", "question"),
        ("/data/person/hello", "note"),
        ("/data/work/jobs", "repeat"),
        ("/data/work/jobs[1]/title", "question"),
        ("/data/work/jobs[1]/since", "question"),
    ]
    assert interview.next(None) == "/data/person/name"
    assert interview.next("/data/person/hello") == "/data/work/jobs"
    assert interview.previous("/data/work/jobs") == "/data/person/hello"
    assert interview.previous("/data/person/name") is None
    assert interview.next("/data/work/jobs[1]/since") is None
    assert interview.progress() == (1, 4)
    person, work = interview.sections()
    assert (person.name, person.steps, person.answered, person.open_required) == (
        "person", 2, 1, 1,
    )  # fmt: skip
    assert (work.relevant, work.open_required, work.invalid) == (True, 1, 0)


def test_texts_come_in_each_language_with_answers_filled_in(begin: Begin) -> None:
    """And a text that a language lacks comes in the form's own."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    assert interview.text("/data/person/age") == "Hoe oud bent u, Test?"
    assert interview.text("/data/person/age", language="ar") == "عمر"
    assert interview.text("/data/person/age", "constraint", "ar") == "Vul een leeftijd in."
    assert interview.text("/data/person/age", "hint") == ""
    assert interview.text("/data/work/jobs") == "Banen"
    interview.set_language("Arabic (ar)")
    assert (interview.language, interview.text("/data/person/name")) == ("ar", "اسم")
    assert interview.confirmed("/data/person/name", "label", "nl")
    assert not interview.confirmed("/data/person/name", "label", "ar")


def test_a_text_that_the_forms_own_language_lacks_comes_in_another(begin: Begin) -> None:
    """A person must be able to read something."""
    interview = begin(
        """
        | survey |
        |        | type | name | label::Dutch (nl) | label::English (en) | label::Arabic (ar) |
        |        | text | a    | Naam              | Name                | اسم                |
        |        | text | b    |                   | Trade               |                    |
        | settings |
        |          | default_language |
        |          | Dutch (nl)       |
        """
    )
    assert interview.text("/data/b") == "Trade"
    assert interview.text("/data/b", language="ar") == "Trade"


def test_what_the_questionnaire_declares_is_there(begin: Begin) -> None:
    """The attributes of the intake namespace, without their prefix."""
    form = begin(WORK).form
    name = form.questions["/data/person/name"]
    assert (name.item, name.purposes, name.kind) == ("Q2.3", frozenset("HB"), "text")
    assert form.questions["/data/work/jobs/since"].kind == "partial-date"
    assert [section.name for section in form.sections] == ["person", "work"]
    assert (form.id, form.version) == ("work", "3")


def test_an_answer_outside_a_filtered_list_sleeps_and_returns(begin: Begin) -> None:
    """It reads as blank while it is not offered, and is not lost."""
    interview = begin(PLACES)
    interview.answer("/data/country", "nl")
    assert [choice.name for choice in interview.choices("/data/city")] == ["ams", "rot"]
    interview.answer("/data/city", "rot")
    interview.answer("/data/cities", " ams  rot ams")
    assert interview.node("/data/cities").value == "ams rot"
    assert interview.node("/data/said").value == "Rotterdam"
    interview.answer("/data/country", "be")
    assert (interview.node("/data/city").value, interview.node("/data/said").value) == ("", "")
    assert interview.node("/data/cities").value == ""
    interview.answer("/data/country", "nl")
    assert interview.node("/data/city").value == "rot"
    assert interview.node("/data/cities").value == "ams rot"


@pytest.mark.parametrize("value", ["bru", "Amsterdam", "ams rot"])
def test_a_choice_that_is_not_offered_is_refused(begin: Begin, value: str) -> None:
    """Nobody can choose what is not on the list."""
    interview = begin(PLACES)
    interview.answer("/data/country", "nl")
    with pytest.raises(InterviewError):
        interview.answer("/data/city", value)
    assert interview.node("/data/city").value == ""


def test_choices_have_labels(begin: Begin) -> None:
    """And a name that is not offered stands for itself."""
    interview = begin(PLACES)
    assert interview.choice_text("/data/country", "be") == "België"
    assert interview.choice_text("/data/country", "xx") == "xx"


def test_a_counted_repeat_keeps_what_a_shrunken_count_hides(begin: Begin) -> None:
    """The rows beyond the count are out of sight, and come back with their answers."""
    interview = begin(
        """
        | survey |
        |        | type         | name  | label | repeat_count | calculation |
        |        | integer      | n     | Aantal | | |
        |        | begin repeat | kids  | Kind  | ${n} | |
        |        | integer      | age   | Leeftijd | | |
        |        | end repeat   | | | | |
        |        | calculate    | total | | | sum(${age}) |
        """
    )
    interview.answer("/data/n", "2")
    interview.answer("/data/kids[1]/age", "4")
    interview.answer("/data/kids[2]/age", "5")
    interview.answer("/data/n", "1")
    assert (interview.count("/data/kids"), interview.node("/data/total").value) == (1, "4")
    state = json.loads(json.dumps(interview.export()))
    interview = Interview(interview.form, clock=FixedClock(), state=state)
    interview.answer("/data/n", "3")
    assert interview.node("/data/kids[2]/age").value == "5"
    assert interview.node("/data/total").value == "9"
    with pytest.raises(InterviewError, match="cannot be added or removed"):
        interview.add_repeat("/data/kids")
    with pytest.raises(InterviewError, match="more than 1000 instances"):
        interview.answer("/data/n", "1000000000")
    with pytest.raises(InterviewError, match="more than 1000 instances"):
        interview.answer("/data/n", "9" * 400)
    assert (interview.node("/data/n").value, interview.count("/data/kids")) == ("3", 3)


def test_nested_repeats_keep_to_their_own_row(begin: Begin) -> None:
    """A reference inside a repeat means the own row; a running total reads the row before."""
    interview = begin(
        """
        | survey |
        |        | type         | name   | label | calculation |
        |        | begin repeat | house  | Huis  | |
        |        | text         | street | Straat | |
        |        | begin repeat | room   | Kamer | |
        |        | integer      | size   | Maat in ${street} | |
        |        | calculate    | label  | | concat(${street}, ' ', position(..)) |
        |        | end repeat   | | | |
        |        | calculate    | sizes  | | sum(${size}) |
        |        | calculate    | upto   | | ${sizes} + coalesce(indexed-repeat(${upto}, ${house}, position(..) - 1), 0) |
        |        | end repeat   | | | |
        |        | calculate    | all    | | sum(${size}) |
        |        | calculate    | houses | | count(${house}) |
        |        | calculate    | second | | indexed-repeat(${street}, ${house}, 2) |
        """  # noqa: E501 (a table is read across)
    )
    interview.add_repeat("/data/house")
    interview.add_repeat("/data/house[2]/room")
    interview.answer("/data/house[2]/street", "B")
    interview.answer("/data/house[1]/room[1]/size", "10")
    interview.answer("/data/house[2]/room[1]/size", "20")
    values = {node.path: node.value for node in interview.nodes()}
    assert values["/data/house[2]/room[1]/label"] == "B 1"
    assert interview.text("/data/house[2]/room[1]/size") == "Maat in B"
    assert [values[f"/data/house[{n}]/sizes"] for n in (1, 2)] == ["10", "20"]
    assert [values[f"/data/house[{n}]/upto"] for n in (1, 2)] == ["10", "30"]
    assert (values["/data/all"], values["/data/houses"]) == ("30", "2")
    assert values["/data/second"] == "B"
    interview.answer("/data/house[1]/room[1]/size", "1")
    assert interview.node("/data/house[2]/upto").value == "21"
    interview.remove_repeat("/data/house[1]")
    assert interview.node("/data/house[1]/upto").value == "20"


def test_defaults_triggers_and_once(begin: Begin, clock: FixedClock) -> None:
    """Set at first, in each new row, and when what they hang on changes; never over again."""
    interview = begin(
        """
        | survey |
        |        | type         | name  | label  | default | calculation | trigger |
        |        | text         | city  | Stad   | Utrecht | | |
        |        | date         | day   | Dag    | today() | | |
        |        | begin repeat | visit | Bezoek | | | |
        |        | text         | place | Plaats | ${city} | | |
        |        | end repeat   | | | | | |
        |        | text         | seen  | Gezien | | concat('op ', today()) | ${city} |
        |        | calculate    | mark  | | | once(random()) | |
        |        | today        | held  | | | | |
        """
    )
    values = {node.path: node.value for node in interview.nodes()}
    assert (values["/data/city"], values["/data/day"]) == ("Utrecht", "2026-11-23")
    assert (values["/data/visit[1]/place"], values["/data/seen"]) == ("Utrecht", "")
    assert values["/data/held"] == "2026-11-23"
    interview.answer("/data/city", "Assen")
    interview.add_repeat("/data/visit")
    assert interview.node("/data/visit[2]/place").value == "Assen"
    assert interview.node("/data/visit[1]/place").value == "Utrecht"
    assert interview.node("/data/seen").value == "op 2026-11-23"
    again = Interview(interview.form, clock=clock, state=interview.export())
    assert again.node("/data/mark").value == values["/data/mark"]
    again.clear("/data/visit[2]/place")
    assert again.node("/data/visit[2]/place").value == ""


def test_what_depends_on_the_date_follows_the_clock(begin: Begin, clock: FixedClock) -> None:
    """An interview that is open past midnight is not stale."""
    interview = begin(
        """
        | survey |
        |        | type      | name | label | calculation | constraint |
        |        | date      | when | Wanneer | | . >= today() |
        |        | calculate | now  | | today() | |
        """
    )
    interview.answer("/data/when", "2026-11-23")
    assert interview.node("/data/when").valid
    clock.move(days=1)
    change = interview.catch_up()
    assert change.changed == ("/data/now", "/data/when")
    assert interview.node("/data/now").value == "2026-11-24"
    assert not interview.node("/data/when").valid


def test_a_calculation_that_a_person_overruled_stays(begin: Begin) -> None:
    """Until what it is calculated from changes; a read-only one cannot be overruled."""
    interview = begin(
        """
        | survey |
        |        | type    | name  | label  | calculation | read_only |
        |        | integer | n     | Aantal | | |
        |        | integer | twice | Dubbel | ${n} * 2 | |
        |        | integer | fixed | Vast   | ${n} * 2 | yes |
        """
    )
    interview.answer("/data/n", "2")
    interview.answer("/data/twice", "5")
    state = interview.export()
    again = Interview(interview.form, clock=FixedClock(), state=state)
    assert again.node("/data/twice").value == "5"
    assert again.export() == state
    again.answer("/data/n", "3")
    assert again.node("/data/twice").value == "6"
    with pytest.raises(InterviewError, match="read-only"):
        again.answer("/data/fixed", "1")


def test_a_state_comes_back_whole(begin: Begin, clock: FixedClock) -> None:
    """Answers, what stands beside them, who and when, rows, language; also what sleeps."""
    interview = begin(WORK)
    interview.answer("/data/person/name", "Test")
    interview.add_repeat("/data/work/jobs")
    clock.move(minutes=5)
    beside = {"calendar": "persian", "words": "1373"}
    interview.answer("/data/work/jobs[2]/since", "1994", beside=beside)
    interview.set_aside("/data/work/jobs[1]/title", "declined")
    interview.answer("/data/person/age", "12")
    interview.set_language("ar")
    state = json.loads(json.dumps(interview.export()))
    again = Interview(interview.form, clock=clock, state=state)
    assert again.export() == state
    assert list(again.nodes()) == list(interview.nodes())
    assert again.language == "ar"
    node = again.node("/data/work/jobs[2]/since")
    assert (node.beside, node.at, node.by) == (
        beside, "2026-11-23T12:05:00+00:00", "Test Screener",
    )  # fmt: skip


def test_a_state_of_another_form_is_refused(begin: Begin) -> None:
    """And so is one that is damaged."""
    interview = begin(WORK)
    state = interview.export()
    with pytest.raises(FormError, match="another version"):
        Interview(interview.form, clock=FixedClock(), state={**state, "hash": "0"})
    with pytest.raises(InterviewError, match="cannot be read"):
        Interview(interview.form, clock=FixedClock(), state={**state, "nodes": {"/x": {}}})


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"[1]", b"\xff", b'{"schema": 1}', b'{"schema": 99, "hash": ""}']
)
def test_a_damaged_form_is_refused(damaged: bytes) -> None:
    """With our own error."""
    with pytest.raises(FormError):
        Form.load(damaged)


def test_a_form_changed_after_it_was_compiled_is_refused(form_of: FormOf) -> None:
    """Its hash does not fit any more."""
    assert form_of(PLACES).hash
    made = compile_xform(
        b'<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data id="t">'
        b"<q/></data></instance></model></h:head><h:body/></h:html>"
    )
    with pytest.raises(FormError, match="changed after"):
        Form.load({**made, "title": "Other"})

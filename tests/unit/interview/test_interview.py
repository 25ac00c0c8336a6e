"""An interview over small forms: relevance, choices, repeats, languages, state."""

from collections.abc import Callable

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Interview
from tests.unit.interview.questionnaires import PLACES, WORK, Begin


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


def test_a_truth_that_becomes_a_text_of_the_same_letters_is_told(begin: Begin) -> None:
    """As a number `true()` is one, and the word is none."""
    interview = begin(
        """
        | survey |
        |        | type      | name | label | calculation |
        |        | text      | a    | A     | |
        |        | calculate | c    |       | if(${a} = '', true(), 'true') |
        |        | calculate | d    |       | number(${c}) |
        """
    )
    assert (interview.node("/data/c").value, interview.node("/data/d").value) == ("true", "1")
    interview.answer("/data/a", "x")
    assert (interview.node("/data/c").value, interview.node("/data/d").value) == ("true", "")


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

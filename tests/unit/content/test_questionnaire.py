"""The short interview asks what it has to ask, declares what it does with it, and no more."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake_app.reference.library import Library

if TYPE_CHECKING:
    from tests.unit.content.conftest import Sheet

#: Items of the short form and the purposes that they may serve (docs/questionnaire.md).
ITEMS = {
    "Q0.5": "HB",
    "Q1.1": "I",
    "Q1.2": "I",
    "Q1.3": "I",
    "Q1.4": "I",
    "Q2.1": "HB",
    "Q2.3": "HBWD",
    "Q2.4": "HB",
    "Q3.1": "H",
    "Q3.2": "H",
    "Q3.3": "HB",
    "Q3.4": "H",
    "Q3.5": "H",
    "Q3.7": "H",
    "Q3.8": "H",
    "Q4.1": "H",
    "Q4.2": "H",
    "Q4.3": "H",
    "Q4.4": "HW",
    "Q4.5": "HW",
    "Q4.7": "HB",
    "Q4.8": "HB",
    "Q4.9": "H",
    "Q4.10": "H",
    "Q4.11": "H",
    "Q4.12": "H",
    "Q5.1": "BW",
    "Q5.2": "BW",
    "Q5.3": "B",
    "Q5.4": "B",
    "Q5.5": "B",
    "Q5.6": "B",
    "Q6.1": "BD",
    "Q6.2": "HBWD",
    "Q6.3": "BWD",
    "Q6.4": "HBWD",
    "Q6.5": "BWD",
    "Q6.6": "BD",
    "Q6.8": "BWD",
    "Q6.9": "BWD",
    "Q6.10": "D",
    "Q6.11": "D",
    "Q6.12": "D",
    "Q6.13": "D",
    "Q6.14": "BD",
    "Q7.1": "HBW",
    "Q7.2": "W",
    "Q7.3": "HBW",
    "Q7.4": "W",
    "Q7.5": "BW",
    "Q7.6": "BW",
    "Q7.10": "BD",
    "Q7.11": "HBW",
    "Q7.12": "BW",
    "Q9.1": "HBW",
    "Q9.3": "HBW",
    "Q9.6": "HB",
    "Q9.7": "BW",
    "Q10.1": "HB",
    "Q10.2": "H",
    "Q10.5": "H",
    "Q10.6": "H",
    "Q12.1": "I",
}

#: Items whose every question carries this mark; Q4.11 is told apart below.
SENSITIVE = {
    "health": {"Q3.7", "Q3.8", "Q4.9", "Q4.10"},
    "safety": {"Q4.12"},
    "third-party": {"Q3.3", "Q3.5", "Q4.1", "Q4.2", "Q10.2"},
    "national-number": {"Q2.1"},
}

#: What may stay blank: part of an item, never an item.
OPTIONAL = {
    "person/name_own_script",
    "criteria/job_end",
    "languages/others/speak",
    "languages/others/read",
    "languages/others/write",
    "work/jobs/job_until",
}

#: The languages of the people who sit at the table.
TWELVE = ("nl", "en", "ar", "ti", "tr", "fa", "prs", "ps", "so", "kmr", "ckb", "uk")

ADMINISTRATION = {"Q0.5", "Q1.1", "Q1.2", "Q1.3", "Q1.4", "Q2.1", "Q12.1"}

#: Never asked: religion, origin group, politics, orientation, flight, illness, money, numbers.
FORBIDDEN = re.compile(
    r"relig|geloof|kerk|moskee|etni|\bclan\b|\bstam\b|politiek|seksue|vluchtverhaal|"
    r"waarom bent u gevlucht|gevangen|marteling|trauma|diagnose|ziekte|strafblad|vakbond|"
    r"inkomen|schuld|\bbsn\b|burgerservice",
    re.IGNORECASE,
)


def test_the_form_compiles_without_a_warning(sheet: "Sheet") -> None:
    """What pyxform warns of, an author would have to explain."""
    assert sheet.warnings == ()


def test_every_item_of_the_short_form_is_asked_and_no_other(sheet: "Sheet") -> None:
    """The short form is the obligatory items, not a choice of ours."""
    assert {question.intake("item") for question in sheet.questions} == set(ITEMS)


def test_every_question_says_for_which_purpose_it_is_asked(sheet: "Sheet") -> None:
    """The export filter reads this and nothing else."""
    for row in sheet.questions:
        item = row.intake("item")
        assert item in ITEMS, f"{item} is not in ITEMS: add it there with its purpose"
    told = {row.path: row.intake("purpose") for row in sheet.questions}
    assert told == {row.path: ITEMS[row.intake("item")] for row in sheet.questions}


def test_every_question_says_where_its_answer_comes_from(sheet: "Sheet") -> None:
    """A recipient sees whether it was told, known before, or seen by the screener."""
    known = {"prefilled", "asked", "observed"}
    assert {row.path for row in sheet.questions if row.intake("provenance") not in known} == set()


@pytest.mark.parametrize("mark", sorted(SENSITIVE))
def test_what_is_sensitive_carries_its_mark(sheet: "Sheet", mark: str) -> None:
    """The vault's compartments and the profile's filter depend on it."""
    items = SENSITIVE[mark]
    unmarked = {
        row.path
        for row in sheet.questions
        if row.intake("item") in items and row.intake("sensitivity") != mark
    }
    elsewhere = {
        row.path
        for row in sheet.questions
        if row.intake("item") not in {*items, "Q4.11"} and row.intake("sensitivity") == mark
    }
    assert (unmarked, elsewhere) == (set(), set())


def test_evidence_is_as_sensitive_as_the_criterion_that_it_is_for(sheet: "Sheet") -> None:
    """A letter about a treatment is health; one about a contract is not."""
    marks = {
        row.path.split("/")[-1]: row.intake("sensitivity")
        for row in sheet.questions
        if row.intake("item") == "Q4.11"
    }
    assert marks == {
        "family_evidence": "third-party",
        "family_evidence_kind": "third-party",
        "job_evidence": "",
        "job_evidence_kind": "",
        "study_evidence": "",
        "study_evidence_kind": "",
        "treatment_evidence": "health",
        "treatment_evidence_kind": "health",
    }


def test_proxies_for_origin_are_marked(sheet: "Sheet") -> None:
    """Mother tongue and language of the interview tell where somebody comes from."""
    proxies = {row.path for row in sheet.questions if row.intake("sensitivity") == "proxy"}
    assert proxies == {"start/interview_language", "languages/others/language"}


def test_health_and_safety_have_closed_lists_only(sheet: "Sheet") -> None:
    """Nobody can write an illness or a reason down, because there is nowhere to write."""
    open_ones = {
        row.path
        for row in sheet.questions
        if row.intake("sensitivity") in {"health", "safety"}
        and not row.kind.startswith("select")
        and not row.intake("codelist")
    }
    assert open_ones == set()


def test_nothing_is_asked_that_may_not_be_asked(sheet: "Sheet") -> None:
    """No label and no choice names a forbidden subject."""
    labels = {row.path: row.text("label") for row in sheet.rows}
    labels |= {
        f"{name}/{choice['name']}": " ".join(choice["label"].values())
        for name, choices in sheet.choices.items()
        for choice in choices
    }
    assert {place: label for place, label in labels.items() if FORBIDDEN.search(label)} == {}


def test_free_text_is_short_and_warns(sheet: "Sheet") -> None:
    """A person is told, before they write, what does not belong there."""
    free = [row for row in sheet.questions if row.kind == "text" and not row.intake("type")]
    own_words = [row for row in free if row.intake("item") not in {"Q2.1", "Q2.3"}]
    assert [row.path for row in free if "constraint" not in row.bind] == []
    assert [row.path for row in own_words] == [
        "education/programmes/programme",
        "work/jobs/title",
        "ambitions/business_idea",
    ]
    warning = ("gezondheid", "geloof", "vlucht")
    for row in own_words:
        assert all(word in row.text("hint") for word in warning), row.path


def test_only_administration_must_be_answered(sheet: "Sheet") -> None:
    """Every other question can be declined or be unknown."""
    fixed = {row.intake("item") for row in sheet.questions if row.intake("decline") == "no"}
    assert fixed == ADMINISTRATION


def test_all_but_parts_of_an_item_is_required(sheet: "Sheet") -> None:
    """What the table marks as obligatory is required, where it is shown."""
    assert {row.path for row in sheet.questions if row.bind.get("required") != "yes"} == OPTIONAL


def test_nothing_is_preselected(sheet: "Sheet") -> None:
    """Yes, no and later weigh the same: no question has a default."""
    assert [row.path for row in sheet.rows if row.node.get("default")] == []


def test_refusal_is_the_same_for_every_question(sheet: "Sheet") -> None:
    """'No answer' and 'unknown' are no choices of a list: the app offers them everywhere."""
    names = {choice["name"] for choices in sheet.choices.values() for choice in choices}
    assert names & {"unknown", "declined", "no_answer", "dont_know"} == set()


def test_nothing_is_asked_of_someone_who_says_no_or_later(sheet: "Sheet") -> None:
    """After the explanation every section waits for a yes."""
    sections = [row for row in sheet.rows if "/" not in row.path]
    assert [row.path for row in sections] == [
        "start",
        "explanation",
        "person",
        "household",
        "criteria",
        "languages",
        "education",
        "work",
        "ambitions",
        "network",
        "summary",
    ]
    for section in sections[2:]:
        assert section.bind["relevant"] == "${ready} = 'yes'", section.path


def test_the_explanation_is_complete_before_it_counts_as_given(sheet: "Sheet") -> None:
    """All five points and all four rights are told."""
    for path, points in (("explanation/told", 5), ("explanation/rights", 4)):
        assert sheet[path].bind["constraint"] == f"count-selected(.) = {points}"
        assert len(sheet[path].node["choices"]) == points


def test_lists_that_a_person_fills_are_bounded(sheet: "Sheet") -> None:
    """Four programmes, five jobs, three wishes: the interview stays short."""
    bounds = {row.path: row.intake("max") for row in sheet.rows if row.kind == "repeat"}
    assert bounds == {
        "household/children": "20",
        "criteria/family": "6",
        "languages/others": "8",
        "education/programmes": "4",
        "work/jobs": "5",
        "ambitions/preferred": "3",
        "network/contacts": "5",
        "network/preferences": "3",
    }


def test_what_the_housing_itself_needs_is_told_apart(sheet: "Sheet") -> None:
    """The municipality gets family size and reunification; the adaptation only by a setting."""
    always = {row.intake("item") for row in sheet.questions if row.intake("housing") == "yes"}
    allowed = {row.intake("item") for row in sheet.questions if row.intake("housing") == "setting"}
    assert always == {"Q3.1", "Q3.2", "Q3.3", "Q3.4", "Q3.5"}
    assert allowed == {"Q3.7", "Q3.8"}


def test_every_code_is_looked_up_in_a_list_that_there_is(sheet: "Sheet") -> None:
    """A code question without its list could not be answered."""
    library = Library.load()
    for row in sheet.questions:
        assert (row.intake("type") == "code") == bool(row.intake("codelist")), row.path
        assert not row.intake("codelist") or row.intake("codelist") in library, row.path


def test_the_interview_is_offered_in_twelve_languages(sheet: "Sheet") -> None:
    """The languages of the people who sit at the table."""
    offered = [choice["name"] for choice in sheet.choices["interview_language"]]
    assert offered == [*TWELVE]


def test_wishes_are_those_of_the_municipal_model(sheet: "Sheet", shared: Path) -> None:
    """Each choice names the value of GGM's Ontwikkelwens that it becomes, and none is left."""
    model = json.loads((shared / "exchange" / "ggm" / "Inburgering.json").read_text("utf-8"))
    wishes = model["$defs"]["ONTWIKKELWENS_"]["properties"]["ONTWIKKELWENSOMSCHRIJVING"]["enum"]
    assert sorted(choice["ggm"] for choice in sheet.choices["wish"]) == sorted(wishes)


def test_every_target_is_an_attribute_of_the_municipal_model(sheet: "Sheet", shared: Path) -> None:
    """`ggm` names an entity and an attribute that the model has."""
    model = json.loads((shared / "exchange" / "ggm" / "Inburgering.json").read_text("utf-8"))
    for row in sheet.questions:
        if target := row.intake("ggm"):
            entity, attribute = target.split(".")
            assert attribute in model["$defs"][entity]["properties"], row.path

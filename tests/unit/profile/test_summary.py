"""The summary that is read to the resident."""

import json
from types import SimpleNamespace

import pytest

from intake_app import paths
from intake_app.clock import FixedClock
from intake_app.interview.form import Form
from intake_app.interview.session import Interview
from intake_app.profile.profile import build
from intake_app.profile.summary import summary
from intake_app.reference import Library

LIVES = paths.assets("demo")


def told(life: str) -> Interview:
    """Hold the interview of an invented life with the real questionnaire."""
    form = Form.load(paths.assets("questionnaire", "screening.json").read_bytes())
    interview = Interview(form, clock=FixedClock())
    for line in (LIVES / f"{life}.jsonl").read_text(encoding="utf-8").splitlines():
        match json.loads(line):
            case {"set": path, "value": value}:
                interview.answer(path, value)
            case {"add_repeat": path}:
                interview.add_repeat(path)
            case {"language": language}:
                interview.set_language(language)
    return interview


@pytest.fixture(scope="module")
def surgeon() -> Interview:
    """Return the interview of the surgeon from Syria."""
    return told("surgeon_from_syria")


def test_both_languages_tell_the_same_lines(surgeon: Interview) -> None:
    """Line by line, so that they can stand side by side."""
    library = Library.load()
    dutch, arabic = (summary(surgeon, language, library) for language in ("nl", "ar"))
    assert [section.name for section in dutch] == [section.name for section in arabic]
    for one, other in zip(dutch, arabic, strict=True):
        assert [line.path for line in one.lines] == [line.path for line in other.lines]
        assert one.title != other.title


def test_answers_are_told_in_the_resident_s_language(surgeon: Interview) -> None:
    """Choices, codes and dates; what was typed stays as it was typed."""
    said = {
        line.path: (line.question, line.answer)
        for section in summary(surgeon, "ar", Library.load())
        for line in section.lines
    }
    assert said["/data/household/living_with"][1] == "مع شريك حياتي والأطفال"
    assert said["/data/criteria/family[1]/relation_municipality"][1] == "أوترخت"
    assert said["/data/person/birth_date"][1] == "15 آذار 1981"
    assert said["/data/person/name_document"][1] == "Voorbeeld Chirurg"
    assert said["/data/household/children[2]/age"][0].startswith("الطفل 2")


def test_the_conversation_about_the_conversation_is_not_read_back(surgeon: Interview) -> None:
    """Explanation and the question of the summary itself are left out."""
    names = [section.name for section in summary(surgeon, "nl", Library.load())]
    assert names == [
        "person", "household", "criteria", "languages", "education", "work", "ambitions", "network",
    ]  # fmt: skip


def test_the_resident_hears_also_what_no_document_tells(surgeon: Interview) -> None:
    """It is theirs: the flag of safety is read back, and is in no profile."""
    lines = [line for part in summary(surgeon, "nl", Library.load()) for line in part.lines]
    assert "/data/criteria/unsafe_place" in [line.path for line in lines]


@pytest.mark.parametrize("reason", ["declined", "unknown"])
def test_no_answer_is_read_back_as_such(kit: SimpleNamespace, reason: str) -> None:
    """The status says it; the words are the screen's."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    interview.set_aside("/data/part/said", reason)
    (line,) = summary(interview, "nl", kit.library)[-1].lines
    assert (line.status, line.answer, line.group) == (reason, "", "")


def test_own_words_without_a_code_are_an_answer(kit: SimpleNamespace) -> None:
    """They are read back, and go to the recipient as not coded yet."""
    form = kit.form(kit.group("part", kit.question("trade", "code", purpose="B", codelist="isco")))
    interview = kit.begun(form)
    interview.answer("/data/part/trade", "", beside={"own_words": "كاوي ملابس"})
    (line,) = summary(interview, "nl", kit.library)[-1].lines
    assert (line.status, line.answer) == ("uncoded", "كاوي ملابس")
    profile = build(interview, recipient="municipality", context=kit.context, library=kit.library)
    field = profile.fields()[-1]
    assert (field.status, field.value, field.codes) == ("uncoded", "", ())
    assert field.own_words == "كاوي ملابس"


# What section C of the questionnaire's design says of some telling items.
@pytest.mark.parametrize(
    ("path", "organisation", "municipality"),
    [
        ("/data/person/v_number", True, True),
        ("/data/explanation/understood", False, False),
        ("/data/household/adults", True, True),
        ("/data/household/reunification", True, True),
        ("/data/household/housing_adaptation", True, False),
        ("/data/criteria/family[1]/relation_municipality", True, False),
        ("/data/criteria/treatment_bound", True, False),
        ("/data/criteria/unsafe_place", False, False),
        ("/data/languages/dutch/dutch_speak", False, True),
        ("/data/education/highest_completed", True, True),
        ("/data/education/programmes[1]/documents", False, False),
        ("/data/work/jobs[1]/title", False, False),
        ("/data/work/jobs[1]/occupation", True, True),
        ("/data/work/jobs[1]/job_from", False, True),
        ("/data/ambitions/wish", True, True),
        ("/data/network/preference", True, False),
        ("/data/summary/confirmed", False, False),
    ],
)
def test_the_real_questionnaire_gives_each_recipient_what_it_needs(
    surgeon: Interview, kit: SimpleNamespace, path: str, *, organisation: bool, municipality: bool
) -> None:
    """Who needs what, by the letters in the questionnaire."""
    assert surgeon.node(path).value
    for recipient, expected in (("organisation", organisation), ("municipality", municipality)):
        profile = build(surgeon, recipient=recipient, context=kit.context, library=kit.library)
        assert (path in [each.path for each in profile.fields()]) is expected

"""What a recipient may not see appears nowhere in what they get."""

import io
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_app.interview.session import Interview
from intake_app.profile.document import render
from intake_app.profile.format import Profile
from intake_app.profile.profile import build
from intake_app.words import Words

WORDS = Words.load("nl")


@dataclass(frozen=True)
class Declared:
    """What a questionnaire declares of one question, and how it is asked."""

    letters: str
    sensitivity: str
    housing: str
    kind: str
    repeated: bool

    def allowed(self, recipient: str, *, setting: bool) -> bool:
        """Say once more, in other words than the code, who may see it."""
        if self.sensitivity == "safety":
            return False
        if recipient == "organisation":
            return "H" in self.letters
        if "H" in self.letters and self.housing == "setting":
            return setting
        return "B" in self.letters or ("H" in self.letters and self.housing == "yes")


DECLARED = st.builds(
    Declared,
    letters=st.lists(st.sampled_from("HBWDI"), unique=True).map("".join),
    sensitivity=st.sampled_from(["", "health", "safety", "third-party", "proxy"]),
    housing=st.sampled_from(["", "", "yes", "setting"]),
    kind=st.sampled_from(["text", "code", "partial-date", "calculate"]),
    repeated=st.booleans(),
).filter(lambda each: each.kind != "calculate" or each.letters or each.sensitivity)


def marker(number: int) -> str:
    """Return what was said to one question: it occurs nowhere else."""
    return f"zq{number:03}x"


def interview_of(kit: SimpleNamespace, declared: list[Declared]) -> Interview:
    """Hold an interview in which each question was answered with its marker.

    The last question is for everybody and repeats all others in its label.
    """
    questions = []
    for number, each in enumerate(declared):
        intake = {
            "purpose": each.letters,
            "sensitivity": each.sensitivity,
            "housing": each.housing,
            "codelist": "countries" if each.kind == "code" else "",
        }
        said = kit.question(f"q{number}", each.kind, **intake)
        if each.kind == "calculate":
            said["bind"] = {"calculate": f"'{marker(number)}'"}
        questions.append(kit.group(f"r{number}", said, repeat=True) if each.repeated else said)
    outputs = [
        {"output": f"/data/part/r{n}[1]/q{n}" if each.repeated else f"/data/part/q{n}"}
        for n, each in enumerate(declared)
    ]
    form = kit.form(
        kit.group("part", *questions, kit.question("last", purpose="HB")),
        texts={"last:label": ["Herhaald: ", *(part for o in outputs for part in (o, " "))]},
    )
    interview: Interview = kit.begun(form)
    interview.answer("/data/part/last", "slot")
    for number, each in enumerate(declared):
        path = f"/data/part/r{number}[1]/q{number}" if each.repeated else f"/data/part/q{number}"
        said = marker(number)
        beside = {"own_words": said, "words": said, "label": said, "calendar": said}
        if each.kind != "calculate":
            interview.answer(path, said, beside=beside)
    return interview


def profiles(kit: SimpleNamespace, interview: Interview, *, setting: bool) -> dict[str, Profile]:
    """Return the profile of each recipient."""
    context = replace(kit.context, show_housing_adaptation=setting)
    return {
        recipient: build(interview, recipient=recipient, context=context, library=kit.library)
        for recipient in ("organisation", "municipality")
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(declared=st.lists(DECLARED, max_size=12), setting=st.booleans())
def test_no_json_holds_what_its_recipient_may_not_see(
    kit: SimpleNamespace, declared: list[Declared], *, setting: bool
) -> None:
    """A marker is in the profile of exactly those who may see its question."""
    made = profiles(kit, interview_of(kit, declared), setting=setting)
    for recipient, profile in made.items():
        told = profile.to_json().decode()
        for number, each in enumerate(declared):
            assert (marker(number) in told) == each.allowed(recipient, setting=setting)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(declared=st.lists(DECLARED, min_size=4, max_size=12), setting=st.booleans())
def test_no_document_holds_what_its_recipient_may_not_see(
    kit: SimpleNamespace, declared: list[Declared], *, setting: bool
) -> None:
    """Neither the text of its pages nor any stream of the file has the marker."""
    made = profiles(kit, interview_of(kit, declared), setting=setting)
    for recipient, profile in made.items():
        reader = pypdf.PdfReader(io.BytesIO(render(profile, WORDS)))
        text = " ".join(page.extract_text() for page in reader.pages)
        inside = b" ".join(
            stream.get_data()
            for number in range(1, len(reader.xref[0]) + 1)
            if isinstance(stream := reader.get_object(number), pypdf.generic.StreamObject)
        )
        for number, each in enumerate(declared):
            allowed = each.allowed(recipient, setting=setting)
            assert (marker(number) in text) == allowed
            assert (marker(number).encode() in inside) == allowed


@pytest.mark.parametrize("recipient", ["organisation", "municipality"])
def test_a_flag_of_safety_leaves_no_trace(kit: SimpleNamespace, recipient: str) -> None:
    """Whether somebody is unsafe somewhere cannot be told from a profile, by its absence either."""
    form = kit.form(kit.group("part", kit.question("unsafe", purpose="H", sensitivity="safety")))
    quiet, told = kit.begun(form), kit.begun(form)
    told.answer("/data/part/unsafe", "ja")
    made = [
        build(each, recipient=recipient, context=kit.context, library=kit.library).to_json()
        for each in (quiet, told)
    ]
    assert made[0] == made[1]

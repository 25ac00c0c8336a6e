"""From an interview to what one recipient may know of it."""

import json
from dataclasses import replace
from types import SimpleNamespace

import jsonschema  # type: ignore[import-untyped] # it ships no types
import pytest

from intake_app import paths
from intake_app.clock import FixedClock
from intake_app.errors import ProfileError
from intake_app.interview.form import Form
from intake_app.interview.session import Interview
from intake_app.profile.format import Field, Profile
from intake_app.profile.profile import build

SCHEMA = json.loads(paths.assets("profile", "profile.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def made(kit: SimpleNamespace, interview: Interview, recipient: str = "municipality") -> Profile:
    """Return the profile of an interview for a recipient, valid under the schema."""
    profile = build(interview, recipient=recipient, context=kit.context, library=kit.library)
    VALIDATOR.validate(json.loads(profile.to_json()))
    return profile


def only(profile: Profile, name: str) -> Field:
    """Return the one field of a question."""
    (found,) = [each for each in profile.fields() if each.path.rpartition("/")[2] == name]
    return found


def names(profile: Profile) -> list[str]:
    """Return the names of the questions in a profile."""
    return [each.path.rpartition("/")[2] for each in profile.fields()]


def test_the_schema_is_a_schema() -> None:
    """It is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


# letters, sensitivity, housing -> who sees it, the setting off and on
@pytest.mark.parametrize("setting", [False, True])
@pytest.mark.parametrize(
    ("declared", "organisation", "municipality"),
    [
        (("H", "", ""), "sees", "never"),
        (("B", "", ""), "never", "sees"),
        (("HB", "", ""), "sees", "sees"),
        (("BW", "", ""), "never", "sees"),
        (("HBWD", "", ""), "sees", "sees"),
        (("W", "", ""), "never", "never"),
        (("D", "", ""), "never", "never"),
        (("WD", "", ""), "never", "never"),
        (("I", "", ""), "never", "never"),
        (("", "", ""), "never", "never"),
        (("H", "", "yes"), "sees", "sees"),
        (("H", "third-party", "yes"), "sees", "sees"),
        (("H", "health", ""), "sees", "never"),
        (("H", "health", "setting"), "sees", "setting"),
        (("HB", "health", "setting"), "sees", "setting"),
        (("H", "safety", ""), "never", "never"),
        (("HB", "safety", ""), "never", "never"),
        (("H", "safety", "yes"), "never", "never"),
        (("H", "safety", "setting"), "never", "never"),
        (("B", "proxy", ""), "never", "sees"),
        (("I", "", "yes"), "never", "never"),
        (("W", "health", "setting"), "never", "never"),
        (("B", "", "yes"), "never", "sees"),
    ],
)
def test_the_declared_purpose_decides_who_sees_an_answer(
    kit: SimpleNamespace,
    *,
    setting: bool,
    declared: tuple[str, str, str],
    organisation: str,
    municipality: str,
) -> None:
    """H to the organisation, B and the home to the municipality, safety and the rest to nobody."""
    intake = dict(zip(("purpose", "sensitivity", "housing"), declared, strict=True))
    form = kit.form(kit.group("part", kit.question("said", **intake)))
    interview = kit.begun(form)
    interview.answer("/data/part/said", "gezegd")
    kit.context = replace(kit.context, show_housing_adaptation=setting)
    for recipient, expected in (("organisation", organisation), ("municipality", municipality)):
        seen = "said" in names(made(kit, interview, recipient))
        assert seen == (expected == "sees" or (expected == "setting" and setting))


def test_an_answer_is_told_with_where_it_comes_from(kit: SimpleNamespace) -> None:
    """When, by which role, in which language, with which interpreter, on what it rests."""
    form = kit.form(kit.group("part", kit.question("said", purpose="B", provenance="asked")))
    interview = kit.begun(form)
    interview.answer("/data/part/said", "خياط", beside={"own_words_language": "ar"})
    field = only(made(kit, interview), "said")
    assert field.asked_at == "2026-11-23T09:00:00+00:00"
    assert (field.asked_by, field.language, field.interpreter) == ("screener", "ar", "telephone")
    assert (field.provenance, field.evidence, field.confirmed) == ("asked", "self-declared", True)
    assert (field.label, field.display, field.own_words) == ("Label van said", "خياط", "خياط")
    assert field.own_words_language == "ar"


def test_who_asked_is_a_role_and_never_a_name(kit: SimpleNamespace) -> None:
    """The account of the screener stays on the device."""
    interview = kit.begun(kit.form())
    assert "user-1" not in made(kit, interview).to_json().decode()


def test_a_code_keeps_system_version_label_and_own_words(kit: SimpleNamespace) -> None:
    """What the resident said stands beside what it was coded as."""
    declared = {"purpose": "B", "codelist": "countries"}
    form = kit.form(kit.group("part", kit.question("country", "code", **declared)))
    interview = kit.begun(form)
    interview.answer(
        "/data/part/country",
        "SY",
        beside={
            "system": "ISO 3166-1 alpha-2",
            "version": "CLDR 46",
            "label": "Syrië (oud)",
            "own_words": "الشام",
            "own_words_language": "ar",
        },
    )
    field = only(made(kit, interview), "country")
    (code,) = field.codes
    assert (code.code, code.system, code.version) == ("SY", "ISO 3166-1 alpha-2", "CLDR 46")
    assert code.label == "Syrië (oud)"
    assert field.display == "Syrië"
    assert (field.own_words, field.own_words_language) == ("الشام", "ar")


def test_a_code_that_its_list_no_longer_has_keeps_its_label(kit: SimpleNamespace) -> None:
    """A list may lose a code; an answer does not lose its meaning."""
    form = kit.form(
        kit.group("part", kit.question("town", "code", purpose="B", codelist="municipalities"))
    )
    interview = kit.begun(form)
    interview.answer("/data/part/town", "GM9999", beside={"label": "Oudestad"})
    assert only(made(kit, interview), "town").display == "Oudestad"


def test_choices_are_told_by_their_words(kit: SimpleNamespace) -> None:
    """Names, system and version stand with them for machines."""
    form = kit.form(
        kit.group("part", kit.question("pick", "select_multiple", purpose="B", system="CEFR"))
    )
    interview = kit.begun(form)
    interview.answer("/data/part/pick", "a b")
    field = only(made(kit, interview), "pick")
    assert field.display == "Keuze A, Keuze B"
    assert [(code.code, code.system, code.label) for code in field.codes] == [
        ("a", "CEFR", "Keuze A"),
        ("b", "CEFR", "Keuze B"),
    ]


def test_a_choice_has_its_code_in_the_municipal_model(kit: SimpleNamespace) -> None:
    """Where the questionnaire gives one (its column `ggm`), machines get that."""
    form = Form.load(paths.assets("questionnaire", "screening.json").read_bytes())
    interview = Interview(form, clock=FixedClock())
    interview.answer("/data/explanation/ready", "yes")
    interview.answer("/data/person/v_number", "1234567890")
    interview.answer("/data/ambitions/wish", "own_business")
    profile = made(kit, interview)
    (code,) = only(profile, "wish").codes
    assert (code.code, code.label) == ("ONDERNEMEN", "Een eigen bedrijf beginnen")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1994-05-12", "12 mei 1994"),
        ("1994-05", "mei 1994"),
        ("1994", "1994"),
        ("1994~", "± 1994"),
        ("1994-13", "1994-13"),
        ("ooit", "ooit"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known(kit: SimpleNamespace, value: str, shown: str) -> None:
    """Partial dates stay partial; the words and the calendar they were told in stay too."""
    form = kit.form(kit.group("part", kit.question("born", "partial-date", purpose="B")))
    interview = kit.begun(form)
    interview.answer("/data/part/born", value, beside={"calendar": "persian", "words": "۱۳۷۳"})
    field = only(made(kit, interview), "born")
    assert (field.display, field.value) == (shown, value)
    assert (field.calendar, field.own_words) == ("persian", "۱۳۷۳")


@pytest.mark.parametrize("reason", ["declined", "unknown"])
def test_no_answer_is_told_as_such(kit: SimpleNamespace, reason: str) -> None:
    """It is a field with a status and without a value."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    interview.set_aside("/data/part/said", reason)
    field = only(made(kit, interview), "said")
    assert (field.status, field.value, field.display) == (reason, "", "")


def test_what_was_not_asked_is_not_there(kit: SimpleNamespace) -> None:
    """A blank is no field."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    assert names(made(kit, interview)) == ["interview_language", "v_number"]


def test_instances_of_a_repeat_have_their_number(kit: SimpleNamespace) -> None:
    """Paths carry the index, headings the number; sections stay in the order of the form."""
    form = kit.form(
        kit.group("part", kit.group("jobs", kit.question("said", purpose="B"), repeat=True))
    )
    interview = kit.begun(form)
    interview.answer("/data/part/jobs[1]/said", "een")
    interview.add_repeat("/data/part/jobs")
    interview.answer("/data/part/jobs[2]/said", "twee")
    profile = made(kit, interview)
    assert [section.title for section in profile.sections][-1] == "Label van part"
    assert [(each.path, each.group, each.value) for each in profile.sections[-1].fields] == [
        ("/data/part/jobs[1]/said", "Label van jobs 1", "een"),
        ("/data/part/jobs[2]/said", "Label van jobs 2", "twee"),
    ]


@pytest.mark.parametrize(
    ("letters", "seen", "evidence"),
    [("B", "seen", "document-seen"), ("B", "follows", "document-follows"), ("B", "none", ""),
     ("H", "seen", "")],
)  # fmt: skip
def test_evidence_is_told_where_the_recipient_may_know_it(
    kit: SimpleNamespace, letters: str, seen: str, evidence: str
) -> None:
    """A question may name the one that tells its evidence; that one's purpose counts."""
    form = kit.form(
        kit.group(
            "part",
            kit.question("job", purpose="B", provenance="asked", evidence="proof"),
            kit.question("proof", purpose=letters),
        )
    )
    interview = kit.begun(form)
    interview.answer("/data/part/job", "ja")
    interview.answer("/data/part/proof", seen)
    assert only(made(kit, interview), "job").evidence == (evidence or "self-declared")


@pytest.mark.parametrize(
    ("confirmed", "disputed", "part", "person"),
    [
        ("yes", (), True, True),
        ("corrected", (), True, True),
        ("", (), False, False),
        ("disagree", (), False, False),
        ("disagree", ("part",), False, True),
    ],
)
def test_each_answer_tells_whether_the_resident_confirmed_it(
    kit: SimpleNamespace,
    *,
    confirmed: str,
    disputed: tuple[str, ...],
    part: bool,
    person: bool,
) -> None:
    """Who disagrees with a part confirms the others; who says not with which, confirms none."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    interview.answer("/data/part/said", "gezegd")
    kit.context = replace(kit.context, confirmed=confirmed, disputed=disputed)
    profile = made(kit, interview)
    assert only(profile, "said").confirmed is part
    assert only(profile, "v_number").confirmed is person


OUTPUT = {"output": "/data/part/secret"}
COUNTED = {"output": "/data/part/sum"}


@pytest.mark.parametrize(
    ("letters", "label"),
    [("H", "Over … en …: waarom?"), ("HB", "Over geheim en geheim!: waarom?")],
)
def test_a_question_repeats_no_answer_that_its_reader_may_not_see(
    kit: SimpleNamespace, letters: str, label: str
) -> None:
    """What a label fills in, through calculations too, is for this recipient or left out."""
    calculation = {
        **kit.question("sum", "calculate"),
        "bind": {"calculate": "concat(/data/part/secret, '!')"},
    }
    form = kit.form(
        kit.group("part", kit.question("secret", purpose=letters), calculation,
                  kit.question("why", purpose="B")),
        texts={"why:label": ["Over ", OUTPUT, " en ", COUNTED, ": waarom?"]},
    )  # fmt: skip
    interview = kit.begun(form)
    interview.answer("/data/part/secret", "geheim")
    interview.answer("/data/part/why", "daarom")
    assert only(made(kit, interview), "why").label == label


def test_the_number_of_an_instance_is_filled_in(kit: SimpleNamespace) -> None:
    """A place in a repeat tells nothing that the path does not."""
    number = {**kit.question("number", "calculate"), "bind": {"calculate": "position(..)"}}
    form = kit.form(
        kit.group(
            "part", kit.group("jobs", number, kit.question("said", purpose="B"), repeat=True)
        ),
        texts={"said:label": ["Werk ", {"output": "../number"}]},
    )
    interview = kit.begun(form)
    interview.answer("/data/part/jobs[1]/said", "naaien")
    assert only(made(kit, interview), "said").label == "Werk 1"


def test_the_words_of_a_choice_repeat_no_answer(kit: SimpleNamespace) -> None:
    """Choices fill in nothing in a profile."""
    form = kit.form(
        kit.group("part", kit.question("secret", purpose="H"),
                  kit.question("pick", "select_one", purpose="B")),
        texts={"choice/a": ["Bij ", OUTPUT]},
    )  # fmt: skip
    interview = kit.begun(form)
    interview.answer("/data/part/secret", "geheim")
    interview.answer("/data/part/pick", "a")
    assert only(made(kit, interview), "pick").display == "Bij …"


def test_the_language_of_the_interview_is_told_only_to_who_may_know_it(
    kit: SimpleNamespace,
) -> None:
    """It is a question too, with a purpose of its own."""
    form = kit.form()
    declared = form.questions["/data/start/interview_language"]
    assert declared.purposes == {"H", "B"}
    interview = kit.begun(form)
    assert only(made(kit, interview), "v_number").language == "ar"
    bare = kit.begun(kit.form())
    bare.clear("/data/start/interview_language")
    assert only(made(kit, bare), "v_number").language == ""


def test_the_same_interview_gives_the_same_bytes(kit: SimpleNamespace) -> None:
    """Canonical JSON: sorted, without spaces, in UTF-8, without blanks."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    interview.answer("/data/part/said", "فاطمة “ja”")
    told = made(kit, interview).to_json()
    assert told == made(kit, interview).to_json()
    assert (
        told
        == json.dumps(
            json.loads(told), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
    )
    assert '""' not in told.decode()
    assert "فاطمة" in told.decode()


def test_no_profile_without_a_v_number(kit: SimpleNamespace) -> None:
    """It is the key between the organisation and the municipality."""
    interview = kit.begun(kit.form())
    interview.clear("/data/person/v_number")
    with pytest.raises(ProfileError, match="V-number"):
        made(kit, interview)


def test_no_profile_for_whom_the_questionnaire_has_no_purpose(kit: SimpleNamespace) -> None:
    """Work and diplomas ask a consent of their own; there is no back door."""
    with pytest.raises(ProfileError, match="no profile for this recipient"):
        made(kit, kit.begun(kit.form()), recipient="employer")


def test_nothing_of_an_answer_shows_in_a_repr(kit: SimpleNamespace) -> None:
    """A profile may end up in a log by accident; what was said may not."""
    interview = kit.begun(kit.form(kit.group("part", kit.question("said", purpose="B"))))
    interview.answer("/data/part/said", "gezegd")
    shown = repr(made(kit, interview))
    assert "gezegd" not in shown
    assert "1234567890" not in shown

"""Typical people go through the whole short interview, from the first question to the last."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from intake_app import paths
from intake_app.authoring.loading import load_any
from intake_app.authoring.replay import replay
from intake_app.interview import Form

LIVES = paths.assets("demo")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def form() -> Form:
    """Load the form as the tablet does."""
    return load_any(paths.assets("questionnaire", "screening.json"))


def _live(form: Form, name: str) -> tuple[list[str], Mapping[str, Mapping[str, Any]]]:
    """Replay a life: what could not be done, and the last state of every node."""
    script = (LIVES / f"{name}.jsonl").read_text("utf-8").splitlines()
    steps = list(replay(form, script, today=TODAY, seed=1))
    errors = [f"{step['step']}: {step['error']}" for step in steps if "error" in step]
    return errors, next(step["nodes"] for step in reversed(steps) if "nodes" in step)


@pytest.mark.parametrize(
    "name",
    ["surgeon_from_syria", "shepherd_from_eritrea", "welder_from_ukraine_with_a_contract"],
)
def test_a_life_goes_through_the_whole_interview(form: Form, name: str) -> None:
    """Nothing that is asked of them is left open or refused, and nothing they say is lost."""
    errors, nodes = _live(form, name)
    assert errors == []
    relevant = {path: node for path, node in nodes.items() if node["relevant"]}
    open_ones = {path for path, node in relevant.items() if node["required"] and not node["value"]}
    assert open_ones == set()
    assert {path for path, node in relevant.items() if not node["valid"]} == set()
    script = [
        json.loads(line)
        for line in (LIVES / f"{name}.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    told = {action["set"]: action["value"] for action in script if "set" in action}
    assert {path: nodes[path]["value"] for path in told} == told


def test_someone_who_says_later_is_asked_nothing_more(form: Form) -> None:
    """What follows the explanation is not relevant and asks for no answer."""
    errors, nodes = _live(form, "someone_who_says_later")
    assert errors == []
    asked = {path.split("/")[2] for path, node in nodes.items() if node["relevant"]}
    assert asked == {"start", "explanation"}
    assert not [path for path, node in nodes.items() if node["required"] and not node["value"]]


def test_the_surgeon_reads_arabic(form: Form) -> None:
    """Every label and the order of the questions come in the language that was set."""
    _, nodes = _live(form, "surgeon_from_syria")
    assert nodes["/data/person/v_number"]["label"] == "ما رقم الأجنبي الخاص بك (V-nummer)؟"
    assert nodes["/data/work/jobs[2]/title"]["label"] == "العمل 2: ماذا كان عملك؟"


@pytest.mark.parametrize(
    ("path", "value", "valid"),
    [
        ("person/v_number", "2000000001", True),
        ("person/v_number", "200000000", False),
        ("person/v_number", "20000000011", False),
        ("person/v_number", "V200000000", False),
        ("person/birth_date", "1994", True),
        ("person/birth_date", "1994~", True),
        ("person/birth_date", "2026", True),
        ("person/birth_date", "2026-11", True),
        ("person/birth_date", "2026-11-23", True),
        ("person/birth_date", "2026-11-24", False),
        ("person/birth_date", "2026-12", False),
        ("person/birth_date", "2027", False),
        ("person/birth_date", "1899", False),
        ("household/reunification_expected", "2026", True),
        ("household/reunification_expected", "2026-10", False),
        ("household/reunification_expected", "2026-11-01", True),
        ("household/reunification_expected", "2027-06", True),
        ("household/reunification_expected", "2037", False),
        ("household/adults", "0", False),
        ("household/adults", "1", True),
        ("household/housing_adaptation", "none wheelchair", False),
        ("household/housing_adaptation", "step_free wheelchair", True),
        ("criteria/job_hours", "0", False),
        ("criteria/job_hours", "60", True),
        ("criteria/job_hours", "61", False),
        ("criteria/job_end", "2026", True),
        ("criteria/job_end", "2026-11-22", False),
        ("languages/scripts", "Latn none", False),
        ("education/schooling_years", "30", True),
        ("education/schooling_years", "31", False),
        ("explanation/told", "purpose readers", False),
        ("explanation/rights", "skip see correct object", True),
    ],
)
def test_answers_that_cannot_be_are_told(form: Form, path: str, value: str, *, valid: bool) -> None:
    """Constraints compare partial dates at the precision that was told."""
    script = [
        json.dumps({"set": f"/data/{name}", "value": answer})
        for name, answer in {
            "explanation/ready": "yes",
            "household/living_with": "family",
            "household/reunification": "applied",
            "criteria/has_job": "yes",
            path: value,
        }.items()
    ]
    *_, last = replay(form, script, today=TODAY, seed=1)
    assert last["nodes"][f"/data/{path}"]["valid"] is valid


@pytest.mark.parametrize(
    ("occupation", "asked"),
    [("22", True), ("2", True), ("83", True), ("61", False), ("9", False), ("", False)],
)
def test_registration_is_asked_where_a_profession_may_be_regulated(
    form: Form, occupation: str, *, asked: bool
) -> None:
    """A nurse is asked for it, a shepherd is not."""
    script = [
        json.dumps({"set": f"/data/{name}", "value": answer})
        for name, answer in {
            "explanation/ready": "yes",
            "work/has_worked": "yes",
            "work/jobs[1]/occupation": occupation,
        }.items()
    ]
    *_, last = replay(form, script, today=TODAY, seed=1)
    assert last["nodes"]["/data/work/jobs[1]/registration"]["relevant"] is asked

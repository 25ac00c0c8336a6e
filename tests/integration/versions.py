"""The questionnaire in an invented next version, and drafts that were begun before it."""

import json
from typing import Any

from intake_app import paths
from intake_app.caseload import Caseload
from intake_app.demo import Life, play
from intake_app.draft import Draft
from intake_app.interview.form import Form, fingerprint

NAME = "/data/person/name_document"
ADAPTATION = "/data/household/housing_adaptation"
FOR_WHOM = "/data/household/adaptation_for"
PERSONS = "/data/household/reunification_persons"
YEARS, YEARS_NOW = "/data/work/total_years", "/data/work/years_worked"
TITLE = "/data/work/jobs[1]/title"
Source = dict[str, Any]


def compiled() -> Source:
    """Return the questionnaire of this checkout, as it is compiled."""
    source: Source = json.loads(paths.assets("questionnaire", "screening.json").read_bytes())
    return source


def node(source: Source, path: str) -> Source:
    """Return a node of a compiled questionnaire."""
    found: Source = source["root"]
    for name in path.split("/")[2:]:
        found = next(child for child in found["children"] if child["name"] == name)
    return found


def without(source: Source, path: str) -> None:
    """Take a question out."""
    around, _, name = path.rpartition("/")
    group = node(source, around)
    group["children"] = [child for child in group["children"] if child["name"] != name]


def loaded(source: Source, version: str) -> Form:
    """Load it as another version."""
    source = {**source, "version": version}
    return Form.load({**source, "hash": fingerprint(source)})


def begun(caseload: Caseload) -> Draft:
    """Hold half an invented interview, with what the newer version has no question for."""
    life = Life.load("surgeon_from_syria")
    draft = caseload.start(life.language)
    for _ in play(draft, life.before("ambitions")):
        pass
    draft.answer(ADAPTATION, "wheelchair")
    draft.answer(FOR_WHOM, "family")
    draft.remove_repeat("/data/work/jobs[2]")
    draft.answer(TITLE, "Zeldzaam Beroep")
    draft.answer(YEARS, "17")
    draft.answer(PERSONS, "3")
    return draft


def finished(caseload: Caseload, after: Caseload) -> Draft:
    """Finish an interview that was begun with the version before."""
    draft = after.open(begun(caseload).record_id)
    life = Life.load("surgeon_from_syria")
    rest = life.actions[len(life.before("ambitions").actions) :]
    for _ in play(draft, Life(life.language, rest)):
        pass
    draft.finalise()
    return draft

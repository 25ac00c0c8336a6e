"""Invented interviews, begun and finished."""

from intake_app.caseload import Caseload
from intake_app.demo import Life, play
from intake_app.draft import Draft

NAME = "/data/person/name_document"


def begin(caseload: Caseload) -> Draft:
    """Begin an interview and come to where names are asked."""
    draft = caseload.start("ar")
    for _ in play(draft, Life.load("surgeon_from_syria").before("person")):
        pass
    return draft


def finished(caseload: Caseload, name: str = "surgeon_from_syria") -> Draft:
    """Answer a whole invented interview and finish it."""
    life = Life.load(name)
    draft = caseload.start(life.language)
    for _ in play(draft, life):
        pass
    draft.finalise()
    return draft

"""Who may see which answer: decided by the questionnaire's purposes, by nobody in doubt.

    recipient       sees a question when
    organisation    its purpose has H (housing and placement)
    municipality    its purpose has B (broad intake), or has H and is needed for the home itself
                    (`housing` is yes); has H and `housing` is setting: only when the
                    organisation's setting allows it, whatever its other letters
    nobody          its sensitivity is safety, or its purpose is I (the conversation itself), or
                    it declares no purpose; W (work) and D (diplomas) ask a consent of their own

Source: the questionnaire, "Wie krijgt welke letter"; GDPR art. 5(1)(b) and (c).
"""

from intake_app.errors import ProfileError
from intake_app.interview.definition import Question
from intake_app.settings import MUNICIPALITY, ORGANISATION
from intake_app.words import mark

#: The letter by which each recipient sees a question.
LETTERS = {ORGANISATION: "H", MUNICIPALITY: "B"}
#: This never leaves the device in a document: the placement officer calls.
SAFETY = "safety"


def may_see(recipient: str, question: Question, *, show_housing_adaptation: bool) -> bool:
    """Tell whether a recipient may see the answer to a question.

    Raises ProfileError for a recipient that the questionnaire knows no purpose of.
    """
    if recipient not in LETTERS:
        raise ProfileError(mark("There is no profile for this recipient. Nothing was sent."))
    if question.sensitivity == SAFETY:
        return False
    if recipient == MUNICIPALITY and "H" in question.purposes:
        housing = question.intake.get("housing", "")
        if housing == "setting":
            return show_housing_adaptation
        if housing == "yes":
            return True
    return LETTERS[recipient] in question.purposes

"""The interview: a questionnaire as immutable data, and the state of one conversation over it.

form.py         what a questionnaire is, loaded from compiled JSON
grammar.py      ODK XPath as text to a tree
expression.py   the tree to closures, with the nodes that they depend on
functions.py    the function library (dates.py and geography.py hold their own)
values.py       types, blanks and comparison
program.py      all expressions of a form and who depends on whom, by rank
instance.py     the tree of answers, and secondary instances
recompute.py    an answer recomputes what it touches
navigation.py   steps, sections, problems, progress
session.py      `Interview`, which holds these together; sans I/O
"""

from intake_app.interview.form import Choice, Form, Group, Language, Question
from intake_app.interview.navigation import Problem, SectionState, Step
from intake_app.interview.session import Change, Interview, Node

__all__ = [
    "Change",
    "Choice",
    "Form",
    "Group",
    "Interview",
    "Language",
    "Node",
    "Problem",
    "Question",
    "SectionState",
    "Step",
]

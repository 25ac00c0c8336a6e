"""The interview: a questionnaire as immutable data, and the state of one conversation over it.

form.py, definition.py, texts.py  what a questionnaire is, loaded from compiled JSON
compiled.py, prepared.py          that JSON as a file; what is known of its expressions before it
                                  runs; notation.py: their trees
grammar.py, expression.py         ODK XPath as text to a tree, and the tree to closures
paths.py, axes.py, predicates.py  paths, resolved in the form (shape.py: in lists) or step by step
context.py                        where an expression stands, and what it may ask
functions.py, calls.py            the function library, and what needs more than values; checks.py:
                                  what is wrong before there are answers
mathematics.py, sequences.py,     what functions do, by family
strings.py, dates.py, geography.py
regex.py, letters.py, doors.py,   patterns: read, and matched in bounded time
automaton.py
values.py, answers.py, faults.py  types, blanks and comparison; what a person types, made regular,
                                  and why it is not of its type
program.py, spot.py               all expressions of a form and who depends on whom, by rank
model.py, instance.py, world.py   the tree of answers, recomputed by what an answer touches
agenda.py, offer.py               what waits to be computed; what a question offers
journal.py, change.py             how all was before an action; what differs since
state.py                          an interview out and in again
upgrade.py                        a state of one version to a state of another
successors.py, carrying.py,       which question became which; one answer as another's; how well
guarding.py                       what was told is guarded
places.py, node.py                what a path names; a question as it stands
navigation.py                     steps, sections, problems, progress
session.py                        `Interview`, which holds these together; sans I/O
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

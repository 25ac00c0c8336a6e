"""The next and the previous step, found from where one stands."""

import pytest
from hypothesis import HealthCheck, given, settings

from intake_app.errors import InterviewError
from intake_app.interview import Interview
from tests.unit.interview.generated import Written, forms
from tests.unit.interview.played import Action, act, actions, begin


def walked(interview: Interview, *, back: bool = False) -> list[str]:
    """Return the paths that one comes past, step by step."""
    go = interview.previous if back else interview.next
    path, paths = go(None), list[str]()
    while path is not None:
        paths.append(path)
        path = go(path)
    return paths


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(written=forms(), played=actions(without=["language"]))
def test_step_by_step_one_comes_past_all_steps(written: Written, played: list[Action]) -> None:
    """Forwards and backwards, after whatever was done; nowhere else is on the way."""
    interview = begin(written.form())
    for action in played:
        act(interview, *action)
    steps = [step.path for step in interview.steps()]
    assert walked(interview) == steps
    assert walked(interview, back=True) == steps[::-1]
    for path in {node.path for node in interview.nodes()} - set(steps):
        with pytest.raises(InterviewError, match="not on the way"):
            interview.next(path)

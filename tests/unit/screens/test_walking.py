"""The order of the questions, with repeats as places that one goes into and comes back to."""

from dataclasses import dataclass

import pytest

from screens.walk import following, preceding

JOBS = "/data/work/jobs"
STEPS = (
    ("/data/work/has_worked", "question"),
    (JOBS, "repeat"),
    (f"{JOBS}[1]/title", "question"),
    (f"{JOBS}[1]/country", "question"),
    (f"{JOBS}[2]/title", "question"),
    (f"{JOBS}[2]/country", "question"),
    ("/data/work/total_years", "question"),
    ("/data/household/children[1]/age", "question"),
    ("/data/household/children[2]/age", "question"),
    ("/data/household/reunification", "question"),
)


@dataclass(frozen=True)
class Step:
    """A step, as the engine gives it."""

    path: str
    kind: str


@dataclass(frozen=True)
class Way:
    """An interview that only knows its way, and what is still open on it."""

    open: tuple[str, ...] = ()

    def steps(self) -> tuple[Step, ...]:
        """Return all steps."""
        return tuple(Step(path, kind) for path, kind in STEPS)

    def problems(self) -> tuple[Step, ...]:
        """Return what is open."""
        return tuple(Step(path, "required") for path in self.open)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/data/work/has_worked", JOBS),
        (JOBS, "/data/work/total_years"),
        (f"{JOBS}[1]/title", f"{JOBS}[1]/country"),
        (f"{JOBS}[1]/country", JOBS),
        (f"{JOBS}[2]/country", JOBS),
        # A counted repeat has no step of its own: one walks through it.
        ("/data/household/children[1]/age", "/data/household/children[2]/age"),
        ("/data/household/children[2]/age", "/data/household/reunification"),
        ("/data/household/reunification", None),
    ],
)
def test_the_last_question_of_an_instance_leads_back_to_its_repeat(
    here: str, there: str | None
) -> None:
    """From the repeat one goes past all instances when they are complete."""
    assert following(Way(), here) == there  # type: ignore[arg-type]  # it only knows its way


def test_from_a_repeat_one_goes_into_what_is_still_open() -> None:
    """A required question inside is not walked past."""
    way = Way(open=(f"{JOBS}[2]/title", f"{JOBS}[2]/country"))
    assert following(way, JOBS) == f"{JOBS}[2]/title"  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/data/work/has_worked", None),
        (JOBS, "/data/work/has_worked"),
        (f"{JOBS}[1]/title", JOBS),
        (f"{JOBS}[1]/country", f"{JOBS}[1]/title"),
        (f"{JOBS}[2]/title", JOBS),
        ("/data/work/total_years", JOBS),
        ("/data/household/children[2]/age", "/data/household/children[1]/age"),
    ],
)
def test_going_back_comes_to_the_repeat_before_its_instances(here: str, there: str | None) -> None:
    """From outside one does not land in the middle of somebody's second job."""
    assert preceding(Way(), here) == there  # type: ignore[arg-type]  # it only knows its way

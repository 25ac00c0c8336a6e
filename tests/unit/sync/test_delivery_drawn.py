"""The picture in the documentation is the machine in the code."""

from pathlib import Path

from sync.delivery import MOVES, NEXT, Event, Stage, Standing

PAGE = Path(__file__).parents[3] / "docs" / "delivery.md"


def drawn(lines: list[str]) -> str:
    """Draw a state diagram in Mermaid."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *(f"    {line}" for line in lines), "```"])


def name(state: str) -> str:
    """Return a state's name as Mermaid takes it."""
    return state.replace(" ", "_")


def test_the_stages_are_drawn_as_they_are() -> None:
    """Each stage and the one that follows."""
    lines = ["[*] --> case_type"]
    lines += [f"{name(stage)} --> {name(following)}" for stage, following in NEXT.items()]
    lines += ["delivered --> [*]"]
    assert drawn(lines) in PAGE.read_text(encoding="utf-8")


def test_the_moves_of_a_part_are_drawn_as_they_are() -> None:
    """Each standing, what it is told, and what it becomes."""
    lines = ["[*] --> new", "[*] --> resumed"]
    lines += [f"{standing} --> {to}: {event}" for (standing, event), to in MOVES.items()]
    lines += ["done --> [*]", "failed --> [*]"]
    assert drawn(lines) in PAGE.read_text(encoding="utf-8")


def test_every_stage_leads_to_delivered() -> None:
    """No stage is left out and none comes twice."""
    walked = [Stage.CASE_TYPE]
    while walked[-1] in NEXT:
        walked.append(NEXT[walked[-1]])
    assert walked == list(Stage)


def test_every_standing_ends() -> None:
    """Whatever is told there is a next standing, and a part is made at most once in a run."""
    looks = {Event.THERE, Event.ABSENT}
    calls = {Event.ANSWERED, Event.REFUSED, Event.BROKEN}
    for standing in Standing:
        told = {event for (at, event) in MOVES if at is standing}
        if standing in {Standing.DONE, Standing.FAILED}:
            assert told == set()
        else:
            assert told == (calls if standing is Standing.INTENDED else looks)
    # A doubted part never goes back to being made: within a run it is made at most once.
    assert {to for (at, _), to in MOVES.items() if at is Standing.DOUBTED} == {
        Standing.DONE,
        Standing.FAILED,
    }

"""Random walks through a form: what a person might do next, from a seed."""

import random as chance
from collections.abc import Iterator

from intake_app.interview import Form
from intake_app.interview.form import Group
from tests.differential.beside import bare
from tests.differential.javarosa import Act, Nodes

#: What is answered, by type. Choices come from what is offered.
_ANSWERS = {
    "int": ("0", "1", "2", "3", "5", "17", "-4", ""),
    "decimal": ("0", "1.5", "2.5", "3", "10.25", "-0.5", "0.1", ""),
    "date": ("2020-01-01", "2024-02-29", "1999-12-31", "1931-07-04", "2099-11-23", ""),
    "time": ("09:30:00.000Z", "23:05:00.000Z", ""),
    "dateTime": ("2021-11-23T09:30:00.000Z", "2019-05-06T00:00:00.000Z", ""),
    "geopoint": ("52.1 4.3 0 0", ""),
    "geotrace": ("52.1 4.3 0 0; 52.2 4.3 0 0; 52.2 4.5 0 0", ""),
    "geoshape": ("52.1 4.3 0 0; 52.2 4.3 0 0; 52.2 4.5 0 0; 52.1 4.3 0 0", ""),
    "acknowledge": ("OK", ""),
    "binary": ("photo.jpg", ""),
    "barcode": ("123", ""),
}
_WORDS = ("", "x", "q", "abc", "12", "yes", "hello world", "nh", "2.50", "true", "2024-05-06")


class Walker:
    """Somebody who fills in a form at random, the same way each time for a seed."""

    def __init__(self, form: Form, seed: str) -> None:
        """Take the form; `seed` decides all that follows."""
        self._form = form
        self._chance = chance.Random(seed)  # noqa: S311 (a walk to be walked again, no secret)
        self._repeats = dict(_repeats(form.root, ""))

    def step(self, nodes: Nodes) -> Act:
        """Return what is done next, given how the questions stand."""
        languages = [language.name for language in self._form.languages]
        drawn = self._chance.random()
        if drawn < 0.05 and len(languages) > 1:
            return {"language": self._chance.choice(languages)}
        if drawn < 0.25 and self._repeats:
            return self._row(nodes)
        return self._answer(nodes)

    def _row(self, nodes: Nodes) -> Act:
        repeat = self._chance.choice(sorted(self._repeats))
        rows = sorted(row for row in _rows(nodes) if bare(row) == repeat)
        if rows and self._chance.random() < 0.4:
            return {"remove_repeat": self._chance.choice(rows)}
        around = self._repeats[repeat]
        outer = [row for row in _rows(nodes) if bare(row) == around] if around else [""]
        if not outer:
            return self._answer(nodes)
        return {"add_repeat": self._chance.choice(sorted(outer)) + repeat[len(around) :]}

    def _answer(self, nodes: Nodes) -> Act:
        asked = [path for path in nodes if self._form.questions[bare(path)].asked]
        open_ones = [path for path in asked if nodes[path]["relevant"]]
        if not asked:
            return self._row(nodes)
        # Now and then at what is not relevant: both have to refuse that.
        at = open_ones if open_ones and self._chance.random() < 0.95 else asked
        path = self._chance.choice(at)
        return {"set": path, "value": self._value(path, nodes)}

    def _value(self, path: str, nodes: Nodes) -> str:
        question = self._form.questions[bare(path)]
        offered: list[str] | None = nodes[path].get("choices")
        if offered is None:
            return self._chance.choice(_ANSWERS.get(question.type, _WORDS))
        if question.kind == "select_one":
            return self._chance.choice(["", *offered, *(["nowhere"] * (len(offered) < 2))])
        return " ".join(self._chance.sample(offered, self._chance.randint(0, len(offered))))


def _repeats(group: Group, around: str) -> Iterator[tuple[str, str]]:
    """Go through the repeats of a form with the repeat that each lies in, blank for none."""
    for child in group.children:
        if isinstance(child, Group):
            if child.kind == "repeat":
                yield child.path, around
            yield from _repeats(child, child.path if child.kind == "repeat" else around)


def _rows(nodes: Nodes) -> set[str]:
    """Return the paths of all rows that hold a question."""
    return {path[: at + 1] for path in nodes for at, letter in enumerate(path) if letter == "]"}

"""The interview engine against JavaRosa, the engine of ODK Collect, warm, in the same run.

Generated forms of three sizes in four languages; both engines get the same XForm XML and the same
actions, and at the end hold the same values. JavaRosa is measured inside its own JVM, after
rounds that count for nothing; what a screen does between its calls is not counted. Ours loads
what was compiled on an author's desk, JavaRosa the XForm (`cached`: what Collect keeps of it).
What is "the first time" is one session of a person: for JavaRosa in a JVM that did nothing yet.
An answer of ours is read and looked up among what is offered while the clock runs, JavaRosa's
before. Our loads begin with nothing left to be collected; JavaRosa's do not, which is faster for
it than asking its JVM to collect.
"""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from benchmarks import generated_form
from benchmarks.generated_form import Action
from benchmarks.peer import timed, timed_clean
from intake_app.authoring.compile import compile_form
from intake_app.authoring.replay import snapshot
from intake_app.clock import FixedClock
from intake_app.interview import Form, Interview
from intake_app.interview.compiled import written
from tests.differential.beside import bare, same_value
from tests.differential.javarosa import JavaRosa, missing

SIZES = (100, 300, 1000)
CHOICES = 50_000
#: Rounds that count, after as many that warm both engines up.
LOADS, ROUNDS = 15, 6
_ROOT_CHANGES, _CHECKS, _SWITCHES, _FILTERS = 60, 30, 16, 60


def run() -> Iterator[dict[str, object]]:
    """Give a figure for each size and each thing, in milliseconds, with the ratio."""
    reason = missing()
    if reason:
        yield {"bench": "engine", "note": f"without JavaRosa: {reason}"}
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as name:
        folder = Path(name)
        peer = None if reason else JavaRosa(folder, "-Xmx1g")
        for size in SIZES:
            yield from _Contest(folder, size, peer).figures()
        yield from _long_list(folder, peer)
        if peer is not None:
            peer.close()


#: A calculation that gives true or false, as JavaRosa writes it.
_WRITTEN = {"true": "1", "false": "0"}


class _Ours:
    """Our engine with a form, and its times."""

    def __init__(self, xform: Path) -> None:
        """Compile the form, as on an author's desk."""
        self.compiled = written(compile_form(xform))
        self.reopen()

    def load(self) -> Interview:
        """Go from the compiled JSON to an interview that can be asked."""
        return Interview(Form.load(self.compiled), clock=FixedClock(datetime.now(UTC)))

    def reopen(self) -> None:
        """Begin anew."""
        self.interview = self.load()

    def do(self, action: Action) -> None:
        """Do an action."""
        if "set" in action:
            self.interview.answer(action["set"], action["value"])
        else:
            self.interview.add_repeat(action["add_repeat"])

    def show(self, action: Action) -> None:
        """Do an action, and ask for what a screen has to show again: what changed."""
        for path in self.interview.answer(action["set"], action["value"]).changed:
            node = self.interview.node(path)
            if node.relevant:
                self.interview.text(path)
                if node.question.itemset is not None:
                    self.interview.choices(path)

    def switch(self, paths: Iterable[str], language: str) -> None:
        """Switch the language and render all labels."""
        self.interview.set_language(language)
        for path in paths:
            self.interview.text(path)

    def memory(self) -> int:
        """Return the bytes that a form takes that is being filled in."""
        tracemalloc.start()
        kept = [self.load()]
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return taken // len(kept)


class _Contest:
    """Both engines with a form of one size."""

    def __init__(self, folder: Path, size: int, peer: JavaRosa | None) -> None:
        """Generate the form."""
        self.folder, self.size, self.peer = folder, size, peer
        self.xform = folder / f"bench-{size}.xml"
        self.xform.write_text(generated_form.xform(size), encoding="utf-8")
        self.ours = _Ours(self.xform)
        assert len(self.ours.interview.form.questions) == size
        self.file = str(self.xform)
        self.rounds = count()

    def figures(self) -> Iterator[dict[str, object]]:
        """Measure everything on this form."""
        yield from self.first_time()
        yield self.load()
        self.both(generated_form.filled(self.size))
        yield self.answers("answer, the engine alone", "answers", self.ours.do)
        yield self.answers("answer, and the screen right again", "page", self.ours.show)
        roots = [generated_form.at_the_root(one) for one in range(_ROOT_CHANGES)]
        yield self.figure(
            "change at the root of all chains",
            [timed(partial(self.ours.do, one)) for one in roots],
            self.theirs("answers", actions=roots),
        )
        assert not self.ours.interview.problems()
        yield self.figure(
            "validation of everything",
            [timed(self.ours.interview.problems) for _ in range(_CHECKS)],
            self.theirs("validate", rounds=_CHECKS),
        )
        names, paths = generated_form.LANGUAGES, [one.path for one in self.ours.interview.nodes()]
        yield self.figure(
            "language switch, all labels",
            [
                timed(partial(self.ours.switch, paths, names[at % len(names)]))
                for at in range(_SWITCHES)
            ],
            self.theirs("language", languages=list(names), rounds=_SWITCHES),
        )
        yield self.memory()

    def first_time(self) -> Iterator[dict[str, object]]:
        """Open the form once and answer everything once, as a person does; the JVM is new."""
        mine, theirs = [timed_clean(self.ours.reopen)], list[float]()
        peer = JavaRosa(self.folder, "-Xmx1g") if self.peer else None
        if peer:
            theirs = _seconds(peer.ask({"time": "load", "file": self.file}))
            peer.load(self.xform)
        yield self.figure("load, the first time", mine, theirs)
        mine, theirs = [], []
        for action in generated_form.filled(self.size):
            took = timed(partial(self.ours.do, action))
            mine += [took] if "set" in action else []
            if peer:
                theirs += _seconds(peer.ask({"time": "answers", "actions": [action]}))
        yield self.figure("answer, the first time through", mine, theirs)
        self.ours.reopen()
        if peer:
            peer.close()

    def load(self) -> dict[str, object]:
        """Open the form; both keep it open for what follows."""
        mine = [timed_clean(self.ours.load) for _ in range(2 * LOADS)][LOADS:]
        figure = self.figure("load", mine, self.theirs("load", file=self.file, rounds=LOADS))
        if self.peer:
            cached = self.theirs("cached", file=self.file, rounds=LOADS)
            figure["javarosa_cached_ms"] = _ms(median(cached))
            self.peer.load(self.xform)
        return figure

    def answers(self, what: str, told: str, do: Callable[[Action], None]) -> dict[str, object]:
        """Answer for some rounds that warm up, and for as many that count."""
        mine: list[float] = []
        theirs: list[float] = []
        for number in range(2 * ROUNDS):
            if number == ROUNDS:
                mine, theirs = [], []
            actions = list(generated_form.answers(self.size, next(self.rounds)))
            mine += [timed(partial(do, one)) for one in actions]
            theirs += self.theirs(told, actions=actions, warm=False)
        assert self.same()
        return self.figure(what, mine, theirs)

    def theirs(self, what: str, *, warm: bool = True, **how: object) -> list[float]:
        """Return JavaRosa's times in seconds; none where there is no JavaRosa."""
        if self.peer is None:
            return []
        for _ in range(1 + warm):
            times = _seconds(self.peer.ask({"time": what, **how}))
        return times

    def both(self, actions: Iterable[Action]) -> None:
        """Do the same in both, unmeasured."""
        for action in actions:
            self.ours.do(action)
            if self.peer:
                self.peer.ask({"time": "answers", "actions": [action]})

    def figure(self, what: str, mine: list[float], theirs: list[float]) -> dict[str, object]:
        """Put medians and 95th percentiles beside each other."""
        figure: dict[str, object] = {"bench": "engine", "what": what, "questions": self.size}
        figure |= {"ours_ms": _ms(median(mine)), "ours_p95_ms": _ms(_p95(mine))}
        if theirs:
            figure |= {
                "javarosa_ms": _ms(median(theirs)),
                "javarosa_p95_ms": _ms(_p95(theirs)),
                "ratio": round(median(theirs) / median(mine), 1),
            }
        return figure

    def memory(self) -> dict[str, object]:
        """Compare what a form takes that is being filled in."""
        figure: dict[str, object] = {"bench": "engine", "what": "memory", "questions": self.size}
        mine = self.ours.memory()
        figure["ours_mb"] = round(mine / 1e6, 1)
        if self.peer:
            theirs = self.peer.ask({"time": "memory", "file": self.file, "copies": 4})["bytes"]
            figure |= {"javarosa_mb": round(theirs / 1e6, 1), "ratio": round(theirs / mine, 1)}
        return figure

    def same(self) -> bool:
        """Tell whether both hold the same values, as far as there are two."""
        if self.peer is None:
            return True
        theirs = self.peer.ask({"snapshot": True})["nodes"]
        questions = self.ours.interview.form.questions
        return all(
            same_value(
                questions[bare(path)].type, _WRITTEN.get(value, value), theirs[path]["value"]
            )
            for path, node in snapshot(self.ours.interview).items()
            for value in [node["value"]]
        )


def _long_list(folder: Path, peer: JavaRosa | None) -> Iterator[dict[str, object]]:
    xform = folder / "long.xml"
    xform.write_text(generated_form.long_list(CHOICES), encoding="utf-8")
    ours = _Ours(xform)
    actions = [{"set": "/data/region", "value": f"r{at * 7 % 500}"} for at in range(_FILTERS)]

    def filtered(action: Action) -> None:
        ours.do(action)
        assert ours.interview.choices("/data/place")

    asked: dict[str, tuple[list[float], dict[str, object]]] = {
        "load": ([timed_clean(ours.load) for _ in range(5)], {"file": str(xform), "rounds": 5}),
        "filter": (
            [timed(partial(filtered, one)) for one in actions],
            {"actions": actions, "list": "/data/place"},
        ),
    }
    if peer:
        peer.ask({"load": str(xform)})
    for what, (mine, how) in asked.items():
        figure: dict[str, object] = {"bench": "engine", "what": f"{what}, {CHOICES} choices"}
        figure["ours_ms"] = _ms(median(mine))
        if peer:
            for _ in range(2):
                theirs = median(peer.ask({"time": what, **how})["ms"]) / 1000
            figure |= {"javarosa_ms": _ms(theirs), "ratio": round(theirs / median(mine), 1)}
        yield figure


def _seconds(answer: dict[str, list[float]]) -> list[float]:
    return [ms / 1000 for ms in answer["ms"]]


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)

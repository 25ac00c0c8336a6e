"""What is said never to be is never so, whatever is answered: random forms, random answers."""

from dataclasses import dataclass
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake_app.authoring.asked import findings
from intake_app.authoring.offered import findings as offered
from intake_app.authoring.rows import Places
from intake_app.authoring.subject import Subject
from intake_app.authoring.xform import compile_xform
from intake_app.clock import FixedClock
from intake_app.errors import InterviewError
from intake_app.interview import Form, Interview
from intake_app.interview.answers import valid
from intake_app.interview.successors import bare
from tests.unit.interview.generated import ANSWERS, Written, forms

_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
    "<h:head><h:title>Test</h:title><model>"
)
_LIST = (
    '<instance id="abc"><root>'
    "<item><name>a</name><of>1</of></item><item><name>b</name><of>2</of></item>"
    "<item><name>c</name><of>x</of></item></root></instance>"
)
_ANSWERS = {
    "int": ("", "0", "1", "2", "3", "-1"),
    "decimal": ("", "0.5", "1", "2.5"),
    "string": ("", "a", "b", "2", "x y", "true"),
    "date": ("", "2026-01-01", "2026-01-02", "2026-11-23"),
    "select1": ("", "a", "b", "c"),
    "select": ("", "a", "a b", "c", "a b c"),
}
_DATES = ("'2026-01-01'", "'2026-01-02'", "'2026-11-23'", "today()")


@dataclass
class _Author:
    """Writes conditions on what stands before, so that they contradict often enough."""

    chance: Random
    kinds: dict[str, str]

    def condition(self, own: str = "", depth: int = 0) -> str:
        pick = self.chance.choice
        if depth < 3 and self.chance.random() < 0.6:
            first, second = self.condition(own, depth + 1), self.condition(own, depth + 1)
            shapes = (f"({first} and {second})",) * 4 + (f"({first} or {second})",)
            third = self.condition(own, depth + 1)
            return pick((*shapes, f"not({first})", f"if({first}, {second}, {third})"))
        path = own or pick(sorted(self.kinds))
        return self.plain("." if own else path, self.kinds[path])

    def plain(self, node: str, kind: str) -> str:
        pick, sign = self.chance.choice, self.chance.choice(("=", "!=", "<", "<=", ">", ">="))
        same = [path for path, other in self.kinds.items() if other == kind]
        if kind in {"int", "decimal"}:
            held = pick(("0", "1", "2", "1.5", "'2'", pick(same)))
            return pick((f"{node} {sign} {held}", f"{held} {sign} {node}", f"{node} + 1 {sign} 2"))
        if kind == "date":
            return f"{node} {sign} {pick(_DATES)}"
        if kind == "string":
            length = f"string-length({node}) {sign} {pick('013')}"
            return pick((f"{node} = '{pick('ab2')}'", f"{node} != ''", f"{node} > 1", node, length))
        if kind == "select":
            count = f"count-selected({node}) {sign} {pick('0134')}"
            return pick((f"selected({node}, '{pick('abcd')}')", f"{node} = ''", count))
        if kind == "select1":
            chosen = f"selected({node}, '{pick('abc')}')"
            return pick((f"{node} {sign} '{pick('abcd')}'", f"{node} != ''", chosen, node))
        return pick((node, f"{node} = 'true'", f"{node} = ''", f"{node} {sign} 1", f"{node} = 'a'"))


def _form(chance: Random) -> Form:
    author = _Author(chance, {"/data/q0": "int"})
    nodes, binds, body = ["<q0/>"], ['<bind nodeset="/data/q0" type="int"/>'], []
    body.append('<input ref="/data/q0"><label>Q</label></input>')
    for number in range(1, chance.randint(3, 8)):
        path, kind = f"/data/q{number}", chance.choice([*_ANSWERS, "calculate"])
        nodes.append(f"<q{number}/>")
        relevant = author.condition() if chance.random() < 0.7 else "true()"
        before, filtered = author.condition(), chance.choice(sorted(author.kinds))
        author.kinds[path] = kind
        words = f'relevant="{_escaped(relevant)}"'
        if kind == "calculate":
            shape = chance.choice((before, f"if({before}, 1, 'a')", filtered))
            binds.append(f'<bind nodeset="{path}" {words} calculate="{_escaped(shape)}"/>')
            continue
        if chance.random() < 0.5:
            words += f' constraint="{_escaped(author.condition(own=path))}"'
        type_ = "string" if kind.startswith("select") else kind
        binds.append(f'<bind nodeset="{path}" type="{type_}" {words}/>')
        if type_ == kind:
            body.append(f'<input ref="{path}"><label>Q</label></input>')
            continue
        test = chance.choice(("", f"[of = {filtered}]", f"[of &gt; {filtered}]", "[of &lt; 2]"))
        items = f"instance('abc')/root/item{test}"
        body.append(
            f'<{kind} ref="{path}"><label>Q</label><itemset nodeset="{items}">'
            f'<value ref="name"/><label ref="name"/></itemset></{kind}>'
        )
    main = f'<instance><data id="t">{"".join(nodes)}</data></instance>'
    model = f"{main}{_LIST}{''.join(binds)}</model></h:head>"
    return Form.load(
        compile_xform(f"{_HEAD}{model}<h:body>{''.join(body)}</h:body></h:html>".encode())
    )


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _subject(form: Form) -> Subject:
    return Subject(form, {}, Places({}))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
@example(1001415)
def test_what_is_told_never_to_be_is_never_so(seed: int) -> None:
    """Never asked, never valid, never offered: over random answers to random forms."""
    chance = Random(seed)  # noqa: S311 - a test's chance is no secret
    form = _form(chance)
    subject = _subject(form)
    told = list(findings(subject))
    never = {one.name for one in told if one.code == "never-asked"}
    invalid = {one.name for one in told if one.code == "never-valid"}
    nothing = {one.name for one in offered(subject) if one.code == "nothing-offered"}
    if not never | invalid | nothing:
        return
    for _ in range(4):
        interview = Interview(form, clock=FixedClock(), random=chance)
        for _ in range(12):
            _answer(interview, chance)
            for node in interview.nodes():
                assert not (node.relevant and node.path in never), node.path
                assert not (node.value and node.valid and node.path in invalid), node.path
            for path in nothing:
                assert not interview.node(path).relevant or interview.choices(path) == (), path


def _answer(interview: Interview, chance: Random) -> None:
    asked = [node for node in interview.nodes() if node.relevant and node.question.asked]
    if not asked:
        return
    node = chance.choice(asked)
    kinds = {"select_one": "select1", "select_multiple": "select"}
    kind = kinds.get(node.question.kind, node.question.type)
    try:
        interview.answer(node.path, chance.choice(_ANSWERS[kind]))
    except InterviewError:
        # A choice that is not offered now: nothing changed.
        return


def test_random_forms_have_enough_that_can_never_be() -> None:
    """Else the property above would say little."""
    found = 0
    for seed in range(60):
        form = _form(Random(seed))  # noqa: S311 - a test's chance is no secret
        found += any(True for _ in findings(_subject(form)))
    assert found >= 15


@settings(max_examples=60, deadline=None)
@given(forms(), st.integers(0, 2**32))
def test_what_is_told_never_to_be_is_never_so_in_rows_either(written: Written, seed: int) -> None:
    """Over forms with groups, repeats, defaults and actions; answers of another type left out."""
    chance = Random(seed)  # noqa: S311 - a test's chance is no secret
    form = written.form()
    told = list(findings(_subject(form)))
    never = {one.name for one in told if one.code == "never-asked"}
    invalid = {one.name for one in told if one.code == "never-valid"}
    if not never | invalid:
        return
    interview = Interview(form, clock=FixedClock(), random=chance)
    for _ in range(20):
        _act(interview, chance)
        if any(
            node.value and not valid(node.value, node.question.type) for node in interview.nodes()
        ):
            continue
        for node in interview.nodes():
            path = bare(node.path)
            gone = any(path == one or path.startswith(f"{one}/") for one in never)
            assert not (node.relevant and gone), path
            assert not (node.value and node.valid and path in invalid), path


def _act(interview: Interview, chance: Random) -> None:
    repeats = [step.path for step in interview.steps() if step.kind == "repeat"]
    asked = [node for node in interview.nodes() if node.relevant and node.question.asked]
    try:
        if repeats and chance.random() < 0.3:
            interview.add_repeat(chance.choice(repeats))
        elif asked:
            node = chance.choice(asked)
            offered = [choice.name for choice in interview.choices(node.path)]
            answers = offered or ANSWERS.get(node.question.type, ["x", ""])
            interview.answer(node.path, chance.choice(answers))
    except InterviewError:
        # Refused, because it is calculated or there is no room: nothing changed.
        return

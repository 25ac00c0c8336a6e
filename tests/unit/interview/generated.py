"""Random forms that are valid: what an author could write, small, with all that may go wrong.

A form is written as XForm XML. What an expression reads stands before it, so that there are no
circles; inside a repeat it reads its own row, and from outside all rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

from intake_app.authoring.xform import compile_xform
from intake_app.interview import Form

#: What a person may say to a question, by its kind; not all of it is right.
ANSWERS = {
    "int": ["1", "2", "3", "4", "7", "", "x"],
    "decimal": ["0.5", "2", "-1.25", "", "1,5"],
    "string": ["x", "kok", "", "2", "a b"],
    "date": ["2026-11-24", "1994-05-12", "2026-11-23", "", "gisteren"],
    "partial-date": ["1994", "1994-05", "2026-11-23", "1994~", ""],
    "code": ["nl", "5120", ""],
    "one": ["a", "b", "c", "", "z"],
    "some": ["a", "a b", "c b", "", "z a"],
    "filtered": ["p", "q", "r", "s", ""],
    "several": ["p", "q r", "s p", ""],
    "row": ["2", "kok", ""],
}
_SPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:intake="https://example.org/intake"'
)
_NUMBERS = ("int", "decimal", "number")
_TEXTS = {"code", "partial-date", "one", "some", "filtered", "several", "row"}
_TAGS = {"one": "select1", "some": "select", "filtered": "select1", "several": "select"}
_DEPTH = 3
_NAMES = {"letters": "abc", "filtered": "pqrs"}
_AT = {"p": "a", "q": "a", "r": "b", "s": "1"}
_Option = TypeVar("_Option")


@dataclass(frozen=True)
class Made:
    """A node that what stands after it may read; `around` are the repeats that it lies in."""

    path: str
    kind: str
    around: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A form as XForm XML."""

    xml: str

    def form(self) -> Form:
        """Return it compiled."""
        return Form.load(compile_xform(self.xml.encode()))


@dataclass
class _Form:
    chance: Random
    plain: bool
    size: int
    nodes: list[Made] = field(default_factory=list)
    binds: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    new_rows: dict[str, str] = field(default_factory=dict)
    names: int = 0

    def pick(self, options: Sequence[_Option]) -> _Option:
        return self.chance.choice(options)

    def once_in(self, times: int) -> bool:
        return self.chance.randrange(times) == 0

    def name(self, start: str) -> str:
        self.names += 1
        return f"{start}{self.names}"

    # Expressions

    def one(self, around: tuple[str, ...], *kinds: str) -> str:
        """Return the path of a node before this that is one, as seen from here; else blank."""
        found = [
            node.path
            for node in self.nodes
            if around[: len(node.around)] == node.around and (not kinds or node.kind in kinds)
        ]
        return self.pick(found) if found else ""

    def many(self, around: tuple[str, ...], *kinds: str) -> Made | None:
        """Return a node before this of which there may be many, as seen from here."""
        found = [
            node
            for node in self.nodes
            if around[: len(node.around)] != node.around and (not kinds or node.kind in kinds)
        ]
        return self.pick(found) if found else None

    def number(self, around: tuple[str, ...], depth: int = 0) -> str:
        many, one = self.many(around, *_NUMBERS), self.one(around, *_NUMBERS)
        options = [str(self.chance.randint(0, 4))]
        if one:
            options += [f"coalesce({one}, 0)", one]
        if many:
            repeat = many.around[-1]
            names = ("sum", "max", "count", "count-non-empty")
            options += [f"{name}({many.path})" for name in names]
            options.append(f"count({repeat})")
            if len(many.around) == len(around) + 1:
                options.append(f"indexed-repeat({many.path}, {repeat}, 2)")
            outside, _, child = many.path.rpartition("/")
            if outside == repeat:
                options += [f"count({repeat}[{child} > {one or 1}])", f"sum({repeat}[2]/{child})"]
        if around:
            options += ["position(..)", "position(../..)"]
        some = self.one(around, "some", "several")
        if some:
            options.append(f"count-selected({some})")
        if depth < 2 and self.once_in(3):
            sign = self.pick(("+", "*", "-", "mod"))
            return f"{self.pick(options)} {sign} {self.number(around, depth + 1)}"
        return self.pick(options)

    def truth(self, around: tuple[str, ...], depth: int = 0) -> str:
        options = [f"{self.number(around)} {self.pick(('<', '>=', '!=', '='))} 2"]
        any_, one = self.one(around), self.one(around, "one")
        if any_:
            options += [f"{any_} != ''", f"not({any_})", f"string-length({any_}) > 1"]
        if one:
            options += [f"{one} = 'a'", f"selected({one}, 'b')"]
        if self.once_in(5):
            options = [f"today() {self.pick(('>', '<='))} '2026-11-{self.pick((23, 24))}'"]
        date = self.one(around, "date", "partial-date")
        if date:
            options += [f"{date} <= today()", f"{date} < '2000-01-01'"]
        truth = self.one(around, "truth")
        if truth:
            options.append(truth)
        if depth < 2 and self.once_in(4):
            return (
                f"{self.pick(options)} {self.pick(('and', 'or'))} {self.truth(around, depth + 1)}"
            )
        return self.pick(options)

    def words(self, around: tuple[str, ...]) -> str:
        many, any_ = self.many(around), self.one(around)
        options = [f"if({self.truth(around)}, {self.truth(around)}, {self.number(around)})"]
        options.append(f"if({self.truth(around)}, 'x', {self.number(around)})")
        if any_:
            options += [f"concat({any_}, '-', {self.number(around)})", f"normalize-space({any_})"]
        if many:
            options.append(f"join(',', {many.path})")
        for kind in ("one", "filtered"):
            path = self.one(around, kind)
            if path:
                options.append(f"jr:choice-name({path}, {path!r})")
        return self.pick(options)

    # Nodes

    def inside(self, path: str, around: tuple[str, ...], depth: int, most: int) -> tuple[str, str]:
        """Return the instance and the body of what stands inside a group."""
        instance, body = "", ""
        for _ in range(self.chance.randint((most + 1) // 2, most)):
            deep = depth < _DEPTH and self.once_in(3)
            made = self.group if deep else self.question
            inner, shown = made(path, around, depth + 1)
            instance, body = instance + inner, body + shown
        return instance, body

    def group(self, outside: str, around: tuple[str, ...], depth: int) -> tuple[str, str]:
        repeats = self.once_in(2) and len(around) < 2
        name = self.name("r" if repeats else "g")
        path = f"{outside}/{name}"
        most = ' intake:max="2"' if repeats and self.once_in(6) else ""
        self.bind(path, self.aspects(path, around, relevant=2 if repeats else 4, readonly=5) + most)
        label = self.label(path, around)
        if not repeats:
            instance, body = self.inside(path, around, depth, 4)
            return (
                f"<{name}>{instance}</{name}>",
                f'<group ref="{path}"><label ref="{label}"/>{body}</group>',
            )
        counter = self.one(around, "int")
        counts = ["", "", " jr:noAddRemove='true()'", f" jr:count='{self.chance.randint(0, 3)}'"]
        if counter:
            counted = f" jr:count={quoteattr(counter)}"
            counts += [*[counted] * 5, f' jr:count="{self.number(around)}"']
        count = self.pick(counts)
        instance, body = self.inside(path, (*around, path), depth, 4)
        rows = self.chance.randint(0, 2) if "count" not in count else 0
        template = f'<{name} jr:template="">{instance}</{name}>'
        body = f'<repeat nodeset="{path}"{count}>{body}{self.new_rows.get(path, "")}</repeat>'
        return (
            template + f"<{name}>{instance}</{name}>" * rows,
            f'<group ref="{path}"><label ref="{label}"/>{body}</group>',
        )

    def question(self, outside: str, around: tuple[str, ...], _depth: int) -> tuple[str, str]:
        if self.once_in(3):
            return self.calculation(outside, around)
        kind = self.pick([*ANSWERS, "int", "int"])
        name = self.name("q")
        path = f"{outside}/{name}"
        aspects = self.aspects(path, around, relevant=5, required=4, readonly=8, constraint=2)
        type_ = "string" if kind in _TEXTS else kind
        own = f' intake:type="{kind}"' if kind in {"code", "partial-date"} else ""
        if not self.plain and kind in {"int", "string"} and self.once_in(8):
            words = self.number(around) if kind == "int" else self.words(around)
            own += f" calculate={quoteattr(words)}"
        body = f'<label ref="{self.label(path, around)}"/>'
        filter_ = self.one(around, "one", "int")
        tag = _TAGS.get(kind, "input")
        of_rows = self.rows(around) if kind == "row" else ""
        if of_rows:
            tag, body = "select1", body + of_rows
        elif kind in {"filtered", "several"}:
            choose = f"at = {filter_}" if filter_ else "at = 'a'"
            body += self.items(f"instance('filtered')/root/item[{choose}]")
        elif tag != "input":
            body += self.items("instance('letters')/root/item")
        if not self.plain:
            body += self.set_off(path, around)
            self.default(path, kind, around)
        self.bind(path, f' type="{type_}"{own}{aspects}')
        self.nodes.append(Made(path, kind, around))
        default = self.pick(ANSWERS[kind]) if self.once_in(6) else ""
        return f"<{name}>{default}</{name}>", f'<{tag} ref="{path}">{body}</{tag}>'

    def calculation(self, outside: str, around: tuple[str, ...]) -> tuple[str, str]:
        name, kind = self.name("c"), self.pick(("number", "truth", "text"))
        path = f"{outside}/{name}"
        make = {"number": self.number, "truth": self.truth, "text": self.words}[kind]
        words = make(around)
        if not self.plain and self.once_in(8):
            words = f"once({self.pick(('random()', words))})"
        elif around and kind == "number" and self.once_in(3):
            words = (
                f"{words} + coalesce(indexed-repeat({path}, {around[-1]}, position(..) - 1), 0)"
                if outside == around[-1]
                else words
            )
        type_ = "int" if kind == "number" and self.once_in(3) else "string"
        relevant = self.aspects(path, around, relevant=5)
        self.bind(path, f' type="{type_}" calculate={quoteattr(words)}{relevant}')
        self.nodes.append(Made(path, kind, around))
        return f"<{name}/>", ""

    def bind(self, path: str, attributes: str) -> None:
        self.binds.append(f'<bind nodeset="{path}"{attributes}/>')

    def aspects(self, path: str, around: tuple[str, ...], **times: int) -> str:
        """Return attributes of a bind, each of them there once in so many times."""
        made = ""
        for aspect, often in times.items():
            if not self.once_in(often) or (aspect == "readonly" and self.plain):
                continue
            if aspect != "constraint":
                made += f" {aspect}={quoteattr(self.truth(around))}"
                continue
            other = self.one(around, *_NUMBERS) or self.number(around)
            words = self.pick(
                [". != 'x'", f". > {other}", f". != {other}", f"{other} != 2", self.truth(around)]
            )
            message = self.text(path, "message", around)
            made += f" constraint={quoteattr(words)} jr:constraintMsg=\"jr:itext('{message}')\""
        return made

    def set_off(self, path: str, around: tuple[str, ...]) -> str:
        """Return what a change of a question sets: a question before it."""
        target = self.one(around, "string", "int")
        if not target or not self.once_in(4):
            return ""
        value = self.pick([path, "'2'", f"concat({path}, 1)", f"concat({target}, 1)"])
        return f'<setvalue event="xforms-value-changed" ref="{target}" value={quoteattr(value)}/>'

    def default(self, path: str, kind: str, around: tuple[str, ...]) -> None:
        """Let a question be set when the form is opened or its row is made."""
        if kind not in {"int", "string"} or not self.once_in(6):
            return
        event = "odk-new-repeat" if around else "odk-instance-first-load"
        value = quoteattr(self.number(around))
        setting = f'<setvalue event="{event}" ref="{path}" value={value}/>'
        if around:
            self.new_rows[around[-1]] = self.new_rows.get(around[-1], "") + setting
        else:
            self.loads.append(setting)

    def rows(self, around: tuple[str, ...]) -> str:
        """Return choices that are the rows of a repeat before this; blank without one."""
        many = self.many(around, "string", "int", "text")
        repeat, _, child = many.path.rpartition("/") if many else ("", "", "")
        if many is None or repeat != many.around[-1]:
            return ""
        return (
            f'<itemset nodeset="{repeat}[{child} != \'\']"><value ref="{child}"/>'
            f'<label ref="{child}"/></itemset>'
        )

    def items(self, nodeset: str) -> str:
        return (
            f'<itemset nodeset="{nodeset}"><value ref="name"/>'
            '<label ref="jr:itext(itextId)"/></itemset>'
        )

    def label(self, path: str, around: tuple[str, ...]) -> str:
        key = self.text(path, "label", around)
        return f"jr:itext('{key}')"

    def text(self, path: str, role: str, around: tuple[str, ...]) -> str:
        read = self.one(around) if self.once_in(2) else self.number(around)
        filled = f" <output value={quoteattr(read)}/>;" if read and self.once_in(3) else ""
        self.texts[f"{path}:{role}"] = f"{path.rpartition('/')[2]}{filled}"
        return f"{path}:{role}"

    def xml(self) -> str:
        instance, body = self.inside("/data", (), 0, self.size)
        for name in "abcpqrs":
            self.texts[name] = name.upper()
        itext = "".join(
            f'<translation lang="{language}">'
            + "".join(
                f'<text id="{key}"><value>{language} {words}</value></text>'
                for key, words in self.texts.items()
            )
            + "</translation>"
            for language in ("nl", "ar")
        )
        lists = "".join(
            f'<instance id="{name}"><root>'
            + "".join(
                f"<item><name>{one}</name><itextId>{one}</itextId><at>{_AT.get(one)}</at></item>"
                for one in names
            )
            + "</root></instance>"
            for name, names in _NAMES.items()
        )
        return (
            f"<h:html {_SPACES}><h:head><h:title>t</h:title><model><itext>{itext}</itext>"
            f'<instance><data id="t" version="1">{instance}</data></instance>{lists}'
            f"{''.join(self.binds)}{''.join(self.loads)}</model></h:head>"
            f"<h:body>{body}</h:body></h:html>"
        )


@st.composite
def forms(draw: st.DrawFn, *, plain: bool = False) -> Written:
    """Return a random form; a `plain` one does not hang on the order of answers.

    Each comes from a seed, so that all that may stand in a form is as likely early as late.
    """
    chance = Random(draw(st.binary(min_size=8, max_size=8)))  # noqa: S311 (a test's chance is no secret)
    made = _Form(chance, plain, size=draw(st.integers(3, 9)))
    return Written(made.xml())

"""ODK XPath, from text to a tree.

XPath 1.0 (sections 2 and 3) as the ODK XForms specification uses it. Prefixes of names in paths
are dropped, because a form's nodes are told apart by their place; `jr:` stays part of a
function's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from intake_app.errors import ExpressionError
from intake_app.words import mark


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands."""

    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    """A text between quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two sides."""

    operator: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Negative:
    """A minus before something."""

    operand: "Tree"


class Step(NamedTuple):
    """One step of a path; the name `*` is any name."""

    axis: str
    name: str
    predicates: tuple["Tree", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a start: the root (`/`), the context (None), or what an expression gives."""

    start: "Tree | str | None"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filtered:
    """What an expression gives, filtered."""

    operand: "Tree"
    predicates: tuple["Tree", ...]


Tree = Number | Literal | Call | Binary | Negative | Path | Filtered

#: Deeper than this no person writes, and a parser must not run out of stack.
MAX_DEPTH = 100
#: A path with more steps leads nowhere that a person means.
MAX_STEPS = 100
#: An expression is no longer than a cell of a spreadsheet can hold, many times over.
MAX_LENGTH = 1_000_000

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d*)?|\.\d+)
      | (?P<literal>"[^"]*"|'[^']*')
      | (?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*)?)
      | (?P<symbol>//|::|\.\.|!=|<=|>=|[/.@()\[\],|+\-*=<>])
    )""",
    re.VERBOSE,
)
_LEVELS = MappingProxyType(
    {
        operator: level
        for level, operators in enumerate(
            (
                ("or",),
                ("and",),
                ("=", "!="),
                ("<", "<=", ">", ">="),
                ("+", "-"),
                ("*", "div", "mod"),
            )
        )
        for operator in operators
    }
)
_WORDS = {"or", "and", "div", "mod"}
_SIGNS = {"+", "-", "=", "!=", "<", "<=", ">", ">=", "|"}
_NODE_TESTS = {"node", "text", "comment", "processing-instruction"}
_STEPS = {"*", ".", "..", "@"}
_AXES = {"child", "parent", "self", "attribute", "descendant", "descendant-or-self", "ancestor"}
_AXES |= {"ancestor-or-self", "following-sibling", "preceding-sibling"}
_AXES |= {"following", "preceding"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


def parse(words: str) -> Tree:
    """Parse an expression; ExpressionError says what is wrong and near what."""
    if len(words) > MAX_LENGTH:
        raise ExpressionError(
            mark("It is too long: {length} characters."),
            remedy=mark("divide it over several calculations."),
            length=len(words),
        )
    parser = _Parser(words)
    tree = parser.expression()
    parser.expect("end", "")
    return tree


def parts(tree: Tree) -> Iterator[Tree]:
    """Go through a tree and what it is made of; what predicates hold stands for itself."""
    waiting: list[Tree] = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case Binary(_, left, right):
                waiting += [left, right]
            case Negative(operand) | Filtered(operand, _):
                waiting.append(operand)
            case Call(_, arguments):
                waiting += arguments
            case Path(start, _) if start is not None and not isinstance(start, str):
                waiting.append(start)


def _tokens(words: str) -> Iterator[_Token]:
    place, before = 0, ""
    end = len(words.rstrip())
    while place < end:
        found = _TOKEN.match(words, place)
        if found is None:
            rest = words[place:].strip()
            if rest[:1] in "\"'":
                raise ExpressionError(
                    mark("A quote is not closed: {near}"),
                    remedy=mark("close the text with the quote that it begins with."),
                    near=rest[:40],
                )
            raise ExpressionError(
                mark("This cannot be read: {near}"),
                remedy=mark("write names as ${{name}}, texts in quotes, and operators as =, and."),
                near=rest[:40],
            )
        kind, text = found.lastgroup or "", found.group(found.lastgroup or 0)
        # After something that has a value, `*` multiplies and these names are operators
        # (XPath 1.0, section 3.7).
        operand_before = before not in {"", "operator", "@", "::", "(", "[", ",", "/", "//"}
        word = operand_before and (text == "*" or (kind == "name" and text in _WORDS))
        if word or text in _SIGNS:
            kind = "operator"
        yield _Token(kind, text, found.start(found.lastgroup or 0))
        before = text if kind == "symbol" else kind
        place = found.end()
    yield _Token("end", "", end)


class _Parser:
    def __init__(self, words: str) -> None:
        self.words = words
        self.tokens = list(_tokens(words))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def sees(self, kind: str, text: str) -> bool:
        token = self.token
        return token.kind == kind and token.text == text

    def take(self, kind: str, text: str) -> bool:
        if self.sees(kind, text):
            self.at += 1
            return True
        return False

    def expect(self, kind: str, text: str) -> None:
        if self.take(kind, text):
            return
        if self.token.kind == "end":
            raise ExpressionError(
                mark("It ends too soon: {missing} is missing."),
                remedy=mark("add the {missing}."),
                missing=text,
            )
        near = self.words[self.token.place :][:40]
        if not text:
            raise ExpressionError(
                mark("This is left over: {near}"),
                remedy=mark("take it away, or write an operator or a comma before it."),
                near=near,
            )
        raise ExpressionError(
            mark("{missing} is missing before: {near}"),
            remedy=mark("add the {missing}."),
            missing=text,
            near=near,
        )

    def expression(self, level: int = 0) -> Tree:
        """Parse operators that bind at least as strongly as a level, by climbing."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(
                mark("It is nested more than {depth} deep."),
                remedy=mark("divide it over several calculations."),
                depth=MAX_DEPTH,
            )
        tree = self.negative()
        while self.token.kind == "operator":
            operator = self.token.text
            own = _LEVELS.get(operator, -1)
            if own < level:
                break
            self.at += 1
            tree = Binary(operator, tree, self.expression(own + 1))
        self.depth -= 1
        return tree

    def negative(self) -> Tree:
        minuses = 0
        while self.take("operator", "-"):
            minuses += 1
        tree = self.union()
        return Negative(tree) if minuses % 2 else tree

    def union(self) -> Tree:
        tree = self.path()
        while self.take("operator", "|"):
            tree = Binary("|", tree, self.path())
        return tree

    def path(self) -> Tree:
        token = self.token
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text))
        if token.kind in {"literal", "name"} or self.sees("symbol", "("):
            primary = self.primary()
            if primary is not None:
                return self.after(primary)
        return self.location()

    def primary(self) -> Tree | None:
        token = self.token
        if token.kind == "literal":
            self.at += 1
            return Literal(token.text[1:-1])
        if self.take("symbol", "("):
            tree = self.expression()
            self.expect("symbol", ")")
            return tree
        following = self.tokens[self.at + 1]
        if following.kind != "symbol" or following.text != "(" or token.text in _NODE_TESTS:
            return None
        self.at += 2
        return Call(token.text, tuple(self.arguments()))

    def arguments(self) -> Iterator[Tree]:
        if self.take("symbol", ")"):
            return
        yield self.expression()
        while self.take("symbol", ","):
            yield self.expression()
        self.expect("symbol", ")")

    def after(self, primary: Tree) -> Tree:
        predicates = tuple(self.predicates())
        if predicates:
            primary = Filtered(primary, predicates)
        if self.sees("symbol", "/") or self.sees("symbol", "//"):
            return Path(primary, tuple(self.steps(first=False)))
        return primary

    def location(self) -> Tree:
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.sees("symbol", "/") and not (following.kind == "name" or following.text in _STEPS):
            raise ExpressionError(
                mark("A / alone is the whole form, which has no value."),
                remedy=mark("write ${{question}} for an answer, div to divide."),
            )
        if self.sees("symbol", "/") or self.sees("symbol", "//"):
            return Path("/", tuple(self.steps(first=False)))
        return Path(None, tuple(self.steps(first=True)))

    def steps(self, *, first: bool) -> Iterator[Step]:
        if first:
            yield self.step()
        for _ in range(MAX_STEPS):
            if self.take("symbol", "//"):
                yield Step("descendant-or-self", "*")
            elif not self.take("symbol", "/"):
                return
            yield self.step()
        raise ExpressionError(
            mark("A path has more than {steps} steps."),
            remedy=mark("write ${{question}} instead of a path."),
            steps=MAX_STEPS,
        )

    def step(self) -> Step:
        if self.take("symbol", ".."):
            return Step("parent", "*", tuple(self.predicates()))
        if self.take("symbol", "."):
            return Step("self", "*", tuple(self.predicates()))
        axis = "child"
        if self.take("symbol", "@"):
            axis = "attribute"
        elif self.tokens[self.at + 1 : self.at + 2] and self.tokens[self.at + 1].text == "::":
            axis = self.token.text
            if axis not in _AXES:
                raise ExpressionError(
                    mark("There is no axis {axis}."),
                    remedy=mark("use one of {known}, or a path of names."),
                    axis=axis,
                    known=", ".join(sorted(_AXES)),
                )
            self.at += 2
        if self.token.text in _NODE_TESTS and self.tokens[self.at + 1].text == "(":
            return self.node_test(axis)
        return Step(axis, self.name(), tuple(self.predicates()))

    def node_test(self, axis: str) -> Step:
        """Read `node()`, which is any node, or `text()`: the text of a node stands for it."""
        kind = self.token.text
        self.at += 2
        self.expect("symbol", ")")
        if kind not in {"node", "text"}:
            raise ExpressionError(
                mark("A form has no {kind}() nodes."),
                remedy=mark("give the path of a question."),
                kind=kind,
            )
        if kind == "text" and axis == "child":
            axis = "self"
        return Step(axis, "*", tuple(self.predicates()))

    def name(self) -> str:
        token = self.token
        if token.text == "*":
            self.at += 1
            return "*"
        if token.kind != "name":
            if token.kind == "end":
                raise ExpressionError(
                    mark("It ends too soon: a name or value is missing."),
                    remedy=mark("write what should stand at its end."),
                )
            near = self.words[token.place :][:40]
            raise ExpressionError(
                mark("A name or value is missing before: {near}"),
                remedy=mark("write ${{question}}, a number, or a text in quotes there."),
                near=near,
            )
        self.at += 1
        return token.text.rpartition(":")[2]

    def predicates(self) -> Iterator[Tree]:
        while self.take("symbol", "["):
            yield self.expression()
            self.expect("symbol", "]")

"""Patterns of `regex()`: the syntax of Java, matched in bounded time.

A pattern must match the whole text, as ODK's documentation says. What cannot be matched in time
that grows with the text alone (back-references) is refused, and so is what few would read alike
(possessive quantifiers, atomic groups).
"""

import re
import string
from dataclasses import dataclass

from intake_app.errors import ExpressionError
from intake_app.interview import doors, letters
from intake_app.interview.automaton import (
    MAX_WORK,
    Automaton,
    Choice,
    Door,
    One,
    Places,
    Repeat,
    Row,
    TooLarge,
    Tree,
)
from intake_app.interview.doors import Doorway, Look
from intake_app.interview.letters import Test
from intake_app.words import mark

#: Nobody writes a longer pattern, deeper groups, more lookaheads, or a part repeated so often.
MAX_LENGTH, MAX_DEPTH, MAX_DOORS, MAX_TIMES = 2_000, 50, 20, 1_000
_NOTHING = Row(())
# What stands between \Q and \E is meant as such; any other escape is passed over.
_QUOTED = re.compile(r"\\(?:Q(.*?)(?:\\E|\Z)|.)", re.DOTALL)


@dataclass(slots=True)
class Pattern:
    """A compiled pattern."""

    automaton: Automaton
    doors: tuple[Doorway, ...]
    size: int

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches; in time that its length and the pattern bound."""
        if len(text) * self.size > MAX_WORK:
            return False
        return self.automaton.full(text, doors.opened(self.doors, text))


def compiled(words: str) -> Pattern:
    """Compile a pattern; ExpressionError says what is wrong with it."""
    parser = _Parser(words)
    tree = parser.pattern()
    try:
        automaton = Automaton.of(tree)
        ways = tuple(doors.doorway(one) for one in parser.doors)
    except TooLarge:
        raise parser.wrong(
            mark("the pattern is too large"), mark("repeat less, or shorter parts.")
        ) from None
    size = automaton.size + sum(one.size for one in ways) + 1
    return Pattern(automaton, ways, size)


class _Parser:
    def __init__(self, words: str) -> None:
        self.words = _QUOTED.sub(_unquoted, words)
        self.at = 0
        self.depth = 0
        self.flags: frozenset[str] = frozenset()
        self.doors: list[Places | Look] = []
        self.groups = 0

    def wrong(self, problem: str, remedy: str = "") -> ExpressionError:
        return ExpressionError(
            mark("regex() cannot use this pattern: {pattern} ({problem})"),
            remedy=remedy
            or mark("correct the pattern; a sign such as ( or * is meant by \\( or \\*."),
            pattern=self.words[:80],
            problem=problem,
        )

    @property
    def rest(self) -> str:
        return self.words[self.at :]

    def take(self, sign: str) -> bool:
        if self.words.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.words):
            raise self.wrong(mark("it ends too soon"))
        self.at += 1
        return self.words[self.at - 1]

    def pattern(self) -> Tree:
        if len(self.words) > MAX_LENGTH:
            raise self.wrong(mark("it is too long"), mark("write a shorter pattern."))
        tree = self.choice()
        if self.at < len(self.words):
            raise self.wrong(mark("a ) closes nothing"))
        return tree

    def choice(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(mark("its groups are nested too deeply"), mark("use fewer groups."))
        kept = self.flags
        options = [self.row()]
        while self.take("|"):
            options.append(self.row())
        # A flag that is set inside a group ends with it.
        self.flags = kept
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def row(self) -> Tree:
        parts = []
        while self.at < len(self.words) and self.words[self.at] not in "|)":
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def quantified(self, part: Tree) -> Tree:
        if self.rest[:1] in {"*", "+", "?", "{"}:
            sign = self.next()
            if sign == "{":
                least, most = self.counts()
            else:
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            part = Repeat(part, least, most)
            # For a match of the whole, a lazy one is the same as a greedy one.
            if not self.take("?") and self.take("+"):
                raise self.wrong(
                    mark("++, *+ and ?+ are not supported"), mark("leave the second + away.")
                )
        return part

    def counts(self) -> tuple[int, int | None]:
        inside, closed, _ = self.rest.partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not _whole(least) or (most and not _whole(most)):
            raise self.wrong(
                mark("a { without a number"), mark("write how often as {{2}} or {{2,5}}.")
            )
        self.at += len(inside) + 1
        low = int(least)
        high = None if comma and not most else int(most or least)
        if max(low, high or 0) > MAX_TIMES or (high is not None and high < low):
            raise self.wrong(
                mark("how often it is repeated cannot be used"),
                mark("write at most 1000, and the smaller number first."),
            )
        return low, high

    def atom(self) -> Tree:
        sign = self.next()
        if sign in "([\\":
            return {"(": self.group, "[": self.bracket, "\\": self.escape}[sign]()
        match sign:
            case ".":
                return One(letters.anything if "s" in self.flags else letters.within_line)
            case "^":
                return self.door(doors.line_start if "m" in self.flags else doors.start)
            case "$":
                return self.door(doors.line_end if "m" in self.flags else doors.end)
            case "*" | "+" | "?" | "{":
                raise self.wrong(mark("there is nothing to repeat"))
        return self.one(letters.same(sign))

    def one(self, test: Test) -> Tree:
        return One(letters.any_case(test) if "i" in self.flags else test)

    def door(self, kind: Places | Look) -> Tree:
        if kind not in self.doors:
            self.doors.append(kind)
        if len(self.doors) > MAX_DOORS:
            raise self.wrong(mark("it has too many lookaheads"), mark("use fewer of them."))
        return Door(self.doors.index(kind))

    def group(self) -> Tree:
        look = None
        if self.take("?"):
            for sign, ahead, wanted in _LOOKS:
                if self.take(sign):
                    look = (ahead, wanted)
                    break
            else:
                inner = self.options()
                if inner is not None:
                    return inner
        tree = self.choice()
        if not self.take(")"):
            raise self.wrong(mark("a ( is not closed"))
        return self.door(Look(tree, *look)) if look else tree

    def options(self) -> Tree | None:
        """Read what stands after `(?`; None where a plain group follows."""
        if self.take(":"):
            return None
        if self.take("<"):
            name, closed, _ = self.rest.partition(">")
            if not closed or not name.isalnum():
                raise self.wrong(mark("a group's name is not closed by >"))
            self.at += len(name) + 1
            return None
        kept, on = self.flags, True
        while (sign := self.next()) not in ":)":
            if sign == "-":
                on = False
            elif sign in "ims":
                self.flags = self.flags | {sign} if on else self.flags - {sign}
            else:
                raise self.wrong(
                    mark("(?{sign} is not supported").format(sign=sign),
                    mark("use plain groups, (?i), or a lookahead such as (?=...)."),
                )
        if sign == ")":
            return _NOTHING
        tree = self.choice()
        self.flags = kept
        if not self.take(")"):
            raise self.wrong(mark("a ( is not closed"))
        return tree

    def escape(self) -> Tree:
        sign = self.next()
        if sign in doors.ESCAPES:
            return self.door(doors.ESCAPES[sign])
        if sign in "123456789k":
            raise self.wrong(
                mark("it refers back to a group"),
                mark("write out what may stand there; \\1 is not supported."),
            )
        return self.one(self.escaped(sign))

    def escaped(self, sign: str) -> Test:
        """Return what an escape stands for, in a class or outside one."""
        if sign in letters.CLASSES:
            return letters.CLASSES[sign]
        if sign in "pP":
            return self.property(negative=sign == "P")
        return letters.same(self.escaped_letter(sign))

    def escaped_letter(self, sign: str) -> str:
        if sign in letters.CONTROLS:
            return letters.CONTROLS[sign]
        if sign in "xu":
            length = 2 if sign == "x" else 4
            code = self.rest[:length]
            if len(code) < length or not set(code) <= set(string.hexdigits):
                raise self.wrong(mark("\\x and \\u are followed by 2 and 4 hexadecimal digits"))
            self.at += length
            return chr(int(code, 16))
        if sign.isascii() and sign.isalnum():
            raise self.wrong(mark("there is no \\{sign}").format(sign=sign))
        return sign

    def property(self, *, negative: bool) -> Test:
        if self.take("{"):
            name, closed, _ = self.rest.partition("}")
            self.at += len(name) + 1
        else:
            name, closed = self.next(), "}"
        test = letters.property_of(name) if closed else None
        if test is None:
            raise self.wrong(
                mark("there is no \\p{{{name}}}").format(name=name[:20]),
                mark("use a property such as \\p{{L}}, \\p{{Lu}} or \\p{{IsArabic}}."),
            )
        return letters.other(test) if negative else test

    def bracket(self) -> Tree:
        return self.one(self.members())

    def members(self) -> Test:
        """Read a class after its `[`; `&&` keeps what both sides have."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(mark("its classes are nested too deeply"))
        negative = self.take("^")
        sides: list[list[Test]] = [[]]
        first = True
        while first or not self.take("]"):
            if self.take("&&"):
                sides.append([])
                continue
            sides[-1].append(self.member())
            first = False
        self.depth -= 1
        if not all(sides):
            raise self.wrong(mark("&& stands at the edge of a class"))
        test = letters.both([letters.either(side) for side in sides])
        return letters.other(self.one_case(test)) if negative else test

    def one_case(self, test: Test) -> Test:
        # Before a class is turned round: [^a] with (?i) is neither a nor A.
        return letters.any_case(test) if "i" in self.flags else test

    def member(self) -> Test:
        sign = self.next()
        if sign == "[":
            return self.members()
        if sign == "\\":
            escape = self.next()
            if escape in letters.CLASSES or escape in "pP":
                return self.escaped(escape)
            sign = self.escaped_letter(escape)
        if self.rest[:1] != "-" or self.rest[1:2] in {"]", "", "["}:
            return letters.same(sign)
        self.at += 1
        last = self.next()
        if last == "\\":
            escape = self.next()
            if escape in letters.CLASSES or escape in "pP":
                raise self.wrong(mark("a range ends in a class"))
            last = self.escaped_letter(escape)
        if last < sign:
            raise self.wrong(mark("a range runs backwards"), mark("write the lower end first."))
        return letters.between(sign, last)


def _unquoted(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else re.escape(found[1])


def _whole(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) <= 6  # noqa: PLR2004 (no larger number is of use)


_LOOKS = (("=", True, True), ("!", True, False), ("<=", False, True), ("<!", False, False))

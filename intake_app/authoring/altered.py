"""What changed in one node of a form: its type, its words, its expressions, who may read it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from intake_app.authoring import drafts
from intake_app.authoring.difference import Difference
from intake_app.interview.carrying import said
from intake_app.interview.definition import Group, Language, Output, Question
from intake_app.interview.form import Form
from intake_app.interview.guarding import level

#: What an aspect is called, and what changing it does to drafts.
_ASPECTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "relevant": (
            "relevance",
            "it may come up, or go out of sight with its answers, which are kept",
        ),
        "constraint": ("constraint", "answers are kept; some may not be valid any more"),
        "required": ("required", "where it is blank now, the draft may not be complete any more"),
        "readonly": ("read-only", ""),
        "calculate": ("calculation", "it is calculated again"),
    }
)
#: Attributes that decide who may read an answer, and how it is kept.
_WEIGHTY: Final = ("purpose", "sensitivity", "housing")
_READERS: Final[Mapping[str, str]] = MappingProxyType(
    {"H": "placement", "B": "municipality", "W": "work", "D": "diplomas", "I": "nobody"}
)
_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "guidance": "guidance_hint",
        "constraint": "constraint message",
        "required": "required message",
    }
)
#: A path from the root: after a list or a step it goes on with something else.
_PATH: Final = re.compile(r"\s*(?<![\w.)\]])(?:/[\w.-]+){2,}\s*")
_LONG: Final = 160


@dataclass(frozen=True, slots=True)
class Pair:
    """A node of the older form and what it became; `paths` has the newer path of each older one."""

    older: Form
    newer: Form
    before: Group | Question
    after: Group | Question
    paths: Mapping[str, str]

    def differs(
        self, code: str, change: str, effect: str = "", *, weighty: bool = False
    ) -> Difference:
        """Return a difference about the node."""
        return Difference(
            code=code, about=self.after.path, change=change, drafts=effect, weighty=weighty
        )


def differences(pair: Pair) -> Iterator[Difference]:
    """Yield what changed in a node, the weightiest first."""
    yield from _intake(pair)
    yield from _type(pair)
    yield from _expressions(pair)
    yield from _texts(pair)
    yield from _looks(pair)


def _type(pair: Pair) -> Iterator[Difference]:
    before, after = pair.before, pair.after
    if isinstance(before, Group) or isinstance(after, Group):
        yield from _rows(pair)
        return
    effect = drafts.outcome(pair.older, before, pair.newer, after)
    old, new = _kind(before), _kind(after)
    if old != new:
        change = f"The type was {old} and is {new}."
        yield pair.differs("type", change, effect or drafts.KEPT, weighty="apart" in effect)
    if before.default != after.default:
        change = f"The default was {quoted(before.default)} and is {quoted(after.default)}."
        yield pair.differs("default", change, "drafts keep what they have")


def _kind(question: Question) -> str:
    return question.type if question.kind in {"calculate", "range"} else question.kind


def _rows(pair: Pair) -> Iterator[Difference]:
    before, after = pair.before, pair.after
    if not isinstance(before, Group) or not isinstance(after, Group):
        return
    if before.repeats and not after.repeats:
        effect = "answers of the first row are kept; those of other rows are set apart"
        yield pair.differs("type", "It was a repeat and is a group.", effect, weighty=True)
    elif after.repeats and not before.repeats:
        effect = "answers are kept in the first row"
        yield pair.differs("type", "It was a group and is a repeat.", effect)
    old, new = _short(pair, before.count), _short(after, after.count)
    if old != new:
        effect = "rows are counted again; rows beyond the count go out of sight with their answers"
        yield pair.differs("count", f"The repeat_count was {old} and is {new}.", effect)


def _expressions(pair: Pair) -> Iterator[Difference]:
    for aspect, (name, effect) in _ASPECTS.items():
        old = _short(pair, getattr(pair.before.bind, aspect))
        new = _short(pair.after, getattr(pair.after.bind, aspect))
        if old != new:
            yield pair.differs(aspect, f"The {name} was {old} and is {new}.", effect)
    before, after = pair.before, pair.after
    if not isinstance(before, Question) or not isinstance(after, Question):
        return
    if before.itemset and after.itemset:
        old, new = _short(pair, before.itemset.nodeset), _short(after, after.itemset.nodeset)
        if old != new:
            effect = drafts.outcome(pair.older, before, pair.newer, after)
            effect = effect or "what is not offered now reads as blank, and returns when it is"
            change = f"The choices were {old} and are {new}."
            yield pair.differs("choices", change, effect, weighty="apart" in effect)


def _texts(pair: Pair) -> Iterator[Difference]:
    before, after = pair.before.texts, pair.after.texts
    for language in pair.newer.languages:
        if pair.older.language(language.code) is None:
            continue
        for role in dict.fromkeys([*after, *before]):
            old = words(pair.older, before.get(role, ""), language.code)
            new = words(pair.newer, after.get(role, ""), language.code)
            if old == new:
                continue
            of = f" in {language.name}" if len(pair.newer.languages) > 1 else ""
            name = _ROLES.get(role, role)
            change = f"The {name}{of} was {quoted(old)} and is {quoted(new)}."
            yield pair.differs(role, change)
        for role in dict.fromkeys([*after, *before]):
            keys = before.get(role, ""), after.get(role, "")
            for change in media(pair.older, pair.newer, keys, language):
                yield pair.differs("media", change)


def media(
    older: Form, newer: Form, keys: tuple[str, str], language: Language, of: str = ""
) -> Iterator[str]:
    """Yield in words how the pictures, sounds and films of a text changed in one language."""
    before = older.media.get(language.code, {}).get(keys[0], {})
    after = newer.media.get(language.code, {}).get(keys[1], {})
    where = f" in {language.name}" if len(newer.languages) > 1 else ""
    for form in dict.fromkeys([*after, *before]):
        old, new = before.get(form, ""), after.get(form, "")
        if old != new:
            yield f"The {form}{of}{where} was {quoted(old)} and is {quoted(new)}."


def _looks(pair: Pair) -> Iterator[Difference]:
    old, new = pair.before.appearance, pair.after.appearance
    if old != new:
        yield pair.differs("appearance", f"The appearance was {quoted(old)} and is {quoted(new)}.")
    before, after = pair.before, pair.after
    if isinstance(before, Question) and isinstance(after, Question):
        for name in sorted({*before.parameters, *after.parameters}):
            old, new = before.parameters.get(name, ""), after.parameters.get(name, "")
            if old != new:
                change = f"The parameter {name} was {quoted(old)} and is {quoted(new)}."
                yield pair.differs("parameters", change)


def _intake(pair: Pair) -> Iterator[Difference]:
    before, after = pair.before.intake, pair.after.intake
    for name in dict.fromkeys([*_WEIGHTY, *after, *before]):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new or name in {"was", "type"}:
            continue
        change = f"The {name} was {quoted(old)} and is {quoted(new)}{_who(name, old, new)}."
        yield pair.differs(name, change, _kept(pair, name, new), weighty=name in _WEIGHTY)


def _who(name: str, old: str, new: str) -> str:
    if name != "purpose":
        return ""
    more = [_READERS.get(letter, letter) for letter in new if letter not in old]
    less = [_READERS.get(letter, letter) for letter in old if letter not in new]
    said_more = f"; read by {', '.join(more)} from now on" if more else ""
    return said_more + (f"; not read by {', '.join(less)} any more" if less else "")


def _kept(pair: Pair, name: str, new: str) -> str:
    effect = ""
    if name == "sensitivity" and level(new) < level(pair.before.intake.get(name, "")):
        effect = drafts.APART
    elif name in _WEIGHTY:
        effect = "it holds for answers in drafts too; what was delivered stays delivered"
    elif name == "max":
        effect = "rows that are there are kept, also beyond it"
    elif name == "decline" and new == "no":
        effect = "where no answer was given, the question is open again"
    elif name == "codelist" and isinstance(pair.before, Question | Group):
        before, after = pair.before, pair.after
        if isinstance(before, Question) and isinstance(after, Question):
            effect = drafts.outcome(pair.older, before, pair.newer, after)
    return effect


def words(form: Form, key: str, code: str) -> str:
    """Return a text in one language, with `${name}` where an answer comes; blank without one."""
    parts = form.texts.get(code, {}).get(key, ())
    return said(
        tuple(
            f"${{{part.expression.rpartition('/')[2].strip()}}}"
            if isinstance(part, Output)
            else part
            for part in parts
        )
    )


def _short(of: Pair | Group | Question, expression: str) -> str:
    return shown(expression, of.paths if isinstance(of, Pair) else {})


def shown(expression: str, paths: Mapping[str, str]) -> str:
    """Return an expression as an author writes it; an older one with the newer names in it."""

    def shorter(found: re.Match[str]) -> str:
        path = found.group().strip()
        return f"${{{paths.get(path, path).rpartition('/')[2]}}}"

    folded = " ".join(_PATH.sub(lambda found: f" {shorter(found)} ", expression).split())
    return quoted(re.sub(r"(?<=[(\[]) | (?=[)\],])", "", folded))


def quoted(words: str) -> str:
    """Return words in quotes, cut off where they are long; `blank` for none."""
    if not words:
        return "blank"
    return f"“{words if len(words) <= _LONG else words[:_LONG] + '…'}”"

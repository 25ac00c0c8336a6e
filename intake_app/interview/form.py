"""`Form`: a questionnaire, immutable, loaded from compiled JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from intake_app.errors import ExpressionError, FormError
from intake_app.interview import compiled
from intake_app.interview import program as programs
from intake_app.interview.compiled import fingerprint
from intake_app.interview.definition import (
    NO_BIND,
    Action,
    Bind,
    Choice,
    Element,
    Group,
    Itemset,
    Language,
    Output,
    Question,
    Table,
    TextParts,
)
from intake_app.interview.prepared import program_of
from intake_app.interview.program import Program
from intake_app.interview.spot import grow
from intake_app.interview.texts import Texts
from intake_app.words import mark

__all__ = ["SCHEMA", "Choice", "Form", "Group", "Language", "Question", "fingerprint"]

#: The version of the compiled format that this engine reads.
SCHEMA = 1

_NOTHING: Mapping[str, str] = MappingProxyType({})
#: What reading a form that is damaged may raise.
_DAMAGED = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A questionnaire with its languages, texts, lists and compiled expressions."""

    id: str
    version: str
    title: str
    hash: str
    languages: tuple[Language, ...]
    default_language: str
    root: Group
    questions: Mapping[str, Question]
    sections: tuple[Group, ...]
    instances: Mapping[str, Table | Element] = field(repr=False)
    texts: Mapping[str, Mapping[str, TextParts]] = field(repr=False)
    media: Mapping[str, Mapping[str, Mapping[str, str]]] = field(repr=False)
    unconfirmed: Mapping[str, frozenset[str]] = field(repr=False)
    aliases: Mapping[str, str] = field(repr=False)
    actions: tuple[Action, ...] = field(repr=False)
    program: Program = field(repr=False)

    @classmethod
    def load(cls, data: bytes | str | Mapping[str, Any]) -> "Form":
        """Load a form from compiled JSON; FormError where it is damaged or of another version."""
        form = cls.read(data)
        if form.program.faults:
            fault = form.program.faults[0]
            raise FormError(
                mark("This questionnaire cannot be used: {path}, {aspect}: {reason}"),
                path=fault.path,
                aspect=fault.aspect,
                reason=str(fault.error),
            )
        return form

    @classmethod
    def read(cls, data: bytes | str | Mapping[str, Any]) -> "Form":
        """Load a form that may hold expressions which do not compile (`program.faults`)."""
        try:
            found = None if isinstance(data, Mapping) else compiled.opened(data)
            source, ready = found or (data if isinstance(data, Mapping) else json.loads(data), None)
            if source["schema"] != SCHEMA:
                raise FormError(
                    mark(
                        "This questionnaire was compiled for another version of the app "
                        "({found}, not {wanted}). Compile it again."
                    ),
                    found=source["schema"],
                    wanted=SCHEMA,
                )
            if found is None and source["hash"] != fingerprint(source):
                raise FormError(mark("This questionnaire was changed after it was compiled."))
            return _form(source, ready)
        except (*_DAMAGED, ExpressionError) as error:
            raise FormError(
                mark("This is not a compiled questionnaire. Make it with `form compile`.")
            ) from error

    def language(self, code_or_name: str) -> Language | None:
        """Return a language by its code or its name; None where the form does not have it."""
        for language in self.languages:
            if code_or_name in {language.code, language.name}:
                return language
        return None

    def text(self, key: str, language: str) -> TextParts:
        """Return a text; where a language lacks it, in the form's own, or else in any."""
        texts = self.texts.get(language)
        parts = None if texts is None else texts.get(key)
        if parts is not None:
            return parts
        others = (self.default_language, *self.texts)
        found = (self.texts[code].get(key) for code in others if code in self.texts)
        return next((parts for parts in found if parts is not None), ())

    def confirmed(self, key: str, language: str) -> bool:
        """Tell whether a qualified translator confirmed a text, or it is the form's own."""
        if language == self.default_language:
            return True
        return key in self.texts.get(language, {}) and key not in self.unconfirmed.get(
            language, frozenset()
        )


def _form(source: Mapping[str, Any], ready: list[Any] | None) -> Form:
    whole = _group(source["root"], "")
    # What a form notes about itself (`meta`) is for expressions only.
    root = replace(whole, children=tuple(one for one in whole.children if one.name != "meta"))
    default = source["default_language"]
    texts = {code: Texts(entries) for code, entries in source["texts"].items()}
    instances = {name: _instance(held) for name, held in source["instances"].items()}
    aliases = source.get("aliases", {})
    spots = grow(whole)
    actions = [Action(**held) for held in source.get("actions", ())]
    program = None if ready is None else program_of(ready, spots, actions, instances)
    if program is None:
        own = texts.get(default, ())
        program = programs.build(
            spots,
            actions,
            instances,
            _Outputs.of(texts, instances).of_node,
            lambda name: name in aliases or name in own,
        )
    return Form(
        id=source["id"],
        version=source["version"],
        title=source["title"],
        hash=source["hash"],
        languages=tuple(Language(name, code) for name, code in source["languages"]),
        default_language=default,
        root=root,
        questions=MappingProxyType({one.path: one for one in root.questions()}),
        sections=tuple(one for one in root.children if isinstance(one, Group)),
        instances=MappingProxyType(instances),
        texts=MappingProxyType(texts),
        media=MappingProxyType(source.get("media", {})),
        unconfirmed=MappingProxyType(
            {code: frozenset(keys) for code, keys in source.get("unconfirmed", {}).items()}
        ),
        aliases=MappingProxyType(aliases),
        actions=tuple(actions),
        program=program,
    )


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What is filled in in texts, in all languages together: by key, and by list of choices."""

    texts: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[str]]

    @classmethod
    def of(
        cls,
        texts: Mapping[str, Texts],
        instances: Mapping[str, Table | Element],
    ) -> "_Outputs":
        filled: dict[str, list[str]] = {}
        for entries in texts.values():
            for key, parts in entries.filled.items():
                words = (part.expression for part in parts if isinstance(part, Output))
                filled.setdefault(key, []).extend(words)
        lists = {}
        for name, table in instances.items() if filled else ():
            if isinstance(table, Table):
                keys = (cell for row in table.rows for cell in row if cell in filled)
                lists[name] = [words for key in keys for words in filled[key]]
        return cls(filled, lists)

    def of_node(self, definition: Group | Question) -> Iterator[str]:
        """Go through what is filled in in the texts of a node, and of what it offers."""
        if not self.texts:
            return
        for key in definition.texts.values():
            yield from self.texts.get(key, ())
        itemset = definition.itemset if isinstance(definition, Question) else None
        for name, found in self.lists.items() if itemset is not None and itemset.itext else ():
            if found and itemset is not None and f"'{name}'" in itemset.nodeset:
                yield from found


def _group(source: Mapping[str, Any], around: str) -> Group:
    path = f"{around}/{source['name']}"
    repeat = source.get("repeat")
    return Group(
        path=path,
        name=source["name"],
        kind="group" if repeat is None else "repeat",
        children=tuple(_node(child, path) for child in source["children"]),
        bind=_bind(source),
        texts=source.get("texts", {}),
        appearance=source.get("appearance", ""),
        intake=source.get("intake", {}),
        count="" if repeat is None else repeat.get("count", ""),
        fixed=repeat is not None and repeat.get("fixed", False),
        start=() if repeat is None else tuple(repeat["start"]),
    )


def _node(source: Mapping[str, Any], around: str) -> Group | Question:
    if "children" in source:
        return _group(source, around)
    choices = source.get("choices")
    return Question(
        path=f"{around}/{source['name']}",
        name=source["name"],
        kind=source["kind"],
        type=source["type"],
        bind=_bind(source),
        texts=source.get("texts", _NOTHING),
        appearance=source.get("appearance", ""),
        parameters=source.get("parameters", _NOTHING),
        intake=source.get("intake", _NOTHING),
        default=source.get("default", ""),
        preload=source.get("preload", ""),
        itemset=None if choices is None else Itemset(**choices),
    )


def _bind(source: Mapping[str, Any]) -> Bind:
    bind = source.get("bind")
    return Bind(**bind) if bind else NO_BIND


def _instance(source: Mapping[str, Any]) -> Table | Element:
    if "rows" in source:
        rows = tuple(tuple(row) for row in source["rows"])
        return Table(tuple(source["way"]), tuple(source["columns"]), rows)
    return _element(source)


def _element(source: Mapping[str, Any]) -> Element:
    children = tuple(_element(child) for child in source.get("children", ()))
    return Element(source["name"], source.get("text", ""), source.get("attributes", {}), children)

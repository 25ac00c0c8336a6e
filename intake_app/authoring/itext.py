"""The words of a form by language, taken from its `itext` and from its labels."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from intake_app.authoring.document import Source, child, local
from intake_app.authoring.finding import Finding

_REFERENCE = re.compile(r"jr:itext\(\s*['\"](.+?)['\"]\s*\)")
_LIST = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_CODE = re.compile(r"\(([A-Za-z0-9-]+)\)\s*$")
_SCHEME = re.compile(r"jr://[a-z-]+/")
#: What pyxform writes where a language has no text.
_MISSING = "-"

Parts = str | list[str | dict[str, str]]


@dataclass(slots=True)
class Texts:
    """All texts of a form: what `itext` has, and what was taken from it by key."""

    root: str
    languages: list[list[str]]
    default: str
    entries: dict[str, dict[str, dict[str, Parts]]]
    findings: list[Finding]
    texts: dict[str, dict[str, Parts]] = field(default_factory=dict)
    media: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    # Whether something reads texts by the ids that the form itself has.
    by_id: bool = False

    @classmethod
    def read(cls, source: Source) -> "Texts":
        """Read the `itext` of a form; a form without it has one language, `default`."""
        languages, default = list[list[str]](), ""
        entries: dict[str, dict[str, dict[str, Parts]]] = {}
        for translation in _named(child(source.model, "itext"), "translation"):
            name = translation.get("lang", "default")
            code = language_code(name)
            if code in entries:
                source.findings.append(_language_twice(name, code))
                continue
            languages.append([name, code])
            if translation.get("default") is not None and not default:
                default = code
            entries[code] = {
                text.get("id", ""): {
                    value.get("form", ""): parts(value) for value in _named(text, "value")
                }
                for text in _named(translation, "text")
            }
        if not languages:
            languages = [["default", "default"]]
        root = f"/{local(source.main)}"
        texts = cls(root, languages, default or languages[0][1], entries, source.findings)
        texts.texts = {code: {} for _, code in languages}
        return texts

    def element(self, element: Element, path: str, role: str) -> dict[str, str]:
        """Take the text of a label or hint; return its key by role."""
        own = key(path.removeprefix(self.root), role)
        found = _REFERENCE.fullmatch(element.get("ref", "").strip())
        if found:
            return self.take(found.group(1), own, role)
        held = parts(element)
        if not held and element.get("ref"):
            held = [{"output": element.get("ref", "").strip()}]
        if not held:
            return {}
        self.texts[self.default][own] = held
        return {role: own}

    def attribute(self, words: str, path: str, role: str) -> dict[str, str]:
        """Take the text of a message that stands in an attribute."""
        own = key(path.removeprefix(self.root), role)
        found = _REFERENCE.fullmatch(words.strip())
        if found:
            return self.take(found.group(1), own, role)
        self.texts[self.default][own] = words.strip()
        return {role: own}

    def take(self, identifier: str, own: str, role: str) -> dict[str, str]:
        """Take an entry of `itext` under a key of ours, with its media and its guidance."""
        self.taken[identifier] = own
        roles = {}
        for code, entries in self.entries.items():
            for form, held in entries.get(identifier, {}).items():
                if form in {"", "long", "short"}:
                    if self.says(identifier, form, code):
                        self.texts[code].setdefault(own, held)
                        roles[role] = own
                elif form == "guidance":
                    beside = own.removesuffix(f":{role}") + ":guidance"
                    if self.says(identifier, form, code):
                        self.texts[code][beside] = held
                        roles["guidance"] = beside
                elif not isinstance(held, str):
                    self.findings.append(_filled_in(self.root, own, form))
                elif held != _MISSING:
                    self.media.setdefault(code, {}).setdefault(own, {})[form] = _file(held)
                    roles[role] = own
        return roles

    def says(self, identifier: str, form: str, code: str) -> bool:
        """Tell whether a language has the text, and not what stands for a missing one."""
        held = self.entries[code][identifier][form]
        return held not in {"", _MISSING} if isinstance(held, str) else True

    def choices(
        self, instances: dict[str, dict[str, Any]], nodeset: str, value: str, label: str
    ) -> None:
        """Take the texts of a choice list, and let its rows hold our keys."""
        found = _LIST.search(nodeset)
        table = instances.get(found.group(1), {}) if found else {}
        columns = table.get("columns", [])
        if found is None or value not in columns or label not in columns:
            self.by_id = True
            return
        at_name, at_label = columns.index(value), columns.index(label)
        used: dict[str, int] = {}
        for row in table["rows"]:
            identifier, name = row[at_label], row[at_name]
            if identifier is None or identifier.startswith("choice/"):
                continue
            used[name] = used.get(name, 0) + 1
            again = f"#{used[name]}" if used[name] > 1 else ""
            own = f"choice/{found.group(1)}/{name}{again}:label"
            self.take(identifier, own, "label")
            row[at_label] = own

    def aliases(self, *sources: object) -> dict[str, str]:
        """Return our keys by the form's own ids, where an expression reads texts by id."""
        if not self.by_id and "jr:itext(" not in json.dumps([*sources, self.texts]):
            return {}
        for identifier in sorted({one for entries in self.entries.values() for one in entries}):
            if identifier not in self.taken:
                self.take(identifier, identifier, "itext")
        return self.taken


def key(path: str, role: str) -> str:
    """Return the key of a node's text: its path below the root, and the role."""
    return f"{path.removeprefix('/')}:{role}"


def language_code(name: str) -> str:
    """Return the code of a language as XLSForm writes it: `Arabic (ar)` gives `ar`."""
    found = _CODE.search(name)
    return found.group(1) if found else name


def parts(element: Element) -> Parts:
    """Return an element's text, with its outputs, stripped of blanks around it."""
    found: list[str | dict[str, str]] = list(_pieces(element))
    joined: list[str | dict[str, str]] = []
    for piece in found:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece:
            joined.append(piece)
    if joined and isinstance(joined[0], str):
        joined[0] = joined[0].lstrip()
    if joined and isinstance(joined[-1], str):
        joined[-1] = joined[-1].rstrip()
    joined = [piece for piece in joined if piece]
    if all(isinstance(piece, str) for piece in joined):
        return "".join(str(piece) for piece in joined)
    return joined


def _pieces(element: Element) -> Iterator[str | dict[str, str]]:
    yield element.text or ""
    for inner in element:
        if local(inner) == "output":
            yield {"output": (inner.get("value") or inner.get("ref") or "").strip()}
        else:
            yield from _pieces(inner)
        yield inner.tail or ""


def _named(element: Element | None, name: str) -> Iterator[Element]:
    return (one for one in (() if element is None else element) if local(one) == name)


def _file(address: str) -> str:
    """Return the path of a media file inside the form's folder, or its bare name."""
    name = _SCHEME.sub("", address, count=1)
    inside = not name.startswith("/") and ".." not in name.split("/")
    return name if inside else name.rpartition("/")[2]


def _filled_in(root: str, own: str, form: str) -> Finding:
    choice, _, of = own.partition("choice/")
    where = of if not choice and of else f"{root}/{own}"
    return Finding(
        code="media-filled-in",
        severity="warning",
        sheet="choices" if where == of else "",
        name=where.rpartition(":")[0],
        column=form,
        problem=f"An answer is filled in in the name of this {form}. An intake does not do that: "
        "it is not shown.",
        remedy="write the name of one file.",
    )


def _language_twice(name: str, code: str) -> Finding:
    return Finding(
        code="language-twice",
        name=name,
        problem=f"There are two languages with the code {code}.",
        remedy="give each language a code of its own, between brackets.",
    )

"""The body of an XForm: which control asks for which node, what repeats, what is set when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_CONTROLS = {"input", "secret", "select", "select1", "rank", "trigger", "range", "upload"}


@dataclass(slots=True)
class Body:
    """What the body says of each node, by path, and the form's actions."""

    identified: Mapping[str, str]
    controls: dict[str, Element] = field(default_factory=dict)
    groups: dict[str, list[Element]] = field(default_factory=dict)
    repeats: dict[str, Element] = field(default_factory=dict)
    actions: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, model: Element, body: Element, identified: Mapping[str, str]) -> "Body":
        """Read the body, and the actions in the model; `identified` has paths by bind id."""
        read = cls(identified)
        read._walk(body, "", "")
        for element in model:
            if local(element) == "setvalue":
                read._action(element, "", "")
        return read

    def _walk(self, around: Element, context: str, repeat: str) -> None:
        for element in around:
            name = local(element)
            path = self._reference(element, context)
            if name == "group":
                if path:
                    self.groups.setdefault(path, []).append(element)
                self._walk(element, path or context, repeat)
            elif name == "repeat":
                self.repeats[path] = element
                self.groups.setdefault(path, []).append(element)
                self._walk(element, path, path)
            elif name in _CONTROLS:
                self.controls[path] = element
                for inner in element:
                    if local(inner) == "setvalue":
                        self._action(inner, path, context)
            elif name == "setvalue":
                self._action(element, repeat, context)

    def _reference(self, element: Element, context: str) -> str:
        ref = element.get("ref") or element.get("nodeset") or ""
        path = plain_path(ref or self.identified.get(element.get("bind", ""), ""))
        return path if path.startswith("/") or not path else f"{context}/{path}"

    def _action(self, element: Element, source: str, context: str) -> None:
        events = element.get("event", "").split()
        value = element.get("value")
        if value is None:
            value = quoted("".join(element.itertext()).strip())
        target = self._reference(element, context)
        if "odk-instance-first-load" in events or "xforms-ready" in events:
            self._add("first-load", "", target, value)
        if "odk-new-repeat" in events:
            self._add("new-repeat", source, target, value)
        if "xforms-value-changed" in events:
            self._add("changed", source, target, value)

    def _add(self, event: str, source: str, target: str, value: str) -> None:
        self.actions.append({"event": event, "source": source, "target": target, "value": value})


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def plain_path(words: str) -> str:
    """Return a path without blanks and without the prefixes of its names."""
    return re.sub(r"[^/\s:]+:", "", words.strip())


def quoted(words: str) -> str:
    """Return a text as an XPath literal."""
    return f'"{words}"' if "'" in words else f"'{words}'"

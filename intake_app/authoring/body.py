"""The body of an XForm: which control asks for which node, what repeats, what is set when."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from intake_app.authoring.document import Source, local
from intake_app.authoring.finding import Finding

_CONTROLS = {"input", "secret", "select", "select1", "rank", "trigger", "range", "upload"}

#: Events of the XForms specification, and when the interview does what hangs on them. It is
#: opened for the first time once: what a form does at each opening would undo answers.
_EVENTS = {
    "odk-instance-first-load": "first-load",
    "odk-instance-load": "first-load",
    "xforms-ready": "first-load",
    "odk-new-repeat": "new-repeat",
    "jr-insert": "new-repeat",
    "xforms-value-changed": "changed",
}

#: Actions that capture something behind a person's back. An intake does not.
_CAPTURES = {
    "setgeopoint": "where the device is",
    "setlocation": "where the device is",
    "recordaudio": "what is said",
}


@dataclass(slots=True)
class Body:
    """What the body says of each node, by path, and the form's actions."""

    root: str
    identified: Mapping[str, str]
    findings: list[Finding]
    controls: dict[str, Element] = field(default_factory=dict)
    groups: dict[str, list[Element]] = field(default_factory=dict)
    repeats: dict[str, Element] = field(default_factory=dict)
    actions: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, source: Source, identified: Mapping[str, str]) -> "Body":
        """Read the body, and the actions in the model; `identified` has paths by bind id."""
        read = cls(f"/{local(source.main)}", identified, source.findings)
        for element in source.model:
            read._action(element, read.root)
        read._walk(source.body, read.root, "")
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
                    self._action(inner, context, path, repeat)
            else:
                self._action(element, context, repeat=repeat)

    def _reference(self, element: Element, context: str) -> str:
        ref = element.get("ref") or element.get("nodeset") or ""
        return absolute(ref or self.identified.get(element.get("bind", ""), ""), context)

    def _action(self, element: Element, context: str, control: str = "", repeat: str = "") -> None:
        # What happens in a new row may stand anywhere in its repeat.
        sources = {"first-load": "", "new-repeat": repeat, "changed": control}
        name = local(element)
        if name in _CAPTURES:
            path = self._reference(element, context)
            self.findings.append(_capture(_CAPTURES[name], path))
        if name != "setvalue":
            return
        target = self._reference(element, context)
        value = element.get("value")
        if value is None:
            value = quoted("".join(element.itertext()).strip())
        value = value.strip() or "''"
        for event in dict.fromkeys(element.get("event", "").split() or [""]):
            when = _EVENTS.get(event)
            if when is None:
                self.findings.append(_no_event(event, target))
                continue
            if when == "new-repeat" and not repeat:
                self.findings.append(_outside(event, target))
            held = {"event": when, "source": sources[when], "target": target, "value": value}
            if held not in self.actions:
                self.actions.append(held)


def _capture(what: str, path: str) -> Finding:
    return Finding(
        code="capture",
        severity="warning",
        name=path,
        problem=f"It would record {what} without asking. An intake does not: it stays blank.",
        remedy="take the question away, or ask for it.",
    )


def _no_event(event: str, path: str) -> Finding:
    return Finding(
        code="event",
        name=path,
        problem=f"There is no event {event} on which a value can be set.",
        remedy="use odk-instance-first-load, odk-new-repeat or xforms-value-changed.",
    )


def _outside(event: str, path: str) -> Finding:
    return Finding(
        code="event",
        name=path,
        problem=f"A value is to be set on {event}, and no repeat stands around that.",
        remedy="put the setvalue inside the repeat.",
    )


def absolute(words: str, context: str) -> str:
    """Return a path from the root, without blanks and without the prefixes of its names.

    A relative one starts from the context; a blank stays blank.
    """
    path = re.sub(r"[^/\s:]+:", "", words.strip())
    if not path:
        return ""
    return posixpath.normpath(path if path.startswith("/") else f"{context}/{path}")


def quoted(words: str) -> str:
    """Return a text as an XPath expression: a literal, or several where it has both quotes."""
    if "'" not in words:
        return f"'{words}'"
    if '"' not in words:
        return f'"{words}"'
    pieces = ', "\'", '.join(f"'{piece}'" for piece in words.split("'"))
    return f"concat({pieces})"

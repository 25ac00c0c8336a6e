"""What a question is: its type, what a person meets, and what it takes with it."""

import math
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from intake_app.authoring.document import local
from intake_app.authoring.finding import Finding

JR = "{http://openrosa.org/javarosa}"

#: The types of our own, which a bind declares under `intake:type`.
OWN_TYPES = ("partial-date", "code")
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "": "string",
        "anyURI": "string",
        "base64Binary": "binary",
        "byte": "int",
        "double": "decimal",
        "float": "decimal",
        "integer": "int",
        "intent": "string",
        "listItem": "string",
        "listItems": "string",
        "long": "int",
        "nonNegativeInteger": "int",
        "positiveInteger": "int",
        "rank": "string",
        "select": "string",
        "select1": "string",
        "short": "int",
        "text": "string",
        "unsignedInt": "int",
    }
)
_KNOWN = {
    "string", "int", "decimal", "boolean", "date", "time", "dateTime", "binary", "barcode",
    "geopoint", "geotrace", "geoshape",
}  # fmt: skip
_INPUTS = {"string": "text", "int": "integer", "boolean": "text"}
_CHOICES = {"select1": "select_one", "select": "select_multiple", "rank": "rank"}
_STANDARD = {"ref", "nodeset", "bind", "appearance", "mediatype", "query"}

#: What a bind says of a picture or a recording, beside what its control says.
_CAPTURE = {"max-pixels", "quality"}

#: A spreadsheet's own dates, as pyxform writes them into a default.
_SHEET_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)")


def type_of(declared: str, own: str, path: str, findings: list[Finding]) -> str:
    """Return the type of a node; one that is not known is a warning, and text."""
    bare = declared.strip().rpartition(":")[2]
    if own in OWN_TYPES:
        return own
    found = _TYPES.get(bare, bare)
    if found not in _KNOWN:
        findings.append(
            Finding(
                code="type",
                severity="warning",
                name=path,
                problem=f"The type {declared} is not known. It is taken as text.",
                remedy="use a type of the ODK XForms specification.",
            )
        )
        return "string"
    return found


def kind_of(control: Element, type_: str, bind: Element | None) -> str:
    """Return what a person meets: `text`, `integer`, `select_one`, `note`, `image` ..."""
    name = local(control)
    if type_ in OWN_TYPES:
        return type_
    if name == "upload":
        media = control.get("mediatype", "").partition("/")[0]
        return media if media in {"image", "audio", "video"} else "file"
    if name == "input" and control.get("query"):
        return "select_one"
    if name in {"input", "secret"}:
        fixed = bind is not None and bind.get("readonly", "").strip() == "true()"
        return "note" if fixed and type_ == "string" else _INPUTS.get(type_, type_)
    return "acknowledge" if name == "trigger" else _CHOICES.get(name, name)


def preload_of(bind: Element | None, path: str, findings: list[Finding]) -> str:
    """Return what the engine fills in: `uid`, `today`, `start`, at the close `end`, or nothing.

    What a device knows of itself or of its user is not filled in: an answer does not need it,
    and who did what stands in the vault's own log. That is a warning.
    """
    kind = "" if bind is None else bind.get(f"{JR}preload", "")
    detail = "" if bind is None else bind.get(f"{JR}preloadParams", "")
    if kind == "uid":
        return "uid"
    if (kind, detail) in {("date", "today"), ("timestamp", "start"), ("timestamp", "end")}:
        return detail
    if kind:
        findings.append(
            Finding(
                code="preload",
                severity="warning",
                name=path,
                problem=f"It would be filled in by the device ({kind} {detail}), which an intake "
                "does not do: it stays blank.",
                remedy="take it away, or ask for it.",
            )
        )
    return ""


def parameters_of(control: Element, bind: Element | None) -> dict[str, str]:
    """Return what a control takes: `start`, `end` and `step` of a range, `quality` ..."""
    held = {
        name.rpartition("}")[2]: words
        for name, words in control.attrib.items()
        if name not in _STANDARD
    }
    if bind is not None and local(control) == "upload":
        names = ((name.rpartition("}")[2], words) for name, words in bind.attrib.items())
        held |= {name: words for name, words in names if name in _CAPTURE}
    return held


def refusals(control: Element, path: str) -> Iterator[Finding]:
    """Go through what is wrong with a control by itself."""
    if local(control) == "upload" and control.get("mediatype", "").startswith("osm/"):
        yield Finding(
            code="osm",
            name=path,
            problem="A question of type osm opens another app, which an intake does not.",
            remedy="ask for a geopoint, or for the address in words.",
        )
    if local(control) == "range":
        start, end, step = (_number(control.get(name)) for name in ("start", "end", "step"))
        if math.isnan(start + end + step):
            problem = "A range needs numbers as its start, end and step."
        elif step == 0 or abs(step) > abs(end - start):
            problem = "The step of a range is more than nothing, and fits between start and end."
        else:
            return
        yield Finding(
            code="range", name=path, column="parameters", problem=problem,
            remedy="write parameters as start=0 end=10 step=1.",
        )  # fmt: skip


def default_of(element: Element, type_: str) -> str:
    """Return what a node holds at first; a date from a spreadsheet's own cell made regular."""
    words = (element.text or "").strip()
    found = _SHEET_DATE.fullmatch(words)
    if found is None or type_ not in {"date", "dateTime", "partial-date"}:
        return words
    day, time = found.groups()
    return f"{day}T{time}" if type_ == "dateTime" else day


def _number(words: str | None) -> float:
    try:
        number = float(words or "")
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan

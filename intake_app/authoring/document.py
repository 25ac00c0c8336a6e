"""`Source`: the XML of an XForm, read with nothing expanded, and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]  # the same

from intake_app.authoring.body import local
from intake_app.authoring.finding import Finding
from intake_app.errors import FormCompileError


@dataclass(slots=True)
class Source:
    """What an XForm's XML holds, in parts, and what was found wrong with it."""

    model: Element
    body: Element
    title: str
    prefixes: Mapping[str, str]
    folder: Path | None
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, xml: bytes, folder: Path | None) -> "Source":
        """Read XForm XML; FormCompileError where it is none."""
        prefixes: dict[str, str] = {}
        try:
            parser = iterparse(
                BytesIO(xml), events=("start-ns", "end"), forbid_dtd=True, forbid_entities=True
            )
            root: Element | None = None
            for event, found in parser:
                if event == "start-ns":
                    prefixes.setdefault(found[0], found[1])
                else:
                    root = found
        except DefusedXmlException as error:
            finding = Finding(
                code="doctype",
                problem="This XML declares a document type or entities, which a form never needs. "
                "It was not read.",
                remedy="remove the <!DOCTYPE ...> part.",
            )
            raise FormCompileError((finding,)) from error
        except (ParseError, LookupError, ValueError) as error:
            finding = Finding(
                code="xml",
                problem=f"This is not well-formed XML: {error}.",
                remedy="make the form again with the tool that made it.",
            )
            raise FormCompileError((finding,)) from error
        model = first(root, "model")
        body = first(root, "body")
        if model is None or body is None or first(model, "instance") is None:
            finding = Finding(
                code="no-xform",
                problem="This XML is no XForm: it has no model with an instance, or no body.",
                remedy="give an XLSForm, or the XForm that an ODK tool made of one.",
            )
            raise FormCompileError((finding,))
        title = first(root, "title")
        words = "".join(title.itertext()).strip() if title is not None else ""
        return cls(model, body, words, prefixes, folder)


def first(root: Element | None, name: str) -> Element | None:
    """Return the first element of a name, in document order."""
    if root is None:
        return None
    return next((one for one in root.iter() if local(one) == name), None)

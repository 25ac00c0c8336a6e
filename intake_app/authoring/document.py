"""`Source`: the XML of an XForm, read with nothing expanded and within bounds, and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]  # the same

from intake_app.authoring.finding import Finding
from intake_app.errors import FormCompileError

#: No questionnaire, and no list beside it, is larger: more is a mistake, or meant to do harm.
MAX_BYTES = 32 * 1024 * 1024
MAX_ELEMENTS = 1_000_000
MAX_NODES = 50_000
_MAX_NESTING = 200
_CHUNK = 256 * 1024

TOO_DEEP = Finding(
    code="too-deep",
    problem="This form is nested too deeply.",
    remedy="put fewer groups inside groups.",
)
_TOO_LARGE = Finding(
    code="too-large",
    problem=f"This XML has more than {MAX_ELEMENTS} elements. It was not read further.",
    remedy="make code lists of its long lists of choices.",
)
_TOO_MANY = Finding(
    code="too-large",
    problem=f"This form has more than {MAX_NODES:,} questions, groups and rows.",
    remedy="make several questionnaires of it.",
)
_DOCTYPE = Finding(
    code="doctype",
    problem="This XML declares a document type or entities, which a form never needs. "
    "It was not read.",
    remedy="remove the <!DOCTYPE ...> part.",
)
_NO_XFORM = Finding(
    code="no-xform",
    problem="This XML is no XForm: it has no model with an instance, or no body.",
    remedy="give an XLSForm, or the XForm that an ODK tool made of one.",
)
EMPTY = Finding(
    code="empty",
    problem="This form has no questions.",
    remedy="give it at least one, in the sheet survey.",
)


@dataclass(slots=True)
class Source:
    """What an XForm's XML holds, in parts, and what was found wrong with it.

    `main` is the root of the main instance; `itemsets` is the CSV with the choices of
    `select_one_external`, where it does not lie beside the form.
    """

    model: Element
    main: Element
    body: Element
    title: str
    prefixes: Mapping[str, str]
    folder: Path | None
    itemsets: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, xml: bytes, folder: Path | None, itemsets: str | None = None) -> "Source":
        """Read XForm XML; FormCompileError where it is none."""
        root, prefixes = parse(xml)
        # A question may be called `model` or `body` too: only these places count.
        head = child(root, "head")
        model, body = child(head, "model"), child(root, "body")
        instance = child(model, "instance")
        if model is None or body is None or instance is None:
            raise FormCompileError((_NO_XFORM,))
        if len(instance) == 0 or len(instance[0]) == 0:
            raise FormCompileError((EMPTY,))
        if sum(1 for _ in instance[0].iter()) > MAX_NODES:
            raise FormCompileError((_TOO_MANY,))
        title = child(head, "title")
        words = "".join(title.itertext()).strip() if title is not None else ""
        return cls(model, instance[0], body, words, prefixes, folder, itemsets)


class _Chunks(BytesIO):
    """Bytes in larger pieces than the parser asks for: it goes back to where a token began."""

    def read(self, _size: int | None = -1) -> bytes:
        return super().read(_CHUNK)


def parse(xml: bytes) -> tuple[Element, dict[str, str]]:
    """Parse XML; return its root and its namespaces by prefix.

    FormCompileError where it is not well-formed, too large, too deep, or declares entities.
    """
    if len(xml) > MAX_BYTES:
        raise FormCompileError((too_large("This XML"),))
    prefixes: dict[str, str] = {}
    depth = elements = 0
    root: Element | None = None
    try:
        parser = iterparse(
            _Chunks(xml), events=("start-ns", "start", "end"), forbid_dtd=True, forbid_entities=True
        )
        for event, found in parser:
            if event == "start":
                depth += 1
                elements += 1
                root = found if root is None else root
                if depth > _MAX_NESTING:
                    raise FormCompileError((TOO_DEEP,))
                if elements > MAX_ELEMENTS:
                    raise FormCompileError((_TOO_LARGE,))
            elif event == "end":
                depth -= 1
            else:
                prefixes.setdefault(found[0], found[1])
    except DefusedXmlException as error:
        raise FormCompileError((_DOCTYPE,)) from error
    except (ParseError, LookupError, ValueError) as error:
        raise FormCompileError((_malformed(error),)) from error
    if root is None:
        raise FormCompileError((_NO_XFORM,))
    return root, prefixes


def too_large(what: str) -> Finding:
    """Return the finding that something is larger than a questionnaire can be."""
    return Finding(
        code="too-large",
        problem=f"{what} is larger than {MAX_BYTES // 1024 // 1024} MB. It was not read.",
        remedy="make code lists of its long lists of choices.",
    )


def _malformed(error: Exception) -> Finding:
    return Finding(
        code="xml",
        problem=f"This is not well-formed XML: {error}.",
        remedy="make the form again with the tool that made it.",
    )


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """Return the first element of a name right inside another."""
    return next((one for one in (() if element is None else element) if local(one) == name), None)

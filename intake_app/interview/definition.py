"""What a questionnaire is made of: immutable, in the terms of XLSForm and ODK XForms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the form, as XLSForm writes it: `Arabic (ar)`, and its BCP 47 code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice that is offered: its name, the key of its text, the list's other columns."""

    name: str
    text: str | None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Itemset:
    """Where choices come from: an expression for the items, and which parts hold what."""

    nodeset: str
    value: str
    label: str
    itext: bool


class Bind(NamedTuple):
    """The expressions of a node, as text; blank where there is none."""

    relevant: str = ""
    readonly: str = ""
    required: str = ""
    constraint: str = ""
    calculate: str = ""


#: Most nodes have no expressions; they share this.
NO_BIND = Bind()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A leaf of the form: something asked, shown or calculated.

    `type` is the XForms type (`string`, `int`, `date` ...) or one of ours (`partial-date`,
    `code`); `kind` is what a person meets. `intake` holds the attributes that the questionnaire
    declares under `bind::intake:`.
    """

    path: str
    name: str
    kind: str
    type: str
    bind: Bind
    texts: Mapping[str, str]
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    intake: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    preload: str = ""
    itemset: Itemset | None = None

    @property
    def item(self) -> str:
        """The number of the item in the questionnaire: `Q3.1`."""
        return self.intake.get("item", "")

    @property
    def purposes(self) -> frozenset[str]:
        """The letters of the purposes that the answer serves."""
        return frozenset(self.intake.get("purpose", ""))

    @property
    def sensitivity(self) -> str:
        """`health`, `safety`, `third-party`, `national-number`, `proxy` or blank."""
        return self.intake.get("sensitivity", "")

    @property
    def provenance(self) -> str:
        """`prefilled`, `asked`, `observed` or blank."""
        return self.intake.get("provenance", "")

    @property
    def codelist(self) -> str:
        """The code list that the answer is searched in, or blank."""
        return self.intake.get("codelist", "")

    @property
    def asked(self) -> bool:
        """Whether a person meets it as a question that takes an answer."""
        return self.kind not in {"note", "calculate"}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of nodes; with kind `repeat`, one that is there as often as it is needed.

    `count` is the expression of a counted repeat (blank where a person adds and removes);
    `fixed` tells that nobody does, and the rows are those that are there at first.
    `start` tells how each instance begins that is there at first: what differs from the
    defaults by path inside it (`address/city`, `child[2]/age`), and of each repeat inside it
    the number of its instances (`child[]`).
    """

    path: str
    name: str
    kind: str
    children: "tuple[Group | Question, ...]"
    bind: Bind
    texts: Mapping[str, str]
    appearance: str = ""
    intake: Mapping[str, str] = field(default_factory=dict)
    count: str = ""
    fixed: bool = False
    start: tuple[Mapping[str, str], ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether it is a repeat."""
        return self.kind == "repeat"

    @property
    def maximum(self) -> int | None:
        """The most instances that a person may add, None where there is no bound."""
        bound = self.intake.get("max", "")
        return int(bound) if bound.isdecimal() else None

    def questions(self) -> Iterator[Question]:
        """Go through all questions inside it, in form order."""
        for child in self.children:
            if isinstance(child, Question):
                yield child
            else:
                yield from child.questions()


@dataclass(frozen=True, slots=True)
class Action:
    """A `setvalue`: on an event, a node gets the value of an expression.

    `source` is the node whose change, or the repeat whose new instance, sets it off; blank for
    the first load.
    """

    event: str
    source: str
    target: str
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """A secondary instance in rows: the way to its items, their columns and values."""

    way: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Element:
    """A secondary instance that is no table: an XML element."""

    name: str
    text: str
    attributes: Mapping[str, str]
    children: "tuple[Element, ...]"


@dataclass(frozen=True, slots=True)
class Output:
    """A place in a text where the value of an expression is filled in."""

    expression: str


TextParts = tuple[str | Output, ...]

"""One answer, given to a question of an older form, as an answer to a question of a newer one.

What was told is never lost: where the words of an answer change, those from before stand beside
it under `was`; what cannot be kept is given back, and becomes an orphan.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from intake_app.interview import answers
from intake_app.interview.definition import Question, Table
from intake_app.interview.form import Form
from intake_app.interview.guarding import level
from intake_app.words import mark

Kind = Literal["kept", "converted", "renamed", "orphaned"]
#: What is kept of one question: `value`, `aside`, `beside`, `at`, `by`.
Held = Mapping[str, Any]

CONVERTED = mark("The answer was turned into the new kind of answer.")
UNCODED = mark("The words were kept; a code is still to be chosen.")
UNFIT = mark("The answer does not fit the question any more.")
NOT_OFFERED = mark("The choice is not there any more.")
NOT_ASKED = mark("The question is not asked any more: it is calculated.")
NOT_DECLINED = mark("The question has to be answered now.")
LESS_GUARDED = mark("The answer was sealed apart, and the question is not any more.")
MEANS_ANOTHER = mark("The choice means something else now.")

_TEXTS = frozenset({"string", "barcode"})
_SEVERAL = frozenset({"many", "rank"})
_CHOICES = frozenset({"one", *_SEVERAL})
#: Types whose texts can be told from others; a file's name, for example, cannot.
_READABLE = frozenset(
    {"int", "decimal", "date", "dateTime", "time", "boolean", "partial-date", "geopoint"}
    | {"geotrace", "geoshape"}
)
_AS_GOOD = frozenset(
    {("int", "decimal"), ("decimal", "int"), ("date", "partial-date"), ("partial-date", "date")}
)
_INSTANCE = re.compile(r"""instance\(\s*(?:'([^']+)'|"([^"]+)")\s*\)""")


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of an answer; `held` is None where it cannot be kept.

    `rest` are the choices of it that are not there any more, apart from those that are kept.
    """

    kind: Kind
    held: dict[str, Any] | None = field(default=None, repr=False)
    why: str = ""
    rest: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """The way from a question of an older form to one of a newer.

    Without `source` and `before`, the question and the form that an answer was given to, the
    answer itself must tell what it is. `sensitivity` is what it was told under.
    """

    target: Question
    form: Form
    source: Question | None = None
    before: Form | None = None
    sensitivity: str = ""

    def carry(self, held: Held) -> Carried:
        """Carry one answer over."""
        target, beside = self.target, held.get("beside", {})
        if held.get("at") and not target.asked:
            return Carried("orphaned", why=NOT_ASKED)
        if target.asked and level(target.sensitivity) < level(self.sensitivity):
            return Carried("orphaned", why=LESS_GUARDED)
        if held.get("aside"):
            if target.intake.get("decline") == "no":
                return Carried("orphaned", why=NOT_DECLINED)
            return _kept(held)
        told, came, wanted = held["value"], self._came(beside), _shape(target)
        if not told and wanted not in {came, "code"}:
            # Own words that nobody found a code for yet.
            told, came = beside.get("own_words", ""), "string"
        return self._convert(held, told, came) if told else _kept(held)

    def _convert(self, held: Held, told: str, came: str) -> Carried:
        """Carry what was told over, by the two kinds of questions."""
        wanted = _shape(self.target)
        if wanted in _CHOICES:
            return self._choose(held, told, came)
        if wanted == "code":
            return self._code(held, told, came)
        if came == wanted:
            return _kept(held)
        if wanted in _TEXTS:
            words = self._words(told, came, held.get("beside", {}))
        else:
            words = _read(told, came, wanted)
        return self._reworded(held, words) if words else Carried("orphaned", why=UNFIT)

    def _came(self, beside: Mapping[str, str]) -> str:
        """Return what kind of answer it is; blank where nothing tells."""
        if self.source is not None:
            return _shape(self.source)
        return "code" if "system" in beside else ""

    def _reworded(self, held: Held, words: str) -> Carried:
        """Return an answer in the words of its new type; the old ones stay beside other ones."""
        value, beside = held["value"], dict(held.get("beside", {}))
        if words == value:
            return _kept(held) if self.source is None else Carried("converted", {**held}, CONVERTED)
        if value and value not in beside.values():
            beside["was"] = value
        made = {**held, "value": words, **({"beside": beside} if beside else {})}
        return Carried("converted", made, CONVERTED)

    def _words(self, told: str, came: str, beside: Mapping[str, str]) -> str:
        """Return an answer as a person would say it."""
        if came == "code":
            return beside.get("own_words") or beside.get("label") or told
        if came in _CHOICES and self.source is not None and self.before is not None:
            return label(self.before, self.source, told)
        return told

    def _choose(self, held: Held, told: str, came: str) -> Carried:
        offered, wanted = offer(self.form, self.target), _shape(self.target)
        picked = _picked(told, came, wanted, offered)
        others = self._moved(picked, offered)
        kept = [
            name for name in picked if offered is None or (name in offered and name not in others)
        ]
        why = MEANS_ANOTHER if others else NOT_OFFERED
        if not kept:
            return Carried("orphaned", why=why if picked and came in _CHOICES else UNFIT)
        if wanted == "one" and len(picked) > 1:
            return Carried("orphaned", why=UNFIT)
        words, rest = " ".join(kept), " ".join(name for name in picked if name not in kept)
        if rest:
            # What is not there any more stands apart, and so needs no place beside the answer.
            return Carried("converted", {**held, "value": words}, why, rest)
        return _kept(held) if came == wanted else self._reworded(held, words)

    def _moved(self, picked: list[str], offered: Mapping[str, str] | None) -> set[str]:
        """Return the choices whose words are another's now, as in a list numbered anew."""
        if self.source is None or self.before is None or offered is None:
            return set()
        older = offer(self.before, self.source) or {}
        new = {words for name, words in offered.items() if older.get(name) != words}
        others = {name for name in picked if older.get(name) and name in offered}
        return {name for name in others if older[name] != offered[name] and older[name] in new}

    def _code(self, held: Held, told: str, came: str) -> Carried:
        if came == "code":
            same = self.source is None or self.source.codelist == self.target.codelist
            return _kept(held) if same else Carried("orphaned", why=UNFIT)
        beside = dict(held.get("beside", {}))
        if came not in {"", *_TEXTS, *_CHOICES} or beside.get("own_words", told) != told:
            return Carried("orphaned", why=UNFIT)
        beside["own_words"] = self._words(told, came, beside)
        if told != beside["own_words"]:
            beside["was"] = told
        return Carried("converted", {**held, "value": "", "beside": beside}, UNCODED)


def label(form: Form, question: Question, value: str) -> str:
    """Return what the choices of an answer are called in the form's own language."""
    offered = offer(form, question) or {}
    return ", ".join(offered.get(name) or name for name in value.split())


def offer(form: Form, question: Question) -> Mapping[str, str] | None:
    """Return every choice that a question may offer, by name, with its label.

    A filter is left aside: what is only not offered now is offered again another time. None
    where the list is not in the form.
    """
    itemset = question.itemset
    found = _INSTANCE.search(itemset.nodeset) if itemset else None
    table = form.instances.get(found[1] or found[2]) if found else None
    if itemset is None or not isinstance(table, Table) or not table.rows:
        return None
    columns = {column: at for at, column in enumerate(table.columns)}
    if itemset.value not in columns:
        return None
    offered: dict[str, str] = {}
    for row in table.rows:
        held = row[columns[itemset.label]] if itemset.label in columns else ""
        parts = form.text(held, form.default_language) if itemset.itext and held else (held,)
        offered[row[columns[itemset.value]] or ""] = said(parts)
    return offered


def said(parts: tuple[object, ...]) -> str:
    """Return a text with an ellipsis where an answer would be filled in."""
    return "".join(part if isinstance(part, str) else "…" for part in parts if part is not None)


def _shape(question: Question) -> str:
    if question.kind == "select_multiple":
        return "many"
    if question.kind == "select_one":
        return "one"
    # Which choice comes first, and whether a file holds a voice, its type does not tell.
    return question.kind if question.kind == "rank" or question.type == "binary" else question.type


def _kept(held: Held) -> Carried:
    return Carried("kept", dict(held))


def _read(told: str, came: str, wanted: str) -> str:
    """Return an answer as a number, a date and the like; blank where it does not read as one."""
    # A file's name, or a choice that is called 1, is no number.
    readable = wanted in _READABLE and (came in _TEXTS or (came, wanted) in _AS_GOOD)
    if came and not readable:
        return ""
    words = answers.normal(told.strip(), wanted)
    return words if answers.valid(words, wanted) else ""


def _picked(told: str, came: str, wanted: str, offered: Mapping[str, str] | None) -> list[str]:
    """Return the choices that an answer names; of words, the one that they are exactly."""
    names = told.split() if {wanted, came} & _SEVERAL else [told]
    if wanted == "rank" and came not in {"", "rank"}:
        # What was ticked is in no order of liking.
        return []
    if came in _CHOICES:
        return told.split() if came in _SEVERAL else [told]
    if offered is None:
        # Nothing tells whether it is one, but the words of a text are none by chance.
        return [] if came else names
    if came in {"", *_TEXTS}:
        called = [name for name, words in offered.items() if told.strip() in {name, words}]
        if len(called) == 1:
            return called
        if all(name in offered for name in names):
            return names
    return []

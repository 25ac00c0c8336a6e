"""An answer as a person reads it, in a language."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from babel.dates import format_date

from intake_app.interview.session import Node
from intake_app.reference import Library
from intake_app.words import CATALOGUES

# A whole or partial date in EDTF (ISO 8601-2 level 1), as the form keeps it.
_EDTF = re.compile(r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d))?)?(?P<uncertain>~)?")
# Syria and Iraq name the months otherwise than Egypt does; most who speak Arabic are from there.
_DATE_LOCALES = {**CATALOGUES, "ar": "ar_SY"}
_LISTS = {"select_multiple": ", ", "rank": " > "}
_APPROXIMATELY = "± "

DATES = frozenset({"date", "partial-date"})


def status_of(node: Node) -> str:
    """Return how a question stands: answered, uncoded, declined, unknown, or blank for open."""
    if node.aside:
        return node.aside
    if node.value:
        return "answered"
    return "uncoded" if node.relevant and node.beside.get("own_words") else ""


def answer_text(
    node: Node, language: str, library: Library, choice: Callable[[Node, str], str]
) -> str:
    """Return a node's answer in a language: labels of choices and codes, dates written out.

    `choice` gives the words of a choice by its name. What cannot be told in that language is
    told as it was given; a blank is "".
    """
    kind, value = node.question.kind, node.value
    if not value:
        return ""
    if kind == "select_one":
        return choice(node, value)
    if kind in _LISTS:
        return _LISTS[kind].join(choice(node, name) for name in value.split())
    if kind == "code":
        return code_label(node.question.codelist, value, language, library, node.beside)
    if kind in DATES:
        return date_text(value, language)
    return value


def code_label(
    codelist: str, code: str, language: str, library: Library, beside: Mapping[str, str]
) -> str:
    """Return what a code is called, by the list, else by what was shown when it was chosen."""
    if codelist in library and code in library[codelist]:
        return library[codelist].label(code, language)
    return beside.get("label") or code


def date_text(value: str, language: str) -> str:
    """Write a whole or partial date out in a language; what is no date stays as it is."""
    found = _EDTF.fullmatch(value)
    if found is None:
        return value
    year, month, day = (int(found[part] or 1) for part in ("year", "month", "day"))
    pattern = "d MMMM y" if found["day"] else "LLLL y" if found["month"] else "y"
    try:
        moment = date(year, month, day)
    except ValueError:
        return value
    told = format_date(moment, pattern, locale=_DATE_LOCALES.get(language, language))
    return _APPROXIMATELY + told if found["uncertain"] else told

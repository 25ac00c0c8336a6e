"""What to do about an expression that does not compile, for who knows the formulas of Excel."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from intake_app.errors import ExpressionError
from intake_app.interview.functions import FUNCTIONS, SPECIAL

#: By what stands where the expression cannot be read on, and what was to be written there.
_HABITS: Final = (
    (r"&&", "write and."),
    (r"&", "write concat(…, …) to put texts together, and and where both have to hold."),
    (r"\|", "write or."),
    (r"!", "write not(…), or != for “is not”."),
    (r";", "write a comma between the parts of a function."),
    (r"\^", "write pow(…, …)."),
    (r"%", "write mod for what is left of a division, and / 100 as div 100."),
    (r"[{$#]", "write ${name}, with both braces."),
    (r"\d+,\d|,\d", "write a number with a point: 3.5."),
    (r"[=<>]", "write one sign: =, !=, <, <=, > or >=."),
    (r"(?i:and|or|div|mod)\b", "write and, or, div and mod in small letters."),
    (r"(?i:en)\b", "write and."),
    (r"(?i:of)\b", "write or."),
    (r"(?i:is)\b", "write =."),
    (r"\d|\(|/", "write div to divide."),
)
_AT: Final = (
    "This cannot be read",
    "This is left over",
    "A name or value is missing before",
    "{missing} is missing before",
)
#: Functions of Excel, as Dutch and English programs call them, and what stands for them.
_EXCEL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aantal": "count",
        "aantalarg": "count-non-empty",
        "afronden": "round",
        "als": "if",
        "and": "A and B",
        "average": "sum(A) div count(A)",
        "concatenate": "concat",
        "en": "A and B",
        "gemiddelde": "sum(A) div count(A)",
        "isblank": "A = ''",
        "isleeg": "A = ''",
        "len": "string-length",
        "lengte": "string-length",
        "macht": "pow",
        "niet": "not",
        "nu": "now",
        "of": "A or B",
        "onwaar": "false",
        "or": "A or B",
        "power": "pow",
        "som": "sum",
        "vandaag": "today",
        "waar": "true",
    }
)
#: What takes yes, or no, or an expression.
_YES_OR_NO: Final = frozenset({"required", "readonly"})
#: What says yes or no in other words than XLSForm has; TRUE and WAAR are Excel's own.
_SAID: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "ja": True, "j": True, "y": True, "yes": True, "waar": True, "true": True,
        "nee": False, "n": False, "no": False, "onwaar": False, "false": False,
    }
)  # fmt: skip
_LOGICAL: Final = frozenset({"waar", "onwaar", "true", "false"})
_FUNCTIONS: Final = "see https://docs.getodk.org/form-operators-functions for what there is."
#: A path from the root, as pyxform writes it for `${name}`.
_PATH: Final = re.compile(r"(?<![\w.)\]'\"/])/[\w.-]+(?:/[\w.-]+)*/([\w.-]*\w)(?![\w/-])")


def remedy(error: ExpressionError, owner: str = "", aspect: str = "", cell: str = "") -> str:
    """Return what its author can do about an expression; the engine's own remedy if no more.

    `owner` is the path of the node that has the expression, `aspect` what the node has it for,
    `cell` the expression as its author wrote it.
    """
    name, near = (str(error.values.get(held, "")) for held in ("name", "near"))
    if error.sentence.startswith("There is no function "):
        return _function(name) or (error.remedy if near else _FUNCTIONS)
    if _is_bare(error, owner):
        return _truth(name, alone=aspect in _YES_OR_NO and cell == name) or _unquoted(name, near)
    if near and any(at in error.sentence for at in _AT):
        return next(
            (advice for habit, advice in _HABITS if re.match(habit, near.strip())), error.remedy
        )
    return error.remedy


def _is_bare(error: ExpressionError, owner: str) -> bool:
    # A word alone is looked for inside the question itself, where nothing is.
    known = error.sentence.startswith("There is no node {name} in")
    return known and error.values.get("path") == owner


def _function(name: str) -> str:
    bare = name.lower()
    known = bare if bare in {*FUNCTIONS, *SPECIAL} else _EXCEL.get(bare, "")
    return f"write {known if ' ' in known else f'{known}()'}." if known else ""


def _truth(name: str, *, alone: bool) -> str:
    """Return how XLSForm says yes or no, where a bare word was to say it."""
    word = name.lower()
    if alone and word in _SAID:
        return "write yes." if _SAID[word] else "write no."
    if word in _LOGICAL:
        return "write true()." if _SAID[word] else "write false()."
    return ""


def _unquoted(name: str, near: str) -> str:
    if name.lower() in {"not", "niet"}:
        return "write not(…), with what does not hold between the brackets."
    if near == name:
        return f"write ${{{name}}}."
    other = f"${{{near}}}" if near else "${name}"
    return f"write '{name}' in quotes if it is an answer, {other} if that question is meant."


def problem(error: ExpressionError, owner: str = "") -> str:
    """Return what is wrong with an expression of a sheet, with `${name}` where it has a path."""
    if _is_bare(error, owner):
        return f"“{error.values['name']}” stands here without quotes and without ${{}}."
    near = str(error.values.get("near", "")).strip()
    if near[:1] in {"=", "<", ">"} and any(at in error.sentence for at in _AT):
        return readable(f"One sign too many stands here: {near}")
    return readable(str(error))


def readable(words: str) -> str:
    """Return words with `${name}` for each path that pyxform wrote for one."""
    return re.sub(r"\s+", " ", _PATH.sub(r"${\1}", words))

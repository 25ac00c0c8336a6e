"""Countries, languages and scripts as CLDR names them, through Babel.

CLDR names them in all twelve languages of the interview; the lists therefore need no file.
"""

from collections.abc import Callable, Mapping

from babel import Locale
from babel.core import get_cldr_version

from intake_app.reference.codelist import CodeList, Entry
from intake_app.words import CATALOGUES

#: The languages of the interview, by BCP 47.
LANGUAGES = ("nl", "en", "ar", "ti", "tr", "fa", "prs", "ps", "so", "kmr", "ckb", "uk")

# CLDR territories that are no country of ISO 3166-1: exceptionally reserved codes, groupings,
# test codes. Kosovo (XK, user-assigned) stays: the Netherlands recognises it.
_NO_COUNTRY = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
_NO_LANGUAGE = frozenset({"mul", "root", "und", "zxx"})
_NO_SCRIPT = frozenset({"Zinh", "Zmth", "Zsye", "Zsym", "Zxxx", "Zyyy", "Zzzz"})
_COUNTRY_CODE_LENGTH = 2

# CLDR says Dari as a variety of Persian, and has one name for Kurdish and for Kurmanji.
_DARI = "fa_AF"
_KURMANJI: Mapping[str, str] = {
    "nl": "Kurmanji",
    "en": "Kurmanji",
    "ar": "الكرمانجية",
    "ti": "ኩርማንጂ",
    "tr": "Kurmanci",
    "fa": "کرمانجی",
    "prs": "کرمانجی",
    "ps": "کرمانجي",
    "so": "Kurmanji",
    "kmr": "kurmancî",
    "ckb": "کورمانجی",
    "uk": "курманджі",
}


def countries() -> CodeList:
    """Return the countries by ISO 3166-1 alpha-2."""
    names = _names(lambda locale: locale.territories, _country_code)
    return _list("countries", "ISO 3166-1 alpha-2", names)


def languages() -> CodeList:
    """Return the languages by BCP 47: two letters where ISO 639-1 has them, else three."""
    names = _names(lambda locale: locale.languages, _language_code)
    return _list("languages", "BCP 47", {**names, "kmr": dict(_KURMANJI)})


def scripts() -> CodeList:
    """Return the scripts by ISO 15924."""
    names = _names(lambda locale: locale.scripts, _script_code)
    return _list("scripts", "ISO 15924", names)


def _country_code(key: str) -> str:
    is_country = len(key) == _COUNTRY_CODE_LENGTH and key.isalpha() and key not in _NO_COUNTRY
    return key if is_country else ""


def _language_code(key: str) -> str:
    if key == _DARI:
        return "prs"
    return "" if "_" in key or key in _NO_LANGUAGE else key


def _script_code(key: str) -> str:
    return "" if key in _NO_SCRIPT else key


def _names(
    of: Callable[[Locale], Mapping[str, str]], code_of: Callable[[str], str]
) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for key, name in of(Locale.parse(CATALOGUES.get(language, language))).items():
            code = code_of(key)
            if code:
                names.setdefault(code, {})[language] = name
    return names


def _list(name: str, system: str, names: Mapping[str, Mapping[str, str]]) -> CodeList:
    entries = (Entry(code, labels) for code, labels in sorted(names.items()))
    return CodeList.of(name, system, f"CLDR {get_cldr_version()}", entries)

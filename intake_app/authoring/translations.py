"""Merges the gettext catalogues of the interview's words into a compiled form.

    locales/<name as Babel has it>/LC_MESSAGES/questionnaire.po
    msgctxt   the key of the text: `household/living_with:label`
    msgid     the form's own text, with `${name}` where an answer is filled in
    comment   `confirmed-by: NAME`, where a qualified translator confirmed it

An entry counts only while its source is the form's present text: what was translated for other
words is not shown. A language that has a catalogue of the form's texts becomes one of the form's.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from intake_app.authoring.finding import Finding
from intake_app.errors import ExpressionError, FormCompileError
from intake_app.interview.definition import Output
from intake_app.interview.expression import compile_expression
from intake_app.interview.form import Form
from intake_app.interview.program import Fault
from intake_app.interview.spot import Spot
from intake_app.words import CATALOGUES

_CONFIRMED = "confirmed-by:"
_NAME = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_BCP47 = {catalogue: code for code, catalogue in CATALOGUES.items()}

Parts = str | list[str | dict[str, str]]


def merge(made: dict[str, Any], locales: Path) -> None:
    """Merge all catalogues below a folder into a compiled form, in place."""
    by_name = dict(_names(made["root"], ""))
    own = made["texts"][made["default_language"]]
    sources = {key: _template(parts) for key, parts in own.items()}
    for path in sorted(locales.glob("*/LC_MESSAGES/questionnaire.po")):
        folder = path.parts[-3]
        code = _BCP47.get(folder, folder).replace("_", "-")
        messages = _messages(path)
        # A catalogue that shares no text with the form is that of another questionnaire.
        known = any(message.context in sources for message in messages)
        if code == made["default_language"] or not known:
            continue
        texts, taken = made["texts"].setdefault(code, {}), dict[str, bool]()
        if all(known != code for _, known in made["languages"]):
            made["languages"].append([language_name(code), code])
        for message in messages:
            if not message.string or message.fuzzy:
                continue
            key = str(message.context or "")
            if _folded(sources.get(key)) != _folded(message.id):
                continue
            texts[key] = _parts(str(message.string), by_name)
            taken[key] = _is_confirmed(message)
        # What the sheet itself translates is as it was.
        before = set(made["unconfirmed"].get(code, ())) - taken.keys()
        made["unconfirmed"][code] = sorted(before | {key for key in taken if not taken[key]})


def language_name(code: str) -> str:
    """Return a language's name as XLSForm writes it, by CLDR: `Arabic (ar)`."""
    english = Locale("en")
    catalogue = CATALOGUES.get(code, code)
    name = english.languages.get(code) or english.languages.get(catalogue) or code
    return f"{name} ({code})"


def faults(form: Form) -> Iterator[Fault]:
    """Go through the texts of all languages for outputs that do not compile."""
    root = form.program.spots[0]
    owners = {key: spot for spot in form.program.spots for key in spot.definition.texts.values()}
    for texts in form.texts.values():
        for key, parts in texts.items():
            for part in parts:
                fault = _fault(form, owners.get(key, root), part)
                if fault is not None:
                    yield fault


def _fault(form: Form, spot: Spot, part: str | Output) -> Fault | None:
    if isinstance(part, str):
        return None
    try:
        compile_expression(part.expression, spot, form.instances)
    except ExpressionError as error:
        return Fault(spot.path, "label", error)
    return None


def _messages(path: Path) -> list[Message]:
    try:
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=None, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as error:
        raise FormCompileError(
            (
                Finding(
                    code="catalogue",
                    problem=f"The catalogue {path.parts[-3]}/{path.name} cannot be read: {error}.",
                    remedy="mend it in an editor of gettext catalogues, or take it away.",
                ),
            )
        ) from error
    return [message for message in catalogue if message.id]


def _is_confirmed(message: Message) -> bool:
    comments = [*message.auto_comments, *message.user_comments]
    return any(comment.strip().startswith(_CONFIRMED) for comment in comments)


def _names(node: Mapping[str, Any], around: str) -> Iterator[tuple[str, str]]:
    path = f"{around}/{node['name']}"
    yield node["name"], path
    for child in node.get("children", ()):
        yield from _names(child, path)


def _template(parts: Parts) -> str:
    """Return a text as it stands in the sheet: `Dag ${name}`."""
    if isinstance(parts, str):
        return parts
    return "".join(
        part if isinstance(part, str) else f"${{{part['output'].rpartition('/')[2].strip()}}}"
        for part in parts
    )


def _parts(words: str, by_name: Mapping[str, str]) -> Parts:
    found: list[str | dict[str, str]] = []
    for at, piece in enumerate(_NAME.split(words.strip())):
        if at % 2 == 0:
            found.extend([piece] if piece else [])
        else:
            found.append({"output": by_name.get(piece, f"/{piece}")})
    if all(isinstance(piece, str) for piece in found):
        return "".join(str(piece) for piece in found)
    return found


def _folded(words: object) -> str:
    return " ".join(str(words).split())

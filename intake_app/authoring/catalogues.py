"""Gathers what is to be translated into the catalogues: `make words`.

    questionnaire   the interview's words, from its XLSForm, for every language but Dutch
    app             the program's own sentences, from its sources, for every language but English:
                    all of them for the screener's, those of context `resident` for the others

A translation stays as long as its source sentence is the same; a changed source makes a new,
untranslated entry and leaves the old one as obsolete. Nothing is guessed (no fuzzy matching).
Whether a qualified translator confirmed an entry stands in its comment `confirmed-by: NAME`.
The files carry no line numbers and no date of this run, so that they change only when words do.

A language is added by making its folder: `locales/<name as Babel has it>/LC_MESSAGES`.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import PoFileError, read_po, write_po
from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types
from pyxform.xls2json import workbook_to_json  # type: ignore[import-untyped]  # the same
from pyxform.xls2json_backends import get_xlsform  # type: ignore[import-untyped]  # the same

from intake_app import paths
from intake_app.authoring.refusals import refused
from intake_app.errors import ConfigurationError, FormCompileError, IntakeError
from intake_app.words import mark

#: The language that the questionnaire is written in: it has no catalogue of it.
MASTER: Final = "nl"

#: The language that the program's own sentences are written in: it has no catalogue of them.
SOURCE: Final = "en"

#: The other languages of the screener's screens.
SCREENER: Final = frozenset({"nl"})

#: What marks a sentence in our sources (see `intake_app/words.py`), as Babel writes it.
KEYWORDS: Final[Mapping[str, Any]] = {
    "mark": None,
    "words": None,
    "about": ((1, "c"), 2),
    "plural": (1, 2),
}

_PACKAGES: Final = ("intake_app", "screens", "sync")
_CONFIRMED: Final = "confirmed-by:"

#: A line of a catalogue. Babel reads a line without its closing quote as something else.
_LINE: Final = re.compile(r'(#.*|(msg[a-z_]+(\[\d\])?\s+)?"([^"\\]|\\.)*"|)\s*')

#: Where pyxform keeps a text, and the role that it has in a catalogue's context.
_TEXTS: Final = (("label", "label"), ("hint", "hint"), ("guidance_hint", "guidance"))
_BOUND_TEXTS: Final = (("jr:constraintMsg", "constraint"), ("jr:requiredMsg", "required"))

#: What Babel takes from an extractor: line, function, (context, text), comments.
Extracted = tuple[int, str, tuple[str, str], list[str]]


def extract_xlsform(
    fileobj: IO[bytes],
    keywords: Sequence[str],  # noqa: ARG001 - Babel's signature
    comment_tags: Sequence[str],  # noqa: ARG001 - Babel's signature
    options: Mapping[str, Any],
) -> Iterator[Extracted]:
    """Yield every text of an XLSForm in the order of the form: a Babel extraction method.

    The context is `<node path below the root>:<role>`, or `choice/<list>/<name>:label`; the
    comment for the translator is the item that the question belongs to. Option `file_type` is
    `.csv` (the default), `.xlsx` or `.md`. Raises FormCompileError where pyxform refuses it.
    """
    content, suffix = fileobj.read(), options.get("file_type", ".csv")
    try:
        workbook = get_xlsform(BytesIO(content), file_type=suffix)
        form = workbook_to_json(workbook_dict=workbook, form_name="data")
    except PyXFormError as refusal:
        raise FormCompileError(refused(refusal, Path(f"form{suffix}"), content)) from refusal
    language = form["default_language"]
    choices = (
        _entry(f"choice/{name}/{choice['name']}:label", choice.get("label"), language)
        for name, members in form.get("choices", {}).items()
        for choice in members
    )
    for context, text, comments in chain(_node_texts(form["children"], "", language), choices):
        if text:
            yield 0, "pgettext", (context, text), comments


def _node_texts(
    nodes: Iterable[Mapping[str, Any]], above: str, language: str
) -> Iterator[tuple[str, str, list[str]]]:
    for node in nodes:
        path, bind = above + node["name"], node.get("bind", {})
        item = [bind["intake:item"]] if "intake:item" in bind else []
        for key, role in _TEXTS:
            yield _entry(f"{path}:{role}", node.get(key), language, item)
        for key, role in _BOUND_TEXTS:
            yield _entry(f"{path}:{role}", bind.get(key), language, item)
        # Below a select stand its choices, which are gathered once a list.
        if node["type"] in {"group", "repeat"}:
            yield from _node_texts(node["children"], f"{path}/", language)


def _entry(
    context: str, text: Mapping[str, str] | str | None, language: str, comments: Sequence[str] = ()
) -> tuple[str, str, list[str]]:
    said = text.get(language) if isinstance(text, Mapping) else text
    return context, said or "", list(comments)


def questionnaire_template(form: Path) -> Catalog:
    """Return what there is to translate in an XLSForm; raises FormCompileError."""
    template = Catalog(domain="questionnaire")
    with form.open("rb") as stream:
        found = extract_xlsform(stream, (), (), {"file_type": form.suffix})
        for _, _, (context, text), comments in found:
            template.add(text, context=context, auto_comments=comments)
    return template


def app_template(root: Path, *, contexts: frozenset[str] | None = None) -> Catalog:
    """Return the sentences that the sources below root mark, or those of some contexts only."""
    template = Catalog(domain="app")
    for package in _PACKAGES:
        for source in sorted((root / package).rglob("*.py")):
            place = source.relative_to(root).as_posix()
            for _, sentence, _, context in extract_from_file("python", source, keywords=KEYWORDS):
                if contexts is None or context in contexts:
                    template.add(sentence, context=context, locations=[(place, 0)])
    return template


def update_catalogue(path: Path, template: Catalog) -> Catalog:
    """Bring a catalogue up to its template, write it if that changes it, and return it.

    Raises ConfigurationError where the file cannot be read as a catalogue, or where its folder
    does not bear a language's name.
    """
    before = path.read_bytes() if path.exists() else None
    catalogue = _read(path, before, template.domain)
    for message in catalogue:
        _keep_confirmation(message)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    after = BytesIO()
    write_po(after, catalogue, include_lineno=False)
    if after.getvalue() != before:
        path.write_bytes(after.getvalue())
    return catalogue


def _read(path: Path, content: bytes | None, domain: str | None) -> Catalog:
    try:
        language = Locale.parse(path.parts[-3])
        if content is None:
            return Catalog(
                locale=language,
                domain=domain,
                project="intake-app",
                version="1",
                header_comment=f"# Words of the intake app: {domain}, {language}. EUPL-1.2.",
                last_translator="intake-app",
                language_team=str(language),
                msgid_bugs_address="none",
                revision_date=datetime.now(UTC),
                fuzzy=False,
            )
        if not all(_LINE.fullmatch(line) for line in content.decode().splitlines()):
            raise _unreadable(path)
        return read_po(BytesIO(content), locale=language, domain=domain, abort_invalid=True)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> ConfigurationError:
    return ConfigurationError(
        mark("The catalogue {path} cannot be read. It was left as it is."), path=path
    )


def _keep_confirmation(message: Message) -> None:
    """Move a confirmation out of the extracted comments, which an update replaces."""
    for comment in message.auto_comments:
        if comment.startswith(_CONFIRMED) and comment not in message.user_comments:
            message.user_comments.append(comment)


def update_all(root: Path, locales: Path, form: Path) -> dict[Path, tuple[int, int]]:
    """Update every language that has a folder; return (translated, all) by catalogue."""
    questionnaire = questionnaire_template(form)
    everything = app_template(root)
    resident = app_template(root, contexts=frozenset({"resident"}))
    counts = {}
    for folder in sorted(locales.glob("*/LC_MESSAGES")):
        language = folder.parent.name
        templates = []
        if language != SOURCE:
            templates.append(everything if language in SCREENER else resident)
        if language != MASTER:
            templates.append(questionnaire)
        for template in templates:
            path = folder / f"{template.domain}.po"
            catalogue = update_catalogue(path, template)
            translated = sum(1 for message in catalogue if message.id and _is_whole(message))
            counts[path] = translated, len(catalogue)
    return counts


def _is_whole(message: Message) -> bool:
    strings = message.string
    return all(strings) if isinstance(strings, (list, tuple)) else bool(strings)


def main() -> int:
    """Update the checkout's catalogues and say how complete each is."""
    locales = paths.locales()
    try:
        counts = update_all(locales.parent, locales, paths.assets("questionnaire", "screening.csv"))
    except IntakeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path, (translated, total) in counts.items():
        sys.stdout.write(f"{path.relative_to(locales)}: {translated} of {total}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

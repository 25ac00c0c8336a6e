"""A questionnaire in any of the shapes that it has on an author's desk."""

import re
from pathlib import Path

from intake_app.authoring import XLSFORM
from intake_app.authoring.finding import unreadable
from intake_app.errors import FormCompileError
from intake_app.interview.form import Form

_MARKS = re.compile(rb"\A(\xef\xbb\xbf)?\s*")


def load_any(path: Path, *, locales: Path | None = None) -> Form:
    """Load a form from compiled JSON, an XLSForm or XForm XML; FormError where it cannot be.

    `locales` is the folder of the catalogues that are merged into what is not compiled yet.
    """
    if path.suffix.lower() in XLSFORM:
        return _compiled(path, locales)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormCompileError((unreadable(path, error),)) from error
    # XML may be in UTF-8 or, behind its mark, in UTF-16; JSON of ours begins with a brace.
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _MARKS.sub(b"", content[:64])[:1] == b"<":
        return _compiled(path, locales)
    return Form.load(content)


def _compiled(path: Path, locales: Path | None) -> Form:
    # What is compiled already needs no pyxform, and an installation without it replays it too.
    from intake_app.authoring.compile import compile_form  # noqa: PLC0415

    return Form.load(compile_form(path, locales=locales))

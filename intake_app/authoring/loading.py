"""A questionnaire in any of the shapes that it has on an author's desk."""

import re
from pathlib import Path

from intake_app.authoring import XLSFORM
from intake_app.authoring.finding import unreadable
from intake_app.authoring.onefile import ODS
from intake_app.errors import FormCompileError
from intake_app.interview.form import Form

#: What may stand before anything: the mark of UTF-8, and blanks.
_BLANKS = re.compile(rb"\A(\xef\xbb\xbf)?\s*")


def load_any(path: Path, *, locales: Path | None = None) -> Form:
    """Load a form from compiled JSON, an XLSForm or XForm XML; FormError where it cannot be.

    `locales` is the folder of the catalogues that are merged into what is not compiled yet.
    """
    if path.suffix.lower() in {*XLSFORM, ODS}:
        return _compiled(path, locales)
    try:
        with path.open("rb") as stream:
            begin = stream.read(64)
            # XML may be in UTF-8 or, behind its mark, in UTF-16; JSON of ours begins with a brace.
            if begin.startswith((b"\xff\xfe", b"\xfe\xff")) or _BLANKS.sub(b"", begin)[:1] == b"<":
                return _compiled(path, locales)
            content = begin + stream.read()
    except OSError as error:
        raise FormCompileError((unreadable(path, error),)) from error
    return Form.load(content)


def _compiled(path: Path, locales: Path | None) -> Form:
    # What is compiled already needs no pyxform, and an installation without it replays it too.
    from intake_app.authoring.compile import compile_form  # noqa: PLC0415

    return Form.load(compile_form(path, locales=locales))

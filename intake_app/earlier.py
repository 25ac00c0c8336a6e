"""Earlier versions of the questionnaire, compiled, for drafts that were begun with them.

    assets/questionnaire/earlier/HASH.json

They tell an upgrade what the old questions were: their types, their words, how sensitive they
are. An app without them carries drafts over too, by the answers alone.
"""

import json
import shutil
from pathlib import Path

from intake_app import paths
from intake_app.errors import FormError
from intake_app.interview.form import Form

_FOLDER = "earlier"


def load(fingerprint: str) -> Form | None:
    """Load the version that has a hash; None where the app does not have it whole."""
    if not (fingerprint.isascii() and fingerprint.isalnum()):
        return None
    source = paths.assets("questionnaire", _FOLDER, f"{fingerprint}.json")
    try:
        form = Form.load(source.read_bytes())
    except (OSError, FormError):
        return None
    return form if form.hash == fingerprint else None


def keep(compiled: Path, version: str) -> Path | None:
    """Keep a compiled questionnaire before another version of it is written in its place.

    Only beside one that has a folder `earlier`; returns where it is kept. Raises OSError.
    """
    folder = compiled.parent / _FOLDER
    try:
        former = json.loads(compiled.read_bytes())
        has_other = former["version"] != version
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if not has_other or not folder.is_dir():
        return None
    return Path(shutil.copyfile(compiled, folder / f"{former['hash']}.json"))

"""Where things lie: in a checkout, a wheel, a frozen folder and on a tablet.

assets, locales   beside the packages in a checkout, inside `intake_app` in a wheel,
                  in the bundle's own folder when frozen
the vault         FLET_APP_STORAGE_DATA on a tablet (the app's folder is read-only there),
                  else the user's data folder as the platform names it
"""

import os
import sys
from pathlib import Path

from platformdirs import user_data_path

_PACKAGE = Path(__file__).resolve().parent


def _data_root(name: str) -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / name
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def assets(*parts: str) -> Path:
    """Return the path of an asset, for example `assets("fonts", "NotoSans-Regular.ttf")`."""
    return _data_root("assets").joinpath(*parts)


def locales() -> Path:
    """Return the folder of the message catalogues."""
    return _data_root("locales")


def vault_folder() -> Path:
    """Return the folder where this user's vault lies, whether or not it is there already."""
    tablet = os.environ.get("FLET_APP_STORAGE_DATA")
    if tablet:
        return Path(tablet) / "vault"
    return user_data_path("intake-app", appauthor=False) / "vault"

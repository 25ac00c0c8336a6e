"""Earlier versions of a questionnaire, kept for the drafts that they have."""

import json
from pathlib import Path

import pytest

from intake_app import earlier, paths
from intake_app.authoring.compile import compile_to
from intake_app.interview.form import fingerprint

FORM = """\
| survey   |         |       |          |
|          | type    | name  | label    |
|          | integer | years | Hoe oud? |
| settings |         |       |          |
|          | version |       |          |
|          | {0}     |       |          |
"""


def compiled(folder: Path, version: str) -> str:
    """Compile a version over the one before; return its hash."""
    source = folder / "small.md"
    source.write_text(FORM.format(version), encoding="utf-8")
    return str(compile_to(source, folder / "small.json")["hash"])


def test_the_former_version_is_kept_when_the_version_rises(tmp_path: Path) -> None:
    """Under its hash, as it was; the same version compiled again keeps nothing."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    first = compiled(tmp_path, "1")
    compiled(tmp_path, "1")
    assert list(folder.iterdir()) == []
    compiled(tmp_path, "2")
    (kept,) = folder.iterdir()
    assert (kept.name, json.loads(kept.read_bytes())["version"]) == (f"{first}.json", "1")


def test_nothing_is_kept_where_nobody_made_a_folder_for_it(tmp_path: Path) -> None:
    """An author who tries something finds one file beside the source."""
    compiled(tmp_path, "1")
    compiled(tmp_path, "2")
    assert {path.name for path in tmp_path.iterdir()} == {"small.md", "small.json"}


@pytest.fixture(name="assets")
def point_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the app's assets lie in the test's folder, with one earlier version; return that."""
    compiled(tmp_path, "1")
    source = json.loads((tmp_path / "small.json").read_bytes())
    folder = tmp_path / "questionnaire" / "earlier"
    folder.mkdir(parents=True)
    kept = folder / f"{source['hash']}.json"
    kept.write_text(json.dumps(source), encoding="utf-8")
    monkeypatch.setattr(paths, "assets", tmp_path.joinpath)
    return kept


def test_an_earlier_version_is_found_by_its_hash(assets: Path) -> None:
    """That is what a draft knows of it."""
    form = earlier.load(assets.stem)
    assert form is not None
    assert (form.hash, form.version) == (assets.stem, "1")


@pytest.mark.parametrize("name", ["", "0" * 64, "../screening", "nobody"])
def test_a_version_that_is_not_there_is_none(assets: Path, name: str) -> None:
    """Its drafts are carried over by their answers alone."""
    assert assets.exists()
    assert earlier.load(name) is None


def test_a_version_that_was_changed_is_none(assets: Path) -> None:
    """What it says of its questions cannot be relied on."""
    source = json.loads(assets.read_bytes())
    assets.write_text(json.dumps({**source, "title": "x"}), encoding="utf-8")
    assert earlier.load(assets.stem) is None
    other = {**source, "title": "x"}
    assets.write_text(json.dumps({**other, "hash": fingerprint(other)}), encoding="utf-8")
    assert earlier.load(assets.stem) is None

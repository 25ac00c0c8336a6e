"""What lies on the disk: nothing that can be read, and nothing of what was erased."""

import base64
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intake_app.errors import StorageFull, StorageRefused
from intake_app.vault import UnlockedVault
from tests.faults.vault.conftest import MARKER, Made, fill, open_vault


def everything_in(*folders: Path) -> bytes:
    """Return the bytes of every file below."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return b"\0".join(path.name.encode() + path.read_bytes() for path in files)


def test_nothing_can_be_read_on_the_disk(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not an answer, a name or a field; open or closed; not in the log or a temporary file."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    with open_vault(made.folder) as vault:
        fill(vault)
        vault.records()
        vault.verify()
        seen = everything_in(made.folder, temporary)
    seen += everything_in(made.folder, temporary)
    assert len(seen) > 200_000
    for form in (
        MARKER.encode(),
        MARKER.encode("utf-16-le"),
        MARKER.encode().hex().encode(),
        base64.b64encode(MARKER.encode() * 3)[:16],
        b"organisation",
        b"/data/",
    ):
        assert form not in seen


def pieces(row: dict[str, Any]) -> Iterator[bytes]:
    """Yield samples of every envelope and wrapped key in a row."""
    for column in ("record_key", "health_key", "holder_key", "summary", "health", "body"):
        envelope = row[column] or b""
        for start in range(0, len(envelope) - 24, 97):
            yield envelope[start : start + 24]


def test_an_erased_record_is_in_no_file(made: Made) -> None:
    """None of its revisions, among many others that come, grow and go; nor its packages."""
    chance = random.Random(6)  # noqa: S311 - a repeatable sample
    revisions: dict[str, list[dict[str, Any]]] = {}
    erased = 0
    with open_vault(made.folder) as vault:
        for _ in range(250):
            what = chance.random()
            if what < 0.35 or not revisions:
                record = vault.create_record(
                    form_id="s", form_version="1", summary={}, body={}, health={}
                )
                revisions[record.id] = [stored(vault, record.id)]
            elif what < 0.85:
                record_id = chance.choice(list(revisions))
                vault.save_record(
                    record_id,
                    revision=len(revisions[record_id]),
                    summary={"n": "x" * chance.randrange(900)},
                    body={"b": "x" * chance.randrange(20_000)},
                    health={"h": "x" * chance.randrange(3000)},
                )
                revisions[record_id].append(stored(vault, record_id))
            else:
                record_id = chance.choice(list(revisions))
                package = vault.queue(
                    record_id, recipient="r", package=bytes(chance.randrange(9000)), state="ready"
                )
                sealed = vault._work.store.row("outbox", (package,), bulk=True)
                assert sealed is not None
                vault.erase_record(record_id, reason="test")
                erased += 1
                seen = everything_in(made.folder)
                assert sealed["package"][:24] not in seen
                for row in revisions.pop(record_id):
                    assert not any(piece in seen for piece in pieces(row))
        assert vault.verify().ok
    assert erased > 20


def test_traces_that_could_not_be_cleared_are_cleared_next_time(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasing stands, the person is told, and the next change tries again."""

    def refuse() -> None:
        raise StorageFull

    with open_vault(made.folder) as vault:
        with monkeypatch.context() as patched:
            patched.setattr(vault._work.store, "truncate_log", refuse)
            with pytest.raises(StorageRefused):
                vault.erase_record(made.record_ids[0], reason="test")
        assert [record.id for record in vault.records()] == [made.record_ids[1]]
        assert (made.folder / "vault.db-wal").stat().st_size > 0
        vault.save_settings({})
        assert (made.folder / "vault.db-wal").stat().st_size == 0


def test_traces_that_still_cannot_be_cleared_do_not_refuse_an_answer(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the disk: who gave it is told so, and the next one is taken too."""

    def refuse() -> None:
        raise StorageFull

    with open_vault(made.folder) as vault:
        monkeypatch.setattr(vault._work.store, "truncate_log", refuse)
        with pytest.raises(StorageRefused):
            vault.erase_record(made.record_ids[0], reason="test")
        content: dict[str, Any] = {"summary": {}, "body": {"b": 1}, "health": {}}
        revision = vault.save_record(made.record_ids[1], revision=2, **content)
        assert vault.save_record(made.record_ids[1], revision=revision, **content) == 4
        with pytest.raises(StorageRefused):
            vault.erase_record(made.record_ids[1], reason="test")


@pytest.mark.parametrize("ending", ["stopped", "finalised"])
def test_what_a_draft_held_is_in_no_file_once_it_ended(made: Made, ending: str) -> None:
    """What a no takes away, and the health answers as the screener could open them."""
    record_id = made.record_ids[0]
    with open_vault(made.folder) as vault:
        content: dict[str, Any] = {"summary": {}, "body": {"b": 1}, "health": {"h": "x" * 3000}}
        vault.save_record(record_id, revision=2, **content)
        before = stored(vault, record_id)
        bare: dict[str, Any] = {"summary": {}, "body": {}, "health": {}}
        with vault.unit():
            if ending == "stopped":
                vault.save_record(record_id, revision=3, **bare)
                vault.set_record_state(record_id, "stopped")
            else:
                vault.finalise_record(record_id, revision=3, **bare)
        seen = everything_in(made.folder)
        for column in ("health", "body", "holder_key"):
            gone = before[column][2:26] not in seen
            assert gone or (column, ending) == ("holder_key", "stopped")


def stored(vault: UnlockedVault, record_id: str) -> dict[str, Any]:
    """Return a record's row as it lies on the disk."""
    row = vault._work.store.row("record", (record_id,), bulk=True)
    assert row is not None
    return row

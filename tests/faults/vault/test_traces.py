"""What lies on the disk: nothing that can be read, and nothing of what was erased."""

import base64
from typing import Any

import pytest

from intake_app.errors import StorageFull, StorageRefused
from intake_app.vault import UnlockedVault
from tests.faults.vault.conftest import Made, open_vault
from tests.proofs.plaintext import everything_in, found_in
from tests.proofs.specimen import MARKER


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_looking_for_what_can_be_read_finds_it(encoding: str) -> None:
    """A proof that nothing is found says something only when something would be."""
    lies = b"\x9c" * 99 + f"a{MARKER}z".encode(encoding) + b"\x9c" * 99
    assert list(found_in(lies))
    for shift in range(3):
        assert list(found_in(base64.b64encode(bytes(shift) + f"{MARKER} and more".encode())))


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

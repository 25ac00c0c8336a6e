"""What a record held before lies in the log of the file for a while, or not at all."""

from collections.abc import Callable
from typing import Any

import pytest

from intake_app.errors import StorageFull
from intake_app.vault import UnlockedVault
from tests.faults.vault.conftest import Made, open_vault
from tests.proofs.erasing import pieces
from tests.proofs.plaintext import everything_in

CONTENT: dict[str, Any] = {"summary": {}, "body": {"b": "x" * 5000}, "health": {"h": "x" * 3000}}


def row(vault: UnlockedVault, record_id: str) -> dict[str, Any]:
    """Return a record as it lies in the file."""
    found = vault._work.store.row("record", (record_id,), bulk=True)
    assert found is not None
    return dict(found)


def sealed(held: dict[str, Any]) -> list[bytes]:
    """Return samples of what every save seals anew."""
    keys = {"record_key": b"", "health_key": b"", "holder_key": b""}
    return list(pieces({**held, **keys}))


@pytest.mark.parametrize(
    ("save", "stays"),
    [
        (lambda vault, **record: vault.save_record(**record), True),
        (lambda vault, **record: vault.save_record(**record, erases=True), False),
        (lambda vault, **record: vault.upgrade_record(**record, form_version="2"), False),
    ],
)
def test_what_is_replaced_leaves_the_file_where_it_has_to(
    made: Made,
    save: Callable[..., int],
    stays: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Sealed, it lies in the log until that is written over; what is erased does not."""
    with open_vault(made.folder) as vault:
        record = vault.create_record(form_id="s", form_version="1", **CONTENT)
        before = sealed(row(vault, record.id))
        assert save(vault, record_id=record.id, revision=1, **CONTENT) == 2
        seen = everything_in(made.folder)
        assert any(piece in seen for piece in before) is stays
        assert all(piece in seen for piece in sealed(row(vault, record.id)))


def test_a_save_that_cannot_clear_the_log_is_kept_and_clears_it_later(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no error: the answer is on the disk. The next save tries again."""

    def refuse() -> None:
        raise StorageFull

    with open_vault(made.folder) as vault:
        record = vault.create_record(form_id="s", form_version="1", **CONTENT)
        before = sealed(row(vault, record.id))
        with monkeypatch.context() as broken:
            broken.setattr(vault._work.store, "truncate_log", refuse)
            assert vault.save_record(record.id, revision=1, **CONTENT, erases=True) == 2
        assert any(piece in everything_in(made.folder) for piece in before)
        assert vault.save_record(record.id, revision=2, **CONTENT) == 3
        assert not any(piece in everything_in(made.folder) for piece in before)

"""The outbox of a real vault, delivered to the sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake_app.clock import FixedClock
from intake_app.errors import StorageFull
from intake_app.vault import FileSecret, UnlockedVault, Vault
from sync import outbox
from sync.catalogue import MUNICIPAL
from sync.directory import Directory
from sync.outbox import RunSummary
from sync.sandbox import Fault, Sandbox
from tests.invented import full_disk
from tests.invented import package as invented

PASSPHRASE = "plainly a test, not a secret"


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that stands still."""
    return FixedClock()


@pytest.fixture
def sandbox(clock: FixedClock) -> Iterator[Sandbox]:
    """Serve a case system."""
    with Sandbox(clock=clock) as started:
        yield started


@pytest.fixture
def vault(tmp_path: Path, clock: FixedClock, sandbox: Sandbox) -> Iterator[UnlockedVault]:
    """Make a vault that knows the organisation's case system and one municipality's."""
    settings = {
        "endpoints": {
            "organisation": sandbox.endpoint(),
            "GM0193": sandbox.endpoint(MUNICIPAL),
        }
    }
    made = Vault.create(
        tmp_path / "vault",
        device=FileSecret(tmp_path / "device"),
        user_name="Sam Voorbeeld",
        passphrase=PASSPHRASE,
        settings=settings,
        clock=clock,
    )
    yield made
    made.close()


def queue(vault: UnlockedVault, recipient: str, record_id: str, state: str = "ready") -> str:
    """Queue an invented profile."""
    package = invented(
        identifier=vault.identifier(record_id, recipient),
        record_id=record_id,
        recipient=recipient,
        audit_head=vault.audit_head(),
    )
    return vault.queue(record_id, recipient=recipient, package=package.to_bytes(), state=state)


def run(vault: UnlockedVault, clock: FixedClock) -> RunSummary:
    """Run the outbox once, with the settings that the vault keeps."""
    directory = Directory.from_settings(vault.settings())
    return outbox.run(vault, directory, clock, lambda _: None, pause=lambda _: None)


def test_a_vault_that_was_locked_to_deliver_delivers_all_the_same(
    vault: UnlockedVault, clock: FixedClock, sandbox: Sandbox
) -> None:
    """With no key but the delivery's: sent, read back, receipt kept, record erased, certified."""
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health={}
    )
    queue(vault, "organisation", record.id)
    vault.lock_to_deliver()
    assert run(vault, clock) == RunSummary(delivered=1, erased=1)
    assert [receipt.content["record_id"] for receipt in vault.receipts()] == [record.id]
    assert [each.content["reason"] for each in vault.certificates()] == ["delivered"]
    assert sandbox.cases() == 1


def test_two_deliveries_in_time_and_then_nothing_is_left(
    vault: UnlockedVault, clock: FixedClock, sandbox: Sandbox
) -> None:
    """The placement first, the municipality when it is known; then the record is erased."""
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health={}
    )
    queue(vault, "organisation", record.id)
    waiting = queue(vault, "municipality", record.id, "waiting_placement")
    assert run(vault, clock) == RunSummary(delivered=1, waiting=1)
    assert [row.id for row in vault.outbox()] == [waiting]
    vault.save_outbox(waiting, recipient="GM0193", state="ready")
    assert run(vault, clock) == RunSummary(delivered=1, erased=1)
    assert vault.outbox() == ()
    assert vault.records() == ()
    assert {receipt.content["recipient"] for receipt in vault.receipts()} == {
        "organisation",
        "GM0193",
    }
    assert sandbox.cases() == 2


def test_a_delivery_goes_on_after_the_app_was_started_again(
    vault: UnlockedVault, clock: FixedClock, sandbox: Sandbox, tmp_path: Path
) -> None:
    """What was sent is in the sealed journal, and in no other place."""
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health={}
    )
    queue(vault, "organisation", record.id)
    sandbox.arm(Fault("drop-after-commit", 9), Fault("502", 10))
    assert run(vault, clock) == RunSummary(failed=1)
    vault.close()
    opened = Vault.open(tmp_path / "vault", device=FileSecret(tmp_path / "device"), clock=clock)
    again = opened.unlock(opened.users()[0].id, PASSPHRASE)
    clock.move(minutes=5)
    sandbox.arm()
    assert run(again, clock) == RunSummary(delivered=1, erased=1)
    assert sandbox.cases() == 1
    assert not [call for call in sandbox.calls if call.endswith(("POST /zaken", "POST /rollen"))]
    again.close()


def test_a_record_goes_with_its_last_receipt_or_not_at_all(
    vault: UnlockedVault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the erasing fails the profile is not called delivered; the next run reads it back."""
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health={}
    )
    queue(vault, "organisation", record.id)

    with monkeypatch.context() as patched:
        patched.setattr(vault._records, "erase", full_disk)
        with pytest.raises(StorageFull):
            run(vault, clock)
    assert (len(vault.outbox()), len(vault.records()), vault.receipts()) == (1, 1, ())
    assert run(vault, clock) == RunSummary(delivered=1, erased=1)
    assert (vault.outbox(), vault.records(), len(vault.receipts())) == ((), (), 1)


def test_a_failure_is_told_by_the_row_and_by_no_file(
    vault: UnlockedVault, clock: FixedClock, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The reason is sealed with the rest: an address over there is nobody's business."""
    record = vault.create_record(
        form_id="screening", form_version="1", summary={}, body={}, health={}
    )
    queue(vault, "organisation", record.id)
    sandbox.arm(Fault("drop-after-commit", 9), Fault("502", 10))
    run(vault, clock)
    (row,) = vault.outbox()
    assert row.state == "retry"
    assert row.journal["reason"]["error"] == "EndpointBusy"
    assert "parts" in row.journal["delivery"]
    files = [path.read_bytes() for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    assert not [file for file in files if b"zaken/api" in file or b"2801234567" in file]

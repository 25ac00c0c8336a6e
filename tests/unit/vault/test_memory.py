"""What of keys and content stays in the memory of this process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from intake_app.errors import VaultDamaged
from intake_app.vault.codec import decode, encode
from intake_app.vault.crypto import DataEnvelope, Key, Place, make_key
from intake_app.vault.memory import wipe
from intake_app.vault.state import State
from tests.unit.vault.conftest import PASSPHRASE

PLACE = Place("v", "record", "r", "body")

#: Unlocks, reads a record, locks, and counts where each key still lies in its own memory.
SEARCH = """
import gc, json, re, sys
from pathlib import Path
from intake_app.clock import FixedClock
from intake_app.vault import FileSecret, Vault
from intake_app.vault.keys import PURPOSES

folder = Path(sys.argv[1])
vault = Vault.open(folder, device=FileSecret(folder), clock=FixedClock())
user = vault.users()[0].id
unlocked = vault.unlock(user, sys.argv[2])
record = unlocked.create_record(form_id="s", form_version="1", summary={}, body={}, health={})
unlocked.lock()
unlocked = vault.unlock(user, sys.argv[2])
unlocked.open_record(record.id)
held = {
    "the user's": unlocked._work.keyring.private,
    "signing": unlocked._own.signing,
    "identifying": unlocked._own.identifying,
    "the log's": unlocked._work.state.audit_key,
    "the device's": vault._device,
}
for purpose in PURPOSES:
    key = unlocked._work.keyring.current(purpose)
    for name in ("wrapping", "content", "private", "accumulating"):
        held[f"{purpose} {name}"] = getattr(key, name)
# Turned round, so that the search does not find itself.
sought = {name: bytes(key.material)[::-1] for name, key in held.items()}

def found():
    counts = dict.fromkeys(sought, 0)
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            writable = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if writable:
                start, end = (int(each, 16) for each in writable.groups())
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except OSError:
                    continue
                for name, turned in sought.items():
                    counts[name] += content.count(turned[::-1])
    return counts

before = found()
vault.close()
del unlocked, held, key, record
gc.collect()
print(json.dumps([before, found()]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux shows a process its own memory")
def test_the_lock_leaves_next_to_nothing_of_the_keys_in_memory(folder: Path) -> None:
    """All 25 are found while it is unlocked; then one at most, where a library freed memory."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(folder), PASSPHRASE],
        capture_output=True,
        check=True,
        text=True,
    )
    before, after = json.loads(done.stdout)
    assert len(before) == 25
    assert min(before.values()) > 0
    assert sum(after.values()) <= 1


def test_content_is_overwritten_once_it_was_read() -> None:
    """The buffer that an envelope opened into; also where there is no sense in it."""
    key = make_key()
    opened = DataEnvelope.open(key, DataEnvelope.seal(key, encode({"a": "Geheim"}), PLACE), PLACE)
    assert decode(opened) == {"a": "Geheim"}
    assert opened == bytes(len(opened))
    noise = bytearray(b"no JSON")
    with pytest.raises(VaultDamaged):
        decode(noise)
    assert noise == bytes(7)


def test_a_buffer_keeps_its_length() -> None:
    """Overwritten in place, not replaced by another."""
    buffer = bytearray(b"Geheim")
    same = memoryview(buffer)
    wipe(buffer)
    assert bytes(same) == bytes(6)


def test_a_key_is_taken_out_of_its_buffer() -> None:
    """Whoever gave the buffer may overwrite it, and a wiped key is empty."""
    buffer = bytearray(range(32))
    key = Key(memoryview(buffer))
    wipe(buffer)
    assert bytes(key.material) == bytes(range(32))
    key.wipe()
    assert key._buffer == bytearray()


def test_the_state_is_overwritten_once_it_was_read() -> None:
    """It holds the key of the next entry of the log."""
    state = State(1, 2, 3, bytes(32), make_key(), 4)
    content = bytearray(state.to_bytes())
    again = State.from_bytes(content)
    assert again.audit_key.material == state.audit_key.material
    assert (again.accumulator, again.audit_seq, again.clock_floor) == (1, 2, 4)
    assert content == bytes(len(content))
    with pytest.raises(VaultDamaged):
        State.from_bytes(bytearray(7))

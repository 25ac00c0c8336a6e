"""What all tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from intake_app.vault.crypto import Key, derive_passphrase_root

# `pytest --hypothesis-profile=thorough`: thousands of cases instead of hundreds.
settings.register_profile("thorough", max_examples=1_000)


@pytest.fixture(autouse=True, scope="session")
def stretched_once() -> Iterator[None]:
    """Stretch each passphrase once at its real cost, and remember what came out of it."""
    remembered: dict[tuple[str, bytes, bytes], bytes] = {}

    def derive_once(passphrase: str, salt: bytes, device: Key) -> Key:
        asked = passphrase, salt, bytes(device.material)
        if asked not in remembered:
            remembered[asked] = bytes(derive_passphrase_root(passphrase, salt, device).material)
        return Key(remembered[asked])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("intake_app.vault.keys.derive_passphrase_root", derive_once)
        yield

"""The system's keyring, asked in a way that it can refuse, hang or not be there."""

import queue
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from intake_app.errors import DeviceSecretMissing
from intake_app.words import mark

SERVICE = "intake-app"

Answer = TypeVar("Answer")

#: Seconds: a keyring may ask a person for a password before it answers.
PATIENCE = 60.0

#: The systems' own; a chain of several, a plain file or none at all is not one.
TRUSTED = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)

_REFUSES = mark(
    "The system's keyring does not give this device's own key. The vault was left as it is. "
    "Unlock the keyring and try again, or call your administrator."
)
_HANGS = mark(
    "The system's keyring does not answer. The vault was left as it is. Look whether it asks "
    "something in another window, or restart the device, and try again."
)


class SystemKeyring:
    """The entries of this app in the keyring of the system's user."""

    def get(self, name: str) -> str | None:
        """Return an entry, or None where there is none; raises DeviceSecretMissing."""

        def call() -> str | None:
            import keyring  # noqa: PLC0415 - a tablet has none

            return keyring.get_password(SERVICE, name)

        return _ask(call, PATIENCE)

    def set(self, name: str, content: str, patience: float | None = None) -> None:
        """Keep an entry; raises DeviceSecretMissing, also after so many seconds."""

        def call() -> None:
            import keyring  # noqa: PLC0415 - a tablet has none

            keyring.set_password(SERVICE, name, content)

        _ask(call, PATIENCE if patience is None else patience)

    def answers(self) -> bool:
        """Tell whether the system has a keyring that keeps and gives back; never an error."""

        def call() -> bool:
            import keyring  # noqa: PLC0415 - a tablet has none

            if not type(keyring.get_keyring()).__module__.startswith(TRUSTED):
                return False
            name, word = f"probe-{secrets.token_hex(8)}", secrets.token_hex(8)
            keyring.set_password(SERVICE, name, word)
            kept = keyring.get_password(SERVICE, name)
            keyring.delete_password(SERVICE, name)
            return kept == word

        try:
            return _ask(call, PATIENCE)
        except DeviceSecretMissing:
            return False


def _ask(call: Callable[[], Answer], patience: float) -> Answer:
    """Return what a call of the keyring gives; raises DeviceSecretMissing where it does not.

    In a thread of its own: a system's keyring that hangs cannot be called off.
    """
    answered: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answered.put(call())
        except Exception as error:  # noqa: BLE001 - a system's keyring fails in ways of its own
            answered.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answered.get(timeout=patience)
    except queue.Empty:
        raise DeviceSecretMissing(_HANGS) from None
    if isinstance(answer, Exception):
        raise DeviceSecretMissing(_REFUSES) from answer
    return answer

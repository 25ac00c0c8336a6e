"""A plugin of pytest: an OpenSSL that has no Argon2id, as before its version 3.2."""

from cryptography.exceptions import UnsupportedAlgorithm

from intake_app.vault import crypto


class _Missing:
    def __init__(self, **_: object) -> None:
        raise UnsupportedAlgorithm("Argon2id")


def pytest_configure() -> None:
    """Take it away before any test begins."""
    vars(crypto)["Argon2id"] = _Missing

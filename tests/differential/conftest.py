"""One JVM with JavaRosa for all forms, and how far to walk through them."""

import time
from collections.abc import Iterator

import pytest

from tests.differential.javarosa import JavaRosa, missing

#: A compiler that is quickly done, for a form is open for a second; and hashes of objects that are
#: counted, not drawn: what JavaRosa leaves stale hangs on the order in which it goes through them.
_JVM = ("-XX:TieredStopAtLevel=1", "-Xmx400m", "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=3")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a longer walk be asked for: `pytest tests/differential --walks 40`."""
    parser.addoption("--walks", type=int, help="random walks through each form")


@pytest.fixture(autouse=True, scope="module")
def utc() -> Iterator[None]:
    """Both engines live in one zone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="session")
def walks(request: pytest.FixtureRequest) -> int:
    """How many random walks each form gets."""
    # Where all tests are asked for, this option comes too late to be known.
    return int(request.config.getoption("walks", None) or 3)


@pytest.fixture(scope="session")
def javarosa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaRosa]:
    """JavaRosa, ready to open forms; skipped with a reason where it cannot run."""
    if reason := missing():
        pytest.skip(reason)
    engine = JavaRosa(tmp_path_factory.mktemp("javarosa"), *_JVM)
    yield engine
    engine.close()

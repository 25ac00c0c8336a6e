"""The sandbox serves this machine only, and says where it cannot."""

from pathlib import Path

import pytest

from intake_app.clock import SystemClock
from intake_app.errors import ServingError
from sync.delivery import deliver
from sync.directory import Endpoint
from sync.sandbox import Sandbox, serve
from tests.integration.receiver.calls import SECRET
from tests.invented import package as invented


def test_a_storage_file_is_served_again_on_another_port(tmp_path: Path) -> None:
    """What arrived yesterday is shown today; its addresses follow."""
    file = tmp_path / "sandbox.db"
    with Sandbox(storage=file, secret=SECRET) as first:
        endpoint = Endpoint.from_settings("organisation", first.endpoint())
        package = invented(identifier="INTAKE-KEPT")
        deliver(endpoint, package, {}, lambda _: None, SystemClock(), lambda _: None)
    with Sandbox(storage=file, secret=SECRET) as second:
        assert second.cases() == 1
        endpoint = Endpoint.from_settings("organisation", second.endpoint())
        deliver(endpoint, package, {}, lambda _: None, SystemClock(), lambda _: None)
        assert second.cases() == 1


def test_a_port_that_is_taken_is_said(sandbox: Sandbox) -> None:
    """In one sentence."""
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(ServingError, match=f"Port {port}"):
        Sandbox(port=port).start()


def test_a_port_that_there_is_not_is_said() -> None:
    """A slip in the command line, in the same sentence."""
    sandbox = Sandbox(port=99_999)
    with pytest.raises(ServingError, match="Port 99999"):
        sandbox.start()
    sandbox.stop()


@pytest.mark.parametrize("name", ["no/such/folder", "no-database"])
def test_a_file_that_cannot_keep_what_arrives_is_said(name: str, tmp_path: Path) -> None:
    """It is not there to be made, or it is something else."""
    (tmp_path / "no-database").write_bytes(b"something else " * 100)
    with pytest.raises(ServingError, match="Choose another file"):
        Sandbox(storage=tmp_path / name)
    assert (tmp_path / "no-database").read_bytes() == b"something else " * 100


def test_it_serves_this_machine_only() -> None:
    """Not the network, whatever is asked."""
    with pytest.raises(ServingError):
        Sandbox(host="0.0.0.0")  # noqa: S104 - that it is refused is the point


def test_it_serves_in_the_foreground_until_it_is_stopped() -> None:
    """The address is told once it listens; afterwards the port is free again."""
    told: list[str] = []

    def announce(started: Sandbox) -> None:
        told.append(started.url)
        started._server.should_exit = True

    serve(announce=announce)
    port = int(told[0].rpartition(":")[2])
    with Sandbox(port=port) as again:
        assert again.url == told[0]

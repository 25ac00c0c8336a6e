"""A case system to deliver to, and packages that it has not seen."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake_app.profile.package import Package
from sync.directory import Endpoint
from sync.sandbox import Sandbox
from tests.integration.delivery.attempts import PACKAGE


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve one case system for the whole module; each test brings its own package."""
    with Sandbox() as started:
        yield started


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Count packages."""
    return itertools.count(1)


@pytest.fixture
def package(numbers: Iterator[int]) -> Package:
    """Return a package that the sandbox has not seen."""
    return replace(PACKAGE, identifier=f"INTAKE-{next(numbers)}")


@pytest.fixture
def endpoint(sandbox: Sandbox) -> Endpoint:
    """Return the sandbox as an endpoint, well again after an earlier test."""
    sandbox.arm()
    return Endpoint.from_settings("organisation", sandbox.endpoint())

"""Emulated organizations for the end-to-end tests; both start in about a second."""

from collections.abc import Iterator

import pytest

from local.emulator import Emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """IAM is not enforced."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def enforcing_emulator() -> Iterator[Emulator]:
    """IAM is enforced."""
    with Emulator(enforce_iam=True) as running:
        yield running

"""One emulator for the tests of a module; each works in an account of its own name."""

from collections.abc import Iterator

import pytest

from local.emulator import Emulator
from local.organization import MemberAccount, Organization, create_organization

MEMBERS = (
    MemberAccount("alpha-dev", "Development", tags={"steward:mode": "observe"}),
    MemberAccount("beta-dev", "Development"),
    MemberAccount("shop-prod", "Production"),
)


@pytest.fixture(scope="package")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="package")
def enforcing() -> Iterator[Emulator]:
    """IAM is enforced."""
    with Emulator(enforce_iam=True) as running:
        yield running


@pytest.fixture(scope="package")
def organization(emulator: Emulator) -> Organization:
    return create_organization(emulator.endpoint, MEMBERS)

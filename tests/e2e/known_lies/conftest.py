"""Where the emulator differs from AWS, asserted so that an upgrade which mends one shows.

What a lie touches is proven elsewhere: by unit tests, or by template tests. When one of these
tests fails, AWS's behaviour is to be expected from then on: delete the test, and what works around
it. Those on plain ministack assert what `local/emulator_server` corrects: delete the correction.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from tests.e2e.known_lies.making import MEMBER
from tests.e2e.plain_ministack import plain_ministack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@pytest.fixture
def member(emulator: Emulator) -> EmulatedSession:
    return EmulatedSession(emulator.endpoint, MEMBER)


@pytest.fixture
def cloudformation(member: EmulatedSession) -> "CloudFormationClient":
    return member.client("cloudformation")


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedSession]:
    """IAM is not enforced."""
    with plain_ministack(tmp_path_factory.mktemp("plain")) as endpoint:
        yield EmulatedSession(endpoint, MEMBER)


@pytest.fixture(scope="session")
def plain_enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedSession]:
    """IAM is enforced."""
    folder = tmp_path_factory.mktemp("plain-enforcing")
    with plain_ministack(folder, enforce_iam=True) as endpoint:
        yield EmulatedSession(endpoint, MEMBER)

"""The adapters on moto: the process is the hub, every other account id is a member."""

from collections.abc import Iterator

import pytest
from botocore.session import Session
from moto import mock_aws

from steward.aws.sessions import Sessions
from tests.integration.aws.counting import Calls

HUB = "123456789012"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def sessions(calls: Calls) -> Sessions:
    return Sessions(HUB, session=calls.watch(Session()))

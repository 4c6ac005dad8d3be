"""The functions' hub on moto, with CloudFormation and AppConfig answered by fakes."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from functions.lease_reaper import app as reaper_app
from functions.lease_worker import app as worker_app
from tests.factories import make_policy
from tests.integration.functions.hub import Function, Hub, open_hub
from tests.integration.functions.leased import due
from tests.integration.functions.samples import reap_work


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with mock_aws():
        yield open_hub(monkeypatch)


@pytest.fixture
def worker(hub: Hub) -> Function:
    return hub.function(worker_app)


@pytest.fixture
def reaper(hub: Hub) -> Function:
    hub.appconfig.deploy(make_policy())
    return hub.function(reaper_app)


@pytest.fixture
def checkout(hub: Hub) -> str:
    """The stack that the sample message asks to delete; everything about it is in order."""
    return due(hub, StackId=reap_work().stack_id)

"""The functions' hub on moto, with CloudFormation and AppConfig answered by fakes."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from functions.lease_extension import app as extension_app
from functions.lease_reaper import app as reaper_app
from functions.lease_worker import app as worker_app
from steward.domain.links import SigningKey
from tests.factories import make_policy
from tests.integration.functions.hub import Function, Hub, open_hub
from tests.integration.functions.leased import due
from tests.integration.functions.page_visits import Visitor
from tests.integration.functions.samples import reap_work
from tests.integration.secrets_server import FIRST_VALUE, StoredSecret, serve_secrets, store_secret


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


@pytest.fixture(scope="session")
def secrets_endpoint() -> Iterator[str]:
    with serve_secrets() as url:
        yield url


@pytest.fixture
def link_key(hub: Hub, secrets_endpoint: str) -> StoredSecret:
    """The secret behind the links, as the hub's functions find it."""
    stored = store_secret()
    hub.monkeypatch.setenv("LINK_KEY_SECRET", stored.arn)
    hub.monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_endpoint)
    return stored


@pytest.fixture
def visitor(hub: Hub, link_key: StoredSecret) -> Visitor:
    (version,) = link_key.client.describe_secret(SecretId=link_key.arn)["VersionIdsToStages"]
    return Visitor(hub, hub.function(extension_app), SigningKey(version[:8], FIRST_VALUE.encode()))

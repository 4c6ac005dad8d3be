"""The functions' hub on moto, with CloudFormation and AppConfig answered by fakes."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.integration.functions.hub import Hub, open_hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with mock_aws():
        yield open_hub(monkeypatch)
